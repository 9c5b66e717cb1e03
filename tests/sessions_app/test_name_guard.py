"""The name guard: what it finds in sentences, what it leaves alone, and what holds for any text."""

import time
import unicodedata
from uuid import UUID

import pytest

hypothesis = pytest.importorskip("hypothesis")

from hypothesis import example, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from bench.names import guard, is_good_enough, long_texts, measure, plain_regex  # noqa: E402
from sessions_app.name_guard import (  # noqa: E402
    Kind,
    KnownAs,
    Roster,
    find_names,
    needs_answer,
    one_apart,
)
from tests.sessions_app.labelled_sentences import ROSTER, SENTENCES  # noqa: E402


def known(number, name, preferred="", *aliases):
    return KnownAs(UUID(int=number), name, preferred, aliases)


GROUP = [
    known(1, "Jonas Weber"),
    known(2, "Jonas Lindgren"),
    known(3, "Francisco Javier Iglesias"),
    known(4, "Grace Lindqvist-Okoro", "Gracie", "G", "Lindy"),
    known(5, "Hope Young"),
    known(6, "Will Hartley"),
    known(7, "María José de la Cruz"),
    known(8, "Günther Müller"),
    known(9, "Γιώργος Παπαδόπουλος"),
    known(10, "דוד כהן"),
    known(11, "王小明"),
    known(12, "Юлия Иванова"),
    known(13, "Al O'Neill"),
    known(14, "Mike Tanner", "", "Big Mike", "JJ"),
    known(15, "Mercedes Luz Rosario"),
    known(16, "May Chen"),
]
NAMES = {one.member: one.name for one in GROUP}


def found(text, roster=GROUP):
    """The places that need an answer, as they are written."""
    return [text[span.start : span.end] for span in find_names(text, roster) if needs_answer(span)]


def hints(text):
    return [text[s.start : s.end] for s in find_names(text, GROUP) if s.kind is Kind.RELATION]


def meant(text):
    (span,) = find_names(text, GROUP)
    return {NAMES[member] for member in span.members}


class TestNames:
    """Names as they are recorded, and as they are written all the same."""

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("Jonas Lindgren cried.", ["Jonas Lindgren"]),
            ("Jonas\nLindgren cried.", ["Jonas\nLindgren"]),
            ("I like Lindgren and Hartley.", ["Lindgren", "Hartley"]),
            ("Grace Lindqvist-Okoro left", ["Grace Lindqvist-Okoro"]),
            ("Okoro and Lindqvist", ["Okoro", "Lindqvist"]),
            ("Jonas's father, Jonas’s mother", ["Jonas", "Jonas"]),
            ("el perro de Jonas", ["Jonas"]),
            ("jonas said, JONAS said", ["jonas", "JONAS"]),
            ("María José, maria jose", ["María José", "maria jose"]),
            ("Maria de la Cruz", ["Maria de la Cruz"]),
            ("Mueller, Muller, Müller", ["Mueller", "Muller", "Müller"]),
            ("O'Neill, O’Neill, ONeill, O Neill", ["O'Neill", "O’Neill", "ONeill", "O Neill"]),
            ("Jonas❤️Hartley 😊", ["Jonas", "Hartley"]),
            ("@jonas #Lindgren, jonas_w", ["jonas", "Lindgren", "jonas"]),
            ("Jo\u200bnas, \u200fJonas", ["Jo\u200bnas", "Jonas"]),
            ("Grace L. Lindgren", ["Grace L.", "Lindgren"]),
            ("Jonas W. and J. Weber", ["Jonas W.", "J. Weber"]),
        ],
    )
    def test_are_found_where_they_stand(self, text, names):
        assert found(text) == names

    def test_two_of_one_first_name_are_both_meant_until_the_surname_tells(self):
        assert meant("Jonas cried") == {"Jonas Weber", "Jonas Lindgren"}
        assert meant("Jonas Weber cried") == {"Jonas Weber"}
        assert meant("Jonas L. cried") == {"Jonas Lindgren"}

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("Giorgos left, Γιώργος too", ["Giorgos", "Γιώργος"]),
            ("Юлию, Yulia, Julia", ["Юлию", "Yulia", "Julia"]),
            ("Джонас и Йонас Линдгрен", ["Джонас", "Йонас Линдгрен"]),
            ("ודוד אמר", ["ודוד"]),
            ("今天小明来了", ["小明"]),
        ],
    )
    def test_are_found_across_alphabets(self, text, names):
        assert found(text) == names

    def test_decomposed_letters_count_whole(self):
        text = unicodedata.normalize("NFD", "María José vino con Müller.")

        assert found(text) == [unicodedata.normalize("NFD", n) for n in ("María José", "Müller")]


class TestNicknames:
    """What people say instead of the name in the file."""

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("Paco, Pancho y Paquito", ["Paco", "Pancho", "Paquito"]),
            ("Majo llegó tarde", ["Majo"]),
            ("Gracie and Lindy", ["Gracie", "Lindy"]),
            ("Jonny and Willie", ["Jonny", "Willie"]),
            ("Big Mike came, big mike left", ["Big Mike", "big mike"]),
            ("JJ laughed, jj cried", ["JJ", "jj"]),
            ("Meche me llamó", ["Meche"]),
        ],
    )
    def test_are_found(self, text, names):
        assert found(text) == names

    def test_one_letter_counts_as_a_lone_capital_only(self):
        assert found("I saw G. G's dog. Ask G, please") == ["G", "G", "G"]
        assert found("Plan G, a G string, G-force, 5G, vitamin G, g, G. K. Chesterton") == []
        roster = [known(1, "Ines", "", "I"), known(2, "Ana", "", "A")]
        assert found("I said A thing", roster) == []


class TestInitials:
    """Two or more capitals, with stops or without."""

    @pytest.mark.parametrize("text", ["J.W.", "J. W.", "JW", "J.W", "J-W"])
    def test_are_found_in_every_way_of_writing(self, text):
        (span,) = find_names(f"I asked {text} about it", GROUP)

        assert (span.kind, span.members) == (Kind.INITIALS, {UUID(int=1)})

    def test_usual_abbreviations_are_no_initials(self):
        many = [known(n, f"{one[0]}xel {one[1]}ork") for n, one in enumerate(
            ["OK", "TV", "AA", "PM", "NA", "US", "ER", "ME", "GO"])]  # fmt: skip
        text = (
            "OK, the TV at AA. Up at 5 PM, 5 P.M. or so, U.S. citizen. LET ME GO TO NA, or the ER."
        )

        assert found(text, many) == []


class TestSlips:
    """One letter off, in names of five letters or more."""

    @pytest.mark.parametrize("slip", ["Jnas", "Jonass", "Jonaz", "Jnoas", "jonsa", "Lindgrn"])
    def test_are_found(self, slip):
        assert found(f"I told {slip} about it") == [slip]

    def test_an_ordinary_word_is_no_slip(self):
        roster = [known(1, "Brian Marta"), known(2, "Shane Terry"), known(3, "Clara Pablo")]
        text = "My brain, a merry shame. Hablo claro, el pueblo, una carta el martes, vino harta."

        assert found(text, roster) == []

    def test_a_short_name_is_not_guessed(self):
        assert found("a wall, a mall, Maya and Wilt") == []

    @pytest.mark.parametrize(
        ("one", "other", "apart"),
        [
            ("jonas", "jona", True), ("jonas", "jonsa", True), ("jonas", "jonaas", True),
            ("jonas", "honas", True), ("jonas", "jonas", False), ("jonas", "joans", True),
            ("jonas", "jansa", False), ("abcd", "badc", False), ("", "a", True), ("", "ab", False),
        ],
    )  # fmt: skip
    def test_one_apart(self, one, other, apart):
        assert one_apart(one, other) is one_apart(other, one) is apart


class TestNamesThatAreWords:
    """Hope, Will, May, Young, Luz: found where somebody is spoken of."""

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("Will said so. will said so.", ["Will", "will"]),
            ("Hope told us. I asked Hope.", ["Hope", "Hope"]),
            ("Hope's story and Will's lighter", ["Hope", "Will"]),
            ("Will and Jonas argued", ["Will", "Jonas"]),
            ("Hope Young left", ["Hope Young"]),
            ("hope young left; Mr. Young came", ["Young"]),
            ("Hope is late. Hope was crying. Hope (who is new) sat.", ["Hope"] * 3),
            ("May has two kids. I met May.", ["May", "May"]),
            ("Luz me dijo. Luz se fue. Le dije a Luz.", ["Luz"] * 3),
            ("Will no quiso hablar. Con Hope hablo.", ["Will", "Hope"]),
            ("Will: I can't.\nHope", ["Will", "Hope"]),
            ("Present: Hope, Will, May", ["Hope", "Will", "May"]),
        ],
    )
    def test_are_found_as_names(self, text, names):
        assert found(text) == names

    @pytest.mark.parametrize(
        "text",
        [
            "I will. Will you? Will this end?", "hope is all. Hope is a thing I lost.",
            "with grace. Grace is what I ask for.",
            "In May. By May 5. May I? since May; end of May",
            "the young. Young people drink", "la luz, mucha luz",
            "He drove his Mercedes. Un Mercedes.",
            "Grace Kelly, Hope Street, Amazing Grace", "I WILL NOT GO. THERE IS HOPE.",
            "free will, my will, Hope-filled", "May God help us", "Esto se hizo en mayo.",
        ],
    )  # fmt: skip
    def test_are_left_alone_as_words(self, text):
        assert found(text) == []


class TestRelations:
    """Words that point at somebody of the group, without a name."""

    @pytest.mark.parametrize(
        "phrase",
        [
            "the new member", "the man who sits opposite me", "the man who always sits next to her",
            "the youngest of us", "the oldest in the group", "my sponsor here in the group",
            "the couple in the group", "the woman by the window", "el nuevo miembro",
            "la mujer que se sienta enfrente", "el más joven de nosotros", "la pareja del grupo",
            "mi padrino aquí en el grupo", "la chica de la ventana",
        ],
    )  # fmt: skip
    def test_are_hints(self, phrase):
        text = f"Then {phrase} spoke."

        assert hints(text) == [phrase]
        assert found(text) == []

    @pytest.mark.parametrize(
        "text",
        ["my brother", "her husband", "the new staff member", "a family member", "mi hermano",
         "the man I loved", "la mujer de mi hermano", "the youngest of my sons"],
    )  # fmt: skip
    def test_family_and_others_are_not_marked(self, text):
        assert find_names(f"I called {text}.", GROUP) == []

    def test_a_name_goes_before_a_hint(self):
        assert hints("the new member Jonas") == ["the new member"]
        assert found("the new member Jonas") == ["Jonas"]


PIECES = (
    "Jonas jonas Hope hope Will May Grace G J.W. J W I a O'Neill said is and new member who sits",
    "' ’ . , - \n \0 \u200b \u200f \u0301 ß İ ǅ é Юлия 王小明 דוד 5 ❤️ \ud800 \u1fef of's's",
)
pieces = st.sampled_from([piece for row in PIECES for piece in row.split(" ")])
texts = st.text() | st.lists(pieces, max_size=25).map("".join) | st.lists(pieces).map(" ".join)
promise = settings(max_examples=300, deadline=None, derandomize=True)


class TestPromises:
    """What holds for any text and any roster."""

    @promise
    @given(texts)
    @example("")
    @example("\0\ud800")
    def test_places_are_in_order_inside_the_text_and_never_overlap(self, text):
        end = 0
        for span in find_names(text, GROUP):
            assert end <= span.start < span.end <= len(text)
            assert bool(span.members) == needs_answer(span)
            end = span.end

    @promise
    @given(texts)
    def test_composed_and_decomposed_texts_name_the_same(self, text):
        forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
        one, other = (
            [
                (unicodedata.normalize("NFC", form[s.start : s.end]), s.kind, s.members)
                for s in find_names(form, GROUP)
            ]
            for form in forms
        )

        assert one == other

    @promise
    @given(st.lists(st.tuples(texts, texts, texts), max_size=4), texts)
    def test_no_roster_and_no_text_raise(self, names, text):
        find_names(text, [known(n, a, b, c) for n, (a, b, c) in enumerate(names)])

    @promise
    @given(st.sampled_from(GROUP), st.sampled_from(["{}", "I met {} there", "con {}, hoy", "«{}»"]))
    def test_a_full_name_is_found_whole_wherever_it_stands(self, one, frame):
        text = frame.format(one.name)

        (span,) = find_names(text, GROUP)

        assert (text[span.start : span.end], one.member in span.members) == (one.name, True)

    def test_nobody_on_the_roster_is_nobody_in_the_text(self):
        assert find_names("Jonas and J.W. and G", []) == []


class TestMeasures:
    """The bars of `make bench-names`; the time has room for a slow machine."""

    def test_names_are_found_and_little_is_marked_for_nothing(self):
        figures = measure(guard())

        assert is_good_enough(figures), (figures.missed, figures.marked)

    def test_there_are_enough_sentences_and_half_of_them_name_nobody(self):
        nameless = [sentence for sentence in SENTENCES if not sentence.mentions]

        assert len(SENTENCES) >= 320
        assert len(nameless) * 2 >= len(SENTENCES)

    def test_the_plain_regex_would_not_pass(self):
        assert not is_good_enough(measure(plain_regex()))

    @pytest.mark.parametrize("what", long_texts())
    def test_a_long_text_is_read_soon(self, what):
        start = time.perf_counter()
        find_names(long_texts()[what], ROSTER)

        assert time.perf_counter() - start < 2

    def test_a_large_roster_is_still_read_soon(self):
        names = [f"{a}{b}n{c}s Web{a}r{b}" for a in "JMLRT" for b in "aeiou" for c in "aeioubcd"]
        roster = Roster([known(n, name) for n, name in enumerate(names)])
        start = time.perf_counter()
        for text in long_texts().values():
            roster.find(text)

        assert len(names) == 200
        assert time.perf_counter() - start < 15

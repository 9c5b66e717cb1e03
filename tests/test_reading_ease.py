"""The measure itself: syllables of known words, and sentences counted by hand."""

import pytest

from tests.reading_ease import ease, english_syllables, spanish_syllables

ENGLISH = {
    1: "a the words said asked closed changed shared house leave time yes no group choose don’t "
    "you’re what wait through prints names",
    2: "allow people something table little open answer question hello member begin "
    "session wanted needed going purpose being create",
    3: "permission agreement recorded everything remember recognise telephone protected "
    "together idea",
    4: "emergency everybody confidential supervisor conversation",
    5: "facilitator administrative",
}
SPANISH = {
    1: "y no sí que quien tu tú muy hoy buey dos más pie",
    2: "quiere guerra cambio ahí aún grupo cuando pausa nuestro aula leer caos muchos decís",
    3: "palabras memoria permiso pregunta pingüino poeta cuidado retirar estudiáis construido",
    4: "emergencia compartirlo todavía contraseña responderá autoría",
    6: "recuperarías",
}


def cases(table: dict[int, str]) -> list[tuple[str, int]]:
    return [(word, n) for n, words in table.items() for word in words.split()]


@pytest.mark.parametrize(("word", "count"), cases(ENGLISH))
def test_english_syllables(word, count):
    assert english_syllables(word) == count


@pytest.mark.parametrize(("word", "count"), cases(SPANISH))
def test_spanish_syllables(word, count):
    assert spanish_syllables(word) == count


def test_a_hyphen_parts_words_for_the_count():
    assert english_syllables("sign-in") == 2
    assert spanish_syllables("físico-químico") == 6


def test_an_english_text_counted_by_hand():
    # You can take it back 5; no-bo-dy needs to know why 7: 12 in 10 words and 2 sentences.
    text = ["You can take it back. Nobody needs to know why."]
    assert ease(text, "en") == pytest.approx(206.835 - 1.015 * 5 - 84.6 * 12 / 10)


def test_a_spanish_text_counted_by_hand():
    # pue-des re-ti-rar-lo cuan-do quie-ras 2+4+2+2; no cam-bia na-da 1+2+2: 15 in 7 words.
    text = ["Puedes retirarlo cuando quieras. No cambia nada."]
    assert ease(text, "es") == pytest.approx(206.84 - 1.02 * 7 / 2 - 60 * 15 / 7)


def test_labels_of_one_or_two_words_neither_help_nor_harm():
    assert ease(["Allow", "Take back", "You can take it back."], "en") == pytest.approx(
        ease(["You can take it back."], "en")
    )


def test_a_text_for_lawyers_is_not_easy():
    text = [
        "Notwithstanding the aforementioned provisions, authorization for redisclosure of "
        "individually identifiable information necessitates supplementary documentation."
    ]
    assert ease(text, "en") < 0
    hard = [
        "No obstante las disposiciones anteriormente mencionadas, la autorización de comunicación "
        "de información individualmente identificable requiere documentación complementaria."
    ]
    assert ease(hard, "es") < 20

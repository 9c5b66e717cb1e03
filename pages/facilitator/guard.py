"""The name guard on a page: answers that come in with a form, and the box that asks for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from pages.shared.names import Names
from sessions_app.guarding import Answer, Choice, Guard, Reading, wording
from sessions_app.name_guard import KnownAs, Span

MOST = 60
GUARD = "guard-"
CONCERNS = f"{Choice.CONCERNS}:"


class Piece(NamedTuple):
    """A stretch of the text; `marked` if it may name somebody."""

    words: str
    marked: bool


class Option(NamedTuple):
    """One answer that can be chosen."""

    value: str
    label: str
    hint: str


@dataclass(frozen=True)
class Question:
    """One wording that needs an answer."""

    name: str
    words: str
    options: list[Option]
    chosen: str
    reason: str
    needs_reason: bool


class Kept(NamedTuple):
    """An answer given before, carried along."""

    name: str
    words: str
    value: str
    reason: str


@dataclass(frozen=True)
class Box:
    """Everything the guard shows of one text."""

    part: str
    pieces: list[Piece] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)


def guard_with(roster: Sequence[KnownAs], answers: Mapping[str, Answer]) -> Guard:
    """Return the guard of a form's texts, with its rewritten names in the writer's language.

    Raises Http404 for an answer that names a member who was not offered.
    """
    offered = {one.member for one in roster}
    if any(one.member and one.member not in offered for one in answers.values()):
        raise Http404
    return Guard(roster, answers, instead=_("another member"))


def answers_in(post: Mapping[str, Any], part: str) -> dict[str, Answer]:
    """Return the answers that a form carries for one of its texts, by wording."""
    answers = {}
    for n in range(MOST):
        name = f"{GUARD}{part}-{n}"
        words = post.get(f"{name}-words")
        if words is None:
            break
        if answer := _answer(post.get(name, ""), post.get(f"{name}-reason", "")):
            answers[wording(words)] = answer
    return answers


def _answer(value: str, reason: str) -> Answer | None:
    if value.startswith(CONCERNS):
        try:
            return Answer(Choice.CONCERNS, member=UUID(value.removeprefix(CONCERNS)))
        except ValueError:
            return None
    if value == Choice.REWRITE:
        return Answer(Choice.REWRITE)
    if value == Choice.SOMEBODY_ELSE:
        return Answer(Choice.SOMEBODY_ELSE, reason=reason[:200])
    return None


def guard_box(
    part: str,
    reading: Reading,
    names: Names,
    answers: Mapping[str, Answer],
    *,
    may_concern: bool,
    instead: str = "",
) -> Box | None:
    """Return the box for what is open in a reading; None if nothing is open.

    `instead` is what a rewritten name becomes, if not "another member".
    """
    if not reading.open:
        return None
    asked: dict[str, list[Span]] = {}
    for span in reading.open:
        asked.setdefault(wording(reading.text[span.start : span.end]), []).append(span)
    kept = [one for one in answers.items() if one[0] not in asked and _stays(one[1])]
    return Box(
        part,
        pieces=_pieces(reading),
        questions=[
            _question(
                f"{GUARD}{part}-{n}", reading.text, spans, names, answers, may_concern, instead
            )
            for n, spans in enumerate(asked.values())
        ],
        kept=[
            Kept(f"{GUARD}{part}-{n}", words, _value(answer), answer.reason)
            for n, (words, answer) in enumerate(kept, start=len(asked))
        ],
    )


def marked_pieces(text: str, roster: Sequence[KnownAs], known: set[UUID]) -> list[Piece]:
    """Return a text with each place marked that may name or point at others than `known`."""
    reading = Guard(roster).read(text, known=known, may_concern=False)
    spans = sorted([*reading.open, *reading.hints], key=lambda span: span.start)
    return _pieces(replace(reading, open=tuple(spans)))


def kept_answers(part: str, answers: Mapping[str, Answer]) -> Box:
    """Return a box that asks nothing and carries earlier answers along."""
    return Box(
        part,
        kept=[
            Kept(f"{GUARD}{part}-{n}", words, _value(answer), answer.reason)
            for n, (words, answer) in enumerate(answers.items())
        ],
    )


def _stays(answer: Answer) -> bool:
    return answer.choice is not Choice.REWRITE  # what was rewritten does not stand there any more


def _value(answer: Answer) -> str:
    return f"{CONCERNS}{answer.member}" if answer.member else answer.choice.value


def _pieces(reading: Reading) -> list[Piece]:
    pieces, at = [], 0
    for span in reading.open:
        pieces.append(Piece(reading.text[at : span.start], False))
        pieces.append(Piece(reading.text[span.start : span.end], True))
        at = span.end
    return [piece for piece in [*pieces, Piece(reading.text[at:], False)] if piece.words]


def _question(
    name: str,
    text: str,
    spans: list[Span],
    names: Names,
    answers: Mapping[str, Answer],
    may_concern: bool,
    instead: str,
) -> Question:
    words = text[spans[0].start : spans[0].end]
    answer = answers.get(wording(words))
    options = [
        Option(
            f"{CONCERNS}{member}",
            _("It concerns %(name)s") % {"name": names.get(member, "")},
            _("Nothing leaves the group without their permission."),
        )
        for member in sorted(spans[0].members, key=lambda one: names.get(one, ""))
        if may_concern
    ]
    options += [
        Option(
            Choice.REWRITE.value,
            _("Rewrite it as “%(words)s”") % {"words": instead}
            if instead
            else _("Rewrite it as “another member”"),
            _("Read the sentence once more afterwards: a story can tell a name too."),
        ),
        Option(
            Choice.SOMEBODY_ELSE.value,
            _("It is somebody else, or only a word"),
            _("Say in a few words who or what is meant. It is kept with the text."),
        ),
    ]
    return Question(
        name,
        words,
        options,
        chosen=_value(answer) if answer else "",
        reason=answer.reason if answer else "",
        needs_reason=bool(answer and answer.choice is Choice.SOMEBODY_ELSE),
    )

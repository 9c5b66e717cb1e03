"""What a writer says about the names found in a text, and what follows from it. Pure.

A text is saved only when every place that may name a member has an answer: it
concerns that member, it is rewritten, or somebody else is meant. An answer is
given once for the same words, wherever they stand in the text.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from sessions_app.name_guard import KnownAs, Span, find_names, needs_answer
from sessions_app.rules import Problem, Rejected

POSSESSIVES = ("'s", "’s")


class Choice(StrEnum):
    """The three answers."""

    CONCERNS = "concerns"
    REWRITE = "rewrite"
    SOMEBODY_ELSE = "else"


@dataclass(frozen=True)
class Answer:
    """What the writer chose for one wording; `member` for CONCERNS, `reason` for SOMEBODY_ELSE."""

    choice: Choice
    member: UUID | None = None
    reason: str = ""


@dataclass(frozen=True)
class Mark:
    """A place whose answer is kept with the text."""

    start: int
    end: int
    member: UUID | None
    reason: str


@dataclass(frozen=True)
class Reading:
    """A text as the guard read it: what is still open, and what the answers led to.

    `unsaid`: somebody else is meant at each open place, and who is not said.
    """

    text: str
    open: tuple[Span, ...] = ()
    hints: tuple[Span, ...] = ()
    marks: tuple[Mark, ...] = ()
    concerned: frozenset[UUID] = frozenset()
    unsaid: bool = False


class NamesFound(Rejected):
    """Nothing was saved: somebody may be named, and the writer has not said what to do about it."""

    def __init__(self, field: str, reading: Reading) -> None:
        super().__init__(
            {field: Problem.WHO_IS_MEANT if reading.unsaid else Problem.NAMES_SOMEBODY}
        )
        self.reading = reading


@dataclass(frozen=True)
class Guard:
    """Everybody in the group on the day of a text, by all they go by, and the writer's answers.

    `answers` are keyed by `wording`; `instead` is what a rewritten name becomes.
    """

    roster: Sequence[KnownAs]
    answers: Mapping[str, Answer] = field(default_factory=dict)
    instead: str = "another member"

    def read(self, text: str, *, known: Collection[UUID] = (), may_concern: bool = True) -> Reading:
        """Read a text in which the members `known` may be named.

        `may_concern` is False for notes, which concern nobody but their subject.
        """
        text = self._rewritten(text, set(known))
        spans = find_names(text, self.roster)
        asked = [span for span in spans if needs_answer(span)]
        concerned = self._concerned(text, asked) if may_concern else set()
        marks, still_open = [], []
        for span in asked:
            answer = self._answer(text, span)
            if answer and answer.member in concerned:
                marks.append(Mark(span.start, span.end, answer.member, ""))
            elif span.members & (concerned | set(known)):
                continue
            elif answer and answer.choice is Choice.SOMEBODY_ELSE and _says_something(answer):
                marks.append(Mark(span.start, span.end, None, answer.reason.strip()))
            else:
                still_open.append(span)
        hints = tuple(span for span in spans if not needs_answer(span))
        answers = [self._answer(text, span) for span in still_open]
        unsaid = [one for one in answers if one and one.choice is Choice.SOMEBODY_ELSE]
        return Reading(
            text,
            tuple(still_open),
            hints,
            tuple(marks),
            frozenset(concerned),
            unsaid=bool(answers) and len(unsaid) == len(answers),
        )

    def require(
        self,
        text: str,
        *,
        known: Collection[UUID] = (),
        may_concern: bool = True,
        field: str = "text",
    ) -> Reading:
        """Read a text and raise NamesFound if a place of it has no answer."""
        reading = self.read(text, known=known, may_concern=may_concern)
        if reading.open:
            raise NamesFound(field, reading)
        return reading

    def _answer(self, text: str, span: Span) -> Answer | None:
        return self.answers.get(wording(text[span.start : span.end]))

    def _concerned(self, text: str, spans: Sequence[Span]) -> set[UUID]:
        """Only whom the words may mean: Ben named and Ana chosen would leave Ben unasked."""
        answers = ((span, self._answer(text, span)) for span in spans)
        return {
            answer.member
            for span, answer in answers
            if answer and answer.choice is Choice.CONCERNS and answer.member in span.members
        }

    def _rewritten(self, text: str, known: set[UUID]) -> str:
        for span in reversed(find_names(text, self.roster)):
            answer = self._answer(text, span)
            if answer and answer.choice is Choice.REWRITE and not span.members & known:
                found = text[span.start : span.end]
                ending = next((p for p in POSSESSIVES if found.endswith(p)), "")
                words = self.instead + ending
                if _begins_a_sentence(text[: span.start]):
                    words = words[0].upper() + words[1:]
                text = text[: span.start] + words + text[span.end :]
        return text


def wording(found: str) -> str:
    """Return the key under which one wording is answered once: its words, without their case."""
    folded = " ".join(found.casefold().split())
    return next((folded[: -len(p)] for p in POSSESSIVES if folded.endswith(p)), folded)


def _says_something(answer: Answer) -> bool:
    return any(character.isalnum() for character in answer.reason)


def _begins_a_sentence(before: str) -> bool:
    before = before.rstrip(" \t\"'“”‘’«¿¡(")
    return not before or before[-1] in ".!?…:\n\r"

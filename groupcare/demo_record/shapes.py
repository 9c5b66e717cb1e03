"""What the demo's facts are made of. Nothing here knows the database."""

from dataclasses import dataclass, field
from datetime import time

SESSIONS = 12  # each group's: one a week, the last in the days before today


@dataclass(frozen=True)
class Person:
    """Somebody with a sign-in; `roles` are empty for members.

    A member is in the group from its session number `first` to number `last`
    (0: still there), and may not have signed the agreement.
    """

    sign_in_name: str
    name: str
    roles: tuple[str, ...] = ()
    preferred: str = ""
    aliases: tuple[str, ...] = ()
    first: int = 1
    last: int = 0
    signs: bool = True

    @property
    def called(self) -> str:
        """How others speak of them, and how the facts below do: unlike anybody in their group."""
        return self.preferred or self.name.split()[0]

    @property
    def known_as(self) -> frozenset[str]:
        """Every word of their names."""
        return frozenset(" ".join((self.name, self.preferred, *self.aliases)).split())

    def is_there(self, number: int) -> bool:
        """Say whether session `number` lies in their time in the group."""
        return self.first <= number and (not self.last or number <= self.last)


@dataclass(frozen=True)
class Mark:
    """How one member attended, if not from beginning to end."""

    called: str
    status: str
    arrived: time | None = None


def absent(called: str) -> Mark:
    """Not there, and nobody knew why."""
    return Mark(called, "absent")


def excused(called: str) -> Mark:
    """Not there, and had said so."""
    return Mark(called, "excused")


def left_early(called: str) -> Mark:
    """Went before the end."""
    return Mark(called, "left_early")


def late(called: str, hour: int, minute: int) -> Mark:
    """Came after the beginning."""
    return Mark(called, "late", time(hour, minute))


@dataclass(frozen=True)
class Said:
    """An item: who spoke, the words, who else can be recognised, and a key for decisions."""

    speaker: str
    text: str
    concerned: tuple[str, ...] = ()
    key: str = ""


@dataclass(frozen=True)
class Evening:
    """One session: how it was attended, what was said, and the notes about it.

    `unsigned` are members whose progress note is written and waits for a
    signature; somebody who was there and is missing in `progress` has none yet.
    """

    note: str
    said: tuple[Said, ...]
    marks: tuple[Mark, ...] = ()
    progress: dict[str, str] = field(default_factory=dict)
    unsigned: tuple[str, ...] = ()

    def mark_of(self, called: str) -> Mark:
        """Return how somebody attended."""
        found = (mark for mark in self.marks if mark.called == called)
        return next(found, Mark(called, "attended"))


@dataclass(frozen=True)
class Group:
    """One group: when it meets, who leads it, who is in it, and its twelve evenings."""

    name: str
    modality: str
    record_class: str
    weekday: int
    starts: time
    ends: time
    leaders: tuple[Person, ...]
    members: tuple[Person, ...]
    evenings: tuple[Evening, ...]

    def member(self, called: str) -> Person:
        """Return the member whom the facts call so."""
        [found] = [member for member in self.members if member.called == called]
        return found

    def on_the_roster(self, number: int) -> list[Person]:
        """Return whose time in the group covers session `number`, counted from 1."""
        return [member for member in self.members if member.is_there(number)]


@dataclass(frozen=True)
class Recipient:
    """Somebody outside the practice."""

    key: str
    name: str
    address: str
    person: bool = True


@dataclass(frozen=True)
class Answer:
    """What one member answered: `yes`, `no`, or `back` for a yes that was taken back later.

    `paper` is a yes on paper, which two attest; `parent` the yes of whoever speaks for them.
    """

    called: str
    says: str


@dataclass(frozen=True)
class Question:
    """Members are asked about an item; whoever has no answer here has given none."""

    about: str
    to: str
    why: str
    answers: tuple[Answer, ...] = ()
    days_to_answer: int = 14


@dataclass(frozen=True)
class Edit:
    """An item's words are written anew; permissions for the old ones end."""

    about: str
    text: str


@dataclass(frozen=True)
class Handing:
    """An item is released, or the try is refused because somebody has not agreed."""

    about: str
    to: str
    why: str
    handed_over: bool = False
    withheld: bool = False


@dataclass(frozen=True)
class Minor:
    """A member is a minor; a parent speaks for them, and decides without reading."""

    called: str
    parent: Person
    years_to_go: int = 1


@dataclass(frozen=True)
class Worry:
    """Whoever leads the group saw somebody alone, wrote it down, and made a plan with them.

    `talk` is by the fields of `ethics.risk_rules.Talk`; it comes back on the day
    the record is loaded for.
    """

    called: str
    talk: dict[str, str]
    plan: dict[str, str]


@dataclass(frozen=True)
class Policy:
    """A practice's own policy, and what it is compared with."""

    title: str
    number: str
    says: str
    beside: str
    compared: str


@dataclass(frozen=True)
class Called:
    """Whoever leads first writes down whom to call for a member, and has to read it."""

    called: str
    contact: str
    why: str


@dataclass(frozen=True)
class Wish:
    """A member asks something about their own record; nobody has answered yet."""

    called: str
    kind: str
    text: str


@dataclass(frozen=True)
class Breach:
    """A member tells whoever reviews the group that something left the room."""

    called: str
    text: str


@dataclass(frozen=True)
class Danger:
    """Words went out without permission, with a second person; reviewed, or waiting for it.

    `sentences` are those chosen of the item, by their place; `review` the words
    of a supervisor who upheld it, empty while nobody has looked.
    """

    about: str
    to: str
    what: str
    can_prevent: str
    sentences: tuple[int, ...]
    review: str = ""


Step = Question | Edit | Handing | Minor | Worry | Called | Wish | Breach | Danger


@dataclass(frozen=True)
class Entered:
    """One entry of an ethics case: of which kind, its texts, and the day it is about.

    `by` is somebody who was asked onto the case; without it the opener wrote it.
    """

    kind: str
    words: dict[str, str]
    value: str = ""
    whom: str = ""
    days_ago: int | None = None
    by: Person | None = None


@dataclass(frozen=True)
class Case:
    """An ethics case: what it is about, who was asked onto it and as what, and how it ended."""

    title: str
    dilemma: str
    opener: Person
    steps: tuple[Entered, ...]
    group: str = ""
    about: str = ""
    asked: tuple[tuple[Person, str], ...] = ()
    closed: str = ""
    ending: str = ""
    lesson: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PracticeFacts:
    """A practice: its people, its groups, and what was asked, in order."""

    name: str
    time_zone: str
    jurisdiction: str
    address: str
    telephone: str
    staff: tuple[Person, ...]
    supervisor: Person
    administrator: Person
    groups: tuple[Group, ...]
    recipients: tuple[Recipient, ...]
    steps: dict[str, tuple[Step, ...]]  # by the name of the group
    small: bool = False
    policies: tuple[Policy, ...] = ()
    cases: tuple[Case, ...] = ()

    @property
    def members(self) -> tuple[Person, ...]:
        """Everybody in a group of the practice."""
        return tuple(member for group in self.groups for member in group.members)

"""Was the promise kept? An oracle that reads the trail, and shares no line with the house.

It imports the standard library alone, decodes entries with a decoder of its
own and knows the law of the matter in the few words below. What it trusts: the
order of the chain (the order of commits), and scopes that never change (whom a
consent is for, to whom a release went), which the caller reads with plain SQL.

Kept means: whatever was let out stood, at its place in the chain, on a live
permission of everybody the item then concerned, for that version, recipient
and purpose. What went without permission stood on one request for that very
version that another person had agreed to, or that its requester could decide
alone; that nobody had let go; and that had not been used.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

LETS_OUT = {"release", "release.opened", "release.handed_over", "link.made", "link.opened"}
SAYS_NO = {"consent.revoked", "consent.declined"}
WITHOUT_PERMISSION = "override.released"
ENDS_IT = {"override.declined", "override.dropped"}
PART_OF = {"COC": "TREAT"}


@dataclass(frozen=True)
class Act:
    """One line of the trail. `at` is UTC text of fixed width, so that it sorts."""

    seq: int
    at: str
    act: str
    code: str
    ground: tuple[str, ...]
    outcome: str
    by: str = ""

    @property
    def items(self) -> list[str]:
        return [word for word in (self.code, *self.ground) if word.startswith("D-")]

    @property
    def emergencies(self) -> list[str]:
        return sorted({word for word in (self.code, *self.ground) if word.startswith("E-")})


@dataclass(frozen=True)
class Scope:
    """What a consent was asked for. It never changes; `expires` is UTC text as in `Act`."""

    member: str
    item: str
    version: int
    recipient: str
    purposes: frozenset[str]
    expires: str


@dataclass(frozen=True)
class Call:
    """What one thread did, by its own clock: seconds, from before it looked to the answer."""

    move: str
    item: str
    reader: str
    member: str
    invoked: float
    returned: float
    outcome: str


def read_act(body: bytes) -> Act:
    """Decode one entry: `GCA1`, then fields as tag, four bytes of length, UTF-8."""
    fields, place = [], 4
    while place < len(body):
        length = int.from_bytes(body[place + 1 : place + 5], "big")
        fields.append(body[place + 5 : place + 5 + length].decode())
        place += 5 + length
    _, seq, at, by, _, _, act, _, code, _, _, ground, outcome, _ = fields
    return Act(int(seq), at, act, code, tuple(filter(None, ground.split(","))), outcome, by)


@dataclass
class Item:
    """An item as the trail tells it so far."""

    concerns: set[str]
    version: int = 1
    last_act_at: str = ""


@dataclass
class Emergency:
    """A request to let an item out without permission, as the trail tells it so far."""

    item: str
    version: int
    by: str
    agreed: bool
    over: bool = False  # declined, let go, found not justified, or given to its recipient
    used: bool = False


@dataclass
class Oracle:
    """Reads the acts of one chain in order and collects what should never have gone out.

    `concerned` says whom each item concerned when it was recorded, by member
    code; `consents` and `recipients` give the scope of each consent and the
    recipient of each release, by their codes.
    """

    concerned: Mapping[str, Iterable[str]]
    consents: Mapping[str, Scope]
    recipients: Mapping[str, str]
    violations: list[str] = field(default_factory=list)

    def judge(self, acts: Iterable[Act]) -> list[str]:
        self.items = {code: Item(set(members)) for code, members in self.concerned.items()}
        self.given: set[str] = set()
        self.went_out_as: dict[tuple[str, str], int] = {}
        self.emergencies: dict[str, Emergency] = {}
        for act in acts:
            self.read(act)
        return self.violations

    def read(self, act: Act) -> None:
        ours = [code for code in act.items if code in self.items]
        if act.emergencies and ours:
            self.read_emergency(act)
        elif act.act in LETS_OUT and act.outcome == "permit":
            for code in ours:
                self.look_at(act, code)
        elif act.act == "item.edited":
            self.edit(self.items.get(act.code), act.ground)
        elif act.act == "consent.granted":
            self.given.add(act.code)
        elif act.act in SAYS_NO and act.code in self.consents:
            self.given -= self.reached_by(self.consents[act.code])
        for code in ours:
            self.items[code].last_act_at = act.at

    def read_emergency(self, act: Act) -> None:
        [code] = act.emergencies
        if act.act == "override.requested":
            [item] = act.items
            alone, refused = "urgent=1" in act.ground, act.outcome != "done"
            version = self.items[item].version
            self.emergencies[code] = Emergency(item, version, act.by, agreed=alone, over=refused)
            return
        one = self.emergencies[code]
        if act.act == "override.approved":
            one.agreed = act.by != one.by
        elif act.act in ENDS_IT or (act.act == "review.closed" and "not_justified" in act.ground):
            one.over = True
        elif act.outcome == "permit":
            self.look_at_emergency(act, code, one)

    def look_at_emergency(self, act: Act, code: str, one: Emergency) -> None:
        first = act.act == WITHOUT_PERMISSION
        wrong = {
            "that nobody else agreed to": not one.agreed,
            "that was over": one.over,
            "in words that were changed": one.version != self.items[one.item].version,
            "by another than asked": act.by != one.by and act.act != "link.opened",
            "once more": first and one.used,
            "before it was let out": not first and not one.used,
        }
        self.violations += [f"{act.seq}: {act.act} of {code} {why}" for why in wrong if wrong[why]]
        one.used = True
        one.over = one.over or act.act in ("release.handed_over", "link.opened")

    def edit(self, item: Item | None, ground: Iterable[str]) -> None:
        if item:
            item.version += 1
            item.concerns |= {word[1:] for word in ground if word.startswith("+")}
            item.concerns -= {word[1:] for word in ground if word.startswith("-")}

    def reached_by(self, no: Scope) -> set[str]:
        """What the member gave for the same words and reader, where the no reaches its reason."""
        return {
            code
            for code in self.given
            if (yes := self.consents[code]).member == no.member
            and (yes.item, yes.version, yes.recipient) == (no.item, no.version, no.recipient)
            and any(covers(no.purposes, purpose) for purpose in yes.purposes)
        }

    def look_at(self, act: Act, code: str) -> None:
        item, recipient = self.items[code], self.recipients[act.code]
        first = self.went_out_as.setdefault((act.code, code), item.version)
        if first != item.version:
            self.violations.append(f"{act.seq}: {act.act} of {code} in words that were changed")
        for member in sorted(item.concerns):
            if not any(self.carries(yes, act, code, member, recipient) for yes in self.given):
                self.violations.append(f"{act.seq}: {act.act} of {code} without {member}")

    def carries(self, yes: str, act: Act, code: str, member: str, recipient: str) -> bool:
        scope, item = self.consents[yes], self.items[code]
        return (
            (scope.member, scope.item, scope.recipient) == (member, code, recipient)
            and scope.version == item.version
            and any(covers(scope.purposes, word) for word in act.ground)
            # Whoever acts on an item waits for the one before: the decision is later than that.
            and scope.expires > item.last_act_at
        )


def covers(purposes: Iterable[str], asked: str) -> bool:
    return asked in purposes or PART_OF.get(asked) in purposes


def let_out_after_taking_back(calls: Iterable[Call]) -> list[str]:
    """By the clock alone: a taking back had returned, and only then a release was called.

    So had the letting go of an emergency, whose code is in the place of the
    reader. Excused is what a later yes of the same member, or another version of
    the item, may have made right in between.
    """
    done = [call for call in calls if call.outcome == "done"]
    taken_back = [call for call in done if call.move in ("revoke", "drop")]
    mending = [call for call in done if call.move in ("grant", "edit")]
    return [
        f"{out.move} of {out.item} called after {no.member or no.reader} had taken back"
        for out in done
        if out.move in ("release", "open", "open link", "emergency", "open emergency")
        for no in taken_back
        if (no.item, no.reader) == (out.item, out.reader)
        and no.returned < out.invoked
        and not any(
            mend.item == out.item
            and (mend.move == "edit" or mend.member == no.member)
            and mend.returned > no.invoked
            and mend.invoked < out.returned
            for mend in mending
        )
    ]

"""No words of a case name anybody: what is read with which names, before it is kept (R106).

Supervisors and peers are asked onto cases who know members by code alone, and a
member's name has to go with their key. So each text is read against the names
that its writer may know; whoever leads no group is told of no name by a refusal.
What goes further is read against the names of the practice's staff too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from accounts.queries import staff_of
from audit import trail
from audit.trail import Actor
from ethics.models import EthicsCase
from sessions_app import queries as sessions
from sessions_app.guarding import Answer, Guard, NamesFound, Reading
from sessions_app.known_names import open_known_names
from sessions_app.models import TherapyGroup
from sessions_app.name_guard import KnownAs, Span
from vault import services as vault

BETWEEN = "\n\n"


class CaseNamesFound(NamesFound):
    """Somebody may be named in the texts of an entry; `texts` are they as rewritten so far."""

    def __init__(self, field: str, reading: Reading, texts: Mapping[str, str]) -> None:
        super().__init__(field, reading)
        self.texts = dict(texts)


@dataclass(frozen=True)
class CaseGuard:
    """The names that a writer may know, and what they answered about the words found."""

    guard: Guard

    def read(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return texts as they are kept. Raises CaseNamesFound with all that is open, as one."""
        readings = {name: self.guard.read(text, may_concern=False) for name, text in texts.items()}
        kept = {name: reading.text for name, reading in readings.items()}
        still_open = {name: reading for name, reading in readings.items() if reading.open}
        if still_open:
            raise CaseNamesFound(next(iter(still_open)), _as_one(still_open.values()), kept)
        return kept


def _as_one(readings: Iterable[Reading]) -> Reading:
    text, spans, unsaid = "", list[Span](), True
    for reading in readings:
        unsaid = unsaid and reading.unsaid
        text += BETWEEN if text else ""
        spans += [
            replace(one, start=one.start + len(text), end=one.end + len(text))
            for one in reading.open
        ]
        text += reading.text
    return Reading(text, open=tuple(spans), unsaid=unsaid)


def guard_for_case(
    by: Actor,
    *,
    case: EthicsCase | None = None,
    group: TherapyGroup | None = None,
    answers: Mapping[str, Answer] | None = None,
    instead: str = "a member",
    goes_further: bool = False,
) -> CaseGuard:
    """Return the guard of a writer's texts, its names opened for the machine alone: one entry.

    Of the groups they lead, and of the case's `group` if they led it when they
    opened the case, those whom they met there (R31): who came after they left is
    no name of theirs to try. With `goes_further` of the practice's staff too.
    """
    groups = {one.pk: one for one in sessions.groups_run_by(by)}
    if case and case.group and (case.opened_by_id == by.user or goes_further):
        groups[case.group.pk] = case.group
    if group:
        groups[group.pk] = group
    members = sessions.members_of(groups.values(), met_by=by) if groups else []
    staff = [one for one in staff_of(by.practice) if one.name_sealed] if goes_further else []
    if not members and not staff:
        return CaseGuard(Guard([], answers or {}, instead))
    ids = [*(one.pk for one in members), *(one.pk for one in staff)]
    receipt = trail.machine_receipt(by, "name_guard", ids)
    known, _ = open_known_names(members, receipt)
    names = vault.open_all([one.sealed_name for one in staff], receipt)
    known += [KnownAs(one.pk, name) for one, name in zip(staff, names, strict=True)]
    return CaseGuard(Guard(known, answers or {}, instead))

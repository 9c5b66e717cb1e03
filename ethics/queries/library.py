"""The library as somebody of a practice reads it: what is everybody's, and the practice's own."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.models import Practice
from audit.trail import Actor
from ethics import library_rules
from ethics.library_rules import Standing, Version
from ethics.models import Confirmation, CrisisContact, JurisdictionRule, PolicyReference
from sessions_app.queries import today_of

OF_PART2 = "part2-"

Entry = TypeVar("Entry", PolicyReference, JurisdictionRule)


@dataclass(frozen=True)
class Cited:
    """A version as a case cites it: what it is, and how it stands today.

    `label` is short ("ACA Code of Ethics, 2014, B.2.a"); `now` is the version in
    force today if it is another one, or of another code that took its place.
    """

    reference: PolicyReference
    standing: Standing
    now: PolicyReference | None

    @property
    def code(self) -> str:
        return self.reference.code

    @property
    def version(self) -> int:
        return self.reference.version

    @property
    def label(self) -> str:
        return label(self.reference)


def label(reference: PolicyReference) -> str:
    """Return how a citation is written: its source, edition and number."""
    parts = (reference.title, reference.edition, reference.number)
    return ", ".join(part for part in parts if part)


def references(
    by: Actor, *, kind: str = "", place: str = "", words: str = ""
) -> list[PolicyReference]:
    """Return each citation in the version in force today, or the newest if none is.

    Own policies first, then by kind, title and number; `place` is a jurisdiction
    and lets through what holds there. Each with `verified_on` and `verified_by_id`
    of the actor's practice.
    """
    today = today_of(by)
    found = [
        _in_force_or_newest(versions, today)
        for versions in _by_code(_seen_by(by).order_by("code", "version"))
    ]
    wanted = [
        one
        for one in found
        if (not kind or one.kind == kind)
        and _holds_in(one.jurisdiction, place)
        and library_rules.has_words(f"{label(one)} {one.says}", words)
    ]
    kinds = list(PolicyReference.Kind)
    wanted.sort(
        key=lambda one: (not one.is_own, kinds.index(PolicyReference.Kind(one.kind)), one.title)
    )
    return _with_confirmations(by, wanted)


def rules(by: Actor, *, place: str = "", words: str = "") -> list[JurisdictionRule]:
    """Return the rules of places in their newest version, by subject, the narrowest place first."""
    found = _newest(JurisdictionRule.objects.order_by("code", "version"))
    wanted = [
        one
        for one in found
        if _holds_in(one.jurisdiction, place)
        and library_rules.has_words(
            f"{one.jurisdiction} {one.get_subject_display()} {one.trigger} {one.basis}", words
        )
    ]
    places = library_rules.places_of(place) if place else ()
    subjects = list(JurisdictionRule.Subject)
    wanted.sort(
        key=lambda one: (
            subjects.index(JurisdictionRule.Subject(one.subject)),
            places.index(one.jurisdiction) if places else one.jurisdiction,
            one.code,
        )
    )
    return _with_confirmations(by, wanted)


def rules_by_basis(
    practice: Practice, day: date, *, part2: bool
) -> dict[str, list[JurisdictionRule]]:
    """Return the rules to show on a day for every ground of emergency release, for one record.

    By code of `consent.rules.overrides.Basis`; the state's own come first, none where
    the library knows none. They are shown, and decide nothing. Each with
    `verified_on` of the practice. Rules of 42 CFR Part 2 (their codes
    begin with `part2-`) stand first beside its records and are left out beside others.
    """
    rules = _rules_where(practice, day)
    found = [one for one in rules if part2 or not one.code.startswith(OF_PART2)]
    grouped = defaultdict[str, list[JurisdictionRule]](list)
    for one in sorted(found, key=lambda one: not one.code.startswith(OF_PART2)):
        for basis in one.bases:
            grouped[basis].append(one)
    return grouped


def versions_of(by: Actor, code: str) -> list[PolicyReference]:
    """Return every version of a citation, newest first. Raises PolicyReference.DoesNotExist."""
    versions = list(_seen_by(by).filter(code=code).order_by("-version"))
    if not versions:
        raise PolicyReference.DoesNotExist
    return _with_confirmations(by, versions)


def versions_of_rule(by: Actor, code: str) -> list[JurisdictionRule]:
    """Return every version of a rule, newest first. Raises JurisdictionRule.DoesNotExist."""
    versions = list(JurisdictionRule.objects.filter(code=code).order_by("-version"))
    if not versions:
        raise JurisdictionRule.DoesNotExist
    return _with_confirmations(by, versions)


def current(by: Actor, code: str, on: date | None = None) -> PolicyReference:
    """Return the version of a citation that is in force on a day, without one today.

    Raises PolicyReference.DoesNotExist if none is, or nothing of that code is the actor's.
    """
    versions = list(_seen_by(by).filter(code=code))
    number = library_rules.in_force(_versions(versions), on or today_of(by))
    for one in versions:
        if one.version == number:
            return one
    raise PolicyReference.DoesNotExist


def cited(by: Actor, code: str, version: int) -> Cited:
    """Return a version as it is cited, with how it stands today (R113).

    One that is past its day is still found and still readable: whoever cites it is
    told until when it was in force and which one is now. Raises
    PolicyReference.DoesNotExist.
    """
    return standings_of(by, versions_of(by, code), version)


def standings_of(by: Actor, versions: Sequence[PolicyReference], version: int) -> Cited:
    """Return one of the given versions of a citation as it is cited."""
    found = {one.version: one for one in versions}
    if version not in found:
        raise PolicyReference.DoesNotExist
    stands = library_rules.standing(version, _versions(versions), today_of(by))
    now = found.get(stands.now) if stands.now not in (None, version) else None
    if not stands.in_force and now is None and found[version].replaced_by:
        now = _seen_by(by).filter(code=found[version].replaced_by).order_by("-version").first()
    return Cited(found[version], stands, now)


def citations(by: Actor) -> list[tuple[str, list[Cited]]]:
    """Return what a case may cite, in force today, by kind: for a chooser with groups."""
    today = today_of(by)
    grouped: dict[str, list[Cited]] = defaultdict(list)
    for one in references(by):
        if not one.replaced_by and _covers(one, today):
            grouped[str(one.get_kind_display())].append(
                Cited(one, Standing(True, now=one.version), None)
            )
    return list(grouped.items())


def crisis_contacts(practice: Practice) -> list[CrisisContact]:
    """Return the lines to call where a practice is, as it changed them, in their order."""
    shown = [one for one in _lines(practice).values() if one.shown]
    return sorted(shown, key=lambda one: (one.place, one.code))


def crisis_contact(practice: Practice, code: str) -> CrisisContact:
    """Return a line as a practice has it, also one it took off.

    Raises CrisisContact.DoesNotExist.
    """
    if found := _lines(practice).get(code):
        return found
    raise CrisisContact.DoesNotExist


def _lines(practice: Practice) -> dict[str, CrisisContact]:
    """The newest version of each line by code; a practice's own stands before everybody's."""
    country = library_rules.country_of(practice.jurisdiction)
    rows = CrisisContact.objects.filter(
        Q(practice=practice) | Q(practice=None, country=country)
    ).order_by("code", "version")
    own, shared = dict[str, CrisisContact](), dict[str, CrisisContact]()
    for one in rows:
        (own if one.practice_id else shared)[one.code] = one
    return {**shared, **own}


def shared_crisis_contacts() -> list[CrisisContact]:
    """Return the lines everybody's library knows, by country: for who is not signed in."""
    rows = CrisisContact.objects.filter(practice=None).order_by("code", "version")
    newest = {one.code: one for one in rows}
    return sorted(newest.values(), key=lambda one: (one.country, one.place, one.code))


def _seen_by(by: Actor) -> QuerySet[PolicyReference]:
    return PolicyReference.objects.filter(Q(practice=None) | Q(practice_id=by.practice))


def _by_code(rows: Iterable[PolicyReference]) -> list[list[PolicyReference]]:
    found: dict[str, list[PolicyReference]] = defaultdict(list)
    for one in rows:
        found[one.code].append(one)
    return list(found.values())


def _versions(rows: Iterable[PolicyReference]) -> list[Version]:
    return [
        Version(one.version, one.effective_from, one.effective_until, bool(one.replaced_by))
        for one in rows
    ]


def _in_force_or_newest(versions: list[PolicyReference], day: date) -> PolicyReference:
    number = library_rules.in_force(_versions(versions), day)
    return next((one for one in versions if one.version == number), versions[-1])


def _rules_where(practice: Practice, day: date) -> list[JurisdictionRule]:
    """The rules in force on a day where a practice is, the narrowest place first."""
    places = library_rules.places_of(practice.jurisdiction)
    looked_up = Confirmation.objects.filter(
        practice=practice, code=OuterRef("code"), version=OuterRef("version")
    ).order_by("-pk")
    rows = JurisdictionRule.objects.filter(jurisdiction__in=places).order_by("code", "version")
    rows = rows.annotate(looked_up_on=Subquery(looked_up.values("on")[:1]))
    found = [one for one in _newest(rows) if _covers(one, day)]
    for one in found:
        one.verified_on = one.looked_up_on  # type: ignore[attr-defined]
    return sorted(found, key=lambda one: (places.index(one.jurisdiction), one.code))


def _newest(rows: Iterable[JurisdictionRule]) -> list[JurisdictionRule]:
    return list({one.code: one for one in rows}.values())


def _covers(one: PolicyReference | JurisdictionRule, day: date) -> bool:
    since, until = one.effective_from, one.effective_until
    return (since is None or since <= day) and (until is None or day <= until)


def _holds_in(jurisdiction: str, place: str) -> bool:
    return not place or not jurisdiction or jurisdiction in library_rules.places_of(place)


def _with_confirmations(by: Actor, rows: list[Entry]) -> list[Entry]:
    """Say of each row when somebody of the practice last found it so, and who."""
    latest: dict[tuple[str, int], Confirmation] = {}
    for one in Confirmation.objects.filter(practice_id=by.practice).order_by("pk"):
        latest[one.code, one.version] = one
    for row in rows:
        found = latest.get((row.code, row.version))
        row.verified_on = found.on if found else None
        row.verified_by_id = found.by_id if found else None
    return rows


def confirmers(rows: Iterable[PolicyReference | JurisdictionRule]) -> set[UUID]:
    """Return who confirmed any of these versions, for their names."""
    return {one.verified_by_id for one in rows if isinstance(one.verified_by_id, UUID)}

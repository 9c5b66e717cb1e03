"""A release by link and passcode: two secrets, two channels, and the gate at every opening.

The address carries the link's code, its fragment the secret, which therefore
reaches no log; the passcode is told another way. A try counts before anything
is compared, in a transaction of its own, so that guessing in parallel gains
nothing (T17). Every opening decides again, at its instant.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import Practice, Role
from accounts.services import StepUpScope, answer, claim, step_up_refusals_noted, use_step_up
from audit import queries as audit
from audit import trail
from audit.clock import DatabaseClock, database_now
from audit.entry import Line
from audit.ids import free_code
from audit.models import Entry, Outcome
from audit.trail import NOBODY, Actor, Receipt
from consent import queries
from consent.models import LinkVisit, Release, ReleaseLink
from consent.queries import LINK_TRIES
from consent.services.release import Withheld, decided_again
from consent.services.verdicts import (
    Part,
    Verdict,
    ids_to_open,
    keys_and_head,
    note_verdicts,
    parts_of,
)
from sessions_app.queries import LockMissed
from sessions_app.rules import Problem, check
from vault import key_ring

LINK = "link.made"
OPENED = "link.opened"
TRIED = "link.tried"
ENDED = "link.ended"
RECIPIENT = "recipient"
HOURS = (24, 72, 7 * 24)
OPENINGS = (1, 2, 3)
VISIT_LASTS = timedelta(minutes=15)
PASSCODE_DIGITS = 8


class LinkClosed(Exception):
    """Nothing opens here. One answer for every cause: whoever stands outside learns none."""


@dataclass(frozen=True)
class MadeLink:
    """A link with its two secrets, which are shown once and kept nowhere; empty the second time."""

    link: ReleaseLink
    secret: str
    passcode: str


@dataclass(frozen=True)
class OpenedLink:
    """What of a link's release may be read at this instant; `visit` is new with each passcode."""

    link: ReleaseLink
    parts: list[Part]
    receipt: Receipt
    visit: str

    @property
    def release(self) -> Release:
        return self.link.release

    @property
    def practice(self) -> Practice:
        return self.link.practice


def link_scope(release: Release) -> StepUpScope:
    """Return what a step-up for a link to one release is bound to."""
    return StepUpScope(LINK, release.pk, release.pk, release.recipient_id, release.purpose)


def make_link(
    *, by: Actor, code: str, hours: int, openings: int, step_up_id: UUID, once: UUID
) -> MadeLink:
    """Make a way to a release for `hours` (one, three or seven days) and up to three openings.

    Decides first: for what may not go out now there is no link. The same `once`
    gives the same link, without its secrets. Raises Rejected, Withheld after
    the try is recorded, StepUpRefused, Release.DoesNotExist, vault.Keyless.
    """
    check(_link_problems(hours, openings))
    known = keys_and_head(by.practice)
    release = queries.own_release(by, code)
    if queries.override_behind(release):
        check(_single_problems(hours, openings))
    if release.decision == Release.Decision.WITHHOLD:
        raise Withheld(release)
    secret = secrets.token_urlsafe(32)
    passcode = f"{secrets.randbelow(10**PASSCODE_DIGITS):0{PASSCODE_DIGITS}}"
    passcode_hash = make_password(passcode)
    link = None
    with step_up_refusals_noted(by, LINK), transaction.atomic(durable=True):
        content = (release.pk, hours, openings)
        claimed = claim(by=by, once=once, act=LINK, content=content)
        if claimed.answer:
            return MadeLink(ReleaseLink.objects.get(pk=claimed.answer), "", "")
        found = decided_again(by, release, known)
        use_step_up(by=by, step_up_id=step_up_id, scope=link_scope(release))
        link_code = free_code("L", lambda code: ReleaseLink.objects.filter(code=code).exists())
        if any(verdict.decision.permits for verdict in found):
            now = database_now()
            link = ReleaseLink.objects.create(
                practice_id=release.practice_id,
                release=release,
                code=link_code,
                secret_hash=_hashed(secret),
                passcode_hash=passcode_hash,
                made_by_id=by.user,
                made_at=now,
                expires=now + timedelta(hours=hours),
                openings_allowed=openings,
            )
            answer(claimed, link.pk)
        _note(by, LINK, release, found, via=link_code)
    if link is None:
        raise Withheld(release)
    return MadeLink(link, secret, passcode)


def end_link(*, by: Actor, code: str) -> ReleaseLink:
    """End a link from this instant on, for those who are reading too; twice is once.

    Needs no key and no password. Raises ReleaseLink.DoesNotExist.
    """
    link = queries.own_link(by, code)
    with transaction.atomic(durable=True):
        if _locked(link).ended_at is None:
            _end(link)
            _append(by, ENDED, link)
    return queries.own_link(by, code)


def open_link(*, code: str, secret: str, passcode: str) -> OpenedLink:
    """Open a release by its link and passcode: count the try, compare, decide again, record.

    Raises LinkClosed for every cause there is; what was tried with the right
    secret leaves an entry. Raises vault.Keyless before it looks at anything.
    """
    key_ring.current()
    link = _take_a_try(code, secret)
    if link is None:
        make_password(passcode)  # whatever is wrong, as much is done as for a link that lives
        raise LinkClosed
    if not check_password(passcode, link.passcode_hash):
        _note_wrong(link)
        raise LinkClosed
    return _open(link, spends=True)


def reopen(*, code: str, visit: str) -> OpenedLink | None:
    """Show a release once more during a visit that began with the passcode; spends no opening.

    Decides again like every opening. Returns None if there is no such visit of
    this link, or it is over. Raises LinkClosed, vault.Keyless.
    """
    key_ring.current()
    found = (
        LinkVisit.objects.filter(
            token_hash=_hashed(visit), link__code=code, expires__gt=DatabaseClock()
        )
        .select_related("link__practice", "link__release__recipient")
        .first()
    )
    return _open(found.link, spends=False) if found else None


def _link_problems(hours: int, openings: int) -> dict[str, Problem]:
    problems = {}
    if hours not in HOURS:
        problems["hours"] = Problem.UNKNOWN
    if openings not in OPENINGS:
        problems["openings"] = Problem.UNKNOWN
    return problems


def _single_problems(hours: int, openings: int) -> dict[str, Problem]:
    """A release on an override is opened once, on the day it was made (R100)."""
    problems = {}
    if hours != HOURS[0]:
        problems["hours"] = Problem.OUT_OF_BOUNDS
    if openings != OPENINGS[0]:
        problems["openings"] = Problem.OUT_OF_BOUNDS
    return problems


def _take_a_try(code: str, secret: str) -> ReleaseLink | None:
    """Count a try of a live link, and commit that before anything is compared (T17).

    Without the secret nothing is counted: who has only the code ends no link.
    """
    live = ReleaseLink.objects.filter(code=code, secret_hash=_hashed(secret))
    with transaction.atomic(durable=True):
        counted = _openable(live).filter(wrong_tries__lt=LINK_TRIES)
        if not counted.update(wrong_tries=F("wrong_tries") + 1):
            return None
    return live.select_related("practice", "release__recipient").get()


def _openable(links: QuerySet[ReleaseLink]) -> QuerySet[ReleaseLink]:
    return links.filter(
        ended_at=None, expires__gt=DatabaseClock(), openings_used__lt=F("openings_allowed")
    )


def _open(link: ReleaseLink, *, spends: bool) -> OpenedLink:
    """Decide again, as whoever made the link; give back the try, since it was a right one."""
    known = keys_and_head(link.practice_id)
    parts: list[Part] = []
    visit = ""
    entry = None
    try:
        with transaction.atomic(durable=True):
            found = _decided_for_the_maker(link, known, visiting=None if spends else link.pk)
            if spends:
                ReleaseLink.objects.filter(pk=link.pk).update(wrong_tries=F("wrong_tries") - 1)
            locked = _locked(link)
            now = database_now()
            live = locked.ended_at is None and now < locked.expires
            if live and (not spends or locked.openings_used < locked.openings_allowed):
                parts = parts_of(found)
                if parts and spends:
                    visit = _begin_visit(locked)
                ids = ids_to_open(parts, link.release.recipient_id) if parts else ()
                entry = _note(_recipient(link), OPENED, link.release, found, via=link.code, ids=ids)
    except LockMissed:
        raise LinkClosed from None
    if entry is None or not parts:
        raise LinkClosed
    return OpenedLink(link, parts, trail.receipt_of(entry), visit)


def _decided_for_the_maker(
    link: ReleaseLink, known: Collection[Line], *, visiting: UUID | None
) -> list[Verdict]:
    """Decide as whoever made the link: who may not release any more lets nothing out by it."""
    maker = Actor(link.practice_id, link.made_by_id, Role.FACILITATOR)
    return decided_again(maker, link.release, known, visiting=visiting)


def _begin_visit(link: ReleaseLink) -> str:
    """Spend an opening and begin a short visit; the caller holds the link's lock."""
    ReleaseLink.objects.filter(pk=link.pk).update(openings_used=F("openings_used") + 1)
    token = secrets.token_urlsafe(32)
    now = database_now()
    LinkVisit.objects.create(
        link=link,
        token_hash=_hashed(token),
        began_at=now,
        expires=min(now + VISIT_LASTS, link.expires),
    )
    return token


def _note_wrong(link: ReleaseLink) -> None:
    """Write down a wrong passcode; the fifth ends the link.

    Counted are the entries: the column also holds right tries that are still
    under way, which must end no link.
    """
    with transaction.atomic(durable=True):
        _locked(link)
        before = audit.times(link.practice_id, link.pk, TRIED)
        if last := before + 1 >= LINK_TRIES:
            _end(link)
        _append(_recipient(link), TRIED, link, outcome=Outcome.REFUSED)
        if last:
            _append(_recipient(link), ENDED, link)


def _locked(link: ReleaseLink) -> ReleaseLink:
    return ReleaseLink.objects.select_for_update().get(pk=link.pk)


def _end(link: ReleaseLink) -> None:
    ReleaseLink.objects.filter(pk=link.pk, ended_at=None).update(ended_at=database_now())


def _recipient(link: ReleaseLink) -> Actor:
    return Actor(link.practice_id, NOBODY, RECIPIENT)


def _append(by: Actor, act: str, link: ReleaseLink, *, outcome: Outcome = Outcome.DONE) -> Entry:
    group = link.release.items.values_list("version__disclosure__group", flat=True)[0]
    return trail.append(
        by,
        act,
        object_id=link.pk,
        code=link.code,
        group=group,
        ground=link.release.code,
        outcome=outcome,
    )


def _note(
    by: Actor,
    act: str,
    release: Release,
    found: Collection[Verdict],
    *,
    via: str,
    ids: Collection[UUID] = (),
) -> Entry:
    verdicts = list(found)
    return note_verdicts(
        by,
        act,
        verdicts,
        object_id=release.pk,
        code=release.code,
        group=verdicts[0].item.group_id,
        purpose=release.purpose,
        ids=ids,
        via=via,
    )


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()

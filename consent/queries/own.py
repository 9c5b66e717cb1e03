"""A member's own questions and permissions, and the words these are about."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects

from accounts.kept_query import KeptQuery
from audit.clock import DatabaseClock, database_now
from audit.trail import NOBODY, Actor
from consent.facts import facts_of, showable
from consent.freezes import frozen_in
from consent.kinds import Kind
from consent.models import (
    Consent,
    ConsentEvent,
)
from consent.queries.ledger import LEDGER, YES, with_last_event
from consent.queries.paging import page_of
from consent.rules import speaker_allows_showing
from sessions_app import queries as sessions
from sessions_app.models import (
    Disclosure,
    DisclosureVersion,
    Subject,
    VersionUserPermission,
)


def own_consents(by: Actor) -> QuerySet[Consent]:
    """Return every consent the actor was asked for as a member, newest first.

    A consent without an event was not put to its member yet (the speaker is
    asked first) and does not exist for them. `several` says whether the words
    concern somebody else too.
    """
    return _put_to(by.user)


def _put_to(user: UUID) -> QuerySet[Consent]:
    asked = ConsentEvent.objects.filter(consent=OuterRef("pk"))
    others = Subject.objects.filter(version=OuterRef("version")).exclude(member=OuterRef("member"))
    return (
        with_last_event(  # type: ignore[no-redef]
            Consent.objects.filter(Exists(asked), member__user_id=user)
        )
        .annotate(several=Exists(others))
        .select_related(
            "request__asked_by",
            "recipient",
            "recipient_class",
            "version__disclosure__session",
            "member",
        )
        .order_by("-pk")
    )


def _put_to_under(user: UUID, code: str) -> QuerySet[Consent]:
    return _put_to(user).filter(code=code)


_all_own = KeptQuery(_put_to, NOBODY)
_one_own = KeptQuery(_put_to_under, NOBODY, "no consent has this code")


def all_own_consents(by: Actor) -> list[Consent]:
    """Return `own_consents` as they are now, by SQL that is written once (decision 22)."""
    return list(_all_own.all(by.user))


def page_of_own_consents(by: Actor, *, before: str = "") -> list[Consent]:
    """Return a page of the actor's own consents, newest first, older than code `before`.

    What was written in error is not listed: it may have named the wrong person.
    """
    listed = own_consents(by).exclude(version__disclosure__state__in=Disclosure.OUT)
    return page_of(listed, before)


def own_consent(by: Actor, code: str) -> Consent:
    """Return one of the actor's own consents. Raises Consent.DoesNotExist."""
    if found := _one_own.first(by.user, code):
        return found
    raise Consent.DoesNotExist


def own_consent_and_ledger(by: Actor, code: str) -> Consent:
    """Return one of the actor's own consents with all that happened to it, in order."""
    found = own_consent(by, code)
    prefetch_related_objects([found], LEDGER)
    return found


def standing_of(by: Actor) -> list[Consent]:
    """Return the actor's own permissions whose last word is a yes, by item."""
    standing = Q(last_kind__in=YES)
    return list(own_consents(by).filter(standing).order_by("version__disclosure", "pk"))


def open_question(by: Actor, code: str) -> Consent:
    """Return a question the actor may answer now: asked, current, in time, and with the right.

    One whose yes was given under pressure is answered in the room (services/holding.py).
    Raises Consent.DoesNotExist.
    """
    return _open_questions(by).get(code=code)


def open_questions(by: Actor, codes: Iterable[str]) -> list[Consent]:
    """Return several questions of one request. Raises Consent.DoesNotExist if one is not open."""
    wanted = set(codes)
    found = list(_open_questions(by).filter(code__in=wanted).order_by("code"))
    if len(found) != len(wanted) or len({one.request_id for one in found}) != 1:
        raise Consent.DoesNotExist
    return found


def asked_together(by: Actor, consent: Consent) -> list[Consent]:
    """Return what one request asks the actor and they may answer now, oldest first."""
    return list(_open_questions(by).filter(request=consent.request_id).order_by("pk"))


def asked_anew(by: Actor, consent: Consent) -> Consent | None:
    """Return the open question about the same item's words as they are now, to the same reader."""
    about = _open_questions(by).filter(version__disclosure=consent.version.disclosure_id)
    return about.filter(recipient=consent.recipient_id).exclude(pk=consent.pk).first()


def _open_questions(by: Actor) -> QuerySet[Consent]:
    may_decide = VersionUserPermission.objects.filter(
        content_object=OuterRef("version"),
        user_id=by.user,
        permission__codename="decide_version",
    )
    beside = Consent.objects.filter(request=OuterRef("request"), member=OuterRef("member"))
    return (
        own_consents(by)  # type: ignore[no-redef]
        .annotate(together=Exists(beside.exclude(pk=OuterRef("pk"))))
        .filter(
            Exists(may_decide),
            # What a representative signed is asked for anew, however long ago the question was.
            Q(request__answer_by__gt=DatabaseClock()) | Q(to_reaffirm=True),
            expires__gt=DatabaseClock(),
            version__number=F("version__disclosure__current_version"),
        )
        .exclude(version__disclosure__state__in=Disclosure.OUT)
    )


def words_shown_to(by: Actor, consent: Consent) -> DisclosureVersion:
    """Return the version whose words this member may read with a question of theirs.

    Guardian's row says who may knock; for another subject than the speaker the
    speaker's yes is then checked again on authenticated facts, so that neither
    a forged row nor an end nobody has swept yet shows a word (rows 56-58), and
    nothing is shown to another while the house is frozen.
    Raises DisclosureVersion.DoesNotExist, vault.Keyless.
    """
    version = (
        sessions.readable_versions(by)
        .annotate(frozen=frozen_in(by.practice))
        .get(pk=consent.version_id)
    )
    if consent.member_id != version.disclosure.speaker_id:
        item = facts_of(version.disclosure_id)
        if version.frozen or not speaker_allows_showing(item, database_now()):
            raise DisclosureVersion.DoesNotExist
    return version


def reaffirm_waits(by: Actor) -> list[Consent]:
    """Return the actor's permissions that somebody gave for them, and whose authority is over.

    They count no more; the member may give them anew, and need not (R33).
    """
    found = own_consents(by).filter(
        Q(to_reaffirm=True),
        Q(last_kind__in=(Kind.GRANTED, Kind.UNHELD)),
        expires__gt=DatabaseClock(),
        version__number=F("version__disclosure__current_version"),
    )
    return list(found.exclude(version__disclosure__state__in=Disclosure.OUT))


def all_words_shown_to(by: Actor, consents: Iterable[Consent]) -> dict[UUID, DisclosureVersion]:
    """Return the versions that `words_shown_to` would, by consent, in as many queries as for one.

    What is closed is not there. Raises vault.Keyless.
    """
    about = {one.version_id: one for one in consents}
    readable = sessions.readable_versions(by).annotate(frozen=frozen_in(by.practice))
    found = {version.pk: version for version in readable.filter(pk__in=about)}
    others = [v for v in found.values() if about[v.pk].member_id != v.disclosure.speaker_id]
    shown = showable(others, database_now()) if others else set()
    closed = {version.pk for version in others if version.frozen or version.pk not in shown}
    return {one.pk: found[pk] for pk, one in about.items() if pk in found and pk not in closed}

"""The cast: named people who play in every test, and the shortest ways to set a scene.

Linden practice: Fay leads the Tuesday group, Cody leads it with her, Sue
supervises it, Adam administrates. Ana and Ben are in it and signed the
agreement; Cleo is in it and has not signed. Otto leads another group of the
same practice, with Dora. Zoe runs another practice, with Zed. In the one
session that was held Ana and Cleo were there and Ben was absent.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from accounts.factors import TOTP, totp_data
from accounts.models import Practice, Role, StaffRole, StepUp, User
from accounts.services import (
    SET_UP,
    StepUpScope,
    begin_step_up,
    confirm_step_up,
    create_practice,
    create_staff,
    note_sign_in,
)
from audit.models import Entry
from audit.trail import Actor
from consent.models import Consent, ConsentRequest, Freeze, Recipient, Release
from consent.services.asking import ask_consent
from consent.services.deciding import grant_consent, grant_scope
from consent.services.freezing import lift_freeze, lift_scope
from consent.services.links import MadeLink, link_scope, make_link
from consent.services.recipients import create_recipient
from consent.services.release import release_group, release_item, release_scope, release_session
from consent.services.verdicts import AskedFor, group_asked_for, session_asked_for
from sessions_app import queries as sessions
from sessions_app.guarding import Guard
from sessions_app.known_names import guard_for
from sessions_app.models import (
    AttendanceStatus,
    Disclosure,
    GroupNote,
    GroupSession,
    Member,
    Modality,
    RecordClass,
    TherapyGroup,
)
from sessions_app.rules import Problem, Rejected
from sessions_app.services.agreements import sign_agreement
from sessions_app.services.groups import (
    add_facilitator,
    add_member,
    assign_supervisor,
    create_group,
)
from sessions_app.services.items import record_item
from sessions_app.services.notes import (
    sign_group_note,
    sign_progress_note,
    write_group_note,
    write_progress_note,
    write_summary,
)
from sessions_app.services.redacting import confirm_second_look, derive_redacted_item
from sessions_app.services.sessions import log_session
from vault import key_ring

PASSWORD = "a chair by the window"
SEED = "ONLYFORTESTSONLYFORTESTSONLYFORT"  # of everybody's code app
ZONE = "America/New_York"
BOTH = {"default", "vault"}


class Cast:
    """The people, and verbs for the tests. Everything goes through the services."""

    def play(self: Any) -> None:
        key_ring.adopt()
        cache.clear()  # the limits on sign-in live there, and a flush does not reach it
        self.today = _today()
        self.practice = _practice("Linden")
        self.fay = staff(self.practice, "Fay Ferrer", Role.FACILITATOR)
        self.cody = staff(self.practice, "Cody Clark", Role.FACILITATOR)
        self.otto = staff(self.practice, "Otto Olsen", Role.FACILITATOR)
        self.sue = staff(self.practice, "Sue Sanders", Role.SUPERVISOR)
        self.adam = staff(self.practice, "Adam Abara", Role.ADMINISTRATOR)
        # Otto's first: no code of Fay's group is also a code in another practice.
        self.other_group = _group(self.otto, "Thursday group")
        self.group = _group(self.fay, "Tuesday group")
        since = self.today - timedelta(days=60)
        add_facilitator(by=self.fay, group=self.group, user=user_of(self.cody), since=since)
        assign_supervisor(by=self.adam, group=self.group, user=user_of(self.sue), since=since)
        self.ana = self.join(self.fay, self.group, "Ana Almeida")
        self.ben = self.join(self.fay, self.group, "Ben Brandt")
        self.cleo = self.join(self.fay, self.group, "Cleo Castell", signs=False)
        self.clinic = recipient(self.adam, "Dr Osei, Riverside Clinic")
        self.insurer = recipient(self.adam, "Mutual Insurance")
        self.session = self.held(
            self.fay, self.group, present=[self.ana, self.cleo], absent=[self.ben]
        )
        self.dora = self.join(self.otto, self.other_group, "Dora Dahl")
        self.other_practice = _practice("Hillside")
        self.zoe = staff(
            self.other_practice, "Zoe Zander", Role.FACILITATOR, Role.SUPERVISOR, Role.ADMINISTRATOR
        )
        self.far_group = _group(self.zoe, "Far group")
        self.zed = self.join(self.zoe, self.far_group, "Zed Zimmer")

    def join(
        self, by: Actor, group: TherapyGroup, name: str, *, signs: bool = True
    ) -> "CastMember":
        since = _today() - timedelta(days=60)
        added = add_member(
            by=by, group=group, name=name, since=since, once=uuid4(), password=PASSWORD
        )
        member = CastMember(added.member, signed_in_as(added.issued.user, "member"), name)
        if signs:
            self.signs(member)
        return member

    def signs(self, member: "CastMember") -> None:
        [stint] = sessions.own_memberships(member.actor)
        sign_agreement(by=member.actor, membership_id=stint.pk, signature=member.name)

    def held(
        self,
        by: Actor,
        group: TherapyGroup,
        *,
        present: Iterable["CastMember"],
        absent: Iterable["CastMember"] = (),
        days_ago: int = 3,
    ) -> GroupSession:
        starts = timezone.now() - timedelta(days=days_ago)
        marks = {one.member.pk: AttendanceStatus.ATTENDED for one in present}
        marks |= {one.member.pk: AttendanceStatus.ABSENT for one in absent}
        return log_session(
            by=by,
            group=group,
            starts=starts,
            ends=starts + timedelta(minutes=90),
            attendance=marks,
            once=uuid4(),
        )

    def said(
        self: Any,
        text: str = "I told my brother the truth on Sunday.",
        speaker: "CastMember | None" = None,
        *others: "CastMember",
    ) -> Disclosure:
        speaker = speaker or self.ana
        return record_item(
            by=self.fay,
            session=self.session,
            speaker=speaker.member.pk,
            concerned=[one.member.pk for one in others],
            text=text,
            once=uuid4(),
            guard=self.guard(),
        )

    def guard(self: Any, session: GroupSession | None = None) -> Guard:
        return guard_for(self.fay, session or self.session)

    def note_about(self: Any, member: "CastMember", text: str, *, sign: bool = False) -> Disclosure:
        note = write_progress_note(
            by=self.fay,
            session=self.session,
            member=member.member.pk,
            text=text,
            seen=0,
            guard=self.guard(),
        )
        if sign:
            note = sign_progress_note(
                by=self.fay, code=note.code, seen=1, text=text, guard=self.guard()
            )
        return note

    def summary_about(
        self: Any, member: "CastMember", text: str, *, sign: bool = False
    ) -> Disclosure:
        summary = write_summary(
            by=self.fay,
            session=self.session,
            member=member.member.pk,
            text=text,
            guard=self.guard(),
            once=uuid4(),
        )
        if sign:
            summary = sign_progress_note(
                by=self.fay, code=summary.code, seen=1, text=text, guard=self.guard()
            )
        return summary

    def write_group_note(
        self: Any, session: GroupSession, text: str, *, sign: bool = True
    ) -> GroupNote:
        guard = self.guard(session)
        note = write_group_note(by=self.fay, session=session, text=text, seen=0, guard=guard)
        if sign:
            note = sign_group_note(by=self.fay, session=session, seen=1, text=text, guard=guard)
        return note

    def redacted(
        self: Any, original: Disclosure, text: str, *stay: "CastMember", once: UUID | None = None
    ) -> Disclosure:
        return derive_redacted_item(
            by=self.fay,
            code=original.code,
            seen_version=original.current_version,
            concerned=[one.member.pk for one in stay or (self.ana,)],
            text=text,
            once=once or uuid4(),
            guard=self.guard(),
        )

    def looked_at(self: Any, item: Disclosure, by: Actor | None = None) -> Disclosure:
        return confirm_second_look(
            by=by or self.cody, code=item.code, seen_version=item.current_version
        )

    def asked(
        self: Any,
        item: Disclosure,
        to: Recipient | None = None,
        purpose: str = "TREAT",
        *,
        expires_on: date | None = None,
        answer_by: date | None = None,
    ) -> ConsentRequest:
        return ask_consent(
            by=self.fay,
            codes=[item.code],
            recipient=to or self.clinic,
            purposes=[purpose],
            expires_on=expires_on or self.today + timedelta(days=90),
            answer_by=answer_by or self.today + timedelta(days=14),
            once=uuid4(),
        )

    def consent_of(self, member: "CastMember", request: ConsentRequest) -> Consent:
        return Consent.objects.get(request=request, member=member.member)

    def grants(self, member: "CastMember", request: ConsentRequest) -> Consent:
        consent = self.consent_of(member, request)
        step_up = self.stepped_up(member.actor, grant_scope(consent))
        grant_consent(by=member.actor, code=consent.code, signature=member.name, step_up_id=step_up)
        return consent

    def stepped_up(self, by: Actor, scope: StepUpScope) -> Any:
        step_up = begin_step_up(by=by, scope=scope)
        assert confirm_step_up(by=by, user=user_of(by), step_up_id=step_up.pk, **proof_of(by))
        return step_up.pk

    def releases(
        self: Any, item: Disclosure, to: Recipient | None = None, purpose: str = "TREAT"
    ) -> Release:
        to = to or self.clinic
        current = sessions.own_item(self.fay, item.code)
        return release_item(
            by=self.fay,
            code=item.code,
            recipient=to,
            purpose=purpose,
            step_up_id=self.stepped_up(self.fay, release_scope(current, to, purpose)),
            once=uuid4(),
        )

    def releases_session(
        self: Any,
        session: GroupSession | None = None,
        by: Actor | None = None,
        to: Recipient | None = None,
    ) -> Release:
        by, session = by or self.fay, session or self.session
        given = self.all_that_goes_with(by, session_asked_for(by, session.pk), to)
        return release_session(by=by, session=session.pk, **given)

    def releases_group(self: Any, by: Actor | None = None) -> Release:
        by = by or self.fay
        given = self.all_that_goes_with(by, group_asked_for(by, self.group.code))
        return release_group(by=by, code=self.group.code, **given)

    def all_that_goes_with(
        self: Any, by: Actor, asked: AskedFor, to: Recipient | None = None
    ) -> dict[str, Any]:
        to = to or self.clinic
        return {
            "recipient": to,
            "purpose": "TREAT",
            "step_up_id": self.stepped_up(by, asked.scope(to, "TREAT")),
            "once": uuid4(),
        }

    def linked(self: Any, release: Release, *, hours: int = 72, openings: int = 3) -> MadeLink:
        return make_link(
            by=self.fay,
            code=release.code,
            hours=hours,
            openings=openings,
            step_up_id=self.stepped_up(self.fay, link_scope(release)),
            once=uuid4(),
        )

    def last_entry(self: Any, practice: Practice | None = None) -> Entry:
        chain = (practice or self.practice).pk
        return Entry.objects.filter(chain=chain).order_by("-seq")[0]


class CastMember:
    """A member with the actor of their sign-in."""

    def __init__(self, member: Member, actor: Actor, name: str) -> None:
        self.member, self.actor, self.name = member, actor, name


class CastTestCase(Cast, TestCase):
    """Tests with the cast, each rolled back at its end."""

    databases = BOTH
    stage: type[Cast] = Cast

    @classmethod
    def setUpTestData(cls) -> None:
        stage = cls.stage()
        stage.play()
        for name, played in vars(stage).items():
            setattr(cls, name, played)


class TransactionalCastTestCase(Cast, TransactionTestCase):
    """Tests with the cast in committed rows: for threads, browsers and crashes."""

    databases = BOTH

    def setUp(self) -> None:
        self.play()


def proven(by: Actor, scope: StepUpScope) -> UUID:
    """Return a step-up as if the password had just been given, where that is not the matter."""
    now = timezone.now()
    return StepUp.objects.create(
        sign_in_id=by.sign_in,
        act=scope.act,
        item=scope.item,
        version=scope.version,
        recipient=scope.recipient,
        purpose=scope.purpose,
        asked_at=now,
        confirmed_at=now,
    ).pk


def agrees_to_lift(by: Actor, frozen: Freeze) -> bool:
    """Agree to lift a freeze, where the proof of who it is is not the matter."""
    return lift_freeze(by=by, freeze_id=frozen.pk, step_up_id=proven(by, lift_scope(frozen)))


def user_of(actor: Actor) -> User:
    return User.objects.get(pk=actor.user)


def recipient(
    by: Actor, name: str, kind: Recipient.Kind = Recipient.Kind.ORGANISATION
) -> Recipient:
    return create_recipient(by=by, name=name, address="40 Mill Lane", once=uuid4(), kind=kind)


def sign_in(client: Any, actor: Actor) -> None:
    """Sign a test client in through the pages, as the person would."""
    response = client.post(
        "/sign-in/", {"login": user_of(actor).sign_in_name, "password": PASSWORD}
    )
    assert response.status_code == 302, response.content
    if response["Location"] == "/sign-in/code/":
        response = client.post("/sign-in/code/", {"code": code_of(actor)})
        assert response.status_code == 302, response.content


def gets_a_code_app(user: User) -> None:
    """Give somebody a code app, where setting it up is not the matter."""
    Authenticator.objects.create(user=user, type=TOTP, data=totp_data(user, SEED, -1))


def code_of(actor: Actor) -> str:
    """Return what a person's code app shows now; empty without one.

    It counts as not used yet: nobody waits half a minute between two steps of a test.
    """
    row = Authenticator.objects.filter(user=actor.user, type=TOTP).first()
    if row is None:
        return ""
    Authenticator.objects.filter(pk=row.pk).update(data={**row.data, "step": -1})
    return shown_code(SEED)


def shown_code(seed: str) -> str:
    """Return the code that an app with this seed shows now."""
    return format_hotp_value(hotp_value(seed, int(time.time()) // 30))


def proof_of(actor: Actor) -> dict[str, str]:
    """Return what a person types when they are asked once more who they are."""
    return {"password": PASSWORD, "code": code_of(actor)}


def _today() -> date:
    """The practice's local day: in the small hours of UTC that is still yesterday."""
    return timezone.now().astimezone(ZoneInfo(ZONE)).date()


def _practice(name: str) -> Practice:
    return create_practice(name=name, time_zone=ZONE, jurisdiction="US-NY")


def staff(practice: Practice, name: str, *roles: Role) -> Actor:
    issued = create_staff(
        by=SET_UP, practice=practice.pk, name=name, roles=list(roles), password=PASSWORD
    )
    gets_a_code_app(issued.user)
    return signed_in_as(issued.user, roles[0])


def signed_in_as(user: User, role: str) -> Actor:
    return Actor(user.practice_id, user.pk, role, note_sign_in(user=user, device="test").pk)


def _group(by: Actor, name: str) -> TherapyGroup:
    return create_group(
        by=by,
        name=name,
        modality=Modality.PROCESS,
        record_class=RecordClass.PSYCHOTHERAPY,
        since=_today() - timedelta(days=60),
        once=uuid4(),
    )


@contextmanager
def role_ended(actor: Actor) -> Iterator[None]:
    """Take a role by hand, as if it ended while a request of theirs waited; give it back after."""
    held = StaffRole.objects.filter(user=actor.user, role=actor.role)
    held.update(until=timezone.now())
    yield
    held.update(until=None)


@contextmanager
def account_closed(actor: Actor) -> Iterator[None]:
    """Close an account by hand, as if that came while a request of theirs waited; open it after."""
    account = User.objects.filter(pk=actor.user)
    account.update(is_active=False)
    yield
    account.update(is_active=True)


WAYS_TO_GO = (role_ended, account_closed)


@contextmanager
def refused(problem: Problem) -> Iterator[None]:
    """Expect that nothing is saved, for this reason."""
    with pytest.raises(Rejected) as caught:
        yield
    assert set(caught.value.problems.values()) == {problem}

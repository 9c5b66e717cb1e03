"""Putting the demo's facts into an empty house, through the services, as the people themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connections

from accounts.models import Practice, Role, User
from accounts.services import (
    SET_UP,
    StepUpScope,
    begin_step_up,
    confirm_step_up,
    create_practice,
    create_staff,
    note_sign_in,
)
from audit.trail import Actor
from consent.models import Consent, ConsentRequest, Recipient, ReviewOutcome
from consent.rules.claims import ClaimWords
from consent.rules.overrides import Basis, Fact
from consent.rules.passages import sentences_of
from consent.services.asking import ask_consent
from consent.services.deciding import (
    decline_consent,
    grant_consent,
    grant_scope,
    revoke_consent,
)
from consent.services.deciding_for import grant_for, grant_for_scope
from consent.services.notifying import see_all_notices
from consent.services.overriding import (
    approve_override,
    approve_scope,
    override_scope,
    release_override,
    request_override,
)
from consent.services.papers import attest_paper, confirm_paper, paper_scope
from consent.services.privacy import ask_privacy
from consent.services.recipients import create_recipient
from consent.services.release import Received, Withheld, hand_over, release_item, release_scope
from consent.services.representing import (
    confirm_representation,
    record_representation,
    record_standing,
    represent_scope,
)
from consent.services.reviewing import close_review, open_review
from ethics.guarding import guard_for_case
from ethics.risk_rules import Talk
from ethics.rules import StepKind
from ethics.services.cases import close_case, open_case, write_step
from ethics.services.consulting import invite_to_case, open_lesson
from ethics.services.library import add_policy
from ethics.services.risk import record_risk, write_safety_plan
from groupcare.demo_record import PASSWORD
from groupcare.demo_record.shapes import (
    SESSIONS,
    Breach,
    Called,
    Case,
    Danger,
    Edit,
    Evening,
    Group,
    Handing,
    Minor,
    Person,
    PracticeFacts,
    Question,
    Said,
    Step,
    Wish,
    Worry,
)
from sessions_app import queries as sessions
from sessions_app.guarding import Guard
from sessions_app.known_names import guard_for
from sessions_app.models import (
    AttendanceStatus,
    Authority,
    Disclosure,
    GroupSession,
    Member,
    Modality,
    RecordClass,
    Representation,
    TherapyGroup,
    Weekday,
    WhoSigns,
)
from sessions_app.services.agreements import report_breach, sign_agreement
from sessions_app.services.contacts import read_contact, write_contact
from sessions_app.services.groups import add_member, create_group
from sessions_app.services.items import edit_item, record_item
from sessions_app.services.notes import (
    sign_group_note,
    sign_progress_note,
    write_group_note,
    write_progress_note,
)
from sessions_app.services.sessions import log_session, mark_attendance
from sessions_app.services.stints import end_stint


@contextmanager
def disk_not_awaited() -> Iterator[None]:
    """Let SQLite commit without waiting for the disk, and wait for it once at the end.

    A loading that is cut short is begun again, so nothing is lost by it; on a
    slow disk a thousand waits would be most of the first start.
    """
    files = [c for c in connections.all() if c.vendor == "sqlite" and not c.in_atomic_block]
    try:
        for connection in files:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=OFF")
        yield
    finally:
        for connection in files:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=FULL")
                cursor.execute("PRAGMA wal_checkpoint(FULL)")


def load_practice(facts: PracticeFacts, today: date | None = None) -> None:
    """Make one practice with everything in it, as if `today` were its day.

    Sessions lie before `today`; questions run from the real day, because the
    database's clock decides about them. Raises NamesFound if a text of the
    record may name somebody it does not concern.
    """
    practice = create_practice(
        name=facts.name,
        time_zone=facts.time_zone,
        jurisdiction=facts.jurisdiction,
        address=facts.address,
        telephone=facts.telephone,
        small=facts.small,
        demo=True,
    )
    staff = {person: _staff(practice, person) for person in facts.staff}
    administrator = staff[facts.administrator]
    recipients = {
        one.key: create_recipient(
            by=administrator,
            name=one.name,
            address=one.address,
            kind=Recipient.Kind.PERSON if one.person else Recipient.Kind.ORGANISATION,
            once=uuid4(),
        )
        for one in facts.recipients
    }
    for policy in facts.policies:
        add_policy(
            by=administrator,
            title=policy.title,
            number=policy.number,
            says=policy.says,
            relates_to=policy.beside,
            compared=policy.compared,
            once=uuid4(),
        )
    supervisor = User.objects.get(pk=staff[facts.supervisor].user)
    day = today or sessions.today_in(practice.pk)
    rooms: dict[str, _Room] = {}
    for group in facts.groups:
        leaders = [staff[person] for person in group.leaders]
        room = _Room.open(group, leaders, supervisor, day)
        room.second = staff[facts.supervisor]
        for number, evening in enumerate(group.evenings, 1):
            room.hold(number, evening)
        for step in facts.steps[group.name]:
            room.take(step, recipients)
        rooms[group.name] = room
    for case in facts.cases:
        _think(case, staff, rooms.get(case.group))


def _think(facts: Case, staff: dict[Person, Actor], room: "_Room | None") -> None:
    """Open a case as its opener, with all that was entered in it and how it ended."""
    by = staff[facts.opener]
    today = sessions.today_in(by.practice)
    case = open_case(
        by=by,
        title=facts.title,
        dilemma=facts.dilemma,
        group_code=room.group.code if room else "",
        member_code=room.members[facts.about].member.code if room and facts.about else "",
        guard=guard_for_case(by),
        once=uuid4(),
    )
    for person, part in facts.asked:
        invite_to_case(
            by=by,
            code=case.code,
            user=User.objects.get(pk=staff[person].user),
            part=part,
            until=today + timedelta(days=60),
            once=uuid4(),
        )
    for entered in facts.steps:
        writer = staff[entered.by] if entered.by else by
        day = None if entered.days_ago is None else today - timedelta(days=entered.days_ago)
        write_step(
            by=writer,
            code=case.code,
            kind=StepKind(entered.kind),
            words=entered.words,
            value=entered.value,
            whom=entered.whom,
            on=day,
            guard=guard_for_case(writer, case=case),
            once=uuid4(),
        )
    if facts.closed:
        guard = guard_for_case(by, case=case)
        close_case(
            by=by, code=case.code, how=facts.closed, knows=True, ending=facts.ending, guard=guard
        )
    if facts.lesson:
        guard = guard_for_case(by, case=case, goes_further=True)
        open_lesson(by=by, code=case.code, words=facts.lesson, guard=guard, once=uuid4())


def _staff(practice: Practice, person: Person) -> Actor:
    issued = create_staff(
        by=SET_UP,
        practice=practice.pk,
        name=person.name,
        roles=[Role(role) for role in person.roles],
        password=PASSWORD,
        sign_in_name=person.sign_in_name,
    )
    return _signed_in(issued.user, person.roles[0])


def _signed_in(user: User, role: str) -> Actor:
    sign_in = note_sign_in(user=user, device="demo")
    return Actor(user.practice_id, user.pk, role, sign_in.pk)


@dataclass
class _Joined:
    """A member in the database, and the actor of their sign-in."""

    person: Person
    member: Member
    user: User
    actor: Actor


class _Room:
    """One group while it is filled; members are found by how they are called."""

    def __init__(self, facts: Group, leaders: list[Actor], group: TherapyGroup, day: date) -> None:
        self.facts, self.leaders, self.group = facts, leaders, group
        self.last_day = _last_before(day, facts.weekday)
        self.members = {person.called: self._join(person) for person in facts.members}
        self.items: dict[str, tuple[Said, Disclosure, GroupSession]] = {}
        self.speaking: dict[str, tuple[Person, Actor]] = {}
        self.second: Actor = leaders[0]

    @classmethod
    def open(cls, facts: Group, leaders: list[Actor], supervisor: User, day: date) -> "_Room":
        first_day = _last_before(day, facts.weekday) - timedelta(weeks=SESSIONS - 1)
        group = create_group(
            by=leaders[0],
            name=facts.name,
            modality=Modality(facts.modality),
            record_class=RecordClass(facts.record_class),
            since=first_day - timedelta(days=30),
            once=uuid4(),
            colleagues=[User.objects.get(pk=colleague.user) for colleague in leaders[1:]],
            supervisor=supervisor,
            weekday=Weekday(facts.weekday),
            starts_at=facts.starts,
            ends_at=facts.ends,
        )
        return cls(facts, leaders, group, day)

    def hold(self, number: int, evening: Evening) -> None:
        """Log one session with everything that was said and written about it."""
        by = self.leaders[number % len(self.leaders)]
        session = self._logged(by, number, evening)
        guard = guard_for(by, session)
        for said in evening.said:
            item = self._recorded(by, session, said, guard)
            if said.key:
                self.items[said.key] = said, item, session
        self._noted(by, session, evening, guard)
        for person in self.facts.members:
            if person.last == number:
                code = self.members[person.called].member.code
                end_stint(by=by, group=self.group, member_code=code, until=self._day(number))

    def take(self, step: Step, recipients: dict[str, Recipient]) -> None:
        """Ask, write anew, release, or leave something to whoever reviews, as the facts say."""
        match step:
            case Question():
                self._asked(step, recipients[step.to])
            case Edit():
                self._edited(step)
            case Handing():
                self._released(step, recipients[step.to])
            case Minor():
                self._spoken_for(step)
            case Worry():
                self._worried(step)
            case Called():
                self._contact_read(step)
            case Wish():
                by = self.members[step.called].actor
                ask_privacy(by=by, kind=step.kind, text=step.text, once=uuid4())
            case Breach():
                self._breach_told(step)
            case Danger():
                self._let_out(step, recipients[step.to])

    def _worried(self, worry: Worry) -> None:
        """Write down a talk that comes back today, and the plan."""
        by = self.leaders[0]
        of = {"group_code": self.group.code, "member_code": self.members[worry.called].member.code}
        today = sessions.today_in(by.practice)
        record_risk(by=by, **of, talk=Talk(**worry.talk), follow_up_on=today, once=uuid4())
        write_safety_plan(by=by, **of, parts=worry.plan, seen=0)

    def _contact_read(self, step: Called) -> None:
        code = self.members[step.called].member.code
        of_it: dict[str, Any] = {"by": self.leaders[0], "group": self.group, "member_code": code}
        write_contact(**of_it, contact=step.contact)
        read_contact(**of_it, why=step.why)

    def _breach_told(self, step: Breach) -> None:
        by = self.members[step.called].actor
        [stint] = sessions.own_memberships(by)
        report_breach(
            by=by, membership_id=stint.pk, text=step.text, tell_leaders=False, once=uuid4()
        )

    def _spoken_for(self, minor: Minor) -> None:
        """Record a parent, whom the supervisor confirms."""
        by, code = self.leaders[0], self.members[minor.called].member.code
        today = sessions.today_in(by.practice)
        record_standing(
            by=by,
            group=self.group,
            member_code=code,
            signs=WhoSigns.REPRESENTATIVE,
            of_age_on=today + timedelta(days=365 * minor.years_to_go),
        )
        issued = record_representation(
            by=by,
            group=self.group,
            member_code=code,
            name=minor.parent.name,
            authority=Authority.PARENT,
            since=today - timedelta(days=90),
            until=None,
            may_read=False,
            evidence="Birth certificate seen at the first talk.",
            once=uuid4(),
            password=PASSWORD,
            sign_in_name=minor.parent.sign_in_name,
        )
        recorded = Representation.objects.get(user=issued.user)
        scope = represent_scope(recorded)
        confirm_representation(
            by=self.second,
            representation_id=recorded.pk,
            step_up_id=_stepped_up(self.second, User.objects.get(pk=self.second.user), scope),
        )
        self.speaking[minor.called] = (
            minor.parent,
            _signed_in(issued.user, "representative"),
        )

    def _day(self, number: int) -> date:
        return self.last_day - timedelta(weeks=SESSIONS - number)

    def _join(self, person: Person) -> _Joined:
        added = add_member(
            by=self.leaders[0],
            group=self.group,
            name=person.name,
            # Whoever began with the group was taken in a fortnight before it met.
            since=self._day(person.first) - timedelta(days=14 if person.first == 1 else 0),
            once=uuid4(),
            preferred=person.preferred,
            aliases=person.aliases,
            password=PASSWORD,
            sign_in_name=person.sign_in_name,
        )
        joined = _Joined(
            person, added.member, added.issued.user, _signed_in(added.issued.user, "member")
        )
        if person.signs:
            [stint] = sessions.own_memberships(joined.actor)
            sign_agreement(by=joined.actor, membership_id=stint.pk, signature=person.name)
        return joined

    def _logged(self, by: Actor, number: int, evening: Evening) -> GroupSession:
        day, zone = self._day(number), self.group.practice.zone
        marks = {p.called: evening.mark_of(p.called) for p in self.facts.on_the_roster(number)}
        session = log_session(
            by=by,
            group=self.group,
            starts=datetime.combine(day, self.facts.starts, zone),
            ends=datetime.combine(day, self.facts.ends, zone),
            attendance={self._id(c): AttendanceStatus(mark.status) for c, mark in marks.items()},
            once=uuid4(),
        )
        for called, mark in marks.items():
            if mark.arrived:
                mark_attendance(
                    by=by,
                    session=session,
                    member=self._id(called),
                    status=AttendanceStatus(mark.status),
                    arrived_at=mark.arrived,
                    seen=1,
                )
        return session

    def _recorded(self, by: Actor, session: GroupSession, said: Said, guard: Guard) -> Disclosure:
        concerned = [self._id(called) for called in said.concerned]
        return record_item(
            by=by,
            session=session,
            speaker=self._id(said.speaker),
            concerned=concerned,
            text=said.text,
            once=uuid4(),
            guard=guard,
        )

    def _noted(self, by: Actor, session: GroupSession, evening: Evening, guard: Guard) -> None:
        write_group_note(by=by, session=session, text=evening.note, seen=0, guard=guard)
        sign_group_note(by=by, session=session, text=evening.note, seen=1, guard=guard)
        for called, text in evening.progress.items():
            note = write_progress_note(
                by=by,
                session=session,
                member=self._id(called),
                text=text,
                seen=0,
                guard=guard,
            )
            if called not in evening.unsigned:
                sign_progress_note(by=by, code=note.code, seen=1, text=text, guard=guard)

    def _asked(self, question: Question, recipient: Recipient) -> None:
        _, item, _ = self.items[question.about]
        by = self.leaders[0]
        today = sessions.today_in(by.practice)
        request = ask_consent(
            by=by,
            codes=[item.code],
            recipient=recipient,
            purposes=[question.why],
            expires_on=today + timedelta(days=90),
            answer_by=today + timedelta(days=question.days_to_answer),
            once=uuid4(),
        )
        for one in question.answers:
            who = self.members[one.called]
            self._answers(who, request, one.says)
            see_all_notices(by=who.actor)  # whoever answers has looked
        if question.answers:
            see_all_notices(by=by)

    def _answers(self, who: _Joined, request: ConsentRequest, says: str) -> None:
        consent = Consent.objects.get(request=request, member=who.member)
        if says == "no":
            decline_consent(by=who.actor, code=consent.code)
            return
        if says == "paper":
            self._on_paper(consent)
            return
        if says == "parent":
            parent, actor = self.speaking[who.person.called]
            step_up = _stepped_up(actor, User.objects.get(pk=actor.user), grant_for_scope(consent))
            grant_for(by=actor, code=consent.code, signature=parent.name, step_up_id=step_up)
            return
        step_up = _stepped_up(who.actor, who.user, grant_scope(consent))
        grant_consent(
            by=who.actor, code=consent.code, signature=who.person.name, step_up_id=step_up
        )
        if says == "back":
            revoke_consent(by=who.actor, code=consent.code)

    def _on_paper(self, consent: Consent) -> None:
        reference = "Folder 3, no. 17"
        by = self.leaders[0]
        paper = attest_paper(
            by=by,
            code=consent.code,
            reference=reference,
            signed_on=sessions.today_in(by.practice),
            once=uuid4(),
        )
        user = User.objects.get(pk=self.second.user)
        confirm_paper(
            by=self.second,
            paper_id=paper.pk,
            reference=reference,
            step_up_id=_stepped_up(self.second, user, paper_scope(paper)),
        )

    def _edited(self, edit: Edit) -> None:
        said, item, session = self.items[edit.about]
        by = self.leaders[0]
        concerned = {self._id(said.speaker), *(self._id(called) for called in said.concerned)}
        edit_item(
            by=by,
            code=item.code,
            seen_version=1,
            concerned=concerned,
            text=edit.text,
            guard=guard_for(by, session),
        )

    def _released(self, handing: Handing, recipient: Recipient) -> None:
        by = self.leaders[0]
        _, item, _ = self.items[handing.about]
        current = sessions.own_item(by, item.code)
        user = User.objects.get(pk=by.user)
        try:
            release = release_item(
                by=by,
                code=item.code,
                recipient=recipient,
                purpose=handing.why,
                step_up_id=_stepped_up(by, user, release_scope(current, recipient, handing.why)),
                once=uuid4(),
            )
        except Withheld:
            if not handing.withheld:
                raise
            return
        if handing.handed_over:
            hand_over(by=by, code=release.code)

    def _let_out(self, danger: Danger, recipient: Recipient) -> None:
        """Without permission: asked for, agreed to by a second person, released, and reviewed."""
        by = self.leaders[0]
        second = self.leaders[1] if len(self.leaders) > 1 else self.second
        said, item, _ = self.items[danger.about]
        sentences = sentences_of(said.text)
        override = request_override(
            by=by,
            codes=[item.code],
            basis=Basis.THREAT,
            recipient=recipient,
            words=ClaimWords(
                what=danger.what,
                can_prevent=danger.can_prevent,
                passages=tuple(sentences[n] for n in danger.sentences),
            ),
            said={Fact.SERIOUS, Fact.IMMINENT},
            involved=[self._id(said.speaker)],
            text=said.text,
            once=uuid4(),
            guard=guard_for(by, item.session),
        )
        of_second = _stepped_up(second, User.objects.get(pk=second.user), approve_scope(override))
        approve_override(by=second, code=override.code, step_up_id=of_second)
        proof = _stepped_up(by, User.objects.get(pk=by.user), override_scope(override))
        release = release_override(by=by, code=override.code, step_up_id=proof, once=uuid4())
        hand_over(by=by, code=release.code, received=Received.READ_OUT)
        if danger.review:
            open_review(by=self.second, code=override.code)
            close_review(
                by=self.second,
                code=override.code,
                outcome=ReviewOutcome.Outcome.UPHELD,
                words=danger.review,
            )

    def _id(self, called: str) -> UUID:
        return self.members[called].member.pk


def _stepped_up(by: Actor, user: User, scope: StepUpScope) -> UUID:
    step_up = begin_step_up(by=by, scope=scope)
    confirm_step_up(by=by, user=user, step_up_id=step_up.pk, password=PASSWORD)
    return step_up.pk


def _last_before(day: date, weekday: int) -> date:
    """Return the latest such weekday that is wholly over on `day`."""
    return day - timedelta(days=(day.weekday() - weekday - 1) % 7 + 1)

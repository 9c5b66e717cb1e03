from datetime import date, datetime, time, timedelta
from uuid import uuid4

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Practice, Role, User
from accounts.services import (
    SET_UP,
    begin_step_up,
    confirm_step_up,
    create_practice,
    create_staff,
    note_sign_in,
)
from audit.trail import Actor
from consent.models import Consent, ConsentRequest, Recipient
from consent.services.asking import ask_consent, create_recipient
from consent.services.deciding import decline_consent, grant_consent, grant_scope
from groupcare import demo_record as record
from groupcare.demo_record import Evening, Person
from sessions_app.known_names import guard_for
from sessions_app.models import (
    AttendanceStatus,
    Disclosure,
    Member,
    Modality,
    RecordClass,
    TherapyGroup,
)
from sessions_app.queries import own_memberships
from sessions_app.services.groups import (
    add_facilitator,
    add_member,
    assign_supervisor,
    create_group,
    sign_agreement,
)
from sessions_app.services.items import record_item
from sessions_app.services.sessions import log_session
from vault import key_ring


class Command(BaseCommand):
    help = "Fill an empty database with two invented practices, through the services themselves."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.GROUPCARE_DEMO:
            raise CommandError("This is not the demo (GROUPCARE_DEMO is off). Nothing was loaded.")
        if Practice.objects.exists():
            raise CommandError("There are practices here. Nothing was loaded.")
        key_ring.adopt()
        self._linden()
        self._hillside()
        self.stdout.write("Demo loaded: Linden Street Practice, Hillside Practice.")

    def _linden(self) -> None:
        practice = create_practice(
            name="Linden Street Practice",
            time_zone="America/New_York",
            jurisdiction="US-NY",
            address="12 Linden Street",
            telephone="555 0140",
            demo=True,
        )
        self.today = timezone.now().astimezone(practice.zone).date()
        ruth = self._staff(practice, record.RUTH)
        tomas, helen = self._staff(practice, record.TOMAS), self._staff(practice, record.HELEN)
        omar = self._staff(practice, record.OMAR)
        recipients = self._recipients(omar)
        group, members = self._group(
            ruth, "Tuesday evening group", Modality.PROCESS, record.LINDEN_MEMBERS
        )
        since = self.today - timedelta(days=60)
        add_facilitator(by=ruth, group=group, user=User.objects.get(pk=tomas.user), since=since)
        assign_supervisor(by=helen, group=group, user=User.objects.get(pk=helen.user), since=since)
        items = [self._evening(ruth, group, members, e) for e in record.LINDEN_EVENINGS]
        self._decisions(ruth, recipients, items)

    def _hillside(self) -> None:
        practice = create_practice(
            name="Hillside Practice",
            time_zone="America/Chicago",
            jurisdiction="US-IL",
            address="3 Hill Road",
            telephone="555 0177",
            small=True,
            demo=True,
        )
        self.today = timezone.now().astimezone(practice.zone).date()
        nora = self._staff(practice, record.NORA)
        self._recipients(nora)
        group, members = self._group(nora, "Grief group", Modality.GRIEF, record.HILLSIDE_MEMBERS)
        assign_supervisor(
            by=nora, group=group, user=User.objects.get(pk=nora.user), since=self.today
        )
        for evening in record.HILLSIDE_EVENINGS:
            self._evening(nora, group, members, evening)

    def _decisions(
        self, ruth: Actor, recipients: list[Recipient], items: list[list[Disclosure]]
    ) -> None:
        """One allowed, one declined, one waiting with its speaker, one waiting with the other."""
        (back_to_work, rang_brother, bottles), (slept, _plates, drove_home, _middle) = items
        self._answer(self._ask(ruth, back_to_work, recipients[0]), record.MAYA, True)
        self._answer(self._ask(ruth, bottles, recipients[0]), record.SAM, False)
        self._answer(self._ask(ruth, drove_home, recipients[1]), record.SAM, True)
        self._ask(ruth, rang_brother, recipients[1])
        self._ask(ruth, slept, recipients[0])

    def _staff(self, practice: Practice, person: Person) -> Actor:
        issued = create_staff(
            by=SET_UP,
            practice=practice.pk,
            name=person.name,
            roles=[Role(role) for role in person.roles],
            password=record.PASSWORD,
            sign_in_name=person.sign_in_name,
        )
        return self._signed_in(issued.user, person.roles[0])

    def _signed_in(self, user: User, role: str) -> Actor:
        sign_in = note_sign_in(user=user, device="demo")
        return Actor(user.practice_id, user.pk, role, sign_in.pk)

    def _recipients(self, by: Actor) -> list[Recipient]:
        return [
            create_recipient(by=by, name=name, address=address, once=uuid4())
            for name, address in record.RECIPIENTS
        ]

    def _group(
        self, by: Actor, name: str, modality: Modality, people: tuple[Person, ...]
    ) -> tuple[TherapyGroup, dict[str, Member]]:
        since = self.today - timedelta(days=60)
        group = create_group(
            by=by,
            name=name,
            modality=modality,
            record_class=RecordClass.PSYCHOTHERAPY,
            since=since,
            once=uuid4(),
        )
        members = {person.name: self._member(by, group, person, since) for person in people}
        return group, members

    def _member(self, by: Actor, group: TherapyGroup, person: Person, since: date) -> Member:
        added = add_member(
            by=by,
            group=group,
            name=person.name,
            since=since,
            once=uuid4(),
            password=record.PASSWORD,
            sign_in_name=person.sign_in_name,
        )
        if person != record.UNSIGNED:
            member = self._signed_in(added.issued.user, "member")
            [stint] = own_memberships(member)
            sign_agreement(by=member, membership_id=stint.pk, signature=person.name)
        return added.member

    def _evening(
        self, by: Actor, group: TherapyGroup, members: dict[str, Member], evening: Evening
    ) -> list[Disclosure]:
        day = self.today - timedelta(days=evening.days_ago)
        zone = group.practice.zone
        session = log_session(
            by=by,
            group=group,
            starts=datetime.combine(day, time(18, 0), zone),
            ends=datetime.combine(day, time(19, 30), zone),
            attendance={
                member.pk: AttendanceStatus.EXCUSED
                if name in evening.absent
                else AttendanceStatus.ATTENDED
                for name, member in members.items()
            },
            once=uuid4(),
        )
        return [
            record_item(
                by=by,
                session=session,
                speaker=members[said.speaker].pk,
                concerned=[members[name].pk for name in said.concerned],
                text=said.text,
                once=uuid4(),
                guard=guard_for(by, session),
            )
            for said in evening.said
        ]

    def _ask(self, by: Actor, item: Disclosure, recipient: Recipient) -> ConsentRequest:
        return ask_consent(
            by=by,
            codes=[item.code],
            recipient=recipient,
            purposes=["TREAT"],
            expires_on=self.today + timedelta(days=90),
            answer_by=self.today + timedelta(days=14),
            once=uuid4(),
        )

    def _answer(self, request: ConsentRequest, person: Person, allow: bool) -> None:
        user = User.objects.get(sign_in_name=person.sign_in_name)
        member = self._signed_in(user, "member")
        consent = Consent.objects.get(request=request, member__user=user)
        if not allow:
            decline_consent(by=member, code=consent.code)
            return
        step_up = begin_step_up(by=member, scope=grant_scope(consent))
        confirm_step_up(by=member, user=user, step_up_id=step_up.pk, password=record.PASSWORD)
        grant_consent(by=member, code=consent.code, signature=person.name, step_up_id=step_up.pk)

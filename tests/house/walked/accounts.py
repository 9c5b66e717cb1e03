"""People, roles, ways in, stays, and what reaches somebody outside."""

from contextlib import suppress
from uuid import uuid4

from django.test import Client

from accounts import services as accounts
from accounts import staffing
from accounts.models import Role
from accounts.passkeys import Refused, begin_answer, begin_passkey, made_passkey
from accounts.queries import live_feed, open_proposals, ways_in_of
from accounts.services import (
    changes,
    credentials,
    invitations,
    locking,
    outside,
    recovery,
    second_step,
    signing_in,
    stays,
)
from audit.trail import Actor
from consent.services import (
    deciding,
    mailing,
    sending,
)
from tests.accounts.test_passkeys import gets_a_passkey
from tests.cast import (
    PASSWORD,
    SEED,
    code_of,
    proven,
    shown_code,
    sign_in,
    user_of,
)
from tests.house.walked.scene import OnOneScene, Walks
from tests.soft_key import HOUSE, SoftKey


class AccountsWalked(OnOneScene):
    def walks_of_accounts(self) -> Walks:
        return {
            "create_practice": (
                "practice.created",
                lambda: accounts.create_practice(name="P", time_zone="UTC", jurisdiction="US"),
            ),
            "create_staff": (
                "staff.created",
                lambda: accounts.create_staff(
                    by=self.adam, practice=self.practice.pk, name="New One", roles=[Role.SUPERVISOR]
                ),
            ),
            "add_person": ("staff.created", self.somebody_is_proposed),
            "agree_at_the_machine": (
                "role.granted",
                lambda: staffing.agree_at_the_machine(proposal_id=self.proposal.pk),
            ),
            "give_role": ("role.proposed", lambda: self.role_given(Role.SUPERVISOR)),
            "agree_to_role": ("role.granted", self.somebody_else_agrees),
            "close_proposal": ("role.dropped", self.a_proposal_is_let_go),
            "end_role": (
                "role.ended",
                lambda: staffing.end_role(
                    by=self.adam, person=self.proposal.user_id, role=Role.ADMINISTRATOR
                ),
            ),
            "deactivate": (
                "staff.deactivated",
                lambda: staffing.deactivate(by=self.adam, person=self.proposal.user_id),
            ),
            "take_back": (
                "staff.taken_back",
                lambda: staffing.take_back(
                    by=self.adam,
                    person=self.proposal.user_id,
                    step_up_id=self.stepped_up(
                        self.adam, staffing.back_scope(self.proposal.user_id)
                    ),
                ),
            ),
            "note_sign_in": (
                "sign_in.begun",
                lambda: accounts.note_sign_in(user=user_of(self.fay), device=""),
            ),
            "note_sign_out": (
                "sign_in.ended",
                lambda: accounts.note_sign_out(
                    user=user_of(self.cody), sign_in_id=self.cody.sign_in
                ),
            ),
            "lock_stay": ("sign_in.locked", lambda: locking.lock_stay(by=self.dora.actor)),
            "unlock": (
                "sign_in.unlocked",
                lambda: locking.unlock(
                    by=self.dora.actor, user=user_of(self.dora.actor), secret=PASSWORD
                ),
            ),
            "unlock_by_passkey": ("unlock.failed", self.a_strange_passkey_unlocks_nothing),
            "end_own_stay": (
                "stay.ended",
                lambda: stays.end_own_stay(by=self.dora.actor, stay=self.dora.actor.sign_in),
            ),
            "end_other_stays": ("stay.ended", self.somebody_is_signed_in_elsewhere_too),
            "set_pin": (
                "pin.set",
                lambda: credentials.set_pin(
                    by=self.otto, pin="820417", step_up_id=self.to_change()
                ),
            ),
            "note_failed_sign_in": ("sign_in.failed", accounts.note_failed_sign_in),
            "begin_step_up": (
                "step_up.asked",
                lambda: accounts.begin_step_up(
                    by=self.ana.actor, scope=deciding.grant_scope(self.consent)
                ),
            ),
            "confirm_step_up": (
                "step_up.confirmed",
                lambda: accounts.confirm_step_up(
                    by=self.ana.actor,
                    user=user_of(self.ana.actor),
                    step_up_id=self.asked_again.pk,
                    password=PASSWORD,
                ),
            ),
            "confirm_by_passkey": ("step_up.confirmed", self.a_passkey_confirms),
            "sign_in_by_passkey": ("sign_in.failed", self.a_strange_passkey_is_refused),
            "pass_second_step": (
                "second_step.passed",
                lambda: second_step.pass_second_step(
                    user=user_of(self.fay), code=code_of(self.fay)
                ),
            ),
            "set_password": (
                "password.changed",
                lambda: credentials.set_password(
                    by=self.otto, password="a lamp on the stairs", step_up_id=self.to_change()
                ),
            ),
            "add_code_app": (
                "code_app.added",
                lambda: credentials.add_code_app(
                    by=self.otto, seed=SEED, code=shown_code(SEED), step_up_id=self.to_change()
                ),
            ),
            "renew_recovery_codes": (
                "recovery_codes.made",
                lambda: credentials.renew_recovery_codes(by=self.otto, step_up_id=self.to_change()),
            ),
            "add_passkey": ("passkey.added", self.a_passkey_is_added),
            "remove_way_in": (
                "passkey.removed",
                lambda: credentials.remove_way_in(
                    by=self.otto,
                    way=ways_in_of(user_of(self.otto))[-1].pk,
                    step_up_id=self.to_change(),
                ),
            ),
            "save_invitation": ("invitation.made", self.somebody_is_invited),
            "invite_again": (
                "invitation.made",
                lambda: setattr(
                    self, "code", invitations.invite_again(by=self.adam, user=self.invited)
                ),
            ),
            "open_invitation": (
                "invitation.refused",
                lambda: invitations.open_invitation(name="nobody", code="x", address="a"),
            ),
            "accept_invitation": (
                "invitation.used",
                lambda: invitations.accept_invitation(
                    invitation_id=invitations.matching(self.invited.sign_in_name, self.code).pk,
                    password="a lamp on the stairs",
                ),
            ),
            "make_feed": ("calendar.made", self.a_feed_is_made),
            "read_feed": (
                "calendar.read",
                lambda: outside.read_feed(feed=live_feed(outside.hash_of(self.feed))),
            ),
            "end_own_feed": (
                "calendar.ended",
                lambda: outside.end_own_feed(by=self.dora.actor),
            ),
            "ask_mail_code": ("mail.code_asked", self.a_code_by_mail_is_asked),
            "send_waiting": ("machine.mail", self.a_mail_is_sent),
            "confirm_mail": (
                "mail.code_refused",
                lambda: mailing.confirm_mail(by=self.dora.actor, code="none"),
            ),
            "end_mail": ("mail.ended", lambda: mailing.end_mail(by=self.dora.actor)),
            "set_quiet_hours": (
                "mail.hours_set",
                lambda: mailing.set_quiet_hours(by=self.dora.actor, begins=None, ends=None),
            ),
            "ask_recovery": ("recovery.asked", self.a_recovery_is_asked),
            "confirm_recovery": (
                "recovery.confirmed",
                lambda: recovery.confirm_recovery(
                    by=self.sue,
                    recovery_id=self.waiting.pk,
                    step_up_id=proven(self.sue, recovery.confirm_scope_of(self.waiting)),
                ),
            ),
            "dismiss_changes": ("changes.seen", self.a_change_is_seen),
            "end_stays_of": (
                "stays.ended",
                lambda: staffing.end_stays_of(
                    by=self.adam,
                    person=self.ben.actor.user,
                    step_up_id=proven(self.adam, staffing.stays_scope(self.ben.actor.user)),
                ),
            ),
        }

    def to_change(self):
        return proven(self.otto, credentials.credential_scope(self.otto))

    def a_passkey_confirms(self) -> None:
        key, user = gets_a_passkey(self.ben.actor), user_of(self.ben.actor)
        scope = credentials.credential_scope(self.ben.actor)
        asked = accounts.begin_step_up(by=self.ben.actor, scope=scope)
        options, state = begin_answer(HOUSE, user)
        assert accounts.confirm_by_passkey(
            by=self.ben.actor,
            user=user,
            step_up_id=asked.pk,
            state=state,
            credential=key.answers(options),
            house=HOUSE,
        )

    def a_strange_passkey_is_refused(self) -> None:
        options, state = begin_answer(HOUSE)
        answer = SoftKey(handle=b"x" * 16).answers(options)
        with suppress(Refused):
            signing_in.sign_in_by_passkey(state=state, credential=answer, house=HOUSE)

    def a_strange_passkey_unlocks_nothing(self) -> None:
        user = user_of(self.dora.actor)
        locking.lock_stay(by=self.dora.actor)
        options, state = begin_answer(HOUSE)
        answer = SoftKey(handle=b"x" * 16).answers(options)
        assert not locking.unlock_by_passkey(
            by=self.dora.actor, user=user, state=state, credential=answer, house=HOUSE
        )

    def somebody_is_signed_in_elsewhere_too(self) -> None:
        sign_in(Client(), self.dora.actor)
        assert stays.end_other_stays(by=self.dora.actor) == 1

    def a_passkey_is_added(self) -> None:
        options, state = begin_passkey(user_of(self.otto), HOUSE)
        made = SoftKey().makes(options)
        new = made_passkey(user_of(self.otto), state, made, HOUSE, device="")
        credentials.add_passkey(by=self.otto, new=new, step_up_id=self.to_change())

    def somebody_is_invited(self) -> None:
        issued = accounts.create_staff(
            by=self.adam, practice=self.practice.pk, name="Nia New", roles=[Role.FACILITATOR]
        )
        self.invited = issued.user

    def a_recovery_is_asked(self) -> None:
        user = user_of(self.otto)
        self.waiting = recovery.ask_recovery(
            by=self.fay, user=user, step_up_id=proven(self.fay, recovery.ask_scope(user.pk))
        )

    def somebody_is_proposed(self) -> None:
        roles = [Role.ADMINISTRATOR]
        staffing.add_person(by=self.adam, name="Nia Novak", roles=roles, once=uuid4())
        [self.proposal] = open_proposals(self.practice.pk)

    def role_given(self, role: Role) -> None:
        newcomer = accounts.create_staff(
            by=self.adam, practice=self.practice.pk, name="Noa", roles=[Role.FACILITATOR]
        ).user
        staffing.end_role(by=self.adam, person=newcomer.pk, role=Role.FACILITATOR)
        step_up = self.stepped_up(self.adam, staffing.give_scope(newcomer.pk, role))
        staffing.give_role(by=self.adam, person=newcomer.pk, role=role, step_up_id=step_up)

    def somebody_else_agrees(self) -> None:
        [proposal] = open_proposals(self.practice.pk)
        second = accounts.create_staff(
            by=self.adam,
            practice=self.practice.pk,
            name="Ada",
            roles=[Role.ADMINISTRATOR],
            password=PASSWORD,
        ).user
        stay = accounts.note_sign_in(user=second, device="")
        ada = Actor(self.practice.pk, second.pk, Role.ADMINISTRATOR, stay.pk)
        step_up = self.stepped_up(ada, staffing.agree_scope(proposal))
        staffing.agree_to_role(by=ada, proposal_id=proposal.pk, step_up_id=step_up)

    def a_proposal_is_let_go(self) -> None:
        self.role_given(Role.SUPERVISOR)
        [proposal] = open_proposals(self.practice.pk)
        staffing.close_proposal(by=self.adam, proposal_id=proposal.pk)

    def a_change_is_seen(self) -> None:
        changes.note_change(self.cleo.actor.user, "stays.ended", waits=0)
        changes.dismiss_changes(by=self.cleo.actor)

    def a_feed_is_made(self) -> None:
        by = self.dora.actor
        given = {"language": "en", "step_up_id": proven(by, outside.feed_scope(by))}
        self.feed = outside.make_feed(by=by, **given)

    def a_code_by_mail_is_asked(self) -> None:
        by = self.dora.actor
        given = {"language": "en", "step_up_id": proven(by, mailing.mail_scope(by))}
        with self.settings(EMAIL_HOST="localhost"):
            mailing.ask_mail_code(by=by, address="dora@example.org", **given)

    def a_mail_is_sent(self) -> None:
        with self.settings(EMAIL_HOST="localhost", DEFAULT_FROM_EMAIL="post@example.org"):
            assert sending.send_waiting().mails == 1

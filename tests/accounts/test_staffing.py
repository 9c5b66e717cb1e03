"""R60 to R62: grave roles need two people, endings one; a closed account is closed at once."""

from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts import staffing
from accounts.models import Practice, Recovery, Role, RoleProposal, SignIn, StaffRole, User
from accounts.queries import roles_of, ways_in_of
from accounts.services import StepUpRefused, create_staff, note_sign_in
from accounts.services.invitations import accept_invitation, matching
from accounts.services.recovery import (
    ask_recovery,
    ask_scope,
    confirm_recovery,
    confirm_scope_of,
)
from accounts.staffing import RoleRefused, Why
from audit.models import Entry
from audit.trail import Actor
from tests.cast import PASSWORD, CastTestCase, gets_a_code_app, sign_in, user_of


class Staffing(CastTestCase):
    def administrator(self, name: str = "Ada Second") -> Actor:
        return self.staff(name, Role.ADMINISTRATOR)

    def staff(self, name: str, role: Role) -> Actor:
        issued = create_staff(
            by=self.adam, practice=self.practice.pk, name=name, roles=[role], password=PASSWORD
        )
        stay = note_sign_in(user=issued.user, device="test")
        return Actor(self.practice.pk, issued.user.pk, role, stay.pk)

    def newcomer(self, *roles: Role, by: Actor | None = None) -> User:
        by = by or self.adam
        return staffing.add_person(by=by, name="Nia Novak", roles=roles, once=uuid4()).user

    def proposed(self, role: Role = Role.SUPERVISOR) -> RoleProposal:
        return RoleProposal.objects.get(user=self.newcomer(role))

    def agree(self, by: Actor, proposal: RoleProposal) -> StaffRole:
        step_up = self.stepped_up(by, staffing.agree_scope(proposal))
        return staffing.agree_to_role(by=by, proposal_id=proposal.pk, step_up_id=step_up)

    def give(self, person: Any, role: Role, by: Actor | None = None) -> StaffRole | None:
        by = by or self.adam
        step_up = self.stepped_up(by, staffing.give_scope(person, role))
        return staffing.give_role(by=by, person=person, role=role, step_up_id=step_up)

    def refused(self, why: Why, call: Any) -> None:
        with pytest.raises(RoleRefused) as caught:
            call()
        assert caught.value.why == why


class GraveRoles(Staffing):
    def test_a_supervisor_is_one_only_after_another_administrator_agreed(self):
        second, proposal = self.administrator(), self.proposed()
        assert roles_of(proposal.user) == []
        self.agree(second, proposal)
        assert roles_of(proposal.user) == [Role.SUPERVISOR]
        acts = Entry.objects.filter(object_id=proposal.user_id).order_by("seq")
        assert list(acts.values_list("act", "actor"))[-2:] == [
            ("role.proposed", self.adam.user),
            ("role.granted", second.user),
        ]

    def test_nobody_agrees_to_what_they_proposed(self):
        proposal = self.proposed(Role.ADMINISTRATOR)
        self.refused(Why.ONESELF, lambda: self.agree(self.adam, proposal))
        assert roles_of(proposal.user) == []

    def test_nor_does_the_database_let_them(self):
        proposal = self.proposed()
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleProposal.objects.filter(pk=proposal.pk).update(
                closed_by=self.adam.user, closed_at=timezone.now(), granted=True
            )

    def test_nobody_agrees_to_a_role_of_their_own(self):
        """Also not a second account that was proposed by the first and became administrator."""
        second = self.administrator()
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        self.give(second.user, Role.SUPERVISOR)
        self.refused(Why.ONESELF, lambda: self.agree(second, RoleProposal.objects.get()))

    def test_a_proposal_is_over_after_fourteen_days_and_can_be_made_anew(self):
        second, proposal = self.administrator(), self.proposed()
        long_ago = timezone.now() - timedelta(days=14)
        RoleProposal.objects.update(proposed_at=long_ago)
        self.refused(Why.OVER, lambda: self.agree(second, proposal))
        self.give(proposal.user_id, Role.SUPERVISOR)
        anew = RoleProposal.objects.get(closed_at=None)
        assert anew.pk != proposal.pk
        self.agree(second, anew)
        assert roles_of(proposal.user) == [Role.SUPERVISOR]

    def test_agreeing_twice_and_after_it_was_let_go_is_refused(self):
        second, proposal = self.administrator(), self.proposed()
        staffing.close_proposal(by=self.adam, proposal_id=proposal.pk)
        staffing.close_proposal(by=self.adam, proposal_id=proposal.pk)
        assert Entry.objects.filter(act="role.dropped").count() == 1
        self.refused(Why.OVER, lambda: self.agree(second, proposal))

    def test_proposing_twice_is_one_proposal(self):
        proposal = self.proposed()
        self.give(proposal.user_id, Role.SUPERVISOR)
        assert RoleProposal.objects.filter(user=proposal.user_id).count() == 1

    def test_who_proposed_and_lost_the_role_meanwhile_proposed_nothing(self):
        second, third = self.administrator(), self.administrator("Ari Third")
        user = self.newcomer(Role.SUPERVISOR, by=second)
        staffing.end_role(by=third, person=second.user, role=Role.ADMINISTRATOR)
        with pytest.raises(StaffRole.DoesNotExist):
            self.agree(third, RoleProposal.objects.get(user=user))
        assert roles_of(user) == []

    def test_another_practice_finds_no_proposal_and_a_facilitator_may_not(self):
        proposal = self.proposed()
        zoe = Actor(self.zoe.practice, self.zoe.user, Role.ADMINISTRATOR, self.zoe.sign_in)
        with pytest.raises(RoleProposal.DoesNotExist):
            self.agree(zoe, proposal)
        for role in (Role.FACILITATOR, Role.ADMINISTRATOR):
            fay = Actor(self.fay.practice, self.fay.user, role, self.fay.sign_in)
            with pytest.raises(StaffRole.DoesNotExist):
                self.agree(fay, proposal)

    def test_a_password_given_for_one_role_gives_no_other(self):
        user = self.newcomer(Role.FACILITATOR)
        staffing.end_role(by=self.adam, person=user.pk, role=Role.FACILITATOR)
        step_up = self.stepped_up(self.adam, staffing.give_scope(user.pk, Role.FACILITATOR))
        with pytest.raises(StepUpRefused):
            staffing.give_role(
                by=self.adam, person=user.pk, role=Role.SUPERVISOR, step_up_id=step_up
            )
        given = {"by": self.adam, "person": user.pk, "role": Role.FACILITATOR}
        staffing.give_role(**given, step_up_id=step_up)
        with pytest.raises(StepUpRefused):
            staffing.give_role(**given, step_up_id=step_up)


class TheSmallPractice(Staffing):
    """An invited outside colleague is the second person; elsewhere they are not."""

    def test_an_outside_colleague_agrees_in_a_small_practice_alone(self):
        colleague, proposal = self.staff("Uma", Role.OUTSIDE_COLLEAGUE), self.proposed()
        with pytest.raises(StaffRole.DoesNotExist):
            self.agree(colleague, proposal)
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        self.agree(colleague, proposal)
        assert roles_of(proposal.user) == [Role.SUPERVISOR]

    def test_several_roles_are_for_a_small_practice(self):
        self.refused(Why.ONE_ROLE, lambda: self.give(self.fay.user, Role.SUPERVISOR))
        both = (Role.FACILITATOR, Role.SUPERVISOR)
        self.refused(Why.ONE_ROLE, lambda: self.newcomer(*both))
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        user = self.newcomer(*both)
        assert roles_of(user) == [Role.FACILITATOR]
        assert RoleProposal.objects.get(user=user).role == Role.SUPERVISOR

    def test_a_colleague_holds_nothing_else_even_there(self):
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        colleague = self.staff("Uma", Role.OUTSIDE_COLLEAGUE)
        for role in (Role.FACILITATOR, Role.SUPERVISOR):
            self.refused(Why.COLLEAGUE_ALONE, lambda role=role: self.give(colleague.user, role))

    def test_the_only_administrators_second_person_may_be_at_the_machine(self):
        proposal = self.proposed(Role.ADMINISTRATOR)
        name = proposal.user.sign_in_name
        call_command("agree_to_role", name, "administrator", stdout=StringIO())
        assert roles_of(proposal.user) == [Role.ADMINISTRATOR]
        entry = self.last_entry()
        assert (entry.act, entry.role) == ("role.granted", "machine")
        other = self.newcomer(Role.SUPERVISOR)
        with pytest.raises(CommandError, match="another administrator"):
            call_command("agree_to_role", other.sign_in_name, "supervisor", stdout=StringIO())
        with pytest.raises(CommandError, match="Nobody proposed"):
            call_command("agree_to_role", name, "supervisor", stdout=StringIO())


class Endings(Staffing):
    def test_the_last_administrator_stays(self):
        end = {"person": self.adam.user, "role": Role.ADMINISTRATOR}
        self.refused(Why.LAST_ADMINISTRATOR, lambda: staffing.end_role(by=self.adam, **end))
        second = self.administrator()
        staffing.deactivate(by=self.adam, person=second.user)
        self.refused(Why.LAST_ADMINISTRATOR, lambda: staffing.end_role(by=self.adam, **end))

    def test_a_role_ends_once_and_with_it_the_stays(self):
        client = Client()
        sign_in(client, self.fay)
        for _ in range(2):
            staffing.end_role(by=self.adam, person=self.fay.user, role=Role.FACILITATOR)
        assert Entry.objects.filter(act="role.ended").count() == 1
        assert client.get("/you/").status_code == 302
        assert not SignIn.objects.filter(user=self.fay.user, ended_at=None).exists()

    def test_closing_an_account_ends_every_stay_for_good(self):
        phone, laptop, other = Client(), Client(), Client()
        for client in (phone, laptop):
            sign_in(client, self.fay)
        sign_in(other, self.cody)
        for _ in range(2):
            staffing.deactivate(by=self.adam, person=self.fay.user)
        assert Entry.objects.filter(act="staff.deactivated").count() == 1
        step_up = self.stepped_up(self.adam, staffing.back_scope(self.fay.user))
        issued = staffing.take_back(by=self.adam, person=self.fay.user, step_up_id=step_up)
        for client in (phone, laptop):
            assert client.get("/you/").status_code == 302, "an old stay came back"
        assert other.get("/you/").status_code == 200
        old = {"login": issued.user.sign_in_name, "password": PASSWORD}
        assert Client().post("/sign-in/", old).status_code == 200
        invitation = matching(issued.user.sign_in_name, issued.code)
        accept_invitation(invitation_id=invitation.pk, password="a lamp on the stairs")
        new = old | {"password": "a lamp on the stairs"}
        assert Client().post("/sign-in/", new).status_code == 302
        assert roles_of(User.objects.get(pk=self.fay.user)) == [Role.FACILITATOR]

    def test_nothing_that_let_them_in_before_does_so_after_the_account_is_open_again(self):
        first = staffing.add_person(
            by=self.adam, name="Nia Novak", roles=[Role.FACILITATOR], once=uuid4()
        )
        gets_a_code_app(first.user)
        staffing.deactivate(by=self.adam, person=first.user.pk)
        assert not ways_in_of(first.user)
        gets_a_code_app(first.user)  # from a page of theirs that was under way
        step_up = self.stepped_up(self.adam, staffing.back_scope(first.user.pk))
        again = staffing.take_back(by=self.adam, person=first.user.pk, step_up_id=step_up)
        assert not ways_in_of(first.user)
        assert matching(first.user.sign_in_name, first.code) is None
        assert matching(first.user.sign_in_name, again.code)

    def test_an_open_invitation_ends_with_the_account(self):
        first = staffing.add_person(
            by=self.adam, name="Nia Novak", roles=[Role.FACILITATOR], once=uuid4()
        )
        staffing.deactivate(by=self.adam, person=first.user.pk)
        User.objects.filter(pk=first.user.pk).update(is_active=True)
        assert matching(first.user.sign_in_name, first.code) is None

    def test_nobody_lets_somebody_in_anew_whose_account_is_closed(self):
        user = user_of(self.cody)
        asked = ask_recovery(
            by=self.fay, user=user, step_up_id=self.stepped_up(self.fay, ask_scope(user.pk))
        )
        staffing.deactivate(by=self.adam, person=user.pk)
        proof = self.stepped_up(self.sue, confirm_scope_of(asked))
        with pytest.raises(Recovery.DoesNotExist):
            confirm_recovery(by=self.sue, recovery_id=asked.pk, step_up_id=proof)

    def test_who_comes_back_needs_two_people_for_a_grave_role_again(self):
        staffing.deactivate(by=self.adam, person=self.sue.user)
        step_up = self.stepped_up(self.adam, staffing.back_scope(self.sue.user))
        staffing.take_back(by=self.adam, person=self.sue.user, step_up_id=step_up)
        assert roles_of(User.objects.get(pk=self.sue.user)) == []

    def test_nobody_closes_their_own_nor_a_members_nor_another_practices_account(self):
        self.refused(Why.ONESELF, lambda: staffing.deactivate(by=self.adam, person=self.adam.user))
        for foreign in (self.ana.actor.user, self.zoe.user, uuid4()):
            with pytest.raises(User.DoesNotExist):
                staffing.deactivate(by=self.adam, person=foreign)
            with pytest.raises(User.DoesNotExist):
                self.give(foreign, Role.FACILITATOR)
        assert user_of(self.ana.actor).is_active

    def test_a_closed_account_gets_no_role_and_its_proposals_are_over(self):
        second, proposal = self.administrator(), self.proposed()
        staffing.deactivate(by=self.adam, person=proposal.user_id)
        self.refused(Why.OVER, lambda: self.agree(second, proposal))
        self.refused(Why.OFF, lambda: self.give(proposal.user_id, Role.FACILITATOR))

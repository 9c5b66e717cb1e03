"""R40, R41: one person stops everything that lets out; two different people let it go on."""

from uuid import uuid4

import pytest

from accounts.models import Practice, Role, StaffRole, StepUp
from accounts.services import (
    SET_UP,
    StepUpRefused,
    begin_step_up,
    create_staff,
    note_sign_in,
)
from accounts.services.credentials import credential_scope
from accounts.staffing import deactivate, end_role
from audit.models import Entry
from audit.trail import INSTALLATION, Actor
from consent import freezes, queries
from consent.models import Freeze, FreezeLift
from consent.services.confirming import confirm_in_person, confirm_scope
from consent.services.deciding import decline_consent, grant_consent, grant_scope, revoke_consent
from consent.services.freezing import (
    Frozen,
    freeze,
    lift_freeze,
    lift_freeze_at_the_machine,
    lift_scope,
)
from consent.services.release import Withheld
from consent.services.showing import show_words
from sessions_app.models import DisclosureVersion
from sessions_app.rules import Problem
from tests.cast import PASSWORD, CastTestCase, agrees_to_lift, proven, refused


class WhileFrozen(CastTestCase):
    """What lets out is refused; what takes back, and what writes down, goes on."""

    def setUp(self):
        self.item = self.said()
        self.given = self.grants(self.ana, self.asked(self.item))
        self.waiting = self.asked(self.said("Not answered yet."), self.insurer)
        self.shared = self.said("Ben waited until my light went on.", self.ana, self.ben)
        self.grants(self.ana, self.asked(self.shared))
        freeze(by=self.sue)

    def test_nothing_is_allowed_and_the_password_check_is_not_used_up(self):
        consent = self.consent_of(self.ana, self.waiting)
        step_up = self.stepped_up(self.ana.actor, grant_scope(consent))
        with refused(Problem.FROZEN):
            grant_consent(by=self.ana.actor, code=consent.code, signature="Ana", step_up_id=step_up)
        assert StepUp.objects.get(pk=step_up).used_at is None
        assert queries.last_event(consent).kind == "asked"

    def test_nobody_is_asked_since_asking_may_show_words_to_others(self):
        item = self.said("Ask me later.")
        with pytest.raises(Frozen):
            self.asked(item)

    def test_no_yes_is_confirmed_in_the_room(self):
        step_up = self.stepped_up(self.fay, confirm_scope(self.given))
        with pytest.raises(Frozen):
            confirm_in_person(by=self.fay, code=self.given.code, step_up_id=step_up)

    def test_the_words_of_another_are_closed_and_ones_own_are_not(self):
        [bens] = queries.own_consents(self.ben.actor)
        with pytest.raises(DisclosureVersion.DoesNotExist):
            show_words(by=self.ben.actor, consent=bens)
        own = queries.own_consent(self.ana.actor, self.given.code)
        assert show_words(by=self.ana.actor, consent=own)

    def test_taking_back_saying_no_signing_in_and_writing_down_go_on(self):
        assert revoke_consent(by=self.ana.actor, code=self.given.code).kind == "revoked"
        no = self.consent_of(self.ana, self.waiting)
        assert decline_consent(by=self.ana.actor, code=no.code).kind == "declined"
        self.said("Still written down.")
        self.note_about(self.ana, "Still noted.")

    def test_a_yes_that_stands_already_is_answered_as_before(self):
        again = grant_consent(
            by=self.ana.actor, code=self.given.code, signature="Ana", step_up_id=uuid4()
        )
        assert again.kind == "granted"

    def test_another_practice_goes_on(self):
        assert not freezes.is_frozen(self.other_practice.pk)


class Freezing(CastTestCase):
    def test_it_leaves_an_entry_and_twice_is_once(self):
        frozen = freeze(by=self.sue)
        assert self.last_entry().act == "house.frozen"
        assert freeze(by=self.adam) == frozen
        assert Entry.objects.filter(act="house.frozen").count() == 1

    def test_only_a_supervisor_or_an_administrator_may(self):
        for other in (self.fay, self.ana.actor):
            with pytest.raises(StaffRole.DoesNotExist):
                freeze(by=other)
            pretended = Actor(other.practice, other.user, Role.SUPERVISOR)
            with pytest.raises(StaffRole.DoesNotExist):
                freeze(by=pretended)
        assert not Freeze.objects.exists()

    def test_of_the_installation_it_stops_every_practice_and_stands_in_its_own_chain(self):
        freeze(by=self.everywhere(self.sue))
        assert freezes.is_frozen(self.practice.pk) and freezes.is_frozen(self.other_practice.pk)
        assert Entry.objects.filter(chain=INSTALLATION, act="house.frozen").count() == 1
        with pytest.raises(Frozen):
            self.asked(self.said())

    def everywhere(self, by: Actor) -> Actor:
        return Actor(INSTALLATION, by.user, by.role)


class Lifting(CastTestCase):
    """R41: a supervisor and an administrator, two people."""

    def setUp(self):
        self.granted = self.said()
        self.grants(self.ana, self.asked(self.granted))
        self.frozen = freeze(by=self.sue)

    def lift(self, by: Actor) -> bool:
        return agrees_to_lift(by, self.frozen)

    def another(self, *roles: Role, practice: Practice | None = None) -> list[Actor]:
        user = create_staff(
            by=SET_UP,
            practice=(practice or self.practice).pk,
            name="Another",
            roles=list(roles),
            password=PASSWORD,
        ).user
        stay = note_sign_in(user=user, device="test").pk
        return [Actor(user.practice_id, user.pk, role, stay) for role in roles]

    def test_one_alone_does_not_however_often(self):
        assert self.lift(self.sue) is False
        assert self.lift(self.sue) is False
        assert freezes.is_frozen(self.practice.pk)
        assert FreezeLift.objects.count() == 1

    def test_both_do_and_each_leaves_an_entry(self):
        assert self.lift(self.adam) is False
        assert self.lift(self.sue) is True
        assert not freezes.is_frozen(self.practice.pk)
        acts = Entry.objects.filter(chain=self.practice.pk, act__startswith="house.")
        assert list(acts.order_by("seq").values_list("act", flat=True)) == [
            "house.frozen",
            "house.lift_agreed",
            "house.lift_agreed",
            "house.unfrozen",
        ]
        self.asked(self.said())

    def test_one_person_in_both_roles_counts_once(self):
        as_supervisor, as_administrator = self.another(Role.SUPERVISOR, Role.ADMINISTRATOR)
        assert self.lift(as_supervisor) is False
        assert self.lift(as_administrator) is False
        assert freezes.is_frozen(self.practice.pk)

    def test_two_people_in_one_role_do_not(self):
        [second] = self.another(Role.SUPERVISOR)
        self.lift(self.sue)
        with refused(Problem.OTHER_ROLE):
            self.lift(second)

    def test_who_agreed_first_and_left_has_agreed_to_nothing(self):
        self.lift(self.sue)
        deactivate(by=self.adam, person=self.sue.user)
        assert self.lift(self.adam) is False
        assert freezes.is_frozen(self.practice.pk)
        with pytest.raises(Withheld):
            self.releases(self.granted)
        [sol] = self.another(Role.SUPERVISOR)
        assert self.lift(sol) is True
        assert not freezes.is_frozen(self.practice.pk)
        assert self.releases(self.granted)

    def test_who_agreed_first_and_is_no_supervisor_any_more_is_replaced_by_another(self):
        self.lift(self.sue)
        end_role(by=self.adam, person=self.sue.user, role=Role.SUPERVISOR)
        [sol] = self.another(Role.SUPERVISOR)
        assert self.lift(sol) is False
        assert [one.by_id for one in freezes.agreed_to_lift(self.frozen)] == [sol.user]
        assert self.lift(self.adam) is True
        deactivate(by=self.adam, person=sol.user)
        assert not freezes.is_frozen(self.practice.pk), "what is lifted stays lifted"

    def test_another_practice_a_facilitator_and_an_ended_role_find_nothing(self):
        with pytest.raises(Freeze.DoesNotExist):
            self.lift(self.zoe)
        with pytest.raises(StaffRole.DoesNotExist):
            self.lift(self.fay)
        StaffRole.objects.filter(user=self.adam.user).update(until="2026-01-01T00:00Z")
        with pytest.raises(StaffRole.DoesNotExist):
            self.lift(self.adam)

    def test_an_outside_colleague_may_be_the_second_in_a_small_practice_alone(self):
        [colleague] = self.another(Role.OUTSIDE_COLLEAGUE)
        self.lift(self.sue)
        with pytest.raises(StaffRole.DoesNotExist):
            self.lift(colleague)
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        assert self.lift(colleague) is True

    def test_without_a_proof_for_this_very_freeze_nobody_agrees(self):
        other = Freeze(pk=uuid4())
        for proof in (
            proven(self.adam, lift_scope(other)),
            proven(self.adam, credential_scope(self.adam)),
            begin_step_up(by=self.adam, scope=lift_scope(self.frozen)).pk,
            proven(self.sue, lift_scope(self.frozen)),
            uuid4(),
        ):
            with pytest.raises(StepUpRefused):
                lift_freeze(by=self.adam, freeze_id=self.frozen.pk, step_up_id=proof)
            assert self.last_entry().act == "step_up.refused"
        assert not self.frozen.lifts.exists()
        once = proven(self.adam, lift_scope(self.frozen))
        assert lift_freeze(by=self.adam, freeze_id=self.frozen.pk, step_up_id=once) is False

    def test_what_is_lifted_is_over_and_can_be_frozen_again(self):
        self.lift(self.sue)
        self.lift(self.adam)
        with pytest.raises(Freeze.DoesNotExist):
            self.lift(self.adam)
        assert freeze(by=self.sue) != self.frozen
        assert freezes.is_frozen(self.practice.pk)

    def test_the_installations_freeze_is_not_lifted_from_within_a_practice(self):
        everywhere = [Actor(INSTALLATION, one.user, one.role) for one in (self.sue, self.adam)]
        frozen = freeze(by=everywhere[0])
        with pytest.raises(Freeze.DoesNotExist):
            agrees_to_lift(self.sue, frozen)
        agreed = [lift_freeze_at_the_machine(by=o, freeze_id=frozen.pk) for o in everywhere]
        assert agreed == [False, True]

"""Coming in by a one-time code; being let in anew by two of the staff, and what waits after it."""

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, Recovery, Role, SignIn, StaffRole, StoredSession, User
from accounts.queries import grants_held, waiting_recoveries
from accounts.services import Issued, StepUpRefused, create_staff, note_sign_in
from accounts.services.invitations import (
    InvitationOver,
    Joined,
    accept_invitation,
    invite_again,
    open_invitation,
)
from accounts.services.recovery import (
    NotTheirs,
    ask_recovery,
    ask_scope,
    confirm_recovery,
    confirm_scope_of,
)
from accounts.services.tries import TooMany
from accounts.staffing import deactivate, end_role
from audit.models import Entry
from audit.trail import INSTALLATION, Actor
from consent.services.deciding import decline_consent, grant_consent, grant_scope, revoke_consent
from sessions_app.rules import Problem
from tests.accounts.test_passkeys import gets_a_passkey
from tests.cast import (
    CastTestCase,
    gets_a_code_app,
    proof_of,
    proven,
    refused,
    sign_in,
    staff,
    user_of,
)
from tests.soft_key import SoftKey

CHOSEN = "a garden gate left open"


def acts() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("act", flat=True))


class FirstTime(CastTestCase):
    """Name and code from the paper; then a password or a passkey, and in."""

    def setUp(self):
        self.issued: Issued = create_staff(
            by=self.adam, practice=self.practice.pk, name="Nia New", roles=[Role.FACILITATOR]
        )
        self.name = self.issued.user.sign_in_name
        self.client = Client()

    def opened(self, code: str = "", name: str = "", client: Client | None = None):
        given = {"name": name or self.name, "code": code or self.issued.code}
        return (client or self.client).post("/invitation/", given)

    def test_with_a_password_they_are_in_and_staff_are_asked_for_a_second_factor(self):
        assert self.opened()["Location"] == "/invitation/way/"
        answer = self.client.post("/invitation/way/", {"password": CHOSEN})
        assert answer["Location"] == "/you/ways-in/"
        assert self.client.get("/today/")["Location"] == "/you/ways-in/"
        assert Entry.objects.filter(act="invitation.made").count() == 1
        assert Entry.objects.filter(act="invitation.used", actor=self.issued.user.pk).exists()
        assert User.objects.get(pk=self.issued.user.pk).check_password(CHOSEN)

    def test_with_a_passkey_they_are_in_and_everything_opens(self):
        self.opened()
        page = self.client.get("/invitation/way/").content.decode()
        options = page.split('data-options="')[1].split('"')[0].replace("&quot;", '"')
        answer = SoftKey().makes(json.loads(options))
        done = self.client.post("/invitation/way/", {"credential": json.dumps(answer)})
        assert done["Location"] == "/you/ways-in/"
        assert self.client.get("/today/").status_code == 200
        assert not User.objects.get(pk=self.issued.user.pk).has_usable_password()

    def test_a_passkey_that_did_not_work_uses_nothing_up(self):
        self.opened()
        page = self.client.post("/invitation/way/", {"credential": "{}"}).content.decode()
        assert "The passkey did not work" in page
        assert self.client.post("/invitation/way/", {"password": CHOSEN}).status_code == 302

    def test_a_password_that_will_not_do_uses_nothing_up(self):
        self.opened()
        page = self.client.post("/invitation/way/", {"password": "short"}).content.decode()
        assert "This is too short" in page
        assert Invitation.objects.get().used_at is None

    def test_it_works_once(self):
        second = Client()
        self.opened()
        self.opened(client=second)
        self.client.post("/invitation/way/", {"password": CHOSEN})
        late = second.post("/invitation/way/", {"password": "another one of mine"})
        assert late.status_code == 410
        assert self.opened(client=Client()).status_code == 200
        with pytest.raises(InvitationOver):
            accept_invitation(invitation_id=Invitation.objects.get().pk, password=CHOSEN)
        assert User.objects.get(pk=self.issued.user.pk).check_password(CHOSEN)

    def test_wrong_old_and_unknown_are_one_answer_and_are_noted(self):
        pages = set()
        for code, name in (
            ("wrong", ""),
            ("", "nobody-0000"),
            ("", user_of(self.fay).sign_in_name),
        ):
            pages.add(_bare(self.opened(code, name, Client()), name or self.name))
        Invitation.objects.update(until=timezone.now() - timedelta(seconds=1))
        pages.add(_bare(self.opened(client=Client()), self.name))
        assert len(pages) == 1
        refusals = Entry.objects.filter(chain=INSTALLATION, act="invitation.refused")
        assert refusals.count() == 4

    def test_a_code_is_read_however_it_is_typed(self):
        assert self.opened(self.issued.code.upper().replace("-", " ")).status_code == 302

    def test_what_is_stored_is_no_code(self):
        row = Invitation.objects.get()
        assert self.issued.code not in row.code_digest
        assert self.opened(row.code_digest, client=Client()).status_code == 200

    def test_after_five_wrong_codes_the_right_one_waits(self):
        for _ in range(5):
            assert open_invitation(name=self.name, code="x", address="a") is None
        with pytest.raises(TooMany):
            open_invitation(name=self.name, code=self.issued.code, address="a")
        assert open_invitation(name=self.name, code=self.issued.code, address="b")

    def test_a_new_code_ends_the_old_one_until_somebody_joined(self):
        code = invite_again(by=self.adam, user=self.issued.user)
        assert open_invitation(name=self.name, code=self.issued.code, address="a") is None
        assert open_invitation(name=self.name, code=code, address="a")
        with pytest.raises(Joined):
            invite_again(by=self.adam, user=user_of(self.fay))

    def test_the_page_behind_it_is_closed_without_a_code(self):
        assert Client().get("/invitation/way/")["Location"].startswith("/sign-in/")
        assert Client().post("/invitation/way/", {"password": CHOSEN}).status_code == 302

    def test_hostile_and_huge_input_gets_a_page(self):
        for code in ("", "\x00", "é" * 50, "x" * 5_000, "' OR 1=1 --"):
            for name in (self.name, "\x00", "x" * 5_000, "é"):
                given = {"name": name, "code": code}
                answer = Client(REMOTE_ADDR="10.1.1.1").post("/invitation/", given)
                assert answer.status_code == 200


class LettingInAnew(CastTestCase):
    """Two of the staff, each their own act; the old ways in end, and new grants wait three days."""

    def asked_by(self, by: Actor, user: User) -> Recovery:
        return ask_recovery(by=by, user=user, step_up_id=proven(by, ask_scope(user.pk)))

    def confirmed_by(self, by: Actor, recovery: Recovery) -> str:
        step_up = proven(by, confirm_scope_of(recovery))
        return confirm_recovery(by=by, recovery_id=recovery.pk, step_up_id=step_up)

    def recovered(self, user: User) -> None:
        code = self.confirmed_by(self.cody, self.asked_by(self.fay, user))
        found = open_invitation(name=user.sign_in_name, code=code, address="a")
        accept_invitation(invitation_id=found.pk, password=CHOSEN)

    def test_two_different_people_and_each_leaves_an_entry(self):
        user = user_of(self.ana.actor)
        waiting = self.asked_by(self.fay, user)
        assert self.asked_by(self.fay, user) == waiting
        with pytest.raises(NotTheirs):
            self.confirmed_by(self.fay, waiting)
        assert not Invitation.objects.exists()
        self.confirmed_by(self.cody, waiting)
        made = [one for one in acts() if one.startswith(("recovery", "invitation"))]
        assert made == ["recovery.asked", "invitation.made", "recovery.confirmed"]
        with pytest.raises(Recovery.DoesNotExist):
            self.confirmed_by(self.sue, waiting)

    def test_the_database_refuses_one_person_twice_and_oneself(self):
        waiting = self.asked_by(self.fay, user_of(self.ana.actor))
        for column, value in (("confirmed_by", self.fay.user), ("user", self.fay.user)):
            with pytest.raises(IntegrityError), transaction.atomic():
                Recovery.objects.filter(pk=waiting.pk).update(**{f"{column}_id": value})

    def test_each_proves_who_they_are_for_this_very_person(self):
        ana, ben = user_of(self.ana.actor), user_of(self.ben.actor)
        with pytest.raises(StepUpRefused):
            ask_recovery(by=self.fay, user=ana, step_up_id=proven(self.fay, ask_scope(ben.pk)))
        waiting, other = self.asked_by(self.fay, ana), self.asked_by(self.fay, ben)
        with pytest.raises(StepUpRefused):
            confirm_recovery(
                by=self.cody,
                recovery_id=waiting.pk,
                step_up_id=proven(self.cody, confirm_scope_of(other)),
            )

    def test_who_asked_and_left_has_asked_nothing_and_another_asks(self):
        adam = user_of(self.adam)
        first = self.asked_by(self.sue, adam)
        end_role(by=self.adam, person=self.sue.user, role=Role.SUPERVISOR)
        with pytest.raises(Recovery.DoesNotExist):
            self.confirmed_by(self.fay, first)
        sol = staff(self.practice, "Sol Said", Role.SUPERVISOR)
        second = self.asked_by(sol, adam)
        assert second != first
        deactivate(by=self.adam, person=sol.user)
        with pytest.raises(Recovery.DoesNotExist):
            self.confirmed_by(self.fay, second)
        assert not waiting_recoveries(self.practice.pk).exists()

    def test_members_other_practices_and_the_person_may_not(self):
        ana = user_of(self.ana.actor)
        with pytest.raises(StaffRole.DoesNotExist):
            self.asked_by(self.ben.actor, ana)
        with pytest.raises(User.DoesNotExist):
            self.asked_by(self.zoe, ana)
        with pytest.raises(User.DoesNotExist):
            self.asked_by(self.fay, user_of(self.fay))
        about_cody = self.asked_by(self.sue, user_of(self.cody))
        with pytest.raises(Recovery.DoesNotExist):
            self.confirmed_by(self.cody, about_cody)
        with pytest.raises(Recovery.DoesNotExist):
            self.confirmed_by(self.zoe, about_cody)

    def test_two_facilitators_do_not_let_a_supervisor_in(self):
        about_sue = self.asked_by(self.fay, user_of(self.sue))
        with pytest.raises(NotTheirs):
            self.confirmed_by(self.cody, about_sue)
        self.confirmed_by(self.adam, about_sue)

    def test_after_a_day_nobody_confirms_it(self):
        waiting = self.asked_by(self.fay, user_of(self.ana.actor))
        Recovery.objects.update(asked_at=timezone.now() - timedelta(hours=24, seconds=1))
        with pytest.raises(Recovery.DoesNotExist):
            self.confirmed_by(self.cody, waiting)

    def test_the_old_ways_in_count_no_more_and_every_stay_ends(self):
        client, user = Client(), user_of(self.ana.actor)
        gets_a_passkey(self.ana.actor)
        gets_a_code_app(user)
        sign_in(client, self.ana.actor)
        self.recovered(user)
        assert not Authenticator.objects.filter(user=user).exists()
        assert not SignIn.objects.filter(user=user, ended_at=None).exists()
        assert not StoredSession.objects.filter(sign_in__user=user).exists()
        assert client.get("/home/").status_code == 302
        fresh = User.objects.get(pk=user.pk)
        assert fresh.check_password(CHOSEN)

    def test_for_72_hours_nothing_new_is_allowed_and_no_is_always_heard(self):
        standing = self.grants(self.ana, self.asked(self.said("Before.")))
        question = self.consent_of(self.ana, self.asked(self.said("After."), self.insurer))
        other = self.consent_of(self.ana, self.asked(self.said("Third."), self.insurer))
        self.recovered(user_of(self.ana.actor))
        by = self.back(self.ana.actor)
        with refused(Problem.JUST_RECOVERED):
            self.allow(by, question)
        assert self.last_entry().act == "grant.held"
        assert revoke_consent(by=by, code=standing.code).kind == "revoked"
        assert decline_consent(by=by, code=other.code).kind == "declined"
        self.used_hours_ago(71, minutes=59)
        with refused(Problem.JUST_RECOVERED):
            self.allow(by, question)
        self.used_hours_ago(72, minutes=1)
        assert self.allow(by, question).kind == "granted"

    def test_it_is_held_from_the_second_yes_on_and_not_before(self):
        user = user_of(self.ana.actor)
        waiting = self.asked_by(self.fay, user)
        assert not grants_held(user.pk)
        self.confirmed_by(self.cody, waiting)
        assert grants_held(user.pk)
        Invitation.objects.update(until=timezone.now() - timedelta(seconds=1))
        assert not grants_held(user.pk)

    def test_a_first_invitation_holds_nothing(self):
        new = self.join(self.fay, self.group, "Eve Ek")
        assert not grants_held(new.actor.user)

    def test_a_step_up_is_not_used_up_by_a_held_grant(self):
        question = self.consent_of(self.ana, self.asked(self.said("After.")))
        self.recovered(user_of(self.ana.actor))
        by = self.back(self.ana.actor)
        step_up = proven(by, grant_scope(question))
        with refused(Problem.JUST_RECOVERED):
            self.allow(by, question, step_up)
        self.used_hours_ago(73)
        self.allow(by, question, step_up)

    def test_on_the_pages_from_the_name_to_the_code(self):
        fay, cody = Client(), Client()
        sign_in(fay, self.fay)
        sign_in(cody, self.cody)
        name = user_of(self.ana.actor).sign_in_name
        unknown = fay.post("/recoveries/", {"name": "nobody-0000"}).content.decode()
        assert "Nobody else here has this sign-in name" in unknown
        asked = fay.post("/recoveries/", {"name": name})["Location"]
        then = fay.post(asked, proof_of(self.fay))["Location"]
        assert name in fay.get(then).content.decode()
        assert fay.post(then)["Location"] == "/recoveries/"
        [waiting] = Recovery.objects.all()
        assert fay.post(f"/recoveries/{waiting.pk}/confirm/").status_code == 404
        asked = cody.post(f"/recoveries/{waiting.pk}/confirm/")["Location"]
        then = cody.post(asked, proof_of(self.cody))["Location"]
        code = cody.post(then).content.decode().split("<code>")[1].split("<")[0]
        assert open_invitation(name=name, code=code, address="a")
        assert cody.get(then).status_code == 404

    def back(self, actor: Actor) -> Actor:
        stay = note_sign_in(user=user_of(actor), device="test").pk
        return Actor(actor.practice, actor.user, actor.role, stay)

    def allow(self, by: Actor, consent, step_up=None):
        return grant_consent(
            by=by,
            code=consent.code,
            signature="Ana Almeida",
            step_up_id=step_up or proven(by, grant_scope(consent)),
        )

    def used_hours_ago(self, hours: int, minutes: int = 0) -> None:
        ago = timedelta(hours=hours, minutes=minutes)
        Invitation.objects.update(used_at=timezone.now() - ago)


def _bare(response, name: str) -> str:
    """A page without its tokens and without what was typed into it."""
    page = response.content.decode().replace(name, "NAME")
    assert response.status_code == 200
    head, *rest = page.split('value="')
    return head + "".join(part.split('"', 1)[1] for part in rest)

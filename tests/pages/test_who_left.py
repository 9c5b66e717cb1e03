"""Who left a group is still reached by those they met there, and still reaches the house."""

from datetime import timedelta
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from audit.trail import Actor
from ethics.models import CasePerson
from ethics.services.consulting import invite_to_case
from sessions_app.models import AgreementSignature, BreachReport, Membership
from sessions_app.services.agreements import write_agreement
from sessions_app.services.contacts import write_contact
from sessions_app.services.groups import add_facilitator
from sessions_app.services.stints import end_stint
from tests.cast import CastTestCase, sign_in, user_of
from tests.pages.visible import blocks
from tests.swapping import form_in
from tests.thinking import Thinking


def browser(actor: Actor) -> Client:
    client = Client()
    sign_in(client, actor)
    return client


class WhoLeft(CastTestCase):
    def leaves(self, member, days_ago: int = 1) -> None:
        until = self.today - timedelta(days=days_ago)
        code = member.member.code
        end_stint(by=self.fay, group=self.group, member_code=code, until=until)

    def page(self, actor: Actor, path: str) -> str:
        response = browser(actor).get(path)
        assert response.status_code == 200
        return response.content.decode()


class WhoLeaves(WhoLeft):
    def test_a_last_day_before_they_were_last_there_is_refused_and_stays_in_the_form(self):
        path = f"/groups/{self.group.code}/members/{self.ana.member.code}/end/"
        early = (self.session.local_day() - timedelta(days=1)).isoformat()

        page = browser(self.fay).post(path, {"until": early}).content.decode()
        assert "They were at a later session" in page and f'value="{early}"' in page
        assert Membership.objects.get(member=self.ana.member).until is None


class FoundByStaff(WhoLeft):
    def setUp(self):
        code = self.ana.member.code
        write_contact(by=self.fay, group=self.group, member_code=code, contact="Bruno, 555-0139")
        self.leaves(self.ana)
        self.of_her = f"/groups/{self.group.code}/members/{code}/"

    def test_who_leads_the_group_finds_what_cannot_wait_beside_their_name(self):
        page = self.page(self.fay, f"/groups/{self.group.code}/")
        assert "Ana Almeida" in page
        for path in ("contact/", "risk/", "signs/"):
            assert f'href="{self.of_her}{path}"' in page
            assert browser(self.fay).get(self.of_her + path).status_code == 200
        assert f"{self.of_her}end/" not in page

    def test_who_reviews_it_finds_them_by_code(self):
        page = self.page(self.sue, f"/desk/groups/{self.group.code}/")
        for path in ("contact/", "signs/"):
            assert f'href="/desk{self.of_her}{path}"' in page
            assert browser(self.sue).get(f"/desk{self.of_her}{path}").status_code == 200

    def test_it_opens_for_a_reason(self):
        for by, path in ((self.fay, self.of_her), (self.sue, f"/desk{self.of_her}")):
            answer = browser(by).post(f"{path}contact/", {"why": "She took pills."})
            assert "Bruno, 555-0139" in answer.content.decode()

    def test_who_came_to_lead_it_later_finds_neither_name_nor_page(self):
        add_facilitator(by=self.fay, group=self.group, user=user_of(self.otto), since=self.today)
        assert "Ana Almeida" not in self.page(self.otto, f"/groups/{self.group.code}/")
        for path in ("contact/", "risk/", "signs/"):
            assert browser(self.otto).get(self.of_her + path).status_code == 404


class ToWhoCameLater(Thinking, WhoLeft):
    """Otto leads the group from today; Ben left a month ago, and Ana yesterday."""

    def setUp(self):
        self.case = self.about_ana()
        for one, days in ((self.ben, 30), (self.ana, 1)):
            gone = self.today - timedelta(days=days)
            Membership.objects.filter(member=one.member).update(until=gone)
        add_facilitator(by=self.fay, group=self.group, user=user_of(self.otto), since=self.today)

    def test_a_case_names_its_member_to_who_met_them_alone(self):
        until = self.today + timedelta(days=3)
        for peer in (self.otto, self.cody):
            invite_to_case(
                by=self.fay,
                code=self.case.code,
                user=user_of(peer),
                part=CasePerson.Part.PEER,
                until=until,
                once=uuid4(),
            )
        path = f"/cases/{self.case.code}/"
        later, before = self.page(self.otto, path), self.page(self.cody, path)
        assert "Ana Almeida" not in later
        assert self.ana.member.code in later
        assert "Tuesday group" in later
        assert "Ana Almeida" in before

    def test_a_file_answers_for_who_was_there_before_as_for_anybody(self):
        otto, seen = browser(self.otto), []
        for name in ("Ben Brandt", "Ken Kranz", "Cleo Castell"):
            file = SimpleUploadedFile("roster.csv", f"name\n{name}\n".encode(), "text/csv")
            page = otto.post(f"/groups/{self.group.code}/import/", {"file": file})
            told = blocks(page.content.decode())
            seen.append((page.status_code, [line.replace(name, "NAME") for line in told]))
        assert seen[0] == seen[1]
        assert seen[2] != seen[1], "whom they met is not added twice"


class OnTheirOwnPages(WhoLeft):
    def stint(self, member) -> Membership:
        return Membership.objects.get(group=self.group, member=member.member)

    def test_what_left_the_room_is_told_and_no_text_is_lost_while_the_stay_ends(self):
        path = f"/agreements/{self.stint(self.ana).pk}/breach/"
        anas = browser(self.ana.actor)
        once = form_in(anas.get(path).content.decode(), "Tell it").fields["once"]
        self.leaves(self.ana)

        empty = anas.post(path, {"text": " ", "once": once})
        assert empty.status_code == 200
        told = anas.post(path, {"text": "Ben told my husband.", "once": once}, follow=True)
        assert "Told, and sealed." in told.content.decode()
        assert BreachReport.objects.filter(member=self.ana.member).count() == 1
        assert f'href="{path}"' in anas.get("/agreements/").content.decode()

    def test_the_agreement_that_was_left_unsigned_is_signed(self):
        stint = self.stint(self.cleo)
        self.leaves(self.cleo)
        cleos, path = browser(self.cleo.actor), f"/agreements/{stint.pk}/"

        assert f'href="{path}"' in cleos.get("/agreements/").content.decode()
        assert f'href="{path}breach/"' in cleos.get(path).content.decode()
        signed = cleos.post(path, {"signature": "Cleo Castell"}, follow=True)
        assert "You signed the agreement." in signed.content.decode()
        assert AgreementSignature.objects.filter(membership=stint).count() == 1

    def test_a_text_the_group_wrote_since_is_not_shown_to_who_left(self):
        self.leaves(self.ana)
        write_agreement(
            by=self.fay, group=self.group, text="Umbrellas stay.", seen="agreement-1", once=uuid4()
        )
        anas = browser(self.ana.actor)
        page = anas.get(f"/agreements/{self.stint(self.ana).pk}/", follow=True)
        assert page.redirect_chain == [("/agreements/", 302)]
        assert "Umbrellas" not in page.content.decode()

    def test_who_came_back_finds_the_group_once(self):
        self.leaves(self.ana, days_ago=1)
        again = Membership.objects.create(
            group=self.group, member=self.ana.member, since=self.today
        )
        page = self.page(self.ana.actor, "/agreements/")
        assert page.count("Tuesday group") == 1 and f"/agreements/{again.pk}/" in page

"""What a page tells, and to whom: no more than is theirs, no less than happened."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError, connections
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import Practice, StaffRole
from audit.models import Entry
from audit.verifier import decode
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.release import Withheld, hand_over
from sessions_app.models import Disclosure, Facilitation
from sessions_app.rules import Problem, Rejected
from sessions_app.services.groups import assign_supervisor, create_group
from sessions_app.services.items import edit_item
from tests.cast import CastTestCase, sign_in, user_of
from vault import key_ring


class Pages(CastTestCase):
    def page(self, actor, path: str, **query) -> str:
        client = Client()
        sign_in(client, actor)
        return client.get(path, query).content.decode()


class Entries(Pages):
    def test_taking_a_subject_off_an_item_is_written_down_by_code(self):
        item = self.said("Ben drove me.", self.ana, self.ben)
        edit_item(
            by=self.fay,
            code=item.code,
            seen_version=1,
            concerned=[],
            text="He drove me.",
            guard=self.guard(),
        )
        ground = decode(bytes(self.last_entry().body))["ground"]
        assert ground == f"-{self.ben.member.code}"

    def test_an_item_is_opened_on_the_page_of_its_own_session_or_not_at_all(self):
        other = self.held(self.fay, self.group, present=[self.ana, self.ben, self.cleo], days_ago=9)
        item = self.said()
        client = Client()
        sign_in(client, self.fay)
        before = Entry.objects.filter(act="item.opened").count()
        assert client.post(f"/sessions/{other.pk}/open/{item.code}/").status_code == 404
        assert Entry.objects.filter(act="item.opened").count() == before

    def test_a_receipt_serves_the_role_it_was_taken_in(self):
        client = Client()
        sign_in(client, self.zoe)
        client.get("/groups/new/")
        client.get("/people/")
        roles = {e.role for e in Entry.objects.filter(act="staff.listed", actor=self.zoe.user)}
        assert roles == {"facilitator", "administrator"}

    def test_looking_at_the_trail_is_a_line_that_every_supervisor_sees(self):
        assign_supervisor(
            by=self.adam, group=self.other_group, user=user_of(self.sue), since=self.today
        )
        client = Client()
        sign_in(client, self.sue)
        client.get("/trail/")
        assert "Trail looked at" in client.get("/trail/").content.decode()


class WhoReviewsWhom(Pages):
    def test_nobody_supervises_a_group_they_lead_and_only_supervisors_do(self):
        StaffRole.objects.create(user_id=self.fay.user, role="supervisor")
        for user, problem in (
            (user_of(self.fay), Problem.OWN_SUPERVISOR),
            (user_of(self.adam), Problem.UNKNOWN),
            (user_of(self.zoe), Problem.UNKNOWN),
        ):
            with pytest.raises(Rejected) as rejected:
                assign_supervisor(by=self.adam, group=self.group, user=user, since=self.today)
            assert rejected.value.problems == {"supervisor": problem}
        assert "Fay Ferrer" not in self.page(self.fay, "/groups/new/").split("<main")[1]

    def test_in_a_small_practice_a_no_stays_silence_in_the_trail_of_the_one_who_asked(self):
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        StaffRole.objects.create(user_id=self.fay.user, role="supervisor")
        assign_supervisor(by=self.adam, group=self.group, user=user_of(self.fay), since=self.today)
        item = self.said()
        request = self.asked(item)
        decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, request).code)
        with pytest.raises(Withheld):
            self.releases(item)
        own, sues = self.page(self.fay, "/trail/"), self.page(self.sue, "/trail/")
        assert "Not allowed" in sues
        assert "REFUSED" in sues
        assert "Not allowed" not in own
        assert "REFUSED" not in own


class CountsAndNames(Pages):
    def test_a_colleague_who_came_later_is_not_told_how_many_items_there_were(self):
        self.said()
        Facilitation.objects.filter(user=self.cody.user).update(since=self.today)
        Disclosure.objects.get().user_rights.filter(user=self.cody.user).delete()
        assert "0 items" in self.page(self.cody, f"/groups/{self.group.code}/")
        assert "1 item" in self.page(self.fay, f"/groups/{self.group.code}/")

    def test_nor_who_was_in_the_group_before(self):
        Facilitation.objects.filter(user=self.cody.user).update(since=self.today)
        for path in ("", "notes/", "items/new/"):
            path = f"/sessions/{self.session.pk}/{path}"
            assert "Ana Almeida" not in self.page(self.cody, path)
            assert "Ana Almeida" in self.page(self.fay, path)
        listed = self.page(self.cody, f"/groups/{self.group.code}/")
        assert str(self.session.pk) not in listed

    def test_roles_that_ended_are_not_shown_as_live(self):
        StaffRole.objects.create(user_id=self.cody.user, role="administrator", until=timezone.now())
        rows = self.page(self.adam, "/people/").split("Cody Clark")[1].split("</li>")[0]
        assert "Facilitator" in rows
        assert "Administrator" not in rows

    def test_a_release_that_was_handed_over_is_not_called_never_sent(self):
        item = self.said()
        consent = self.grants(self.ana, self.asked(item))
        release = self.releases(item)
        hand_over(by=self.fay, code=release.code)
        revoke_consent(by=self.ana.actor, code=consent.code)
        client = Client()
        sign_in(client, self.fay)
        for page in (
            client.post(f"/releases/{release.code}/open/").content.decode(),
            client.get(f"/releases/{release.code}/").content.decode(),
        ):
            assert "This release is closed" in page
            assert "Nothing was sent" not in page
            assert "I am handing it over now" not in page


class WhatAMemberIsTold(Pages):
    """Plain words, and true ones."""

    def setUp(self):
        self.item = self.said("Ben waited until my light went on.", self.ana, self.ben)
        self.request = self.asked(self.item)
        self.spoken = self.grants(self.ana, self.request)

    def test_a_yes_to_shared_words_does_not_promise_that_they_go_out(self):
        page = self.page(self.ana.actor, f"/permissions/{self.spoken.code}/")
        assert "only if everybody they concern allows it" in page

    def test_everybody_who_is_asked_about_shared_words_reads_that_silence_can_be_read(self):
        bens = self.consent_of(self.ben, self.request)
        assert "silence can be read" in self.page(self.ben.actor, f"/questions/{bens.code}/")

    def test_what_was_handed_over_stays_told_after_taking_back(self):
        self.grants(self.ben, self.request)
        hand_over(by=self.fay, code=self.releases(self.item).code)
        revoke_consent(by=self.ana.actor, code=self.spoken.code)
        page = self.page(self.ana.actor, f"/permissions/{self.spoken.code}/")
        assert "Given to Dr Osei, Riverside Clinic on paper" in page
        assert "That cannot be undone." in page

    def test_changed_words_are_named_as_the_reason_why_an_answer_ended(self):
        edit_item(
            by=self.fay,
            code=self.item.code,
            seen_version=1,
            concerned=[self.ben.member.pk],
            text="Other.",
            guard=self.guard(),
        )
        page = self.page(self.ana.actor, f"/permissions/{self.spoken.code}/")
        assert "The words were changed, so your answer no longer counts." in page
        asked = self.page(self.fay, f"/requests/{self.request.code}/")
        assert "The words were changed, so this question ended." in asked
        assert "Not agreed" not in asked


class OddInput(Pages):
    def setUp(self):
        self.client = Client(raise_request_exception=False)
        sign_in(self.client, self.fay)

    def test_days_at_the_end_of_time_and_hours_that_do_not_exist(self):
        item = self.said()
        ask = {"recipient": self.clinic.code, "purpose": "TREAT", "nobody_else": "on"}
        ask |= {"expires_on": "9999-12-31", "answer_by": self.today.isoformat()}
        response = self.client.post(f"/items/{item.code}/ask/", ask)
        assert "Give a day" in response.content.decode()
        log = f"/groups/{self.group.code}/sessions/new/"
        for day, starts, ends in (
            ("9999-12-31", "18:00", "01:00"),
            ("0001-01-01", "18:00", "19:00"),
            ("2026-03-08", "02:30", "03:10"),
        ):
            given = {"day": day, "starts_at": starts, "ends_at": ends}
            assert self.client.post(log, given).status_code == 200

    def test_a_key_that_a_browser_brought_back_loses_no_second_text(self):
        once = str(uuid4())
        path = f"/sessions/{self.session.pk}/items/new/"
        given = {"speaker": str(self.ana.member.pk), "once": once}
        for text in ("First words.", "Second words.", "First words."):
            assert self.client.post(path, given | {"text": text}).status_code == 302
        assert Disclosure.objects.count() == 2
        other = self.client.post("/groups/new/", {"once": once, "name": "New"})
        assert other.status_code == 200

    def test_a_group_and_a_member_begin_today_or_before(self):
        tomorrow = self.today + timedelta(days=1)
        with pytest.raises(Rejected) as rejected:
            create_group(
                by=self.fay,
                name="Later",
                modality="grief",
                record_class="psychotherapy",
                since=tomorrow,
                once=uuid4(),
            )
        assert rejected.value.problems == {"since": Problem.DAY_TO_COME}
        response = self.client.post(
            f"/groups/{self.group.code}/members/new/",
            {"name": "Eve Ek", "since": tomorrow.isoformat()},
        )
        assert "Give today or a day before." in response.content.decode()

    def test_other_charsets_are_refused_before_anything_reads_them(self):
        for charset in ("rot13", "unicode_escape", "utf-16", "nonsense"):
            response = Client().generic(
                "POST",
                "/sign-in/",
                b"--x\r\n\r\n--x--",
                content_type=f"multipart/form-data; boundary=x; charset={charset}",
            )
            assert response.status_code == 400

    def test_an_item_that_vanishes_between_look_and_lock_is_not_there(self):
        item = self.said()
        with pytest.MonkeyPatch.context() as patch:

            def gone(ids):
                raise Disclosure.DoesNotExist

            patch.setattr("sessions_app.services.items.queries.lock_disclosures", gone)
            given = {"text": "New.", "seen_version": "1"}
            assert self.client.post(f"/items/{item.code}/edit/", given).status_code == 404


class WhenThingsAreAway(Pages):
    def test_without_the_database_the_page_says_so_and_shows_nothing(self):
        client = Client(raise_request_exception=False)
        sign_in(client, self.fay)

        def away(execute, sql, *rest):
            if "storedsession" in sql or '"accounts_user"' in sql:
                return execute(sql, *rest)
            raise OperationalError

        with connections["default"].execute_wrapper(away):
            response = client.get("/today/")
        assert response.status_code == 503
        assert b"This cannot be opened now" in response.content

    def test_a_damaged_key_file_leaves_sign_in_and_taking_back(self):
        consent = self.grants(self.ana, self.asked(self.said()))
        folder = key_ring.settings.DATA_DIR / "damaged"
        folder.mkdir(exist_ok=True)
        for damage in ("schlüssel".encode("latin-1"), "é".encode(), b"\x00\xff"):
            (folder / "kek").write_bytes(damage)
            (folder / "mac").write_bytes(damage)
            key_ring.forget()
            with override_settings(GROUPCARE_KEYS_DIR=str(folder)):
                assert "The keys are away." in self.page(self.ana.actor, "/home/")
        with override_settings(GROUPCARE_KEYS_DIR=str(folder)):
            client = Client()
            sign_in(client, self.ana.actor)
            done = client.post(f"/permissions/{consent.code}/take-back/", follow=True)
        assert "You took your permission back" in done.content.decode()

    def test_without_keys_an_open_question_can_be_declined_and_no_entry_lies(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        key_ring.forget()
        with override_settings(GROUPCARE_KEYS_DIR="/nowhere"):
            client = Client()
            sign_in(client, self.ana.actor)
            assert client.get(f"/questions/{consent.code}/").status_code == 503
            assert not Entry.objects.filter(act="question.opened").exists()
            assert "Don’t allow" in client.get(f"/permissions/{consent.code}/").content.decode()
            client.post(f"/questions/{consent.code}/decline/")
        assert consent.events.latest("counter").kind == "declined"

    def test_leaving_fast_works_without_a_token(self):
        client = Client(enforce_csrf_checks=True)
        response = client.post("/leave/")
        assert response.status_code == 200
        assert b"GroupCare" not in response.content

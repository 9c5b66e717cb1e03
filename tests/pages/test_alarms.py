"""The supervisor's desk: an alarm stands first, says what to do, and goes when looked into."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Practice, Role, StaffRole
from audit.models import Entry
from audit.queries import OPEN
from consent.services.alarms import CLOSED
from consent.services.previewing import PREVIEW, preview
from consent.services.release import Withheld
from consent.services.verdicts import item_asked_for
from oversight.queries import alarms_and_withheld
from sessions_app.services.groups import assign_supervisor
from tests.cast import CastTestCase, sign_in, user_of
from tests.pages.scene import Scene


class AnOpenAlarm(Scene, CastTestCase):
    stage = Scene

    def desk(self, client: Client) -> str:
        return client.get("/desk/").content.decode()

    def test_it_is_shown_by_code_until_it_was_looked_into(self):
        client = Client()
        sign_in(client, self.sue)
        shown = self.desk(client)
        assert "A permission does not match its record" in shown
        assert self.alone_consent.code in shown
        assert "manage.py verify_audit" in shown
        assert "Ana" not in shown
        answer = client.post(f"/desk/alarms/{self.alarm.seq}/", follow=True)
        assert "Noted that you looked into it." in answer.content.decode()
        assert "A permission does not match its record" not in self.desk(client)
        closed = Entry.objects.get(act=CLOSED)
        assert (closed.object_id, closed.actor) == (self.alone_consent.pk, self.sue.user)
        assert client.post(f"/desk/alarms/{self.alarm.seq}/").status_code == 404

    def test_another_house_sees_nothing_of_it(self):
        client = Client()
        sign_in(client, self.zoe)
        assert self.alone_consent.code not in self.desk(client)

    def test_a_place_that_no_entry_can_have_is_no_page(self):
        client = Client()
        sign_in(client, self.sue)
        assert client.post(f"/desk/alarms/{10**30}/").status_code == 404


class WithheldLately(CastTestCase):
    """What the desk lists as withheld are releases, not what somebody only tried out."""

    def listed(self) -> list[str]:
        _, withheld = alarms_and_withheld(
            self.practice.pk,
            [self.group.pk],
            since=timezone.now() - timedelta(days=1),
            limit=6,
            discretion=OPEN,
        )
        return [entries[0].act for entries in withheld]

    def test_a_release_of_several_is_one_row_with_its_reasons_in_words(self):
        items = [self.said(text) for text in ("One.", "Two.", "Three.")]
        self.grants(self.ana, self.asked(items[0], self.clinic))
        made = []
        for _ in range(2):
            with pytest.raises(Withheld) as withheld:
                self.releases_session(to=self.insurer)
            made.append(withheld.value.release.code)
        sue = Client()
        sign_in(sue, self.sue)
        shown = sue.get("/desk/").content.decode().split('id="held"')[1].split("</section>")[0]
        assert shown.count("<li>") == 2
        assert shown.count("3 items stayed") == 2
        assert all(shown.count(f">{code}</span>") == 1 for code in made)
        assert "A permission is missing." in shown
        assert "NO_CONSENT" not in shown

    def test_whoever_leads_the_group_too_is_told_how_many_and_no_reason(self):
        item = self.said()
        with pytest.raises(Withheld):
            self.releases(item)
        since = self.today
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        StaffRole.objects.create(user=user_of(self.cody), role=Role.SUPERVISOR)
        assign_supervisor(by=self.adam, group=self.group, user=user_of(self.cody), since=since)
        cody = replace(self.cody, role=Role.SUPERVISOR)
        sue = Client()
        sign_in(sue, cody)
        shown = sue.get("/desk/").content.decode().split('id="held"')[1].split("</section>")[0]
        assert shown.count("<li>") == 1
        assert "A permission is missing." not in shown

    def test_a_release_that_stayed_is_there_and_a_preview_is_not(self):
        item = self.said()
        ask = partial(item_asked_for, self.fay, item.code)
        preview(by=self.fay, ask=ask, recipient=self.clinic, purpose="TREAT")
        assert (self.last_entry().act, self.last_entry().outcome) == (PREVIEW, "withhold")
        assert self.listed() == []

        with pytest.raises(Withheld):
            self.releases(item)
        assert self.listed() == ["release"]

"""The supervisor's desk: an alarm stands first, says what to do, and goes when looked into."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from audit.queries import OPEN
from consent.services.alarms import CLOSED
from consent.services.previewing import PREVIEW, preview
from consent.services.release import Withheld
from consent.services.verdicts import item_asked_for
from oversight.queries import alarms_and_withheld
from tests.cast import CastTestCase, sign_in
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
        return [entry.act for entry in withheld]

    def test_a_release_that_stayed_is_there_and_a_preview_is_not(self):
        item = self.said()
        ask = partial(item_asked_for, self.fay, item.code)
        preview(by=self.fay, ask=ask, recipient=self.clinic, purpose="TREAT")
        assert (self.last_entry().act, self.last_entry().outcome) == (PREVIEW, "withhold")
        assert self.listed() == []

        with pytest.raises(Withheld):
            self.releases(item)
        assert self.listed() == ["release"]

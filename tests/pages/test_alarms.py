"""The supervisor's desk: an alarm stands first, says what to do, and goes when looked into."""

from django.test import Client

from audit.models import Entry
from consent.services.alarms import CLOSED
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

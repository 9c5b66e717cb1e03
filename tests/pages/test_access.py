"""Every address, tried by everybody. Not yours and not there are one answer, byte for byte."""

import re
from io import StringIO
from uuid import uuid4

from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from audit.models import DenialBucket, Entry
from tests.acts import acts_that_no_filter_offers
from tests.cast import CastTestCase, sign_in
from tests.pages.every_page import EVERY_PAGE, PEOPLE
from tests.pages.scene import Scene

OPEN_TO_VISITORS = {
    *("account_login", "leave", "open_link", "calendar_feed", "help_now"),
    *("invitation", "passkey_options", "passkey_sign_in"),
}


def every_url_name(patterns: list[URLPattern | URLResolver]) -> set[str]:
    names = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            names |= every_url_name(pattern.url_patterns)
        elif pattern.name:
            names.add(pattern.name)
    return names


class EveryDoor(Scene, CastTestCase):
    """The table in every_page.py is the whole house, and it tells the truth."""

    stage = Scene

    def test_no_address_is_missing_from_the_table(self):
        listed = {page.url_name for page in EVERY_PAGE}
        assert every_url_name(get_resolver().url_patterns) == listed

    def test_everybody_meets_at_every_address_what_the_table_says(self):
        clients = {name: Client() for name in sorted(PEOPLE)}
        for name, client in clients.items():
            sign_in(client, self.actor_named(name))
        wrong = []
        for page in EVERY_PAGE:
            if page.url_name in ("leave", "account_login", "lock"):
                continue  # they end, ignore or lock a stay; below, and in accounts/test_lock.py
            path = page.path(self)
            for name in sorted(PEOPLE, key=lambda n: n in page.who):
                before = Entry.objects.count()
                status = clients[name].generic(page.method, path).status_code
                if name not in page.who and (status, Entry.objects.count()) != (404, before):
                    wrong.append(f"{name} at {page.method} {path}: {status}, should be 404")
                if name in page.who and status not in (200, 302, 410):
                    wrong.append(f"{name} at {page.method} {path}: {status}, should open")
        assert wrong == []
        assert acts_that_no_filter_offers() == set()

    def test_a_visitor_is_sent_to_the_sign_in_from_everywhere(self):
        for page in EVERY_PAGE:
            response = Client().generic(page.method, page.path(self))
            if page.url_name == "set_language":
                assert (response.status_code, response["Location"]) == (302, "/")
            elif page.url_name in OPEN_TO_VISITORS:
                assert response.status_code == 200
            else:
                assert response.status_code == 302, page
                assert response["Location"].startswith("/sign-in/"), page

    def test_an_act_is_not_done_by_looking(self):
        client = Client()
        sign_in(client, self.ana.actor)
        for page in EVERY_PAGE:
            if page.method == "POST" and "ana" in page.who:
                assert client.get(page.path(self)).status_code == 405

    def test_foreign_random_and_malformed_ids_give_the_same_bytes(self):
        client = Client()
        sign_in(client, self.otto)
        paths = [
            f"/items/{self.alone.code}/",
            "/items/D-222222/",
            "/items/%00/",
            f"/sessions/{self.session.pk}/",
            f"/sessions/{uuid4()}/",
            f"/groups/{self.group.code}/",
            f"/groups/{self.far_group.code}0/",
            f"/releases/{self.released.code}/",
            "/trail/",
            "/nowhere/",
        ]
        bodies = {_bytes(client.get(path)) for path in paths}
        assert len(bodies) == 1
        assert {client.get(path).status_code for path in paths} == {404}

    def test_a_member_of_the_group_finds_none_of_anothers_questions(self):
        for person in (self.ben, self.cleo, self.dora, self.zed):
            client = Client()
            sign_in(client, person.actor)
            theirs = _bytes(client.get(f"/questions/{self.question.code}/"))
            nothing = _bytes(client.get("/questions/C-222222/"))
            assert theirs == nothing

    def test_closed_doors_are_counted_and_the_worker_writes_them_down(self):
        client = Client()
        sign_in(client, self.otto)
        for _ in range(3):
            client.get(f"/items/{self.alone.code}/")
        bucket = DenialBucket.objects.get(actor=self.otto.user)
        assert bucket.count == 3
        DenialBucket.objects.update(minute=bucket.minute.replace(year=2020))

        call_command("work", "--once", stdout=StringIO())
        entry = self.last_entry()
        assert (entry.act, entry.actor, entry.outcome) == ("door.closed", self.otto.user, "refused")
        assert not DenialBucket.objects.exists()


def _bytes(response) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)

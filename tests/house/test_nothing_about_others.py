"""Nothing of another member on any page of a member, in what they take along, or what reaches them.

Looked for are the names, codes, ids and words of all others in the demo's
record; tests/about_others.py says what for. Prints `members=N pages=N needles=N found=N`.
"""

import io
import re
import zipfile
from email import message_from_bytes, policy
from statistics import median
from time import perf_counter

from django.core.management import call_command
from django.test import Client, TestCase

from accounts.models import User
from audit.trail import Actor
from consent import queries as consents
from consent.models import Notice
from groupcare.demo_record import PASSWORD
from sessions_app.models import Member
from tests.about_others import AboutOthers
from tests.cast import BOTH, CastTestCase, sign_in
from tests.cast import PASSWORD as CAST_PASSWORD
from tests.reaches import feed_of, mails_of

BEGIN = ("/home/", "/my-data/", "/you/")
LINK = re.compile(r'href="(/[^"#]*)"|href="(\?[^"#]*)"')
NOT_FOLLOWED = ("/static/", "/sign-out/", "/sign-in/", "/leave/", "/you/ways-in/", "/you/p")
# Addresses of an own permission that no link may lead to at the moment, and how they are asked for.
OF_A_PERMISSION = (
    ("GET", "/questions/{}/"),
    ("GET", "/questions/{}/together/"),
    ("GET", "/permissions/{}/"),
    ("GET", "/permissions/{}/copy/"),
    ("GET", "/permissions/{}/take-back/"),
    ("GET", "/permissions/{}/pressured/"),
    ("POST", "/permissions/{}/words/"),
    ("POST", "/permissions/{}/preview/"),
)


def words_of(sent: bytes) -> str:
    """Return a mail's headers and its text, decoded."""
    mail = message_from_bytes(sent, policy=policy.default)
    return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), mail.get_content()])


class Visit:
    """A member's browser that looks at everything there is for them."""

    def __init__(self, client: Client, password: str) -> None:
        self.client, self.password = client, password
        self.seen: dict[str, bytes] = {}

    def everything(self, member: Member) -> dict[str, bytes]:
        """Return every page by its address, and the package and the printed record with them."""
        waiting = list(BEGIN)
        while waiting:
            path = waiting.pop()
            if path in self.seen or path.startswith(NOT_FOLLOWED):
                continue
            waiting += self.links_on(path, self.look("GET", path))
        for one in consents.own_consents(Actor(member.practice_id, member.user_id, "member")):
            for method, path in OF_A_PERMISSION:
                self.look(method, path.format(one.code))
        for sent in ({}, {"print": "yes"}):
            self.seen[f"package {sent}"] = self.package(**sent)
        return self.seen

    def look(self, method: str, path: str) -> str:
        ask = self.client.get if method == "GET" else self.client.post
        response = ask(path, follow=True)
        assert response.status_code in (200, 404, 409), (method, path, response.status_code)
        self.seen[path if method == "GET" else f"{method} {path}"] = response.content
        return response.content.decode()

    def links_on(self, path: str, html: str) -> list[str]:
        here = path.split("?")[0]
        return [whole or f"{here}{asked}" for whole, asked in LINK.findall(html)]

    def package(self, **sent: str) -> bytes:
        step_up = self.client.post("/my-data/")["Location"]
        then = self.client.post(step_up, {"password": self.password})["Location"]
        response = self.client.post(then, sent)
        assert response.status_code == 200, response.status_code
        return b"".join(response)


class EveryMemberOfTheDemo(TestCase):
    databases = BOTH

    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_demo", verbosity=0)

    def test_no_page_and_no_package_tells_of_another(self):
        house = AboutOthers.in_this_house()
        pages = needles = outside = 0
        found = []
        members = list(Member.objects.order_by("pk"))
        for member in members:
            shown = self.visit(member).everything(member)
            mails, feed = mails_of(member.user), feed_of(member.user)
            outside += len(mails) + bool(feed)
            shown |= {f"mail {n}": words_of(sent) for n, sent in enumerate(mails)}
            shown["calendar"] = feed
            pages += len(shown)
            needles += house.needles(member)
            found += [
                f"{member.user.sign_in_name} at {where}: {one}"
                for where, page in shown.items()
                for one in house.found_in(member, page)
            ]
        print(
            f"\nmembers={len(members)} pages={pages} outside={outside} "
            f"needles={needles} found={len(found)}",
            *found[:40],
            sep="\n",
        )
        assert len(members) == 26
        assert pages > 15 * len(members)
        assert outside > 5 * len(members)
        assert found == []

    def test_what_is_planted_is_found_and_what_is_ones_own_is_not(self):
        house = AboutOthers.in_this_house()
        maya, jonas = (self.member(name) for name in ("linnet-3097", "plover-8846"))
        shared = house.readable_to(jonas)
        closed = next(
            text
            for pk, text in house.texts.items()
            if house.versions[pk].disclosure.speaker_id == jonas.pk
            and pk not in house.readable_to(maya)
        )
        planted = {
            "name": "<p>Jonas is here</p>",
            "code": f'<a href="/x/{jonas.code}/">x</a>',
            "sign-in name": "plover-8846",
            "id": f'<input value="{jonas.pk}">',
            "words": f"<blockquote>{closed}</blockquote>",
        }
        for kind, page in planted.items():
            assert any(one.startswith(kind) for one in house.found_in(maya, page)), kind
            assert house.found_in(jonas, page) == [], kind
        assert house.needles(maya) > 5_000
        assert shared

    def visit(self, member: Member) -> Visit:
        client = Client()
        user = User.objects.get(pk=member.user_id)
        sent = {"login": user.sign_in_name, "password": PASSWORD}
        assert client.post("/sign-in/", sent).status_code == 302
        return Visit(client, PASSWORD)

    def member(self, sign_in_name: str) -> Member:
        return Member.objects.select_related("user").get(user__sign_in_name=sign_in_name)


OF_THE_MOMENT = re.compile(
    rb'(name="(csrfmiddlewaretoken|keeper|once|carried)" value=")[^"]*|'
    rb"/(step-up|my-data)/[0-9a-f-]{36}/"
)


class WhoWasNotThere(CastTestCase):
    """Ben was absent. Before Ana's yes his pages and his package are the bytes they were."""

    ROUNDS, TRIES, WITHIN = 15, 8, 0.10

    def test_before_the_speakers_yes_nothing_reaches_him(self):
        calendar = self.calendar_of_ben()
        self.asked(self.said("She waved to Ben at the bus.", self.ana, self.ben))
        assert not Notice.objects.filter(person=self.ben.actor.user).exists(), "so no mail either"
        assert self.calendar_of_ben() == calendar != b""

    def test_before_the_speakers_yes_his_pages_take_as_long_as_those_of_somebody_else(self):
        for n in range(5):
            self.asked(self.said(f"She waved to Ben {n} times.", self.ana, self.ben))
        clients = {one: Client() for one in (self.ben, self.cleo)}
        for one, client in clients.items():
            sign_in(client, one.actor)
        for where in ("/home/", "/permissions/", "/who-saw/", "/my-data/"):
            apart = [self.apart(clients, where)]
            while apart[-1] > self.WITHIN and len(apart) < self.TRIES:
                apart.append(self.apart(clients, where))
            print(f"\n{where}: apart by {min(apart):.1%}")
            assert min(apart) <= self.WITHIN, where

    def apart(self, clients: dict, where: str) -> float:
        """By how much the medians differ, of pairs taken in turn."""
        taken: dict = {one: [] for one in clients}
        for n in range(self.ROUNDS):
            for one in clients if n % 2 else reversed(clients):
                began = perf_counter()
                clients[one].get(where)
                taken[one].append(perf_counter() - began)
        fast, slow = sorted(median(times) for times in taken.values())
        return slow / fast - 1

    def calendar_of_ben(self) -> bytes:
        return re.sub(rb"DTSTAMP:.*", b"", feed_of(User.objects.get(pk=self.ben.actor.user)))

    def test_before_the_speakers_yes_nothing_at_all_is_different(self):
        before = self.all_of_ben()
        shared = self.said("She waved to Ben at the bus.", self.ana, self.ben)
        request = self.asked(shared)
        assert self.all_of_ben() == before
        self.grants(self.ana, request)
        after = self.all_of_ben()
        assert after != before, "after her yes he is asked"
        assert any(b"She waved to Ben at the bus." in page for page in after.values())

    def all_of_ben(self) -> dict[str, bytes]:
        client = Client()
        sign_in(client, self.ben.actor)
        shown = Visit(client, CAST_PASSWORD).everything(self.ben.member)
        shown.pop("/you/stays/")  # he signed in once more
        return {where: self.settled(page) for where, page in shown.items()}

    def settled(self, page: bytes) -> bytes:
        """A page without what is new each time; a package without its packing."""
        if page.startswith(b"PK"):
            return "\n".join(self.told(page)).encode()
        return OF_THE_MOMENT.sub(b"", page)

    def told(self, package: bytes) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(package)) as file:
            return [file.read(name).decode() for name in file.namelist()]

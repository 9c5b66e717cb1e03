"""What every page is made of: nothing inline, a token in every form, an answer to an empty one."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from tests.cast import CastTestCase, sign_in
from tests.pages.every_page import ERROR_PAGES, EVERY_PAGE, PEOPLE
from tests.pages.scene import Scene

TOKEN = "csrfmiddlewaretoken"
# `leave` can only sign somebody out, and must never say "send it again" to who has to be gone.
# `open_link` sets nothing on looking; its form needs two secrets, or a cookie no other site sends.
WITHOUT_TOKEN = {"leave", "open_link"}


class Faults(HTMLParser):
    """Reads a page and notes what the policy forbids and which forms to send lack their token."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open_form: str | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.faults += [
            f"{tag} {name}"
            for name, value in given.items()
            if name == "style"
            or name.startswith(("on", "hx-on"))
            or value.strip().lower().startswith(("javascript:", "data:"))
        ]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.faults.append(f"inline {tag}")
        if tag == "form" and given.get("method", "").lower() == "post":
            self.open_form = given.get("action", "")
        if tag == "input" and given.get("name") == TOKEN:
            self.open_form = None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.open_form is not None:
            self.faults.append(f"a form to {self.open_form!r} without a token")
            self.open_form = None


class EveryPageAndEveryForm(Scene, CastTestCase):
    """The whole table once more: the bytes of each page, and each address sent nothing."""

    stage = Scene

    def setUp(self) -> None:
        self.clients = {name: Client() for name in sorted(PEOPLE)}
        for name, client in self.clients.items():
            sign_in(client, self.actor_named(name))
        self.clients["visitor"] = Client()

    def test_nothing_is_inline_and_every_form_carries_its_token(self):
        wrong = []
        seen = 0
        for where, response in self.every_answer():
            if response["Content-Type"].startswith("text/html"):
                seen += 1
                faults = Faults(response.content.decode()).faults
                if where.endswith(("at open_link", f"at /r/{self.link.code}/")):
                    faults = [one for one in faults if one != "a form to '' without a token"]
                wrong += [f"{where}: {one}" for one in faults]
        assert seen > len(EVERY_PAGE)
        assert wrong == []

    def test_the_reader_finds_what_is_planted(self):
        planted = (
            '<p style="x" onclick="x"><a href="JavaScript:x">x</a><img src="data:x"><script>x'
            '</script><style>x</style><form method="POST" action="/x/"><input name="y"></form>'
            '<form method="post"><input name="csrfmiddlewaretoken"></form><form></form>'
        )
        assert Faults(planted).faults == [
            "p style",
            "p onclick",
            "a href",
            "img src",
            "inline script",
            "inline style",
            "a form to '/x/' without a token",
        ]

    def test_every_address_answers_an_empty_form_from_everybody(self):
        wrong = []
        for page in sorted(EVERY_PAGE, key=lambda page: page.url_name == "leave"):
            for name, client in self.clients.items():
                status = client.post(page.path(self)).status_code
                if status not in (200, 302, 404, 405, 409, 410):
                    wrong.append(f"{name} at {page.url_name}: {status}")
        assert wrong == []

    def test_a_form_without_its_token_does_nothing(self):
        for page in EVERY_PAGE:
            client = Client(enforce_csrf_checks=True)
            client.cookies = self.clients[min(page.who, default="fay")].cookies
            response = client.post(page.path(self))
            expected = 200 if page.url_name in WITHOUT_TOKEN else 403
            assert response.status_code == expected, page.url_name

    def test_whoever_axe_does_not_look_at_shows_no_page_of_its_own(self):
        sent_empty = {path(self) for _, path in ERROR_PAGES}
        for page in EVERY_PAGE:
            if page.axe or page.path(self) in sent_empty:
                continue
            for name in sorted(page.who):
                response = self.clients[name].generic(page.method, page.path(self))
                onward = response.status_code == 302 or "Refresh" in response
                assert onward or b"<html" not in response.content, (
                    f"{page.url_name} shows {name} a page: let axe look at it"
                )
                if page.url_name in ("leave", "lock"):
                    self.clients[name].post("/leave/")
                    sign_in(self.clients[name], self.actor_named(name))

    def every_answer(self) -> Iterator[tuple[str, Any]]:
        for name, path in ERROR_PAGES:
            yield f"{name} at {path(self)}", self.clients[name].post(path(self))
        for page in sorted(EVERY_PAGE, key=lambda page: page.url_name == "leave"):
            for name in [*sorted(page.who), "visitor"]:
                answer = self.clients[name].generic(page.method, page.path(self))
                yield f"{name} at {page.url_name}", answer

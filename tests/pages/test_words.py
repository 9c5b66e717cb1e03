"""Every page a member may meet is easy to read, in each language; the hardest ten are printed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.utils import timezone, translation

from accounts.models import SignIn
from accounts.services.recovery import (
    ask_recovery,
    ask_scope,
    confirm_recovery,
    confirm_scope_of,
)
from audit.trail import Actor
from consent.models import Consent
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.release import hand_over
from sessions_app.services.items import edit_item
from tests.cast import CastTestCase, proven, shown_code, sign_in, user_of
from tests.pages.every_page import EVERY_PAGE, MEMBERS
from tests.pages.scene import Scene
from tests.pages.visible import own_blocks
from tests.reading_ease import ease
from tests.walls import wall_lowered
from vault import key_ring

EASY = 70
# Names and what people typed: not the house's words.
NAMES = [
    *("Ana Almeida", "Ben Brandt", "Cleo Castell", "Dora Dahl", "Fay Ferrer", "Ana", "Cleo"),
    *("Dr Osei, Riverside Clinic", "Mutual Insurance", "Tuesday group", "Thursday group", "Linden"),
]


@pytest.mark.one_database
class EasyToRead(Scene, CastTestCase):
    """Members read at the age of twelve (Flesch 70, Fernández Huerta 70)."""

    stage = Scene

    def test_every_page_of_a_member_is_easy_in_english(self):
        self.easy("en")

    def test_every_page_of_a_member_is_easy_in_spanish(self):
        self.easy("es")

    def easy(self, language: str) -> None:
        self.language = language
        figures = {
            label: ease(own_blocks(html, language, NAMES), language)
            for label, html in self.every_page()
        }
        hardest = sorted(figures.items(), key=lambda pair: pair[1])
        print(f"{language}: {len(figures)} pages, the hardest ten:")
        for label, figure in hardest[:10]:
            print(f"  {figure:5.1f}  {label}")
        assert [label for label, figure in hardest if figure < EASY] == []

    def every_page(self) -> Iterator[tuple[str, str]]:
        yield from self.the_table()
        yield from self.the_way_in()
        yield from self.the_lock()
        yield from self.the_codes()
        yield from self.the_password_and_the_signature()
        yield from self.what_does_not_work()
        yield from self.nothing_yet()
        yield from self.every_answer()
        yield from self.without_keys()

    def client_of(self, name: str = "") -> Client:
        client = Client(headers={"accept-language": self.language})
        if name:
            sign_in(client, self.actor_named(name))
        return client

    def shown(self, label: str, response: object, status: int = 200) -> tuple[str, str]:
        assert response.status_code == status, (label, response.status_code)
        html = response.content.decode()
        assert f'<html lang="{self.language}">' in html, label
        return label, html

    def the_table(self) -> Iterator[tuple[str, str]]:
        clients = {name: self.client_of(name) for name in ("ana", "cleo")}
        for page in EVERY_PAGE:
            who = sorted(page.who & MEMBERS & clients.keys())
            if who and page.url_name not in ("leave", "lock", "calendar_feed"):
                response = clients[who[0]].generic(page.method, page.path(self))
                if response.status_code == 200:
                    yield self.shown(f"{who[0]}: {page.url_name}", response)

    def the_way_in(self) -> Iterator[tuple[str, str]]:
        visitor = self.client_of()
        yield self.shown("sign-in", visitor.get("/sign-in/"))
        yield self.shown("sign-in, empty", visitor.post("/sign-in/", {}))
        wrong = {"login": "heron-1", "password": "wrong"}
        yield self.shown("sign-in, wrong", visitor.post("/sign-in/", wrong))

    def the_lock(self) -> Iterator[tuple[str, str]]:
        locked = self.client_of("ana")
        locked.post("/lock/")
        yield self.shown("locked", locked.get("/home/"), 423)
        yield self.shown("locked, wrong", locked.post("/unlock/", {"secret": "x"}), 423)

    def the_codes(self) -> Iterator[tuple[str, str]]:
        visitor, new = self.client_of(), self.client_of()
        yield self.shown("one-time code, empty", visitor.post("/invitation/", {}))
        wrong = {"name": "heron-1", "code": "wrong"}
        yield self.shown("one-time code, wrong", visitor.post("/invitation/", wrong))
        eve = self.join(self.fay, self.group, "Eve Ek", signs=False).actor
        code = self.let_in_anew(eve)
        given = {"name": user_of(eve).sign_in_name, "code": code}
        assert new.post("/invitation/", given).status_code == 302
        way = "/invitation/way/"
        yield self.shown("how to sign in", new.get(way))
        yield self.shown("how to sign in, short", new.post(way, {"password": "short"}))
        yield self.shown("how to sign in, no key", new.post(way, {"credential": "{}"}))
        assert visitor.post("/invitation/", given).status_code == 302
        new.post(way, {"password": "a stone in the shoe"})
        yield self.shown("one-time code, over", visitor.get(way), 410)
        asked = new.post("/you/ways-in/code-app/")["Location"]
        then = new.post(asked, {"password": "a stone in the shoe"})["Location"]
        seed = new.get(then).content.decode().split("<dd><code>")[1].split("<")[0]
        yield self.shown("code app, wrong", new.post(then, {"code": "1"}))
        yield self.shown("recovery codes", new.post(then, {"code": shown_code(seed)}))
        yield self.shown("ways in", new.get("/you/ways-in/"))
        again = self.client_of()
        again.post("/sign-in/", {"login": given["name"], "password": "a stone in the shoe"})
        yield self.shown("second step", again.get("/sign-in/code/"))
        yield self.shown("second step, wrong", again.post("/sign-in/code/", {"code": "1"}))

    def let_in_anew(self, actor: Actor) -> str:
        """Two of the staff make a one-time code for somebody."""
        user = user_of(actor)
        proof = proven(self.fay, ask_scope(user.pk))
        waiting = ask_recovery(by=self.fay, user=user, step_up_id=proof)
        proof = proven(self.cody, confirm_scope_of(waiting))
        return confirm_recovery(by=self.cody, recovery_id=waiting.pk, step_up_id=proof)

    def the_password_and_the_signature(self) -> Iterator[tuple[str, str]]:
        ana = self.client_of("ana")
        code = self.question.code
        step_up = ana.post(f"/questions/{code}/allow/")["Location"]
        yield self.shown("password", ana.get(step_up))
        yield self.shown("password, empty", ana.post(step_up, {}))
        yield self.shown("password, wrong", ana.post(step_up, {"password": "wrong"}))
        yield self.shown("password, over", ana.get(f"/step-up/{self.grant_step_up.pk}/"), 410)
        sign = f"/questions/{code}/sign/{self.grant_step_up.pk}/"
        yield self.shown("sign, too late", ana.post(sign, {"signature": "Ana Almeida"}), 409)
        yield self.shown("sign, empty", ana.post(sign, {}))
        cleo = self.client_of("cleo")
        agreement = f"/agreements/{self.unsigned_stint.pk}/"
        yield self.shown("agreement, empty", cleo.post(agreement, {}))
        signed = cleo.post(agreement, {"signature": "Cleo Castell"}, follow=True)
        yield self.shown("agreement, signed", signed)

    def what_does_not_work(self) -> Iterator[tuple[str, str]]:
        yield self.shown("404", self.client_of("ana").get("/nowhere/"), 404)
        strict = Client(headers={"accept-language": self.language}, enforce_csrf_checks=True)
        yield self.shown("403", strict.post("/sign-in/", {}), 403)
        with translation.override(self.language):
            for name in ("errors/400.html", "errors/500.html", "errors/503.html", "429.html"):
                yield name, render_to_string(name)

    def nothing_yet(self) -> Iterator[tuple[str, str]]:
        dora = self.client_of("dora")
        for path in ("/home/", "/permissions/", "/agreements/", "/you/"):
            yield self.shown(f"dora: {path}", dora.get(path))

    def every_answer(self) -> Iterator[tuple[str, str]]:
        SignIn.objects.update(ended_at=None)  # what came before ended stays
        ana, ben = self.client_of("ana"), self.client_of("ben")
        yes = self.alone_consent
        path = f"/permissions/{yes.code}/"
        yield self.shown("allowed and given", ana.get(path))
        revoke_consent(by=self.ana.actor, code=yes.code)
        yield self.shown("taken back, given before", ana.get(path))
        self.grants(self.ana, self.shared_request)
        shared = f"/permissions/{self.question.code}/"
        yield self.shown("allowed, concerns others", ana.get(shared))
        bens = self.consent_of(self.ben, self.shared_request)
        yield self.shown("asked about another's words", ben.get(f"/questions/{bens.code}/"))
        yield self.shown("waits for an answer", ben.get(f"/permissions/{bens.code}/"))
        yield self.shown("home, one waits", ben.get("/home/"))
        self.grants(self.ben, self.shared_request)
        hand_over(by=self.fay, code=self.releases(self.shared, self.insurer).code)
        yield self.shown("about me, given", ben.get(f"/permissions/{bens.code}/"))
        decline_consent(by=self.ben.actor, code=bens.code)
        yield self.shown("not allowed", ben.get(f"/permissions/{bens.code}/"))
        yield self.shown("home, nothing waits", ben.get("/home/"))
        edit_item(
            by=self.fay,
            code=self.shared.code,
            seen_version=1,
            concerned=[self.ben.member.pk],
            text="Other.",
            guard=self.guard(),
        )
        yield self.shown("ended by a change", ana.get(shared))
        closed = ben.post(f"/permissions/{bens.code}/words/")
        yield self.shown("words closed", closed)
        over = self.grants(self.ana, self.asked(self.said("The kettle was on.")))
        past = timezone.now() - timedelta(days=1)
        ended = Consent.objects.filter(pk=over.pk)
        with wall_lowered("consent_consent"):
            ended.update(effective=past - timedelta(days=1), expires=past)
        yield self.shown("over", ana.get(f"/permissions/{over.code}/"))
        yield self.shown("every decision", ana.get("/permissions/"))

    def without_keys(self) -> Iterator[tuple[str, str]]:
        ana = self.client_of("ana")
        request = self.asked(self.said("One more."))
        waiting = self.consent_of(self.ana, request).code
        key_ring.forget()
        with override_settings(GROUPCARE_KEYS_DIR="/nowhere"):
            yield self.shown("keyless: home", ana.get("/home/"))
            yield self.shown("keyless: permission", ana.get(f"/permissions/{waiting}/"))
            yield self.shown("keyless: question", ana.get(f"/questions/{waiting}/"), 503)

"""A stay ends while somebody writes: wherever there is a field for words, they come back."""

from typing import Any

from django import forms
from django.conf import settings
from django.test import Client, SimpleTestCase

from pages.fields import KEEPER, TAKES
from pages.shared.keeping import FORM
from tests.cast import PASSWORD, CastTestCase, code_of, sign_in, user_of
from tests.pages.every_page import EVERY_PAGE, PageOf
from tests.pages.scene import Scene
from tests.swapping import Form, form_in, forms_in

WORDS = "Typed before the stay ended."
# What is being typed is kept there already, by keystroke.
BY_KEYSTROKE = {"keep_draft", "keep_risk"}
# Their words become drafts: tests/pages/test_evening.py, tests/browser/test_danger_to_a_life.py.
AS_DRAFTS = {
    *("notes", "sign_notes", "group_note", "new_item", "edit_item", "add_to_note", "redact"),
    *("change_redacted", "new_summary", "summary", "case_step", "case_entry"),
    *("assess_risk", "edit_safety_plan"),
}
# Their form is drawn once the words it is about are opened, with these fields.
OPENED_FIRST = {"review_override": {"open": "1"}, "supervised_breach": {}}


def with_words() -> set[str]:
    """Return the names of the addresses whose form has a field for more than a line."""
    return {
        name
        for name, taken in TAKES.items()
        for form in taken
        if not isinstance(form, str)
        if any(isinstance(one.widget, forms.Textarea) for one in form.base_fields.values())
    }


class EveryAddressWithAFieldForWords(SimpleTestCase):
    def test_takes_the_sign_of_whose_words_they_are(self):
        listed = with_words() - BY_KEYSTROKE
        assert len(listed) > 30
        assert {name for name in listed if KEEPER not in TAKES[name]} == set()


class WhenAStayEnds(Scene, CastTestCase):
    """The cookie is gone; the form is sent; its person signs in and is back at it."""

    stage = Scene

    def test_words_are_back_where_they_were_typed(self):
        expected = with_words() - BY_KEYSTROKE - AS_DRAFTS
        clients: dict[str, Client] = {}
        done = set()
        for page in EVERY_PAGE:
            if page.url_name not in expected or not page.who:
                continue
            who = page.axe or sorted(page.who)[0]
            if who not in clients:
                clients[who] = self.come_in(Client(), who)
            with self.subTest(page.url_name, path=page.path(self)):
                if self.comes_back(clients[who], who, page):
                    done.add(page.url_name)
        assert done == expected

    def test_once_they_are_sent_they_wait_no_longer(self):
        ana = self.come_in(Client(), "ana")
        [page] = [one for one in EVERY_PAGE if one.url_name == "privacy_ask"]
        assert self.comes_back(ana, "ana", page)
        form, _shown = self.form_at(ana, page, "/privacy/ask/")
        assert form is not None
        assert ana.post("/privacy/ask/", {**form.fields, "kind": ""}).status_code == 200
        assert ana.session[FORM] == {}
        assert "Your text is back." not in ana.get("/privacy/ask/").content.decode()

    def comes_back(self, client: Client, who: str, page: PageOf) -> bool:
        """Type into a form, lose the stay, sign in. False where nothing is to be written now."""
        path = page.path(self)
        form, _shown = self.form_at(client, page, path)
        if form is None:
            return False
        typed = {name: f"{WORDS} {name}" for name in form.areas}
        del client.cookies[settings.SESSION_COOKIE_NAME]
        answer = client.post(path, {**form.fields, **typed}).content.decode()
        assert WORDS not in answer
        somebody_else = self.come_in(Client(), "otto" if who != "otto" else "cody", answer)
        assert FORM not in somebody_else.session
        self.come_in(client, who, answer)
        again, shown = self.form_at(client, page, path)
        assert again is not None
        assert "Your text is back." in shown
        assert {name: again.fields[name].strip() for name in again.areas} == typed
        return True

    def form_at(self, client: Client, page: PageOf, path: str) -> tuple[Form | None, str]:
        opened = OPENED_FIRST.get(page.url_name)
        answer = client.get(path) if opened is None else client.post(path, opened)
        shown = answer.content.decode()
        return next((form for form in forms_in(shown) if form.areas), None), shown

    def come_in(self, client: Client, who: str, page: str = "") -> Client:
        """Sign somebody in: through the form on a page, if there is one, with what it carries."""
        actor = self.actor_named(who)
        if not page:
            sign_in(client, actor)
            return client
        carried: dict[str, Any] = form_in(page, "Sign-in name").fields
        carried |= {"login": user_of(actor).sign_in_name, "password": PASSWORD}
        if client.post("/sign-in/", carried)["Location"] == "/sign-in/code/":
            client.post("/sign-in/code/", {"code": code_of(actor)})
        return client

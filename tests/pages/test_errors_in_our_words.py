"""Whatever is typed, a form answers in the house's words: none of Django's own, none in silence."""

import re
from html import unescape
from pathlib import Path

import allauth
import django
import pytest
from django.core.cache import cache
from django.forms.forms import BaseForm
from django.test import Client

from pages.fields import TAKES
from tests.cast import CastTestCase, sign_in
from tests.pages.every_page import EVERY_PAGE
from tests.pages.scene import Scene
from tests.pages.visible import blocks

RUBBISH = ["", " \t", "rubbish", "-1", "a\x00b", "9999-99-99", "x" * 20_100, "🪑"]
THEIRS = {
    Path(django.__file__).parent / "conf": ("forms/", "core/validators.py"),
    Path(django.__file__).parent / "contrib" / "auth": ("forms.py", "password_validation.py"),
    Path(allauth.__file__).parent: ("account/", "core/"),
}


def sentences_of_others() -> list[re.Pattern[str]]:
    """Return the messages of Django's and allauth's forms, from their own catalogues."""
    polib = pytest.importorskip("polib", reason="polib, a development tool, is missing")
    found = set()
    for folder, places in THEIRS.items():
        language = "en" if (folder / "locale" / "en").exists() else "es"
        catalogue = polib.pofile(str(folder / "locale" / language / "LC_MESSAGES" / "django.po"))
        for entry in catalogue:
            if any(part in file for file, _line in entry.occurrences for part in places):
                found |= {entry.msgid, entry.msgid_plural} - {""}
    told = [re.escape(one) for one in found if len(one.split()) >= 3 and "html" not in one]
    return [re.compile(re.sub(r"%\\\(\w+\\\)[sd]|%\\?[sd]", ".{0,80}?", one)) for one in told]


@pytest.mark.one_database
class InOurWords(Scene, CastTestCase):
    """Every form, sent empty and with rubbish in every field."""

    stage = Scene

    def test_what_was_not_chosen_or_filled_in_is_named(self):
        case = f"/cases/{self.case.code}"
        for who, path, sentence in (
            (self.fay, "/cases/new/", "Choose what kind of dilemma it is."),
            (self.fay, f"{case}/consultation/", "Say with whom you spoke."),
            (self.fay, f"{case}/option/", "Write what you could do."),
            (self.fay, f"{case}/close/", "Choose how it ends."),
            (self.ana.actor, "/privacy/ask/", "Choose what it is about."),
        ):
            client = Client()
            sign_in(client, who)
            html = client.post(path, {"once": ""}).content.decode()
            assert sentence in html, path
            assert "Choose one." not in html and "Fill this in." not in html, path

    def test_no_message_of_djangos_own_reaches_anybody(self):
        theirs = sentences_of_others()
        assert any(one.search("This field is required.") for one in theirs)
        assert any(one.search("Enter a valid date.") for one in theirs)
        long = "Ensure this value has at most 9 characters (it has 20)."
        assert any(one.search(long) for one in theirs)
        wrong, silent, seen = [], [], set()
        for where, sent, response in self.answers():
            if response.status_code in (302, 429):
                continue
            assert response.status_code in (200, 400, 405, 409, 410), (where, response.status_code)
            html = response.content.decode()
            told = unescape(" | ".join(blocks(html)))
            wrong += [(where, one.pattern) for one in theirs if one.search(told)]
            form = (response.context or {}).get("form")
            if isinstance(form, BaseForm) and form.errors and "error-summary" not in html:
                silent.append((where, sent))
            for errors in form.errors.values() if isinstance(form, BaseForm) else ():
                seen |= set(errors)
                silent += [(where, error) for error in errors if str(error) not in told]
        assert (wrong, silent) == ([], [])
        print("\n".join(sorted(map(str, seen))))
        assert len(seen) > 15

    def answers(self):
        """Every page with a form, sent empty and then with each rubbish in every field."""
        for page in EVERY_PAGE:
            if page.method != "GET" or page.url_name == "account_logout" or not page.who:
                continue
            client = Client()
            if page.url_name != "account_login":
                sign_in(client, self.actor_named(sorted(page.who)[0]))
            where = page.path(self)
            shown = client.get(where)
            form = (shown.context or {}).get("form") if shown.status_code == 200 else None
            html = shown.content.decode()
            if (
                not isinstance(form, BaseForm)
                or f'name="{next(reversed(form.fields))}"' not in html
            ):
                continue  # no form, or one that is over: a signed agreement
            for rubbish in [None, *RUBBISH]:
                sent = dict.fromkeys(form.fields, rubbish) if rubbish is not None else {}
                cache.clear()  # the limit on sign-in is another page
                send = client.post if page.url_name in TAKES else client.get
                yield where, rubbish, send(where, sent)

"""Choosing a language, and the same house in Spanish."""

import re
import runpy
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

from sessions_app.models import TherapyGroup
from tests.cast import CastTestCase, sign_in
from tests.pages.every_page import ERROR_PAGES, EVERY_PAGE
from tests.pages.scene import Scene
from tests.pages.visible import blocks

ROOT = Path(settings.BASE_DIR)
FEW = 3  # words: shorter ones may be the same in both languages by chance


def in_spanish() -> Client:
    return Client(headers={"accept-language": "es-MX,es;q=0.9,en;q=0.5"})


class Choosing(Scene, CastTestCase):
    """English or Español, each named in itself; kept until the browser closes."""

    stage = Scene

    def choose(self, client: Client, language: str, after: str = "/sign-in/"):
        return client.post("/language/", {"language": language, "next": after})

    def test_the_browser_is_asked_first(self):
        assert '<html lang="es">' in in_spanish().get("/sign-in/").content.decode()
        assert '<html lang="en">' in Client().get("/sign-in/").content.decode()
        french = Client(headers={"accept-language": "fr"})
        assert '<html lang="en">' in french.get("/sign-in/").content.decode()

    def test_a_choice_stands_above_the_browser_and_through_the_sign_in(self):
        client = Client()
        response = self.choose(client, "es")
        assert (response.status_code, response["Location"]) == (302, "/sign-in/")
        sign_in(client, self.ana.actor)
        home = client.get("/home/")
        assert "Hola, Ana" in home.content.decode()
        assert home["Content-Language"] == "es"
        self.choose(client, "en", "/you/")
        assert "Hello Ana" in client.get("/home/").content.decode()

    def test_both_languages_stand_in_their_own_words_at_the_door_and_on_you(self):
        ana = in_spanish()
        sign_in(ana, self.ana.actor)
        for page in (Client().get("/sign-in/"), in_spanish().get("/sign-in/"), ana.get("/you/")):
            html = page.content.decode()
            assert re.search(r'<button[^>]*value="en" lang="en"[^>]*>English</button>', html)
            assert re.search(r'<button[^>]*value="es" lang="es"[^>]*>Español</button>', html)
        assert re.search(r'value="es" lang="es" aria-current="true"', html)

    def test_the_cookie_goes_with_the_browser_and_no_script_reads_it(self):
        client = Client()
        self.choose(client, "es")
        cookie = client.cookies["language"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        assert (cookie["max-age"], cookie["expires"], cookie["domain"]) == ("", "", "")

    def test_only_a_page_of_this_house_comes_next(self):
        for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "javascript:1"):
            assert self.choose(Client(), "es", elsewhere)["Location"] == "/"

    def test_a_language_that_is_not_spoken_here_changes_nothing(self):
        for strange in ("fr", "xx", "../../etc", ""):
            client = Client()
            self.choose(client, strange)
            assert '<html lang="en">' in client.get("/sign-in/").content.decode()

    def test_it_needs_the_forms_token(self):
        strict = Client(enforce_csrf_checks=True)
        assert self.choose(strict, "es").status_code == 403
        assert "language" not in strict.cookies

    def test_nothing_is_kept_on_the_way_and_caches_know_what_a_page_depends_on(self):
        for path in ("/sign-in/", "/language/"):
            response = Client().get(path)
            assert response["Cache-Control"] == "no-store"
            depends = {part.strip() for part in response["Vary"].split(",")}
            assert depends >= {"Accept-Language", "Cookie"}

    def test_not_yours_and_not_there_are_the_same_bytes_in_spanish_too(self):
        client = in_spanish()
        sign_in(client, self.otto)
        paths = (f"/items/{self.alone.code}/", "/items/D-222222/", "/trail/", "/nowhere/")
        answers = [client.get(path) for path in paths]
        bodies = {re.sub(rb'value="\w{64}"', b"", answer.content) for answer in answers}
        assert len(bodies) == 1
        assert "Esta página no está aquí" in bodies.pop().decode()


@pytest.mark.parametrize(("https", "name"), [("true", "__Host-language"), ("false", "language")])
def test_behind_https_the_cookie_is_bound_to_this_host(monkeypatch, https, name):
    monkeypatch.setenv("GROUPCARE_HTTPS", https)
    real = runpy.run_path(str(ROOT / "groupcare" / "settings.py"))
    assert real["LANGUAGE_COOKIE_NAME"] == name
    assert real["LANGUAGE_COOKIE_SECURE"] is (https == "true")
    with override_settings(**{k: v for k, v in real.items() if k.startswith("LANGUAGE_COOKIE")}):
        client = Client()
        client.post("/language/", {"language": "es"})
        cookie = client.cookies[name]
    assert bool(cookie["secure"]) is (https == "true")
    assert (cookie["path"], cookie["domain"]) == ("/", "")


@pytest.mark.one_database
class NoEnglishLeft(Scene, CastTestCase):
    """Every page in Spanish, and none of the house's English sentences on it."""

    stage = Scene

    def test_no_english_sentence_is_left_on_any_page(self):
        english = self.english()
        clients = {"visitor": in_spanish()}
        left, seen = [], 0
        for who, where, method in self.everything():
            if who not in clients:
                clients[who] = in_spanish()
                sign_in(clients[who], self.actor_named(who))
            response = clients[who].generic(method, where)
            if response.status_code not in (200, 409, 410):
                continue
            seen += 1
            html = response.content.decode()
            if "<html" not in html:
                continue  # a piece of a page
            assert '<html lang="es">' in html, where
            told = " | ".join(blocks(html))
            left += [(method, where, words) for words in english if words in told]
        assert left == []
        assert seen > 60

    def everything(self) -> list[tuple[str, str, str]]:
        pages = [
            (who, page.path(self), page.method)
            for page in EVERY_PAGE
            if page.who and page.url_name not in ("leave", "account_login")
            for who in (sorted(page.who)[0], sorted(page.who)[-1])
        ]
        pages += [("visitor", "/sign-in/", "GET")]
        return pages + [(who, where(self), "POST") for who, where in ERROR_PAGES]

    def english(self) -> list[str]:
        polib = pytest.importorskip("polib", reason="polib, a development tool, is missing")
        catalogue = polib.pofile(str(ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"))
        pieces = {
            piece.strip()
            for entry in catalogue
            for whole in (entry.msgid, entry.msgid_plural)
            for piece in re.split(r"%\(\w+\)s", whole)
        }
        return sorted(piece for piece in pieces if len(re.findall(r"\w+", piece)) >= FEW)


class ThePrescribedNotice(CastTestCase):
    """42 CFR 2.32 prescribes words: they stay English, and say that they are."""

    def test_the_notice_stays_english_in_a_spanish_letter(self):
        TherapyGroup.objects.update(record_class="sud_counseling")
        self.session.group.refresh_from_db()
        item = self.said()
        self.grants(self.ana, self.asked(item))
        release = self.releases(item)
        fay = in_spanish()
        sign_in(fay, self.fay)
        html = fay.post(f"/releases/{release.code}/open/").content.decode()
        assert "Palabras que se entregan" in html
        notice = re.search(r'<div lang="en"[^>]*>(.*?)</div>', html, re.DOTALL)
        assert "This record which has been disclosed to you is protected" in notice[1]

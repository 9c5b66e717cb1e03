"""What every answer carries and every door refuses, under the settings of a real house.

Every page of every_page.py is asked for by its person, over HTTPS, and the error pages too.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client, override_settings

from audit.models import Entry
from groupcare import settings as real
from tests.cast import PASSWORD, CastTestCase, code_of, sign_in, user_of
from tests.pages.every_page import EVERY_PAGE, PageOf
from tests.pages.scene import Scene
from tests.swapping import TRAIL, writes

TABLE = re.compile(r'(?:INTO|UPDATE|FROM)\s+"?(\w+)"?', re.IGNORECASE)

# The tests' settings leave HTTPS out; these are read from the real ones.
REAL = {
    name: getattr(real, name)
    for name in dir(real)
    if name.startswith(("SESSION_COOKIE_", "CSRF_COOKIE_", "LANGUAGE_COOKIE_", "SECURE_"))
} | {"GROUPCARE_HTTPS": True, "GROUPCARE_DEMO": False}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
HSTS = "max-age=63072000; includeSubDomains; preload"
CLOSED_SENSORS = ("camera=()", "microphone=()", "geolocation=()", "payment=()", "usb=()")
# They end a stay, or lock it: the walk through all pages does them last.
LAST = {"leave", "account_logout", "lock", "end_stay", "end_other_stays"}
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "ht\ttps://evil.example",
    "javascript:alert(1)",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
)
# A calendar has no stay: its readings are counted where it stands, for the limit of a day.
COUNTED = {"calendar_feed": {"accounts_calendarfeed"}}
LARGE = b"text=" + b"a" * 1_100_000
FORM = "application/x-www-form-urlencoded"


class Https(Client):
    """A browser that asks over HTTPS."""

    def __init__(self, **more: Any) -> None:
        super().__init__(raise_request_exception=False, **more)

    def generic(self, *asked: Any, **more: Any) -> Any:
        return super().generic(*asked, **{**more, "secure": True})


def lacking(response: Any, *, https: bool = True) -> list[str]:
    """Return what an answer should carry and does not."""
    told = [
        f"{name}: {response.headers.get(name)}"
        for name, value in ALWAYS.items()
        if response.headers.get(name) != value
    ]
    policy = response.headers.get("Content-Security-Policy", "")
    if dict(part.strip().split(" ", 1) for part in policy.split(";") if part) != POLICY:
        told.append(f"Content-Security-Policy: {policy}")
    if https and response.headers.get("Strict-Transport-Security") != HSTS:
        told.append("Strict-Transport-Security")
    sensors = response.headers.get("Permissions-Policy", "")
    told += [f"Permissions-Policy: {one}" for one in CLOSED_SENSORS if one not in sensors]
    if https:
        told += [
            f"cookie {morsel.OutputString()}"
            for morsel in response.cookies.values()
            if not _bound_to_this_host(morsel)
        ]
    kind = response.headers["Content-Type"].replace('"', "")
    if "charset=utf-8" not in kind and kind != "application/json":
        told.append(f"Content-Type: {kind}")
    return told


def _bound_to_this_host(morsel: Any) -> bool:
    if not morsel.value and morsel["max-age"] == 0:
        return bool(morsel.key.startswith("__Host-"))  # one that is taken away
    return bool(
        morsel.key.startswith("__Host-")
        and morsel["secure"]
        and morsel["httponly"]
        and morsel["samesite"] in ("Lax", "Strict")
        and morsel["path"] == "/"
        and not morsel["domain"]
    )


@contextmanager
def fails(error: Exception, *, where: str = "") -> Iterator[None]:
    """Let every statement with `where` in it fail."""

    def away(execute: Any, sql: str, *rest: Any) -> Any:
        if where in sql:
            raise error
        return execute(sql, *rest)

    with connection.execute_wrapper(away):
        yield


class OverHttps(Scene, CastTestCase):
    stage = Scene

    def setUp(self):
        cache.clear()
        real_house = override_settings(**REAL)
        real_house.enable()
        self.addCleanup(real_house.disable)

    def client_of(self, name: str, **more: Any) -> Https:
        client = Https(**more)
        if name != "visitor":
            sign_in(client, self.actor_named(name))
        return client

    def each_page(self, **more: Any) -> Iterator[tuple[PageOf, Https, str]]:
        """Every page with the browser of a person who finds it; what ends a stay comes last."""
        clients: dict[str, Https] = {}
        for page in sorted(EVERY_PAGE, key=lambda one: one.url_name in LAST):
            name = page.axe or min(page.who, default="fay")  # nobody finds it in this scene
            if page.url_name in LAST:
                clients.pop(name, None)
            if name not in clients:
                clients[name] = self.client_of(name)
                clients[name].handler.enforce_csrf_checks = more.get("enforce_csrf_checks", False)
            yield page, clients[name], page.path(self)


class EveryAnswer(OverHttps):
    """No page, no redirect and no failure goes out without its headers."""

    def test_every_page_and_every_act_carries_them(self):
        wrong, asked = [], 0
        for page, client, path in self.each_page():
            response = client.generic(page.method, path)
            asked += 1
            answers = (200, 302, 410, 423) if page.who or page.axe else (404,)
            assert response.status_code in answers, (page.url_name, response)
            wrong += [f"{page.method} {page.url_name}: {one}" for one in lacking(response)]
        assert wrong == []
        assert asked == len(EVERY_PAGE)

    def test_the_error_pages_carry_them_and_say_nothing_of_what_happened(self):
        fay = self.client_of("fay")
        told = "Ana said that she drinks"
        answers = {
            400: fay.get("/today/", headers={"host": "evil.example"}),
            403: fay.post("/groups/new/", headers={"sec-fetch-site": "cross-site"}),
            404: fay.get("/nowhere/"),
            405: fay.get(f"/items/{self.alone.code}/open/"),
            413: fay.post("/groups/new/", LARGE, content_type=FORM),
        }
        with fails(RuntimeError(told), where="sessions_app_groupsession"):
            answers[500] = fay.get("/today/")
        with fails(DatabaseError(told), where="sessions_app_groupsession"):
            answers[503] = fay.get("/today/")
        with fails(RuntimeError(told)):
            answers[599] = fay.get("/today/")
        for status, response in answers.items():
            assert response.status_code == min(status, 500 if status == 599 else status), status
            assert lacking(response) == [], status
            page = response.content.decode()
            assert "<h1>" in page and "GroupCare" in page, status
            for detail in ("Traceback", "RuntimeError", "DatabaseError", "Ana", "drinks", ".py"):
                assert detail not in page, (status, detail)

    def test_without_https_one_is_sent_there_and_nothing_is_kept(self):
        response = Client().get("/sign-in/?next=/today/")
        assert (response.status_code, response["Location"][:24]) == (
            301,
            "https://testserver/sign-",
        )
        assert lacking(response, https=False) == []

    def test_static_files_may_be_kept_and_carry_the_rest(self):
        path = f"/{settings.STATIC_URL.strip('/')}/tokens.css"
        with override_settings(WHITENOISE_USE_FINDERS=True, WHITENOISE_AUTOREFRESH=True):
            response = Https().get(path)
        assert response.status_code == 200
        assert [one.split(":")[0] for one in lacking(response)] == ["Cache-Control"]

    def test_signing_out_and_leaving_make_the_browser_forget(self):
        for path in ("/sign-out/", "/leave/"):
            response = self.client_of("ana").post(path)
            assert response["Clear-Site-Data"] == '"cache", "storage"', path
            assert lacking(response) == [], path

    def test_the_cookies_of_sign_in_form_and_language_are_bound_to_this_host(self):
        client = self.client_of("ana")
        client.post("/language/", {"language": "es"})
        assert sorted(client.cookies) == ["__Host-form", "__Host-groupcare", "__Host-language"]
        for morsel in client.cookies.values():
            assert _bound_to_this_host(morsel), morsel.OutputString()


class FromElsewhere(OverHttps):
    """What another site sends or embeds does nothing here (R69)."""

    def acts(self) -> Iterator[tuple[PageOf, Https, str]]:
        return (one for one in self.each_page() if one[0].method == "POST")

    def refuses(self, client: Https, path: str, **headers: str) -> None:
        before = Entry.objects.count()
        response = client.post(path, headers=headers)
        assert response.status_code == 403, (path, headers, response.status_code)
        assert Entry.objects.count() == before, path

    def test_no_act_is_done_for_another_site(self):
        tried = 0
        for _page, client, path in self.acts():
            tried += 1
            self.refuses(client, path, **{"Sec-Fetch-Site": "cross-site"})
            self.refuses(client, path, **{"Sec-Fetch-Site": "same-site"})
            self.refuses(client, path, Origin="https://evil.example")
            self.refuses(client, path, Origin="http://testserver")
        assert tried > 30

    def test_the_forms_without_a_token_too(self):
        for path in ("/leave/", f"/r/{self.link.code}/"):
            client = Https(enforce_csrf_checks=True)
            self.refuses(client, path, Origin="https://evil.example")
            own = {"Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"}
            assert client.post(path, headers=own).status_code == 200

    def test_whoever_hides_where_they_come_from_needs_the_token(self):
        client = self.client_of("ana")
        client.handler.enforce_csrf_checks = True
        self.refuses(client, "/lock/", Origin="null")

    def test_no_page_is_embedded_or_fetched_and_a_link_may_be_followed(self):
        client = self.client_of("fay")
        path = f"/items/{self.alone.code}/"
        for dest in ("image", "script", "iframe", "empty", "object"):
            headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": dest}
            mode = {"Sec-Fetch-Mode": "navigate" if dest == "iframe" else "no-cors"}
            assert client.get(path, headers={**headers, **mode}).status_code == 403, dest
        followed = {
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Dest": "document",
            "Sec-Fetch-Mode": "navigate",
        }
        assert client.get(path, headers=followed).status_code == 200

    def test_an_act_is_done_by_sending_alone(self):
        tried = 0
        for page, client, path in self.acts():
            if page.url_name in ("open_link", "freeze"):
                continue  # the same address shows its form
            tried += 1
            before = Entry.objects.count()
            response = client.get(path)
            assert response.status_code == 405, page.url_name
            assert "POST" in response["Allow"]
            assert "This page does not open this way" in response.content.decode()
            assert Entry.objects.count() == before, page.url_name
        assert tried > 30

    def test_a_body_beyond_a_mebibyte_is_told_so_everywhere(self):
        for page, client, path in self.acts():
            if page.url_name in LAST:
                continue
            response = client.post(path, LARGE, content_type=FORM)
            assert response.status_code == 413, page.url_name
            assert "too much at once" in response.content.decode()


class TheWayBack(OverHttps):
    """After signing in, unlocking or choosing a language only a page of this house comes next."""

    def test_after_a_password_alone(self):
        name = user_of(self.ana.actor).sign_in_name
        for there in ELSEWHERE:
            cache.clear()
            form = {"login": name, "password": PASSWORD, "next": there}
            response = Https().post("/sign-in/", form)
            assert (response.status_code, response["Location"]) == (302, "/"), there
            response = Https().post("/sign-in/?" + f"next={there}", {**form, "next": ""})
            assert (response.status_code, response["Location"]) == (302, "/"), there
        response = Https().post("/sign-in/", {**form, "next": "/who-saw/"})
        assert response["Location"] == "/who-saw/"

    def test_after_the_second_step(self):
        name = user_of(self.fay).sign_in_name
        for there in ELSEWHERE:
            cache.clear()
            client = Https()
            client.post("/sign-in/", {"login": name, "password": PASSWORD, "next": there})
            response = client.post("/sign-in/code/", {"code": code_of(self.fay)})
            assert (response.status_code, response["Location"]) == (302, "/"), there

    def test_after_unlocking_and_choosing_a_language(self):
        client = self.client_of("ana")
        for there in ELSEWHERE:
            client.post("/lock/")
            response = client.post("/unlock/", {"secret": PASSWORD, "next": there})
            assert (response.status_code, response["Location"]) == (302, "/"), there
            response = client.post("/language/", {"language": "en", "next": there})
            assert (response.status_code, response["Location"]) == (302, "/"), there

    def test_what_the_sign_in_page_carries_on_is_no_other_house(self):
        for there in ELSEWHERE:
            page = unescape(Https().get("/sign-in/", {"next": there}).content.decode())
            assert there not in page, there
        assert 'value="/who-saw/"' in Https().get("/sign-in/?next=/who-saw/").content.decode()


class NothingElseIsServed(OverHttps):
    def test_sources_keys_and_inner_addresses_are_not_there(self):
        fay = self.client_of("fay")
        for path in (
            *("/.git/config", "/.git/HEAD", "/.env", "/manage.py", "/groupcare/settings.py"),
            *("/static/../groupcare/settings.py", "/static/%2e%2e/manage.py", "/static/"),
            *("/admin/", "/metrics", "/health", "/debug/", "/__debug__/", "/robots.txt"),
        ):
            response = fay.get(path)
            assert response.status_code == 404, path
            assert lacking(response) == [], path

    def test_an_address_with_a_false_ending_is_no_page_and_is_not_kept(self):
        fay = self.client_of("fay")
        item = f"/items/{self.alone.code}"
        for path in (
            f"{item}/x.css",
            f"{item}.css",
            "/today/a.js",
            "/today;x.css",
            "/today/%2f.png",
        ):
            response = fay.get(path)
            assert response.status_code == 404, path
            assert response["Cache-Control"] == "no-store", path

    def test_looking_at_every_page_writes_nothing_but_the_trail(self):
        written: dict[str, set[str]] = {}
        noted = 0
        for page, client, path in self.each_page():
            if page.method != "GET":
                continue
            client.get(path)  # the first look at names is noted once a stay
            with writes() as statements:
                client.get(path)
            tables = {TABLE.search(one)[1] for one in statements}  # type: ignore[index]
            noted += bool(tables)
            if tables - TRAIL - COUNTED.get(page.url_name, set()):
                written[page.url_name] = tables
        assert written == {}
        assert noted > 5, "looks that leave their entry"

    def test_the_key_of_a_stay_is_long_random_and_new_at_each_sign_in(self):
        keys = set()
        for _ in range(3):
            client = Https()
            before = client.get("/sign-in/").client.cookies.get("__Host-groupcare")
            sign_in(client, self.ana.actor)
            key = client.cookies["__Host-groupcare"].value
            assert before is None or before.value != key
            # 36 characters to choose from: 160 bits and more.
            assert re.fullmatch(r"[a-z0-9]{32,}", key)
            keys.add(key)
        assert len(keys) == 3


class BehindAProxy(OverHttps):
    """What a visitor says of who asked, and how, is believed of our own proxy alone."""

    FORGED = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-For": "198.51.100.7",
        "X-Real-Ip": "198.51.100.7",
        "Forwarded": "for=198.51.100.7;proto=https;host=evil.example",
    }

    def guess(self, times: int, **headers: str) -> str:
        name, page = user_of(self.ana.actor).sign_in_name, ""
        for n in range(times):
            told = {key: value.format(n=n) for key, value in headers.items()}
            form = {"login": name, "password": "not hers at all"}
            page = Https().post("/sign-in/", form, headers=told).content.decode()
        return page

    def test_without_a_proxy_nothing_of_it_is_believed(self):
        response = Client().get("/sign-in/", headers=self.FORGED)
        assert response.status_code == 301, "it is no HTTPS because it says so"
        assert response["Location"] == "https://testserver/sign-in/"
        page = Https().get("/sign-in/", headers=self.FORGED).content.decode()
        assert "evil.example" not in page
        self.guess(6, **{"X-Forwarded-For": "198.51.100.{n}"})
        assert self.waits("") and self.waits("198.51.100.99")

    def test_behind_one_the_last_address_counts_and_a_forged_first_does_not(self):
        with override_settings(
            ALLAUTH_TRUSTED_PROXY_COUNT=1,
            SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
        ):
            self.guess(6, **{"X-Forwarded-For": "198.51.100.{n}, 203.0.113.5"})
            assert self.waits("192.0.2.44, 203.0.113.5")
            assert not self.waits("203.0.113.5, 203.0.113.77")
            plain = Client().get("/sign-in/", headers={"X-Forwarded-Proto": "http"})
            assert plain.status_code == 301

    def waits(self, forwarded: str) -> bool:
        """Say whether the right password has to wait too, from these addresses."""
        form = {"login": user_of(self.ana.actor).sign_in_name, "password": PASSWORD}
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        return bool(Https().post("/sign-in/", form, headers=headers).status_code != 302)

"""A browser that tries, before each request, the same one with others' ids or one field more.

Each try is made on the house as it stands and undone; then the request itself
is sent. `Found` counts what was tried and what it did.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.db import connections, transaction
from django.http.cookie import SimpleCookie
from django.test import Client
from django.urls import resolve

from tests.cast import BOTH

CODE = re.compile(r"\b[A-Z]-[0-9A-Z]{2,8}\b")
UUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
EXTRA = ("user", "status", "role", "practice", "granted_by")
# Keys that a form makes up for itself, and what is signed or sealed for one person: no ids.
OWN = {"once", "keeper", "carried", "csrfmiddlewaretoken", "password", "passcode", "secret"}
NO = {400, 404}
# The recipient's room knows nobody: every no of it is one page, gone (T19).
NO_OF_A_LINK = {*NO, 410}
# Who met a closed door, what a browser keeps, and limits; looking at one's own page is noted.
KEPT_BESIDE = {"accounts_storedsession", "groupcare_cache", "audit_denialbucket"}
TRAIL = {"audit_entry", "audit_head"}
WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


@dataclass
class Found:
    """What a walk met: `leaked` and `changed` say which try of which request.

    `posted` are the names of the addresses that a form was sent to.
    """

    requests: int = 0
    swapped: int = 0
    posted: set[str] = field(default_factory=set)
    leaked: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Try:
    """One request as it will be sent, and what is foreign in it."""

    what: str
    method: str
    path: str
    data: dict[str, Any]
    query: bool = False


class Swapper(Client):
    """A test client of one person; `foreign` gives, for an id, those of other owners."""

    def __init__(
        self, found: Found, foreign: Callable[[str], list[str]], secrets: tuple[str, ...]
    ) -> None:
        super().__init__(raise_request_exception=False)
        self.found, self.foreign, self.secrets = found, foreign, secrets
        self.shown, self.at = "", ""

    def look(self, path: str) -> str:
        """Fetch a page; return its HTML."""
        return self._sent("GET", path, {})

    def send(self, path: str, fields: dict[str, Any] | None = None) -> str:
        """Send a form; return the HTML of where it leads."""
        return self._sent("POST", path, fields or {})

    def fill(self, path: str, button: str = "", **fields: Any) -> str:
        """Look at a page, fill its form in and send it: what it holds, with `fields` over it."""
        form = form_in(self.look(path), button)
        where = form.action or path
        return self.send(where, {**form.fields, **fields})

    def _sent(self, method: str, path: str, data: dict[str, Any]) -> str:
        self.found.requests += 1
        state = None
        for one in self._tries(method, path, data):
            state = state or snapshot()
            self.found.swapped += 1
            self._tried(one, state)
        if method == "POST":
            self.found.posted.add(resolve(urlsplit(path).path).url_name or "")
        response = self._request(method, path, data)
        assert response.status_code in (200, 302), (method, path, response.status_code, data)
        self.at = path
        if response.status_code == 302:
            return self._sent("GET", response["Location"], {})
        self.shown = response.content.decode()
        return self.shown

    def _request(self, method: str, path: str, data: dict[str, Any]) -> Any:
        # Nobody is who a header says.
        told = dict.fromkeys(
            ("X-User", "X-Practice", "X-Role", "X-Forwarded-User"), self.secrets[-1]
        )
        if method == "POST":
            return self.post(path, data, headers=told)
        return self.get(path, headers=told)

    def _tries(self, method: str, path: str, data: dict[str, Any]) -> Iterator[Try]:
        parts = urlsplit(path)
        for own in ids_in(parts.path):
            for other in self.foreign(own):
                there = parts.path.replace(own, other)
                yield Try(f"{own}>{other} in the path", method, f"{there}?{parts.query}", data)
        for own in ids_in(parts.query):
            for other in self.foreign(own):
                query = parts.query.replace(own, other)
                yield Try(
                    f"{own}>{other} in the query", method, f"{parts.path}?{query}", data, query=True
                )
        for own in sorted(
            {one for n, v in data.items() if n not in OWN for one in ids_in(f"{n} {v}")}
        ):
            for other in self.foreign(own):
                changed = {
                    n.replace(own, other): v if n in OWN else _replaced(v, own, other)
                    for n, v in data.items()
                }
                yield Try(f"{own}>{other} in the form", method, path, changed)
        if method == "POST":
            for name in EXTRA:
                yield Try(f"{name} in the form", method, path, {**data, name: self.secrets[-1]})

    def _tried(self, one: Try, before: dict[str, str]) -> None:
        where = f"{one.what} at {one.method} {one.path}"
        cookies = self.cookies.output(header="")
        with undone(), writes() as written:
            response = self._request(one.method, one.path, one.data)
            after = snapshot() if written else before
        self.cookies = SimpleCookie(cookies)
        allowed = NO_OF_A_LINK if one.path.startswith("/r/") else NO
        page = response.content.decode()
        looks = one.query or (one.method == "GET" and one.path.startswith("/r/"))
        if response.status_code not in allowed and not (looks and self._as_random(one, page)):
            self.found.leaked.append(f"{where}: {response.status_code}")
        told = [secret for secret in self.secrets if secret in page]
        if told:
            self.found.leaked.append(f"{where}: shows {told}")
        changed = sorted(table for table in before if before[table] != after.get(table))
        if changed and (set(changed) - TRAIL or response.status_code == 404):
            self.found.changed.append(f"{where}: {changed}")

    def _as_random(self, one: Try, page: str) -> bool:
        """Say whether a query with a foreign id is answered as one with an id that nobody has."""
        _, other = one.what.split(" ")[0].split(">")
        nobody = f"{other[0]}-2222222" if CODE.fullmatch(other) else f"{other[:-6]}ffffff"
        with undone():
            response = self._request(one.method, one.path.replace(other, nobody), one.data)
        return masked(response.content.decode().replace(nobody, other)) == masked(page)


@dataclass
class Form:
    action: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    words: str = ""
    areas: list[str] = field(default_factory=list)  # the fields for more than a line


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(at.get("action", "")))
        if not self.forms:
            return
        form, name = self.forms[-1], at.get("name", "")
        if tag == "textarea":
            self.area, form.fields[name] = name, ""
            form.areas.append(name)
        elif tag == "select":
            self.select = name
        elif tag == "option" and ("selected" in at or self.select not in form.fields):
            form.fields[self.select] = at.get("value", "")
        elif tag == "input" and name and at.get("type") in ("radio", "checkbox"):
            if "checked" in at and at["type"] == "checkbox":
                form.fields.setdefault(name, []).append(at.get("value", "on"))
            elif "checked" in at:
                form.fields[name] = at.get("value", "on")
        elif tag == "input" and name and at.get("type") != "file":
            form.fields.setdefault(name, at.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self.area:
            self.forms[-1].fields[self.area] += data
        elif self.forms:
            self.forms[-1].words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


def form_in(html: str, button: str = "") -> Form:
    """Return the page's form, or the one that says `button`, as a browser would send it."""
    forms = [one for one in forms_in(html) if button in one.words]
    assert forms, f"no form with {button!r}"
    return forms[0]


def forms_in(html: str) -> list[Form]:
    """Return the forms of a page's main part, as a browser would send them."""
    reader = _Forms()
    reader.feed(html[html.index('id="main"') :])
    return reader.forms


def ids_in(told: str) -> list[str]:
    """Return the codes and row keys in a text, each once."""
    return list(dict.fromkeys([*UUID.findall(told), *CODE.findall(told)]))


def masked(page: str) -> str:
    return re.sub(r'name="(csrfmiddlewaretoken|once|keeper)" value="[^"]*"', "", page)


def snapshot() -> dict[str, str]:
    """Return a digest of every table of both databases, but for what is kept beside them."""
    told = {}
    for alias in BOTH:
        with connections[alias].cursor() as cursor:
            for table in sorted(set(connections[alias].introspection.table_names(cursor))):
                if table in KEPT_BESIDE:
                    continue
                cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
                rows = sorted(
                    repr([bytes(v) if isinstance(v, memoryview) else v for v in row])
                    for row in cursor.fetchall()
                )
                told[f"{table}"] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return told


@contextmanager
def undone() -> Iterator[None]:
    """Undo in both databases what is done within."""
    before = {alias: transaction.savepoint(using=alias) for alias in BOTH}
    try:
        yield
    finally:
        for alias, savepoint in before.items():
            transaction.savepoint_rollback(savepoint, using=alias)


@contextmanager
def writes() -> Iterator[list[str]]:
    """Collect the statements that write, on either database."""
    written: list[str] = []

    def heard(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql) and not any(table in sql for table in KEPT_BESIDE):
            written.append(sql)
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for alias in BOTH:
            stack.enter_context(connections[alias].execute_wrapper(heard))
        yield written


def _replaced(value: Any, own: str, other: str) -> Any:
    if isinstance(value, list):
        return [one.replace(own, other) for one in value]
    return value.replace(own, other) if isinstance(value, str) else value

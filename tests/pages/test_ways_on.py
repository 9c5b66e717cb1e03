"""Nobody is shown a way that ends: each link on a page leads whoever sees it somewhere."""

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from tests.cast import CastTestCase, sign_in
from tests.pages.every_page import EVERY_PAGE, PEOPLE
from tests.pages.scene import Scene

LINK = re.compile(r'<a\s[^>]*href="([^"]+)"')
# What ends the stay or answers with a file; each has tests of its own.
ELSEWHERE = {"leave", "lock", "account_logout"}


class WaysOn(Scene, CastTestCase):
    stage = Scene

    @pytest.mark.one_database
    def test_each_link_on_each_page_leads_somewhere(self):
        followed, wrong = 0, []
        for name in sorted(PEOPLE):
            client = Client()
            sign_in(client, self.actor_named(name))
            for address, page in self.ways_of(name, client).items():
                followed += 1
                status = client.get(address).status_code
                if status >= 400:
                    wrong.append(f"{status} {name}: {address} on {page}")
        print(f"\nfollowed={followed} wrong={len(wrong)}", *wrong, sep="\n")
        assert followed > 400
        assert wrong == []

    def ways_of(self, name: str, client: Any) -> dict[str, str]:
        """Return one link of each kind from each of somebody's pages, and a page that it is on."""
        found: dict[tuple[str, str, str], str] = {}
        on: dict[str, str] = {}
        for page in EVERY_PAGE:
            if page.method != "GET" or name not in page.who or page.url_name in ELSEWHERE:
                continue
            path = page.path(self)
            response = client.get(path)
            if not response.get("Content-Type", "").startswith("text/html"):
                continue
            for address in ways_in(response.content.decode()):
                kind = (page.url_name, *kind_of(address))
                on.setdefault(found.setdefault(kind, address), path)
        return on


def ways_in(page: str) -> Iterator[str]:
    for written in LINK.findall(page):
        address = urldefrag(html.unescape(written)).url
        if (
            address.startswith("/")
            and not address.startswith("/static/")
            and kind_of(address)[0] not in ELSEWHERE
        ):
            yield address


def kind_of(address: str) -> tuple[str, str]:
    """Tell addresses apart by their view and by what they ask for."""
    way, _, query = address.partition("?")
    try:
        view = resolve(way).url_name or way
    except Resolver404:
        view = way
    return view, ",".join(sorted(part.partition("=")[0] for part in query.split("&")))

"""A page takes the fields it draws, all of them, and no other (pages/fields.py)."""

import re

from django.test import Client
from django.urls import resolve

from pages.fields import TAKES, is_taken
from tests.cast import CastTestCase, sign_in
from tests.pages.every_page import ERROR_PAGES, EVERY_PAGE
from tests.pages.matrix import addresses_of_the_house, read_matrix, url_name
from tests.pages.scene import Scene

FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
SENT_ELSEWHERE = re.compile(r'hx-post="([^"]+)"')
ACTION = re.compile(r'<form[^>]* action="([^"]+)"')
# Buttons of a form whose text is also kept as a draft; only a press sends them.
UNSENT = {"then_ask", "sign"}
NAMED = re.compile(r'<(?:input|select|textarea|button)\b[^>]* name="([^"]+)"')


class Fields(Scene, CastTestCase):
    stage = Scene

    def test_every_page_that_takes_a_form_has_a_row_and_every_row_a_page(self):
        takes = {url_name(row) for row, told in read_matrix().rows.items() if "POST" in told}
        missing = [
            f"{where} ({name}) takes a form and has no row in pages/fields.py"
            for name, where in addresses_of_the_house().items()
            if name in takes - TAKES.keys()
        ]
        assert not missing, "\n".join(missing)
        assert set(TAKES) - takes == set()

    def test_every_form_that_is_drawn_is_taken_where_it_goes(self):
        clients, refused, seen = {}, [], 0
        shown = [(one.axe, one.method, one.path(self)) for one in EVERY_PAGE if one.axe]
        shown += [(who, "POST", path(self)) for who, path in ERROR_PAGES]
        for who, method, path in shown:
            if who not in clients:
                clients[who] = Client()
                if who != "visitor":
                    sign_in(clients[who], self.actor_named(who))
            page = getattr(clients[who], method.lower())(path, follow=True).content.decode()
            for form in FORM.findall(page):
                if 'method="post"' not in form:
                    continue
                action = ACTION.search(form)
                for where in {action[1] if action else path, *SENT_ELSEWHERE.findall(form)}:
                    goes = resolve(where.split("?")[0]).url_name or ""
                    seen += 1
                    refused += [
                        f"{where} ({goes}) draws {name} and does not take it: pages/fields.py"
                        for name in set(NAMED.findall(form)) - UNSENT
                        if not is_taken(goes, [name])
                    ]
        assert not refused, "\n".join(sorted(set(refused)))
        assert seen > 100

"""Not yours, not there, erased, another practice: one answer, by one path, in one time.

The time is a drill: `GROUPCARE_DRILL=full` takes 2,000 pairs and holds the
medians within 5 %; the suite takes a few and looks that both are answered.
Prints `pairs=N median_ratio=N`.
"""

import os
import re
from random import Random
from statistics import median
from time import perf_counter
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from django.test import Client

from audit.models import DenialBucket
from pages.shared import errors
from sessions_app.services.items import discard_item
from tests.cast import CastTestCase, sign_in
from tests.pages.scene import Scene

FULL = os.environ.get("GROUPCARE_DRILL") == "full"
PAIRS = 2_000 if FULL else 60
WITHIN = 0.05
OF_THE_PERSON = re.compile(rb'name="(csrfmiddlewaretoken|keeper)" value="[^"]*"')


class OneAnswer(Scene, CastTestCase):
    stage = Scene

    def setUp(self) -> None:
        gone = self.said("Written by mistake.")
        discard_item(by=self.fay, code=gone.code)
        self.gone = gone.code
        far = self.zed.member.code
        self.addresses = {
            "an item of another group": ("GET", f"/items/{self.alone.code}/"),
            "an item that is erased": ("GET", f"/items/{self.gone}/"),
            "an item that is not there": ("GET", "/items/D-2222222/"),
            "what is no code": ("GET", "/items/%00/"),
            "a session of another group": ("GET", f"/sessions/{self.session.pk}/"),
            "a session that is not there": ("GET", f"/sessions/{uuid4()}/"),
            "a group of another": ("GET", f"/groups/{self.group.code}/"),
            "a member of another practice": (
                "GET",
                f"/groups/{self.group.code}/members/{far}/end/",
            ),
            "a release of another": ("GET", f"/releases/{self.released.code}/"),
            "a release's letter": ("POST", f"/releases/{self.released.code}/open/"),
            "another's act": ("POST", f"/releases/{self.released.code}/hand-over/"),
            "another's question": ("GET", f"/questions/{self.question.code}/"),
            "another's step-up": ("GET", f"/step-up/{self.grant_step_up.pk}/"),
            "a step-up that is not there": ("GET", f"/step-up/{uuid4()}/"),
            "another's room": ("GET", "/trail/"),
            "no address at all": ("GET", "/nowhere/"),
            "a field the page does not have": ("POST", "/groups/new/"),
        }

    def test_one_status_one_body_one_set_of_headers(self):
        answers = {}
        for name, (method, path) in self.addresses.items():
            response = self.asked(self.otto_browser(), method, path)
            assert response.status_code == 404, (name, response.status_code)
            headers = sorted((k, v) for k, v in response.items() if k != "Date")
            answers[name] = (
                OF_THE_PERSON.sub(b"", response.content),
                headers,
                cookies_of(response),
            )
        first = next(iter(answers.values()))
        assert [name for name, answer in answers.items() if answer != first] == []

    def test_all_of_them_take_one_path_and_leave_one_count_each(self):
        drawn, browser = [], self.otto_browser()

        def noted(template: str, **how: Any) -> Any:
            drawn.append((template, how["request"].path))
            return draw(template, **how)

        draw = errors.render_to_string
        with patch.object(errors, "render_to_string", noted):
            for method, path in self.addresses.values():
                self.asked(browser, method, path)
        asked = [Client().get(path).wsgi_request.path for _, path in self.addresses.values()]
        assert drawn == [("errors/404.html", path) for path in asked], "each once, and in turn"
        assert sum(DenialBucket.objects.values_list("count", flat=True)) == len(self.addresses)

    def test_another_practices_staff_and_a_member_meet_the_same(self):
        for actor in (self.zoe, self.dora.actor, self.ben.actor):
            browser = Client()
            sign_in(browser, actor)
            theirs = self.asked(browser, "GET", f"/items/{self.alone.code}/")
            nobodys = self.asked(browser, "GET", "/items/D-2222222/")
            assert OF_THE_PERSON.sub(b"", theirs.content) == OF_THE_PERSON.sub(b"", nobodys.content)

    def otto_browser(self) -> Client:
        browser = Client()
        sign_in(browser, self.otto)
        return browser

    def asked(self, browser: Client, method: str, path: str) -> Any:
        fields = {"granted_by": "x"} if path == "/groups/new/" else {}
        return browser.post(path, fields) if method == "POST" else browser.get(path)


class OneTime(Scene, CastTestCase):
    """Foreign against random id, in turn, by chance first the one or the other."""

    stage = Scene

    def test_a_foreign_id_takes_as_long_as_one_that_nobody_has(self):
        browser, chance = Client(), Random(404)
        sign_in(browser, self.otto)
        foreign, random = f"/items/{self.alone.code}/", "/items/D-2222222/"
        times: dict[str, list[float]] = {foreign: [], random: []}
        for path in (foreign, random) * 20:
            browser.get(path)
        for _ in range(PAIRS):
            for path in chance.sample([foreign, random], 2):
                began = perf_counter()
                status = browser.get(path).status_code
                times[path].append(perf_counter() - began)
                assert status == 404
        ratio = median(times[foreign]) / median(times[random])
        print(f"\npairs={PAIRS} median_ratio={ratio:.4f}")
        if FULL:
            assert abs(ratio - 1) <= WITHIN, ratio


def cookies_of(response: Any) -> list[str]:
    return sorted(response.cookies)

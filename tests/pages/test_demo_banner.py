"""A demo says on every page that nobody in it is real, and a real house never does."""

from django.test import Client, override_settings

from accounts.models import Practice
from pages.shared.errors import unavailable
from tests.cast import CastTestCase, sign_in
from tests.pages.every_page import EVERY_PAGE
from tests.pages.scene import Scene

SENTENCE = "Everybody here is invented."
# A page to leave fast by shows nothing of this house, and a calendar is no page.
BARE = {"leave", "calendar_feed"}


class DemoBanner(Scene, CastTestCase):
    stage = Scene

    def pages_without(self) -> list[str]:
        """Every page somebody may look at, by path, that does not say it."""
        missing, seen = [], 0
        for name in ("ana", "cleo", "fay", "sue", "adam", "zoe"):
            client = Client()
            sign_in(client, self.actor_named(name))
            for page in EVERY_PAGE:
                if page.method != "GET" or page.url_name in BARE or name not in page.who:
                    continue
                response = client.get(page.path(self))
                if response.status_code == 200:
                    seen += 1
                    if SENTENCE not in response.content.decode():
                        missing.append(f"{name} at {page.path(self)}")
            if SENTENCE not in client.get("/nowhere/").content.decode():
                missing.append(f"{name} at /nowhere/")
        assert seen > 50
        return missing

    def test_every_page_of_a_demo_practice_says_so(self):
        Practice.objects.update(demo=True)
        assert self.pages_without() == []

    def test_a_real_practice_never_calls_its_people_invented(self):
        assert len(self.pages_without()) > 50

    def test_the_sign_in_page_says_so_where_the_demo_is_on_and_only_there(self):
        assert SENTENCE in Client().get("/sign-in/").content.decode()
        assert SENTENCE in unavailable(None).content.decode()
        with override_settings(GROUPCARE_DEMO=False):
            assert SENTENCE not in Client().get("/sign-in/").content.decode()
            assert SENTENCE not in unavailable(None).content.decode()

"""R9, I2: with everything away that can be away, a member signs in and takes back, and it holds.

Away are the key files, the vault's database, the mail server and the signer (this
version of the house starts none). Nothing is replaced by a pretence: the vault's
connection leads nowhere, and mail goes to a port where nobody listens.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core import mail
from django.db import OperationalError, connections
from django.test import Client, override_settings

from audit.models import Entry
from consent import known_head
from consent.services.deciding import grant_consent
from consent.services.release import Withheld, open_release
from tests.cast import TransactionalCastTestCase, sign_in
from vault import key_ring
from vault.key_ring import Keyless
from vault.models import KnownHead

NO_KEYS_NO_MAIL = {
    "GROUPCARE_KEYS_DIR": "/nowhere/keys",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "127.0.0.1",
    "EMAIL_PORT": 1,
    "EMAIL_TIMEOUT": 2,
}


@contextmanager
def vault_away() -> Iterator[None]:
    """Let the connection to the vault's database lead nowhere, and make sure that it does."""
    vault = connections["vault"]
    there = dict(vault.settings_dict)
    vault.close()
    vault.settings_dict |= {"HOST": "127.0.0.1", "PORT": 1, "NAME": "/nowhere/vault"}
    try:
        with pytest.raises(OperationalError):
            list(KnownHead.objects.all())
        yield
    finally:
        vault.close()
        vault.settings_dict |= there


@contextmanager
def everything_away() -> Iterator[None]:
    """Take keys, vault and mail away; each is tried once, to be sure that it is gone."""
    key_ring.forget()
    with vault_away(), override_settings(**NO_KEYS_NO_MAIL):
        with pytest.raises(OSError):
            mail.send_mail("", "", "house@example.org", ["nobody@example.org"])
        with pytest.raises(Keyless):
            key_ring.current()
        yield
    key_ring.forget()


class Steps:
    """A member's browser without JavaScript: follows what a page offers, and counts it."""

    def __init__(self, client: Client) -> None:
        self.client, self.html, self.taken = client, "", list[str]()

    def come_to(self, path: str) -> None:
        self.html = self.shown(self.client.get(path, follow=True))

    def follow(self, words: str) -> None:
        """Press the link with these words."""
        links = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', self.html, re.DOTALL)
        [to] = {href for href, text in links if words in text}
        self.taken.append(f"link “{words}”")
        self.come_to(to)

    def press(self, words: str, at: str) -> None:
        """Press the button with these words, in the form that is sent to `at`."""
        forms = re.findall(r"<form [^>]*>.*?</form>", self.html, re.DOTALL)
        assert any(words in form and "<button" in form for form in forms), words
        self.taken.append(f"button “{words}”")
        self.html = self.shown(self.client.post(at, follow=True))

    def shown(self, response) -> str:
        assert response.status_code == 200, response.status_code
        return response.content.decode()


class EverythingAway(TransactionalCastTestCase):
    """What was allowed and released before is taken back in the dark, and stays taken back."""

    def setUp(self):
        super().setUp()
        item = self.said()
        self.request = self.asked(item)
        self.given = self.grants(self.ana, self.request)
        self.released = self.releases(item)

    def test_a_member_takes_back_in_two_steps_and_the_next_opening_is_refused(self):
        assert open_release(by=self.fay, code=self.released.code), "it could be opened until now"
        with everything_away():
            steps = self.taken_back_in_the_dark()
        assert len(steps.taken) <= 2
        print(f"keyless steps={len(steps.taken)}: {', then '.join(steps.taken)}")
        assert key_ring.current(), "the keys are back"
        with pytest.raises(Withheld):
            open_release(by=self.fay, code=self.released.code)
        opened = Entry.objects.filter(act="release.opened").latest("seq")
        assert (opened.outcome, opened.reasons) == ("withhold", "REVOKED")

    def taken_back_in_the_dark(self) -> Steps:
        client = Client()
        sign_in(client, self.ana.actor)
        steps = Steps(client)
        steps.come_to("/permissions/")
        assert self.given.code in steps.html, "listed by its code"
        assert "The keys are away." in steps.html
        steps.come_to(f"/permissions/{self.given.code}/")
        steps.follow("Take it back")
        steps.press("Take it back", f"/permissions/{self.given.code}/take-back/")
        assert "You took your permission back" in steps.html
        return steps

    def test_everything_is_taken_back_in_two_steps_too(self):
        more = self.grants(self.ana, self.asked(self.said("Else."), self.insurer))
        with everything_away():
            client = Client()
            sign_in(client, self.ana.actor)
            steps = Steps(client)
            steps.come_to("/home/")
            assert self.given.code in steps.html
            steps.follow("Take everything back")
            steps.press("Take everything back", "/permissions/take-everything-back/")
            assert "You took everything back. It is done." in steps.html
        assert len(steps.taken) <= 2
        print(f"keyless steps={len(steps.taken)}: {', then '.join(steps.taken)}")
        for one in (self.given, more):
            assert one.events.latest("counter").kind == "revoked"
        with pytest.raises(Withheld):
            open_release(by=self.fay, code=self.released.code)

    def test_the_page_says_in_the_dark_which_link_died_and_what_was_released(self):
        made = self.linked(self.released).link
        with everything_away():
            client = Client()
            sign_in(client, self.ana.actor)
            path = f"/permissions/{self.given.code}/"
            done = client.post(f"{path}take-back/", follow=True).content.decode()
        assert "It shows these words no more." in done
        assert f"They were released to {self.clinic.code}" in done
        assert made.code not in done, "a link's code is nobody's but its maker's"

    def test_a_no_needs_nothing_either_and_a_yes_is_not_taken(self):
        waiting = self.consent_of(self.ana, self.asked(self.said("Else."), self.insurer))
        with everything_away():
            client = Client()
            sign_in(client, self.ana.actor)
            said_no = client.post(f"/questions/{waiting.code}/decline/", follow=True)
            assert "Your words stay in the group" in said_no.content.decode()
            with pytest.raises(Keyless):
                grant_consent(
                    by=self.ana.actor, code=waiting.code, signature="Ana", step_up_id=waiting.pk
                )

    def test_with_the_keys_at_hand_a_vault_that_is_away_still_lets_nothing_out(self):
        """A process that read its keys before the vault went away knows no head to compare."""
        waiting = self.asked(self.said("Else."), self.insurer)
        assert key_ring.current()
        with vault_away():
            with pytest.raises(Keyless):
                known_head.fetch(self.practice.pk)
            with pytest.raises(Keyless):
                self.grants(self.ana, waiting)
        assert self.consent_of(self.ana, waiting).events.latest("counter").kind == "asked"

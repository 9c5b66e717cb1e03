"""A known and an unknown sign-in name: the same time and the same page (T19, ASVS 6.3.8)."""

import re
import statistics
import time

from django.conf import settings
from django.test import Client, override_settings

from accounts.services import create_staff
from accounts.services.invitations import open_invitation
from tests.cast import CastTestCase, user_of

PAIRS, WITHIN, ROUNDS = 100, 0.05, 8
TOKENS = re.compile(r'value="[^"]*"')
# The real hash: the cheap one of tests would hide how much work is behind an answer.
ARGON2 = [one for one in settings.PASSWORD_HASHERS if "Argon2" in one]


@override_settings(PASSWORD_HASHERS=ARGON2, GROUPCARE_LIMITS_OFF=True)
class KnownAgainstUnknown(CastTestCase):
    """The limits are off here, by a setting that a system check refuses everywhere else."""

    def setUp(self):
        user = user_of(self.ana.actor)
        user.set_password("a ladder in the hall")
        user.save()
        self.known = user.sign_in_name
        self.client = Client()

    def sign_in(self, name: str) -> tuple[float, str]:
        began = time.perf_counter()
        page = self.client.post("/sign-in/", {"login": name, "password": "not this one at all"})
        return time.perf_counter() - began, TOKENS.sub("", page.content.decode())

    def one_time_code(self, name: str) -> tuple[float, str]:
        began = time.perf_counter()
        found = open_invitation(name=name, code="abcd-abcd-abcd-abcd-abcd", address="a")
        return time.perf_counter() - began, str(found)

    def ratio(self, ask, known: str) -> float:
        """Return the ratio of the medians of interleaved pairs, each in turn first."""
        times: dict[bool, list[float]] = {True: [], False: []}
        pages = set()
        for number in range(PAIRS):
            for is_known in (True, False) if number % 2 else (False, True):
                took, page = ask(known if is_known else f"heron-{number:04}x")
                times[is_known].append(took)
                pages.add(page)
        assert len(pages) == 1, "the page tells them apart"
        return statistics.median(times[True]) / statistics.median(times[False])

    def close(self, label: str, ask, known: str) -> None:
        """A busy machine may spoil a round; a difference in the code shows in every one."""
        ratios = []
        for _ in range(ROUNDS):
            ratios.append(self.ratio(ask, known))
            print(f"{label} pairs={PAIRS} median_ratio={ratios[-1]:.3f}")
            if abs(ratios[-1] - 1) <= WITHIN:
                return
        raise AssertionError(f"{label}: {ratios}")

    def test_at_the_sign_in(self):
        self.close("sign_in", self.sign_in, self.known)

    def test_of_somebody_who_has_a_passkey_and_no_password(self):
        user = user_of(self.ana.actor)
        user.set_unusable_password()
        user.save()
        self.close("sign_in_without_password", self.sign_in, self.known)

    def test_at_the_one_time_code(self):
        new = create_staff(
            by=self.adam, practice=self.practice.pk, name="Nia New", roles=["facilitator"]
        )
        self.close("one_time_code", self.one_time_code, new.user.sign_in_name)

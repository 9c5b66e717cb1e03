"""A database dump replayed: no string in it works as cookie, link, token, passcode or seed.

Every text, number, id and blob of every table of both databases is read as a
thief would: as it is, in its parts, decoded, and encoded anew. Each reading is
then tried at every door, by the function that compares there, below the count
of tries. True secrets hidden in the tables must be found at each door, or the
replay finds nothing at all.
"""

import base64
import binascii
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.hashers import check_password
from django.core.signing import BadSignature
from django.db import connections
from django.middleware import csrf
from django.test import Client
from django.utils import timezone

from accounts.factors import PASSKEY, RECOVERY, TOTP, seed_of, totp_step, without_code
from accounts.models import Invitation, Practice
from accounts.pins import pin_is
from accounts.queries import live_invitations
from accounts.services import invitations
from accounts.services.credentials import credential_scope, renew_recovery_codes, set_pin
from accounts.services.invitations import invite_again, matching
from accounts.session_store import SessionStore, key_hash
from accounts.sign_in_names import typed_code
from consent.models import LinkVisit, ReleaseLink
from consent.services import links
from consent.services.links import LinkClosed, open_link, reopen
from pages.recipient.forms import LinkForm
from pages.shared import keeping
from tests.cast import PASSWORD, SEED, CastTestCase, proven, sign_in, user_of
from tests.pages.scene import Scene
from vault.envelope import Unreadable
from vault.models import ShredKey
from vault.session_seal import seal_carried, unseal_carried

# Ten digits: six would be found by chance among the microseconds of the times.
PIN = "8204175936"
SHORTEST, LONGEST = 6, 4096  # characters: a code of the app, and what a cookie can hold
BETWEEN = re.compile(r"[\s$:;,.|/#=\"'{}\[\]()]+")
Door = Callable[[str], bool]


class Burgled(Scene):
    """The scene with a live secret of every kind, none of which lies in the house."""

    def play(self) -> None:
        super().play()
        ana, fay = self.ana.actor, self.fay
        set_pin(by=ana, pin=PIN, step_up_id=proven(ana, credential_scope(ana)))
        self.recovery_codes = renew_recovery_codes(
            by=fay, step_up_id=proven(fay, credential_scope(fay))
        )
        self.invitation = invite_again(by=self.adam, user=self.nia)
        self.made = self.linked(self.released)
        self.visit = open_link(
            code=self.made.link.code, secret=self.made.secret, passcode=self.made.passcode
        ).visit
        self.proof = proven(fay, credential_scope(fay))


class Replayed(CastTestCase):
    stage = Burgled

    def setUp(self):
        self.browser = Client()
        sign_in(self.browser, self.fay)
        assert self.browser.get("/today/").status_code == 200
        self.cookie = self.browser.cookies["groupcare"].value
        self.form = self.browser.cookies["form"].value
        self.doors = Doors(self)

    def test_no_string_of_the_dump_works_anywhere(self):
        began = time.monotonic()
        values = list(dumped())
        tried = candidates(values)
        assert {alias for alias, _, _ in values} == set(connections)
        assert self.doors.kept() <= set(tried), "what is stored of a live secret was not read"
        worked = self.doors.opened_by(tried)
        assert {door: {c: tried[c] for c in found} for door, found in worked.items() if found} == {}
        asked = [self.cookies_open_only_the_sign_in(tried), self.links_stay_closed(tried)]
        print(
            f"strings={len({v for _, _, v in values})} tried={len(tried)} worked=0 "
            f"doors={len(worked)} cookies_by_http={asked[0]} links_by_http={asked[1]} "
            f"seconds={time.monotonic() - began:.0f}"
        )

    def test_a_secret_that_lay_in_the_dump_would_be_found_at_every_door(self):
        before = candidates(dumped())
        secrets = self.doors.secrets()
        assert set(secrets) == set(self.doors.all)
        assert not set(secrets.values()) & set(before)
        for number, secret in enumerate(secrets.values()):
            HIDING_PLACES[number % len(HIDING_PLACES)](self, secret)
        after = candidates(dumped())
        found = self.doors.opened_by(c for c in after if c not in before)
        assert {door: secret in found[door] for door, secret in secrets.items()} == dict.fromkeys(
            secrets, True
        )

    def test_the_right_secrets_open_the_pages_that_the_replay_asks(self):
        assert self.pages_with(self.cookie) == {200, 410}  # the question is another stay's
        assert self.at_the_link(self.made.secret) == 200
        following = codes_of(SEED, self.doors.step)[1]  # the first was used to sign in
        assert totp_step(self.doors.fay, self.doors.app, following)

    def cookies_open_only_the_sign_in(self, tried: dict[str, str]) -> int:
        """Ask pages by HTTP with what lies where sessions are kept, and with some of the rest."""
        near = [c for c, table in tried.items() if table == "accounts_storedsession"]
        sample = {*near, *sorted(tried)[:: len(tried) // 60]}
        for one in sample:
            assert self.pages_with(one) == {"/sign-in/"}, (one, tried[one])
        return len(sample)

    def pages_with(self, cookie: str) -> set[Any]:
        client, found = Client(), set()
        for path in ("/you/", f"/step-up/{self.fays_step_up.pk}/"):
            client.cookies["groupcare"] = cookie
            answer = client.get(path)
            found.add(answer.get("Location", "").partition("?")[0] or answer.status_code)
        return found

    def links_stay_closed(self, tried: dict[str, str]) -> int:
        """Send by HTTP what is stored of the link, with the right passcode; a no takes a while."""
        sample = readings(bytes(self.made.link.secret_hash)) & set(tried)
        for one in sample:
            assert self.at_the_link(one) == 410, (one, tried[one])
        return len(sample)

    def at_the_link(self, secret: str) -> int:
        sent = {"secret": secret, "passcode": self.made.passcode}
        return Client().post(f"/r/{self.made.link.code}/", sent).status_code


HIDING_PLACES: list[Callable[[Any, str], object]] = [
    lambda t, s: Practice.objects.create(name="Hidden", address=s),
    lambda t, s: Authenticator.objects.create(user=t.nia, type=PASSKEY, data={"in": [{"deep": s}]}),
    lambda t, s: ShredKey.objects.create(owner=Practice.objects.create().pk, key=s.encode()),
]


class Doors:
    """Each door of the house as a question: would this string open it?"""

    def __init__(self, test: Any) -> None:
        self.test = test
        self.now = timezone.now()
        self.people = [user_of(a) for a in (test.fay, test.ana.actor)]
        [self.fay, self.ana] = self.people
        self.codes = Authenticator.objects.get(user=self.fay, type=RECOVERY).data
        self.app = Authenticator.objects.get(user=self.fay, type=TOTP).data
        # Three doors look a digest up: what has none in the table is not asked for one by one.
        self.invitations = set(Invitation.objects.values_list("code_digest", flat=True))
        self.links = {bytes(h) for h in ReleaseLink.objects.values_list("secret_hash", flat=True)}
        self.visits = {bytes(h) for h in LinkVisit.objects.values_list("token_hash", flat=True)}
        self.step = int(time.time()) // 30
        self.shows = codes_of(seed_of(self.fay, self.app), self.step)
        self.all: dict[str, Door] = {
            "session cookie": lambda c: bool(SessionStore(c).load()),
            "form token": self.form_token,
            "password": lambda c: any(one.check_password(c) for one in self.people),
            "unlocking PIN": lambda c: pin_is(self.ana, c),
            "seed of the code app": lambda c: codes_of(c, self.step) == self.shows,
            "recovery code": lambda c: without_code(self.fay, self.codes, c) is not None,
            "invitation": self.invitation,
            "link secret": self.link_secret,
            "link passcode": self.passcode,
            "visit of a recipient": self.visit,
            "keeper of a form": self.keeper,
            "carried text": self.carried,
        }

    def secrets(self) -> dict[str, str]:
        """Return what does open each door."""
        bound_to = keeping._bound_to(self.fay.pk)
        return {
            "session cookie": self.test.cookie,
            "form token": self.test.form,
            "password": PASSWORD,
            "unlocking PIN": PIN,
            "seed of the code app": SEED,
            "recovery code": self.test.recovery_codes[3],
            "invitation": self.test.invitation,
            "link secret": self.test.made.secret,
            "link passcode": self.test.made.passcode,
            "visit of a recipient": self.test.visit,
            "keeper of a form": keeping.keeper_of(self.fay),
            "carried text": seal_carried(b"{}", bound_to=bound_to, at=self.now),
        }

    def kept(self) -> set[str]:
        """Return what the tables hold in place of the secrets."""
        link, [invitation] = self.test.made.link, live_invitations().filter(user=self.test.nia)
        visit = LinkVisit.objects.get(link=link)
        return {
            key_hash(self.test.cookie),
            self.fay.password,
            self.ana.pin,
            self.app["secret"],
            *self.codes["codes"],
            invitation.code_digest,
            bytes(link.secret_hash).hex(),
            link.passcode_hash,
            bytes(visit.token_hash).hex(),
            self.test.proof.hex,
        }

    def opened_by(self, tried: Iterable[str]) -> dict[str, list[str]]:
        tried = list(tried)
        return {name: [c for c in tried if opens(c)] for name, opens in self.all.items()}

    def form_token(self, candidate: str) -> bool:
        """Sent beside the cookie of a browser that is signed in, as another site would."""
        try:
            csrf._check_token_format(candidate)
        except csrf.InvalidTokenFormat:
            return False
        return csrf._does_token_match(candidate, self.test.form)

    def invitation(self, candidate: str) -> bool:
        if self.invitations.isdisjoint(invitations._digests(typed_code(candidate))):
            return False
        return matching(self.test.nia.sign_in_name, candidate) is not None

    def visit(self, candidate: str) -> bool:
        if links._hashed(candidate) not in self.visits:
            return False
        return reopen(code=self.test.made.link.code, visit=candidate) is not None

    def link_secret(self, candidate: str) -> bool:
        if links._hashed(candidate) not in self.links:
            return False
        link = self.test.made
        try:
            open_link(code=link.link.code, secret=candidate, passcode=link.passcode)
        except LinkClosed:
            return False
        return True

    def passcode(self, candidate: str) -> bool:
        """Compare as it is, and as the form reads it; the fifth wrong try would end the link."""
        form = LinkForm({"secret": self.test.made.secret, "passcode": candidate})
        read = {candidate, form.cleaned_data["passcode"] if form.is_valid() else candidate}
        kept = self.test.made.link.passcode_hash
        return any(check_password(one, kept) for one in read)

    def keeper(self, candidate: str) -> bool:
        try:
            UUID(keeping._signer.unsign(candidate))
        except (BadSignature, ValueError):
            return False
        return True

    def carried(self, candidate: str) -> bool:
        for person in self.people:
            with suppress(Unreadable):
                bound_to = keeping._bound_to(person.pk)
                unseal_carried(candidate, bound_to=bound_to, at=self.now, lasts=keeping.LASTS)
                return True
        return False


def codes_of(seed: str, step: int) -> list[str]:
    """Return what a code app with this seed shows from a time step on; nothing if it is no seed.

    Three codes, since one alone is met by chance.
    """
    try:
        return [format_hotp_value(hotp_value(seed, step + n)) for n in range(3)]
    except ValueError:
        return []


def dumped() -> Iterator[tuple[str, str, str | bytes]]:
    """Yield database, table and value of every text, number, id and blob in every table."""
    for alias in connections:
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                for row in cursor.fetchall():
                    for value in row:
                        if isinstance(value, memoryview | bytes):
                            yield alias, table, bytes(value)
                        elif isinstance(value, UUID):
                            yield alias, table, str(value)
                            yield alias, table, value.hex
                        elif isinstance(value, str | int) and not isinstance(value, bool):
                            yield alias, table, str(value)


def candidates(values: Iterable[tuple[str, str, str | bytes]]) -> dict[str, str]:
    """Return every reading that is long enough to be a secret, and the table it was read in."""
    found: dict[str, str] = {}
    for _, table, value in values:
        for one in readings(value):
            if SHORTEST <= len(one) <= LONGEST:
                found.setdefault(one, table)
    return found


def readings(value: str | bytes) -> set[str]:
    """Return what a value could be typed as: itself, its parts, what it decodes to, and encoded."""
    if isinstance(value, bytes):
        return encoded(value)
    found = set()
    for text in {value, *BETWEEN.split(value), *leaves(value)}:
        found |= {text, *(read for raw in decoded(text) for read in encoded(raw))}
    return found


def encoded(raw: bytes) -> set[str]:
    encodings = (base64.b64encode, base64.urlsafe_b64encode, base64.b32encode, binascii.hexlify)
    found = {encode(raw).decode() for encode in encodings}
    found |= {one.rstrip("=") for one in found}
    with suppress(UnicodeDecodeError):
        text = raw.decode("ascii")
        if text.isprintable():
            found |= {text, *BETWEEN.split(text), *leaves(text)}
    return found


def decoded(text: str) -> Iterator[bytes]:
    """Yield what hexadecimal and base64 of 16 bytes or more stand for."""
    if len(text) < 22 or not text.isascii():
        return
    with suppress(ValueError):
        yield bytes.fromhex(text)
        return
    if re.fullmatch(r"[A-Za-z0-9+/_-]+=*", text):
        with suppress(ValueError):
            yield base64.urlsafe_b64decode(text.replace("+", "-").replace("/", "_"))


def leaves(text: str) -> Iterator[str]:
    """Yield every key and every string inside a JSON text."""
    if text[:1] not in ("{", "[", '"'):
        return
    waiting: list[Any] = []
    with suppress(ValueError):
        waiting.append(json.loads(text))
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str | int):
            yield str(one)


def test_a_value_is_read_in_every_way_it_could_be_typed():
    secret, raw = "kept-In-Clear_9", b"\xfb" * 20
    assert secret in readings(json.dumps({"a": [{"b": secret}]}))
    assert secret in readings(f"argon2$19${secret}$x") & readings(secret.encode())
    for form in (base64.b64encode(raw), base64.urlsafe_b64encode(raw), raw.hex().encode()):
        read = readings(form.decode())
        assert {raw.hex(), base64.b32encode(raw).decode()} <= read

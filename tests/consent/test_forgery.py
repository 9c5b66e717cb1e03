"""Rows changed by direct SQL release nothing, and the supervisor hears of it.

Ana's words, which concern Ben too, may go to the clinic. Each test changes one
thing in the database and tries to release them.
"""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from audit.models import Entry
from audit.verifier import chain_hash
from consent.models import Consent, ConsentEvent
from consent.services.alarms import ACCESS, CLOSED, FORGED
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.release import Withheld, open_release
from oversight.queries import open_alarms
from oversight.services import close_alarm
from sessions_app.models import (
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    Facilitation,
    GroupUserPermission,
    Subject,
    VersionUserPermission,
)
from sessions_app.services.items import edit_item
from tests.cast import CastTestCase
from tests.consent.by_hand import change, columns_of, delete, insert
from vault import services as vault
from vault.envelope import Unreadable

LATER = timezone.now() + timedelta(days=400)
# Column by column: what it is changed to, or why it says nothing about who may get what.
CONSENT = {
    "member_id": lambda s: s.cleo.member.pk,
    "recipient_id": lambda s: s.insurer.pk,
    "recipient_class_id": lambda s: s.insurer.pk,
    "purposes": lambda s: ["TREAT", "HPAYMT"],
    "effective": lambda s: s.consent.effective - timedelta(days=1),
    "expires": lambda s: LATER,
    "version_id": lambda s: s.another_version(),
}
CONSENT_SAYS_NOTHING = {"id", "code", "request_id"}  # a name in the trail; who asked, and when
EVENT = {
    "counter": lambda s: 77,
    "kind": lambda s: "unheld",
    "at": lambda s: s.granted.at - timedelta(seconds=1),
    "by_id": lambda s: s.fay.user,
    "evidence": lambda s: "in_room",
    "text_version": lambda s: "question-2",
    "until": lambda s: LATER,
    "signature_sealed": lambda s: b"another",
    "mac_key_id": lambda s: "00000000",
    "mac": lambda s: bytes(32),
    "consent_id": lambda s: s.consent_of(s.ben, s.request).pk,
}
EVENT_SAYS_NOTHING = {"id"}
ENTRY = {
    "body": lambda s: s.entry_body().replace(b"consent.granted", b"consent.revoked"),
    "prev": lambda s: bytes(32),
    "hash": lambda s: bytes(32),
    "act": lambda s: "item.edited",
    "object_id": lambda s: uuid4(),
    "seq": lambda s: 10**6,
    "chain": lambda s: uuid4(),
}
# Repeated from the body for searching; verify_audit compares them, the decision reads the body.
ENTRY_SAYS_NOTHING = {"pk", "at", "actor", "role", "sign_in", "code", "group", "outcome", "reasons"}


class Forgery(CastTestCase):
    def setUp(self):
        self.item = self.said("Ben waited until my light went on.", self.ana, self.ben)
        self.request = self.asked(self.item)
        self.consent = self.grants(self.ana, self.request)
        self.bens = self.grants(self.ben, self.request)
        self.granted = ConsentEvent.objects.get(consent=self.consent, kind="granted")
        self.version = DisclosureVersion.objects.get(disclosure=self.item)

    def entry_of(self, consent: Consent) -> Entry:
        told = Entry.objects.filter(object_id=consent.pk, act__startswith="consent.")
        return told.order_by("-seq")[0]

    def entry_body(self) -> bytes:
        return bytes(self.entry_of(self.consent).body)

    def another_version(self) -> UUID:
        other = self.said("Other words of Ana.", self.ana, self.ben)
        return DisclosureVersion.objects.get(disclosure=other).pk

    def withheld(self, *, alarm: bool = True, left_open: bool = False) -> str:
        with pytest.raises(Withheld):
            self.releases(self.item)
        told = open_alarms(self.practice.pk, [self.group.pk])
        assert bool(told) is alarm, [entry.act for entry in told]
        assert all(entry.group == self.group.pk for entry in told)
        if not left_open:
            for entry in told:
                close_alarm(by=self.sue, seq=entry.seq)
        return Entry.objects.filter(act="release").order_by("-seq")[0].reasons


class EachColumn(Forgery):
    def test_of_a_consent(self):
        assert {*CONSENT, *CONSENT_SAYS_NOTHING} == set(columns_of(Consent))
        for column, to in CONSENT.items():
            with self.subTest(column):
                true = getattr(self.consent, column)
                change(self.consent, **{column: to(self)})
                self.withheld(alarm=column not in ("member_id", "version_id"))
                change(self.consent, **{column: true})
        self.releases(self.item)

    def test_of_the_event_that_permits(self):
        assert {*EVENT, *EVENT_SAYS_NOTHING} == set(columns_of(ConsentEvent))
        for column, to in EVENT.items():
            with self.subTest(column):
                true = getattr(self.granted, column)
                change(self.granted, **{column: to(self)})
                self.withheld(alarm=column != "consent_id")  # then there is no yes at all
                change(self.granted, **{column: true})
        self.releases(self.item)

    def test_of_the_entry_that_tells_of_it(self):
        assert {*ENTRY, *ENTRY_SAYS_NOTHING} >= set(columns_of(Entry)) - {"pk"}
        for column, to in ENTRY.items():
            with self.subTest(column):
                entry = self.entry_of(self.consent)
                value = to(self)
                change(entry, **{column: value})
                self.withheld()
                moved = Entry.objects.get(hash=entry.hash) if column != "hash" else entry
                change(moved, **{column: getattr(entry, column)})
        self.releases(self.item)

    def test_of_the_version_and_its_item(self):
        change(self.version, digest=bytes(32))
        assert "UNREADABLE" in self.withheld()
        change(self.version, digest=self.version.digest)
        for row, columns in (
            (self.version, {"number": 7}),
            (self.version, {"disclosure_id": self.said("Else.").pk, "number": 9}),
        ):
            change(row, **columns)
            with pytest.raises((Withheld, Disclosure.DoesNotExist)):
                self.releases(self.item)
            change(row, number=1, disclosure_id=self.item.pk)
        self.releases(self.item)

    def test_of_the_words_themselves_opens_nothing(self):
        release = self.releases(self.item)
        change(self.version, text_sealed=bytes(len(self.version.text_sealed)))
        opened = open_release(by=self.fay, code=release.code)

        with pytest.raises(Unreadable):
            vault.open(opened.parts[0].version.sealed_text(self.practice.pk), opened.receipt)

    def test_of_a_subject(self):
        bens = Subject.objects.get(version=self.version, member=self.ben.member)
        change(bens, member_id=self.cleo.member.pk)
        assert "UNREADABLE" in self.withheld()

    def test_of_guardian_s_rows(self):
        for rights in (DisclosureUserPermission, VersionUserPermission, GroupUserPermission):
            for row in rights.objects.filter(user=self.fay.user):
                change(row, user_id=self.otto.user)
        with pytest.raises((Withheld, Disclosure.DoesNotExist)):
            self.releases(self.item)


class RowsThatAreGone(Forgery):
    def test_a_revocation_that_was_deleted_still_counts(self):
        revoke_consent(by=self.ben.actor, code=self.bens.code)
        delete(ConsentEvent.objects.filter(consent=self.bens, kind="revoked"))
        assert "UNREADABLE" in self.withheld()

    def test_a_taking_back_by_another_no_that_was_deleted_still_counts(self):
        type(self.request).objects.filter(pk=self.request.pk).update(answer_by=timezone.now())
        second = self.asked(self.item)
        self.grants(self.ana, second)
        no = self.consent_of(self.ben, second)
        decline_consent(by=self.ben.actor, code=no.code)
        delete(ConsentEvent.objects.filter(consent=no))
        delete(ConsentEvent.objects.filter(consent=self.bens, kind="revoked"))
        self.withheld()

    def test_a_grant_or_its_entry_that_was_deleted(self):
        delete(Entry.objects.filter(object_id=self.consent.pk))
        self.withheld()
        delete(ConsentEvent.objects.filter(consent=self.bens, kind="granted"))
        assert "NO_CONSENT" in self.withheld()

    def test_a_subject_that_was_deleted_makes_the_others_yes_unreadable(self):
        delete(Subject.objects.filter(version=self.version, member=self.ben.member))
        assert "UNREADABLE" in self.withheld()

    def test_guardian_s_rows_that_were_deleted(self):
        delete(VersionUserPermission.objects.filter(user=self.fay.user))
        assert self.withheld(alarm=False) == "NOT_PERMITTED"

    def test_a_period_that_was_ended(self):
        Facilitation.objects.filter(user=self.fay.user).update(until=self.today - timedelta(days=1))
        with pytest.raises(Disclosure.DoesNotExist):
            self.releases(self.item)


class RowsThatCameBack(Forgery):
    def test_a_grant_under_a_later_counter(self):
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        self.granted.pk, self.granted.counter = uuid4(), 50
        insert(self.granted)
        assert "UNREADABLE" in self.withheld()

    def test_the_whole_ledger_of_yesterday(self):
        kept = list(ConsentEvent.objects.filter(consent=self.consent))
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        delete(ConsentEvent.objects.filter(consent=self.consent))
        for event in kept:
            insert(event)
        assert "UNREADABLE" in self.withheld()

    def test_the_item_of_yesterday_with_its_older_words(self):
        edit_item(
            by=self.fay, code=self.item.code, seen_version=1, concerned=[self.ben.member.pk],
            text="Other words.", guard=self.guard(),
        )  # fmt: skip
        change(self.item, current_version=1)
        assert "UNREADABLE" in self.withheld()

    def test_a_subject_who_was_never_concerned(self):
        insert(Subject(pk=uuid4(), version=self.version, member=self.cleo.member))
        assert "UNREADABLE" in self.withheld()

    def test_guardian_s_rows_alone_release_nothing(self):
        other = self.said("Nobody was asked about this.")
        version = DisclosureVersion.objects.get(disclosure=other)
        for row in VersionUserPermission.objects.filter(content_object=self.version):
            insert(
                VersionUserPermission(
                    user_id=row.user_id, permission_id=row.permission_id, content_object=version
                )
            )
        with pytest.raises(Withheld):
            self.releases(other)

    def test_an_entry_written_by_hand_does_not_bring_a_grant_back(self):
        entry = self.entry_of(self.consent)
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        delete(ConsentEvent.objects.filter(consent=self.consent, kind="revoked"))
        entry.seq, entry.pk = 10**6, (entry.chain, 10**6)
        insert(entry)  # the old bytes, in a later place: they say where they belong
        assert "UNREADABLE" in self.withheld()


class Alarms(Forgery):
    def forge(self):
        change(self.granted, mac=bytes(32))
        self.withheld(left_open=True)

    def acts(self) -> list[str]:
        raised = Entry.objects.filter(act__startswith="alarm.").order_by("seq")
        return list(raised.values_list("act", flat=True))

    def test_one_is_raised_once_until_somebody_looked_into_it(self):
        self.forge()
        self.withheld(left_open=True)
        assert self.acts() == [FORGED]
        [alarm] = open_alarms(self.practice.pk, [self.group.pk])
        assert (alarm.object_id, alarm.code) == (self.consent.pk, self.consent.code)
        close_alarm(by=self.sue, seq=alarm.seq)
        assert not open_alarms(self.practice.pk, [self.group.pk])
        self.withheld(left_open=True)
        assert self.acts() == [FORGED, CLOSED, FORGED]

    def test_only_who_reviews_the_group_closes_it_and_only_once(self):
        self.forge()
        [alarm] = open_alarms(self.practice.pk, [self.group.pk])
        for stranger in (self.fay, self.adam, self.zoe, self.ana.actor):
            with pytest.raises(Entry.DoesNotExist):
                close_alarm(by=stranger, seq=alarm.seq)
        close_alarm(by=self.sue, seq=alarm.seq)
        with pytest.raises(Entry.DoesNotExist):
            close_alarm(by=self.sue, seq=alarm.seq)
        with pytest.raises(Entry.DoesNotExist):
            close_alarm(by=self.sue, seq=1)

    def test_an_opening_raises_it_too_and_a_true_release_none(self):
        release = self.releases(self.item)
        open_release(by=self.fay, code=release.code)
        assert self.acts() == []
        change(self.granted, mac=bytes(32))
        with pytest.raises(Withheld):
            open_release(by=self.fay, code=release.code)
        assert self.acts() == [FORGED]

    def test_it_says_no_word_and_no_name(self):
        self.forge()
        body = bytes(Entry.objects.get(act=FORGED).body).decode()
        assert "Ana" not in body
        assert "light" not in body
        assert ACCESS not in body

    def test_what_the_hash_covers_is_what_is_read(self):
        entry = self.entry_of(self.consent)
        assert chain_hash(bytes(entry.body), bytes(entry.prev)) == bytes(entry.hash)

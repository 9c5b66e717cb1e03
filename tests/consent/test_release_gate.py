"""The database's own gate: no row of a release without a standing grant of everybody it concerns.

Every row here is written past the services, as somebody with SQL would. The
grants carry no MAC: checking one needs a key, and is the service's work.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from consent.kinds import PARENT_PURPOSE, Kind
from consent.models import (
    ClassMembership,
    Consent,
    ConsentEvent,
    ConsentRequest,
    Recipient,
    Release,
    ReleaseItem,
)
from consent.rules import reaches
from sessions_app.models import Disclosure, DisclosureVersion, Subject
from tests.cast import CastMember, CastTestCase

HOUR = timedelta(hours=1)
POSTGRESQL = connection.vendor == "postgresql"


class TheGateInTheDatabase(CastTestCase):
    def setUp(self):
        self.item = self.said("Ben waited.", self.ana, self.ben)
        [self.version] = self.item.versions.all()
        self.counter = count(1)
        self.now = timezone.now()

    def test_with_everybodys_grant_it_goes_through(self):
        self.granted(self.ana)
        self.granted(self.ben)
        assert self.released()

    def test_with_one_grant_of_two_it_is_refused(self):
        self.granted(self.ana)
        assert not self.released()

    def test_nothing_asked_is_refused(self):
        assert not self.released()

    def test_a_version_that_concerns_nobody_is_refused(self):
        lonely = DisclosureVersion.objects.create(
            disclosure=self.item,
            number=2,
            text_sealed=b"",
            digest=b"",
            written_by_id=self.fay.user,
            recorded_at=self.now,
        )
        Disclosure.objects.filter(pk=self.item.pk).update(current_version=2)
        assert not self.released(lonely)
        Subject.objects.create(version=lonely, member=self.ana.member)
        self.granted(self.ana, version=lonely)
        assert self.released(lonely)

    def test_what_the_last_event_says_decides(self):
        granted, held, unheld = Kind.GRANTED, Kind.HELD, Kind.UNHELD
        for events, goes in (
            ([granted], True),
            ([granted, held, unheld], True),
            ([Kind.ASKED, Kind.DECLINED, granted], True),
            ([], False),
            ([Kind.ASKED], False),
            ([unheld], False),
            ([Kind.ASKED, held, unheld], False),
            ([granted, Kind.DECLINED], False),
            ([granted, Kind.REVOKED], False),
            ([granted, Kind.REVOKED, unheld], False),
            ([granted, held], False),
            ([granted, Kind.EXPIRED], False),
            ([granted, Kind.SUPERSEDED], False),
            ([granted, Kind.DEFECT], False),
        ):
            with self.subTest(events=events), self.forgotten():
                self.granted(self.ana)
                self.granted(self.ben, events=events)
                assert self.released() is goes

    def test_the_period_is_half_open(self):
        before, after = self.now - HOUR, self.now + HOUR
        for effective, expires, until, goes in (
            (before, after, None, True),
            (before, after, after, True),
            (before - HOUR, before, None, False),
            (before, after, before, False),
            (after, after + HOUR, None, False),
        ):
            with self.subTest(effective=effective, expires=expires, until=until), self.forgotten():
                self.granted(self.ana)
                self.granted(self.ben, effective=effective, expires=expires, until=until)
                assert self.released() is goes

    def test_a_purpose_covers_what_it_reaches_and_nothing_else(self):
        for given in PARENT_PURPOSE:
            with self.subTest(given=given), self.forgotten():
                self.granted(self.ana, purposes=[given])
                self.granted(self.ben, purposes=["HRESCH", given])
                gone = {asked for asked in PARENT_PURPOSE if self.released(purpose=asked)}
                assert gone == {asked for asked in PARENT_PURPOSE if reaches(given, asked)}
        assert not self.released(purpose="HRESCH")

    def test_another_recipient_is_refused(self):
        self.granted(self.ana)
        self.granted(self.ben, to=self.insurer)
        assert not self.released()

    def test_a_class_counts_while_the_recipient_is_shown_to_belong_to_it(self):
        providers = Recipient.objects.create(
            practice=self.practice,
            code="P-CLASS2",
            kind="class",
            name_sealed=b"",
            address_sealed=b"",
        )
        self.granted(self.ana)
        for scope in ({"to": providers}, {"recipient_class": providers}):
            for since, until, goes in (
                (None, None, False),
                (self.now - HOUR, None, True),
                (self.now - HOUR, self.now + HOUR, True),
                (self.now - HOUR, self.now, False),
                (self.now + HOUR, None, False),
            ):
                with self.subTest(**scope, since=since, until=until), self.forgotten():
                    if since:
                        ClassMembership.objects.create(
                            recipient_class=providers,
                            recipient=self.clinic,
                            shown_by_id=self.adam.user,
                            since=since,
                            until=until,
                        )
                    self.granted(self.ben, **scope)
                    assert self.released() is goes

    def test_a_version_that_is_no_longer_in_force_is_refused(self):
        self.granted(self.ana)
        self.granted(self.ben)
        Disclosure.objects.filter(pk=self.item.pk).update(current_version=2)
        assert not self.released()

    def test_an_item_entered_in_error_is_refused(self):
        self.granted(self.ana)
        self.granted(self.ben)
        Disclosure.objects.filter(pk=self.item.pk).update(state="error")
        assert not self.released()

    def test_a_grant_for_another_version_does_not_count(self):
        other = self.said("Other words.", self.ana, self.ben)
        self.granted(self.ana)
        self.granted(self.ben, version=other.versions.get())
        assert not self.released()

    def test_a_try_that_was_withheld_has_no_items(self):
        self.granted(self.ana)
        self.granted(self.ben)
        assert not self.released(decision="withhold")

    def test_nor_does_it_pass_where_triggers_are_told_to_rest(self):
        with connection.cursor() as cursor:
            if POSTGRESQL:
                cursor.execute("SET LOCAL session_replication_role = replica")
        assert not self.released()

    def test_without_the_trigger_everything_would_go_through(self):
        with connection.cursor() as cursor:
            on = " ON consent_releaseitem" if POSTGRESQL else ""
            cursor.execute(f"DROP TRIGGER consent_releaseitem_gate{on}")
        assert self.released()

    def granted(
        self,
        member: CastMember,
        *,
        version: DisclosureVersion | None = None,
        to: Recipient | None = None,
        recipient_class: Recipient | None = None,
        purposes: Iterable[str] = ("TREAT",),
        effective: datetime | None = None,
        expires: datetime | None = None,
        until: datetime | None = None,
        events: Iterable[Kind] = (Kind.GRANTED,),
    ) -> None:
        number = next(self.counter)
        scope = {
            "recipient": to or self.clinic,
            "purposes": list(purposes),
            "effective": effective or self.now - HOUR,
            "expires": expires or self.now + HOUR,
        }
        request = ConsentRequest.objects.create(
            practice=self.practice,
            code=f"Q-{number}",
            answer_by=self.now,
            asked_by_id=self.fay.user,
            asked_at=self.now,
            **scope,
        )
        consent = Consent.objects.create(
            request=request,
            code=f"C-{number}",
            member=member.member,
            version=version or self.version,
            recipient_class=recipient_class,
            **scope,
        )
        for kind in events:
            ConsentEvent.objects.create(
                consent=consent,
                counter=next(self.counter),
                kind=kind,
                at=self.now,
                until=until if kind == Kind.GRANTED else None,
            )

    def released(
        self,
        version: DisclosureVersion | None = None,
        *,
        purpose: str = "TREAT",
        decision: str = "permit",
    ) -> bool:
        """Write a release past the services; say whether the database took its item."""
        release = Release.objects.create(
            practice=self.practice,
            code=f"R-{next(self.counter)}",
            recipient=self.clinic,
            purpose=purpose,
            decision=decision,
            decided_at=self.now,
            released_by_id=self.fay.user,
        )
        try:
            with transaction.atomic():
                ReleaseItem.objects.create(release=release, version=version or self.version)
        except DatabaseError as refusal:
            assert "no standing grant of everybody" in str(refusal)
            return False
        return True

    def forgotten(self):
        """A savepoint that is always rolled back."""
        return _Forgotten()


class _Forgotten:
    def __enter__(self) -> None:
        self.point = transaction.savepoint()

    def __exit__(self, *error: object) -> None:
        transaction.savepoint_rollback(self.point)

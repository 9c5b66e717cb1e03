"""The database's own gate: a release item on an override that may go, and on no other.

Every row here is written past the services, as somebody with SQL would. They
carry no MAC: checking one needs a key, and is the service's work.
"""

from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from consent.models import Involved, Override, OverrideAnswer, Release, ReleaseItem
from consent.rules.claims import PURPOSES
from consent.rules.overrides import CAN_BE_URGENT, Basis
from sessions_app.models import Disclosure, DisclosureVersion, Subject
from tests.cast import CastTestCase

MINUTES = timedelta(minutes=1)


class TheGateInTheDatabase(CastTestCase):
    def setUp(self):
        self.item = self.said("I will take them tonight.")
        [self.version] = self.item.versions.all()
        self.now = timezone.now()

    def override(self, **columns: Any) -> Override:
        given = {
            "practice": self.practice,
            "code": f"E-{Override.objects.count()}",
            "version": self.version,
            "recipient": self.clinic,
            "basis": "THREAT",
            "facts": [],
            "claim_sealed": b"",
            "text_digest": b"",
            "requested_by_id": self.fay.user,
            "requested_at": self.now,
            "mac_key_id": "",
            "mac": b"",
        }
        involved = columns.pop("involved", [self.ana])
        made = Override.objects.create(**{**given, **columns})
        for one in involved:
            Involved.objects.create(override=made, member=one.member)
        return made

    def answered(self, override: Override, kind="approved", by=None, minutes_ago=0) -> Override:
        OverrideAnswer.objects.create(
            override=override,
            kind=kind,
            by_id=(by or self.sue).user,
            at=self.now - minutes_ago * MINUTES,
        )
        return override

    def goes(self, override: Override, version=None, release=None, **columns: Any) -> bool:
        release = release or Release.objects.create(
            code=f"R-{Release.objects.count()}",
            decided_at=self.now,
            **{
                "practice": self.practice,
                "recipient": self.clinic,
                "purpose": PURPOSES.get(Basis(override.basis), "BTG"),
                "decision": "permit",
                "released_by_id": self.fay.user,
                **columns,
            },
        )
        try:
            with transaction.atomic():
                ReleaseItem.objects.create(
                    release=release, version=version or self.version, override=override
                )
        except DatabaseError:
            return False
        return True

    def test_with_the_yes_of_a_second_person_it_goes(self):
        assert self.goes(self.answered(self.override()))

    def test_without_one_it_does_not(self):
        assert not self.goes(self.override())

    def test_with_a_yes_of_its_own_requester_it_does_not(self):
        assert not self.goes(self.answered(self.override(), by=self.fay))

    def test_alone_only_on_an_urgent_basis(self):
        for basis in Basis:
            with self.subTest(basis=basis):
                goes = self.goes(self.override(basis=basis, urgent=True))
                assert goes is (basis in CAN_BE_URGENT)

    def test_on_no_basis_that_never_holds(self):
        for basis in ("SUBPOENA", "PAST_VIOLENCE"):
            with self.subTest(basis=basis):
                assert not self.goes(self.answered(self.override(basis=basis)))

    def test_in_its_hour_and_not_after_it(self):
        for minutes, goes in ((59, True), (61, False)):
            with self.subTest(minutes=minutes):
                asked = self.now - minutes * MINUTES
                approved = self.answered(self.override(requested_at=asked), minutes_ago=minutes)
                assert self.goes(approved) is goes
                assert self.goes(self.override(urgent=True, requested_at=asked)) is goes

    def test_declined_dropped_or_refused_it_does_not(self):
        for kind in ("declined", "dropped", "refused"):
            with self.subTest(kind=kind):
                assert not self.goes(self.answered(self.answered(self.override()), kind))

    def test_to_its_recipient_by_its_requester_for_its_purpose_alone(self):
        for columns in (
            {"recipient": self.insurer},
            {"released_by_id": self.cody.user},
            {"purpose": "TREAT"},
            {"purpose": "HLEGAL"},
            {"decision": "withhold"},
            {"practice": self.other_practice},
            {"session": self.session},
            {"group": self.group},
        ):
            with self.subTest(columns=list(columns)):
                assert not self.goes(self.answered(self.override()), **columns)

    def test_once_and_as_the_only_item_of_its_release(self):
        override = self.answered(self.override())
        assert self.goes(override)
        assert not self.goes(override)
        assert not self.goes(self.answered(self.override()), release=Release.objects.earliest("pk"))

    def test_only_of_its_version_while_that_is_in_force(self):
        other = self.another_version()
        assert not self.goes(self.answered(self.override()), version=other)
        assert self.goes(self.answered(self.override(version=self.version)))
        Disclosure.objects.filter(pk=self.item.pk).update(current_version=2)
        assert not self.goes(self.answered(self.override()))

    def test_of_an_older_one_only_where_a_court_names_it(self):
        self.another_version()
        Disclosure.objects.filter(pk=self.item.pk).update(current_version=2)
        assert not self.goes(self.answered(self.override(basis="COURT_ORDER")))
        assert not self.goes(self.answered(self.override(names_version=True)))
        named = self.override(basis="COURT_ORDER", names_version=True)
        assert self.goes(self.answered(named))

    def test_of_nothing_that_is_gone(self):
        override = self.answered(self.override())
        for state in ("error", "erased", "unused"):
            with self.subTest(state=state):
                Disclosure.objects.filter(pk=self.item.pk).update(state=state)
                assert not self.goes(override)

    def test_for_somebody_it_concerns_and_nobody_else(self):
        assert not self.goes(self.answered(self.override(involved=[])))
        assert not self.goes(self.answered(self.override(involved=[self.ben])))
        assert not self.goes(self.answered(self.override(involved=[self.ana, self.ben])))

    def test_of_part_2_neither_as_a_warning_nor_as_a_report_of_elder_abuse(self):
        Disclosure.objects.filter(pk=self.item.pk).update(record_class="sud_counseling")
        for basis, goes in (
            ("THREAT", False),
            ("ELDER_ABUSE", False),
            ("MANDATED_REPORT", True),
            ("MEDICAL_EMERGENCY", True),
        ):
            with self.subTest(basis=basis):
                assert self.goes(self.answered(self.override(basis=basis))) is goes

    def another_version(self) -> DisclosureVersion:
        other = DisclosureVersion.objects.create(
            disclosure=self.item,
            number=2,
            text_sealed=b"",
            digest=b"",
            written_by_id=self.fay.user,
            recorded_at=self.now,
        )
        Subject.objects.create(version=other, member=self.ana.member)
        return other

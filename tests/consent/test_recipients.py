"""R50: people, organisations, and groups of recipients that are asked about and never given to."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from audit.models import Entry
from consent.models import ClassMembership, Consent, Recipient, Release
from consent.services.asking import ask_consent
from consent.services.deciding import grant_consent, grant_scope
from consent.services.recipients import (
    create_recipient,
    end_class_membership,
    show_class_member,
)
from consent.services.release import Withheld
from sessions_app.rules import Problem
from tests.cast import CastTestCase, recipient, refused, sign_in
from tests.walls import wall_lowered

CLASS, PERSON = Recipient.Kind.CLASS, Recipient.Kind.PERSON


class AGroupOfRecipients(CastTestCase):
    def setUp(self):
        self.providers = recipient(self.adam, "Ana’s care team", CLASS)

    def shows(self, one: Recipient) -> ClassMembership:
        return show_class_member(by=self.adam, code=self.providers.code, recipient=one.code)

    def ends(self, one: Recipient) -> None:
        end_class_membership(by=self.adam, code=self.providers.code, recipient=one.code)

    def test_name_and_address_are_sealed_whatever_it_is(self):
        one = create_recipient(
            by=self.adam, name="Dr Quill", address="9 Reed Way", once=uuid4(), kind=PERSON
        )
        row = Recipient.objects.get(pk=one.pk)
        assert row.kind == PERSON
        for word in (b"Quill", b"Reed"):
            assert word not in bytes(row.name_sealed) + bytes(row.address_sealed)

    def test_who_is_shown_to_belong_since_when_and_until_when_stays_on_record(self):
        before = timezone.now()
        assert self.shows(self.clinic) == self.shows(self.clinic)
        assert Entry.objects.filter(act="class.shown").count() == 1
        self.ends(self.clinic)
        self.ends(self.clinic)
        assert Entry.objects.filter(act="class.ended").count() == 1
        again = self.shows(self.clinic)
        first = ClassMembership.objects.exclude(pk=again.pk).get()
        assert before <= first.since <= first.until <= again.since
        assert again.until is None

    def test_a_group_does_not_belong_to_a_group_nor_anybody_to_another_practices(self):
        with refused(Problem.UNKNOWN):
            self.shows(recipient(self.adam, "Another group", CLASS))
        far = recipient(self.zoe, "Far clinic")
        with pytest.raises(Recipient.DoesNotExist):
            self.shows(far)
        with pytest.raises(Recipient.DoesNotExist):
            show_class_member(by=self.adam, code=self.clinic.code, recipient=self.insurer.code)
        with pytest.raises(Recipient.DoesNotExist):
            end_class_membership(by=self.zoe, code=self.providers.code, recipient=self.clinic.code)

    def test_nothing_is_released_to_a_group_itself_even_with_its_permission(self):
        item = self.said()
        self.grants(self.ana, self.asked(item, self.providers))
        with pytest.raises(Recipient.DoesNotExist):
            self.releases(item, self.providers)
        assert not Release.objects.exists()

    def test_the_release_form_offers_people_and_organisations_alone(self):
        item = self.said()
        client = Client()
        sign_in(client, self.fay)
        page = client.get(f"/items/{item.code}/release/").content.decode()
        assert self.clinic.code in page
        assert self.providers.code not in page
        assert self.providers.code in client.get(f"/items/{item.code}/ask/").content.decode()


class AskedForAGroup(CastTestCase):
    """Row 5 and reading 6: the group named, or somebody while they belong to it."""

    def setUp(self):
        self.providers = recipient(self.adam, "Ana’s care team", CLASS)
        self.item = self.said()

    def asks(self, to: Recipient, within: Recipient | None = None) -> Consent:
        request = ask_consent(
            by=self.fay,
            codes=[self.item.code],
            recipient=to,
            recipient_class=within,
            purposes=["TREAT"],
            expires_on=self.today,
            answer_by=self.today,
            once=uuid4(),
        )
        return self.consent_of(self.ana, request)

    def allows(self, consent: Consent) -> None:
        grant_consent(
            by=self.ana.actor,
            code=consent.code,
            signature="Ana",
            step_up_id=self.stepped_up(self.ana.actor, grant_scope(consent)),
        )

    def shows(self) -> None:
        show_class_member(by=self.adam, code=self.providers.code, recipient=self.clinic.code)

    def ends(self) -> None:
        end_class_membership(by=self.adam, code=self.providers.code, recipient=self.clinic.code)

    def withheld(self) -> None:
        with pytest.raises(Withheld):
            self.releases(self.item)
        assert self.last_entry().reasons == "RECIPIENT_MISMATCH"

    def test_who_is_not_shown_to_belong_gets_nothing_of_a_permission_for_the_group(self):
        self.allows(self.asks(self.providers))
        self.withheld()

    def test_who_is_shown_to_belong_gets_it_and_not_after_that_ended(self):
        self.allows(self.asks(self.providers))
        self.shows()
        assert self.releases(self.item).decision == Release.Decision.PERMIT
        self.ends()
        self.withheld()

    def test_a_person_within_a_group_gets_it_only_while_they_belong(self):
        self.allows(self.asks(self.clinic, within=self.providers))
        self.withheld()
        self.shows()
        assert self.releases(self.item).decision == Release.Decision.PERMIT
        self.ends()
        self.withheld()

    def test_the_group_is_part_of_what_the_grant_is_authenticated_over(self):
        consent = self.asks(self.clinic, within=self.providers)
        self.allows(consent)
        with wall_lowered("consent_consent"):
            Consent.objects.filter(pk=consent.pk).update(recipient_class=None)
        with pytest.raises(Withheld):
            self.releases(self.item)
        assert "UNREADABLE" in self.last_entry().reasons

    def test_within_is_a_group_and_of_somebody_who_is_none(self):
        far = recipient(self.zoe, "Far team", CLASS)
        other = recipient(self.adam, "Other team", CLASS)
        for to, within in (
            (self.clinic, self.insurer),
            (self.clinic, far),
            (self.providers, other),
        ):
            with refused(Problem.UNKNOWN):
                self.asks(to, within)

    def test_the_member_reads_whom_the_group_means(self):
        client = Client()
        sign_in(client, self.ana.actor)
        consent = self.asks(self.providers)
        page = client.get(f"/questions/{consent.code}/").content.decode()
        assert "Whoever belongs to Ana’s care team, now and later, as long as you allow it" in page
        self.item = self.said("Others.")
        consent = self.asks(self.clinic, within=self.providers)
        page = client.get(f"/questions/{consent.code}/").content.decode()
        assert "only while they belong to Ana’s care team" in page

"""Rows 37 to 55 of the decision table, through the services, each by its number."""

import pytest
from django.test import override_settings

from audit.models import Entry
from consent.kinds import Reason
from consent.models import Release, Telling
from consent.queries import refusal_noted
from consent.rules.overrides import Basis, Fact
from consent.services.deciding import decline_consent
from consent.services.overriding import OverrideWithheld
from sessions_app.models import Disclosure, RecordClass
from tests.cast import recipient
from tests.overriding import COURT, ORDERED, TEXT, Emergency
from vault import key_ring
from vault.key_ring import Keyless

MEDICAL = {"emergency": "Overdose", "facility": "Riverside hospital, emergency room"}


class ByRow(Emergency):
    def part2(self) -> Disclosure:
        Disclosure.objects.filter(pk=self.item.pk).update(record_class=RecordClass.SUD_COUNSELING)
        return self.item

    def refused(self, basis: Basis = Basis.THREAT, **given) -> tuple[Reason, ...]:
        """Why it is not let out, at once or when it would go; nothing went."""
        with pytest.raises(OverrideWithheld) as withheld:
            self.let_out(self.item, basis, **given)
        assert not Release.objects.filter(decision=Release.Decision.PERMIT).exists()
        return withheld.value.reasons

    def test_row_37_who_leads_another_group_has_no_item_to_claim(self):
        with pytest.raises(Disclosure.DoesNotExist):
            self.requests(self.item, by=self.otto)

    def test_row_38_a_supervisor_claims_nothing_and_reads_what_waits_for_them_alone(self):
        with pytest.raises(Disclosure.DoesNotExist):
            self.requests(self.item, by=self.sue)

    def test_row_39_a_member_asks_for_own_words_by_consent_never_by_a_basis(self):
        with pytest.raises(Disclosure.DoesNotExist):
            self.requests(self.item, by=self.ana.actor)

    def test_row_40_whoever_is_not_involved_is_told_nothing(self):
        item = self.said(TEXT, self.ana, self.ben)
        self.let_out(item)
        assert not Telling.objects.filter(member=self.ben.member).exists()

    def test_row_41_another_member_is_a_recipient_like_anybody(self):
        self.let_out(self.item, to=recipient(self.adam, "Ben Brandt"))
        assert Release.objects.get().purpose == "BTG"

    def test_row_42_an_insurer_who_prevents_nothing_gets_nothing(self):
        said = frozenset({Fact.SERIOUS, Fact.IMMINENT})
        with pytest.raises(Exception, match="can_prevent: required"):
            self.requests(self.item, said=said, to=self.insurer, more={"can_prevent": ""})

    def test_row_43_a_serious_and_imminent_threat_goes_to_who_can_prevent_it(self):
        release = self.let_out(self.item)
        [row] = release.items.all()
        assert (row.override.basis, row.consents.count()) == ("THREAT", 0)

    def test_row_43_a_threat_that_is_not_imminent_stays(self):
        said = frozenset({Fact.SERIOUS})
        assert self.refused(said=said) == (Reason.OVERRIDE_INCOMPLETE,)

    def test_row_44_a_confession_of_past_violence_stays(self):
        assert self.refused(Basis.PAST_VIOLENCE, passages=()) == (Reason.PAST_VIOLENCE,)

    def test_row_45_part_2_in_a_medical_emergency_goes_to_medical_personnel(self):
        self.part2()
        said = frozenset({Fact.MEDICAL_PERSONNEL})
        release = self.let_out(self.item, Basis.MEDICAL_EMERGENCY, said=said, more=MEDICAL)
        assert release.notice_version == "2.32-2024-full"

    def test_row_45_and_to_nobody_else(self):
        self.part2()
        found = self.refused(Basis.MEDICAL_EMERGENCY, said=frozenset(), more=MEDICAL)
        assert found == (Reason.OVERRIDE_INCOMPLETE,)

    def test_row_46_part_2_knows_no_duty_to_warn(self):
        self.part2()
        assert self.refused() == (Reason.PART2_NO_DUTY_TO_WARN,)

    def test_row_47_suspected_child_abuse_goes_as_a_report(self):
        said = frozenset({Fact.REPORT_ONLY})
        assert self.let_out(self.item, Basis.MANDATED_REPORT, said=said)

    def test_row_48_elder_abuse_goes_as_a_report_but_not_of_part_2(self):
        said = frozenset({Fact.REPORT_ONLY})
        self.part2()
        assert self.refused(Basis.ELDER_ABUSE, said=said) == (Reason.PART2_UNIDENTIFIED_ONLY,)
        Disclosure.objects.update(record_class=RecordClass.PSYCHOTHERAPY)
        assert self.let_out(self.item, Basis.ELDER_ABUSE, said=said)

    def test_row_49_a_court_order_of_a_judge_goes_after_counsel_and_member_were_told(self):
        release = self.let_out(self.item, Basis.COURT_ORDER, said=ORDERED, more=COURT)
        assert release.purpose == "HLEGAL"

    def test_row_49_without_the_member_told_first_it_stays(self):
        said = frozenset({Fact.COUNSEL_TOLD})
        found = self.refused(Basis.COURT_ORDER, said=said, more=COURT)
        assert found == (Reason.OVERRIDE_INCOMPLETE,)

    def test_row_50_a_subpoena_is_refused_and_the_member_is_told(self):
        found = self.refused(Basis.SUBPOENA, said=frozenset({Fact.COUNSEL_TOLD}), passages=())
        assert found == (Reason.SUBPOENA_ONLY,)
        [told] = Telling.objects.all()
        assert (told.member_id, told.how) == (self.ana.member.pk, "notice")
        [entry] = Entry.objects.filter(act="override.requested")
        assert (entry.outcome, entry.reasons) == ("withhold", "SUBPOENA_ONLY")

    def test_row_51_part_2_before_a_court_needs_subpart_e_and_compulsion(self):
        self.part2()
        given = {"more": COURT, "basis": Basis.COURT_ORDER}
        order = ORDERED | {Fact.SUBPART_E_ORDER}
        assert self.refused(said=order, **given) == (Reason.OVERRIDE_INCOMPLETE,)
        assert self.let_out(self.item, said=order | {Fact.COMPULSION}, **given)

    def test_row_52_oversight_the_coroner_and_a_defense_against_that_member_pass(self):
        for basis, more in (
            (Basis.OVERSIGHT, {}),
            (Basis.CORONER, {}),
            (Basis.LEGAL_DEFENSE, {"suing": [self.ana.member.pk]}),
        ):
            with self.subTest(basis=basis):
                assert self.let_out(self.item, basis, said=frozenset(), **more)

    def test_row_52_a_defense_against_somebody_else_stays(self):
        found = self.refused(Basis.LEGAL_DEFENSE, said=frozenset())
        assert found == (Reason.OVERRIDE_INCOMPLETE,)

    def test_row_53_who_refused_is_let_out_by_two_and_the_refusal_is_noted(self):
        request = self.asked(self.item)
        decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, request).code)

        override = self.urgently(self.item)

        assert not override.urgent
        assert refusal_noted(self.sue, override) and not refusal_noted(self.cody, override)
        with pytest.raises(OverrideWithheld) as alone:
            self.lets_out(override)
        assert alone.value.reasons == (Reason.OVERRIDE_INCOMPLETE,)
        self.approves(override)
        assert self.lets_out(override)

    def test_row_54_without_a_second_person_it_stays(self):
        override = self.requests(self.item)
        with pytest.raises(OverrideWithheld) as alone:
            self.lets_out(override)
        assert alone.value.reasons == (Reason.OVERRIDE_INCOMPLETE,)

    def test_row_54_minutes_count_and_one_person_decides_alone(self):
        override = self.urgently(self.item)
        assert override.urgent
        assert self.lets_out(override)

    def test_row_55_without_keys_nothing_goes_and_nothing_is_written(self):
        override = self.requests(self.item)
        self.approves(override)
        entries = Entry.objects.count()
        key_ring.forget()
        with override_settings(GROUPCARE_KEYS_DIR="/nowhere/keys"), pytest.raises(Keyless):
            self.lets_out(override)
        key_ring.forget()
        assert not Release.objects.exists()
        assert Entry.objects.count() == entries

"""R113 to R115: the library keeps every version, shows rules, and never touches the gate."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Practice, StaffRole
from audit.models import Entry
from audit.queries import ground_of
from consent.services.release import Withheld
from ethics import queries
from ethics.models import Confirmation, JurisdictionRule, PolicyReference
from ethics.services.library import add_policy, change_policy, confirm_entry, load_library
from sessions_app.rules import Problem
from tests.cast import CastTestCase, refused

LESS, MORE = PolicyReference.Compared.LESS, PolicyReference.Compared.MORE


class WithALibrary(CastTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        load_library()

    def policy(self, by=None, **more):
        given = {
            "title": "Records leave with two signatures",
            "says": "Nothing leaves before two of us have signed.",
            "once": uuid4(),
            **more,
        }
        return add_policy(by=by or self.adam, **given)

    def changed(self, policy, by=None, **more):
        given = {
            "title": policy.title,
            "says": "Nothing leaves before three of us have signed.",
            "seen": policy.version,
            **more,
        }
        return change_policy(by=by or self.sue, code=policy.code, **given)


class TheSharedLibrary(WithALibrary):
    def test_loading_twice_adds_nothing(self):
        before = PolicyReference.objects.count(), JurisdictionRule.objects.count()
        assert load_library() == 0
        assert (PolicyReference.objects.count(), JurisdictionRule.objects.count()) == before

    def test_a_fact_that_changed_becomes_a_version_and_the_old_one_stays(self):
        there = PolicyReference.objects.get(code="aca-b6e")
        other = PolicyReference(
            **{f.attname: getattr(there, f.attname) for f in there._meta.concrete_fields}
        )
        other.pk, other.version, other.says = uuid4(), 2, "Something else."
        other.save(force_insert=True)
        assert load_library() == 1
        newest, older, first = queries.versions_of(self.fay, "aca-b6e")
        assert (newest.version, newest.says) == (3, first.says)
        assert older.says == "Something else."

    def test_everybody_of_every_practice_finds_it(self):
        for by in (self.fay, self.sue, self.adam, self.zoe):
            assert len(queries.references(by)) == len(queries.references(self.fay))

    def test_nobody_changes_what_is_everybodys(self):
        with pytest.raises(PolicyReference.DoesNotExist):
            change_policy(by=self.adam, code="aca-b6e", seen=1, title="Ours", says="Ours.")

    def test_it_is_found_by_kind_place_and_words(self):
        found = queries.references(self.fay, kind="federal", words="medical personnel emergency")
        assert [one.code for one in found] == ["part2-51"]
        california = queries.references(self.fay, kind="state", place="US-CA")
        assert {"tarasoff", "ca-evid-912b"} <= {one.code for one in california}
        assert "dc-group" not in {one.code for one in california}
        assert queries.references(self.fay, words="<script>alert(1)</script>") == []


class RulesOfAPlace(WithALibrary):
    def test_every_ground_of_an_emergency_has_its_rules_at_once(self):
        beside = queries.rules_by_basis(self.practice, self.today, part2=False)
        assert [one.code for one in beside["THREAT"]] == ["protect-ny", "threat-us"]
        assert beside["THREAT"][0].duty == JurisdictionRule.Duty.PERMISSIVE
        assert [one.code for one in beside["COURT_ORDER"]] == ["court-us"]
        assert beside["WISH"] == []

    def test_part_2_stands_first_beside_its_records(self):
        beside = queries.rules_by_basis(self.practice, self.today, part2=True)
        assert [one.code for one in beside["COURT_ORDER"]] == ["part2-court-us", "court-us"]
        codes = [one.code for one in beside["THREAT"]]
        assert codes == ["part2-threat-us", "protect-ny", "threat-us"]

    def test_it_says_when_the_practice_looked_a_rule_up(self):
        confirm_entry(by=self.sue, code="threat-us", version=1)
        [state, federal] = queries.rules_by_basis(self.practice, self.today, part2=False)["THREAT"]
        assert (state.verified_on, federal.verified_on) == (None, self.today)

    def test_where_the_library_knows_nothing_it_shows_nothing(self):
        nowhere = Practice(pk=self.practice.pk, jurisdiction="JP", time_zone="Asia/Tokyo")
        assert not queries.rules_by_basis(nowhere, self.today, part2=True)


class APracticesOwnPolicy(WithALibrary):
    def test_sent_twice_it_is_there_once(self):
        once = uuid4()
        assert self.policy(once=once) == self.policy(once=once)
        assert PolicyReference.objects.filter(practice=self.practice).count() == 1

    def test_another_practice_never_finds_it(self):
        policy = self.policy()
        assert policy.code not in {one.code for one in queries.references(self.zoe)}
        with pytest.raises(PolicyReference.DoesNotExist):
            queries.cited(self.zoe, policy.code, 1)
        with pytest.raises(PolicyReference.DoesNotExist):
            self.changed(policy, by=self.zoe_administrating())

    def test_who_leads_a_group_does_not_write_policies(self):
        for by in (self.fay, self.ana.actor):
            with pytest.raises(StaffRole.DoesNotExist):
                self.policy(by=by)

    def test_a_change_is_a_version_and_the_old_one_is_still_read(self):
        policy = self.policy()
        later = self.changed(policy)
        assert later.version == 2
        assert queries.current(self.fay, policy.code) == later
        assert queries.cited(self.fay, policy.code, 1).reference.says == policy.says

    def test_a_change_that_is_sent_twice_is_one_version(self):
        policy = self.policy()
        assert self.changed(policy) == self.changed(policy)

    def test_two_who_change_it_at_once_are_told(self):
        policy = self.policy()
        self.changed(policy)
        with refused(Problem.CHANGED_MEANWHILE):
            self.changed(policy, says="Nothing leaves at all.")

    def test_the_database_keeps_every_version(self):
        policy = self.policy()
        with pytest.raises(DatabaseError), transaction.atomic():
            PolicyReference.objects.filter(pk=policy.pk).update(says="Everything leaves.")

    def test_what_it_may_not_be(self):
        table = [
            ({"title": " "}, Problem.REQUIRED),
            ({"title": "x" * 121}, Problem.TOO_LONG),
            ({"says": "…"}, Problem.REQUIRED),
            ({"says": "x" * 2_001}, Problem.TOO_LONG),
            ({"says": "a\0b"}, Problem.CANNOT_BE_KEPT),
            ({"number": "1" * 41}, Problem.TOO_LONG),
            (
                {
                    "effective_from": self.today,
                    "effective_until": self.today - timedelta(days=1),
                },
                Problem.ENDS_BEFORE_START,
            ),
            ({"compared": LESS}, Problem.REQUIRED),
            ({"relates_to": "aca-b6e"}, Problem.REQUIRED),
            ({"relates_to": "aca-b6e", "compared": "none"}, Problem.UNKNOWN),
            ({"relates_to": "no-such-code", "compared": LESS}, Problem.UNKNOWN),
        ]
        for given, problem in table:
            with self.subTest(given=given), refused(problem):
                self.policy(**given)
        assert not PolicyReference.objects.filter(practice=self.practice).exists()

    def test_another_practices_policy_is_nothing_to_compare_with(self):
        theirs = self.policy(by=self.zoe_administrating())
        with refused(Problem.UNKNOWN):
            self.policy(relates_to=theirs.code, compared=MORE)

    def test_hostile_words_stay_words(self):
        says = "<img src=x onerror=alert(1)> {{ 7|add:7 }} '; DROP TABLE ethics_policyreference; --"
        assert queries.current(self.fay, self.policy(says=says).code).says == says

    def zoe_administrating(self):
        return type(self.zoe)(self.zoe.practice, self.zoe.user, "administrator", self.zoe.sign_in)


class ACitationPastItsDay(WithALibrary):
    def test_it_says_until_when_and_which_one_is_in_force_now(self):
        policy = self.policy()
        self.changed(policy, effective_from=self.today - timedelta(days=3))
        cited = queries.cited(self.fay, policy.code, 1)
        assert not cited.standing.in_force
        assert cited.standing.ended == self.today - timedelta(days=4)
        assert cited.now and cited.now.version == 2

    def test_one_that_ended_and_has_no_other_says_so(self):
        policy = self.policy(
            effective_from=self.today - timedelta(days=9),
            effective_until=self.today - timedelta(days=2),
        )
        cited = queries.cited(self.fay, policy.code, 1)
        assert (cited.standing.in_force, cited.now) == (False, None)
        assert cited.standing.ended == self.today - timedelta(days=2)
        with pytest.raises(PolicyReference.DoesNotExist):
            queries.current(self.fay, policy.code)

    def test_an_edition_that_was_replaced_names_the_one_that_took_its_place(self):
        cited = queries.cited(self.fay, "nohs-7", 1)
        assert not cited.standing.in_force
        assert cited.now and cited.now.code == "nohs-2024"

    def test_a_case_is_offered_what_is_in_force_alone(self):
        self.policy(effective_until=self.today - timedelta(days=2))
        offered = {one.code for _, group in queries.citations(self.fay) for one in group}
        assert "nohs-7" not in offered and "nohs-2024" in offered
        assert not any(code.startswith("Y-") for code in offered)

    def test_a_version_that_never_was_is_not_found(self):
        with pytest.raises(PolicyReference.DoesNotExist):
            queries.cited(self.fay, "aca-b6e", 9)


class LookingItUp(WithALibrary):
    def test_nothing_is_verified_before_somebody_did_it(self):
        assert {one.verified_on for one in queries.references(self.fay)} == {None}

    def test_a_supervisor_says_it_holds_and_it_stands_for_the_practice(self):
        confirm_entry(by=self.sue, code="aca-b6e", version=1)
        [found] = [one for one in queries.references(self.fay) if one.code == "aca-b6e"]
        assert (found.verified_on, found.verified_by_id) == (self.today, self.sue.user)
        [theirs] = [one for one in queries.references(self.zoe) if one.code == "aca-b6e"]
        assert theirs.verified_on is None

    def test_a_new_version_has_to_be_looked_up_anew(self):
        policy = self.policy()
        confirm_entry(by=self.sue, code=policy.code, version=1)
        self.changed(policy)
        newest, first = queries.versions_of(self.fay, policy.code)
        assert (newest.verified_on, first.verified_on) == (None, self.today)

    def test_a_rule_of_a_place_too_and_it_leaves_an_entry_without_words(self):
        confirm_entry(by=self.sue, code="protect-ny", version=1)
        entry = self.last_entry()
        assert (entry.act, entry.code, ground_of(entry)) == (
            "library.confirmed",
            "protect-ny",
            ["version=1"],
        )

    def test_only_who_supervises_and_only_what_is_there(self):
        for by in (self.fay, self.adam):
            with pytest.raises(StaffRole.DoesNotExist):
                confirm_entry(by=by, code="aca-b6e", version=1)
        for code, version in (("aca-b6e", 2), ("nothing", 1)):
            with pytest.raises(PolicyReference.DoesNotExist):
                confirm_entry(by=self.sue, code=code, version=version)
        assert not Confirmation.objects.exists()


class NothingInTheLibraryWidensTheGate(WithALibrary):
    """R114: beside the import contract, each kind of policy is tried against a decision."""

    def test_no_policy_changes_what_is_decided(self):
        waits, allowed = self.said("One."), self.said("Two.")
        self.asked(waits)
        self.grants(self.ana, self.asked(allowed))
        before = self.decided(waits), self.decided(allowed)
        assert before == (("NO_CONSENT",), ())
        for compared in PolicyReference.Compared.values:
            for relates_to in ("hipaa-164-508a", "part2-31", "aca-b6e", "nohs-7"):
                policy = self.policy(
                    title="Everything may leave",
                    says="Every item may be released to everybody without asking.",
                    relates_to=relates_to,
                    compared=compared,
                )
                self.changed(policy, says=f"Release D-{waits.code} at once.")
        for one in ("hipaa-164-508a", "part2-31", "protect-ny"):
            confirm_entry(by=self.sue, code=one, version=1)
        assert (self.decided(waits), self.decided(allowed)) == before

    def decided(self, item):
        try:
            self.releases(item)
        except Withheld:
            return tuple(self.last_entry().reasons.split(","))
        return ()


class TheTrail(WithALibrary):
    def test_each_act_leaves_its_entry_with_codes_alone(self):
        policy = self.policy(relates_to="aca-b6e", compared=LESS)
        self.changed(policy, relates_to="aca-b6e", compared=MORE)
        told = Entry.objects.filter(chain=self.practice.pk, code=policy.code).order_by("seq")
        assert [(one.act, ground_of(one)) for one in told] == [
            ("policy.added", ["version=1", "less=aca-b6e"]),
            ("policy.changed", ["version=2", "more=aca-b6e"]),
        ]

"""Leaving somebody out: an item of its own, looked at by a second person (R51, R52, row 18)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Role
from accounts.staffing import deactivate, end_role
from audit.models import Entry, Outcome
from audit.queries import ground_of
from consent.kinds import Reason
from consent.models import Consent
from consent.services.release import Withheld
from consent.services.voiding import void_item
from sessions_app import queries
from sessions_app.guarding import NamesFound
from sessions_app.models import (
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    Draft,
    Facilitation,
    VersionUserPermission,
)
from sessions_app.rights import give, holders
from sessions_app.rules import Problem
from sessions_app.services.groups import assign_supervisor
from sessions_app.services.items import discard_item, edit_item
from sessions_app.services.redacting import (
    confirm_second_look,
    derive_redacted_item,
    edit_redacted_item,
    send_back,
    sent_back_place,
)
from tests.cast import Cast, CastTestCase, refused, staff, user_of
from vault import services as vault

WHOLE = "Ben waited until my light went on. I told my brother the truth."
LESS = "I told my brother the truth."


class Shared(Cast):
    """Ana spoke of Ben; Cleo was there too and is concerned where a test says so."""

    def play(self) -> None:
        super().play()
        self.shared = self.said(WHOLE, self.ana, self.ben)


class Redacting(Shared, CastTestCase):
    stage = Shared

    def version(self, item: Disclosure) -> DisclosureVersion:
        return DisclosureVersion.objects.get(
            disclosure=item, number=Disclosure.objects.get(pk=item.pk).current_version
        )

    def reviewers(self, item: Disclosure) -> set[Any]:
        return holders(VersionUserPermission, "review_version", self.version(item))

    def changed(self, item: Disclosure, text: str, by: Any = None, **more: Any) -> Disclosure:
        return edit_redacted_item(
            by=by or self.fay,
            code=item.code,
            seen_version=more.pop("seen", item.current_version),
            concerned=more.pop("concerned", [self.ana.member.pk]),
            text=text,
            guard=self.guard(),
        )


class Deriving(Redacting):
    def test_it_is_an_item_of_its_own_with_its_own_key_and_nothing_carried_over(self):
        request = self.asked(self.shared)
        self.grants(self.ana, request)
        item = self.redacted(self.shared, LESS)
        assert item.code != self.shared.code
        assert item.redacted_from_id == self.shared.pk
        assert item.state == Disclosure.State.DRAFT
        assert item.record_class == self.shared.record_class
        assert [s.member_id for s in self.version(item).subjects.all()] == [self.ana.member.pk]
        assert not Consent.objects.filter(version__disclosure=item).exists()
        version = self.version(item)
        own = vault.fingerprint(LESS, owner=item.pk)
        assert bytes(version.digest) == own != vault.fingerprint(LESS, owner=self.shared.pk)

    def test_the_entry_carries_both_codes_and_stands_at_the_new_item(self):
        item = self.redacted(self.shared, LESS)
        entry = Entry.objects.get(act="item.redacted")
        assert entry.object_id == item.pk and entry.code == item.code
        assert set(ground_of(entry)) == {item.code, self.shared.code}
        assert not Entry.objects.filter(act="item.redacted", object_id=self.shared.pk).exists()

    def test_sent_twice_it_is_made_once(self):
        once = uuid4()
        first = self.redacted(self.shared, LESS, once=once)
        assert self.redacted(self.shared, LESS, once=once).pk == first.pk
        assert Disclosure.objects.filter(redacted_from=self.shared).count() == 1

    def test_both_originators_read_it_and_the_speaker_who_stays(self):
        item = self.redacted(self.shared, LESS)
        readers = holders(DisclosureUserPermission, "read_disclosure", item)
        assert readers == {self.fay.user, self.cody.user, self.ana.actor.user}

    def test_a_speaker_who_is_left_out_is_no_speaker_and_no_reader(self):
        item = self.redacted(self.shared, "I waited until a light went on.", self.ben)
        assert item.speaker_id is None
        assert self.ana.actor.user not in holders(DisclosureUserPermission, "read_disclosure", item)

    def test_a_name_of_somebody_left_out_is_found(self):
        for text in ("Ben waited. It helped.", "B.B. waited.", "brandt waited."):
            with self.subTest(text), pytest.raises(NamesFound):
                self.redacted(self.shared, text)

    def test_a_name_of_a_member_whom_the_item_never_concerned_is_found(self):
        with pytest.raises(NamesFound):
            self.redacted(self.shared, "Cleo looked at me.")

    def test_those_who_stay_may_be_named(self):
        assert self.redacted(self.shared, "Ana told the truth.").code

    def test_the_set_is_smaller_and_not_empty_and_of_the_same_people(self):
        ana, ben, cleo = (one.member.pk for one in (self.ana, self.ben, self.cleo))
        three = self.said("Ben and Cleo waited.", self.ana, self.ben, self.cleo)
        table = [
            (self.shared, [], Problem.REQUIRED),
            (self.shared, [ana, ben], Problem.NOT_FEWER),
            (self.shared, [cleo], Problem.NOT_FEWER),
            (self.shared, [ana, cleo], Problem.NOT_FEWER),
            (three, [ben, cleo], Problem.SPEAKER_LEFT_OUT),
        ]
        for original, concerned, problem in table:
            with self.subTest(problem=problem, n=len(concerned)), refused(problem):
                derive_redacted_item(
                    by=self.fay,
                    code=original.code,
                    seen_version=1,
                    concerned=concerned,
                    text=LESS,
                    once=uuid4(),
                    guard=self.guard(),
                )

    def test_an_item_about_one_has_nobody_to_leave_out(self):
        with refused(Problem.NOT_FEWER):
            self.redacted(self.said("I slept."), "I did.")

    def test_the_same_words_are_not_redacted(self):
        same = self.said("I waited until the light went on.", self.ana, self.ben)
        with refused(Problem.SAME_WORDS):
            self.redacted(same, "I waited until the light went on.")

    def test_a_guard_that_does_not_know_everybody_concerned_is_refused(self):
        guard = self.guard()
        blind = type(guard)([one for one in guard.roster if one.member != self.ben.member.pk])
        with refused(Problem.NOT_ON_THE_ROSTER):
            derive_redacted_item(
                by=self.fay,
                code=self.shared.code,
                seen_version=1,
                concerned=[self.ana.member.pk],
                text="Ben waited.",
                once=uuid4(),
                guard=blind,
            )

    def test_an_item_that_changed_meanwhile_is_looked_at_again_first(self):
        edit_item(
            by=self.cody,
            code=self.shared.code,
            seen_version=1,
            concerned=[self.ben.member.pk],
            text="Ben waited longer.",
            guard=self.guard(),
        )
        with refused(Problem.CHANGED_MEANWHILE):
            self.redacted(self.shared, LESS)

    def test_nothing_is_made_of_an_item_entered_in_error(self):
        void_item(by=self.fay, code=self.shared.code)
        with refused(Problem.CLOSED):
            self.redacted(self.shared, LESS)

    def test_who_does_not_lead_the_group_finds_nothing_to_redact(self):
        for by in (self.otto, self.sue, self.ana.actor, self.zoe):
            with self.subTest(by=by.role), pytest.raises(Disclosure.DoesNotExist):
                derive_redacted_item(
                    by=by,
                    code=self.shared.code,
                    seen_version=1,
                    concerned=[self.ana.member.pk],
                    text=LESS,
                    once=uuid4(),
                    guard=self.guard(),
                )

    def test_the_ordinary_edit_does_not_reach_a_redacted_item(self):
        item = self.redacted(self.shared, LESS)
        with pytest.raises(Disclosure.DoesNotExist):
            edit_item(
                by=self.fay,
                code=item.code,
                seen_version=1,
                concerned=[self.ben.member.pk],
                text="Ben waited.",
                guard=self.guard(),
            )

    def test_an_item_others_were_made_from_is_not_taken_out(self):
        item = self.redacted(self.shared, LESS)
        with refused(Problem.REDACTED):
            discard_item(by=self.fay, code=self.shared.code)
        discard_item(by=self.fay, code=item.code)
        discard_item(by=self.fay, code=self.shared.code)
        assert not Disclosure.objects.filter(pk__in=[item.pk, self.shared.pk]).exists()


class SecondLook(Redacting):
    def test_the_other_originator_is_asked_and_nobody_else(self):
        item = self.redacted(self.shared, LESS)
        assert self.reviewers(item) == {self.cody.user}

    def test_the_one_who_made_it_never_looks_even_with_the_right(self):
        item = self.redacted(self.shared, LESS)
        give(VersionUserPermission, "review_version", self.fay.user, self.version(item))
        with pytest.raises(DisclosureVersion.DoesNotExist):
            self.looked_at(item, by=self.fay)
        item.refresh_from_db()
        assert item.second_look_at is None

    def test_whoever_had_a_hand_in_an_earlier_version_does_not_look_either(self):
        item = self.redacted(self.shared, LESS)
        item = self.changed(item, "I told somebody the truth.", by=self.cody)
        assert self.reviewers(item) == {self.sue.user}
        for by in (self.fay, self.cody):
            with pytest.raises(DisclosureVersion.DoesNotExist):
                self.looked_at(item, by=by)
        self.looked_at(item, by=self.sue)

    def test_a_look_is_noted_with_who_and_when_and_the_right_ends_with_it(self):
        item = self.redacted(self.shared, LESS)
        item = self.looked_at(item)
        item.refresh_from_db()
        assert item.second_look_by_id == self.cody.user and item.second_look_at
        assert self.reviewers(item) == set()
        entry = Entry.objects.get(act="item.second_look")
        assert (entry.actor, entry.object_id) == (self.cody.user, item.pk)
        with pytest.raises(DisclosureVersion.DoesNotExist):
            self.looked_at(item)

    def alone(self) -> None:
        """Cody leaves: Fay is the only one who leads the group."""
        yesterday = self.today - timedelta(days=1)
        Facilitation.objects.filter(group=self.group, user=self.cody.user).update(until=yesterday)

    def test_where_one_leads_alone_an_assigned_supervisor_looks(self):
        self.alone()
        item = self.redacted(self.shared, LESS)
        assert self.reviewers(item) == {self.sue.user}
        [version] = queries.looks_asked_of(self.sue)
        assert version.disclosure_id == item.pk
        self.looked_at(item, by=self.sue)
        assert self.reviewers(item) == set()
        assert not queries.looks_asked_of(self.sue).exists()

    def test_the_supervisors_right_reaches_this_text_and_no_item(self):
        self.alone()
        item = self.redacted(self.shared, LESS)
        assert not queries.originated_by(self.sue).exists()
        assert not queries.readable_versions(self.sue).exists()
        with pytest.raises(Disclosure.DoesNotExist):
            queries.own_item(self.sue, item.code)

    def test_a_supervisor_whose_time_is_over_does_not_look(self):
        self.alone()
        item = self.redacted(self.shared, LESS)
        self.group.supervisions.update(until=self.today - timedelta(days=1))
        with pytest.raises(DisclosureVersion.DoesNotExist):
            self.looked_at(item, by=self.sue)

    def test_where_the_other_who_leads_has_left_the_house_a_supervisor_looks(self):
        deactivate(by=self.adam, person=self.cody.user)
        item = self.redacted(self.shared, LESS)
        assert self.reviewers(item) == {self.sue.user}
        self.looked_at(item, by=self.sue)

    def test_where_the_other_who_leads_is_no_facilitator_any_more_a_supervisor_looks(self):
        end_role(by=self.adam, person=self.cody.user, role=Role.FACILITATOR)
        assert self.reviewers(self.redacted(self.shared, LESS)) == {self.sue.user}

    def test_a_supervisor_who_has_left_is_not_asked(self):
        self.alone()
        simon = staff(self.practice, "Simon Said", Role.SUPERVISOR)
        assign_supervisor(by=self.adam, group=self.group, user=user_of(simon), since=self.today)
        deactivate(by=self.adam, person=self.sue.user)
        assert self.reviewers(self.redacted(self.shared, LESS)) == {simon.user}

    def test_supervisors_of_other_groups_are_not_asked(self):
        self.alone()
        self.group.supervisions.update(until=self.today - timedelta(days=1))
        assign_supervisor(
            by=self.adam, group=self.other_group, user=user_of(self.sue), since=self.today
        )
        item = self.redacted(self.shared, LESS)
        assert self.reviewers(item) == set()

    def test_any_edit_clears_the_look_and_asks_for_another(self):
        item = self.looked_at(self.redacted(self.shared, LESS))
        item = self.changed(item, "I told the truth.")
        item.refresh_from_db()
        assert item.second_look_at is None and item.second_look_by is None
        assert self.reviewers(item) == {self.cody.user}
        with refused(Problem.LOOK_WAITING):
            self.asked(item)

    def test_the_right_on_an_edited_version_is_gone(self):
        item = self.redacted(self.shared, LESS)
        before = self.version(item)
        self.changed(item, "I told the truth.")
        assert holders(VersionUserPermission, "review_version", before) == set()

    def test_a_look_at_a_version_that_was_changed_meanwhile_counts_for_nothing(self):
        item = self.redacted(self.shared, LESS)
        self.changed(item, "I told the truth.")
        with refused(Problem.CHANGED_MEANWHILE):
            confirm_second_look(by=self.cody, code=item.code, seen_version=1)

    def test_an_edit_keeps_the_rules_of_the_making(self):
        item = self.redacted(self.shared, LESS)
        with pytest.raises(NamesFound):
            self.changed(item, "Ben waited.")
        both = [self.ana.member.pk, self.ben.member.pk]
        with refused(Problem.NOT_FEWER):
            self.changed(item, "I waited.", concerned=both)
        with refused(Problem.CHANGED_MEANWHILE):
            self.changed(item, "I waited.", seen=2)

    def test_entered_in_error_ends_the_look(self):
        item = self.redacted(self.shared, LESS)
        void_item(by=self.fay, code=item.code)
        assert self.reviewers(item) == set()
        with pytest.raises(DisclosureVersion.DoesNotExist):
            self.looked_at(item)

    def test_sent_back_the_reason_waits_sealed_for_the_writer_until_the_next_version(self):
        item = self.redacted(self.shared, LESS)
        send_back(by=self.cody, code=item.code, seen_version=1, reason="The brother is known.")
        assert self.reviewers(item) == set()
        [told] = Draft.objects.filter(place=sent_back_place(item))
        assert told.user_id == self.fay.user
        assert b"brother" not in bytes(told.text_sealed)
        assert Entry.objects.get(act="item.sent_back").actor == self.cody.user
        with refused(Problem.LOOK_WAITING):
            self.asked(item)
        item = self.changed(item, "I told the truth.")
        assert not Draft.objects.filter(place=sent_back_place(item)).exists()
        assert self.reviewers(item) == {self.cody.user}

    def test_nothing_is_sent_back_without_a_reason(self):
        item = self.redacted(self.shared, LESS)
        with refused(Problem.REQUIRED):
            send_back(by=self.cody, code=item.code, seen_version=1, reason=" ")
        assert self.reviewers(item) == {self.cody.user}


class AskingAndReleasing(Redacting):
    def test_nobody_is_asked_before_the_look(self):
        item = self.redacted(self.shared, LESS)
        with refused(Problem.LOOK_WAITING):
            self.asked(item)
        assert self.asked(self.looked_at(item))

    def test_before_the_look_a_release_is_withheld_for_that(self):
        item = self.redacted(self.shared, LESS)
        with pytest.raises(Withheld):
            self.releases(item)
        entry = self.last_entry()
        assert entry.outcome == Outcome.WITHHOLD
        assert Reason.REDACTION_UNCHECKED in entry.reasons.split(",")

    def test_a_look_that_is_missing_withholds_all_by_itself(self):
        item = self.looked_at(self.redacted(self.shared, LESS))
        self.grants(self.ana, self.asked(item))
        Disclosure.objects.filter(pk=item.pk).update(second_look_at=None)
        with pytest.raises(Withheld):
            self.releases(item)
        assert self.last_entry().reasons == Reason.REDACTION_UNCHECKED

    def test_looked_at_and_allowed_by_those_it_concerns_it_goes_out_alone(self):
        self.asked(self.shared)
        item = self.looked_at(self.redacted(self.shared, LESS))
        self.grants(self.ana, self.asked(item))
        released = self.releases(item)
        assert [one.version.disclosure_id for one in released.items.all()] == [item.pk]
        with pytest.raises(Withheld):
            self.releases(self.shared)

    def test_the_one_who_stays_without_the_speaker_is_asked_and_shown_it(self):
        item = self.redacted(self.shared, "I waited until a light went on.", self.ben)
        self.looked_at(item)
        request = self.asked(item)
        members = Consent.objects.filter(request=request).values_list("member", flat=True)
        assert list(members) == [self.ben.member.pk]
        assert [v.disclosure_id for v in queries.words_about(self.ben.actor)] == [item.pk]
        assert item.pk not in {v.disclosure_id for v in queries.words_about(self.ana.actor)}

    def test_who_was_left_out_finds_nothing_of_it(self):
        item = self.looked_at(self.redacted(self.shared, LESS))
        self.grants(self.ana, self.asked(item))
        self.releases(item)
        assert not queries.readable_versions(self.ben.actor).filter(disclosure=item).exists()
        assert not Consent.objects.filter(member=self.ben.member, version__disclosure=item).exists()

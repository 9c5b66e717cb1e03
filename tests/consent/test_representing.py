"""R81, R82 and rows 30 to 36 through the services: who signs, for how long, and who says so.

Ana is a minor unless it is said otherwise; Paula speaks for her, Sue confirmed it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation
from accounts.services import StepUpRefused
from audit.models import Entry
from consent import queries
from consent.facts import facts_of
from consent.kinds import Kind, Reason
from consent.models import Consent, ConsentEvent, ConsentRequest, Notice
from consent.queries import AnswerSeen, Standing
from consent.services.deciding import decline_consent, grant_consent, grant_scope, revoke_consent
from consent.services.deciding_for import deny_for, show_words_for
from consent.services.erasing import erase_member
from consent.services.freezing import freeze
from consent.services.holding import hold_consent
from consent.services.previewing import preview
from consent.services.release import Withheld
from consent.services.representing import (
    bar_representative,
    correct_scope,
    correct_standing,
    end_representation,
    record_standing,
)
from consent.services.sweeping import sweep_authorities, sweep_ended
from consent.services.together import revoke_everything
from consent.services.verdicts import item_asked_for
from consent.standings import standings_of
from oversight.queries import open_alarms
from sessions_app import queries as sessions
from sessions_app.models import (
    Authority,
    DisclosureVersion,
    LegalStanding,
    Membership,
    Representation,
    TherapyGroup,
    VersionUserPermission,
    WhoSigns,
    local_midnight,
)
from sessions_app.rights import give, holders
from sessions_app.rules import Problem
from sessions_app.services.groups import add_facilitator
from sessions_app.services.items import edit_item
from sessions_app.services.stints import end_stint
from tests.cast import CastTestCase, proven, refused, sign_in, user_of
from tests.consent.by_hand import change, delete
from tests.consent.test_deciding import no_keys
from tests.pages.visible import blocks
from tests.speaking_for import SpeakingFor, comes_of_age, ended_yesterday

MOVES = re.compile(r"[A-Z]-[0-9A-Z]{6}|[0-9]+:[0-9:]+|[0-9A-Fa-f-]{36}")


def told_on(who: Any, path: str) -> list[str]:
    """What a page says, without codes and the time of day."""
    client = Client()
    sign_in(client, who)
    return [MOVES.sub("", block) for block in blocks(client.get(path).content.decode())]


@contextmanager
def rolled_back() -> Iterator[None]:
    here = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(here)


class Speaking(SpeakingFor, CastTestCase):
    def setUp(self):
        self.item = self.said()
        self.request = self.asked(self.item)
        self.consent = self.consent_of(self.ana, self.request)

    def current(self):
        return sessions.current_version(sessions.own_item(self.fay, self.item.code))

    def withheld_for(self, *reasons: str) -> None:
        with pytest.raises(Withheld):
            self.releases(self.item)
        tried = Entry.objects.filter(act="release").order_by("-seq")[0]
        assert tried.reasons.split(",") == sorted(reasons)

    def seen_by_fay(self):
        [answer] = queries.answers(self.request, self.current(), timezone.now())
        return answer.seen

    def hers(self) -> Consent:
        return queries.own_consent(self.ana.actor, self.consent.code)

    def corrected(self, signs: WhoSigns, of_age_on=None) -> None:
        correct_standing(
            by=self.sue,
            group=self.group,
            member_code=self.ana.member.code,
            signs=signs,
            of_age_on=of_age_on,
            died=False,
            step_up_id=proven(self.sue, correct_scope(self.ana.member, signs, of_age_on)),
        )


class AMinor(Speaking):
    def setUp(self):
        super().setUp()
        self.minor(self.ana)
        self.representation, self.paula = self.recorded(self.ana)

    def test_row_30_her_mother_signs_without_reading_and_it_goes_out(self):
        self.confirmed(self.representation)
        with pytest.raises(DisclosureVersion.DoesNotExist):
            show_words_for(by=self.paula, consent=self.consent)
        event = self.signs_for(self.paula, self.consent)

        assert event.by_id == self.paula.user
        assert self.seen_by_fay() is AnswerSeen.AGREED
        assert self.releases(self.item)

    def test_row_30_her_own_signature_alone_is_not_taken(self):
        with refused(Problem.ANOTHER_SIGNS):
            self.grants(self.ana, self.request)

    def test_what_she_signed_before_anybody_knew_counts_no_more(self):
        self.signs(self.cleo)
        other = self.said("I slept well.", self.cleo)
        self.grants(self.cleo, self.asked(other))
        assert self.releases(other)
        self.minor(self.cleo)

        with pytest.raises(Withheld):
            self.releases(other)

    def test_before_a_second_person_confirms_nobody_speaks_for_her(self):
        with pytest.raises(Consent.DoesNotExist):
            self.signs_for(self.paula, self.consent)
        assert queries.represented(self.paula) == {}

    def test_a_no_of_hers_counts_whoever_signs(self):
        self.confirmed(self.representation)
        self.signs_for(self.paula, self.consent)
        decline_consent(by=self.ana.actor, code=self.consent.code)

        self.withheld_for("REVOKED")

    def test_her_mother_takes_back_what_she_gave_without_keys(self):
        self.confirmed(self.representation)
        self.signs_for(self.paula, self.consent)
        with mock.patch("vault.key_ring.current", side_effect=AssertionError):
            event = deny_for(by=self.paula, code=self.consent.code)

        assert event.kind == Kind.REVOKED
        self.withheld_for("REVOKED")

    def test_whoever_was_let_in_anew_by_others_allows_nothing_for_three_days(self):
        self.confirmed(self.representation)
        Invitation.objects.create(
            user=user_of(self.paula),
            recovery=True,
            code_digest="0" * 64,
            until=timezone.now() + timedelta(days=1),
            used_at=timezone.now(),
        )

        with refused(Problem.JUST_RECOVERED):
            self.signs_for(self.paula, self.consent)
        assert Entry.objects.filter(act="grant.held", actor=self.paula.user).exists()

    def test_she_reads_only_if_her_authority_says_so(self):
        self.confirmed(self.representation)
        reader = self.speaks_for(self.ana, "Peter Almeida", may_read=True)

        shown = show_words_for(by=reader, consent=self.consent)

        assert shown.version == self.current()
        assert holders(VersionUserPermission, "read_version", self.current()) == {reader.user}
        both = {self.ana.actor.user, self.paula.user, reader.user}
        assert holders(VersionUserPermission, "decide_version", self.current()) == both

    def test_while_frozen_she_reads_what_her_child_said_and_not_what_another_did(self):
        self.signs(self.cleo)
        told = self.said("Ana waited for me.", self.cleo, self.ana)
        request = self.asked(told)
        self.grants(self.cleo, request)
        petra = self.speaks_for(self.ana, "Petra Almeida", may_read=True)
        about = self.consent_of(self.ana, request)
        assert show_words_for(by=petra, consent=about)
        freeze(by=self.sue)

        with pytest.raises(DisclosureVersion.DoesNotExist):
            show_words_for(by=petra, consent=about)
        assert show_words_for(by=petra, consent=self.consent)

    def test_row_33_a_barred_one_neither_signs_nor_has_signed(self):
        self.confirmed(self.representation)
        self.signs_for(self.paula, self.consent)
        bar_representative(by=self.fay, representation_id=self.representation.pk)

        self.withheld_for("REPRESENTATIVE_BARRED")
        assert queries.represented(self.paula) == {}
        with pytest.raises(Consent.DoesNotExist):
            deny_for(by=self.paula, code=self.consent.code)
        assert holders(VersionUserPermission, "decide_version", self.current()) == {
            self.ana.actor.user
        }

    def test_row_34_what_was_signed_under_an_authority_that_ended_is_asked_for_anew(self):
        self.confirmed(self.representation)
        self.signs_for(self.paula, self.consent)
        end_representation(by=self.sue, representation_id=self.representation.pk)

        self.withheld_for("REAFFIRM_REQUIRED")
        assert self.seen_by_fay() is AnswerSeen.NO_ANSWER_YET
        with pytest.raises(Consent.DoesNotExist):
            self.signs_for(self.paula, self.consent)

    def test_where_her_father_signed_too_it_goes_on_and_she_can_take_it_back(self):
        recorded = self.confirmed(self.representation)
        peter = self.speaks_for(self.ana, "Peter Almeida")
        self.signs_for(self.paula, self.consent)
        self.signs_for(peter, self.consent)
        end_representation(by=self.fay, representation_id=recorded.pk)

        assert self.releases(self.item)
        assert queries.standing(self.hers(), timezone.now()) is Standing.GRANTED
        assert self.seen_by_fay() is AnswerSeen.AGREED

    def test_a_yes_that_counts_no_more_can_be_taken_back_all_the_same(self):
        recorded = self.confirmed(self.representation)
        self.signs_for(self.paula, self.consent)
        end_representation(by=self.fay, representation_id=recorded.pk)

        assert queries.standing(self.hers(), timezone.now()) is Standing.EXPIRED
        page = told_on(self.ana.actor, f"/permissions/{self.consent.code}/")
        assert "Take it back" in page

    def test_an_authority_that_ended_yesterday_decides_nothing(self):
        recorded, peter = self.recorded(self.ana, "Peter Almeida")
        self.confirmed(recorded)
        assert list(queries.represented(peter)) == [self.ana.member.pk]
        ended_yesterday(recorded, self.sue)

        assert queries.represented(peter) == {}
        for answer in (
            lambda: self.signs_for(peter, self.consent),
            lambda: deny_for(by=peter, code=self.consent.code),
            lambda: show_words_for(by=peter, consent=self.consent),
        ):
            with pytest.raises(Consent.DoesNotExist):
                answer()

    def test_her_mother_of_another_member_finds_nothing(self):
        self.confirmed(self.representation)
        self.signs(self.cleo)
        other = self.consent_of(self.cleo, self.asked(self.said("Mine.", self.cleo)))
        with pytest.raises(Consent.DoesNotExist):
            self.signs_for(self.paula, other)

    def test_the_second_person_is_another_who_does_not_lead_the_group(self):
        for by in (self.fay, self.cody, self.adam, self.zoe):
            with pytest.raises(Representation.DoesNotExist):
                self.confirmed(self.representation, by=by)
        with pytest.raises(IntegrityError), transaction.atomic():
            Representation.objects.filter(pk=self.representation.pk).update(
                confirmed_by=self.fay.user, confirmed_at=timezone.now()
            )

    def test_confirming_twice_finds_nothing_to_confirm(self):
        self.confirmed(self.representation)
        with pytest.raises(Representation.DoesNotExist):
            self.confirmed(self.representation)

    def test_days_that_cannot_be_are_refused(self):
        with refused(Problem.DAY_TO_COME):
            self.recorded(self.ana, since=self.today + timedelta(days=1))
        with refused(Problem.ENDS_BEFORE_START):
            self.recorded(self.ana, until=self.today - timedelta(days=99))


class WhoLeftTheGroup(Speaking):
    """A stay that ended ends neither childhood nor life, and no permission either."""

    def leaves(self, days_ago: int = 0) -> None:
        until = self.today - timedelta(days=days_ago)
        code = self.ana.member.code
        end_stint(by=self.fay, group=self.group, member_code=code, until=until)

    def test_is_recorded_dead_and_their_words_stay(self):
        self.grants(self.ana, self.request)
        self.leaves()
        assert self.releases(self.item)
        self.dies(self.fay)

        self.withheld_for("SUBJECT_DECEASED")

    def test_gets_another_guardian_who_is_confirmed(self):
        self.minor(self.ana)
        first, _ = self.recorded(self.ana)
        self.confirmed(first)
        self.leaves()
        end_representation(by=self.fay, representation_id=first.pk)
        peter = self.speaks_for(self.ana, "Peter Almeida")

        self.signs_for(peter, self.consent)
        assert self.releases(self.item)

    def test_has_their_standing_corrected_by_whoever_reviews_the_group(self):
        self.minor(self.ana)
        self.leaves()
        scope = correct_scope(self.ana.member, WhoSigns.MEMBER, None, True)
        correct_standing(
            by=self.sue,
            group=self.group,
            member_code=self.ana.member.code,
            signs=WhoSigns.MEMBER,
            of_age_on=None,
            died=True,
            step_up_id=proven(self.sue, scope),
        )

        assert facts_of(self.item.pk).subjects[0].standing.died

    def test_is_not_found_by_who_came_to_lead_it_later(self):
        self.leaves(days_ago=1)
        add_facilitator(by=self.fay, group=self.group, user=user_of(self.otto), since=self.today)
        with pytest.raises(Membership.DoesNotExist):
            self.dies(self.otto)

    def dies(self, by) -> None:
        record_standing(
            by=by,
            group=self.group,
            member_code=self.ana.member.code,
            signs=WhoSigns.MEMBER,
            died=True,
        )


class ComingOfAge(Speaking):
    """Row 34: on the day, at the practice's midnight, and not before."""

    def setUp(self):
        super().setUp()
        self.minor(self.ana, of_age_on=self.today + timedelta(days=1))
        self.paula = self.speaks_for(self.ana)
        self.signs_for(self.paula, self.consent)

    def come_of_age(self) -> None:
        comes_of_age(self.ana.member, self.group, self.sue)

    def test_the_evening_before_it_still_counts(self):
        assert self.releases(self.item)

    def test_the_instant_is_the_practices_midnight(self):
        [stands] = standings_of(self.practice.pk, [self.ana.member.pk]).values()
        midnight = local_midnight(self.today + timedelta(days=1), self.practice)
        assert stands.standing.of_age_at == midnight

    def test_on_the_day_her_mothers_yes_has_to_be_given_again_by_herself(self):
        self.come_of_age()

        self.withheld_for("REAFFIRM_REQUIRED")
        assert queries.represented(self.paula) == {}
        assert [one.code for one in queries.reaffirm_waits(self.ana.actor)] == [self.consent.code]
        assert queries.standing(self.hers(), timezone.now()) is Standing.EXPIRED

    def test_she_gives_it_anew_and_it_counts_long_after_the_question(self):
        self.come_of_age()
        self.grants(self.ana, self.request)

        assert self.releases(self.item)
        assert queries.reaffirm_waits(self.ana.actor) == []

    def test_the_worker_lets_her_mothers_rights_go(self):
        self.come_of_age()
        give(VersionUserPermission, "decide_version", self.paula.user, self.current())

        assert sweep_authorities() == 1
        assert sweep_authorities() == 0
        assert self.paula.user not in holders(
            VersionUserPermission, "decide_version", self.current()
        )


class BothSign(Speaking):
    """Row 32: two grants, and both must stand."""

    def setUp(self):
        super().setUp()
        self.minor(self.ana, WhoSigns.BOTH)
        self.paula = self.speaks_for(self.ana)

    def test_hers_alone_is_not_enough(self):
        self.grants(self.ana, self.request)

        assert self.seen_by_fay() is AnswerSeen.NO_ANSWER_YET
        self.withheld_for("SECOND_SIGNATURE_MISSING")

    def test_her_mothers_alone_is_not_enough(self):
        self.signs_for(self.paula, self.consent)

        assert self.seen_by_fay() is AnswerSeen.NO_ANSWER_YET
        with pytest.raises(Withheld):
            self.releases(self.item)

    def test_a_no_or_a_hold_where_one_of_two_has_signed_looks_like_silence(self):
        for end, by in (
            (deny_for, self.paula),
            (decline_consent, self.ana.actor),
            (revoke_consent, self.ana.actor),
            (hold_consent, self.ana.actor),
            (revoke_everything, self.ana.actor),
        ):
            with self.subTest(end.__name__):
                Speaking.setUp(self)
                self.grants(self.ana, self.request)
                before = self.seen_by_fay(), self.why_it_stays()
                end(by=by, **({} if end is revoke_everything else {"code": self.consent.code}))

                assert before == (AnswerSeen.NO_ANSWER_YET, (Reason.SECOND_SIGNATURE_MISSING,))
                assert (self.seen_by_fay(), self.why_it_stays()) == before
                assert not Notice.objects.filter(kind=Notice.Kind.TAKEN_BACK).exists()
                with pytest.raises(Withheld):
                    self.releases(self.item)

    def why_it_stays(self):
        ask = partial(item_asked_for, self.fay, self.item.code)
        return (
            preview(by=self.fay, ask=ask, recipient=self.clinic, purpose="TREAT").stays[0].reasons
        )

    def test_both_together_go_out_in_whichever_order(self):
        self.grants(self.ana, self.request)
        self.signs_for(self.paula, self.consent)
        other = self.said("And I told my sister.")
        request = self.asked(other)
        self.signs_for(self.paula, self.consent_of(self.ana, request))
        self.grants(self.ana, request)

        assert self.seen_by_fay() is AnswerSeen.AGREED
        assert self.releases(self.item)
        assert self.releases(other)

    def test_either_ends_it_and_only_both_can_lift_that(self):
        self.grants(self.ana, self.request)
        self.signs_for(self.paula, self.consent)
        deny_for(by=self.paula, code=self.consent.code)
        self.grants(self.ana, self.request)

        with pytest.raises(Withheld):
            self.releases(self.item)
        self.signs_for(self.paula, self.consent)
        assert self.releases(self.item)

    def test_a_hold_of_hers_is_not_lifted_by_her_mothers_yes_to_another_question(self):
        self.grants(self.ana, self.request)
        hold_consent(by=self.ana.actor, code=self.consent.code)
        over = timezone.now() - timedelta(minutes=1)
        ConsentRequest.objects.filter(pk=self.request.pk).update(answer_by=over)
        other = self.consent_of(self.ana, self.asked(self.item))

        with refused(Problem.NOT_ALLOWED_HERE):
            self.signs_for(self.paula, other)
        with refused(Problem.WIDER_NO):
            self.grants(self.ana, other.request)

    def test_her_mothers_yes_ends_with_hers_whoever_signs_first(self):
        ends = local_midnight(self.today + timedelta(days=6), self.practice)
        grant_consent(
            by=self.ana.actor,
            code=self.consent.code,
            signature=self.ana.name,
            step_up_id=proven(
                self.ana.actor, grant_scope(self.consent, self.today + timedelta(days=5))
            ),
            last_day=self.today + timedelta(days=5),
        )
        assert self.signs_for(self.paula, self.consent).until == ends
        assert self.hers().last_until == ends
        assert self.releases(self.item)

    def test_of_age_she_gives_anew_what_she_signed_beside_her_mother(self):
        self.grants(self.ana, self.request)
        self.signs_for(self.paula, self.consent)
        comes_of_age(self.ana.member, self.group, self.sue)
        self.withheld_for("REAFFIRM_REQUIRED")

        self.grants(self.ana, self.request)
        assert self.releases(self.item)

    def test_of_age_half_a_yes_is_none_and_a_hold_of_it_stays_silent(self):
        for end in (None, decline_consent, hold_consent):
            with self.subTest(end and end.__name__), rolled_back():
                self.grants(self.ana, self.request)
                if end:
                    end(by=self.ana.actor, code=self.consent.code)
                comes_of_age(self.ana.member, self.group, self.sue)

                assert self.seen_by_fay() is AnswerSeen.NO_ANSWER_YET
                if end is None:
                    assert queries.reaffirm_waits(self.ana.actor)
                    self.grants(self.ana, self.request)
                    assert self.seen_by_fay() is AnswerSeen.AGREED

    def test_a_no_after_coming_of_age_takes_back_what_bound_nobody_any_more(self):
        self.grants(self.ana, self.request)
        self.signs_for(self.paula, self.consent)
        comes_of_age(self.ana.member, self.group, self.sue)
        silent = self.seen_by_fay()
        for end in (revoke_consent, hold_consent):
            with self.subTest(end.__name__), rolled_back():
                end(by=self.ana.actor, code=self.consent.code)

                assert self.seen_by_fay() is silent is AnswerSeen.NO_ANSWER_YET
                assert not Notice.objects.filter(kind=Notice.Kind.TAKEN_BACK).exists()

    def test_the_end_of_half_a_yes_is_told_to_its_member_alone(self):
        self.grants(self.ana, self.request)
        edit_item(
            by=self.fay,
            code=self.item.code,
            seen_version=1,
            concerned=[],
            text="Other words.",
            guard=self.guard(),
        )
        assert sweep_ended() == 1

        told = Notice.objects.filter(kind__in=(Notice.Kind.ENDED, Notice.Kind.OVER))
        assert {one.person_id for one in told} == {self.ana.actor.user}

    def test_both_see_the_same_of_a_hold_and_of_a_taking_back(self):
        self.grants(self.ana, self.request)
        self.signs_for(self.paula, self.consent)
        second = self.grants(self.ana, self.asked(self.item, purpose="COC"))
        seen = []
        for end in (revoke_consent, hold_consent):
            with rolled_back():
                end(by=self.ana.actor, code=self.consent.code)
                seen.append(
                    [
                        told_on(who, path)
                        for code in (self.consent.code, second.code)
                        for who, path in (
                            (self.ana.actor, f"/permissions/{code}/"),
                            (self.paula, f"/for/{code}/"),
                        )
                    ]
                )
        assert seen[0] == seen[1]
        assert not any("It does not count yet" in page for page in seen[0])

    def test_what_she_alone_said_is_silence_to_her_mother_before_the_date_and_after(self):
        short = self.today + timedelta(days=2)

        def says_yes() -> None:
            step = self.stepped_up(self.ana.actor, grant_scope(self.consent, short))
            grant_consent(
                by=self.ana.actor,
                code=self.consent.code,
                signature="Ana",
                step_up_id=step,
                last_day=short,
            )

        def says_no() -> None:
            decline_consent(by=self.ana.actor, code=self.consent.code)

        def holds() -> None:
            hold_consent(by=self.ana.actor, code=self.consent.code)

        for hers in ((says_no,), (says_yes,), (says_yes, says_no), (says_yes, holds)):
            seen = []
            for moves in ((), hers):
                with rolled_back():
                    for move in moves:
                        move()
                    seen.append(self.her_mother_sees())
                    past = timezone.now() - timedelta(minutes=1)
                    ConsentRequest.objects.update(answer_by=past)
                    seen[-1] += self.her_mother_sees()
            assert seen[0] == seen[1], [one.__name__ for one in hers]

    def test_a_no_beside_her_mothers_yes_is_silence_and_an_end_of_both_is_told(self):
        seen = []
        for no in (False, True):
            with rolled_back():
                self.signs_for(self.paula, self.consent)
                if no:
                    decline_consent(by=self.ana.actor, code=self.consent.code)
                seen.append(self.her_mother_sees())
        assert seen[0] == seen[1]
        assert "It counts once the other signature is there too." in seen[0][1]
        self.signs_for(self.paula, self.consent)
        self.grants(self.ana, self.request)
        assert "Take it back" in self.her_mother_sees()[1]
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        assert "Taken back" in self.her_mother_sees()[1]

    def her_mother_sees(self) -> list[str]:
        paths = ("/for/", f"/for/{self.consent.code}/")
        return [" ".join(told_on(self.paula, path)) for path in paths]

    def test_her_mother_hears_of_a_hold_nothing_that_is_not_so(self):
        self.grants(self.ana, self.request)
        self.signs_for(self.paula, self.consent)
        hold_consent(by=self.ana.actor, code=self.consent.code)

        with refused(Problem.NOT_ALLOWED_HERE):
            self.signs_for(self.paula, self.consent)

    def test_after_her_mother_her_father_signs_and_it_goes_on_beside_her_own(self):
        [recorded] = Representation.objects.all()
        self.grants(self.ana, self.request)
        self.signs_for(self.paula, self.consent)
        end_representation(by=self.fay, representation_id=recorded.pk)
        assert queries.standing(self.hers(), timezone.now()) is Standing.EXPIRED
        peter = self.speaks_for(self.ana, "Peter Almeida")
        self.signs_for(peter, self.consent)

        assert queries.standing(self.hers(), timezone.now()) is Standing.GRANTED
        assert self.releases(self.item)

    def test_one_of_two_signatures_is_no_yes_to_whoever_asked(self):
        self.grants(self.ana, self.request)
        assert not Notice.objects.filter(person=self.fay.user).exists()
        self.signs_for(self.paula, self.consent)
        assert Notice.objects.get(person=self.fay.user).kind == Notice.Kind.ANSWERED

    def test_a_second_signature_written_by_hand_is_not_believed(self):
        self.grants(self.ana, self.request)
        first = ConsentEvent.objects.get(consent=self.consent, kind=Kind.GRANTED)
        ConsentEvent.objects.create(
            consent=self.consent,
            counter=first.counter + 1,
            kind=Kind.GRANTED,
            at=first.at,
            by_id=self.paula.user,
            evidence=first.evidence,
            text_version=first.text_version,
            until=first.until,
            signature_sealed=first.signature_sealed,
            mac_key_id=first.mac_key_id,
            mac=first.mac,
        )
        with pytest.raises(Withheld):
            self.releases(self.item)

    def test_the_others_are_asked_after_the_second_signature(self):
        shared = self.said("Ben waited for me.", self.ana, self.ben)
        request = self.asked(shared)
        self.grants(self.ana, request)
        assert list(queries.own_consents(self.ben.actor)) == []

        self.signs_for(self.paula, self.consent_of(self.ana, request))
        assert queries.own_consents(self.ben.actor).get().request_id == request.pk


class TheDead(Speaking):
    """Row 36: frozen until an executor confirms."""

    def test_what_she_allowed_is_frozen_until_an_executor_signs(self):
        self.grants(self.ana, self.request)
        record_standing(
            by=self.fay,
            group=self.group,
            member_code=self.ana.member.code,
            signs=WhoSigns.MEMBER,
            died=True,
        )
        self.withheld_for("SUBJECT_DECEASED")

        executor = self.speaks_for(self.ana, "Eduardo Almeida", authority=Authority.EXECUTOR)
        self.signs_for(executor, self.consent)
        assert self.releases(self.item)

    def test_an_adults_guardian_signs_within_the_order(self):
        self.minor(self.ana, of_age_on=self.today - timedelta(days=4000))
        guardian = self.speaks_for(self.ana, "Gina Gold", authority=Authority.GUARDIAN)
        self.signs_for(guardian, self.consent)

        assert self.releases(self.item)

    def test_whoever_ends_or_bars_an_adults_guardian_makes_her_own_yes_count_by_no_means(self):
        self.minor(self.ana, of_age_on=self.today - timedelta(days=4000))
        recorded, _ = self.recorded(self.ana, "Gina Gold", authority=Authority.GUARDIAN)
        self.confirmed(recorded)
        for narrow in (end_representation, bar_representative):
            narrow(by=self.fay, representation_id=recorded.pk)
            with refused(Problem.ANOTHER_SIGNS):
                self.grants(self.ana, self.request)
            self.withheld_for("NO_CONSENT")

    def test_she_signs_again_once_a_supervisor_has_corrected_it(self):
        self.minor(self.ana, of_age_on=self.today - timedelta(days=4000))
        recorded, _ = self.recorded(self.ana, "Gina Gold", authority=Authority.GUARDIAN)
        self.confirmed(recorded)
        end_representation(by=self.fay, representation_id=recorded.pk)
        self.corrected(WhoSigns.MEMBER)
        self.grants(self.ana, self.request)

        assert self.releases(self.item)

    def test_where_both_sign_hers_is_half_a_yes_after_her_guardian_is_gone(self):
        self.minor(self.ana, WhoSigns.BOTH, of_age_on=self.today - timedelta(days=4000))
        recorded, _ = self.recorded(self.ana, "Gina Gold", authority=Authority.GUARDIAN)
        self.confirmed(recorded)
        end_representation(by=self.fay, representation_id=recorded.pk)
        self.grants(self.ana, self.request)

        assert self.seen_by_fay() is AnswerSeen.NO_ANSWER_YET
        with pytest.raises(Withheld):
            self.releases(self.item)


class WhoMaySayWhoSigns(Speaking):
    def test_a_supervisor_corrects_what_was_wrong(self):
        self.minor(self.ana)
        self.corrected(WhoSigns.MEMBER)
        self.grants(self.ana, self.request)

        assert self.releases(self.item)

    def test_a_day_of_coming_of_age_that_is_corrected_ends_authorities_then(self):
        self.minor(self.ana)
        self.speaks_for(self.ana)
        day = self.today + timedelta(days=9)
        self.corrected(WhoSigns.REPRESENTATIVE, day)

        [representation] = Representation.objects.all()
        assert representation.ends_at == local_midnight(day, self.practice)

    def test_a_proof_for_one_correction_makes_no_other(self):
        signs, day = WhoSigns.REPRESENTATIVE, self.today + timedelta(days=9)
        proof = proven(self.sue, correct_scope(self.ana.member, signs, day))
        for told in ({"of_age_on": None, "died": False}, {"of_age_on": day, "died": True}):
            with pytest.raises(StepUpRefused):
                correct_standing(
                    by=self.sue,
                    group=self.group,
                    member_code=self.ana.member.code,
                    signs=signs,
                    step_up_id=proof,
                    **told,
                )

    def test_whoever_leads_makes_it_stricter_alone_and_nobody_makes_it_wider_alone(self):
        self.minor(self.ana)
        self.speaks_for(self.ana)
        for signs in (WhoSigns.MEMBER, WhoSigns.BOTH):
            with refused(Problem.NEEDS_ANOTHER):
                self.minor(self.ana, signs)

    def test_a_correction_is_by_whoever_reviews_and_does_not_lead(self):
        for by in (self.fay, self.cody, self.adam, self.zoe):
            with pytest.raises(TherapyGroup.DoesNotExist):
                correct_standing(
                    by=by,
                    group=self.group,
                    member_code=self.ana.member.code,
                    signs=WhoSigns.MEMBER,
                    of_age_on=None,
                    died=False,
                    step_up_id=self.ana.member.pk,
                )


class ForgedByHand(Speaking):
    """What is written, altered or taken away in the database lets nothing out."""

    def setUp(self):
        super().setUp()
        self.minor(self.ana)
        self.representation, self.paula = self.recorded(self.ana)
        self.confirmed(self.representation)
        self.signs_for(self.paula, self.consent)

    def assert_nothing_goes(self, reason: str = "UNREADABLE") -> None:
        self.withheld_for(reason)
        told = [entry.code for entry in open_alarms(self.practice.pk, [self.group.pk])]
        assert told == [self.consent.code]
        assert queries.represented(self.paula) == {}

    def test_it_goes_before_anything_is_touched(self):
        assert self.releases(self.item)

    def test_no_column_of_a_standing_can_be_changed(self):
        last = sessions.standing_row(self.ana.member)
        for column, value in {
            "signs": WhoSigns.MEMBER.value,
            "number": 99,
            "of_age_at": timezone.now() - timedelta(days=1),
            "died": True,
            "representatives": [],
            "user_id": self.paula.user,
            "recorded_by_id": self.fay.user,
            "at": timezone.now(),
            "mac": bytes(32),
            "mac_key_id": "00000000",
        }.items():
            with self.subTest(column=column), transaction.atomic():
                change(last, **{column: value})
                item = facts_of(self.item.pk)
                assert not item.subjects[0].standing.believed
                transaction.set_rollback(True)

    def test_a_standing_that_is_taken_away_makes_nobody_an_adult(self):
        delete(LegalStanding.objects.all())

        self.assert_nothing_goes()

    def test_an_older_standing_that_is_left_alone_is_not_believed(self):
        last = sessions.standing_row(self.ana.member)
        delete(LegalStanding.objects.filter(pk=last.pk))

        self.assert_nothing_goes()

    def test_a_row_of_representation_written_by_hand_gives_nobody_a_member(self):
        end_representation(by=self.fay, representation_id=self.representation.pk)
        Representation.objects.filter(pk=self.representation.pk).update(ends_at=None)

        assert queries.represented(self.paula) == {}
        with pytest.raises(Consent.DoesNotExist):
            self.signs_for(self.paula, self.consent)

    def test_a_record_that_was_altered_is_not_confirmed(self):
        recorded, _ = self.recorded(self.ana, "Peter Almeida")
        Representation.objects.filter(pk=recorded.pk).update(may_read=True)

        with refused(Problem.NOT_BELIEVED):
            self.confirmed(recorded)

    def test_a_row_nobody_can_read_keeps_nobody_from_taking_back(self):
        last = sessions.standing_row(self.ana.member)
        more = [self.consent_of(self.ana, self.asked(self.said(f"Word {n}."))) for n in range(3)]
        for consent in more:
            self.signs_for(self.paula, consent)
        for consent, told in zip(more, ([["x"]], [[None] * 6], 7), strict=True):
            change(last, representatives=told)
            with self.subTest(told), no_keys():
                assert revoke_consent(by=self.ana.actor, code=consent.code).kind == Kind.REVOKED
        with no_keys():
            assert [one.pk for one in revoke_everything(by=self.ana.actor)] == [self.consent.pk]

    def test_a_new_standing_is_never_made_from_one_that_is_not_believed(self):
        change(sessions.standing_row(self.ana.member), died=True)
        recorded, _ = self.recorded(self.ana, "Peter Almeida")

        with refused(Problem.NOT_BELIEVED):
            self.confirmed(recorded)


class ErasedWithHer(Speaking):
    def test_whoever_speaks_for_her_alone_goes_with_her(self):
        self.minor(self.ana)
        paula = self.speaks_for(self.ana)
        erase_member(by=self.sue, code=self.ana.member.code)

        account = user_of(paula)
        assert not account.is_active
        assert bytes(account.name_sealed) == b""
        assert queries.represented(paula) == {}

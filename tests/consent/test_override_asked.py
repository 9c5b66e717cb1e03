"""R95, R98: what a claim needs before anybody is asked about it, and to whom it may go."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from consent import queries
from consent.kinds import Reason
from consent.models import Override, Recipient
from consent.rules.overrides import Basis, Fact
from consent.services.freezing import freeze
from consent.services.overriding import NewRecipient, OverrideWithheld
from sessions_app.guarding import Answer, Choice
from sessions_app.rules import Problem, Rejected
from tests.cast import recipient
from tests.overriding import COURT, ORDERED, TEXT, Emergency


class BadInput(Emergency):
    def problems(self, field: str, **given) -> Problem:
        with pytest.raises(Rejected) as found:
            self.requests(self.item, **given)
        assert not Override.objects.exists()
        return found.value.problems[field]

    def test_without_a_reason(self):
        assert self.problems("what", more={"what": " ? "}) is Problem.REQUIRED

    def test_about_two_items_at_once(self):
        both = [self.item.code, self.said("Else.").code]
        assert self.problems("item", codes=both) is Problem.ONE_ITEM

    def test_to_somebody_who_cannot_prevent_the_harm(self):
        assert self.problems("can_prevent", more={"can_prevent": ""}) is Problem.REQUIRED

    def test_a_court_order_without_file_number_or_judge(self):
        given = {"basis": Basis.COURT_ORDER, "said": ORDERED}
        for missing in ("file_number", "judge"):
            with self.subTest(missing=missing):
                more = {**COURT, missing: ""}
                assert self.problems(missing, more=more, **given) is Problem.REQUIRED

    def test_words_that_were_not_said(self):
        passages = ("I will take them today.",)
        assert self.problems("passages", passages=passages) is Problem.NOT_IN_THE_TEXT

    def test_words_of_another_text_than_the_one_in_force(self):
        given = {"text": "I will hurt him.", "passages": ("I will hurt him.",)}
        assert self.problems("passages", **given) is Problem.CHANGED_MEANWHILE

    def test_nothing_chosen_nobody_involved_or_somebody_it_does_not_concern(self):
        assert self.problems("passages", passages=()) is Problem.REQUIRED
        assert self.problems("involved", involved=[]) is Problem.REQUIRED
        assert self.problems("involved", involved=[self.zed]) is Problem.UNKNOWN

    def test_urgent_without_why_minutes_count(self):
        assert self.problems("alone", urgent=True) is Problem.REQUIRED

    def test_waiting_to_tell_without_a_reason_or_for_ever(self):
        tomorrow = self.today + timedelta(days=1)
        assert self.problems("wait", tell_by=tomorrow) is Problem.REQUIRED
        wait = {"more": {"wait": "He would find her."}}
        assert self.problems("tell_by", tell_by=self.today, **wait) is Problem.PAST
        long = self.today + timedelta(days=500)
        assert self.problems("tell_by", tell_by=long, **wait) is Problem.OUT_OF_BOUNDS

    def test_huge_words_and_words_that_cannot_be_kept(self):
        assert self.problems("consulted", more={"consulted": "x" * 2_001}) is Problem.TOO_LONG
        assert self.problems("what", more={"what": "a\0b"}) is Problem.CANNOT_BE_KEPT

    def test_what_its_one_member_will_read_names_nobody_else_whatever_is_answered(self):
        said = {"what": "Ben heard her say it."}
        assert self.problems("what", more=said) is Problem.NAMES_SOMEBODY
        nurse = {"ben": Answer(Choice.SOMEBODY_ELSE, reason="A nurse.")}
        answered = replace(self.guard(), answers=nurse)
        assert self.problems("what", more=said, guard=answered) is Problem.NAMES_SOMEBODY
        given = {"basis": Basis.SUBPOENA, "passages": (), "text": "", "said": frozenset()}
        assert self.problems("what", more=said, **given) is Problem.NAMES_SOMEBODY
        assert self.requests(self.item, more={"what": "Ana said it to a nurse."})

    def test_of_two_who_are_involved_neither_reads_it_and_either_may_be_named(self):
        item = self.said(TEXT, self.ana, self.ben)
        both = {"involved": [self.ana, self.ben], "more": {"what": "Cleo heard them say it."}}
        assert self.requests(item, **both)

    def test_to_a_group_of_recipients_or_to_another_practices(self):
        classed = recipient(self.adam, "My providers", Recipient.Kind.CLASS)
        for to in (classed, recipient(self.zoe, "Far clinic")):
            with self.subTest(to=to), pytest.raises(Recipient.DoesNotExist):
                self.requests(self.item, to=to)

    def test_all_there_is_goes_only_if_somebody_says_that_less_will_not_do(self):
        with pytest.raises(OverrideWithheld):
            self.requests(self.item, passages=(TEXT,))
        said = frozenset({Fact.SERIOUS, Fact.IMMINENT, Fact.MINIMUM})
        assert self.requests(self.item, passages=(TEXT,), said=said)

    def test_while_frozen_it_is_refused_and_kept_as_a_try(self):
        freeze(by=self.sue)
        with pytest.raises(OverrideWithheld) as withheld:
            self.requests(self.item)
        assert withheld.value.reasons == (Reason.FROZEN,)
        assert withheld.value.override.answers.get().kind == "refused"

    def test_the_same_form_twice_is_one_request(self):
        once = uuid4()
        assert self.requests(self.item, once=once) == self.requests(self.item, once=once)
        assert Override.objects.count() == 1


class ToWhom(Emergency):
    def test_somebody_on_no_list_is_written_down_for_this_once(self):
        to = NewRecipient("Marta Almeida, sister", "212 555 0143")
        release = self.let_out(self.item, to=to)
        assert release.recipient.one_emergency
        for by in (self.fay, self.adam):
            assert release.recipient not in queries.recipients_of(by)
        with pytest.raises(Recipient.DoesNotExist):
            queries.own_recipient(self.fay, release.recipient.code)

    def test_without_a_name_or_a_way_to_reach_them_nothing_is_asked(self):
        for to in (NewRecipient("", "212 555 0143"), NewRecipient("Marta", " ")):
            with self.subTest(to=to), pytest.raises(Rejected):
                self.requests(self.item, to=to)
        assert not Recipient.objects.filter(one_emergency=True).exists()

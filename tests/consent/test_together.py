"""R73, R74, R76: a yes until an earlier day, several for one signature, everything back at once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.models import StepUp
from accounts.services import StepUpRefused
from audit.models import Entry
from consent import queries
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent
from consent.queries import Standing, standing
from consent.services.asking import ask_consent
from consent.services.deciding import grant_consent, grant_scope, last_day_bound
from consent.services.release import Withheld, open_release
from consent.services.together import grant_together, revoke_everything, together_scope
from sessions_app.models import local_midnight
from sessions_app.rules import Problem
from sessions_app.services.items import edit_item
from tests.cast import CastTestCase, refused
from tests.walls import wall_lowered


class UntilAnEarlierDay(CastTestCase):
    def setUp(self):
        self.item = self.said()
        self.consent = self.consent_of(self.ana, self.asked(self.item))
        self.soon = self.today + timedelta(days=10)

    def allow(self, *, confirmed, sent):
        return grant_consent(
            by=self.ana.actor,
            code=self.consent.code,
            signature=self.ana.name,
            step_up_id=self.stepped_up(self.ana.actor, grant_scope(self.consent, confirmed)),
            last_day=sent,
        )

    def test_it_ends_with_that_local_day_and_the_words_may_go_until_then(self):
        event = self.allow(confirmed=self.soon, sent=self.soon)
        ends = local_midnight(self.soon + timedelta(days=1), self.practice)
        assert event.until == ends < self.consent.expires
        own = queries.own_consent(self.ana.actor, self.consent.code)
        assert standing(own, ends - timedelta(microseconds=1)) is Standing.GRANTED
        assert standing(own, ends) is Standing.EXPIRED
        assert self.releases(self.item)

    def test_who_confirmed_one_day_cannot_send_another(self):
        later = self.soon + timedelta(days=1)
        for sent in (later, None, self.soon - timedelta(days=1)):
            with pytest.raises(StepUpRefused):
                self.allow(confirmed=self.soon, sent=sent)
        with pytest.raises(StepUpRefused):
            self.allow(confirmed=None, sent=self.soon)
        assert self.consent.events.latest("counter").kind == Kind.ASKED

    def test_no_day_after_the_one_asked_for_nor_one_that_is_over(self):
        asked = self.today + timedelta(days=90)
        for day in (asked + timedelta(days=1), self.today - timedelta(days=1)):
            with refused(Problem.PAST):
                self.allow(confirmed=day, sent=day)
        assert self.allow(confirmed=asked, sent=asked).until == self.consent.expires

    def test_the_end_is_authenticated_so_a_longer_one_in_the_table_lets_nothing_out(self):
        event = self.allow(confirmed=self.soon, sent=self.soon)
        with wall_lowered("consent_consentevent"):
            ConsentEvent.objects.filter(pk=event.pk).update(until=self.consent.expires)
        with pytest.raises(Withheld):
            self.releases(self.item)

    def test_once_the_chosen_end_has_passed_it_can_be_allowed_again(self):
        event = self.allow(confirmed=self.soon, sent=self.soon)
        assert self.allow(confirmed=None, sent=None).pk == event.pk, "it stands"
        with wall_lowered("consent_consentevent"):
            over = timezone.now() - timedelta(minutes=1)
            ConsentEvent.objects.filter(pk=event.pk).update(until=over)
        with pytest.raises(Withheld):
            self.releases(self.item)
        assert self.allow(confirmed=None, sent=None).until == self.consent.expires
        assert self.releases(self.item)

    def test_the_step_up_says_which_day_it_is_for(self):
        for day in (self.soon, None):
            scope = grant_scope(self.consent, day)
            assert last_day_bound(StepUp(purpose=scope.purpose)) == day


class Together(CastTestCase):
    def setUp(self):
        self.first, self.second, self.third = (
            self.said(text) for text in ("The first.", "The second.", "The third.")
        )
        self.request = ask_consent(
            by=self.fay,
            codes=[one.code for one in (self.first, self.second, self.third)],
            recipient=self.clinic,
            purposes=["TREAT"],
            expires_on=self.today + timedelta(days=90),
            answer_by=self.today + timedelta(days=14),
            once=uuid4(),
        )

    def asked_about(self, *items):
        found = Consent.objects.filter(request=self.request, version__disclosure__in=items)
        return list(found.order_by("pk"))

    def allow(self, sent, confirmed=None, last_day=None):
        scope = together_scope(confirmed or sent, last_day)
        return grant_together(
            by=self.ana.actor,
            codes=[one.code for one in sent],
            signature=self.ana.name,
            step_up_id=self.stepped_up(self.ana.actor, scope),
            last_day=last_day,
        )

    def test_two_of_three_with_one_signature_each_with_an_entry_of_its_own(self):
        two = self.asked_about(self.first, self.second)
        self.allow(two)
        entries = Entry.objects.filter(act="consent.granted")
        assert {entry.code for entry in entries} == {one.code for one in two}
        assert self.releases(self.first)
        assert self.releases(self.second)
        with pytest.raises(Withheld):
            self.releases(self.third)

    def test_the_proof_is_for_this_very_set(self):
        one, two, three = (self.asked_about(i)[0] for i in (self.first, self.second, self.third))
        for confirmed, sent in (
            ([one], [one, two]),
            ([one, two], [one]),
            ([one, two], [one, three]),
        ):
            with pytest.raises(StepUpRefused):
                self.allow(sent, confirmed)
        assert not ConsentEvent.objects.filter(kind=Kind.GRANTED).exists()

    def test_nor_is_it_for_another_day_or_for_one_alone(self):
        two = self.asked_about(self.first, self.second)
        scope = together_scope(two, self.today)
        with pytest.raises(StepUpRefused):
            grant_together(
                by=self.ana.actor,
                codes=[one.code for one in two],
                signature=self.ana.name,
                step_up_id=self.stepped_up(self.ana.actor, scope),
            )
        with pytest.raises(StepUpRefused):
            grant_consent(
                by=self.ana.actor,
                code=two[0].code,
                signature=self.ana.name,
                step_up_id=self.stepped_up(self.ana.actor, together_scope(two)),
            )

    def test_if_one_was_changed_meanwhile_none_is_allowed(self):
        two = self.asked_about(self.first, self.second)
        edit_item(
            by=self.fay,
            code=self.second.code,
            text="Another second.",
            concerned=[self.ana.member.pk],
            seen_version=1,
            guard=self.guard(),
        )
        with pytest.raises(Consent.DoesNotExist):
            self.allow(two)
        assert not ConsentEvent.objects.filter(kind=Kind.GRANTED).exists()

    def test_one_end_for_all_of_them(self):
        events = self.allow(self.asked_about(self.first, self.third), last_day=self.today)
        assert {event.until for event in events} == {
            local_midnight(self.today + timedelta(days=1), self.practice)
        }

    def test_items_of_two_questions_are_not_signed_together(self):
        other = self.consent_of(self.ana, self.asked(self.first, self.insurer))
        with pytest.raises(Consent.DoesNotExist):
            self.allow([*self.asked_about(self.second), other])

    def test_allowing_what_is_allowed_is_once(self):
        two = self.asked_about(self.first, self.second)
        first = self.allow(two)
        assert {event.pk for event in self.allow(two)} == {event.pk for event in first}


class EverythingBack(CastTestCase):
    def test_all_of_it_ends_and_nothing_that_was_printed_opens_again(self):
        released = []
        for n, to in enumerate((self.clinic, self.insurer)):
            item = self.said(f"Words {n}.")
            self.grants(self.ana, self.asked(item, to))
            released.append(self.releases(item, to))
        waiting = self.consent_of(self.ana, self.asked(self.said("Else.")))
        assert len(revoke_everything(by=self.ana.actor)) == 2
        for release in released:
            with pytest.raises(Withheld):
                open_release(by=self.fay, code=release.code)
        assert waiting.events.latest("counter").kind == Kind.ASKED, "what waits goes on waiting"
        assert revoke_everything(by=self.ana.actor) == [], "twice is once"

    def test_nobody_elses_permission_ends_with_it(self):
        shared = self.said("She waved to Ben.", self.ana, self.ben)
        request = self.asked(shared)
        self.grants(self.ana, request)
        bens = self.grants(self.ben, request)
        revoke_everything(by=self.ana.actor)
        assert bens.events.latest("counter").kind == Kind.GRANTED
        with pytest.raises(Withheld):
            self.releases(shared)

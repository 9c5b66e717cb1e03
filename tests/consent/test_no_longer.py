"""No longer means no longer: across questions, while somebody reads, and on every page."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from audit.clock import database_now
from audit.models import Entry
from consent import queries
from consent.kinds import Kind
from consent.models import Consent, ConsentRequest, Notice
from consent.queries import AnswerSeen, ItemState, Standing
from consent.services import showing
from consent.services.deciding import decline_consent, grant_consent, grant_scope, revoke_consent
from consent.services.holding import hold_consent
from consent.services.links import LinkClosed, open_link
from consent.services.release import Withheld, open_release
from consent.services.showing import show_words
from consent.services.sweeping import sweep_ended
from sessions_app import queries as sessions
from sessions_app.models import DisclosureVersion
from sessions_app.rules import Problem, Rejected
from sessions_app.services.items import edit_item
from tests.cast import CastTestCase, sign_in
from tests.consent.by_hand import change


class TwoQuestionsAboutTheSameWords(CastTestCase):
    """A no to one answers for both: to the gate, to the asker, and to the member."""

    def setUp(self):
        self.item = self.said()
        self.first = self.asked(self.item)
        self.second = self.asked_after_its_day(self.first)
        self.version = sessions.current_version(sessions.own_item(self.fay, self.item.code))

    def asked_after_its_day(self, first):
        """Ask the same once more when the first question's day has passed; then both stay open."""
        day = first.answer_by
        rows = ConsentRequest.objects.filter(pk=first.pk)
        rows.update(answer_by=timezone.now() - timedelta(seconds=1))
        second = self.asked(self.item)
        rows.update(answer_by=day)
        return second

    def seen(self, request) -> AnswerSeen:
        [answer] = queries.answers(request, self.version, timezone.now())
        return answer.seen

    def test_taking_back_one_yes_takes_back_the_other(self):
        self.grants(self.ana, self.first)
        second = self.grants(self.ana, self.second)
        release = self.releases(self.item)
        revoke_consent(by=self.ana.actor, code=second.code)

        with pytest.raises(Withheld):
            self.releases(self.item)
        with pytest.raises(Withheld):
            open_release(by=self.fay, code=release.code)
        assert self.seen(self.first) is self.seen(self.second) is AnswerSeen.NOT_AGREED
        states = {queries.standing(c, timezone.now()) for c in queries.own_consents(self.ana.actor)}
        assert states == {Standing.WITHDRAWN}

    def test_a_no_to_one_takes_back_the_yes_to_the_other(self):
        given = self.grants(self.ana, self.first)
        no = self.consent_of(self.ana, self.second)
        decline_consent(by=self.ana.actor, code=no.code)

        assert queries.item_states([self.version])[self.version.pk] is not ItemState.ALLOWED
        assert self.seen(self.first) is AnswerSeen.NOT_AGREED
        assert self.seen(self.second) is AnswerSeen.NO_ANSWER_YET
        entry = Entry.objects.get(act="consent.declined")
        assert given.code in bytes(entry.body).decode()
        with pytest.raises(Withheld):
            self.releases(self.item)

    def test_another_reader_and_another_reason_are_left_alone(self):
        kept = [
            self.grants(self.ana, self.asked(self.item, self.insurer)),
            self.grants(self.ana, self.asked(self.item, purpose="HPAYMT")),
        ]
        revoke_consent(by=self.ana.actor, code=self.grants(self.ana, self.first).code)
        for consent in kept:
            fresh = queries.own_consent(self.ana.actor, consent.code)
            assert queries.standing(fresh, timezone.now()) is Standing.GRANTED

    def test_a_yes_that_an_own_wider_no_makes_worthless_is_not_taken(self):
        wide = self.consent_of(self.ana, self.first)
        decline_consent(by=self.ana.actor, code=wide.code)
        narrow = self.asked(self.item, purpose="COC")
        with pytest.raises(Rejected) as rejected:
            self.grants(self.ana, narrow)
        assert rejected.value.problems == {"signature": Problem.WIDER_NO}

    def test_a_new_yes_after_taking_back_counts_again_on_a_new_release_only(self):
        old = self.grants(self.ana, self.first)
        release = self.releases(self.item)
        revoke_consent(by=self.ana.actor, code=old.code)
        self.grants(self.ana, self.second)

        with pytest.raises(Withheld):
            open_release(by=self.fay, code=release.code)
        assert open_release(by=self.fay, code=self.releases(self.item).code)

    def test_a_new_yes_to_the_same_question_opens_no_release_and_no_link_from_before(self):
        given = self.grants(self.ana, self.first)
        release = self.releases(self.item)
        made = self.linked(release)
        revoke_consent(by=self.ana.actor, code=given.code)
        self.grants(self.ana, self.first)

        with pytest.raises(LinkClosed):
            open_link(code=made.link.code, secret=made.secret, passcode=made.passcode)
        with pytest.raises(Withheld):
            open_release(by=self.fay, code=release.code)
        assert open_release(by=self.fay, code=self.releases(self.item).code)

    def test_a_no_once_more_takes_back_a_yes_that_was_given_meanwhile(self):
        for no, answer, told in (
            (decline_consent, Kind.DECLINED, AnswerSeen.NO_ANSWER_YET),
            (revoke_consent, Kind.REVOKED, AnswerSeen.NOT_AGREED),
        ):
            with self.subTest(no.__name__):
                self.setUp()
                asked = self.consent_of(self.ana, self.first)
                if no is revoke_consent:
                    self.grants(self.ana, self.first)
                assert no(by=self.ana.actor, code=asked.code).kind == answer
                later = self.grants(self.ana, self.second)
                assert self.releases(self.item)

                assert no(by=self.ana.actor, code=asked.code).kind == answer
                with pytest.raises(Withheld):
                    self.releases(self.item)
                fresh = queries.own_consent(self.ana.actor, later.code)
                assert queries.standing(fresh, timezone.now()) is Standing.WITHDRAWN
                assert (self.seen(self.first), self.seen(self.second)) == (
                    told,
                    AnswerSeen.NOT_AGREED,
                )
                again = no(by=self.ana.actor, code=asked.code)
                assert again == no(by=self.ana.actor, code=asked.code)


class AfterAYesThatEndedByItself(CastTestCase):
    """R73: Ana allowed it until an earlier day than was asked; that day is over."""

    def test_a_no_has_the_face_of_silence_whether_the_worker_came_by_or_not(self):
        seen = {}
        for say in (None, decline_consent, revoke_consent, hold_consent):
            for swept in (True, False):
                here = transaction.savepoint()
                item = self.said("The same words.")
                request = self.asked(item)
                given = self.grants(self.ana, request)
                change(given.events.get(kind=Kind.GRANTED), until=database_now())
                if swept:
                    sweep_ended()
                if say:
                    say(by=self.ana.actor, code=given.code)
                if not swept:
                    sweep_ended()
                answers = queries.answers(request, given.version, timezone.now())
                told = Notice.objects.filter(person=self.fay.user).values_list("kind", flat=True)
                seen[say and say.__name__, swept] = [one.seen for one in answers], sorted(told)
                transaction.savepoint_rollback(here)
        silence = seen[None, True]
        assert silence[0] == [AnswerSeen.NO_ANSWER_YET]
        assert all(one == silence for one in seen.values()), seen


class TheFaceAfterAnEdit(CastTestCase):
    def test_silence_a_no_and_not_yet_asked_look_the_same_also_when_the_item_changes(self):
        faces = set()
        for decide in (None, decline_consent):
            item = self.said("Ben drove me.", self.ana, self.ben)
            request = self.asked(item)
            old = sessions.current_version(sessions.own_item(self.fay, item.code))
            if decide:
                decide(by=self.ana.actor, code=self.consent_of(self.ana, request).code)
            edit_item(
                by=self.fay,
                code=item.code,
                seen_version=1,
                concerned=[self.ben.member.pk],
                text="Ben walked me.",
                guard=self.guard(),
            )
            old = DisclosureVersion.objects.select_related("disclosure").get(pk=old.pk)
            for when in (timezone.now(), timezone.now() + timedelta(days=40)):
                faces.add(tuple(a.seen for a in queries.answers(request, old, when)))
        assert len(faces) == 1


class ShowingIsARelease(CastTestCase):
    """Rule R8: the words of another are shown before the withdrawal, or not at all."""

    def setUp(self):
        self.item = self.said("Ben waited until my light went on.", self.ana, self.ben)
        self.request = self.asked(self.item)
        self.spoken = self.grants(self.ana, self.request)
        self.bens = self.consent_of(self.ben, self.request)

    def test_it_is_decided_under_the_lock_that_a_withdrawal_takes(self):
        order = []
        lock, shown = showing.lock_disclosures, queries.words_shown_to
        with (
            patch.object(showing, "lock_disclosures", lambda i: (order.append("lock"), lock(i))),
            patch.object(queries, "words_shown_to", lambda *a: (order.append("ask"), shown(*a))[1]),
        ):
            show_words(by=self.ben.actor, consent=self.bens)
        assert order == ["lock", "ask"]

    def test_after_the_withdrawal_nothing_is_shown_and_nothing_noted(self):
        revoke_consent(by=self.ana.actor, code=self.spoken.code)
        before = Entry.objects.count()
        with pytest.raises(DisclosureVersion.DoesNotExist):
            show_words(by=self.ben.actor, consent=self.bens)
        assert Entry.objects.count() == before

    def test_nobody_allows_words_that_are_closed_to_them(self):
        revoke_consent(by=self.ana.actor, code=self.spoken.code)
        step_up = self.stepped_up(self.ben.actor, grant_scope(self.bens))
        with pytest.raises(Consent.DoesNotExist):
            grant_consent(
                by=self.ben.actor,
                code=self.bens.code,
                signature="Ben Brandt",
                step_up_id=step_up,
            )
        client = Client()
        sign_in(client, self.ben.actor)
        page = client.get(f"/questions/{self.bens.code}/sign/{step_up}/").content.decode()
        assert "These words are closed now." in page
        assert "signature" not in page

    def test_a_reader_the_speaker_does_not_want_is_not_put_before_the_others(self):
        item = self.said("Ben and I talked.", self.ana, self.ben)
        unwanted = self.asked(item, self.insurer)
        decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, unwanted).code)
        self.grants(self.ana, self.asked(item))

        asked = {
            c.recipient
            for c in queries.own_consents(self.ben.actor).filter(version__disclosure=item)
        }
        assert asked == {self.clinic}

"""R84: a paper counts once two have attested it, and its member sees it as what it is."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Practice, Role
from accounts.services import StepUpRefused
from audit.models import Entry
from consent import queries
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent, ConsentRequest, Evidence, PaperConsent
from consent.queries import AnswerSeen
from consent.services import papers
from consent.services.asking import ask_consent
from consent.services.deciding import (
    decline_consent,
    grant_consent,
    grant_scope,
    revoke_consent,
)
from consent.services.holding import hold_consent
from consent.services.papers import (
    attest_paper,
    confirm_paper,
    decline_on_paper,
    drop_paper,
    look_at_paper,
    paper_scope,
)
from consent.services.release import Withheld
from sessions_app import queries as sessions
from sessions_app.rules import Problem
from tests.cast import (
    WAYS_TO_GO,
    CastTestCase,
    TransactionalCastTestCase,
    proven,
    refused,
    sign_in,
    staff,
    user_of,
)
from tests.consent.by_hand import change
from tests.speaking_for import SpeakingFor, comes_of_age

REFERENCE = "F-2026-17"


def meanwhile(act: Callable[[], object]) -> Any:
    """Let something happen while somebody waits for the lock of an item."""
    lock = papers.lock_disclosures

    def slowly(ids):
        act()
        lock(ids)

    return patch.object(papers, "lock_disclosures", slowly)


class OnPaper(SpeakingFor, CastTestCase):
    def setUp(self):
        self.item = self.said()
        self.request = self.asked(self.item)
        self.consent = self.consent_of(self.ana, self.request)

    def attested(self, by=None, consent=None, **more) -> PaperConsent:
        given = {"reference": REFERENCE, "signed_on": self.today, "once": uuid4(), **more}
        return attest_paper(by=by or self.fay, code=(consent or self.consent).code, **given)

    def confirmed(self, paper: PaperConsent, by=None) -> ConsentEvent:
        by = by or self.cody
        return confirm_paper(
            by=by,
            paper_id=paper.pk,
            reference=REFERENCE,
            step_up_id=proven(by, paper_scope(paper)),
        )

    def stays(self) -> None:
        with pytest.raises(Withheld):
            self.releases(self.item)

    def test_one_who_attests_alone_lets_nothing_out(self):
        self.attested()

        self.stays()
        assert not self.consent.events.filter(kind=Kind.GRANTED).exists()

    def test_two_who_attest_let_it_out(self):
        event = self.confirmed(self.attested())

        assert (event.evidence, event.by_id) == (Evidence.PAPER, self.ana.actor.user)
        assert self.releases(self.item)
        [told] = Entry.objects.filter(act="consent.granted", object_id=self.consent.pk)
        assert told.actor == self.cody.user

    def test_a_supervisor_may_be_the_second(self):
        self.confirmed(self.attested(), by=self.sue)

        assert self.releases(self.item)

    def test_the_same_person_does_not_attest_twice(self):
        paper = self.attested()
        with pytest.raises(PaperConsent.DoesNotExist):
            self.confirmed(paper, by=self.fay)
        with pytest.raises(IntegrityError), transaction.atomic():
            PaperConsent.objects.filter(pk=paper.pk).update(second_by=self.fay.user)
        self.stays()

    def test_nobody_else_finds_it_to_attest(self):
        paper = self.attested()
        colleague = staff(self.practice, "Uma Ullrich", Role.OUTSIDE_COLLEAGUE)
        for by in (self.otto, self.adam, self.zoe, colleague, self.ana.actor, self.ben.actor):
            with pytest.raises(PaperConsent.DoesNotExist):
                self.confirmed(paper, by=by)

    def test_in_a_small_practice_the_outside_colleague_is_the_second(self):
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        colleague = staff(self.practice, "Uma Ullrich", Role.OUTSIDE_COLLEAGUE)
        self.confirmed(self.attested(), by=colleague)

        assert self.releases(self.item)

    def test_whose_role_or_account_ended_attests_nothing(self):
        paper = self.attested()
        for gone in WAYS_TO_GO:
            for by in (self.sue, self.cody):
                name = f"{gone.__name__}, {by.role}"
                with self.subTest(name), gone(by), pytest.raises(PaperConsent.DoesNotExist):
                    self.confirmed(paper, by=by)
        self.stays()

    def test_nobody_reads_what_was_let_go_while_they_waited_for_the_item(self):
        paper = self.attested()

        def let_go():
            PaperConsent.objects.filter(pk=paper.pk).update(closed_at=timezone.now())

        with meanwhile(let_go), pytest.raises(PaperConsent.DoesNotExist):
            look_at_paper(by=self.cody, paper_id=paper.pk)
        assert not Entry.objects.filter(act="paper.opened").exists()

    def test_whose_role_or_account_ended_while_they_waited_reads_nothing(self):
        paper = self.attested()
        for gone in WAYS_TO_GO:
            for by in (self.sue, self.cody):
                with (
                    self.subTest(f"{gone.__name__}, {by.role}"),
                    ExitStack() as afterwards,
                    meanwhile(lambda gone=gone, by=by: afterwards.enter_context(gone(by))),
                    pytest.raises(PaperConsent.DoesNotExist),
                ):
                    look_at_paper(by=by, paper_id=paper.pk)
        assert not Entry.objects.filter(act="paper.opened").exists()

    def test_a_proof_for_something_else_attests_nothing(self):
        paper = self.attested()
        with pytest.raises(StepUpRefused):
            confirm_paper(by=self.cody, paper_id=paper.pk, reference=REFERENCE, step_up_id=uuid4())
        self.stays()

    def test_a_day_to_come_a_day_before_the_question_and_no_reference_are_refused(self):
        with refused(Problem.DAY_TO_COME):
            self.attested(signed_on=self.today + timedelta(days=1))
        with refused(Problem.PAPER_TOO_OLD):
            self.attested(signed_on=self.today - timedelta(days=1))
        with refused(Problem.REQUIRED):
            self.attested(reference=" - ")
        with refused(Problem.TOO_LONG):
            self.attested(reference="F" * 61)

    def test_one_paper_waits_at_a_time_and_one_let_go_makes_room(self):
        paper = self.attested()
        with refused(Problem.CLOSED):
            self.attested()
        drop_paper(by=self.fay, paper_id=paper.pk)
        assert self.attested().pk != paper.pk

    def test_one_let_go_while_it_is_looked_at_is_not_attested(self):
        paper = self.attested()
        looked_at = papers._check_counts

        def let_go_meanwhile(*given):
            PaperConsent.objects.filter(pk=paper.pk).update(closed_at=timezone.now())
            looked_at(*given)

        with (
            patch.object(papers, "_check_counts", let_go_meanwhile),
            refused(Problem.CLOSED),
        ):
            self.confirmed(paper)
        self.stays()
        assert not Entry.objects.filter(act="paper.confirmed").exists()

    def test_the_same_form_sent_again_is_one_paper(self):
        once = uuid4()
        assert self.attested(once=once) == self.attested(once=once)

    def test_a_paper_lifts_no_no_that_came_on_its_day_or_later(self):
        paper = self.attested()
        decline_consent(by=self.ana.actor, code=self.consent.code)

        with refused(Problem.PAPER_NOT_COUNTED):
            self.confirmed(paper)
        self.stays()

    def test_a_no_to_another_reader_or_a_part_of_the_reason_leaves_a_paper_counting(self):
        for asked in (
            self.asked(self.item, self.insurer),
            self.asked(self.item, purpose="COC"),
        ):
            decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, asked).code)
        self.confirmed(self.attested())
        assert self.releases(self.item)
        with pytest.raises(Withheld):
            self.releases(self.item, purpose="COC")

    def test_a_paper_of_a_later_day_lifts_no_hold(self):
        self.grants(self.ana, self.request)
        held = hold_consent(by=self.ana.actor, code=self.consent.code)
        change(held, at=timezone.now() - timedelta(days=1))

        with refused(Problem.PAPER_NOT_COUNTED):
            self.confirmed(self.attested())
        self.stays()

    def test_a_hold_of_the_same_words_and_reader_stands_against_a_paper_for_another_question(self):
        held = hold_consent(by=self.ana.actor, code=self.grants(self.ana, self.request).code)
        change(held, at=timezone.now() - timedelta(days=1))
        over = timezone.now() - timedelta(minutes=1)
        ConsentRequest.objects.filter(pk=self.request.pk).update(answer_by=over)
        other = self.asked(self.item)

        with refused(Problem.PAPER_NOT_COUNTED):
            self.confirmed(self.attested(consent=self.consent_of(self.ana, other)))

    def test_an_older_paper_does_not_outlast_the_end_that_was_chosen_since(self):
        paper = self.attested()
        scope = grant_scope(self.consent, self.today)
        event = grant_consent(
            by=self.ana.actor,
            code=self.consent.code,
            signature=self.ana.name,
            step_up_id=proven(self.ana.actor, scope),
            last_day=self.today,
        )
        change(event, until=timezone.now() - timedelta(minutes=1))

        with refused(Problem.PAPER_NOT_COUNTED):
            self.confirmed(paper)
        self.stays()

    def test_entering_a_paper_tells_no_no_from_silence(self):
        decline_consent(by=self.ana.actor, code=self.consent.code)
        assert self.attested()

        version = sessions.current_version(sessions.own_item(self.fay, self.item.code))
        [answer] = queries.answers(self.request, version, timezone.now())
        assert answer.seen is AnswerSeen.NO_ANSWER_YET

    def test_taken_back_like_any_other(self):
        self.confirmed(self.attested())
        revoke_consent(by=self.ana.actor, code=self.consent.code)

        self.stays()

    def test_a_no_on_paper_counts_at_once_by_one_person(self):
        self.grants(self.ana, self.request)
        event = decline_on_paper(by=self.fay, code=self.consent.code)

        assert (event.kind, event.evidence) == (Kind.REVOKED, Evidence.PAPER)
        self.stays()

    def test_a_no_on_paper_takes_a_yes_back_when_the_questions_days_are_over(self):
        self.confirmed(self.attested())
        self.days_are_over()
        assert self.releases(self.item)
        event = decline_on_paper(by=self.fay, code=self.consent.code)

        assert (event.kind, event.evidence) == (Kind.REVOKED, Evidence.PAPER)
        self.stays()

    def test_a_no_on_paper_counts_after_the_permission_ended_too(self):
        self.days_are_over()
        over = timezone.now() - timedelta(minutes=1)
        change(self.consent, effective=over - timedelta(days=9), expires=over)

        assert decline_on_paper(by=self.fay, code=self.consent.code).kind == Kind.DECLINED
        with pytest.raises(Consent.DoesNotExist):
            self.attested()

    def test_the_page_of_a_question_that_is_over_offers_the_no_and_nothing_else(self):
        self.grants(self.ana, self.request)
        self.days_are_over()
        client = Client()
        sign_in(client, self.fay)
        where = f"/requests/{self.request.code}/"
        path = f"{where}paper/{self.consent.code}/"

        page = client.get(where).content.decode()
        assert f'action="{path}no/"' in page
        assert f'href="{path}"' not in page and "/room/" not in page
        assert client.get(path).status_code == 404
        assert client.post(f"{path}no/").status_code == 302
        self.stays()
        assert f'action="{path}no/"' in client.get(where).content.decode()

    def test_while_a_paper_waits_for_a_second_person_another_may_say_no(self):
        self.attested()
        client = Client()
        sign_in(client, self.cody)

        page = client.get(f"/requests/{self.request.code}/").content.decode()
        assert f"/paper/{self.consent.code}/no/" in page

    def days_are_over(self) -> None:
        over = timezone.now() - timedelta(minutes=1)
        ConsentRequest.objects.filter(pk=self.request.pk).update(answer_by=over)

    def test_only_whoever_originated_it_enters_a_paper(self):
        for by in (self.otto, self.sue, self.adam, self.zoe, self.ana.actor):
            with pytest.raises(Consent.DoesNotExist):
                self.attested(by=by)
            with pytest.raises(Consent.DoesNotExist):
                decline_on_paper(by=by, code=self.consent.code)

    def test_what_was_attested_is_under_the_grants_seal(self):
        event = self.confirmed(self.attested())
        change(event, signature_sealed=bytes(event.signature_sealed)[:-1] + b"x")

        self.stays()

    def test_a_minors_paper_counts_by_whoever_speaks_for_her(self):
        self.minor(self.ana)
        recorded, _ = self.recorded(self.ana)
        self.confirmed_as_speaking(recorded)
        with refused(Problem.PAPER_NOT_COUNTED):
            self.confirmed(self.attested())
        drop_paper(by=self.fay, paper_id=PaperConsent.objects.get(closed_at=None).pk)

        self.confirmed(self.attested(representation_id=recorded.pk))
        assert self.releases(self.item)

    def confirmed_as_speaking(self, recorded) -> None:
        SpeakingFor.confirmed(self, recorded)

    def test_what_she_signed_as_a_minor_does_not_count_when_she_is_of_age(self):
        self.asked_some_days_ago()
        self.minor(self.ana)
        comes_of_age(self.ana.member, self.group, self.sue)

        with refused(Problem.PAPER_NOT_COUNTED):
            self.confirmed(self.attested(signed_on=self.today - timedelta(days=2)))
        self.stays()

    def test_what_her_mother_signed_before_her_authority_began_does_not_count(self):
        recorded = self.spoken_for(since=self.today - timedelta(days=2))

        with refused(Problem.PAPER_NOT_COUNTED):
            self.confirmed(self.signed_by(recorded, days_ago=3))
        self.stays()

    def test_what_her_mother_signed_from_its_first_day_to_its_last_counts(self):
        since = self.today - timedelta(days=3)
        recorded = self.spoken_for(since=since, until=self.today)
        for days in (0, 3):
            assert self.confirmed(self.signed_by(recorded, days_ago=days))
        assert self.releases(self.item)

    def spoken_for(self, **days):
        self.asked_some_days_ago()
        self.minor(self.ana)
        recorded, _ = self.recorded(self.ana, **days)
        self.confirmed_as_speaking(recorded)
        return recorded

    def signed_by(self, recorded, days_ago: int) -> PaperConsent:
        signed_on = self.today - timedelta(days=days_ago)
        return self.attested(representation_id=recorded.pk, signed_on=signed_on)

    def asked_some_days_ago(self) -> None:
        change(self.request, asked_at=self.request.asked_at - timedelta(days=9))

    def test_of_two_items_of_a_question_a_paper_waits_for_the_one_it_is_about(self):
        items = [self.said("The first words."), self.said("The second words.")]
        request = ask_consent(
            by=self.fay,
            codes=[one.code for one in items],
            recipient=self.clinic,
            purposes=["TREAT"],
            expires_on=self.today + timedelta(days=90),
            answer_by=self.today + timedelta(days=14),
            once=uuid4(),
        )
        first, second = Consent.objects.filter(request=request).order_by("pk")
        self.attested(consent=first)
        client = Client()
        sign_in(client, self.fay)

        page = client.get(f"/requests/{request.code}/").content.decode()

        assert page.count("A paper waits for a second person.") == 1
        assert f'/paper/{second.code}/"' in page and f'/paper/{first.code}/"' not in page

    def test_a_paper_that_was_altered_meanwhile_is_not_attested(self):
        paper = self.attested()
        parent = user_of(self.ben.actor)
        for column, value in (
            ("first_by_id", self.sue.user),
            ("signer_id", parent.pk),
            ("signed_on", self.today + timedelta(days=1)),
        ):
            was = getattr(paper, column)
            PaperConsent.objects.filter(pk=paper.pk).update(**{column: value})
            with self.subTest(column), refused(Problem.PAPER_NOT_COUNTED):
                self.confirmed(paper)
            PaperConsent.objects.filter(pk=paper.pk).update(**{column: was})
        assert self.confirmed(paper)

    def test_its_member_sees_it_as_what_it_is(self):
        self.confirmed(self.attested())
        client = Client()
        sign_in(client, self.ana.actor)

        page = client.get(f"/permissions/{self.consent.code}/").content.decode()

        assert "On paper, reference F-2026-17. Fay Ferrer and Cody Clark attested it." in page
        assert f"/permissions/{self.consent.code}/take-back/" in page


class LettingGoWaits(TransactionalCastTestCase):
    """Two at once, with real commits: Cody attests what Fay lets go."""

    PATIENCE = 2

    def test_whoever_lets_a_paper_go_while_another_attests_it_comes_after(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        paper = attest_paper(
            by=self.fay,
            code=consent.code,
            reference=REFERENCE,
            signed_on=self.today,
            once=uuid4(),
        )
        proof = proven(self.cody, paper_scope(paper))
        read, gone = threading.Event(), threading.Event()
        raised: list[PaperConsent.DoesNotExist] = []
        looked_at = papers._check_counts

        def slowly(*given):
            looked_at(*given)
            read.set()
            gone.wait(self.PATIENCE)  # under the lock the other waits for us

        def attesting():
            confirm_paper(by=self.cody, paper_id=paper.pk, reference=REFERENCE, step_up_id=proof)

        def letting_go():
            read.wait(20)
            drop_paper(by=self.fay, paper_id=paper.pk)
            gone.set()

        def run(act: Callable[[], None]) -> None:
            try:
                act()
            except PaperConsent.DoesNotExist as error:
                raised.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=(act,)) for act in (attesting, letting_go)]
        with patch.object(papers, "_check_counts", slowly):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)

        assert len(raised) == 1
        acts = Entry.objects.filter(act__startswith="paper.").order_by("seq")
        assert list(acts.values_list("act", flat=True)) == ["paper.attested", "paper.confirmed"]

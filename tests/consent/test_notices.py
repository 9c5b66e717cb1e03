"""R89: who is told that there is something, written with the act that causes it, and who is not."""

from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.trail import Actor
from consent.models import Consent, ConsentEvent, ConsentRequest, Notice
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.deciding_for import deny_for
from consent.services.holding import hold_consent
from consent.services.notifying import KEPT, drop_old_notices, notify
from consent.services.privacy import answer_privacy, ask_privacy
from consent.services.representing import correct_scope, correct_standing
from consent.services.sweeping import sweep_ended
from consent.services.voiding import void_item
from sessions_app.models import Authority, Representation, WhoSigns
from tests.cast import CastTestCase, proven, sign_in
from tests.speaking_for import SpeakingFor, ended_yesterday
from tests.walls import wall_lowered

Kind = Notice.Kind


class WhoIsTold(CastTestCase):
    def told(self) -> list[tuple[str, str]]:
        """Who was told what since the last look, by first name."""
        names = {self.fay.user: "fay", self.cody.user: "cody", self.otto.user: "otto"}
        names |= {one.actor.user: one.name.split()[0].lower() for one in (self.ana, self.ben)}
        rows = Notice.objects.order_by("pk").values_list("person", "kind")
        found = [(names[person], kind) for person, kind in rows]
        Notice.objects.all().delete()
        return found

    def test_a_question_is_told_to_the_member_it_is_put_to(self):
        self.asked(self.said("Words of mine."))
        assert self.told() == [("ana", Kind.QUESTION)]

    def test_the_others_are_told_once_the_speaker_said_yes_and_not_before(self):
        request = self.asked(self.said("Ben waited for me.", self.ana, self.ben))
        assert self.told() == [("ana", Kind.QUESTION)]
        self.grants(self.ana, request)
        assert sorted(self.told()) == [
            ("ana", Kind.GRANTED),
            ("ben", Kind.QUESTION),
            ("fay", Kind.ANSWERED),
        ]

    def test_a_yes_is_told_to_its_member_and_to_whoever_asked(self):
        request = self.asked(self.said())
        self.told()
        self.grants(self.ana, request)
        assert self.told() == [("ana", Kind.GRANTED), ("fay", Kind.ANSWERED)]

    def test_a_no_tells_nobody_anything(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        self.told()
        decline_consent(by=self.ana.actor, code=consent.code)
        assert self.told() == []

    def test_taking_back_is_told_to_whoever_asked_and_so_is_a_hold_in_the_same_words(self):
        for end in (revoke_consent, hold_consent):
            consent = self.grants(self.ana, self.asked(self.said(f"Words. {end.__name__}")))
            self.told()
            end(by=self.ana.actor, code=consent.code)
            assert self.told() == [("fay", Kind.TAKEN_BACK)], end.__name__

    def test_taking_back_what_was_never_given_tells_nobody(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        self.told()
        revoke_consent(by=self.ana.actor, code=consent.code)
        assert self.told() == []

    def test_a_permission_that_ended_is_told_to_both(self):
        consent = self.grants(self.ana, self.asked(self.said()))
        self.told()
        with wall_lowered("consent_consent", "consent_consentevent"):
            past = timezone.now() - timedelta(days=1)
            Consent.objects.filter(pk=consent.pk).update(
                effective=past - timedelta(days=9), expires=past
            )
            ConsentEvent.objects.filter(consent=consent).update(until=None)
        assert sweep_ended() == 1
        assert self.told() == [("ana", Kind.ENDED), ("fay", Kind.OVER)]

    def test_a_notice_goes_with_the_act_it_is_about(self):
        with suppress(ZeroDivisionError), transaction.atomic():
            notify([self.ana.actor.user], Kind.QUESTION, self.ana.member.pk)
            raise ZeroDivisionError
        assert self.told() == []

    def test_a_closed_account_is_told_nothing(self):
        User.objects.filter(pk=self.ana.actor.user).update(is_active=False)
        with transaction.atomic():
            notify([self.ana.actor.user], Kind.QUESTION, self.ana.member.pk)
        assert self.told() == []

    def test_old_ones_go_unless_a_mail_is_under_way(self):
        self.asked(self.said())
        assert drop_old_notices() == 0
        Notice.objects.update(made_at=timezone.now() - KEPT - timedelta(days=1))
        Notice.objects.update(mail="waiting", next_try=timezone.now())
        assert drop_old_notices() == 0
        Notice.objects.update(mail="none")
        assert drop_old_notices() == 1


class WhoElseIsTold(SpeakingFor, CastTestCase):
    """Those who speak for somebody, and those who answer what a member asks of their record."""

    def kinds_of(self, actor: Actor) -> list[str]:
        return list(Notice.objects.filter(person=actor.user).values_list("kind", flat=True))

    def client_of(self, actor: Actor) -> Client:
        client = Client()
        sign_in(client, actor)
        return client

    def test_whoever_speaks_for_a_minor_is_told_of_the_question_and_led_to_it(self):
        self.minor(self.ana)
        paula = self.speaks_for(self.ana)
        consent = self.consent_of(self.ana, self.asked(self.said()))
        assert self.kinds_of(paula) == [Kind.FOR_ANOTHER]
        client, notice = self.client_of(paula), Notice.objects.get(person=paula.user)
        assert "somebody you speak for" in client.get("/you/notices/").content.decode()
        there = f"/you/notices/{notice.pk}/"
        assert client.post(there)["Location"] == f"/for/{consent.code}/"
        deny_for(by=paula, code=consent.code)
        ConsentRequest.objects.update(answer_by=timezone.now() - timedelta(days=1))
        assert client.post(there)["Location"] == "/for/"

    def test_whose_authority_is_over_or_not_confirmed_is_told_nothing(self):
        self.minor(self.ana)
        recorded, petra = self.recorded(self.ana, "Petra Almeida")
        paula = self.speaks_for(self.ana)
        ended_yesterday(Representation.objects.get(user=paula.user), self.fay)
        self.asked(self.said())
        assert self.kinds_of(paula) == self.kinds_of(petra) == []

    def test_whoever_may_not_sign_for_a_member_is_not_told_that_they_are_asked(self):
        self.minor(self.ana)
        paula = self.speaks_for(self.ana)
        of_age_on = self.today + timedelta(days=400)
        proof = proven(self.sue, correct_scope(self.ana.member, WhoSigns.MEMBER, of_age_on))
        correct_standing(
            by=self.sue,
            group=self.group,
            member_code=self.ana.member.code,
            signs=WhoSigns.MEMBER,
            of_age_on=of_age_on,
            died=False,
            step_up_id=proof,
        )
        executor = self.speaks_for(self.ana, "Petra Almeida", authority=Authority.EXECUTOR)
        self.asked(self.said())
        assert self.kinds_of(paula) == self.kinds_of(executor) == []

    def test_a_wish_is_told_to_whoever_reviews_the_group_and_the_answer_to_the_member(self):
        asked = ask_privacy(by=self.ana.actor, kind="question", text="Who reads?", once=uuid4())
        assert self.kinds_of(self.sue) == [Kind.WISH]
        assert self.kinds_of(self.fay) == []
        client, notice = self.client_of(self.sue), Notice.objects.get(person=self.sue.user)
        there = client.post(f"/you/notices/{notice.pk}/")
        assert there["Location"] == f"/requests-of-members/{asked.code}/"
        answer_privacy(by=self.sue, code=asked.code, text="We do.", agrees=None)
        assert self.kinds_of(self.ana.actor) == [Kind.REPLY]
        client, notice = self.client_of(self.ana.actor), Notice.objects.get(kind=Kind.REPLY)
        assert client.post(f"/you/notices/{notice.pk}/")["Location"] == f"/privacy/{asked.code}/"


class TheList(CastTestCase):
    """In the app: one line each, which leads to a page that decides what may be seen."""

    def setUp(self):
        self.client = Client()
        sign_in(self.client, self.ana.actor)
        self.request = self.asked(self.said("A word of hers."))
        self.notice = Notice.objects.get(person=self.ana.actor.user)

    def page(self, client: Client | None = None) -> str:
        return (client or self.client).get("/you/notices/").content.decode()

    def test_looking_at_the_list_marks_nothing_and_looking_at_one_does(self):
        assert "There is a question for you." in self.page()
        assert "bell--new" in self.page()
        there = self.client.post(f"/you/notices/{self.notice.pk}/")
        code = self.consent_of(self.ana, self.request).code
        assert there["Location"] == f"/questions/{code}/"
        assert "bell--new" not in self.page()

    def test_an_answered_question_leads_to_what_became_of_it(self):
        consent = self.consent_of(self.ana, self.request)
        decline_consent(by=self.ana.actor, code=consent.code)
        self.request.__class__.objects.filter(pk=self.request.pk).update(
            answer_by=timezone.now() - timedelta(days=1)
        )
        there = self.client.post(f"/you/notices/{self.notice.pk}/")
        assert there["Location"] == f"/permissions/{consent.code}/"

    def test_what_was_entered_in_error_is_not_listed_and_leads_nowhere(self):
        item = self.request.versions.get().disclosure
        void_item(by=self.fay, code=item.code)
        assert "There is a question for you." not in self.page()
        assert "bell--new" not in self.page()
        assert self.client.post(f"/you/notices/{self.notice.pk}/").status_code == 404

    def test_anothers_notice_is_not_there(self):
        client = Client()
        sign_in(client, self.ben.actor)
        assert client.post(f"/you/notices/{self.notice.pk}/").status_code == 404
        assert Notice.objects.get().seen_at is None
        assert "question" not in self.page(client)

    def test_whoever_came_to_lead_later_finds_no_notice_about_what_was_before(self):
        consent = self.grants(self.ana, self.request)
        client = Client()
        sign_in(client, self.fay)
        assert "Somebody you asked said yes." in self.page(client)
        revoke_consent(by=self.ana.actor, code=consent.code)
        assert "A permission was taken back." in self.page(client)
        other = Client()
        sign_in(other, self.otto)
        assert "There is nothing for you" in self.page(other)

    def test_all_are_marked_at_once(self):
        self.asked(self.said("Another word."))
        self.client.post("/you/notices/seen/")
        assert not Notice.objects.filter(person=self.ana.actor.user, seen_at=None).exists()


def test_a_notice_needs_a_transaction(transactional_db):
    with pytest.raises(RuntimeError):
        notify([], Kind.QUESTION, Notice().pk)

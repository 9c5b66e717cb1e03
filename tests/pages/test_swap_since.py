"""What members, representatives and attesting people do, tried as the evening is (test_swap.py).

Requests about one's record, everything taken along and taken back, several answers
at once, papers, the room, agreements, reports, notices, mail, calendar, how a group
goes, who speaks for a member, and what whoever reviews does about it all.
"""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core import mail
from django.test import override_settings

from accounts.pins import hashed_pin
from consent.models import Consent, Notice, PaperConsent
from consent.services.sending import send_waiting
from pages.fields import TAKES
from sessions_app.models import BreachReport, ContactReading, Modality, RecordClass, Representation
from sessions_app.services.groups import create_group
from tests.cast import CastTestCase, signed_in_as, user_of
from tests.pages import test_swap, test_swap_beyond_consent
from tests.pages.elsewhere import Elsewhere, Walk
from tests.swapping import form_in

PIN = "820417"
SENT: dict[str, set[str]] = {
    "adam_words_the_questions": {"pulse_questions"},
    "ana_asks_and_takes_along": {
        "export_data",
        "my_data",
        "own_breach",
        "privacy_ask",
        "step_up",
        "tell_breach",
    },
    "ana_decides_together_and_takes_everything_back": {
        "sign_together",
        "step_up",
        "take_everything_back",
        "together",
    },
    "ana_is_reached": {
        "begin_calendar",
        "begin_mail",
        "end_calendar",
        "end_mail",
        "look_at_notice",
        "mail",
        "mail_code",
        "new_calendar",
        "new_mail",
        "see_all_notices",
        "step_up",
    },
    "breaches_are_read": {"new_agreement", "note_talk", "read_breach", "supervised_breach"},
    "dora_says_how_it_goes": {"pulse_answers"},
    "fay_enters_papers_and_cody_attests": {
        "begin_paper",
        "confirm_paper",
        "drop_paper",
        "paper",
        "paper_no",
        "step_up",
    },
    "fay_hands_over_the_device": {
        "hand_for_agreement",
        "hand_for_consent",
        "room_decline",
        "room_leave",
        "room_pin",
        "room_sign",
    },
    "fay_looks_after_group_and_stays": {
        "close_group",
        "end_stay",
        "group_supervisor",
        "invite_member",
        "remove_way_in",
        "step_up",
        "way_removed",
    },
    "fay_records_who_speaks": {
        "bar_representative",
        "begin_representation",
        "confirm_representation",
        "correct_standing",
        "end_representation",
        "new_representation",
        "step_up",
        "supervised_bar",
        "supervised_end",
        "supervised_standing",
        "who_signs",
    },
    "paula_decides": {
        "represent_allow",
        "represent_no",
        "represent_sign",
        "represent_words",
        "step_up",
    },
    "sue_reviews": {
        "answer_request",
        "change_contact",
        "choose_next",
        "contact",
        "end_cover",
        "hand_over_group",
        "new_cover",
        "review_reading",
        "step_up",
        "supervised_contact",
        "take_up_review",
    },
}
# Forms no walk sends, and why.
NOT_WALKED = {
    "leave": "it does nothing but leave",
    "set_language": "a language is no id",
    "unlock_options": "a challenge of a passkey, which the test client has not",
    "passkey_options": "the same",
    "passkey_sign_in": "the same",
    "account_login": "nobody is signed in",
    "mfa_authenticate": "nobody is signed in",
    "lock": "it takes no id",
    "unlock": "it takes no id",
    "import_roster": "a file has no ids; its group is tried in the matrix",
    "add_roster": "it takes what was sealed for one person and group: test_roster_import.py",
}


def test_every_form_of_the_house_is_sent_by_a_walk():
    walked = test_swap.SENT.union(*SENT.values(), *test_swap_beyond_consent.SENT.values())
    assert walked & NOT_WALKED.keys() == set()
    assert TAKES.keys() - walked - NOT_WALKED.keys() == set()


@override_settings(
    EMAIL_HOST="mail.example.org", EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"
)
class WhatElseIsDone(Walk, CastTestCase):
    """Walked by Ana, Dora, Paula, Fay, Cody, Sue and Adam."""

    stage = Elsewhere

    def tearDown(self) -> None:
        """Every walk ends with nothing leaked, nothing changed, and its forms all sent."""
        walk = self._testMethodName.removeprefix("test_")
        self.nothing_leaked_and_nothing_changed(least=0, tries=0)
        assert self.found.posted == SENT[walk]

    def proven(self, browser: Any, actor: Any, fields: dict[str, Any] | None = None) -> str:
        """Give the proof that is asked for, and send the form it leads to."""
        self.proof(browser, actor)
        return browser.send(browser.at, {**form_in(browser.shown).fields, **(fields or {})})

    def test_ana_asks_and_takes_along(self) -> None:
        anas = self.walker(self.ana.actor)
        for page in ("/my-data/", "/privacy/", "/who-saw/left/"):
            anas.look(page)
        anas.fill("/privacy/ask/", kind="question", said="Who keeps my words?", about="")
        anas.look(f"/privacy/{self.wish.code}/")
        anas.send("/my-data/")
        self.proven(anas, self.ana.actor, {"print": "yes"})
        anas.fill(f"/agreements/{self.stint.pk}/breach/", text="A neighbour knew.")
        anas.send(f"/breaches/{self.breach.pk}/")

    def test_ana_is_reached(self) -> None:
        anas = self.walker(self.ana.actor)
        anas.look("/you/notices/")
        anas.send(f"/you/notices/{Notice.objects.filter(person=self.ana.actor.user)[0].pk}/")
        anas.send("/you/notices/seen/")
        anas.send("/you/mail/", {"begins": "22:00", "ends": "07:00"})
        anas.send("/you/mail/begin/")
        self.proven(anas, self.ana.actor, {"address": "ana@example.org", "language": "en"})
        mail.outbox.clear()
        send_waiting()
        [code] = re.findall(r"Your code is ([a-z0-9-]+)\.", mail.outbox[-1].body)
        anas.send("/you/mail/code/", {"code": code})
        anas.send("/you/mail/end/")
        anas.send("/you/calendar/begin/")
        self.proven(anas, self.ana.actor)
        anas.send("/you/calendar/end/")

    def test_dora_says_how_it_goes(self) -> None:
        fays_session = [str(self.session.pk), str(self.second_session.pk)]
        doras = self.walker(self.dora.actor, instead={"session": fays_session})
        doras.look("/pulse/")
        doras.send(f"/pulse/{self.large_session.pk}/", {"question": "1", "value": "4"})

    def test_fay_enters_papers_and_cody_attests(self) -> None:
        fays, codys = self.walker(self.fay), self.walker(self.cody)
        codys.look("/attesting/")
        codys.send(f"/attesting/papers/{self.paper.pk}/")
        self.proof(codys, self.cody)
        codys.send(codys.at, {"refused": "1"})
        anas = self.asked(self.said("Ana said it."))
        where = f"/requests/{anas.code}/paper/{self.consent_of(self.ana, anas).code}/"
        for reference in ("F-1", "F-2"):
            fays.fill(where, reference=reference, signed_on=self.today.isoformat())
            paper = PaperConsent.objects.latest("pk").pk
            if reference == "F-1":
                fays.send(f"/papers/{paper}/drop/")
        codys.send(f"/attesting/papers/{paper}/")
        self.proven(codys, self.cody)
        again = self.asked(self.said("Once more."), self.insurer)
        fays.send(f"/requests/{again.code}/paper/{self.consent_of(self.ana, again).code}/no/")

    def test_fay_hands_over_the_device(self) -> None:
        for one in (self.ana, self.cleo):
            user = user_of(one.actor)
            user.pin = hashed_pin(user, PIN)
            user.save(update_fields=["pin"])
        for does in ("no", "back", "sign"):
            asked = self.asked(self.said(f"In the room, {does}."))
            fays = self.walker(self.fay)
            fays.send(f"/requests/{asked.code}/room/{self.consent_of(self.ana, asked).code}/")
            if does != "back":
                fays.send("/room/pin/", {"pin": PIN})
            sends = {"signature": self.ana.name} if does == "sign" else {}
            fays.send(f"/room/{does}/", sends)
        fays = self.walker(self.fay)
        fays.send(f"/groups/{self.group.code}/agreement/room/{self.cleo.member.code}/")
        fays.send("/room/pin/", {"pin": PIN})
        fays.send("/room/sign/", {"signature": self.cleo.name})

    def test_paula_decides(self) -> None:
        reader = self.speaks_for(self.mia, "Reza Moss", may_read=True)
        anas = [self.question.code]
        rezas = self.walker(reader, C=anas)
        rezas.look("/for/")
        rezas.look(f"/for/{self.hers.code}/")
        rezas.send(f"/for/{self.hers.code}/words/")
        paulas = self.walker(self.paula, C=anas)
        paulas.look("/for/")
        paulas.send(f"/for/{self.hers.code}/allow/")
        self.proven(paulas, self.paula, {"signature": "Paula Moss"})
        paulas.send(f"/for/{self.hers.code}/no/")

    def test_fay_records_who_speaks(self) -> None:
        fays, sues = self.walker(self.fay), self.walker(self.sue)
        sues.look("/attesting/")
        sues.send(f"/attesting/speaking/{self.petras.pk}/")
        self.proven(sues, self.sue)
        signs = f"/groups/{self.group.code}/members/{self.mia.member.code}/signs/"
        year = (self.today + timedelta(days=200)).isoformat()
        fays.look(signs)
        fays.send(signs, {"signs": "representative", "of_age_on": year})
        for n in range(4):
            fays.fill(
                f"{signs}new/",
                name=f"Aunt {n}",
                authority="guardian",
                since=self.today.isoformat(),
                until="",
                evidence="An order was seen.",
            )
        aunts = list(Representation.objects.order_by("-pk")[:4])
        fays.send(f"/speaking/{aunts[0].pk}/end/")
        fays.send(f"/speaking/{aunts[1].pk}/bar/")
        sues.send(f"/desk/speaking/{aunts[2].pk}/end/")
        sues.send(f"/desk/speaking/{aunts[3].pk}/bar/")
        sues.look(f"/desk{signs}")
        sues.send(f"/desk{signs}", {"signs": "both", "of_age_on": year})
        self.proven(sues, self.sue)

    def test_breaches_are_read(self) -> None:
        fays, sues = self.walker(self.fay), self.walker(self.sue)
        fays.send(f"/told/{self.breach.pk}/")
        sues.look("/desk/breaches/")
        told = f"/desk/breaches/{BreachReport.objects.filter(group=self.group).latest('pk').pk}/"
        sues.send(told)
        sues.send(told, {"answer": "We spoke of it."})
        agreement = f"/groups/{self.group.code}/agreement/"
        fays.fill(f"{agreement}new/", text="We also keep the door closed.")
        fays.send(
            f"{agreement}talk/",
            {**form_in(fays.look(agreement), "").fields, "on": self.today.isoformat()},
        )

    def test_sue_reviews(self) -> None:
        fays, sues = self.walker(self.fay), self.walker(self.sue)
        member = f"/groups/{self.group.code}/members/{self.ana.member.code}/contact/"
        fays.fill(f"{member}change/", contact="A sister, 555-0101")
        fays.send(member, {"why": "Ana did not come home."})
        sues.send(f"/desk{member}", {"why": "The police called."})
        reading = ContactReading.objects.filter(read_by=self.fay.user, group=self.group)[0].pk
        for page in ("/reviews/", f"/reviews/{reading}/", "/requests-of-members/"):
            sues.look(page)
        sues.send(f"/reviews/{reading}/", {"in_order": "yes"})
        sues.look(f"/trail/items/{self.alone.code}/")
        sues.look(f"/trail/?code={self.ana.member.code}")
        sues.fill(f"/requests-of-members/{self.wish.code}/", agrees="yes", answer="Corrected.")
        group, day = f"/desk/groups/{self.group.code}/", self.today + timedelta(days=3)
        sues.look(group)
        sues.send(f"{group}take-up/")
        user = str(self.otto.user)
        sues.fill(f"{group}cover/", user=user, since=day.isoformat(), until=day.isoformat())
        sues.send(f"{group}cover/{self.cover.pk}/end/")
        sues.fill(f"{group}hand-over/{self.cody.user}/", user=user)
        self.proven(sues, self.sue)

    def test_adam_words_the_questions(self) -> None:
        words = {
            "first": "I came gladly.",
            "second": "I was heard.",
            "third": "I would come again.",
        }
        self.walker(self.adam).fill("/practice/pulse/", **words)

    def test_fay_looks_after_group_and_stays(self) -> None:
        fays = self.walker(self.fay)
        fays.send(f"/groups/{self.group.code}/members/{self.ben.member.code}/invite/")
        another = signed_in_as(user_of(self.fay), "facilitator")
        bens = str(self.ben.actor.sign_in)
        self.walker(self.fay, stay=[bens]).send(f"/you/stays/{another.sign_in}/end/")
        mine = self.walker(self.fay)
        mine.send(f"/you/ways-in/{self.fays_code_app}/remove/")
        self.proven(mine, self.fay)
        small = create_group(
            by=self.fay,
            name="A short one",
            modality=Modality.PROCESS,
            record_class=RecordClass.PSYCHOTHERAPY,
            since=self.today,
            once=uuid4(),
        )
        fays.send(f"/groups/{small.code}/supervisor/", {"supervisor": str(self.sue.user)})
        fays.fill(f"/groups/{small.code}/close/")

    def test_ana_decides_together_and_takes_everything_back(self) -> None:
        anas = self.walker(self.ana.actor)
        codes = [one.code for one in self.of_both]
        together = f"/questions/{codes[0]}/together/"
        drawn = form_in(anas.look(together)).fields
        anas.send(together, {**drawn, **{f"answer-{code}": "allow" for code in codes}})
        self.proven(anas, self.ana.actor, {"signature": self.ana.name})
        anas.look(f"/permissions/{codes[0]}/copy/")
        anas.look("/permissions/take-everything-back/")
        anas.send("/permissions/take-everything-back/")
        assert Consent.objects.filter(member=self.ana.member).exists()

"""A full working evening, every request of it tried with the ids of others and with extra fields.

Prints `requests=N swapped=N leaked=N changed=N`.
"""

import re
from datetime import timedelta

from accounts.factors import TOTP
from accounts.models import Recovery, RoleProposal, User
from accounts.queries import ways_in_of
from consent.models import Consent, Freeze, Release
from sessions_app.models import Disclosure, GroupSession
from tests.cast import (
    CastTestCase,
    shown_code,
    user_of,
)
from tests.pages.elsewhere import CHOSEN, Elsewhere, Walk, seed_is_ours
from tests.swapping import Swapper, form_in

# The names of the addresses that this walk sends a form to.
SENT = frozenset(
    (
        "account_logout",
        "add_to_note",
        "agree_to_lift",
        "agree_to_role",
        "agreement",
        "allow",
        "ask",
        "ask_recovery",
        "begin_agreeing",
        "begin_back",
        "begin_confirm_recovery",
        "begin_role",
        "begin_stint",
        "change_redacted",
        "change_way_in",
        "changes_seen",
        "come_back",
        "confirm_in_room",
        "confirm_recovery",
        "confirm_yes",
        "decline",
        "discard_item",
        "drop_proposal",
        "edit_item",
        "end_class_membership",
        "end_link",
        "end_other_stays",
        "end_role",
        "end_stays",
        "end_stint",
        "enter_in_error",
        "everybody_here",
        "find_person",
        "freeze",
        "give_role",
        "group_note",
        "hand_over",
        "house_policy",
        "invitation",
        "invitation_way",
        "invite_person",
        "keep_draft",
        "lift_freeze",
        "lift_hold",
        "looked_into",
        "make_link",
        "mark_attendance",
        "new_code_app",
        "new_group",
        "new_item",
        "new_link",
        "new_member",
        "new_passkey",
        "new_password",
        "new_person",
        "new_pin",
        "new_recipient",
        "new_recovery_codes",
        "new_session",
        "new_summary",
        "notes",
        "open_in_session",
        "open_item",
        "open_link",
        "open_package",
        "pressured",
        "preview_own",
        "read_words",
        "recipient_class",
        "recoveries",
        "redact",
        "release",
        "release_confirm",
        "release_group",
        "release_group_confirm",
        "release_session",
        "release_session_confirm",
        "remove_way_in",
        "review_look",
        "say_pressured",
        "second_look",
        "sign_notes",
        "sign_question",
        "stays_ended",
        "step_up",
        "summary",
        "switch_off",
        "take_back",
        "try_group",
        "try_release",
        "try_session",
    )
)


class TheEvening(Walk, CastTestCase):
    """Walked by Fay, Cody, Ana, Ben, Sue, Adam and whoever gets the letter."""

    stage = Elsewhere

    def test_somebody_elses_ids_and_fields_of_ones_own_making_do_nothing(self):
        self.facilitator_writes()
        self.member_decides()
        self.facilitator_releases()
        self.recipient_reads()
        self.supervisor_looks()
        self.administrator_keeps_house()
        self.administrator_cares_for_people()
        self.administrator_changes_ways_in()
        self.member_takes_back()
        self.supervisor_lifts()
        self.two_let_somebody_in_anew()
        self.member_changes_ways_in()
        self.facilitator_ends_it()
        self.nothing_leaked_and_nothing_changed(least=80, tries=300)
        assert self.found.posted == SENT

    def facilitator_writes(self) -> None:
        fays = self.fays = self.walker(self.fay)
        day = (self.today - timedelta(days=1)).isoformat()
        for page in (
            "/",
            "/today/",
            "/groups/",
            f"/groups/{self.group.code}/",
            "/requests/",
            "/you/",
        ):
            fays.look(page)
        fays.fill(
            "/groups/new/",
            name="A new group",
            modality="grief",
            record_class="psychotherapy",
            since=day,
            colleagues=[str(self.cody.user)],
            supervisor=str(self.sue.user),
        )
        fays.fill(f"/groups/{self.group.code}/members/new/", name="Nora Nilsen", since=day)
        fays.look(f"/groups/{self.group.code}/?before={self.second_session.pk}")
        fays.fill("/find/", q="Ana", group=self.group.code)
        fays.fill(
            f"/groups/{self.group.code}/sessions/new/", day=day, starts_at="18:00", ends_at="19:30"
        )
        self.tonight = GroupSession.objects.filter(group=self.group).latest("pk")
        here = f"/sessions/{self.tonight.pk}/"
        fays.send(f"{here}here/")
        grid = form_in(fays.look(here), "Save attendance")
        cell = {f"status-{self.ben.member.pk}": "absent"}
        fays.send(f"{here}attendance/", {**grid.fields, **cell})
        fays.send(f"{here}drafts/item/", {"text": "He said", "speaker": str(self.ana.member.pk)})
        capture = form_in(fays.look(here), "Save and seal").fields
        fays.send(
            f"{here}items/new/",
            {
                **capture,
                "speaker": str(self.ana.member.pk),
                "concerned": [str(self.ben.member.pk)],
                "text": "I was glad that Ben came back.",
                "guard-item-0-words": "Ben",
                "guard-item-0": f"concerns:{self.ben.member.pk}",
            },
        )
        self.said_tonight = Disclosure.objects.latest("pk")
        item = f"/items/{self.said_tonight.code}/"
        fays.send(f"{item}open/")
        fays.send(f"{here}open/{self.said_tonight.code}/")
        fays.fill(
            f"{item}edit/",
            text="I was glad that one of us came back.",
            concerned=[str(self.ben.member.pk)],
        )
        fays.fill(f"{here}notes/", **{f"text-{self.ana.member.pk}": "Spoke freely."})
        fays.send(f"{here}drafts/{self.ana.member.pk}/", {f"text-{self.ana.member.pk}": "Spoke"})
        signing = form_in(fays.look(f"{here}notes/"), "").fields
        fays.send(f"{here}notes/sign/", signing)
        fays.fill(f"{here}summaries/{self.ana.member.code}/new/", text="Worked on trust.")
        fays.fill(f"{item}leave-out/", text="I was glad.", concerned=[str(self.ana.member.pk)])
        redacted = Disclosure.objects.latest("pk")
        fays.fill(
            f"/items/{redacted.code}/left-out/",
            text="I was very glad.",
            concerned=[str(self.ana.member.pk)],
        )
        codys = self.walker(self.cody)
        codys.fill(f"/items/{redacted.code}/second-look/", nobody_else="on", confirm="1", reason="")
        fays.fill(
            f"{item}ask/",
            recipient=self.clinic.code,
            purpose="TREAT",
            within="",
            nobody_else="on",
            expires_on=(self.today + timedelta(days=30)).isoformat(),
            answer_by=(self.today + timedelta(days=7)).isoformat(),
        )

    def member_decides(self) -> None:
        for person in (self.ana, self.ben):
            others = [self.ben, self.ana][person is self.ben]
            theirs = Consent.objects.filter(member=others.member).latest("pk").code
            stint = str(others.member.memberships.get().pk)
            own = Consent.objects.filter(member=person.member).latest("pk")
            browser = self.walker(person.actor, C=[theirs], membership=[stint])
            for page in (
                "/home/",
                "/who-saw/",
                "/permissions/",
                f"/permissions/?before={own.code}",
                "/agreements/",
            ):
                browser.look(page)
            question = f"/questions/{own.code}/"
            browser.look(question)
            browser.send(f"{question}allow/")
            self.proof(browser, person.actor)
            browser.send(browser.at, {**form_in(browser.shown).fields, "signature": person.name})
            browser.look(f"/permissions/{own.code}/")
            browser.send(f"/permissions/{own.code}/words/")
            if person is self.ana:  # words that concern nobody else
                browser.send(f"/permissions/{self.alone_consent.code}/preview/")
        self.anas_consent = Consent.objects.filter(member=self.ana.member).latest("pk")
        stint = self.unsigned_stint.pk
        self.walker(self.cleo.actor, membership=[str(self.stint.pk)]).fill(
            f"/agreements/{stint}/", signature="Cleo Castell"
        )

    def facilitator_releases(self) -> None:
        fays = self.fays
        item = f"/items/{self.said_tonight.code}/"
        request = self.anas_consent.request
        fays.look(f"/requests/?before={request.code}")
        fays.look(f"/requests/{request.code}/")
        fays.send(f"/requests/{request.code}/confirm/{self.anas_consent.code}/")
        self.proof(fays, self.fay)
        fays.send(fays.at, form_in(fays.shown).fields)
        for of in (item, f"/sessions/{self.tonight.pk}/", f"/groups/{self.group.code}/"):
            fays.send(f"{of}release/{self.clinic.code}/TREAT/try/")
            fays.look(f"{of}release/?recipient={self.clinic.code}&purpose=TREAT")
            fays.fill(f"{of}release/", recipient=self.clinic.code, purpose="TREAT")
            self.proof(fays, self.fay)
            fays.send(fays.at, form_in(fays.shown).fields)
        mine = Release.objects.filter(items__version__disclosure=self.said_tonight)
        release = f"/releases/{mine.earliest('pk').code}/"
        fays.look(release)
        fays.send(f"{release}open/")
        fays.send(f"{release}hand-over/", {"received": "signed_for"})
        fays.look(f"{release}receipt/")
        fays.fill(f"{release}links/new/", hours="72", openings="3")
        self.proof(fays, self.fay)
        fays.send(fays.at, form_in(fays.shown).fields)

    def recipient_reads(self) -> None:
        link = self.opened_link
        reader = self.walker()
        reader.look(f"/r/{link.link.code}/")
        reader.send(f"/r/{link.link.code}/", {"secret": link.secret, "passcode": link.passcode})
        reader.send(f"/r/{link.link.code}/", {"again": "1"})

    def supervisor_looks(self) -> None:
        sues = self.walker(self.sue)
        for page in ("/desk/", "/trail/", f"/trail/?code={self.alone.code}", "/freeze/"):
            sues.look(page)
        sues.send(f"/desk/alarms/{self.alarm.seq}/")
        sues.fill(
            f"/desk/looks/{self.waiting_for_sue.code}/", nobody_else="on", confirm="1", reason=""
        )
        sues.send("/freeze/")
        frozen = Freeze.objects.filter(practice=self.practice).latest("pk")
        for browser, actor in ((sues, self.sue), (self.walker(self.adam), self.adam)):
            browser.send(f"/freeze/{frozen.pk}/lift/")
            self.proof(browser, actor)
            browser.send(browser.at)

    def administrator_keeps_house(self) -> None:
        adams = self.adams = self.walker(self.adam)
        for page in ("/practice/", "/practice/keys/", "/people/", "/proposals/", "/recipients/"):
            adams.look(page)
        adams.fill("/practice/rules/", longest_days="90", cooling_off_hours="0")
        adams.fill("/practice/rules/", longest_days="", cooling_off_hours="0")
        adams.fill("/recipients/new/", name="Somebody", address="1 Road", kind="person")
        adams.send(f"/recipients/{self.providers.code}/", {"recipient": self.insurer.code})
        adams.send(f"/recipients/{self.providers.code}/members/{self.clinic.code}/end/")

    def administrator_cares_for_people(self) -> None:
        adams = self.adams
        adams.fill("/people/new/", name="New Person", roles=["facilitator"])
        person = f"/people/{User.objects.latest('pk').pk}/"
        adams.look(person)
        adams.look(f"{person}invite/")
        adams.send(f"{person}invite/")
        adams.send(f"{person}roles/facilitator/end/")
        for role in ("facilitator", "supervisor"):
            adams.send(f"{person}roles/{role}/")
            self.proof(adams, self.adam)
            adams.send(adams.at)
            adams.send(f"{person}roles/facilitator/end/")
        dropped = RoleProposal.objects.get(user=person.split("/")[2])
        adams.look("/proposals/")
        adams.send(f"/proposals/{dropped.pk}/drop/")
        adams.look(f"{person}off/")
        adams.send(f"{person}off/")
        adams.send(f"{person}back/")
        self.proof(adams, self.adam)
        adams.send(adams.at)
        name = user_of(self.otto).sign_in_name
        adams.send("/people/stays/", {"name": name})
        self.proof(adams, self.adam)
        adams.send(adams.at)
        adas = self.walker(self.ada)
        adas.look(f"/people/{self.nia.pk}/")
        adas.send(f"/proposals/{self.proposal.pk}/agree/")
        self.proof(adas, self.ada)
        adas.send(adas.at)

    def administrator_changes_ways_in(self) -> None:
        adams = self.adams
        for page in ("/you/", "/you/stays/", "/you/ways-in/"):
            adams.look(page)
        for what, sends in (
            ("pin", {"pin": "492751"}),
            ("recovery-codes", {}),
            ("code-app", {}),
            ("password", {"password": CHOSEN}),
        ):
            adams.send(f"/you/ways-in/{what}/")
            self.proof(adams, self.adam)
            if what == "code-app":
                sends = {"code": shown_code(adams.session["code_app"][1])}
            adams.send(adams.at, {**form_in(adams.shown).fields, **sends})
            if what == "code-app":  # the app of the tests again, for the proofs that follow
                seed_is_ours(user_of(self.adam))
        adams.send("/you/changes/seen/")
        adams.send("/you/stays/others/end/")

    def member_takes_back(self) -> None:
        bens = str(self.consent_of(self.ben, self.anas_consent.request).code)
        anas = self.walker(self.ana.actor, C=[bens])
        anas.look(f"/permissions/{self.anas_consent.code}/take-back/")
        anas.send(f"/permissions/{self.anas_consent.code}/take-back/")
        anas.send(f"/questions/{self.question.code}/decline/")
        alone = f"/permissions/{self.alone_consent.code}/"
        anas.look(f"{alone}pressured/")
        anas.send(f"{alone}pressured/")

    def supervisor_lifts(self) -> None:
        sues, held = self.walker(self.sue), f"/desk/pressured/{self.pressured_yes.code}/"
        sues.look(held)
        sues.send(held)
        self.proof(sues, self.sue)
        sues.send(sues.at)

    def two_let_somebody_in_anew(self) -> None:
        fays, codys, own = self.fays, self.walker(self.cody), self.recovery.pk
        fays.fill("/recoveries/", "Sign-in name", name=user_of(self.ben.actor).sign_in_name)
        self.proof(fays, self.fay)
        fays.send(fays.at)
        bens = str(Recovery.objects.get(user=self.ben.actor.user).pk)
        codys.look("/recoveries/")
        codys.send(f"/recoveries/{own}/confirm/")
        self.proof(codys, self.cody)
        self.found_wrong_person(codys, bens)
        code = re.search(r"<code[^>]*>([^<]+)<", codys.send(codys.at))
        visitor = self.walker()
        visitor.fill(
            "/invitation/", name=user_of(self.cleo.actor).sign_in_name, code=code[1] if code else ""
        )
        visitor.send(
            "/invitation/way/",
            {**form_in(visitor.shown, "New password").fields, "password": CHOSEN},
        )

    def found_wrong_person(self, browser: Swapper, other: str) -> None:
        """A proof for letting one person in anew shows nothing of another who waits too."""
        own = str(self.recovery.pk)
        assert browser.get(browser.at.replace(own, other)).status_code == 404

    def member_changes_ways_in(self) -> None:
        anas = self.walker(self.ana.actor)
        anas.look("/you/ways-in/")
        for what in ("passkey", "code-app", "recovery-codes", "password"):
            anas.send(f"/you/ways-in/{what}/")
            self.proof(anas, self.ana.actor)
            sends = {"passkey": {"credential": "{}"}, "password": {"password": CHOSEN}}
            if what == "code-app":
                sends[what] = {"code": shown_code(anas.session["code_app"][1])}
            anas.send(anas.at, {**form_in(anas.shown).fields, **sends.get(what, {})})
        [app] = [one for one in ways_in_of(user_of(self.ana.actor)) if one.type == TOTP]
        anas.send(f"/you/ways-in/{app.pk}/remove/")

    def facilitator_ends_it(self) -> None:
        fays = self.fays
        fays.send(f"/links/{self.link.code}/end/")
        fays.fill(f"/items/{self.nothing_asked.code}/discard/")
        fays.fill(f"/items/{self.of_three.code}/error/")
        fays.fill(f"/items/{self.signed_note.code}/add/", text="One thing more.")
        fays.fill(f"/sessions/{self.second_session.pk}/group-note/", text="And this.")
        fays.fill(f"/items/{self.summary.code}/summary/", text="Came back to work, and stayed.")
        fays.fill(
            f"/groups/{self.group.code}/members/{self.ben.member.code}/end/",
            until=self.today.isoformat(),
        )
        fays.fill(
            f"/members/{self.ben.member.code}/groups/",
            group=self.group.code,
            since=self.today.isoformat(),
        )
        fays.send("/sign-out/")

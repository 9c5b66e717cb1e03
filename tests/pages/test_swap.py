"""A full working evening, every request of it tried with the ids of others and with extra fields.

Prints `requests=N swapped=N leaked=N changed=N`.
"""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from django.core.cache import cache

from accounts.factors import TOTP, totp_data
from accounts.models import Recovery, Role, RoleProposal, StepUp, User
from accounts.queries import open_proposals, ways_in_of
from accounts.services import begin_step_up
from accounts.services.recovery import ask_recovery, ask_scope
from accounts.staffing import add_person
from consent.models import Consent, Freeze, Release
from consent.services.deciding import grant_scope
from consent.services.freezing import freeze
from consent.services.holding import hold_consent
from sessions_app.models import Disclosure, GroupSession, Member, Membership
from tests.cast import (
    SEED,
    Cast,
    CastTestCase,
    proof_of,
    recipient,
    shown_code,
    sign_in,
    staff,
    user_of,
)
from tests.pages.persons import Persons
from tests.swapping import CODE, Found, Swapper, form_in

THEIR_WORDS = "Dora kept the second key."
CHOSEN = "a garden gate left open"


def seed_is_ours(user: User) -> None:
    """Let a code app that was set up anew show what the tests' app shows."""
    own = Authenticator.objects.filter(user=user, type=TOTP)
    own.update(data=totp_data(user, SEED, -1))


class Elsewhere(Persons):
    """The persons, and a group of Otto's with as much in it as Fay has."""

    def play(self) -> None:
        super().play()
        self.ada = staff(self.practice, "Ada Ahlers", Role.ADMINISTRATOR)
        self.theirs = _Others(self)
        self.foreign = self.theirs.by_kind()


class _Others(Cast):
    """Otto's group, played as the cast plays Fay's."""

    def __init__(self, scene: Any) -> None:
        self.today, self.clinic, self.scene = scene.today, scene.clinic, scene
        self.fay, self.group, self.ana = scene.otto, scene.other_group, scene.dora
        self.session = self.held(
            self.fay, self.group, present=[self.ana, *scene.newcomers], days_ago=4
        )
        self.item = self.said(THEIR_WORDS)
        self.request = self.asked(self.item)
        self.consent = self.grants(self.ana, self.request)
        self.release = self.releases(self.item)
        self.link = self.linked(self.release).link
        self.step_up = begin_step_up(by=self.fay, scope=grant_scope(self.consent))
        self.far = recipient(scene.zoe, "Far clinic")
        self.freeze = freeze(by=replace(scene.zoe, role="supervisor"))
        self.recovery = ask_recovery(
            by=scene.zoe,
            user=user_of(scene.zed.actor),
            step_up_id=self.stepped_up(scene.zoe, ask_scope(scene.zed.actor.user)),
        )
        far_administrator = replace(scene.zoe, role="administrator")
        add_person(by=far_administrator, name="Far Person", roles=[Role.SUPERVISOR], once=uuid4())
        [self.proposal] = open_proposals(scene.other_practice.pk)
        self.held_yes = self.grants(self.ana, self.asked(self.said(THEIR_WORDS), self.clinic))
        hold_consent(by=self.ana.actor, code=self.held_yes.code)

    def by_kind(self) -> dict[str, list[str]]:
        """Return the ids of others for each kind there is: of the practice, and of another."""
        scene = self.scene
        return {
            "G": [self.group.code],
            "M": [self.ana.member.code],
            "D": [self.item.code],
            "Q": [self.request.code],
            "C": [self.consent.code, self.held_yes.code],
            "R": [self.release.code],
            "L": [self.link.code],
            "P": [self.far.code],
            "session": [str(self.session.pk)],
            "member": [str(self.ana.member.pk), str(scene.zed.member.pk)],
            "membership": [str(stint.pk) for stint in self.group.memberships.all()],
            "step_up": [str(self.step_up.pk)],
            "user": [str(scene.zoe.user), str(scene.ana.actor.user)],
            "freeze": [str(self.freeze.pk)],
            "recovery": [str(self.recovery.pk)],
            "proposal": [str(self.proposal.pk)],
        }


class TheEvening(Elsewhere, CastTestCase):
    """Walked by Fay, Cody, Ana, Ben, Sue, Adam and whoever gets the letter."""

    stage = Elsewhere

    def setUp(self) -> None:
        cache.clear()
        self.found = Found()
        self.kinds = dict[str, str]()

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
        found = self.found
        print(
            f"\nrequests={found.requests} swapped={found.swapped}"
            f" leaked={len(found.leaked)} changed={len(found.changed)}"
        )
        assert not found.leaked, "\n".join([*found.leaked[:60], *found.changed[:60]])
        assert not found.changed, "\n".join(found.changed[:60])
        assert found.requests > 80
        assert found.swapped > 300

    def walker(self, actor: Any = None, **more: list[str]) -> Swapper:
        """Return the browser of one person; `more` are others' ids of their own group."""

        def foreign(own: str) -> list[str]:
            kind = own[0] if CODE.fullmatch(own) else self.kind_of(own)
            others = [*self.foreign.get(kind, []), *more.get(kind, [])]
            return [other for other in others if other != own]

        browser = Swapper(
            self.found, foreign, (THEIR_WORDS, "Dora Dahl", "Zed Zimmer", str(self.zoe.user))
        )
        if actor:
            sign_in(browser, actor)
        return browser

    def kind_of(self, row: str) -> str:
        """Return what kind of thing a row key is of; empty for a key that is of nothing."""
        if row not in self.kinds:
            kinds = {
                "session": GroupSession,
                "member": Member,
                "membership": Membership,
                "step_up": StepUp,
                "user": User,
                "freeze": Freeze,
                "recovery": Recovery,
                "proposal": RoleProposal,
            }
            self.kinds[row] = next(
                (
                    name
                    for name, model in kinds.items()
                    if model.objects.filter(pk=UUID(row)).exists()
                ),
                "",
            )
        return self.kinds[row]

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

    def proof(self, browser: Swapper, actor: Any) -> None:
        """Answer the question who this is, with whatever its form asks for."""
        drawn, proof = form_in(browser.shown, "Your password").fields, proof_of(actor)
        browser.send(browser.at, {**drawn, **{n: v for n, v in proof.items() if n in drawn}})

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
        fays.send("/sign-out/")

"""Somebody else's things, and the walks that try them: every request with others' ids, and more.

What is theirs is of another group of the practice, and of another practice.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from allauth.mfa.models import Authenticator
from django.core.cache import cache

from accounts.factors import TOTP, totp_data
from accounts.models import Recovery, Role, RoleProposal, SignIn, StepUp, User
from accounts.queries import open_proposals
from accounts.services import begin_step_up
from accounts.services.recovery import ask_recovery, ask_scope
from accounts.staffing import add_person
from consent.models import Freeze, Notice, PaperConsent
from consent.services.deciding import grant_scope
from consent.services.freezing import freeze
from consent.services.holding import hold_consent
from consent.services.papers import attest_paper
from consent.services.privacy import ask_privacy
from ethics.models import CasePerson, CaseShare, CaseStep
from ethics.risk_rules import Talk
from ethics.rules import StepKind
from ethics.services.risk import record_risk, write_safety_plan
from sessions_app import queries as sessions
from sessions_app.models import (
    BreachReport,
    ContactReading,
    GroupSession,
    Member,
    Membership,
    Representation,
)
from sessions_app.services.agreements import report_breach
from sessions_app.services.contacts import read_contact, write_contact
from sessions_app.services.groups import assign_supervisor
from tests.cast import (
    SEED,
    Cast,
    proof_of,
    recipient,
    sign_in,
    staff,
    user_of,
)
from tests.overriding import TEXT, Overriding
from tests.pages.persons import Persons
from tests.speaking_for import SpeakingFor
from tests.swapping import CODE, Found, Swapper, form_in
from tests.thinking import Thought

THEIR_WORDS = "Dora kept the second key."
THEIR_THOUGHT = "Somebody keeps a second key."  # a case names nobody
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
        sten = staff(self.practice, "Sten Sund", Role.SUPERVISOR)
        assign_supervisor(
            by=self.adam, group=self.other_group, user=user_of(sten), since=self.a_while_ago()
        )
        self.theirs = _Others(self)
        self.foreign = self.theirs.by_kind()


class _Others(Overriding, SpeakingFor, Cast):
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
        self.wish = ask_privacy(by=self.ana.actor, kind="question", text=THEIR_WORDS, once=uuid4())
        [stint] = sessions.own_memberships(self.ana.actor)
        self.breach = report_breach(
            by=self.ana.actor,
            membership_id=stint.pk,
            text=THEIR_WORDS,
            tell_leaders=True,
            once=uuid4(),
        )
        self.notice = Notice.objects.filter(person=self.ana.actor.user).latest("pk")
        self.paper = attest_paper(
            by=self.fay,
            code=self.consent_of(self.ana, self.asked(self.said(THEIR_WORDS))).code,
            reference=THEIR_WORDS,
            signed_on=self.today,
            once=uuid4(),
        )
        self.speaking, _ = self.recorded(self.ana, "Dagmar Dahl")
        self.reading = self._contact_read()
        self.crisis = self.clinic
        self.override = self.requests(
            self.said(TEXT), more=dict.fromkeys(("what", "consulted"), THEIR_WORDS)
        )
        self._thought_of_a_case()
        self._worried()

    def _thought_of_a_case(self) -> None:
        thinks = Thought(self)
        self.case = thinks.opens(THEIR_THOUGHT)
        self.entry = thinks.writes(self.case, StepKind.FACTS, {"facts": THEIR_THOUGHT})
        peer = staff(self.scene.practice, "Per Ek", Role.FACILITATOR)
        self.asked_on = thinks.asks_onto(self.case, user_of(peer), "peer")
        self.share = thinks.shares(self.case, self.entry, {"facts": THEIR_THOUGHT})

    def _worried(self) -> None:
        of = {"group_code": self.group.code, "member_code": self.ana.member.code}
        self.worry = record_risk(
            by=self.fay,
            **of,
            talk=Talk(level="low", heard=THEIR_WORDS),
            follow_up_on=self.today,
            once=uuid4(),
        )
        write_safety_plan(by=self.fay, **of, parts={"alone": THEIR_WORDS}, seen=0)

    def _contact_read(self) -> ContactReading:
        of_it = {"by": self.fay, "group": self.group, "member_code": self.ana.member.code}
        write_contact(**of_it, contact=THEIR_WORDS)
        read_contact(**of_it, why=THEIR_WORDS)
        return ContactReading.objects.get(group=self.group)

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
            "W": [self.wish.code],
            "breach": [str(self.breach.pk)],
            "notice": [str(self.notice.pk)],
            "paper": [str(self.paper.pk)],
            "speaking": [str(self.speaking.pk)],
            "reading": [str(self.reading.pk)],
            "stay": [str(self.fay.sign_in), str(scene.zoe.sign_in)],
            "E": [self.override.code],
            "K": [self.case.code],
            "X": [self.worry.code],
            "entry": [str(self.entry.pk)],
            "asked_on": [str(self.asked_on.pk)],
            "share": [str(self.share.pk)],
        }


class Walk(Elsewhere):
    """A walk through pages with a browser for each person. Add it before `CastTestCase`."""

    def setUp(self) -> None:
        cache.clear()
        self.found = Found()
        self.kinds = dict[str, str]()

    def walker(
        self, actor: Any = None, *, instead: dict[str, list[str]] | None = None, **more: list[str]
    ) -> Swapper:
        """Return the browser of one person; `more` are others' ids of their own group.

        `instead` are all the ids of others there are, for somebody to whom the rest is no other's.
        """

        def foreign(own: str) -> list[str]:
            kind = own[0] if CODE.fullmatch(own) else self.kind_of(own)
            others = [*(instead or self.foreign).get(kind, []), *more.get(kind, [])]
            return [other for other in others if other != own]

        secrets = (THEIR_WORDS, THEIR_THOUGHT, "Dora Dahl", "Zed Zimmer", str(self.zoe.user))
        browser = Swapper(self.found, foreign, secrets)
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
                "breach": BreachReport,
                "notice": Notice,
                "paper": PaperConsent,
                "speaking": Representation,
                "reading": ContactReading,
                "stay": SignIn,
                "entry": CaseStep,
                "asked_on": CasePerson,
                "share": CaseShare,
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

    def proof(self, browser: Swapper, actor: Any) -> None:
        """Answer the question who this is, with whatever its form asks for."""
        drawn, proof = form_in(browser.shown, "Your password").fields, proof_of(actor)
        browser.send(browser.at, {**drawn, **{n: v for n, v in proof.items() if n in drawn}})

    def nothing_leaked_and_nothing_changed(self, *, least: int, tries: int) -> None:
        found = self.found
        print(
            f"\nrequests={found.requests} swapped={found.swapped}"
            f" leaked={len(found.leaked)} changed={len(found.changed)}"
        )
        assert not found.leaked, "\n".join([*found.leaked[:60], *found.changed[:60]])
        assert not found.changed, "\n".join(found.changed[:60])
        assert found.requests > least
        assert found.swapped > tries

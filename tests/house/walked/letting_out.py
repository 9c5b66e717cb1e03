"""Previews, releases, links, holds, freezes, and taking back."""

from django.db import transaction

from audit.entry import Line
from consent import queries as consents
from consent.models import Consent, Freeze
from consent.services import (
    alarms,
    confirming,
    deciding,
    freezing,
    holding,
    links,
    policy,
    previewing,
    release,
    sweeping,
    together,
)
from consent.services.verdicts import item_asked_for
from oversight import services as oversight
from tests.cast import (
    agrees_to_lift,
)
from tests.house.walked.scene import OnOneScene, Walks
from tests.walls import wall_lowered


class LettingOutWalked(OnOneScene):
    def walks_of_letting_out(self) -> Walks:
        return {
            "preview": (
                "release.previewed",
                lambda: previewing.preview(
                    by=self.fay,
                    ask=lambda: item_asked_for(self.fay, self.item.code),
                    recipient=self.clinic,
                    purpose="TREAT",
                ),
            ),
            "preview_own": (
                "question.previewed",
                lambda: previewing.preview_own(
                    by=self.ana.actor,
                    consent=consents.own_consent(self.ana.actor, self.consent.code),
                ),
            ),
            "release_item": ("release", self.a_release_is_made),
            "release_session": ("release", self.releases_session),
            "release_group": ("release", self.releases_group),
            "open_release": (
                "release.opened",
                lambda: release.open_release(by=self.fay, code=self.released.code),
            ),
            "make_link": ("link.made", self.a_link_is_made),
            "open_link": (
                "link.opened",
                lambda: setattr(self, "opened", self.opens_the_link()),
            ),
            "reopen": (
                "link.opened",
                lambda: links.reopen(code=self.made.link.code, visit=self.opened.visit),
            ),
            "end_link": (
                "link.ended",
                lambda: links.end_link(by=self.fay, code=self.made.link.code),
            ),
            "hand_over": (
                "release.handed_over",
                lambda: release.hand_over(by=self.fay, code=self.released.code),
            ),
            "confirm_in_person": ("consent.unheld", lambda: self.a_yes_is_confirmed(self.consent)),
            "hold_consent": ("consent.held", self.a_yes_is_held),
            "lift_hold": ("consent.unheld", self.a_hold_is_lifted),
            "set_house_policy": (
                "house.policy_set",
                lambda: policy.set_house_policy(
                    by=self.adam, longest_days=90, cooling_off_hours=0, in_person=False
                ),
            ),
            "sweep_ended": ("consent.expired", self.an_end_is_swept),
            "freeze": ("house.frozen", lambda: freezing.freeze(by=self.sue)),
            "lift_freeze": ("house.lift_agreed", self.a_freeze_is_lifted),
            "lift_freeze_at_the_machine": ("house.unfrozen", self.a_freeze_is_lifted_there),
            "freeze_if_rolled_back": (
                "house.frozen",
                lambda: freezing.freeze_if_rolled_back([Line(self.practice.pk, 10_000, b"")]),
            ),
            "revoke_consent": (
                "consent.revoked",
                lambda: deciding.revoke_consent(by=self.ana.actor, code=self.consent.code),
            ),
            "revoke_everything": (
                "consent.revoked",
                lambda: together.revoke_everything(by=self.ana.actor),
            ),
            "raise_alarm": (alarms.FORGED, lambda: self.an_alarm_is_raised(self.consent)),
            "close_alarm": (
                alarms.CLOSED,
                lambda: oversight.close_alarm(by=self.sue, seq=self.last_entry().seq),
            ),
        }

    def an_alarm_is_raised(self, consent: Consent) -> None:
        with transaction.atomic():
            alarms.raise_alarm(
                by=self.fay,
                act=alarms.FORGED,
                object_id=consent.pk,
                code=consent.code,
                group=self.group.pk,
            )

    def an_end_is_swept(self) -> None:
        consent = self.grants(self.ana, self.asked(self.said("Until then.")))
        with wall_lowered("consent_consentevent"):
            consent.events.filter(kind="granted").update(until=consent.effective)
        sweeping.sweep_ended()

    def a_yes_is_confirmed(self, consent: Consent) -> None:
        step_up = self.stepped_up(self.fay, confirming.confirm_scope(consent))
        confirming.confirm_in_person(by=self.fay, code=consent.code, step_up_id=step_up)

    def a_yes_is_held(self) -> None:
        self.held = self.grants(self.ana, self.asked(self.said("My brother reads my phone.")))
        holding.hold_consent(by=self.ana.actor, code=self.held.code)

    def a_hold_is_lifted(self) -> None:
        step_up = self.stepped_up(self.sue, holding.lift_scope(self.held))
        holding.lift_hold(by=self.sue, code=self.held.code, step_up_id=step_up)

    def a_freeze_is_lifted(self) -> None:
        frozen = Freeze.objects.earliest("pk")
        for one in (self.sue, self.adam):
            agrees_to_lift(one, frozen)

    def a_freeze_is_lifted_there(self) -> None:
        frozen = freezing.freeze(by=self.sue)
        for one in (self.sue, self.adam):
            freezing.lift_freeze_at_the_machine(by=one, freeze_id=frozen.pk)

    def a_release_is_made(self) -> None:
        self.released = self.releases(self.item)

    def a_link_is_made(self) -> None:
        self.made = self.linked(self.released)

    def opens_the_link(self) -> links.OpenedLink:
        return links.open_link(
            code=self.made.link.code, secret=self.made.secret, passcode=self.made.passcode
        )

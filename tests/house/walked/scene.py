"""What every walk stands on: two items of Ana's that were asked about."""

from collections.abc import Callable

from accounts import services as accounts
from accounts.models import Role
from audit.trail import Actor
from consent.services import deciding
from tests.cast import CastTestCase

Walks = dict[str, tuple[str, Callable[[], object]]]


class OnOneScene(CastTestCase):
    """What a walk leaves behind for a later one is an attribute: a cover, a link, a note."""

    def setUp(self) -> None:
        super().setUp()
        zack = accounts.create_staff(
            by=self.adam, practice=self.practice.pk, name="Zack", roles=[Role.FACILITATOR]
        ).user
        self.zack = Actor(self.practice.pk, zack.pk, Role.FACILITATOR)
        self.item = self.said()
        self.request = self.asked(self.item)
        self.consent = self.consent_of(self.ana, self.request)
        self.to_decline = self.consent_of(self.ana, self.asked(self.said("Else."), self.insurer))
        self.asked_again = accounts.begin_step_up(
            by=self.ana.actor, scope=deciding.grant_scope(self.consent)
        )

"""The scene of the tests of cases: the cast, an outside colleague and another supervisor."""

from accounts.models import Role
from tests.cast import Cast, CastTestCase, staff
from tests.thinking import Thinking


class WithColleagues(Cast):
    def play(self) -> None:
        super().play()
        self.uma = staff(self.practice, "Uma Ullrich", Role.OUTSIDE_COLLEAGUE)
        self.sid = staff(self.practice, "Sid Sorel", Role.SUPERVISOR)


class CaseTestCase(Thinking, CastTestCase):
    stage = WithColleagues

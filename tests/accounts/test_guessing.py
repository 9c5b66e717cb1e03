"""Fifty guesses in the same instant: no door compares more than its limit (T17)."""

from tests.cast import TransactionalCastTestCase
from tests.drills.guessing import FREE, FREE_FROM_ANYWHERE, Doors, elsewhere, here


class FiftyAtOnce(TransactionalCastTestCase):
    """Counted at what compares, below what counts. The drill does it with four processes."""

    def setUp(self):
        super().setUp()
        self.doors = Doors(self)

    def test_at_a_password(self):
        run = self.doors.password(here)
        assert (run.evaluated, run.right, run.failed) == (FREE, 0, [])

    def test_at_a_password_from_fifty_addresses(self):
        run = self.doors.password(elsewhere)
        assert (run.evaluated, run.right, run.failed) == (FREE_FROM_ANYWHERE, 0, [])

    def test_at_a_code_of_the_app(self):
        run = self.doors.code()
        assert (run.evaluated, run.right, run.failed) == (FREE, 0, [])

    def test_at_a_recovery_code(self):
        run = self.doors.recovery_code()
        assert (run.evaluated, run.right, run.failed) == (FREE, 0, [])

    def test_at_a_one_time_code(self):
        run = self.doors.invitation(here)
        assert (run.evaluated, run.right, run.failed) == (FREE, 0, [])

    def test_the_same_right_code_lets_in_once(self):
        run = self.doors.the_same_right_one()
        assert (run.right, run.failed) == (1, [])

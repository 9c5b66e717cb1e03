"""R15: a decision asks the database what time it is, and never the machine it runs on."""

from datetime import datetime
from unittest.mock import patch

from consent import facts
from tests.cast import CastTestCase


class NoClock(datetime):
    """A clock that says so when it is asked."""

    @classmethod
    def now(cls, tz=None):
        raise AssertionError("the clock of the application was asked")


class TheInstantOfADecision(CastTestCase):
    """It comes with the facts, from the same statement."""

    def test_the_application_s_clock_is_not_asked(self):
        item = self.said()
        self.grants(self.ana, self.asked(item))
        with patch.object(facts, "datetime", NoClock):
            self.releases(item)

"""I1: many at once. The whole size is `make races`; here as much as a test may take."""

from django.db import connection

from tests.cast import TransactionalCastTestCase
from tests.drills.races import both_races


class ManyAtOnce(TransactionalCastTestCase):
    """Sixteen threads grant, take back, let expire, edit, release and open the same items."""

    def test_nothing_goes_out_after_it_was_taken_back_and_without_the_lock_it_does(self):
        bare, held = both_races(self, rounds=400, rounds_unprotected=300)
        print(f"\n{connection.vendor}: {held}, unprotected: {len(bare['violations'])}")
        assert bare["violations"], "a race that cannot be lost proves nothing"
        assert held["violations"] == []
        assert held["released"] >= 20
        assert held["refused"] >= 20
        assert held["without_permission"] >= 3
        assert held["refused_without_permission"] >= 3

"""Each fault of tests/faults turns the tests named beside it red. `make faults` says which."""

import pytest
from django.db import connection
from django.test import SimpleTestCase

from tests.drills import faults
from tests.everything import address_here

WANTED = 12


@pytest.mark.each_database
@pytest.mark.long
class Faults(SimpleTestCase):
    """Planted in a copy of the tree, one at a time, on the database that can show them."""

    def test_there_are_enough_and_each_applies_to_the_tree_as_it_is(self):
        planted = faults.all_faults()
        assert len(planted) >= WANTED
        assert [fault.name for fault in planted if not faults.applies(fault)] == []

    def test_each_that_this_database_can_show_is_caught(self):
        mine = [fault for fault in faults.all_faults() if fault.database == connection.vendor]
        assert faults.run(mine, {connection.vendor: address_here()}) == 0

"""The picture of who came: as many chairs as people, as many taken as came."""

from datetime import date

from pages.facilitator.ring import ring_of
from pages.facilitator.seats import MOST_CHAIRS, Evening, seats_of


def test_each_session_is_a_column_with_its_chairs_and_those_taken():
    seats = seats_of([Evening(date(2026, 11, 3), 2, 3), Evening(date(2026, 11, 10), 3, 3)])
    columns = sorted({seat.x for seat in seats.seats})
    assert [sum(s.taken for s in seats.seats if s.x == x) for x in columns] == [2, 3]
    assert [sum(1 for s in seats.seats if s.x == x) for x in columns] == [3, 3]
    assert all(0 < seat.x < seats.width and 0 < seat.y <= seats.floor for seat in seats.seats)


def test_a_crowd_is_drawn_in_proportion_and_nobody_is_nothing():
    crowd = seats_of([Evening(date(2026, 11, 3), 100, 200)])
    assert len(crowd.seats) == MOST_CHAIRS
    assert sum(seat.taken for seat in crowd.seats) == MOST_CHAIRS / 2
    assert seats_of([]).seats == []


def test_the_circle_has_a_chair_for_each_and_a_legend_of_what_occurs():
    ring = ring_of(["attended", "late", "absent", "attended"])
    assert (ring.there, ring.all) == (3, 4)
    assert [(value, count) for value, _, count in ring.legend] == [
        ("attended", 2),
        ("late", 1),
        ("absent", 1),
    ]
    assert (ring.chairs[0].x, ring.chairs[0].y) == (60, 14)
    assert ring_of([]).chairs == []

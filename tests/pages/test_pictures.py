"""States over time: what is drawn, what stands in the table, and that both say the same."""

from datetime import date, timedelta

from pages.shared.pictures import NARROW, WIDE, states_over_time

WORDS = {"waiting": "Waiting", "granted": "Allowed", "withdrawn": "Withdrawn"}
SEPT, OCT, NOV = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
END = date(2026, 12, 1)


def picture(*spans, since=SEPT, until=END, today=None):
    rows = [("Evening walks", list(spans))]
    return states_over_time(rows, since=since, until=until, words=WORDS, today=today)


class TestDrawing:
    def test_a_state_ends_where_the_next_one_begins_and_they_do_not_touch(self):
        [lane] = picture((SEPT, OCT, "waiting"), (OCT, NOV, "granted")).wide.lanes
        first, second = lane.bars
        assert first.x == 0
        assert first.x + first.width + 2 == second.x
        assert round(second.x, 1) == round(30 * WIDE / 91, 1)

    def test_an_open_state_runs_to_the_end_of_the_period(self):
        [bar] = picture((NOV, None, "granted")).wide.lanes[0].bars
        assert round(bar.x + bar.width) == WIDE - 2

    def test_what_lies_before_or_after_the_period_is_cut_off(self):
        before = (SEPT - timedelta(days=90), SEPT - timedelta(days=60), "waiting")
        across = (SEPT - timedelta(days=30), OCT, "granted")
        after = (END, None, "withdrawn")
        [bar] = picture(before, across, after).wide.lanes[0].bars
        assert (bar.x, bar.state) == (0, "granted")

    def test_a_single_day_in_a_long_period_still_shows_and_stays_inside(self):
        last = END - timedelta(days=1)
        drawn = picture((last, END, "granted"), since=date(2020, 1, 1))
        for drawing in (drawn.wide, drawn.narrow):
            [bar] = drawing.lanes[0].bars
            assert bar.width == 6
            assert bar.x + bar.width <= drawing.width

    def test_a_state_of_no_days_is_not_drawn_and_not_listed(self):
        drawn = picture((OCT, OCT, "waiting"), (OCT, None, "granted"))
        assert [line.state for line in drawn.table] == ["granted"]
        assert [bar.state for bar in drawn.wide.lanes[0].bars] == ["granted"]

    def test_a_word_is_written_only_where_it_fits(self):
        drawn = picture((OCT, OCT + timedelta(days=3), "waiting"), (NOV, None, "granted"))
        short, long = drawn.wide.lanes[0].bars
        assert (short.word, long.word) == ("", "Allowed")

    def test_the_narrow_drawing_says_the_same_in_less_room(self):
        drawn = picture((SEPT, OCT, "waiting"), (OCT, None, "granted"))
        wide, narrow = drawn.wide.lanes[0].bars, drawn.narrow.lanes[0].bars
        assert [bar.state for bar in wide] == [bar.state for bar in narrow]
        assert drawn.narrow.width == NARROW
        assert all(bar.x + bar.width <= NARROW for bar in narrow)

    def test_two_rows_lie_under_each_other(self):
        rows = [("One", [(SEPT, None, "granted")]), ("Two", [(OCT, None, "waiting")])]
        drawn = states_over_time(rows, since=SEPT, until=END, words=WORDS).wide
        assert drawn.lanes[1].y - drawn.lanes[0].y == 60
        assert drawn.height > drawn.lanes[1].bars[0].y + 26


class TestTicks:
    def test_months_in_a_long_period_weeks_in_a_short_one_days_in_a_week(self):
        long = picture((SEPT, None, "granted")).wide.ticks
        assert [(tick.day, tick.form) for tick in long] == [(SEPT, "F"), (OCT, "F"), (NOV, "F")]
        weeks = picture((OCT, None, "granted"), since=OCT, until=OCT + timedelta(days=28))
        assert [tick.day.day for tick in weeks.wide.ticks] == [1, 8, 15, 22]
        days = picture((OCT, None, "granted"), since=OCT, until=OCT + timedelta(days=4))
        assert [tick.day.day for tick in days.wide.ticks] == [1, 2, 3, 4]

    def test_ticks_never_write_over_each_other_or_over_today(self):
        for today in (date(2024, 1, 25), date(2025, 6, 3), date(2026, 11, 28)):
            drawn = picture(
                (date(2024, 1, 1), None, "granted"), since=date(2024, 1, 20), today=today
            )
            for drawing, needs in ((drawn.wide, 92), (drawn.narrow, 40)):
                places = [tick.x for tick in drawing.ticks]
                assert len(places) > 3
                gaps = [b - a for a, b in zip(places, places[1:], strict=False)]
                assert min(gaps) >= needs
                word = drawing.today - 44 if drawing.today_left else drawing.today
                assert all(x + needs <= word or x >= word + 44 for x in places)

    def test_a_word_at_the_right_edge_is_not_cut_off(self):
        for days in range(5, 46):
            drawn = picture((SEPT, None, "waiting"), until=SEPT + timedelta(days=days))
            for drawing in (drawn.wide, drawn.narrow):
                assert all(tick.x + 52 <= drawing.width for tick in drawing.ticks), days

    def test_what_is_still_to_come_has_ticks_right_of_today(self):
        ticks = picture((SEPT, END, "granted"), today=SEPT).wide.ticks
        assert [tick.day for tick in ticks] == [OCT, NOV]

    def test_today_is_marked_inside_the_period_alone(self):
        assert picture((SEPT, None, "granted"), today=NOV).wide.today == round(61 * WIDE / 91, 1)
        assert picture((SEPT, None, "granted"), today=date(2027, 1, 1)).wide.today is None
        late = picture((SEPT, None, "granted"), today=END - timedelta(days=1)).wide
        assert late.today_left


class TestTable:
    def test_it_holds_every_state_with_its_last_day_and_an_open_one_without(self):
        drawn = picture((SEPT, OCT, "waiting"), (OCT, None, "granted"))
        assert [(line.word, line.since, line.last) for line in drawn.table] == [
            ("Waiting", SEPT, date(2026, 9, 30)),
            ("Allowed", OCT, None),
        ]

    def test_the_key_names_the_states_that_occur_and_no_other(self):
        drawn = picture((SEPT, OCT, "waiting"), (OCT, None, "granted"))
        assert drawn.key == [("waiting", "Waiting"), ("granted", "Allowed")]

    def test_nothing_at_all_is_a_picture_too(self):
        drawn = states_over_time([], since=SEPT, until=SEPT, words=WORDS)
        assert (drawn.wide.lanes, drawn.table, drawn.key) == ([], [], [])

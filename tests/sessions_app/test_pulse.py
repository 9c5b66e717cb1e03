"""R93, R94: a group's answers are told in whole batches of five people, and never one of them."""

from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from audit.models import Entry
from sessions_app.models import (
    Attendance,
    AttendanceStatus,
    GroupSession,
    Membership,
    PulseAnswer,
    TherapyGroup,
)
from sessions_app.queries.pulse import OPEN_FOR, pulse_evenings, pulse_trends
from sessions_app.rules import Rejected
from sessions_app.services.pulse import answer_pulse, answered, set_pulse_questions
from tests.cast import Cast, CastTestCase, sign_in


class LargeGroup(Cast):
    """Ten people in Otto's group, all of them at three evenings of this week."""

    def play(self):
        super().play()
        others = [self.join(self.otto, self.other_group, f"Person {n}") for n in range(9)]
        self.people = [self.dora, *others]
        self.evenings = [
            self.held(self.otto, self.other_group, present=self.people, days_ago=n)
            for n in (1, 2, 3)
        ]


class ThePulse(CastTestCase):
    stage = LargeGroup

    def says(self, person: int, value: int | None, *, evening: int = 0, question: int = 1) -> bool:
        return answer_pulse(
            by=self.people[person].actor,
            session_id=self.evenings[evening].pk,
            question=question,
            value=value,
        )

    def points(self) -> list[float]:
        group = TherapyGroup.objects.get(pk=self.other_group.pk)
        return [round(p.average, 2) for trend in pulse_trends(group) for p in trend.points]

    def test_a_point_is_there_with_the_fifth_person_and_the_next_with_the_tenth(self):
        seen = []
        for person, value in enumerate([5, 4, 3, 2, 1, 5, 5, 5, 5, 5]):
            self.says(person, value)
            seen.append(self.points())
        assert seen == [[]] * 4 + [[3.0]] * 5 + [[3.0, 5.0]]

    def test_one_look_differs_from_the_next_by_five_people_or_by_nothing(self):
        looks = [self.points()]
        for evening in range(3):
            for person in range(10):
                self.says(person, 1 + (person + evening) % 5, evening=evening)
                looks.append(self.points())
        for before, after in pairwise(looks):
            assert after[: len(before)] == before, "what was shown stays as it was"
            assert len(after) - len(before) in (0, 1)
        assert len(looks[-1]) == 6

    def test_one_person_who_answers_every_evening_is_not_a_group(self):
        for evening in range(3):
            for person in (0, 1):
                self.says(person, 1, evening=evening)
        assert PulseAnswer.objects.count() == 6
        assert self.points() == []
        for person in (2, 3, 4):
            self.says(person, 5)
        assert self.points() == [3.4], "each of them counts once"

    def test_a_question_is_answered_or_skipped_once(self):
        assert self.says(0, 4)
        assert not self.says(0, 1)
        assert self.says(0, None, question=2)
        assert not self.says(0, 5, question=2)
        kept = list(PulseAnswer.objects.order_by("question").values_list("value", flat=True))
        assert kept == [4, None]
        done = answered(by=self.dora.actor, sessions=self.evenings)
        assert [sorted(done[one.pk]) for one in self.evenings] == [[1, 2], [], []]

    def test_who_skips_is_in_no_batch(self):
        for person in range(9):
            self.says(person, None if person % 2 else 3)
        assert self.points() == [3.0]
        assert PulseAnswer.objects.filter(value=None, batch=0, whose=b"").count() == 4

    def test_other_words_begin_another_count(self):
        for person in range(4):
            self.says(person, 3)
        set_pulse_questions(by=self.adam, texts=("Safe here?", "Heard?", "Kept?"))
        self.says(4, 3)
        assert self.points() == []

    def test_off_the_scale_is_no_answer(self):
        for question, value in ((1, 0), (1, 6), (0, 3), (4, 3)):
            with pytest.raises(Rejected):
                self.says(0, value, question=question)

    def test_an_evening_one_was_absent_from_or_of_another_group_is_not_there(self):
        cell = Attendance.objects.filter(session=self.evenings[0], member=self.dora.member)
        cell.update(status=AttendanceStatus.ABSENT)
        for by, evening in (
            (self.dora.actor, self.evenings[0]),
            (self.ana.actor, self.evenings[0]),
            (self.dora.actor, self.session),
            (self.otto, self.evenings[0]),
        ):
            with pytest.raises(GroupSession.DoesNotExist):
                answer_pulse(by=by, session_id=evening.pk, question=1, value=3)
        assert not PulseAnswer.objects.exists()

    def test_an_evening_is_asked_about_for_a_week(self):
        late = OPEN_FOR + timedelta(hours=1)
        for one in self.evenings:
            GroupSession.objects.filter(pk=one.pk).update(
                starts=one.starts - late, ends=one.ends - late
            )
        assert pulse_evenings(self.dora.actor) == []

    def test_an_evening_of_four_is_not_asked_about(self):
        listed = Attendance.objects.filter(session=self.evenings[0])
        others = listed.exclude(member=self.dora.member).order_by("pk")
        listed.filter(pk__in=[one.pk for one in others[3:]]).delete()
        assert pulse_evenings(self.dora.actor) == self.evenings[1:]

    def test_that_a_fifth_left_takes_no_evening_from_those_who_stay(self):
        before = pulse_evenings(self.dora.actor)
        stints = Membership.objects.filter(group=self.other_group).exclude(member=self.dora.member)
        gone = [one.pk for one in stints[:6]]
        Membership.objects.filter(pk__in=gone).update(until=self.today - timedelta(days=1))
        assert pulse_evenings(self.dora.actor) == before == self.evenings

    def test_the_page_of_a_group_of_four_says_why_and_no_more(self):
        for person in range(6):
            self.says(person, 3)
        stints = Membership.objects.filter(group=self.other_group).order_by("pk")
        gone = [one.pk for one in stints[4:]]
        Membership.objects.filter(pk__in=gone).update(until=self.today - timedelta(days=1))
        client = Client()
        sign_in(client, self.otto)
        page = client.get(f"/groups/{self.other_group.code}/pulse/").content.decode()
        assert "Fewer than five are in this group." in page
        assert "<meter" not in page
        assert "3.0" not in page

    def test_the_table_tells_of_nobody_and_of_no_hour(self):
        self.says(0, 4)
        [row] = PulseAnswer.objects.values()
        ids = [self.dora.member.pk.hex, self.dora.actor.user.hex, self.evenings[0].pk.hex]
        told = " ".join(
            bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
            for value in row.values()
        ).replace("-", "")
        assert [one for one in ids if one in told] == []
        assert row["day"] == self.today
        assert not Entry.objects.filter(act__startswith="pulse").exists()
        with connection.cursor() as cursor:
            columns = connection.introspection.get_table_description(
                cursor, PulseAnswer._meta.db_table
            )
        assert {column.name for column in columns} == {
            *("id", "group_id", "question", "wording", "batch", "value", "day", "once", "whose")
        }

    def test_two_tabs_are_one_answer(self):
        client = Client()
        sign_in(client, self.dora.actor)
        path = f"/pulse/{self.evenings[0].pk}/"
        client.post(path, {"question": "1", "value": "2"})
        again = client.post(path, {"question": "1", "value": "5"}, follow=True)
        assert "You answered this already. Nothing was changed." in again.content.decode()
        assert PulseAnswer.objects.get().value == 2
        assert client.post(f"/pulse/{self.session.pk}/", {"question": "1"}).status_code == 404
        assert client.post(f"/pulse/{uuid4()}/", {"question": "1"}).status_code == 404
        for wrong in ({"question": "9"}, {"question": "1", "value": "7"}, {"value": "1"}):
            assert client.post(path, wrong).status_code == 404

    def test_the_leader_sees_no_number_of_those_who_answered(self):
        client = Client()
        sign_in(client, self.otto)
        path = f"/groups/{self.other_group.code}/pulse/"
        pages = []
        for person in range(5):
            pages.append(client.get(path).content)
            self.says(person, 2)
        token = b'name="csrfmiddlewaretoken" value="'
        bare = {b"".join(p[64:] for p in page.split(token)) for page in pages}
        assert len(bare) == 1, "four answers look like none"
        assert "2.0" in client.get(path).content.decode()

    def test_words_of_the_practice_are_asked_and_empty_ones_refused(self):
        with pytest.raises(Rejected):
            set_pulse_questions(by=self.adam, texts=("Safe here?", " ", "Kept?"))
        first = set_pulse_questions(by=self.adam, texts=("Safe here?", "Heard?", "Kept?"))
        again = set_pulse_questions(by=self.adam, texts=("Safe here?", "Heard?", "Kept?"))
        assert first.pk == again.pk
        client = Client()
        sign_in(client, self.dora.actor)
        assert "Safe here?" in client.get(f"/pulse/{self.evenings[0].pk}/").content.decode()

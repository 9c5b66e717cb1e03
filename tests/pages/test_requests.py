"""The pages of questions, as whoever asked sees them."""

from django.test import Client
from django.utils.formats import date_format

from tests.cast import CastTestCase, sign_in


class QuestionsOnPages(CastTestCase):
    def setUp(self):
        self.client = Client()
        sign_in(self.client, self.fay)

    def test_a_question_says_to_what_end_it_was_asked(self):
        asked = self.asked(self.said(), purpose="HPAYMT")
        page = self.client.get(f"/requests/{asked.code}/").content.decode()
        assert "<dt>Reason</dt><dd>For payment by an insurance</dd>" in page

    def test_a_question_in_the_list_tells_the_group_and_the_day_of_its_words(self):
        self.asked(self.said())
        listed = self.client.get("/requests/").content.decode().split('class="rows"')[1]
        assert "Tuesday group" in listed
        assert date_format(self.session.local_day(), "DATE_FORMAT") in listed

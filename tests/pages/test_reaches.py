"""What reaches a member outside the pages tells of nobody else: see tests/reaches.py."""

from accounts.models import Practice
from sessions_app.models import Member, TherapyGroup
from tests.cast import CastTestCase, user_of
from tests.reaches import feed_of, mails_of


class MailsAndFeeds(CastTestCase):
    def test_nothing_of_anybody_is_in_them(self):
        request = self.asked(self.said("Ben waited for me.", self.ana, self.ben))
        self.grants(self.ana, request)
        people = [self.ana, self.ben, self.cleo, self.dora, self.zed]
        needles = [word for one in people for word in one.name.split()]
        needles += [*Member.objects.values_list("code", flat=True), "Fay", "Tuesday", "Riverside"]
        needles += TherapyGroup.objects.values_list("code", flat=True)
        needles += Practice.objects.values_list("name", flat=True)
        looked_at = 0
        for one in [*(one.actor for one in people), self.fay, self.adam]:
            user = user_of(one)
            reached = [*mails_of(user), feed_of(user)]
            looked_at += len(reached)
            assert len(reached) > 6
            for raw in reached:
                assert [word for word in needles if word.encode() in raw] == []
        print(f"\nlooked_at={looked_at} found=0")

    def test_they_are_what_is_sent(self):
        assert b"There is something for you" in mails_of(user_of(self.ana.actor))[0]
        assert feed_of(user_of(self.ana.actor)).startswith(b"BEGIN:VCALENDAR")
        assert feed_of(user_of(self.adam)) == b""

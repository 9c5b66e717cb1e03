"""A page costs the same number of queries with two rows and with many."""

from contextlib import ExitStack

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import CastTestCase, recipient, sign_in
from tests.pages.scene import Scene

MOST = 20


class ListPages(Scene, CastTestCase):
    stage = Scene

    def queries(self, client: Client, path: str) -> int:
        with ExitStack() as stack:
            counts = [
                stack.enter_context(CaptureQueriesContext(connections[alias]))
                for alias in ("default", "vault")
            ]
            assert client.get(path).status_code == 200
        return sum(len(count) for count in counts)

    def many_more(self) -> None:
        for n in range(6):
            self.join(self.fay, self.group, f"Newcomer {'abcdef'[n]}")
            self.asked(self.said(f"Words {n}."))
            recipient(self.adam, f"Recipient {'abcdef'[n]}")

    def test_no_list_page_asks_more_for_more_rows(self):
        pages = [
            (self.fay, "/today/"),
            (self.fay, "/groups/"),
            (self.fay, f"/groups/{self.group.code}/"),
            (self.fay, f"/sessions/{self.session.pk}/"),
            (self.fay, "/requests/"),
            (self.ana.actor, "/home/"),
            (self.ana.actor, "/permissions/"),
            (self.ana.actor, f"/permissions/{self.alone_consent.code}/"),
            (self.ana.actor, "/who-saw/"),
            (self.sue, "/desk/"),
            (self.sue, "/trail/"),
            (self.sue, f"/trail/?act=release&code={self.group.code}"),
            (self.sue, f"/trail/?code={self.alone.code}"),
            (self.adam, "/practice/"),
            (self.adam, "/people/"),
            (self.adam, "/recipients/"),
        ]
        clients = {actor: Client() for actor, _ in pages}
        for actor, client in clients.items():
            sign_in(client, actor)

        def counts() -> dict[str, int]:
            for actor, path in pages:
                clients[actor].get(path)  # names are noted once per sign-in; count the look after
            return {path: self.queries(clients[actor], path) for actor, path in pages}

        few = counts()
        self.many_more()
        many = counts()
        print(few)
        assert many == few
        assert max(many.values()) <= MOST

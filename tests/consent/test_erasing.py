"""R66 to R68, I6: keys go and the entry stays; a hold stops it; a crash between is mended."""

import re
import threading
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client

from accounts.models import Role, StaffRole
from accounts.staffing import deactivate, end_role
from audit.ids import uuid7
from audit.models import Entry
from audit.queries import verify_chain
from audit.trail import Actor
from consent.access import check_access
from consent.models import Release, ReleaseItem
from consent.services import erasing
from consent.services.deciding import revoke_consent
from consent.services.erasing import (
    OnHold,
    erase_item,
    erase_member,
    finish_erasures,
    lift_legal_hold,
    place_legal_hold,
)
from consent.services.links import LinkClosed, open_link
from consent.services.verdicts import keys_and_head, verdicts
from sessions_app import queries as sessions
from sessions_app.known_names import guard_for
from sessions_app.models import (
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    Draft,
    Erasure,
    GroupNote,
    LegalHold,
    Member,
)
from sessions_app.queries import lock_disclosures
from sessions_app.services.contacts import write_contact
from sessions_app.services.drafts import ITEM, draft_place, keep_draft
from tests.cast import (
    PASSWORD,
    CastTestCase,
    TransactionalCastTestCase,
    code_of,
    sign_in,
    staff,
    user_of,
)
from vault import key_ring
from vault import services as vault
from vault.envelope import Unreadable, unseal
from vault.key_ring import Keyless
from vault.models import ShredKey

WAITS = 0.3  # seconds

WORDS = "Unmistakable words about the lighthouse."
State = Disclosure.State


class Erasing(CastTestCase):
    def setUp(self) -> None:
        self.item = self.said(WORDS)
        self.grants(self.ana, self.asked(self.item))
        self.released = self.releases(self.item)
        self.made = self.linked(self.released)
        self.shared = self.said("Ben waited.", self.ana, self.ben)

    def client_of(self, who: Actor) -> Client:
        client = Client()
        sign_in(client, who)
        return client

    def state(self, item: Disclosure) -> str:
        return Disclosure.objects.get(pk=item.pk).state

    def clean(self) -> None:
        assert [str(one) for one in check_access(with_keys=True) if one.finding.differs] == []
        assert verify_chain(self.practice.pk).holds


class AnItem(Erasing):
    def test_its_key_is_gone_its_entry_stays_and_the_trail_verifies(self):
        before = Entry.objects.count()
        erased = erase_item(by=self.sue, code=self.item.code)
        assert (erased.code, erased.items) == (self.item.code, (self.item.code,))
        assert not erased.pending
        assert not erased.before
        assert not ShredKey.objects.filter(owner=self.item.pk).exists()
        acts = list(Entry.objects.order_by("seq").values_list("act", flat=True))
        assert "item.recorded" in acts
        told = Entry.objects.filter(object_id=self.item.pk).order_by("-seq")[:2]
        assert [one.act for one in told] == ["erasure.finished", "erasure.begun"]
        assert Entry.objects.count() == before + 2
        self.clean()

    def test_a_second_run_says_it_was_done_and_does_nothing(self):
        erase_item(by=self.sue, code=self.item.code)
        before = Entry.objects.count()
        again = erase_item(by=self.adam, code=self.item.code)
        assert again.before
        assert (again.items, Entry.objects.count()) == ((), before)

    def test_its_pages_are_not_there_and_lists_say_nothing(self):
        fay, ana = self.client_of(self.fay), self.client_of(self.ana.actor)
        erase_item(by=self.sue, code=self.item.code)
        token = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"')
        nothing = token.sub(b"", fay.get("/items/D-222222/").content)
        for path in (f"/items/{self.item.code}/", f"/items/{self.item.code}/ask/"):
            answer = fay.get(path)
            assert (answer.status_code, token.sub(b"", answer.content)) == (404, nothing)
        assert fay.get(f"/releases/{self.released.code}/").status_code == 404
        for client, path in (
            (fay, f"/sessions/{self.session.pk}/"),
            (fay, "/requests/"),
            (fay, "/today/"),
            (ana, "/home/"),
            (ana, "/permissions/"),
            (ana, "/who-saw/"),
        ):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert self.item.code.encode() not in answer.content, path

    def test_the_decision_withholds_also_if_somebody_puts_the_rights_back(self):
        rows = list(DisclosureUserPermission.objects.filter(content_object=self.item))
        erase_item(by=self.sue, code=self.item.code)
        DisclosureUserPermission.objects.bulk_create(rows)
        item = Disclosure.objects.get(pk=self.item.pk)
        known = keys_and_head(self.practice.pk)
        with transaction.atomic():
            [told] = verdicts(self.fay, [item], self.clinic, "TREAT", known=known)
        assert not told.decision.permits
        assert told.decision.reasons == ("RECORD_UNAVAILABLE",)

    def test_nor_does_the_database_let_a_release_of_it_in(self):
        version = self.item.versions.get()
        release = Release.objects.get(pk=self.released.pk)
        release.pk, release.code = UUID(int=1), "R-222222"
        release.save(force_insert=True)
        erase_item(by=self.sue, code=self.item.code)
        with pytest.raises(IntegrityError, match="no standing grant"), transaction.atomic():
            ReleaseItem.objects.create(release=release, version=version)

    def test_a_released_letter_and_its_link_open_nothing(self):
        erase_item(by=self.sue, code=self.item.code)
        with pytest.raises(LinkClosed):
            open_link(
                code=self.made.link.code, secret=self.made.secret, passcode=self.made.passcode
            )

    def test_taking_back_still_works_and_gives_no_right_again(self):
        erase_item(by=self.sue, code=self.item.code)
        consent = self.item.versions.get().consents.get()
        revoke_consent(by=self.ana.actor, code=consent.code)
        self.clean()

    def test_what_was_made_from_it_goes_along(self):
        fewer = self.redacted(self.shared, "Somebody waited.")
        erased = erase_item(by=self.sue, code=self.shared.code)
        assert set(erased.items) == {self.shared.code, fewer.code}
        assert self.state(fewer) == State.ERASED

    def test_who_may(self):
        zoe = Actor(self.zoe.practice, self.zoe.user, "supervisor", self.zoe.sign_in)
        with pytest.raises(Disclosure.DoesNotExist):
            erase_item(by=zoe, code=self.item.code)
        for by in (self.fay, self.ana.actor, Actor(self.practice.pk, self.fay.user, "supervisor")):
            with pytest.raises(StaffRole.DoesNotExist):
                erase_item(by=by, code=self.item.code)
        with pytest.raises(Disclosure.DoesNotExist):
            erase_item(by=self.sue, code="D-222222")
        assert self.state(self.item) == State.ASKED


class AMember(Erasing):
    def test_what_they_said_is_erased_what_concerns_them_is_out_of_use(self):
        of_ben = self.said("Cleo and I talked.", self.cleo, self.ben)
        note = self.note_about(self.ana, "Was calm.", sign=True)
        erased = erase_member(by=self.sue, code=self.ana.member.code)
        assert set(erased.items) == {self.item.code, self.shared.code, note.code}
        assert erased.out_of_use == ()
        assert self.state(of_ben) == State.DRAFT
        later = erase_member(by=self.sue, code=self.ben.member.code)
        assert later.items == ()
        assert later.out_of_use == (of_ben.code,)
        assert self.state(of_ben) == State.OUT_OF_USE
        assert ShredKey.objects.filter(owner=of_ben.pk).exists(), "kept until its retention ends"
        with pytest.raises(Disclosure.DoesNotExist):
            sessions.own_item(self.fay, of_ben.code)
        again = erase_member(by=self.sue, code=self.ben.member.code)
        assert again.before
        self.clean()

    def test_names_contact_and_account_are_gone_and_the_code_stays(self):
        code = self.ana.member.code
        write_contact(by=self.fay, group=self.group, member_code=code, contact="Bruno 555")
        ana = self.client_of(self.ana.actor)
        erase_member(by=self.sue, code=code)
        member = Member.objects.get(code=code)
        assert (bytes(member.name_sealed), member.contact_sealed) == (b"", None)
        owners = {member.pk, member.user_id}
        assert not ShredKey.objects.filter(owner__in=owners).exists()
        assert ana.get("/home/").status_code == 302
        credentials = {"login": user_of(self.ana.actor).sign_in_name, "password": PASSWORD}
        assert Client().post("/sign-in/", credentials).status_code == 200
        assert not member.memberships.filter(until=None).exists()

    def test_pages_go_on_and_call_them_erased(self):
        erase_member(by=self.sue, code=self.ana.member.code)
        fay, sue = self.client_of(self.fay), self.client_of(self.sue)
        body = fay.get(f"/sessions/{self.session.pk}/").content.decode()
        assert "Erased" in body
        assert "Almeida" not in body
        for client, paths in (
            (
                fay,
                ["/today/", f"/groups/{self.group.code}/", f"/sessions/{self.session.pk}/notes/"],
            ),
            (sue, ["/desk/", "/trail/", f"/desk/groups/{self.group.code}/", "/reviews/"]),
        ):
            for path in paths:
                assert client.get(path).status_code == 200, path
        found = fay.post("/find/", {"q": "Ana", "group": ""}, follow=True)
        assert found.status_code == 200
        assert self.ana.member.code not in found.content.decode()

    def test_texts_are_still_guarded_for_the_others(self):
        erase_member(by=self.sue, code=self.ana.member.code)
        guard = guard_for(self.fay, self.session)
        assert "Ben Brandt" in str(guard)

    def test_what_was_recorded_meanwhile_goes_with_a_second_run(self):
        erase_member(by=self.sue, code=self.ana.member.code)
        late = self.said("Late words.")
        erased = erase_member(by=self.sue, code=self.ana.member.code)
        assert erased.items == (late.code,)


class Holds(Erasing):
    def test_a_hold_on_an_item_stops_it_and_the_refusal_is_recorded(self):
        place_legal_hold(by=self.adam, why="A court asked.", item_code=self.item.code)
        with pytest.raises(OnHold):
            erase_item(by=self.sue, code=self.item.code)
        entry = self.last_entry()
        assert (entry.act, entry.outcome, entry.reasons) == (
            "erasure.begun",
            "refused",
            "LEGAL_HOLD",
        )
        assert ShredKey.objects.filter(owner=self.item.pk).exists()
        assert self.state(self.item) == State.ASKED

    def test_a_hold_on_an_item_stops_the_erasing_of_its_speaker_whole(self):
        place_legal_hold(by=self.adam, why="A court asked.", item_code=self.shared.code)
        with pytest.raises(OnHold):
            erase_member(by=self.sue, code=self.ana.member.code)
        assert self.state(self.item) == State.ASKED
        assert Member.objects.get(pk=self.ana.member.pk).erased_at is None

    def test_a_hold_on_a_member_stops_whatever_concerns_them(self):
        place_legal_hold(by=self.adam, why="A court asked.", member_code=self.ben.member.code)
        for erase in (
            lambda: erase_item(by=self.sue, code=self.shared.code),
            lambda: erase_member(by=self.sue, code=self.ben.member.code),
            lambda: erase_member(by=self.sue, code=self.ana.member.code),
        ):
            with pytest.raises(OnHold):
                erase()
        erase_item(by=self.sue, code=self.item.code)

    def test_two_people_lift_it(self):
        hold = place_legal_hold(by=self.adam, why="A court asked.", item_code=self.item.code)
        for _ in range(2):
            assert lift_legal_hold(by=self.adam, hold_id=hold.pk) is False
        with pytest.raises(OnHold):
            erase_item(by=self.sue, code=self.item.code)
        assert lift_legal_hold(by=self.sue, hold_id=hold.pk) is True
        assert lift_legal_hold(by=self.sue, hold_id=hold.pk) is True
        assert erase_item(by=self.sue, code=self.item.code).items

    def test_who_asked_and_left_has_asked_nothing_and_another_asks(self):
        hold = place_legal_hold(by=self.adam, why="A court asked.", item_code=self.item.code)
        lift_legal_hold(by=self.sue, hold_id=hold.pk)
        end_role(by=self.adam, person=self.sue.user, role=Role.SUPERVISOR)
        assert lift_legal_hold(by=self.adam, hold_id=hold.pk) is False
        assert self.last_entry().act == "hold.lift_asked"
        with pytest.raises(OnHold):
            erase_item(by=self.adam, code=self.item.code)
        simon = staff(self.practice, "Simon Said", Role.SUPERVISOR)
        assert lift_legal_hold(by=simon, hold_id=hold.pk) is True

    def test_who_asked_and_whose_account_is_closed_has_asked_nothing(self):
        hold = place_legal_hold(by=self.adam, why="A court asked.", item_code=self.item.code)
        lift_legal_hold(by=self.sue, hold_id=hold.pk)
        deactivate(by=self.adam, person=self.sue.user)
        assert lift_legal_hold(by=self.adam, hold_id=hold.pk) is False

    def test_nor_does_the_database_let_one_person_lift_it(self):
        hold = place_legal_hold(by=self.adam, why="A court asked.", item_code=self.item.code)
        with pytest.raises(IntegrityError), transaction.atomic():
            LegalHold.objects.filter(pk=hold.pk).update(
                until=hold.since, lift_asked_by=self.adam.user, lifted_by=self.adam.user
            )

    def test_why_is_sealed_and_survives_what_it_holds(self):
        hold = place_legal_hold(by=self.adam, why="Unmistakable court.", item_code=self.item.code)
        assert b"Unmistakable" not in bytes(LegalHold.objects.get(pk=hold.pk).why_sealed)
        assert ShredKey.objects.filter(owner=hold.pk).exists()

    def test_what_is_erased_is_not_held(self):
        erase_item(by=self.sue, code=self.item.code)
        with pytest.raises(Disclosure.DoesNotExist):
            place_legal_hold(by=self.adam, why="Too late.", item_code=self.item.code)


class TextsOfTheEvening(Erasing):
    """R66: what somebody typed of the member goes, what is written of the group stays."""

    def places(self) -> set[str]:
        return set(Draft.objects.values_list("place", flat=True))

    def keeps(self, by: Actor, *places: str) -> None:
        for place in places:
            keep_draft(by=by, place=place, text=WORDS)

    def test_drafts_that_may_hold_the_members_words_go_and_others_stay(self):
        here, ana = self.session.pk, self.ana.member
        others = [self.ana, self.cleo]
        elsewhere = self.held(self.fay, self.group, present=[self.ben], absent=others, days_ago=9)
        gone = {
            draft_place(here, ITEM),
            draft_place(here, str(ana.pk)),
            f"item:{self.item.code}",
            f"redaction:{self.item.code}",
            f"summary:{here}:{ana.code}",
        }
        stay = {
            draft_place(here, "group"),
            draft_place(here, "added"),
            draft_place(here, str(self.cleo.member.pk)),
            draft_place(elsewhere.pk, ITEM),
            f"summary:{here}:{self.ben.member.code}",
        }
        self.keeps(self.fay, *gone, *stay)
        self.keeps(self.cody, draft_place(here, ITEM))
        erase_member(by=self.sue, code=ana.code)
        assert self.places() == stay

    def test_the_page_that_keeps_a_new_item_keeps_it_where_it_is_found(self):
        fay, path = self.client_of(self.fay), f"/sessions/{self.session.pk}/drafts/item/"
        words = {"text": WORDS, "speaker": str(self.ana.member.pk)}
        assert fay.post(path, words).status_code == 200
        assert self.places() == {draft_place(self.session.pk, ITEM)}
        erase_member(by=self.sue, code=self.ana.member.code)
        assert WORDS not in fay.get(f"/sessions/{self.session.pk}/").content.decode()
        assert not self.places()

    def test_the_group_note_of_an_evening_they_were_at_stays_and_can_be_read(self):
        self.write_group_note(self.session, "Trust was the theme.")
        erase_member(by=self.sue, code=self.ana.member.code)
        page = self.client_of(self.fay).get(f"/sessions/{self.session.pk}/group-note/")
        assert "Trust was the theme." in page.content.decode()
        [note] = GroupNote.objects.all()
        assert ShredKey.objects.filter(owner=note.pk).exists()
        self.clean()


class TheCommand(Erasing):
    def run_it(self, *words: str, typed: str = PASSWORD, by: Actor | None = None) -> str:
        out = StringIO()
        name = user_of(by or self.sue).sign_in_name
        password, *rest = typed.split("\n")
        lines = [password, code_of(by or self.sue), *rest]
        with mock.patch("sys.stdin", StringIO("\n".join([*lines, ""]))):
            call_command(*words, "--by", name, stdout=out)
        return out.getvalue()

    def test_it_says_what_was_erased_and_then_that_it_was_done(self):
        said = self.run_it("erase", "--item", self.item.code)
        assert said == f"erased: {self.item.code}\n"
        assert "was erased before" in self.run_it("erase", "--item", self.item.code.lower())

    def test_who_may_not_and_what_is_not_there(self):
        for words, by, match in (
            ({"typed": "wrong"}, self.sue, "not the password"),
            ({}, self.fay, "may not erase"),
            ({}, self.zoe, "nothing of this code"),
        ):
            with pytest.raises(CommandError, match=match):
                self.run_it("erase", "--item", self.item.code, by=by, **words)
        assert self.state(self.item) == State.ASKED

    def test_holding_and_lifting(self):
        said = self.run_it("hold", "--item", self.item.code, typed=f"{PASSWORD}\nA court asked.")
        hold = said.split()[1]
        with pytest.raises(CommandError, match="legal hold"):
            self.run_it("erase", "--item", self.item.code)
        assert "second person" in self.run_it("hold", "--lift", hold)
        assert "Lifted" in self.run_it("hold", "--lift", hold, by=self.adam)


class ACrashBetween(Erasing):
    def gone_away(self) -> Any:
        return mock.patch.object(erasing.vault, "destroy_keys", side_effect=Keyless("away"))

    def test_before_the_vault_nobody_reads_it_and_the_next_run_finishes(self):
        with self.gone_away():
            erased = erase_item(by=self.sue, code=self.item.code)
        assert erased.pending
        assert ShredKey.objects.filter(owner=self.item.pk).exists()
        with pytest.raises(Disclosure.DoesNotExist):
            sessions.own_item(self.fay, self.item.code)
        with self.gone_away():
            assert erase_item(by=self.sue, code=self.item.code).pending
        again = erase_item(by=self.sue, code=self.item.code)
        assert (again.pending, again.before, again.items) == (False, False, (self.item.code,))
        assert not ShredKey.objects.filter(owner=self.item.pk).exists()
        assert Entry.objects.filter(act="erasure.begun").count() == 1
        assert Entry.objects.filter(act="erasure.finished").count() == 1

    def test_after_the_vault_the_next_run_says_so_in_the_trail(self):
        with (
            mock.patch.object(erasing, "_finish", side_effect=_only_the_keys),
            pytest.raises(RuntimeError),
        ):
            erase_item(by=self.sue, code=self.item.code)
        assert not ShredKey.objects.filter(owner=self.item.pk).exists()
        assert Erasure.objects.get().finished_at is None
        assert erase_item(by=self.sue, code=self.item.code).items == (self.item.code,)
        assert self.last_entry().act == "erasure.finished"

    def test_the_worker_finishes_what_was_left(self):
        with self.gone_away():
            erase_member(by=self.sue, code=self.ana.member.code)
        assert finish_erasures() == 1
        assert finish_erasures() == 0
        assert not ShredKey.objects.filter(owner=self.ana.member.pk).exists()

    def test_before_the_main_database_committed_nothing_is_lost(self):
        with (
            mock.patch.object(erasing, "_begin", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            erase_item(by=self.sue, code=self.item.code)
        assert self.state(self.item) == State.ASKED
        assert ShredKey.objects.filter(owner=self.item.pk).exists()
        assert sessions.own_item(self.fay, self.item.code)


def _only_the_keys(by: Actor, one: Erasure) -> None:
    vault.destroy_keys([UUID(key) for key in one.keys])
    raise RuntimeError("crashed")


class WhileItWaited(TransactionalCastTestCase):
    """A colleague holds the item's lock, and makes a copy without somebody before letting go."""

    def test_what_was_made_from_an_item_meanwhile_is_erased_with_it(self):
        item = Disclosure.objects.get(pk=self.said().pk)
        copy = Disclosure(
            pk=uuid7(),
            code="D-COPYOF",
            group=item.group,
            session=item.session,
            record_class=item.record_class,
            speaker=item.speaker,
            redacted_from=item,
        )
        erasing = threading.Thread(target=self.erases, args=(item,))
        with transaction.atomic():
            lock_disclosures([item.pk])
            erasing.start()
            erasing.join(WAITS)
            assert erasing.is_alive(), "it waits for the lock"
            copy.save(force_insert=True)
        erasing.join(30)
        states = Disclosure.objects.filter(pk__in=[item.pk, copy.pk]).values_list(
            "state", flat=True
        )
        assert set(states) == {Disclosure.State.ERASED}

    def erases(self, item: Disclosure) -> None:
        erase_item(by=self.sue, code=item.code)
        connections.close_all()


class AfterwardsInADump(TransactionalCastTestCase):
    """Everything that both databases hold afterwards, and the keys of the house, open nothing."""

    def test_the_words_are_not_recoverable_from_a_dump_of_both_databases_taken_after(self):
        item = self.said(WORDS)
        note = self.said("Other words.")
        version = DisclosureVersion.objects.get(disclosure=item)
        key = bytes(ShredKey.objects.get(owner=item.pk).key)
        assert self.words_in_a_dump(version) == {WORDS}, "or the search would find nothing ever"
        if connection.vendor == "sqlite":  # as builds of SQLite that do not say otherwise have it
            with connections["vault"].cursor() as cursor:
                cursor.execute("PRAGMA secure_delete = OFF")
        erase_item(by=self.sue, code=item.code)
        assert self.words_in_a_dump(version) == set()
        other = DisclosureVersion.objects.get(disclosure=note)
        assert self.words_in_a_dump(other) == {"Other words."}
        assert bytes(DisclosureVersion.objects.get(pk=version.pk).text_sealed), "ciphertext stays"
        for raw in raw_files("vault"):
            assert key not in raw, "in the file's free pages or its log"

    def words_in_a_dump(self, version: DisclosureVersion) -> set[str]:
        """Try every value of both databases as the erasure key of one ciphertext."""
        sealed = version.sealed_text(self.practice.pk)
        kek, found = key_ring.current().kek, set()
        for candidate in {value for alias in connections for value in dumped(alias)}:
            try:
                found.add(unseal(sealed.blob, sealed.place, kek=kek, shred_key=candidate))
            except Unreadable:
                continue
        return found


def dumped(alias: str) -> set[bytes]:
    """Return every value of 32 bytes, and every run of them in longer ones, of one database."""
    values = set()
    with connections[alias].cursor() as cursor:
        for table in connections[alias].introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {table}")
            for row in cursor.fetchall():
                for cell in row:
                    raw = bytes(cell) if isinstance(cell, bytes | memoryview) else b""
                    if len(raw) == 32:
                        values.add(raw)
    return values


def raw_files(alias: str) -> list[bytes]:
    if connection.vendor != "sqlite":
        return []  # its heap keeps bytes until a vacuum: said in docs/threats.md
    name = Path(str(connections[alias].settings_dict["NAME"]))
    return [file.read_bytes() for file in name.parent.glob(f"{name.name}*")]

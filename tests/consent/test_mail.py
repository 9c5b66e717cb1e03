"""R90, R91: an address is its owner's once a code came back; a mail says nothing, and goes once."""

import re
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from email.message import Message
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts.models import MailCode, User
from accounts.services import StepUpRefused
from audit.models import Entry
from consent.models import Notice
from consent.queries import mail_troubles
from consent.services.deciding import revoke_consent
from consent.services.mailing import (
    CODE_TRIES,
    ask_mail_code,
    confirm_mail,
    end_mail,
    mail_scope,
    set_quiet_hours,
)
from consent.services.notifying import notify, see_all_notices
from consent.services.sending import CLAIM_LASTS, MOST_TRIES, send_waiting
from sessions_app.rules import Rejected
from tests.cast import CastMember, CastTestCase, proven, sign_in, user_of
from tests.sink import FROM, sink
from vault import key_ring
from vault import services as vault

Kind, Mail = Notice.Kind, Notice.Mail
ADDRESS = "ana.almeida@example.org"


def has_mail(person, address: str = ADDRESS, language: str = "en") -> User:
    """Give somebody an address, where confirming it is not the matter; no hour is quiet."""
    user = user_of(person)
    user.mail_sealed = vault.seal_text(address, user.mail_place, owner=user.pk)
    user.mail_language = language
    user.quiet_from = user.quiet_until = timezone.now().time().replace(microsecond=0)
    user.save()
    return user


def told(person, kind: Notice.Kind = Kind.QUESTION, *, due: bool = True) -> Notice:
    with transaction.atomic():
        notify([person.user], kind, uuid4())
    notice = Notice.objects.filter(person=person.user).latest("pk")
    if due and notice.mail == Mail.WAITING:
        Notice.objects.filter(pk=notice.pk).update(next_try=a_moment_ago())
    return notice


def a_moment_ago() -> datetime:
    return timezone.now() - timedelta(seconds=1)


def states() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("mail", flat=True))


def text_of(message: Message) -> str:
    return message.get_payload(decode=True).decode()


class TheAddress(CastTestCase):
    def ask(self, person: CastMember, address: str = ADDRESS) -> None:
        by = person.actor
        ask_mail_code(by=by, address=address, language="en", step_up_id=proven(by, mail_scope(by)))

    def code_in(self, message: Message) -> str:
        return re.search(r"Your code is ([a-z0-9-]+)\.", text_of(message)).group(1)

    def test_nothing_goes_to_an_address_before_its_code_came_back(self):
        with sink() as server:
            self.ask(self.ana)
            told(self.ana.actor)
            assert send_waiting().mails == 1
            [message] = server.parsed
            assert message["To"] == ADDRESS
            assert confirm_mail(by=self.ana.actor, code=self.code_in(message).upper())
            told(self.ana.actor)
            user = user_of(self.ana.actor)
            User.objects.filter(pk=user.pk).update(quiet_from="08:00", quiet_until="08:00")
            assert send_waiting().mails == 1
            assert server.parsed[1]["Subject"] == "Something for you"

    def test_a_code_counts_once_and_not_late_and_not_anothers(self):
        with sink() as server:
            self.ask(self.ana)
            send_waiting()
            code = self.code_in(server.parsed[0])
            assert not confirm_mail(by=self.ben.actor, code=code)
            MailCode.objects.update(until=timezone.now() - timedelta(seconds=1))
            assert not confirm_mail(by=self.ana.actor, code=code)
            MailCode.objects.update(until=timezone.now() + timedelta(minutes=1))
            assert confirm_mail(by=self.ana.actor, code=code)
            assert not confirm_mail(by=self.ana.actor, code=code)

    def test_after_five_tries_the_right_code_is_none(self):
        with sink() as server:
            self.ask(self.ana)
            send_waiting()
            for _ in range(CODE_TRIES):
                assert not confirm_mail(by=self.ana.actor, code="wrong")
            assert not confirm_mail(by=self.ana.actor, code=self.code_in(server.parsed[0]))

    def test_another_code_ends_the_one_before_and_the_first_is_not_sent(self):
        with sink() as server:
            self.ask(self.ana, "first@example.org")
            self.ask(self.ana, "second@example.org")
            assert send_waiting().mails == 1
            assert server.recipients == [["second@example.org"]]
            assert states() == [Mail.NONE, Mail.SENT]

    def test_what_is_no_address_is_refused_before_anything_is_kept(self):
        wrong = [
            "",
            "ana",
            "ana@",
            "@example.org",
            f"{'a' * 250}@example.org",
            "a@example.org\r\nBcc: b@example.org",
            "a@example.org\nX: y",
            "a@example.org, b@example.org",
            "Ana <a@example.org>",
            "aña@example.org",
            "a@example.org\x00",
        ]
        with sink():
            for address in wrong:
                with pytest.raises(Rejected):
                    self.ask(self.ana, address)
        assert not MailCode.objects.exists()
        assert not Notice.objects.exists()

    def test_a_house_without_a_server_takes_no_address_and_loses_no_notice(self):
        with override_settings(EMAIL_HOST=""):
            with pytest.raises(Rejected):
                self.ask(self.ana)
            has_mail(self.ana.actor)
            assert told(self.ana.actor).mail == Mail.NONE
            assert send_waiting().mails == 0

    def test_it_needs_the_proof_for_exactly_this(self):
        by = self.ana.actor
        with sink(), pytest.raises(StepUpRefused):
            ask_mail_code(by=by, address=ADDRESS, language="en", step_up_id=uuid4())

    def test_switched_off_it_is_forgotten_and_what_waits_does_not_go(self):
        with sink() as server:
            has_mail(self.ana.actor)
            told(self.ana.actor)
            self.ask(self.ana)
            end_mail(by=self.ana.actor)
            assert send_waiting().mails == 0
            assert server.mails == []
            assert bytes(user_of(self.ana.actor).mail_sealed) == b""
            [code] = MailCode.objects.all()
            assert (bytes(code.mail_sealed), bytes(code.code_sealed)) == (b"", b"")

    def test_the_address_is_nowhere_in_clear(self):
        with sink():
            self.ask(self.ana)
            send_waiting()
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {table}")
                for row in cursor.fetchall():
                    for value in row:
                        raw = bytes(value) if isinstance(value, memoryview) else value
                        assert "example.org" not in str(raw), table

    def test_one_without_the_other_is_no_pair_of_hours(self):
        with pytest.raises(Rejected):
            set_quiet_hours(by=self.ana.actor, begins=timezone.now().time(), ends=None)


class TheMail(CastTestCase):
    def test_each_is_the_same_but_for_recipient_date_and_id(self):
        people = [self.ana.actor, self.ben.actor, self.fay, self.zed.actor, self.adam]
        with sink() as server:
            for number, person in enumerate(people):
                has_mail(person, f"{number}@example.org")
                for kind in [kind for kind in Kind if kind != Kind.MAIL_CODE][: number + 1]:
                    told(person, kind)
            assert send_waiting().mails == len(people)
        varying = re.compile(rb"(?m)^(To|Date|Message-ID|X-Peer|X-MailFrom|X-RcptTo): .*$")
        assert len({varying.sub(b"", one) for one in server.mails}) == 1
        assert all(len(to) == 1 for to in server.recipients)
        [text] = {text_of(one) for one in server.parsed}
        assert text == (
            "There is something for you in your place. Sign in the way you always do.\r\n"
        )
        names = [b"Ana", b"Almeida", b"Fay", b"Linden", b"Tuesday", self.ana.member.code.encode()]
        names += [self.group.code.encode(), b"http", b"127.0.0.1"]
        assert [n for n in names for one in server.mails if n in one] == []
        assert server.parsed[0]["From"] == FROM

    def test_it_speaks_the_persons_language(self):
        with sink() as server:
            has_mail(self.ana.actor, language="es")
            told(self.ana.actor)
            send_waiting()
        with override("es"):
            subject = gettext("Something for you")
        [message] = server.parsed
        assert str(make_header(decode_header(message["Subject"]))) == subject

    def test_several_within_some_minutes_are_one_mail(self):
        with sink() as server:
            has_mail(self.ana.actor)
            first = told(self.ana.actor, due=False)
            assert send_waiting().mails == 0, "it waits for what comes beside it"
            told(self.ana.actor, Kind.GRANTED, due=False)
            Notice.objects.filter(pk=first.pk).update(next_try=a_moment_ago())
            assert send_waiting().mails == 1
            assert len(server.mails) == 1
        assert states() == [Mail.SENT, Mail.SENT]

    def test_what_was_seen_in_the_app_needs_no_mail(self):
        with sink() as server:
            has_mail(self.ana.actor)
            told(self.ana.actor)
            see_all_notices(by=self.ana.actor)
            assert send_waiting().mails == 0
        assert (server.mails, states()) == ([], [Mail.NONE])

    def test_in_quiet_hours_it_waits_for_their_end_and_a_code_does_not(self):
        now = timezone.now().astimezone(self.practice.zone)
        with sink() as server:
            user = has_mail(self.ana.actor)
            begins, ends = now - timedelta(hours=1), now + timedelta(hours=2)
            set_quiet_hours(by=self.ana.actor, begins=begins.time(), ends=ends.time())
            waiting = told(self.ana.actor)
            by = self.ana.actor
            given = {"language": "en", "step_up_id": proven(by, mail_scope(by))}
            ask_mail_code(by=by, address="new@example.org", **given)
            assert send_waiting().mails == 1
            assert server.recipients == [["new@example.org"]]
            waiting.refresh_from_db()
            assert abs(waiting.next_try - ends) < timedelta(seconds=1)
            User.objects.filter(pk=user.pk).update(quiet_from="07:00", quiet_until="07:00")
            Notice.objects.filter(pk=waiting.pk).update(next_try=a_moment_ago())
            assert send_waiting().mails == 1

    def test_an_emergency_that_wants_an_answer_waits_for_nothing(self):
        now = timezone.now().astimezone(self.practice.zone)
        begins, ends = now - timedelta(hours=1), now + timedelta(hours=2)
        hours = {"begins": begins.time(), "ends": ends.time()}
        for kind, waits in ((Kind.WISH, 0), (Kind.EMERGENCY, 1), (Kind.EMERGENCY_YES, 1)):
            with self.subTest(kind), sink() as server:
                has_mail(self.sue)
                set_quiet_hours(by=self.sue, **hours)
                told(self.sue, kind, due=False)
                assert send_waiting().mails == len(server.mails) == waits

    def test_a_closed_account_gets_none(self):
        with sink() as server:
            has_mail(self.ana.actor)
            told(self.ana.actor)
            User.objects.filter(pk=self.ana.actor.user).update(is_active=False)
            assert send_waiting().mails == 0
        assert (server.mails, states()) == ([], [Mail.NONE])

    def test_the_address_is_opened_by_the_worker_with_an_entry_that_lists_nobody(self):
        with sink():
            has_mail(self.ana.actor)
            told(self.ana.actor)
            send_waiting()
        [entry] = Entry.objects.filter(act="machine.mail")
        assert entry.role == "house"
        assert self.ana.actor.user.hex.encode() not in bytes(entry.body)


class WhatTheServerSays(CastTestCase):
    def one_waits(self) -> Notice:
        has_mail(self.ana.actor)
        return told(self.ana.actor)

    def test_not_now_is_tried_again_each_time_later(self):
        waits = []
        with sink() as server:
            notice = self.one_waits()
            for _ in range(3):
                server.says.append("451 later")
                before = timezone.now()
                assert send_waiting().mails == 0
                notice.refresh_from_db()
                assert notice.mail == Mail.WAITING
                waits.append((notice.next_try - before).total_seconds())
                Notice.objects.update(next_try=a_moment_ago())
            assert send_waiting().mails == 1
            assert len(server.mails) == 1
        assert [round(one / 60) for one in waits] == [2, 4, 8]

    def test_a_recipient_refused_for_now_waits_and_one_refused_for_good_is_given_up(self):
        for said, state in (("450 full", Mail.WAITING), ("550 nobody", Mail.FAILED)):
            with sink() as server:
                notice = self.one_waits()
                server.at_rcpt = lambda said=said: said
                assert send_waiting().mails == 0
                notice.refresh_from_db()
                assert notice.mail == state
                Notice.objects.all().delete()

    def test_after_many_tries_it_is_given_up_and_counted(self):
        with sink() as server:
            self.one_waits()
            Notice.objects.update(tries=MOST_TRIES - 1)
            server.says.append("451 later")
            send_waiting()
        assert states() == [Mail.FAILED]
        assert mail_troubles(self.practice.pk, timezone.now() - timedelta(days=1)) == (0, 1)
        assert mail_troubles(self.other_practice.pk, timezone.now() - timedelta(days=1)) == (0, 0)

    def test_the_administrator_sees_how_many_and_of_whom_nobody(self):
        with sink() as server:
            notice = self.one_waits()
            Notice.objects.filter(pk=notice.pk).update(mail=Mail.UNKNOWN, next_try=None)
            client = Client()
            sign_in(client, self.adam)
            page = client.get("/practice/").content.decode()
            assert server.mails == []
        assert "One notice may have gone or not. It is not sent again." in page
        assert "Ana" not in page
        assert self.ana.member.code not in page

    def test_a_server_that_is_away_is_tried_again(self):
        with sink() as server:
            settings = server.settings
        with override_settings(**settings):  # it has stopped
            self.one_waits()
            assert send_waiting().mails == 0
        assert states() == [Mail.WAITING]

    def test_a_line_that_breaks_after_the_words_is_not_known_and_not_sent_again(self):
        with sink() as server:
            self.one_waits()
            server.hangs_up = True
            assert send_waiting().mails == 0
            assert states() == [Mail.UNKNOWN]
            assert send_waiting().mails == 0
        assert len(server.mails) == 1
        assert mail_troubles(self.practice.pk, timezone.now() - timedelta(days=1)) == (1, 0)

    def test_without_keys_it_waits(self):
        with sink() as server:
            self.one_waits()
            key_ring.forget()
            with override_settings(GROUPCARE_KEYS_DIR="/nowhere/keys"):
                assert send_waiting().mails == 0
            assert (server.mails, states()) == ([], [Mail.WAITING])

    def test_what_a_dead_worker_had_claimed_is_not_sent_again(self):
        with sink() as server:
            notice = self.one_waits()
            claimed = timezone.now() - CLAIM_LASTS - timedelta(seconds=1)
            Notice.objects.filter(pk=notice.pk).update(
                mail=Mail.SENDING, mail_id=uuid4(), claimed_at=claimed, next_try=None
            )
            done = send_waiting()
            assert (done.mails, done.unknown, server.mails) == (0, 1, [])
        assert states() == [Mail.UNKNOWN]

    def test_taking_back_asks_for_no_mail(self):
        with sink() as server:
            settings = server.settings
        with override_settings(**settings):
            has_mail(self.fay)
            consent = self.grants(self.ana, self.asked(self.said()))
            assert revoke_consent(by=self.ana.actor, code=consent.code).kind == "revoked"
            call_command("work", "--once", stdout=StringIO())
            assert Mail.WAITING in states()

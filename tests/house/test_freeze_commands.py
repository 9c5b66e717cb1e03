"""`manage.py freeze` and `unfreeze`: named people, passwords, clear words, entries."""

from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command

from audit.models import Entry
from audit.trail import INSTALLATION
from consent import freezes
from tests.cast import PASSWORD, CastTestCase, code_of, user_of


class TheCommands(CastTestCase):
    def run_it(self, command: str, *arguments: str, typed: str = "") -> str:
        told = StringIO()
        with patch("sys.stdin", StringIO(typed)):
            call_command(command, *arguments, stdout=told)
        return told.getvalue()

    def name(self, actor) -> str:
        return user_of(actor).sign_in_name

    def both(self, *more: str) -> tuple[str, ...]:
        return (
            *("--supervisor", self.name(self.sue), "--administrator", self.name(self.adam)),
            *more,
        )

    def proofs(self, *actors) -> str:
        return "".join(f"{PASSWORD}\n{code_of(one)}\n" for one in actors)

    def frozen(self) -> bool:
        return freezes.is_frozen(self.practice.pk)

    def test_one_person_freezes_and_the_words_say_what_goes_on(self):
        told = self.run_it("freeze", "--by", self.name(self.sue))
        assert "Frozen since" in told and "Linden" in told
        assert "Taking back, saying no, signing in and writing down go on." in told
        assert self.frozen() and not freezes.is_frozen(self.other_practice.pk)
        assert self.last_entry().act == "house.frozen"
        assert self.last_entry().actor == self.sue.user

    def test_two_people_lift_in_one_run(self):
        self.run_it("freeze", "--by", self.name(self.adam))
        told = self.run_it("unfreeze", *self.both(), typed=self.proofs(self.sue, self.adam))
        assert told.endswith("Lifted.\n")
        assert not self.frozen()
        assert self.last_entry().act == "house.unfrozen"

    def test_two_people_lift_in_two_runs_and_one_alone_does_not(self):
        self.run_it("freeze", "--by", self.name(self.adam))
        for _ in range(2):
            told = self.run_it("unfreeze", *self.both()[:2], typed=self.proofs(self.sue))
            assert "Still frozen" in told and self.frozen()
        told = self.run_it("unfreeze", *self.both()[2:], typed=self.proofs(self.adam))
        assert "Lifted." in told

    def test_a_wrong_password_lifts_nothing_and_is_noted(self):
        self.run_it("freeze", "--by", self.name(self.adam))
        with pytest.raises(CommandError, match="not the password"):
            self.run_it("unfreeze", *self.both(), typed="wrong\nwrong\n")
        assert self.frozen()
        assert Entry.objects.filter(chain=INSTALLATION, act="sign_in.failed").exists()

    def test_the_password_alone_lifts_nothing_and_a_code_counts_once(self):
        """R70: at the machine as on the page, staff give a code beside the password."""
        self.run_it("freeze", "--by", self.name(self.adam))
        code = code_of(self.sue)
        for wrong in ("", "000000", "not a code"):
            with pytest.raises(CommandError, match="no code of"):
                self.run_it("unfreeze", *self.both()[:2], typed=f"{PASSWORD}\n{wrong}\n")
            assert self.last_entry().act == "second_step.failed"
        assert "Still frozen" in self.run_it(
            "unfreeze", *self.both()[:2], typed=f"{PASSWORD}\n{code}\n"
        )
        with pytest.raises(CommandError, match="no code of"):
            self.run_it("unfreeze", *self.both()[:2], typed=f"{PASSWORD}\n{code}\n")

    def test_guessing_codes_at_the_machine_has_to_wait(self):
        self.run_it("freeze", "--by", self.name(self.adam))
        for _ in range(5):
            with pytest.raises(CommandError, match="no code of"):
                self.run_it("unfreeze", *self.both()[:2], typed=f"{PASSWORD}\n000000\n")
        with pytest.raises(CommandError, match="Too many"):
            self.run_it("unfreeze", *self.both()[:2], typed=self.proofs(self.sue))
        assert self.frozen()

    def test_one_person_named_twice_lifts_nothing(self):
        self.run_it("freeze", "--by", self.name(self.zoe))
        zoe = self.name(self.zoe)
        told = self.run_it(
            *("unfreeze", "--supervisor", zoe, "--administrator", zoe),
            typed=self.proofs(self.zoe),
        )
        assert "Still frozen" in told
        assert freezes.is_frozen(self.other_practice.pk)

    def test_the_installation_is_frozen_and_lifted_by_two_named_people(self):
        told = self.run_it("freeze", "--by", self.name(self.sue), "--installation")
        assert "the whole installation" in told
        assert freezes.is_frozen(self.other_practice.pk)
        assert "--installation" in self.run_it("unfreeze", *self.both(), typed="")
        typed = self.proofs(self.sue, self.adam)
        assert "Lifted." in self.run_it("unfreeze", *self.both("--installation"), typed=typed)
        assert not self.frozen()
        acts = Entry.objects.filter(chain=INSTALLATION, act__startswith="house.")
        assert acts.count() == 4

    def test_who_may_not_is_told(self):
        with pytest.raises(CommandError, match="neither supervisor nor administrator"):
            self.run_it("freeze", "--by", self.name(self.fay))
        with pytest.raises(CommandError, match="Nobody here"):
            self.run_it("freeze", "--by", "nobody-0000")
        with pytest.raises(CommandError, match="Name who agrees"):
            self.run_it("unfreeze")
        assert "Nothing is frozen." in self.run_it("unfreeze", *self.both())
        self.run_it("freeze", "--by", self.name(self.sue))
        with pytest.raises(CommandError, match="may not agree"):
            self.run_it(
                "unfreeze", "--administrator", self.name(self.fay), typed=self.proofs(self.fay)
            )

"""A dangerous setting stops the start, each by a check with a stable id."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import Error
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings

from accounts.models import Practice, Role, StaffRole
from accounts.queries import roles_of
from accounts.services import DemoBesideReal, create_practice
from groupcare.checks import dangerous_settings
from groupcare.demo import environment
from tests.cast import BOTH
from vault.new_keys import NAMES, write_new_keys
from vault.providers import FileKeys, KeyMissing


def found(**changed: object) -> set[str]:
    with override_settings(**changed):
        return {check.id for check in dangerous_settings() if isinstance(check, Error)}


def database(alias: str, **changed: object) -> dict:
    every = {name: dict(one) for name, one in settings.DATABASES.items()}
    every[alias].update(changed)
    return every


DJANGO_MAIL = "django.core.mail.backends"
MAILED = {
    "GROUPCARE_DEMO": False,
    "EMAIL_BACKEND": f"{DJANGO_MAIL}.smtp.EmailBackend",
    "EMAIL_HOST": "mail.example.org",
    "EMAIL_USE_SSL": True,
    "EMAIL_USE_TLS": False,
    "DEFAULT_FROM_EMAIL": "post@example.org",
}


@pytest.mark.parametrize(
    ("number", "changed"),
    [
        ("E001", {"SECRET_KEY": "short"}),
        ("E002", {"GROUPCARE_DEMO": False}),
        ("E003", {"DEBUG": True, "GROUPCARE_DEMO": False}),
        ("E004", {"ALLOWED_HOSTS": ["*"]}),
        ("E005", {"ANONYMOUS_USER_NAME": "anybody"}),
        ("E005", {"GUARDIAN_AUTO_PREFETCH": True}),
        ("E006", {"AUTHENTICATION_BACKENDS": ["guardian.backends.ObjectPermissionBackend"]}),
        ("E007", {"DATABASES": database("default", ATOMIC_REQUESTS=True)}),
        ("E008", {"DATABASES": database("vault", NAME=settings.DATABASES["default"]["NAME"])}),
        ("E009", {"DATABASES": database("vault", ENGINE="django.db.backends.sqlite3", OPTIONS={})}),
        ("E010", {"SESSION_ENGINE": "django.contrib.sessions.backends.db"}),
        ("E011", {"ADMINS": [("A", "a@b.example")]}),
        ("E012", {"INSTALLED_APPS": [*settings.INSTALLED_APPS, "django.contrib.admin"]}),
        ("E016", {"GROUPCARE_LIMITS_OFF": True}),
        ("E017", {"MFA_TOTP_INSECURE_BYPASS_CODE": "000000"}),
        ("E017", {"MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": True}),
        ("E017", {"MFA_TRUST_ENABLED": True}),
        ("E017", {"MFA_ADAPTER": "allauth.mfa.adapter.DefaultMFAAdapter"}),
        ("E017", {"ACCOUNT_LOGIN_METHODS": {"email", "username"}}),
        ("E020", {"MIDDLEWARE": [m for m in settings.MIDDLEWARE if "Stays" not in m]}),
        ("E021", {"GROUPCARE_STAY_MINUTES": {"staff": (16, 480), "member": (20, 720)}}),
        ("E021", {"GROUPCARE_STAY_MINUTES": {"staff": (15, 480), "member": (20, 721)}}),
        ("E021", {"GROUPCARE_STAY_MINUTES": {"staff": (15, 0), "member": (20, 720)}}),
        ("E021", {"GROUPCARE_LOCK_MINUTES": 16}),
        *(
            ("E022", {**MAILED, "EMAIL_BACKEND": f"{DJANGO_MAIL}.{name}.EmailBackend"})
            for name in ("console", "filebased", "locmem")
        ),
        ("E023", {**MAILED, "EMAIL_USE_SSL": False}),
        ("E024", {**MAILED, "DEFAULT_FROM_EMAIL": "nobody"}),
        ("E018", {"MIDDLEWARE": [m for m in settings.MIDDLEWARE if "SecondFactor" not in m]}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_dangerous_setting_is_refused(number, changed):
    assert f"groupcare.{number}" in found(**changed)


def test_mail_in_clear_goes_to_this_machine_alone():
    in_clear = {**MAILED, "EMAIL_USE_SSL": False}
    assert not {"groupcare.E022", "groupcare.E023", "groupcare.E024"} & found(**MAILED)
    assert "groupcare.E023" not in found(**{**in_clear, "EMAIL_HOST": "127.0.0.1"})
    assert "groupcare.E023" not in found(**{**in_clear, "EMAIL_USE_TLS": True})


def test_the_settings_as_they_are_raise_nothing():
    assert found() == set()


def test_keys_are_made_once_and_never_over_others(tmp_path):
    write_new_keys(tmp_path / "keys")
    for name in NAMES:
        assert (tmp_path / "keys" / name).stat().st_mode & 0o777 == 0o600
        assert len(FileKeys(tmp_path / "keys").key(name)) == 32
    before = (tmp_path / "keys" / "kek").read_text()
    with pytest.raises(FileExistsError):
        write_new_keys(tmp_path / "keys")
    assert (tmp_path / "keys" / "kek").read_text() == before


def test_a_missing_or_mistyped_key_is_no_key(tmp_path):
    for wrong in (None, "", "not base64!", "c2hvcnQ="):
        if wrong is not None:
            (tmp_path / "kek").write_text(wrong)
        with pytest.raises(KeyMissing):
            FileKeys(tmp_path).key("kek")


def test_the_demo_never_touches_a_real_database(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://real/house")
    monkeypatch.setenv("VAULT_DATABASE_URL", "postgres://real/vault")
    monkeypatch.setenv("GROUPCARE_KEK", "real")
    monkeypatch.setenv("SECRET_KEY", "real")
    env = environment(Path("somewhere"))
    assert env["DATABASE_URL"].startswith("sqlite:///somewhere")
    assert env["VAULT_DATABASE_URL"].startswith("sqlite:///somewhere")
    assert "GROUPCARE_KEK" not in env
    assert "SECRET_KEY" not in env


def make_practice(name: str, *, demo: bool = False) -> Practice:
    return create_practice(name=name, time_zone="America/New_York", jurisdiction="US-NY", demo=demo)


class SetUp(TestCase):
    """`manage.py setup` and `load_demo` begin a house; neither touches one that has begun."""

    databases = BOTH

    def set_up(self, **more: object) -> str:
        out = StringIO()
        given = {
            "practice": "Linden",
            "time_zone": "America/New_York",
            "jurisdiction": "US-NY",
            "administrator": "Adam Abara",
        }
        call_command("setup", stdout=out, **(given | more))
        return out.getvalue()

    def test_it_makes_the_practice_and_an_administrator_with_a_one_time_code(self):
        said = self.set_up()
        assert "Sign-in name: " in said
        assert "One-time code: " in said
        assert [r.role for r in StaffRole.objects.all()] == [Role.ADMINISTRATOR]

    def test_a_small_practice_gets_one_person_with_all_roles(self):
        self.set_up(small=True)
        [role, *_] = StaffRole.objects.all()
        assert roles_of(role.user) == ["facilitator", "supervisor", "administrator"]
        assert Practice.objects.get().small

    def test_a_second_time_nonsense_and_nothing_are_refused_with_a_sentence(self):
        with pytest.raises(CommandError, match="not a time zone"):
            self.set_up(time_zone="Mars/Olympus")
        with pytest.raises(CommandError, match="needed"):
            self.set_up(practice="")
        assert not Practice.objects.exists()
        self.set_up()
        with pytest.raises(CommandError, match="already"):
            self.set_up()

    def test_the_demo_is_not_loaded_beside_a_practice_nor_outside_the_demo(self):
        with override_settings(GROUPCARE_DEMO=False), pytest.raises(CommandError, match="demo"):
            call_command("load_demo")
        self.set_up()
        with pytest.raises(CommandError, match="practices here"):
            call_command("load_demo")
        assert Practice.objects.count() == 1

    def test_real_people_are_not_set_up_where_the_demo_is(self):
        make_practice("Invented", demo=True)
        with pytest.raises(CommandError, match="holds the demo"):
            self.set_up()
        assert list(Practice.objects.values_list("demo", flat=True)) == [True]

    def test_a_demo_practice_and_a_real_one_never_stand_side_by_side(self):
        make_practice("Invented", demo=True)
        make_practice("Invented too", demo=True)
        with pytest.raises(DemoBesideReal):
            make_practice("Real")
        Practice.objects.all().delete()
        make_practice("Real")
        with pytest.raises(DemoBesideReal):
            make_practice("Invented", demo=True)
        assert [practice.name for practice in Practice.objects.all()] == ["Real"]

"""System checks that refuse a dangerous setting. Ids are stable: groupcare.E001 and on."""

from collections.abc import Callable, Iterator
from typing import Any

from csp.constants import NONE, SELF
from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from groupcare.provisioning import lacking_policy

GUARDIAN_SWITCHES = {
    "ANONYMOUS_USER_NAME": None,
    "GUARDIAN_AUTO_PREFETCH": False,
}
ALLAUTH_SWITCHES = {
    "MFA_ADAPTER": "accounts.adapter.SecondStepAdapter",
    "ACCOUNT_ADAPTER": "accounts.adapter.AccountAdapter",
    "MFA_TOTP_INSECURE_BYPASS_CODE": None,
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": False,
    "MFA_TRUST_ENABLED": False,
    "ACCOUNT_LOGIN_BY_CODE_ENABLED": False,
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_LOGIN_METHODS": {"username"},
}
# Without one of them a header or a refusal is missing from every answer (R69).
DOORS = (
    "groupcare.middleware.HouseHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "groupcare.middleware.OneCharset",
    "groupcare.middleware.OwnSite",
    "groupcare.middleware.FewFiles",
    "django.middleware.csrf.CsrfViewMiddleware",
    "groupcare.middleware.SignInFirst",
    "groupcare.middleware.OwnFields",
    "groupcare.middleware.ClosedDoors",
)
COOKIES = ("SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE")
HERE = ("localhost", "127.0.0.1", "::1")
# Idle, and from beginning to end; without pointer or key until the page is locked.
LONGEST_MINUTES = {"staff": (15, 8 * 60), "member": (20, 12 * 60), "lock": (15,)}


def _problems() -> Iterator[tuple[str, str, str]]:
    if len(settings.SECRET_KEY) < 32:
        yield "E001", "SECRET_KEY is missing or short.", "Run `python -m vault.new_keys var/keys`."
    if not settings.GROUPCARE_HTTPS and not settings.GROUPCARE_DEMO:
        yield "E002", "GROUPCARE_HTTPS is off outside the demo.", "Cookies would travel in clear."
    if settings.DEBUG and not settings.GROUPCARE_DEMO:
        yield "E003", "DEBUG is on.", "Error pages would show what members said."
    if "*" in settings.ALLOWED_HOSTS:
        yield "E004", "ALLOWED_HOSTS names every host.", "List the hosts that serve this house."
    if any(getattr(settings, name, None) != value for name, value in GUARDIAN_SWITCHES.items()):
        yield "E005", "A guardian switch is not as it must be.", f"Set {GUARDIAN_SWITCHES}."
    if "guardian.backends.ObjectPermissionBackend" in settings.AUTHENTICATION_BACKENDS:
        yield "E006", "Guardian's backend is on.", "Rights are rows here, never an answer."
    if any(database.get("ATOMIC_REQUESTS") for database in settings.DATABASES.values()):
        yield "E007", "ATOMIC_REQUESTS is on.", "Refusals would lose their entry."
    if _place(settings.DATABASES["default"]) == _place(settings.DATABASES["vault"]):
        yield "E008", "The vault shares the main database.", "Set VAULT_DATABASE_URL."
    databases: dict[str, dict[str, Any]] = settings.DATABASES
    for alias, database in databases.items():
        options = database.get("OPTIONS", {})
        if database["ENGINE"].endswith("sqlite3") and (
            options.get("transaction_mode") != "IMMEDIATE"
        ):
            yield (
                "E009",
                f"SQLite '{alias}' is not IMMEDIATE.",
                "A release could race a withdrawal.",
            )
    if settings.SESSION_ENGINE != "accounts.session_store":
        yield "E010", "Another session store is set.", "Its table would hold live sign-ins."
    if settings.ADMINS:
        yield "E011", "ADMINS is set.", "Error mails carry what members said."
    if "django.contrib.admin" in settings.INSTALLED_APPS:
        yield "E012", "Django's admin is installed.", "It would show every row to one person."
    if settings.GROUPCARE_LIMITS_OFF:
        yield "E016", "The limits on guessing are off.", "Only a test of time may do that."
    if any(getattr(settings, name, value) != value for name, value in ALLAUTH_SWITCHES.items()):
        yield "E017", "An allauth switch is not as it must be.", f"Set {ALLAUTH_SWITCHES}."
    if "groupcare.middleware.SecondFactorFirst" not in settings.MIDDLEWARE:
        yield "E018", "Staff get in without a second factor.", "Put SecondFactorFirst back."
    if "groupcare.middleware.Stays" not in settings.MIDDLEWARE:
        yield "E020", "A locked stay is open.", "Put groupcare.middleware.Stays back."
    stays = {**settings.GROUPCARE_STAY_MINUTES, "lock": (settings.GROUPCARE_LOCK_MINUTES,)}
    for whose, most in LONGEST_MINUTES.items():
        if any(not 1 <= given <= limit for given, limit in zip(stays[whose], most, strict=True)):
            hint = f"Between 1 and {most} minutes."
            yield "E021", f"A stay lasts too long, or no time at all ({whose}).", hint
    if missing := [one for one in DOORS if one not in settings.MIDDLEWARE]:
        yield "E022", f"Every answer lacks what {', '.join(missing)} adds.", "Put it back."
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    foreign = {one for sources in directives.values() for one in sources} - {NONE, SELF}
    if foreign or settings.X_FRAME_OPTIONS != "DENY" or directives.get("frame-ancestors") != [NONE]:
        yield "E023", "Pages may hold what is not ours, or be framed.", "'self' and 'none' alone."
    if any(
        not getattr(settings, f"{cookie}_HTTPONLY")
        or getattr(settings, f"{cookie}_SAMESITE") not in ("Lax", "Strict")
        or getattr(settings, f"{cookie}_SECURE") != settings.GROUPCARE_HTTPS
        for cookie in COOKIES
    ):
        yield "E024", "A cookie is open to scripts, other sites or the wire.", "See settings.py."
    if not settings.GROUPCARE_DEMO:
        yield from _problems_of_mail()


def _problems_of_mail() -> Iterator[tuple[str, str, str]]:
    if settings.EMAIL_BACKEND != "django.core.mail.backends.smtp.EmailBackend":
        yield "E025", "Mail goes somewhere else than by SMTP.", "A file or a log would keep it."
    if not settings.EMAIL_HOST:
        return
    encrypted = settings.EMAIL_USE_SSL != settings.EMAIL_USE_TLS
    if not encrypted and settings.EMAIL_HOST not in HERE:
        hint = "Set GROUPCARE_MAIL_TLS to implicit or starttls."
        yield "E026", "Mail would travel in clear.", hint
    try:
        validate_email(settings.DEFAULT_FROM_EMAIL)
    except ValidationError:
        yield "E027", "GROUPCARE_MAIL_FROM is no address.", "Give one that names no practice."


def _place(database: dict[str, Any]) -> tuple[object, ...]:
    return tuple(database.get(part) or "" for part in ("HOST", "PORT", "NAME"))


def dangerous_settings(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Return one error for each dangerous setting; any of them stops the start."""
    return [
        checks.Error(message, hint=hint, id=f"groupcare.{number}")
        for number, message, hint in _problems()
    ]


def application_role(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Return an error if the walls in PostgreSQL do not hold the role this process has.

    It asks the database, so it is a check of a deployment alone.
    """
    if settings.GROUPCARE_DEMO or connection.vendor != "postgresql":
        return []
    return [
        checks.Error(message, hint=hint, id=f"groupcare.{number}")
        for number, message, hint in _problems_of_the_role()
    ]


def demo_beside_real(app_configs: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Return an error if the demo's ease is switched on where real people are.

    It asks the database, so it is a check of a deployment alone.
    """
    real = apps.get_model("accounts", "Practice").objects.filter(demo=False)
    if not settings.GROUPCARE_DEMO or not real.exists():
        return []
    hint = "It lets cookies travel in clear. Set GROUPCARE_DEMO to false."
    message = "GROUPCARE_DEMO is on beside a real practice."
    return [checks.Error(message, hint=hint, id="groupcare.E019")]


def _problems_of_the_role() -> Iterator[tuple[str, str, str]]:
    provision = "Run `manage.py provision_postgres`; sign in as gc_app (docs/postgresql.md)."
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls, EXISTS ("
            "SELECT FROM pg_class WHERE relowner = r.oid"
            " AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)"
            " UNION ALL SELECT FROM pg_proc WHERE proowner = r.oid"
            " AND pronamespace <> 'pg_catalog'::regnamespace),"
            " EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid) "
            "FROM pg_roles r WHERE rolname = current_user"
        )
        role, superuser, bypasses, owns, belongs = cursor.fetchone()
    if superuser or bypasses:
        yield "E013", f"The database role {role} passes the policies by.", provision
    if owns or belongs:
        yield "E014", f"The database role {role} owns, or may own, what it works on.", provision
    if lacking := lacking_policy(connection):
        yield "E015", f"No policy holds the rows of {', '.join(lacking)}.", provision


def register_all(register: Callable[..., Any] = checks.register) -> None:
    """Hand the checks to Django."""
    register(dangerous_settings)
    register(application_role, deploy=True)
    register(demo_beside_real, deploy=True)

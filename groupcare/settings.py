"""Settings, from the environment or a `.env` file. docs/quick-start.md lists them.

A mistyped value stops the start; a dangerous one is refused by groupcare/checks.py.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

DATA_DIR = Path(env.str("GROUPCARE_DATA_DIR", str(BASE_DIR / "var")))
GROUPCARE_KEYS_DIR = env.str("GROUPCARE_KEYS_DIR", str(DATA_DIR / "keys"))
GROUPCARE_DEMO = env.bool("GROUPCARE_DEMO", False)
GROUPCARE_HTTPS = env.bool("GROUPCARE_HTTPS", True)
# What links to recipients begin with; without it, the host of ALLOWED_HOSTS that was asked.
GROUPCARE_ADDRESS = env.str("GROUPCARE_ADDRESS", "")

DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
_secret_file = Path(GROUPCARE_KEYS_DIR) / "secret_key"
SECRET_KEY = env.str(
    "SECRET_KEY", _secret_file.read_text().strip() if _secret_file.exists() else ""
)
if not SECRET_KEY:
    raise ImproperlyConfigured(
        f"No SECRET_KEY. Make the keys once: python -m vault.new_keys {GROUPCARE_KEYS_DIR}"
    )
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])

# Templates and static files of ours stand before those of others, or overrides are ignored.
INSTALLED_APPS = [
    "groupcare.apps.GroupCareConfig",
    "pages",
    "oversight",
    "ethics",
    "consent",
    "sessions_app",
    "accounts",
    "vault",
    "audit",
    "whitenoise.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
]

# Headers first: whatever answers below, also a redirect or a failure, goes out through them.
MIDDLEWARE = [
    "groupcare.middleware.HouseHeaders",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "groupcare.middleware.OneCharset",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "groupcare.middleware.KnownHeads",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "groupcare.middleware.OnePractice",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "groupcare.middleware.OwnSite",
    "groupcare.middleware.FewFiles",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "groupcare.middleware.SignInFirst",
    "groupcare.middleware.Stays",
    "groupcare.middleware.SecondFactorFirst",
    "groupcare.middleware.OwnFields",
    "django.contrib.messages.middleware.MessageMiddleware",
    "groupcare.middleware.ClosedDoors",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "groupcare.urls"
WSGI_APPLICATION = "groupcare.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pages.shared.context.house",
            ],
        },
    }
]
FORM_RENDERER = "pages.shared.forms.HouseRenderer"

# --- databases -------------------------------------------------------------
_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
        "PRAGMA secure_delete=ON; PRAGMA recursive_triggers=ON;"
    ),
}


def _database(variable: str, file: str) -> dict[str, object]:
    found = env.dj_db_url(variable, f"sqlite:///{DATA_DIR / file}", conn_max_age=600)
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = _SQLITE
    else:
        found["CONN_HEALTH_CHECKS"] = True
        # A cursor kept on the server would outlive the transaction that pgBouncer lends.
        found["DISABLE_SERVER_SIDE_CURSORS"] = True
    return found


DATABASES = {
    "default": _database("DATABASE_URL", "groupcare.sqlite3"),
    "vault": _database("VAULT_DATABASE_URL", "vault.sqlite3"),
}
DATABASE_ROUTERS = ["vault.routers.VaultRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Shared by all workers, so that limits hold; large, so that no spray of names culls a counter.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "groupcare_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

# --- people and sign-in ----------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["pages.shared.access.HouseBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LongEnough"},
    {"NAME": "accounts.passwords.NotCommon"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "sign_in_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
# Guesses are counted in accounts/services/tries.py; these hold floods off, for a house shares one.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "",
    "open_link": "30/m/ip",  # known or not: each costs a hash
}
ACCOUNT_FORMS = {"login": "pages.shared.forms.SignInForm"}
# allauth keeps the rows and asks for the second step; what is in the rows is ours.
MFA_ADAPTER = "accounts.adapter.SecondStepAdapter"
MFA_TOTP_TOLERANCE = 1  # a code typed as the next one comes still counts, once
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
GROUPCARE_LIMITS_OFF = False  # for a test that measures time; a check refuses it
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

# guardian holds rows, never the decision: no backend, no global rights, no anonymous person.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
GUARDIAN_AUTO_PREFETCH = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = 60 * 60  # a visitor's, who is between two pages of coming in
# A stay ends once idle this long, and this long after it began; a check refuses longer ones.
GROUPCARE_STAY_MINUTES = {
    "staff": (
        env.int("GROUPCARE_STAFF_IDLE_MINUTES", 15),
        env.int("GROUPCARE_STAFF_STAY_MINUTES", 8 * 60),
    ),
    "member": (
        env.int("GROUPCARE_MEMBER_IDLE_MINUTES", 20),
        env.int("GROUPCARE_MEMBER_STAY_MINUTES", 12 * 60),
    ),
}
GROUPCARE_LOCK_MINUTES = env.int("GROUPCARE_LOCK_MINUTES", 5)  # without pointer or key
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = GROUPCARE_HTTPS
SESSION_COOKIE_NAME = "__Host-groupcare" if GROUPCARE_HTTPS else "groupcare"
CSRF_COOKIE_NAME = "__Host-form" if GROUPCARE_HTTPS else "form"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "pages.shared.errors.form_expired"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- headers and limits ----------------------------------------------------
SECURE_HSTS_SECONDS = 63_072_000 if GROUPCARE_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = GROUPCARE_HTTPS
if env.bool("GROUPCARE_BEHIND_PROXY", False):
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # or everybody behind the proxy shares one address
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Not `no-referrer`: browsers then send `Origin: null` and a right form is refused.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 1
# A file is read in memory and never written down; groupcare.middleware.FewFiles refuses more.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE

# --- language, time, files -------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]  # each in its own words, never translated
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["groupcare.formats"]
# Gone with the browser, like the sign-in: a lasting cookie would tell who was here.
LANGUAGE_COOKIE_NAME = "__Host-language" if GROUPCARE_HTTPS else "language"
LANGUAGE_COOKIE_AGE = None
LANGUAGE_COOKIE_SECURE = GROUPCARE_HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("GROUPCARE_STATIC_ROOT", str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- mail ------------------------------------------------------------------
# Notices alone, and only for those who asked for them. Without a host none is sent.
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.str("GROUPCARE_MAIL_HOST", "")
EMAIL_PORT = env.int("GROUPCARE_MAIL_PORT", 465)
EMAIL_HOST_USER = env.str("GROUPCARE_MAIL_USER", "")
EMAIL_HOST_PASSWORD = env.str("GROUPCARE_MAIL_PASSWORD", "")
_mail_tls = env.str("GROUPCARE_MAIL_TLS", "implicit")  # or starttls, or none on this machine
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail_tls == "implicit", _mail_tls == "starttls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("GROUPCARE_MAIL_FROM", "")

# Route and status only: paths carry codes, bodies carry words.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django.request": {"handlers": ["console"], "level": "CRITICAL", "propagate": False},
        "django.security": {"handlers": ["console"], "level": "CRITICAL", "propagate": False},
        "groupcare": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
ADMINS: list[tuple[str, str]] = []

"""Settings for tests: the house's own, with keys made for this run and a cheap password hash."""

import base64
import os
import tempfile
from pathlib import Path

os.environ.setdefault(
    "SECRET_KEY", base64.b64encode(b"only for tests, never anywhere else").decode()
)
os.environ.setdefault("GROUPCARE_KEK", base64.b64encode(b"K" * 32).decode())
os.environ.setdefault("GROUPCARE_MAC", base64.b64encode(b"M" * 32).decode())
os.environ["GROUPCARE_KEYS_DIR"] = ""
os.environ.setdefault(
    "GROUPCARE_DATA_DIR", str(Path(tempfile.gettempdir()) / f"groupcare-tests-{os.getuid()}")
)
Path(os.environ["GROUPCARE_DATA_DIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)

from groupcare.settings import *  # noqa: E402, F403
from groupcare.settings import DATA_DIR, DATABASES  # noqa: E402

# Tests drive the house over plain HTTP on this machine, as the demo does.
GROUPCARE_DEMO, GROUPCARE_HTTPS = True, False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "groupcare", "form"
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_NAME = False, "language"
SECURE_HSTS_SECONDS = 0

# The real hash takes 50 ms a time; a test of its own shows that the house uses it.
PASSWORD_HASHERS = [
    "tests.hashers.CheapHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
for alias, database in DATABASES.items():
    # The vault has three tables; migrating it would build the state of every app.
    here: dict[str, object] = {"MIGRATE": alias != "vault"}
    if str(database["ENGINE"]).endswith("sqlite3"):
        # Files, not memory: threads on a database in memory meet "table is locked".
        here["NAME"] = str(DATA_DIR / f"test_{alias}.sqlite3")
    database["TEST"], database["CONN_MAX_AGE"] = here, 0

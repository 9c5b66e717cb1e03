"""`make demo`: a filled house on this machine, in files of its own, touching nothing else.

Makes keys and databases under var/demo on the first start, keeps them after,
starts gunicorn on PORT (default 8000) and says when it answers.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from groupcare import demo_record as record
from vault.new_keys import write_new_keys

HOUSE = Path(__file__).resolve().parent.parent
# The tables as they are now; a demo whose tables were made otherwise is begun anew.
LOADED = "loaded-2"
FOLDER = HOUSE / "var" / "demo"
PATIENCE = 60


def environment(folder: Path) -> dict[str, str]:
    """Return the demo's settings: its own folder, and no database address of anybody else's."""
    mine = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("GROUPCARE_", "DATABASE_", "VAULT_", "DJANGO_", "SECRET_"))
    }
    return mine | {
        "DJANGO_SETTINGS_MODULE": "groupcare.settings",
        "GROUPCARE_DATA_DIR": str(folder),
        "GROUPCARE_KEYS_DIR": str(folder / "keys"),
        "GROUPCARE_STATIC_ROOT": str(folder / "static"),
        "GROUPCARE_DEMO": "true",
        "GROUPCARE_HTTPS": "false",
        "DATABASE_URL": f"sqlite:///{folder / 'groupcare.sqlite3'}",
        "VAULT_DATABASE_URL": f"sqlite:///{folder / 'vault.sqlite3'}",
        "DEBUG": "false",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
    }


def manage(env: dict[str, str], *arguments: str) -> None:
    """Run one management command. Raises CalledProcessError."""
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=HOUSE, env=env, check=True)


def prepare(env: dict[str, str], folder: Path) -> None:
    """Bring the demo's files to today's shape; load its people once."""
    if not (folder / LOADED).exists():
        shutil.rmtree(folder, ignore_errors=True)  # an unfinished first start is begun again
        folder.mkdir(mode=0o700, parents=True)
        write_new_keys(folder / "keys")
    os.umask(0o077)
    manage(env, "migrate", "-v0")
    manage(env, "migrate", "vault", "--database", "vault", "-v0")
    manage(env, "createcachetable")
    manage(env, "collectstatic", "--noinput", "-v0")
    if not (folder / LOADED).exists():
        manage(env, "load_demo")
        (folder / LOADED).touch()
    else:
        manage(env, "load_library")


def serve(env: dict[str, str], port: int) -> int:
    """Start gunicorn, print the ready line with who can sign in, and stay until it ends."""
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "groupcare.wsgi", "--bind", f"127.0.0.1:{port}"),
            *("--worker-class", "gthread", "--workers", "2", "--threads", "4"),
            *("--log-level", "warning", "--no-control-socket", "--access-logfile", "/dev/null"),
        ],
        cwd=HOUSE,
        env=env,
    )
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: server.terminate())
    if not _answers(f"http://localhost:{port}/sign-in/", server):
        server.terminate()
        sys.exit(
            f"The demo did not start on port {port}. Is the port taken? Try: make demo PORT=8001"
        )
    print(f"ready http://localhost:{port}")
    _print_people()
    sys.stdout.flush()
    return server.wait()


def _answers(address: str, server: "subprocess.Popen[bytes]") -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return bool(response.status == 200) and server.poll() is None
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def _print_people() -> None:
    print(f"\n  password for everybody: {record.PASSWORD}\n")
    for practice in record.PRACTICES:
        print(f"  {practice.name}")
        for person in (*practice.staff, *practice.members[:2]):
            roles = ", ".join(person.roles) or "member"
            print(f"    {person.sign_in_name:14} {person.name} ({roles})")
        print(f"    all {len(practice.members)} members: same password, docs/quick-start.md\n")
    print("  Ctrl-C stops it.")


def main() -> int:
    port = int(os.environ.get("PORT") or 8000)
    env = environment(FOLDER)
    prepare(env, FOLDER)
    return serve(env, port)


if __name__ == "__main__":
    sys.exit(main())

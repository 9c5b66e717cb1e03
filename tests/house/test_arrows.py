"""What no module may do, read from the source itself. Each reader is shown a fault and finds it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.http_imports import HOUSE, http_imports

APPS = (
    *("groupcare", "pages", "oversight", "ethics", "consent"),
    *("sessions_app", "accounts", "vault", "audit"),
)


def sources(root: Path = HOUSE) -> Iterator[tuple[str, ast.Module]]:
    for app in APPS:
        for file in sorted((root / app).rglob("*.py")):
            if "migrations" not in file.parts:
                yield str(file.relative_to(root)), ast.parse(file.read_text())


def calls_of(name: str, root: Path = HOUSE) -> set[str]:
    """Files that call something of this name."""
    return {
        file
        for file, tree in sources(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and name in (getattr(node.func, "id", None), getattr(node.func, "attr", None))
    }


def imports_of(package: str, root: Path = HOUSE) -> set[str]:
    """Files that import from this package."""
    found = set()
    for file, tree in sources(root):
        for node in ast.walk(tree):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            if any(n == package or n.startswith(f"{package}.") for n in names):
                found.add(file)
    return found


def test_http_templates_and_forms_stay_in_pages():
    assert http_imports(HOUSE) == []


def test_the_reader_of_http_imports_finds_a_planted_one(tmp_path):
    (tmp_path / "consent").mkdir()
    (tmp_path / "consent" / "rules.py").write_text("from django import http\n")
    assert http_imports(tmp_path) == ["consent/rules.py:1 django.http"]


def test_receipts_are_made_in_the_trail_alone():
    assert calls_of("Receipt") == {"audit/trail.py"}


def test_ciphers_are_used_in_the_vault_alone():
    assert imports_of("cryptography") == {"vault/envelope.py", "vault/session_seal.py"}


@pytest.mark.parametrize(
    "name",
    ["has_perm", "has_perms", "get_objects_for_user", "get_perms", "ObjectPermissionChecker",
     "mark_safe", "SafeString", "raw", "extra"],
)  # fmt: skip
def test_nobody_calls(name):
    assert calls_of(name) == set()


@pytest.mark.parametrize(
    "package", ["django.dispatch", "django.db.models.signals", "django.contrib.admin"]
)
def test_nobody_imports(package):
    assert imports_of(package) == set()


def test_pages_ask_queries_and_touch_no_table_themselves():
    for file in (HOUSE / "pages").rglob("*.py"):
        assert ".objects" not in file.read_text(), file


def test_the_readers_find_a_planted_call_and_a_planted_import(tmp_path):
    for app in APPS:
        (tmp_path / app).mkdir()
    (tmp_path / "pages" / "views.py").write_text(
        "import cryptography.fernet\nuser.has_perm('x')\nReceipt(1)\n"
    )
    assert calls_of("has_perm", tmp_path) == calls_of("Receipt", tmp_path) == {"pages/views.py"}
    assert imports_of("cryptography", tmp_path) == {"pages/views.py"}


def test_templates_ask_no_permission_and_escape_everything():
    for file in (HOUSE / "templates").rglob("*.html"):
        text = file.read_text()
        for forbidden in (
            "|safe",
            "autoescape off",
            "get_obj_perms",
            "perms.",
            "<style",
            "<script>",
        ):
            assert forbidden not in text, f"{file.name}: {forbidden}"
        assert " style=" not in text and " onclick=" not in text, file.name

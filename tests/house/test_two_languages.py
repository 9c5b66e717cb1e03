"""English and Spanish say the same things, and every word of the house is in the catalogue."""

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

polib = pytest.importorskip("polib", reason="polib, a development tool, is missing")

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "es" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)s|%[sd]")
needs_gettext = pytest.mark.skipif(
    shutil.which("xgettext") is None and os.environ.get("CI") != "true",
    reason="gettext's tools are missing",
)


def said(file: "polib.POFile | polib.MOFile") -> dict[tuple[str, str], list[str]]:
    """Return what each message becomes; a plural has several answers."""
    return {
        (entry.msgctxt or "", entry.msgid): [
            *(entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr])
        ]
        for entry in file
        if not entry.obsolete
    }


@pytest.fixture(scope="module")
def spanish() -> "polib.POFile":
    return polib.pofile(str(CATALOGUE / "django.po"))


def test_the_compiled_catalogue_says_exactly_what_the_written_one_says(spanish):
    assert said(polib.mofile(str(CATALOGUE / "django.mo"))) == said(spanish)


@needs_gettext
def test_every_word_of_the_source_is_in_the_catalogue_and_no_other(spanish, tmp_path):
    """What `make messages` would write, from a copy of the source."""
    skip = shutil.ignore_patterns(".*", "var", "tests", "node_modules", "__pycache__", "*.mo")
    shutil.copytree(ROOT, tmp_path / "house", ignore=skip)
    shutil.rmtree(tmp_path / "house" / "locale")
    (tmp_path / "house" / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "es", "--no-location"],
        cwd=tmp_path / "house",
        env={k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"},
        capture_output=True,
        check=True,
    )
    found = tmp_path / "house" / "locale" / "es" / "LC_MESSAGES" / "django.po"
    used = {(e.msgctxt or "", e.msgid, e.msgid_plural) for e in polib.pofile(str(found))}
    assert len(used) > 300
    assert used == {(e.msgctxt or "", e.msgid, e.msgid_plural) for e in spanish}


def test_everything_is_translated_and_nothing_is_a_guess(spanish):
    assert [key for key, answers in said(spanish).items() if not all(answers)] == []
    assert [entry.msgid for entry in spanish if entry.fuzzy or entry.obsolete] == []


def test_two_forms_for_every_plural(spanish):
    assert "nplurals=2" in spanish.metadata["Plural-Forms"]
    assert all(len(e.msgstr_plural) == 2 for e in spanish if e.msgid_plural)


def test_placeholders_are_the_same_on_both_sides(spanish):
    wrong = []
    for entry in spanish:
        # The singular may say "one" where the plural has a number.
        allowed = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        needed = allowed if not entry.msgid_plural else set()
        for answer in said([entry])[entry.msgctxt or "", entry.msgid]:
            there = set(PLACEHOLDER.findall(answer))
            if not needed <= there <= allowed:
                wrong.append(entry.msgid)
    assert wrong == []


def test_nobody_is_shouted_at_in_either_language(spanish):
    for (_context, english), answers in said(spanish).items():
        assert "!" not in english
        for answer in answers:
            assert not set("!¡") & set(answer)
            assert answer.count("¿") == answer.count("?"), answer


UNKIND = re.compile(r"\b(please note|successfully|oops|invalid|usted|inválid[oa])\b", re.IGNORECASE)


def test_words_that_the_house_does_not_use(spanish):
    for (_context, english), answers in said(spanish).items():
        assert not UNKIND.search(" ".join([english, *answers])), english


class _Literal(HTMLParser):
    """Collects letters that stand in a template outside of gettext."""

    SPOKEN = ("aria-label", "alt", "title", "placeholder")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in self.SPOKEN:
                self.handle_data(value or "")

    def handle_data(self, data: str) -> None:
        if re.search(r"[^\W\d_]", data.replace("GroupCare", "")):
            self.found.append(data.strip())


@pytest.mark.parametrize(
    "file", sorted((ROOT / "templates").rglob("*.html")), ids=lambda file: file.stem
)
def test_no_template_speaks_past_the_catalogue(file):
    text = re.sub(r"\{% block(translate| shell).*?endblock.*?%\}", "", file.read_text(), flags=re.S)
    parser = _Literal()
    parser.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", text, flags=re.S))
    assert parser.found == []

"""A figure that the docs quote was measured, at a commit that this one comes from.

A quotation is `<!-- figure: races.postgresql.violations -->0`: the value stands
right behind the mark. `make drills` writes docs/figures.json.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[2]
QUOTED = re.compile(r"<!-- figure: (?P<name>[\w.]+) -->(?P<value>[\d.,]*\d)")
MARK = "<!-- figure:"
PAGES = [*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md")]


def figures() -> dict[str, dict[str, object]]:
    file = HOUSE / "docs" / "figures.json"
    told = json.loads(file.read_text()) if file.exists() else []
    return {figure["figure"]: figure for figure in told}


def differing(text: str, known: dict[str, dict[str, object]]) -> list[str]:
    """Return what a page quotes otherwise than it was measured, or without a value."""
    quoted = [(found["name"], found["value"]) for found in QUOTED.finditer(text)]
    wrong = [
        name
        for name, value in quoted
        if name not in known or value.replace(",", "") != str(known[name]["value"])
    ]
    return wrong + ["a mark without a value"] * (text.count(MARK) - len(quoted))


def history(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *arguments], cwd=HOUSE, capture_output=True, text=True, check=False
    )


def history_is_here() -> bool:
    """Say whether ancestors can be looked up; if not, print why."""
    if not shutil.which("git") or history("rev-parse", "--git-dir").returncode:
        print("no git here: the commits of the figures are not looked up")
        return False
    if history("rev-parse", "--is-shallow-repository").stdout.strip() == "true":
        print("a shallow checkout: the commits of the figures are not looked up")
        return False
    return True


def not_of_our_history(commits: set[str]) -> set[str]:
    return {c for c in commits if history("merge-base", "--is-ancestor", c, "HEAD").returncode}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_a_page_quotes_what_was_measured(page):
    assert differing(page.read_text(), figures()) == []


def test_every_figure_was_taken_at_an_ancestor():
    if history_is_here():
        taken_at = {str(figure["commit"]) for figure in figures().values()}
        assert not_of_our_history(taken_at) == set()


def test_a_commit_of_nowhere_is_noticed():
    if history_is_here():
        [here, nowhere] = [history("rev-parse", "HEAD").stdout.strip(), "0" * 40]
        assert not_of_our_history({here, nowhere}) == {nowhere}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("<!-- figure: races.violations -->0 violations", []),
        ("<!-- figure: races.rounds -->2,000 rounds", []),
        ("<!-- figure: races.violations -->1", ["races.violations"]),
        ("<!-- figure: races.losses -->0", ["races.losses"]),
        ("<!-- figure: races.violations --> none", ["a mark without a value"]),
    ],
)
def test_a_wrong_or_unknown_figure_is_noticed(text, wrong):
    known = {"races.violations": {"value": 0}, "races.rounds": {"value": 2000}}
    assert differing(text, known) == wrong

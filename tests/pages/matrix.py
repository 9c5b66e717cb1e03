"""Reading docs/access-matrix.yaml: the cells, and a clear word for an address without a row."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.urls import URLPattern, URLResolver, get_resolver

from tests.pages.every_page import EVERY_PAGE

FILE = Path(__file__).resolve().parents[2] / "docs" / "access-matrix.yaml"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CLOSED, NO_SUCH_METHOD, TO_THE_SIGN_IN = 404, 405, 302


@dataclass(frozen=True)
class Cell:
    """One person at one address by one method, and the answer that awaits them."""

    row: str
    person: str
    method: str
    at: str
    answer: int
    sends: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.person} at {self.method} {self.at} ({self.row})"


@dataclass(frozen=True)
class Matrix:
    """The file, read: `persons` by name, `rows` by name, and who may see words and names."""

    persons: dict[str, str]
    rows: dict[str, dict[str, Any]]
    words: frozenset[str]
    names: frozenset[str]

    def cells(self, scene: Any, strangers: set[str]) -> Iterator[Cell]:
        """Yield every cell; `strangers` are the persons who do not sign in."""
        for name, row in self.rows.items():
            for at in _places(name, row, scene):
                for method in METHODS:
                    said = {
                        person: answer
                        for answer, persons in row.get(method, {}).items()
                        for person in _flat(persons)
                    }
                    for person in self.persons:
                        answer = said.get(person)
                        if answer is None:
                            answer = _unsaid(row, method, person in strangers)
                        yield Cell(name, person, method, at, answer, row.get("sends", {}))


def read_matrix() -> Matrix:
    """Read the file. Raises AssertionError for a word in it that means nothing."""
    told = yaml.safe_load(FILE.read_text())
    persons = told["persons"]
    for name, row in told["urls"].items():
        unknown = row.keys() - {"open", "at", "sends", *METHODS}
        assert not unknown, f"{FILE.name}: {name} says {unknown}, which means nothing"
        for method in METHODS:
            for who in row.get(method, {}).values():
                strange = set(_flat(who)) - persons.keys()
                assert not strange, f"{FILE.name}: {name} names {strange}, who are no persons of it"
    return Matrix(
        persons,
        told["urls"],
        frozenset(_flat(told["words"])),
        frozenset(_flat(told["names"])),
    )


def url_name(row: str) -> str:
    """Return the URL name of a row, without what tells it from another of that name."""
    return row.split(" / ")[0]


def addresses_of_the_house() -> dict[str, str]:
    """Return every URL name with its pattern; an address without a name has its pattern for one."""
    return dict(_addresses(get_resolver().url_patterns, "/"))


def _addresses(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[tuple[str, str]]:
    for one in patterns:
        where = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from _addresses(one.url_patterns, where)
        else:
            yield one.name or where, where


def _places(name: str, row: dict[str, Any], scene: Any) -> list[str]:
    if "at" in row:
        return [row["at"].format_map(_Attributes(scene))]
    listed = [page.path(scene) for page in EVERY_PAGE if page.url_name == url_name(name)]
    assert listed, (
        f"{FILE.name}: {name} has no `at`, and tests/pages/every_page.py no address for it"
    )
    return listed


def _unsaid(row: dict[str, Any], method: str, stranger: bool) -> int:
    if row.get("open"):
        return CLOSED if method in row else NO_SUCH_METHOD
    if stranger:
        return TO_THE_SIGN_IN
    return CLOSED if method in row else NO_SUCH_METHOD


def _flat(persons: Any) -> list[str]:
    if isinstance(persons, str):
        return [persons]
    return [name for one in persons for name in _flat(one)]


class _Attributes(dict[str, Any]):
    """What `{name.attribute}` in an address stands for: the scene's own attributes."""

    def __init__(self, scene: Any) -> None:
        self.scene = scene

    def __missing__(self, name: str) -> Any:
        return getattr(self.scene, name)

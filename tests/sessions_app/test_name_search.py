"""Who is found by which letters."""

import pytest

from sessions_app.name_search import found_by, typed_words


def finds(typed: str, *names: str) -> bool:
    words = typed_words(typed)
    return bool(words) and found_by(words, names)


@pytest.mark.parametrize(("typed", "names"), [
    ("ana", ["Ana Almeida"]),
    ("ALM", ["Ana Almeida"]),
    ("alm an", ["Ana Almeida"]),
    ("jose nun", ["José Núñez"]),
    ("JOSÉ", ["Jose\u0301 Nunez"]),
    ("weiss", ["Anna Weiß"]),
    ("soren", ["Søren Ærø"]),
    ("aero", ["Søren Ærø"]),
    ("lukasz", ["Łukasz"]),
    ("obrien", ["Pat O’Brien"]),
    ("o'brien", ["Pat O’Brien"]),
    ("brien", ["Pat O’Brien"]),
    ("luc", ["Jean-Luc Picard"]),
    ("jean-luc", ["Jean-Luc Picard"]),
    ("ani alm", ["Ana Almeida", "Ani"]),
    ("nana", ["Ana Almeida", "Ani", "Nana"]),
    ("李", ["李 Wei"]),
    ("שר", ["\u200fשָׂרָה כהן"]),
    ("ΑΡΙΣΤΟ", ["Ἀριστοτέλης"]),
    ("istanbul", ["İstanbul"]),
    ("a", ["A"]),
])  # fmt: skip
def test_found(typed, names):
    assert finds(typed, *names)


@pytest.mark.parametrize(("typed", "names"), [
    ("lmeida", ["Ana Almeida"]),
    ("ana ben", ["Ana Almeida"]),
    ("anna", ["Ana Almeida"]),
    ("ana almeidas", ["Ana Almeida"]),
    ("almieda", ["Ana Almeida"]),
    ("", ["Ana"]),
    (" -.' ", ["Ana"]),
])  # fmt: skip
def test_not_found(typed, names):
    assert not finds(typed, *names)

"""Whatever the bytes: rows or a refusal, never anything else; and what is written reads back."""

import csv
import io
import unicodedata
from datetime import date

import pytest

pytest.importorskip("hypothesis")

from hypothesis import example, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from sessions_app.roster_file import (  # noqa: E402
    RosterRefused,
    RosterRow,
    read_roster,
    same_name,
)

TODAY = date(2026, 11, 24)

letters = st.text(st.characters(categories=["L"]), min_size=1, max_size=12)
words = st.tuples(
    letters, st.lists(st.sampled_from([" ", ",", ";", '"', "'", "-", "é", "\n", "ش", "a"]))
)
names = words.map(lambda parts: parts[0] + "".join(parts[1]) + parts[0])
aliases = names.map(lambda name: name.replace("\n", " "))
rows = st.lists(
    st.tuples(
        names,
        st.one_of(st.just(""), names),
        st.lists(aliases, max_size=3),
        st.dates(date(1950, 1, 1), TODAY),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda row: same_name(row[0]),
)
# Bytes that look like a file: pieces of ones that are read, in any order.
pieces = st.lists(
    st.sampled_from(
        [b"name", b"since", b"alias", b",", b";", b"\t", b'"', b"\n", b"\r\n", b"\r", b"\x00",
         b"\xef\xbb\xbf", b"\xff", b"Ana", b"=", b"2026-11-24", b"3/4/2026", b"99999-1-1", b" "]
    )
).map(b"".join)  # fmt: skip


@settings(max_examples=400)
@given(st.one_of(st.binary(max_size=400), pieces, pieces.map(lambda rest: b"name,since\n" + rest)))
@example(b"name\n" + b'"' + b"a" * 140_000 + b'"')
def test_nothing_is_raised_but_a_refusal(data):
    try:
        read = read_roster(data, today=TODAY)
    except RosterRefused as refusal:
        assert refusal.problems
    else:
        assert read and all(row.name for row in read)


@settings(max_examples=150)
@given(
    rows,
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.sampled_from(",;"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.permutations(["name", "preferred name", "also called", "since"]),
)
def test_a_written_file_reads_back_the_same(people, mark, delimiter, ends, quoting, header):
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, header, delimiter=delimiter, lineterminator=ends, quoting=quoting)
    writer.writeheader()
    for name, preferred, others, since in people:
        writer.writerow(
            {
                "name": name,
                "preferred name": preferred,
                "also called": "/".join(others),
                "since": since.isoformat(),
            }
        )
    read = read_roster(mark + file.getvalue().encode(), today=TODAY)
    assert read == [
        RosterRow(number, tidy(name), tidy(preferred), tuple(map(tidy, others)), since)
        for number, (name, preferred, others, since) in enumerate(people, start=2)
    ]


def tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())

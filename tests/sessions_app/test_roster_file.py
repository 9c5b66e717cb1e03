"""A roster as spreadsheets write it: what is read, and what each refusal is."""

from datetime import date

import pytest

from sessions_app.roster_file import (
    LARGEST,
    MOST_ROWS,
    Column,
    Fault,
    RosterRefused,
    RosterRow,
    read_roster,
    repeated,
    row_faults,
)

TODAY = date(2026, 11, 24)
HEADER = "name,preferred name,also called,since\n"


def read(text: str) -> list[RosterRow]:
    return read_roster(text.encode(), today=TODAY)


def refused(data: bytes | str) -> list[tuple[int, str, Fault]]:
    with pytest.raises(RosterRefused) as caught:
        read_roster(data.encode() if isinstance(data, str) else data, today=TODAY)
    return [(one.number, one.column, one.fault) for one in caught.value.problems]


def test_a_whole_row_is_read():
    [row] = read(HEADER + "Ana Almeida,Ani,Nana/Annie,2026-02-03\n")
    assert row == RosterRow(2, "Ana Almeida", "Ani", ("Nana", "Annie"), date(2026, 2, 3))


def test_only_a_name_is_needed_and_without_a_day_it_is_today():
    assert read("name\nAna\nBen") == [
        RosterRow(2, "Ana", "", (), TODAY),
        RosterRow(3, "Ben", "", (), TODAY),
    ]


@pytest.mark.parametrize("header", [
    "Name;Preferred name;Also called;Since",
    "NOMBRE;Nombre preferido;También llamado;Desde",
    " nombre ; preferred  NAME;apodos;since ",
])  # fmt: skip
def test_headers_are_english_or_spanish_whatever_their_case_blanks_and_accents(header):
    [row] = read(f"{header}\nAna;Ani;Nana;2026-02-03")
    assert (row.preferred, row.aliases, row.since) == ("Ani", ("Nana",), date(2026, 2, 3))


def test_columns_come_in_any_order():
    [row] = read("since,name\n2026-02-03,Ana")
    assert (row.name, row.since) == ("Ana", date(2026, 2, 3))


def test_the_delimiter_is_the_headers_and_the_other_one_is_text():
    assert read("name;since\nAlmeida, Ana;2026-02-03")[0].name == "Almeida, Ana"
    assert read('name,since\n"Almeida; Ana",2026-02-03')[0].name == "Almeida; Ana"


def test_quoted_cells_hold_line_breaks_and_doubled_quotes():
    [row] = read('name,also called\r\n"Ana ""Nan""\r\nAlmeida","Nana\nAnnie"\r\n')
    assert (row.name, row.aliases) == ('Ana "Nan" Almeida', ("Nana", "Annie"))


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    rows = read('name,since\n"Ana\nAlmeida",\n,\n\nBen,\n')
    assert [(row.number, row.name) for row in rows] == [(2, "Ana Almeida"), (5, "Ben")]


def test_empty_columns_at_the_end_are_nothing():
    assert read("name;since;;\nAna;;;\n;;;\n") == [RosterRow(2, "Ana", "", (), TODAY)]


@pytest.mark.parametrize("name", [
    "A", "李", "Ἀριστοτέλης", "שרה כהן", "محمد علي", "José Núñez", "Zoë", "O’Brien",
    "Jean-Luc", "D'Arcy", "क्षमा", "Nguyễn Thị Ánh", "\u200fשרה",
])  # fmt: skip
def test_a_name_may_be_of_any_script_and_of_one_letter(name):
    assert read(f"name\n{name}")[0].name == name


def test_letters_and_their_marks_are_kept_composed():
    assert read("name\nJose\u0301")[0].name == "Jos\u00e9"


@pytest.mark.parametrize(("written", "day"), [
    ("2026-11-24", date(2026, 11, 24)),
    ("2026-1-5", date(2026, 1, 5)),
    ("24/11/2026", date(2026, 11, 24)),
    ("11/24/2026", date(2026, 11, 24)),
    ("5/5/2026", date(2026, 5, 5)),
    ("29/2/2024", date(2024, 2, 29)),
    ("1950-01-01", date(1950, 1, 1)),
])  # fmt: skip
def test_a_day_is_read_when_it_cannot_be_mistaken(written, day):
    assert read(f"name,since\nAna,{written}")[0].since == day


@pytest.mark.parametrize(("written", "fault"), [
    ("03/04/2026", Fault.UNCLEAR_DAY),
    ("12/1/2026", Fault.UNCLEAR_DAY),
    ("24/11/26", Fault.NOT_A_DAY),
    ("13/13/2026", Fault.NOT_A_DAY),
    ("2026-02-30", Fault.NOT_A_DAY),
    ("0000-01-01", Fault.NOT_A_DAY),
    ("November", Fault.NOT_A_DAY),
    ("46350", Fault.NOT_A_DAY),
    ("٢٠٢٦-١١-٢٤", Fault.NOT_A_DAY),
    ("2026-11-25", Fault.DAY_TO_COME),
    ("1949-12-31", Fault.DAY_TOO_EARLY),
])  # fmt: skip
def test_a_day_that_is_none_or_two_is_refused(written, fault):
    assert refused(f"name,Since\nAna,{written}") == [(2, "Since", fault)]


@pytest.mark.parametrize(("data", "fault"), [
    (b"", Fault.EMPTY),
    (b"\xef\xbb\xbf \r\n \n", Fault.EMPTY),
    (b"name\n" + b"a" * LARGEST, Fault.TOO_BIG),
    (b"PK\x03\x04\x14\x00\x06\x00rest of a workbook", Fault.WORKBOOK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Fault.WORKBOOK),
    ("name\nAna".encode("utf-16"), Fault.UTF_16),
    ("name\nAna".encode("utf-16-be"), Fault.UTF_16),
    ("name\nAna".encode("utf-16-le"), Fault.UTF_16),
    ("name\nJosé".encode("latin-1"), Fault.NOT_UTF_8),
    ("name\nJosé".encode("mac-roman"), Fault.NOT_UTF_8),
    (b"name\nAna and a long name to go with her\x00", Fault.NUL),
    (b"name\rAna\rBen", Fault.OLD_LINE_ENDS),
    (b"name\tsince\nAna\t2026-02-03", Fault.TABS),
    (b"name,since\n,\n\n", Fault.NO_ROWS),
    (b"name,since", Fault.NO_ROWS),
    (b"name\n" + b"a\n" * (MOST_ROWS + 1), Fault.TOO_MANY_ROWS),
    (b'name\nAna "Nan Almeida\nBen', Fault.QUOTE),
])  # fmt: skip
def test_a_file_that_is_no_such_file_is_refused_as_a_whole(data, fault):
    assert refused(data) == [(0, "", fault)]


def test_an_open_quote_names_the_row_where_it_opens():
    assert refused('name,since\nAna,\n"Ben,\nCleo,\n') == [(3, "", Fault.QUOTE)]
    assert refused('name,since\n"Ana" Almeida,\n') == [(2, "", Fault.QUOTE)]
    assert refused('"name,since\nAna,\n') == [(1, "", Fault.QUOTE)]


@pytest.mark.parametrize(("header", "problems"), [
    ("Ana Almeida,2026-02-03", [(1, "", Fault.NO_HEADER)]),
    ("", [(1, "", Fault.NO_HEADER)]),
    ("since,also called", [(1, "", Fault.NO_NAME_COLUMN)]),
    ("name,telephone", [(1, "telephone", Fault.UNKNOWN_COLUMN)]),
    ("name,,since", [(1, "B", Fault.UNKNOWN_COLUMN)]),
    ("name,Nombre", [(1, "Nombre", Fault.COLUMN_TWICE)]),
    ("since,since,age", [(1, "since", Fault.COLUMN_TWICE), (1, "age", Fault.UNKNOWN_COLUMN),
                         (1, "", Fault.NO_NAME_COLUMN)]),
])  # fmt: skip
def test_a_header_that_does_not_say_what_the_columns_are(header, problems):
    assert refused(f"{header}\nAna,Ben,Cleo\n") == problems


@pytest.mark.parametrize(("cell", "fault"), [
    ("", Fault.REQUIRED),
    ("42", Fault.REQUIRED),
    ("a" * 121, Fault.TOO_LONG),
    ("Ana\x07", Fault.CONTROL_CHARACTER),
    ("Ana\x85", Fault.CONTROL_CHARACTER),
    ("\x1fAna", Fault.CONTROL_CHARACTER),
    ("Ana\u202eadiemlA", Fault.CONTROL_CHARACTER),
    ("=SUM(A1)", Fault.FORMULA),
    ("+Ana", Fault.FORMULA),
    (" -Ana", Fault.FORMULA),
    ("@Ana", Fault.FORMULA),
])  # fmt: skip
def test_a_name_that_is_none(cell, fault):
    assert refused(f"Nombre,since\n{cell},2026-01-02") == [(2, "Nombre", fault)]
    if cell:
        assert refused(f"name,preferred\nAna,{cell}") == [(2, "preferred", fault)]
        assert refused(f"name,aliases\nAna,Nana|{cell}") == [(2, "aliases", fault)]


def test_a_tab_within_a_cell_is_a_control_character():
    assert refused("name,since\nAna\tAlmeida,") == [(2, "name", Fault.CONTROL_CHARACTER)]


def test_eleven_nicknames_are_too_many():
    assert refused("name,alias\nAna," + "/".join("abcdefghijk")) == [
        (2, "alias", Fault.TOO_MANY_ALIASES)
    ]


def test_a_comma_in_a_name_without_quotes_is_told_as_such():
    assert refused("name\nAlmeida, Ana") == [(2, "", Fault.TOO_MANY_CELLS)]


def test_the_same_name_twice_is_named_at_the_second_row():
    same = [(4, "name", Fault.TWICE)]
    assert refused("name\nAna Almeida\nBen\nANA  ALMEIDA") == same
    assert refused("name\nJosé\nBen\nJose\u0301") == same


def test_every_problem_is_named_at_once_with_what_was_read():
    text = "name,since\nAna,03/04/2026\n,2026-13-01\nBen,\n"
    with pytest.raises(RosterRefused) as caught:
        read(text)
    found = [(one.number, one.column, one.fault) for one in caught.value.problems]
    assert found == [
        (2, "since", Fault.UNCLEAR_DAY),
        (3, "name", Fault.REQUIRED),
        (3, "since", Fault.NOT_A_DAY),
    ]
    shown = [(one.number, one.cell(Column.NAME)) for one in caught.value.raw]
    assert shown == [(2, "Ana"), (3, ""), (4, "Ben")]


def test_a_refusal_says_nothing_of_what_the_file_holds():
    with pytest.raises(RosterRefused) as caught:
        read("name,since\nVexillary,quincunxial")
    assert str(caught.value) == "row 2: not_a_day"


def test_somebody_who_is_in_the_group_is_not_added_again():
    rows = read("name\nAna Almeida\nBen")
    assert repeated(rows, known=["ana almeida", "Cleo"]) == {2: Fault.IN_THE_GROUP}


def test_rows_that_came_another_way_are_judged_the_same():
    row = RosterRow(2, "=Ana", "42", ("a" * 121,), date(2026, 11, 25))
    assert row_faults(row, today=TODAY) == {
        Column.NAME: Fault.FORMULA,
        Column.PREFERRED: Fault.REQUIRED,
        Column.ALIASES: Fault.TOO_LONG,
        Column.SINCE: Fault.DAY_TO_COME,
    }

"""I4: nobody changes the trail quietly. Every kind of tampering is found, and at its place.

The chain is small (four entries of one day in Fay's practice) and is attacked
in every way that leaves the head alone: bits, entries, order, ends, columns.
"""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID

import pytest

from audit.entry import EntryBody, counted, listed
from audit.verifier import FIELDS, GENESIS, MAGIC, Row, Verdict, chain_hash, decode, verify

PRACTICE, FAY, GROUP, ITEM, SIGN_IN = (UUID(int=n) for n in range(1, 6))
MORNING = datetime(2024, 5, 6, 9, 30, 15, 42, tzinfo=UTC)
PROJECTED = ("at", "actor", "role", "act", "object_id", "code", "group", "outcome", "reasons")


def entry(seq, act, **changes):
    body = EntryBody(
        chain=PRACTICE,
        seq=seq,
        at=MORNING + timedelta(minutes=seq),
        actor=FAY,
        role="facilitator",
        sign_in=SIGN_IN,
        act=act,
        object_id=ITEM,
        code="D-3F8K2M",
        group=GROUP,
        ids="",
        ground="",
        outcome="done",
        reasons="",
    )
    return replace(body, **changes)


def row_of(body, prev):
    raw = body.encode()
    columns = EntryBody.columns_as_text({name: getattr(body, name) for name in PROJECTED})
    return Row(body.seq, raw, prev, chain_hash(raw, prev), columns)


def chain_of(*bodies, prev=GENESIS):
    rows = []
    for body in bodies:
        rows.append(row_of(body, prev))
        prev = rows[-1].hash
    return rows


DAY = chain_of(
    entry(1, "session.logged", object_id=None, code=""),
    entry(2, "item.recorded"),
    entry(3, "release", outcome="withhold", reasons="NO_CONSENT"),
    entry(4, "item.opened", ids=listed([ITEM])),
)
HEAD, LENGTH = DAY[-1].hash, len(DAY)


def check(rows, *, head_seq=LENGTH, head_hash=HEAD, chain=PRACTICE.hex):
    return verify(rows, chain=chain, head_seq=head_seq, head_hash=head_hash)


def found_at(rows, **head):
    return check(rows, **head).broken_at


def with_row(seq, **changes):
    return [replace(row, **changes) if row.seq == seq else row for row in DAY]


def flipped(raw, place, bit):
    return raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]


def test_an_untouched_chain_holds():
    assert check(DAY) == Verdict(entries=4, head=HEAD)
    assert check(DAY).holds


def test_an_entry_is_bound_to_the_one_before_it_by_a_plain_hash_that_anybody_can_compute():
    assert DAY[1].hash == sha256(b"\x00" + DAY[1].body + DAY[0].hash).digest()


def test_an_empty_chain_holds_until_its_head_says_otherwise():
    assert check([], head_seq=0, head_hash=GENESIS).holds
    assert found_at([], head_seq=1, head_hash=HEAD) == 1
    assert found_at([], head_seq=0, head_hash=HEAD) == 1


@pytest.mark.parametrize("part", ["body", "prev", "hash"])
@pytest.mark.parametrize("seq", [1, 2, 3, 4])
def test_every_flipped_bit_of_every_byte_is_found_where_it_is(seq, part):
    raw = getattr(DAY[seq - 1], part)
    every_flip = [flipped(raw, place, bit) for place in range(len(raw)) for bit in range(8)]

    assert [flip for flip in every_flip if found_at(with_row(seq, **{part: flip})) != seq] == []


@pytest.mark.parametrize("part", ["body", "prev", "hash"])
@pytest.mark.parametrize("change", [b"", b"short", b"\x00"], ids=["emptied", "replaced", "zero"])
@pytest.mark.parametrize("seq", [2, 4])
def test_a_part_of_another_length_is_found_where_it_is(seq, part, change):
    assert found_at(with_row(seq, **{part: change})) == seq


@pytest.mark.parametrize("seq", [1, 2, 3, 4])
def test_a_deleted_entry_is_missed_at_its_place(seq):
    verdict = check([row for row in DAY if row.seq != seq])

    assert (verdict.broken_at, verdict.reason) == (seq, "missing")


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_deleted_entry_is_missed_even_if_the_later_ones_are_renumbered(seq):
    closed_up = [replace(r, seq=r.seq - (r.seq > seq)) for r in DAY if r.seq != seq]

    assert found_at(closed_up) == seq


@pytest.mark.parametrize(("first", "second"), [(1, 2), (1, 4), (2, 3), (3, 4)])
@pytest.mark.parametrize("renumbered", [False, True], ids=["as they are", "renumbered"])
def test_two_entries_that_changed_places_are_found_at_the_first(first, second, renumbered):
    rows = list(DAY)
    rows[first - 1], rows[second - 1] = rows[second - 1], rows[first - 1]
    if renumbered:
        rows = [replace(row, seq=place) for place, row in enumerate(rows, start=1)]

    assert found_at(rows) == first


@pytest.mark.parametrize("seq", [1, 2, 3, 4])
@pytest.mark.parametrize("renumbered", [False, True], ids=["as they are", "renumbered"])
def test_a_copied_entry_is_found_behind_its_original(seq, renumbered):
    rows = [*DAY[:seq], DAY[seq - 1], *DAY[seq:]]
    if renumbered:
        rows = [replace(row, seq=place) for place, row in enumerate(rows, start=1)]

    assert found_at(rows) == seq + 1


@pytest.mark.parametrize("seq", [1, 2, 3, 4])
def test_a_well_made_insertion_is_found_where_the_true_chain_no_longer_follows(seq):
    before, after = DAY[: seq - 1], [replace(row, seq=row.seq + 1) for row in DAY[seq - 1 :]]
    forged = row_of(entry(seq, "item.opened"), before[-1].hash if before else GENESIS)

    assert found_at([*before, forged, *after]) == seq + 1


def test_a_well_made_entry_behind_the_end_is_beyond_the_head():
    verdict = check([*DAY, row_of(entry(5, "item.opened"), HEAD)])

    assert (verdict.broken_at, verdict.reason) == (5, "beyond the head")


@pytest.mark.parametrize("left", [0, 1, 2, 3])
def test_a_tail_that_was_cut_off_is_missed_from_the_cut_on(left):
    verdict = check(DAY[:left])

    assert (verdict.broken_at, verdict.reason) == (left + 1, "missing")
    assert (verdict.entries, verdict.head) == (left, DAY[left - 1].hash if left else GENESIS)


def test_a_head_that_is_ahead_names_the_first_missing_entry():
    assert found_at(DAY, head_seq=6) == 5


def test_a_head_with_another_hash_is_found_at_the_last_entry():
    verdict = check(DAY, head_hash=DAY[2].hash)

    assert (verdict.broken_at, verdict.reason) == (4, "the head names another hash")


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_an_edited_entry_with_a_new_hash_is_found_where_the_next_does_not_follow(seq):
    edited = row_of(entry(seq, "nothing.happened"), DAY[seq - 1].prev)

    assert found_at([edited if row.seq == seq else row for row in DAY]) == seq + 1


def test_an_edited_entry_is_found_even_if_the_next_is_made_to_point_to_it():
    edited = row_of(entry(2, "nothing.happened"), DAY[1].prev)
    pointing_to_it = replace(DAY[2], prev=edited.hash)

    assert found_at([DAY[0], edited, pointing_to_it, DAY[3]]) == 3


@pytest.mark.parametrize("seq", [1, 2, 3, 4])
def test_a_chain_rewritten_from_an_entry_on_no_longer_leads_to_its_head(seq):
    kept = DAY[: seq - 1]
    prev = kept[-1].hash if kept else GENESIS
    rewritten = chain_of(*(entry(n, "nothing.happened") for n in range(seq, 5)), prev=prev)

    assert check([*kept, *rewritten]).reason == "the head names another hash"


@pytest.mark.parametrize("column", PROJECTED)
@pytest.mark.parametrize("seq", [1, 4])
def test_a_column_that_says_something_else_than_its_entry_is_found(seq, column):
    said = DAY[seq - 1].columns
    verdict = check(with_row(seq, columns={**said, column: said[column] + "x"}))

    assert (verdict.broken_at, verdict.reason) == (seq, f"column {column} differs from the entry")


def test_a_column_that_was_emptied_is_found():
    assert found_at(with_row(3, columns={**DAY[2].columns, "reasons": ""})) == 3


def test_the_chain_of_another_practice_does_not_stand_in_for_this_one():
    verdict = check(DAY, chain=UUID(int=99).hex)

    assert (verdict.broken_at, verdict.reason) == (1, "belongs to another place")


def test_a_well_linked_entry_that_names_another_seq_is_found():
    first, second = entry(1, "session.logged"), entry(3, "item.recorded")
    rows = chain_of(first, second)
    rows[1] = replace(rows[1], seq=2)

    verdict = check(rows, head_seq=2, head_hash=rows[1].hash)

    assert (verdict.broken_at, verdict.reason) == (2, "belongs to another place")


@pytest.mark.parametrize("body", [b"", b"GCA1", DAY[0].body + b"\x00"])
def test_a_well_linked_entry_that_is_out_of_form_is_found(body):
    row = Row(1, body, GENESIS, chain_hash(body, GENESIS), {})

    assert found_at([row], head_seq=1, head_hash=row.hash) == 1


# The canonical bytes of an entry.


def test_what_is_written_is_what_is_read():
    body = entry(7, "release", ground="D-3F8K2M,COC", reasons="EXPIRED,REVOKED")

    assert decode(body.encode()) == body.as_text()
    assert tuple(decode(body.encode())) == FIELDS


def test_empty_values_are_written_and_read_as_nothing():
    nothing = dict.fromkeys(("actor", "sign_in", "object_id", "group"))
    fields = decode(entry(1, "", role="", code="", **nothing).encode())

    assert {name for name, value in fields.items() if value == ""} == {
        *("actor", "role", "sign_in", "act", "object_id", "code", "group"),
        *("ids", "ground", "reasons"),
    }


def test_two_spellings_of_one_letter_give_the_same_bytes():
    composed, in_two_parts = "Café", unicodedata.normalize("NFD", "Café")

    assert composed != in_two_parts
    assert (
        entry(1, "act", ground=composed).encode() == entry(1, "act", ground=in_two_parts).encode()
    )
    assert decode(entry(1, "act", ground=in_two_parts).encode())["ground"] == composed


@pytest.mark.parametrize("text", ["\x00", "\x01\x00\x00\x00\x00", "GCA1", "多言語", "𝄞" * 300])
def test_any_text_survives(text):
    assert decode(entry(1, "act", ground=text).encode())["ground"] == text


def test_a_time_is_written_in_utc_to_the_microsecond():
    in_madrid = datetime(2024, 5, 6, 11, 30, 15, 42, tzinfo=timezone(timedelta(hours=2)))

    assert entry(1, "act", at=in_madrid).as_text()["at"] == "2024-05-06T09:30:15.000042Z"


def test_text_that_moves_from_one_field_to_the_next_gives_other_bytes():
    assert entry(1, "ab", code="c").encode() != entry(1, "a", code="bc").encode()


def test_bytes_after_the_last_field_are_rejected():
    with pytest.raises(ValueError, match="bytes after the last field"):
        decode(DAY[0].body + b"\x00")


def test_a_body_that_is_cut_anywhere_is_rejected():
    for length in range(len(DAY[3].body)):
        with pytest.raises(ValueError):
            decode(DAY[3].body[:length])


def test_a_field_out_of_order_is_rejected():
    body = DAY[0].body

    with pytest.raises(ValueError, match="field chain is not where it belongs"):
        decode(MAGIC + b"\x02" + body[len(MAGIC) + 1 :])


def test_bytes_that_are_not_text_are_rejected():
    with pytest.raises(ValueError):
        decode(DAY[1].body.replace(b"item.recorded", b"item.recorde\xff"))


def test_another_form_of_entry_is_rejected():
    with pytest.raises(ValueError, match="not an entry"):
        decode(DAY[0].body.replace(MAGIC, b"GCA2"))


def test_ids_are_listed_once_each_and_in_order():
    many = [UUID(int=n << 64) for n in range(20)]

    assert listed([*reversed(many), *many]) == ",".join(one.hex for one in many)
    assert listed([]) == ""


def test_a_machine_use_tells_how_many_and_a_digest_and_no_id():
    used = counted([ITEM, FAY, ITEM])

    assert used == counted([FAY, ITEM])
    assert used.startswith("2:")
    assert used != counted([FAY, GROUP])
    assert FAY.hex not in used

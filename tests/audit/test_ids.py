"""Row keys rise and carry their time; codes are random and can be read aloud."""

import re
import string
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122, UUID

import pytest

from audit import ids
from audit.ids import CODE_ALPHABET, random_code, uuid7


def milliseconds(key):
    return key.int >> 80


def test_keys_rise_strictly_in_the_order_in_which_they_are_made():
    keys = [uuid7() for _ in range(20_000)]

    assert all(earlier < later for earlier, later in zip(keys, keys[1:], strict=False))


def test_keys_of_several_threads_rise_in_each_and_never_meet():
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: [uuid7() for _ in range(5_000)], range(4)))

    assert all(keys == sorted(keys) for keys in made)
    assert len({key for keys in made for key in keys}) == 20_000


def test_a_key_is_of_version_seven_and_of_the_standard_variant():
    for key in (uuid7() for _ in range(1_000)):
        assert (key.version, key.variant) == (7, RFC_4122)
        assert re.fullmatch(
            r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-.{12}", str(key)
        )


def test_a_key_tells_the_millisecond_in_which_it_was_made():
    before = time.time_ns() // 1_000_000
    key = uuid7()
    after = time.time_ns() // 1_000_000

    assert before <= milliseconds(key) <= after


def test_the_rest_of_a_key_is_random():
    endings = set()
    for _ in range(20):
        endings.add(uuid7().hex[-8:])
        time.sleep(0.002)  # within one millisecond a key may simply follow the last

    assert len(endings) == 20


def test_keys_still_rise_after_the_clock_was_set_back(monkeypatch):
    from_an_hour_ahead = UUID(int=uuid7().int + (3_600_000 << 80))
    monkeypatch.setattr(ids, "_last_key", from_an_hour_ahead.int)

    keys = [uuid7() for _ in range(3)]

    assert [from_an_hour_ahead, *keys] == sorted({from_an_hour_ahead, *keys})
    assert {(key.version, key.variant) for key in keys} == {(7, RFC_4122)}


@pytest.mark.parametrize("look_alike", "ILOU01")
def test_a_code_has_no_letter_that_is_misheard_or_misread(look_alike):
    assert look_alike not in CODE_ALPHABET


def test_the_alphabet_of_codes_is_thirty_different_capitals_and_digits():
    assert len(CODE_ALPHABET) == len(set(CODE_ALPHABET)) == 30
    assert set(CODE_ALPHABET) <= set(string.ascii_uppercase + string.digits)


@pytest.mark.parametrize("letter", "DCRPQ")
def test_a_code_is_its_letter_and_six_of_the_alphabet(letter):
    assert re.fullmatch(f"{letter}-[{CODE_ALPHABET}]{{6}}", random_code(letter))


def test_codes_are_random_and_use_the_whole_alphabet():
    codes = [random_code("D") for _ in range(1_000)]

    assert len(set(codes)) > 990
    assert {character for code in codes for character in code[2:]} == set(CODE_ALPHABET)

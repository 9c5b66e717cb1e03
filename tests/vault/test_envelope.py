"""I12: a sealed value opens with its own keys, at its own place, unaltered, or not at all.

What Ana said is sealed at one place: a column of one version of one row of
one practice. `Unreadable` never says which of the many possible reasons it was.
"""

from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.envelope import (
    Place,
    Unreadable,
    derive,
    key_id,
    keyed_digest,
    seal,
    shred_id_of,
    unseal,
)

KEK, SHRED_KEY = b"K" * 32, b"S" * 32
ANAS_KEY, OTHER_KEY = UUID(int=1), UUID(int=2)
HERE = Place("sessions_app_disclosureversion", "text", UUID(int=3), UUID(int=4), version=2)
WORDS = "Since the divorce I have not slept."

REGIONS = {
    "version": slice(0, 1),
    "algorithm": slice(1, 2),
    "key id": slice(2, 6),
    "shred key id": slice(6, 22),
    "nonce of the data key": slice(22, 34),
    "wrapped data key": slice(34, 66),
    "tag of the data key": slice(66, 82),
    "nonce of the text": slice(82, 94),
    "ciphertext": slice(94, -16),
    "tag of the text": slice(-16, None),
}


def sealed(text=WORDS, place=HERE):
    return seal(text, place, kek=KEK, shred_id=ANAS_KEY, shred_key=SHRED_KEY)


def opened(blob, place=HERE, *, kek=KEK, shred_key=SHRED_KEY):
    return unseal(blob, place, kek=kek, shred_key=shred_key)


def data_key_of(blob):
    """Unwrap the data key by hand, as the description of the envelope says."""
    header, nonce, wrapped = blob[:22], blob[22:34], blob[34:82]
    authenticated = header + HERE.as_bytes()
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"wrap" + authenticated)
    return AESGCM(hkdf.derive(KEK + SHRED_KEY)).decrypt(nonce, wrapped, authenticated)


BLOB = sealed()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("a", id="one letter"),
        pytest.param(WORDS, id="a sentence"),
        pytest.param(" \x00 trailing zeros \x00\x00", id="zeros, as in the padding"),
        pytest.param("Ñandú, o sea: 多言語", id="other scripts"),
        pytest.param("x" * 20_000, id="20,000 letters"),
        pytest.param("🜁𝄞" * 10_000, id="20,000 characters beyond the first plane"),
        pytest.param("e\u0301", id="a letter in two parts, left as it is"),
    ],
)
def test_what_was_sealed_is_what_opens(text):
    assert opened(sealed(text)) == text


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param({"kek": b"X" * 32}, id="another key encryption key"),
        pytest.param({"shred_key": b"X" * 32}, id="another shred key"),
        pytest.param({"shred_key": b""}, id="no shred key"),
        pytest.param({"kek": SHRED_KEY, "shred_key": KEK}, id="the two exchanged"),
    ],
)
def test_another_key_does_not_open_it(keys):
    with pytest.raises(Unreadable):
        opened(BLOB, **keys)


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param(replace(HERE, table="sessions_app_groupnote"), id="another table"),
        pytest.param(replace(HERE, column="name"), id="another column"),
        pytest.param(replace(HERE, row=UUID(int=99)), id="another row"),
        pytest.param(replace(HERE, practice=UUID(int=99)), id="another practice"),
        pytest.param(replace(HERE, version=1), id="another version"),
        pytest.param(replace(HERE, row=HERE.practice, practice=HERE.row), id="ids exchanged"),
        pytest.param(
            replace(HERE, table=HERE.table + "t", column="ext"), id="a letter moved to the table"
        ),
    ],
)
def test_a_value_copied_to_another_place_does_not_open(elsewhere):
    with pytest.raises(Unreadable):
        opened(BLOB, elsewhere)


def test_the_regions_altered_below_are_the_whole_envelope():
    assert b"".join(BLOB[region] for region in REGIONS.values()) == BLOB


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_one_altered_bit_anywhere_closes_it(region):
    for place in range(*region.indices(len(BLOB))):
        altered = BLOB[:place] + bytes([BLOB[place] ^ 1 << place % 8]) + BLOB[place + 1 :]
        with pytest.raises(Unreadable):
            opened(altered)


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_a_region_of_another_seal_of_the_same_words_does_not_fit(region):
    other = seal(WORDS, HERE, kek=b"X" * 32, shred_id=OTHER_KEY, shred_key=SHRED_KEY)
    start, stop, _ = region.indices(len(BLOB))
    mixed = BLOB[:start] + other[region] + BLOB[stop:]

    if mixed != BLOB:  # both are of the same version and algorithm
        with pytest.raises(Unreadable):
            opened(mixed)


def test_an_envelope_that_is_cut_anywhere_does_not_open():
    for length in range(len(BLOB)):
        with pytest.raises(Unreadable):
            opened(BLOB[:length])


@pytest.mark.parametrize("more", [b"\x00", BLOB], ids=["one byte", "itself"])
def test_an_envelope_with_something_behind_it_does_not_open(more):
    with pytest.raises(Unreadable):
        opened(BLOB + more)


def test_up_to_five_hundred_letters_take_the_same_room():
    assert len({len(sealed("x" * length)) for length in range(1, 501)}) == 1


@pytest.mark.parametrize(
    ("length", "room"), [(0, 512), (508, 512), (509, 1024), (1020, 1024), (1021, 2048)]
)
def test_longer_texts_take_room_in_powers_of_two(length, room):
    assert len(sealed("x" * length)) == 94 + room + 16


def test_the_same_words_sealed_twice_have_nothing_in_common_but_the_header():
    again = sealed()

    assert again[:22] == BLOB[:22]
    for name in ("nonce of the data key", "wrapped data key", "nonce of the text", "ciphertext"):
        assert again[REGIONS[name]] != BLOB[REGIONS[name]]


def test_every_value_has_a_data_key_of_its_own_wrapped_under_both_keys():
    assert len(data_key_of(BLOB)) == 32
    assert data_key_of(BLOB) != data_key_of(sealed())


def test_the_words_do_not_stand_in_the_envelope():
    assert WORDS.encode()[:8] not in BLOB


def test_an_envelope_tells_which_shred_key_it_needs():
    assert shred_id_of(BLOB) == ANAS_KEY


@pytest.mark.parametrize("length", [0, 1, 21, 22, 81])
def test_what_is_too_short_to_be_an_envelope_needs_no_key(length):
    with pytest.raises(Unreadable):
        shred_id_of(BLOB[:length])


def test_keys_for_two_purposes_have_nothing_in_common():
    assert derive(KEK, b"seal") != derive(KEK, b"mac")
    assert derive(KEK, b"seal") == derive(KEK, b"seal")
    assert len(derive(KEK, b"seal", 16)) == 16


def test_the_id_of_a_key_is_short_and_its_own():
    assert len(key_id(KEK)) == 4
    assert key_id(KEK) != key_id(SHRED_KEY)
    assert key_id(KEK) not in KEK


def test_a_digest_needs_its_key():
    assert keyed_digest(KEK, b"words") == keyed_digest(KEK, b"words")
    assert keyed_digest(KEK, b"words") != keyed_digest(SHRED_KEY, b"words")
    assert keyed_digest(KEK, b"words") != keyed_digest(KEK, b"other words")

"""Personal data at rest: sealed, opened, rotated, found by fingerprint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.sealing import CannotOpenError, KeyTextError, Sealer, new_key, sealer_from_setting

# Fixed, so that every worker of a test run collects the same tests. 43 letters are 32 bytes.
OLD, NEW, INDEX = "O" * 42 + "A", "N" * 42 + "A", "I" * 42 + "A"
NIK = "3275010101900001"


def test_sealed_text_opens_for_its_purpose_and_hides_the_text() -> None:
    sealer = Sealer(f"k1:{OLD}", INDEX)
    sealed = sealer.seal(NIK, purpose="person.nik")
    assert NIK.encode() not in sealed
    assert sealer.open_sealed(sealed, purpose="person.nik") == NIK


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_text_is_given_back(text: str) -> None:
    sealer = Sealer(f"k1:{OLD}", INDEX)
    assert sealer.open_sealed(sealer.seal(text, purpose="person.address"), purpose="person.address") == text


def test_same_text_is_sealed_differently_each_time() -> None:
    sealer = Sealer(f"k1:{OLD}", INDEX)
    assert sealer.seal(NIK, purpose="person.nik") != sealer.seal(NIK, purpose="person.nik")


def test_value_moved_to_another_purpose_does_not_open() -> None:
    sealer = Sealer(f"k1:{OLD}", INDEX)
    sealed = sealer.seal(NIK, purpose="person.nik")
    with pytest.raises(CannotOpenError, match="another purpose"):
        sealer.open_sealed(sealed, purpose="person.phone")


def test_altered_value_does_not_open_whichever_byte_changed() -> None:
    sealer = Sealer(f"k1:{OLD}", INDEX)
    sealed = sealer.seal(NIK, purpose="person.nik")
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(CannotOpenError):
            sealer.open_sealed(bytes(altered), purpose="person.nik")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01\x02k1", b"\x02\x02k1" + b"x" * 40, b"\x01\x02k1" + b"x" * 12])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(CannotOpenError):
        Sealer(f"k1:{OLD}", INDEX).open_sealed(sealed, purpose="person.nik")


def test_rotated_key_opens_old_values_and_names_them_for_resealing() -> None:
    sealed = Sealer(f"k1:{OLD}", INDEX).seal(NIK, purpose="person.nik")
    rotated = Sealer(f"k2:{NEW}, k1:{OLD}", INDEX)
    assert rotated.open_sealed(sealed, purpose="person.nik") == NIK
    assert rotated.needs_resealing(sealed)
    resealed = rotated.seal(NIK, purpose="person.nik")
    assert not rotated.needs_resealing(resealed)
    without_old = Sealer(f"k2:{NEW}", INDEX)
    assert without_old.open_sealed(resealed, purpose="person.nik") == NIK
    with pytest.raises(CannotOpenError, match="not in the settings"):
        without_old.open_sealed(sealed, purpose="person.nik")


def test_fingerprint_is_equal_for_equal_texts_of_one_purpose_and_survives_rotation() -> None:
    before, after = Sealer(f"k1:{OLD}", INDEX), Sealer(f"k2:{NEW}", INDEX)
    fingerprint = before.fingerprint("+6281234567890", purpose="person.phone")
    assert len(fingerprint) == 32
    assert after.fingerprint("+6281234567890", purpose="person.phone") == fingerprint
    assert before.fingerprint("+6281234567891", purpose="person.phone") != fingerprint
    assert before.fingerprint("+6281234567890", purpose="person.nik") != fingerprint
    assert Sealer(f"k1:{OLD}", new_key()).fingerprint("+6281234567890", purpose="person.phone") != fingerprint


@pytest.mark.parametrize(
    "keys", ["", "k1", OLD, f"K1:{OLD}", f":{OLD}", "k1:short", f"k1:{OLD},k1:{NEW}", f"k1:{OLD},", "k1:ä" + "A" * 42]
)
def test_unreadable_keys_are_refused_without_repeating_them(keys: str) -> None:
    with pytest.raises(KeyTextError) as refusal:
        Sealer(keys, INDEX)
    assert OLD not in str(refusal.value)


def test_sealer_does_not_show_its_keys() -> None:
    assert OLD not in repr(Sealer(f"k1:{OLD}", INDEX))


def test_setting_with_one_secret_derives_the_same_keys_again() -> None:
    sealed = sealer_from_setting("a long random secret").seal(NIK, purpose="person.nik")
    assert sealer_from_setting(" a long random secret\n").open_sealed(sealed, purpose="person.nik") == NIK
    with pytest.raises(CannotOpenError):
        sealer_from_setting("another secret").open_sealed(sealed, purpose="person.nik")


def test_setting_with_pairs_keeps_the_index_apart() -> None:
    sealer = sealer_from_setting(f"k2:{NEW},k1:{OLD},index:{INDEX}")
    assert sealer.fingerprint(NIK, purpose="person.nik") == Sealer(f"k1:{OLD}", INDEX).fingerprint(
        NIK, purpose="person.nik"
    )
    with pytest.raises(KeyTextError, match="index"):
        sealer_from_setting(f"k2:{NEW},k1:{OLD}")

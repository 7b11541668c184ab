"""Telephone numbers in every usual spelling."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.formats.errors import FormatError
from marketplace.formats.phone import (
    format_phone,
    is_mobile,
    mask_phone,
    parse_mobile,
    parse_phone,
    whatsapp_link,
)

MOBILE = "+6281234567890"
LANDLINE = "+62218840000"


@pytest.mark.parametrize(
    "text",
    [
        "081234567890",
        "0812-3456-7890",
        "0812 3456 7890",
        "0812.3456.7890",
        "0812/3456/7890",
        "(0812) 3456-7890",
        "0812\u20113456\u20117890",
        "0812\u00a03456\u00a07890",
        "+6281234567890",
        "+62 812-3456-7890",
        "+62 (812) 3456 7890",
        "6281234567890",
        "62 812 3456 7890",
        "81234567890",
        "+62081234567890",
        "+62 (0)812 3456 7890",
        "62081234567890",
        "006281234567890",
        "  081234567890\n",
        "\uff10\uff18\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19\uff10",
    ],
)
def test_every_usual_spelling_of_a_mobile_gives_one_number(text: str) -> None:
    assert parse_phone(text) == MOBILE


@pytest.mark.parametrize(
    "text",
    ["0218840000", "021-884-0000", "(021) 884 0000", "+62 21 8840000", "62218840000"],
)
def test_every_usual_spelling_of_a_landline_gives_one_number(text: str) -> None:
    assert parse_phone(text) == LANDLINE


@pytest.mark.parametrize(
    "text",
    [
        "0812",
        "08123456789012",
        "abc",
        "08abc4567890",
        "+1 202 555 0123",
        "0812-3456-7890 / 0813-1111-2222",
        "08123456789008131111222233334444",
        "\u0660\u0668\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
        "+",
        "0",
        "0" * 30,
        "110",
        "0812 3456 7890; --",
    ],
)
def test_what_is_no_indonesian_number_is_refused(text: str) -> None:
    with pytest.raises(FormatError) as refusal:
        parse_phone(text)
    assert refusal.value.message.startswith("Nomor telepon tidak terbaca")


@pytest.mark.parametrize("text", ["", "   ", "\u00a0"])
def test_nothing_typed_asks_for_a_number(text: str) -> None:
    with pytest.raises(FormatError) as refusal:
        parse_phone(text)
    assert refusal.value.message.startswith("Isi nomor telepon")


def test_landline_is_refused_where_a_message_must_arrive() -> None:
    assert parse_mobile("0812-3456-7890") == MOBILE
    for text in ("021-884-0000", "0800-1-234567"):
        with pytest.raises(FormatError) as refusal:
            parse_mobile(text)
        assert refusal.value.message.startswith("Isi nomor HP")


def test_mobile_is_told_from_landline_and_service_number() -> None:
    assert is_mobile(MOBILE)
    assert is_mobile("+62811123456")
    assert not is_mobile(LANDLINE)
    assert not is_mobile("+628001234567")
    assert not is_mobile("081234567890")


@given(st.integers(min_value=11_000_000, max_value=99_999_999_999).map(lambda rest: f"+628{rest}"))
def test_parsing_is_stable_for_every_stored_number(e164: str) -> None:
    assert parse_phone(e164) == e164
    assert parse_phone(format_phone(e164)) == e164
    assert parse_phone("0" + e164[3:]) == e164


@given(st.text(max_size=60))
def test_any_text_gives_a_number_or_a_sentence(text: str) -> None:
    with contextlib.suppress(FormatError):
        e164 = parse_phone(text)
        assert e164.startswith("+62")
        assert e164[1:].isascii()
        assert e164[1:].isdigit()


def test_number_is_shown_as_people_read_it() -> None:
    assert format_phone(MOBILE) == "0812-3456-7890"
    assert format_phone(LANDLINE) == "(021) 8840000"


def test_masked_number_hides_the_middle() -> None:
    assert mask_phone(MOBILE) == "0812*****890"
    assert mask_phone(LANDLINE) == "0218***000"


def test_whatsapp_link_has_digits_only_and_encoded_text() -> None:
    assert whatsapp_link(MOBILE) == "https://wa.me/6281234567890"
    assert (
        whatsapp_link(MOBILE, "Halo, pesanan KB-1 & 2 = siap?\n50%")
        == "https://wa.me/6281234567890?text=Halo%2C%20pesanan%20KB-1%20%26%202%20%3D%20siap%3F%0A50%25"
    )


def test_landline_has_no_whatsapp_link() -> None:
    assert whatsapp_link(LANDLINE, "Halo") is None
    assert whatsapp_link("+628001234567") is None

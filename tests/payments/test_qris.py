"""QRIS codes: what a store may register, the code for an amount, and a second library's opinion of it."""

from datetime import UTC, date, datetime

import pytest
import qriskit
from lokal.qris import parse_qris, qris_crc

from payments import BadQris, Merchant, Money, find_channels, qris_fee, register_qris
from payments.qris.payload import for_amount, read_static
from tests.payments.conftest import Connection

# Made up: no acquirer, merchant or number in it exists.
STATIC = (
    "00020101021126670015COM.EXAMPLE.WWW011893600091000000000102150000000000000010303UMI51440014ID.CO.QRIS.WWW"
    "0215ID10200123456780303UMI5204541153033605802ID5915KKMP JATIMAKMUR6011KOTA BEKASI61051741362070703A016304CE0A"
)
BOOK = "store:12"
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def sealed(fields: list[tuple[str, str]]) -> str:
    body = "".join(f"{tag}{len(value):02d}{value}" for tag, value in fields) + "6304"
    return body + qris_crc(body)


def changed(tag: str, value: str | None, *, code: str = STATIC) -> str:
    """The static code with one field set to another value, or without it."""
    fields = [(field.tag, field.value) for field in parse_qris(code).fields if field.tag != "63"]
    kept = [(t, value if t == tag and value is not None else v) for t, v in fields if t != tag or value is not None]
    return sealed(kept)


def test_static_code_says_who_is_paid() -> None:
    assert read_static(f" {STATIC}\n") == Merchant(
        payload=STATIC, nmid="ID1020012345678", name="KKMP JATIMAKMUR", city="KOTA BEKASI", criteria="UMI"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Tempel teks kode QRIS"),
        ("https://contoh.test/bayar", "tidak terbaca"),
        (STATIC[:-1] + "B", "CRC tidak cocok"),
        (STATIC.replace("KKMP JATIMAKMUR", "KKMP%20JATIMAKMUR"), ""),
        (STATIC[:-8], "CRC (tag 63"),
        (STATIC + "6501X", "CRC (tag 63"),
        (changed("53", "840"), "Mata uang"),
        (changed("58", "SG"), "Kode negara"),
        (changed("59", "K" * 26), "Nama merchant"),
        (changed("60", "K" * 16), "Kota merchant"),
        (changed("51", None), "NMID"),
        (changed("01", "12"), "dinamis"),
        (sealed([("00", "01"), ("01", "11")]), "akun merchant"),
        (STATIC + "é", "huruf yang tidak dikenal"),
        ("0" * 600, "terlalu panjang"),
    ],
)
def test_code_that_is_no_static_qris_refused_with_the_reason(text: str, sentence: str) -> None:
    with pytest.raises(BadQris) as refusal:
        read_static(text)
    assert sentence in refusal.value.problem
    assert refusal.value.problem


def test_code_that_asks_the_buyer_for_a_fee_refused() -> None:
    fields = [(field.tag, field.value) for field in parse_qris(STATIC).fields if field.tag != "63"]
    with pytest.raises(BadQris, match="tip atau biaya"):
        read_static(sealed([*fields[:5], ("55", "02"), ("56", "500"), *fields[5:]]))


def test_name_of_25_and_city_of_15_characters_accepted() -> None:
    longest = changed("60", "K" * 15, code=changed("59", "K" * 25))
    assert read_static(longest).name == "K" * 25


def test_code_for_an_amount_changes_only_what_it_must() -> None:
    code = for_amount(STATIC, amount=Money(62_500), bill_number="KM-7Q2F")
    info = parse_qris(code)
    assert (info.valid, info.type, info.amount, info.tip) == (True, "dynamic", "62500", None)
    assert info.additional is not None
    assert (info.additional.bill_number, info.additional.terminal_label) == ("KM-7Q2F", "A01")
    assert [field.tag for field in info.fields] == [
        "00", "01", "26", "51", "52", "53", "54", "58", "59", "60", "61", "62", "63",
    ]  # fmt: skip
    # Back again, without amount and bill number, it is the very code that was printed.
    back = [
        (field.tag, {"01": "11", "62": "0703A01"}.get(field.tag, field.value))
        for field in info.fields
        if field.tag not in ("54", "63")
    ]
    assert sealed(back) == STATIC


def test_unknown_tags_stay_where_they_are_and_additional_data_is_added() -> None:
    fields = [(field.tag, field.value) for field in parse_qris(STATIC).fields if field.tag not in ("62", "63")]
    odd = sealed([*fields, ("65", "ABC"), ("80", "0003X12")])
    code = for_amount(odd, amount=Money(1), bill_number="1")
    assert [field.tag for field in parse_qris(code).fields][-5:] == ["61", "65", "80", "62", "63"]
    assert parse_qris(code).valid


def test_additional_data_without_room_keeps_the_bill_number() -> None:
    full = changed("62", "0725" + "A" * 25 + "0525" + "B" * 25 + "0325" + "C" * 25)
    info = parse_qris(for_amount(full, amount=Money(62_500), bill_number="D" * 25))
    assert info.valid
    assert info.additional is not None
    assert (info.additional.bill_number, info.additional.reference_label, info.additional.store_label) == (
        "D" * 25,
        "B" * 25,
        None,
    )


@pytest.mark.parametrize("rupiah", [1, 999, 62_500, 10_000_000, 9_999_999_999_999])
def test_another_library_reads_the_same_code(rupiah: int) -> None:
    code = for_amount(STATIC, amount=Money(rupiah), bill_number="KM-7Q2F")
    assert qriskit.is_valid(code)
    other = qriskit.parse(code)
    assert other.amount is not None
    assert other.additional_data is not None
    assert (int(other.amount), other.merchant_name, other.additional_data.bill_number) == (
        rupiah,
        "KKMP JATIMAKMUR",
        "KM-7Q2F",
    )


@pytest.mark.parametrize(("amount", "bill"), [(0, "1"), (-5, "1"), (5, ""), (5, "a b"), (5, "x" * 26)])
def test_code_for_nothing_or_without_a_bill_refused(amount: int, bill: str) -> None:
    with pytest.raises(ValueError, match="no QRIS"):
        for_amount(STATIC, amount=Money(amount), bill_number=bill)


async def test_registering_again_replaces_and_keeps_the_old_code(connection: Connection) -> None:
    async with connection.transaction():
        await register_qris(connection, book=BOOK, text=STATIC, at=AT, author="person:1")
        await register_qris(connection, book=BOOK, text=changed("59", "KKMP BARU"), at=AT, author="person:1")
    channels = await find_channels(connection, book=BOOK, on=date(2026, 11, 20))
    assert channels.qris is not None
    assert channels.qris.name == "KKMP BARU"
    assert channels.qris_maximum == Money(10_000_000)
    assert await connection.fetchval("SELECT count(*) FROM qris_merchant") == 2


@pytest.mark.parametrize(
    ("rupiah", "on", "fee"),
    [
        (500_000, date(2026, 11, 20), 0),
        (500_001, date(2026, 11, 20), 1_500),
        (500_000, date(2024, 11, 30), 1_500),
        (500_000, date(2024, 12, 1), 0),
        (10_000_000, date(2026, 11, 20), 30_000),
        (500_000, date(2020, 1, 1), 0),
    ],
)
async def test_fee_is_the_stores_and_follows_the_day(connection: Connection, rupiah: int, on: date, fee: int) -> None:
    async with connection.transaction():
        await register_qris(connection, book=BOOK, text=STATIC, at=AT, author="person:1")
    assert await qris_fee(connection, book=BOOK, amount=Money(rupiah), on=on) == Money(fee)

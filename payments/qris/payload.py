"""The text inside a QRIS code: checking a merchant's static code, and making one for an amount out of it.

EMVCo merchant-presented TLV: two digits of tag, two digits of length, the value; a CRC-16/CCITT-FALSE over everything
before it comes last (tag 63). The parsing is `lokal`'s; what a store may register, and where amount and bill number
go, is decided here. Tags that nobody here knows stay where they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from payments.errors import PaymentsError
from payments.money import Money

if TYPE_CHECKING:
    from lokal.qris import QrisInfo

LONGEST_PAYLOAD: Final = 512
# EMVCo: at most 25 characters in tag 62-01.
_BILL_NUMBER: Final = re.compile(r"[A-Za-z0-9-]{1,25}")
_NMID: Final = re.compile(r"ID[0-9]{13}")
_DYNAMIC: Final = "12"
_POINT_OF_INITIATION, _AMOUNT, _ADDITIONAL, _CRC = "01", "54", "62", "63"
_BILL: Final = "01"
_CURRENCY: Final = "53"
_TIP_TAGS: Final = frozenset({"55", "56", "57"})
_LONGEST_VALUE: Final = 99


class BadQris(PaymentsError):
    """The text is no QRIS code that a store could use. `problem` is an Indonesian sentence (finished text)."""

    code = "bad_qris"
    message = "{problem}"

    def __init__(self, problem: str) -> None:
        """Keep what is wrong with it."""
        super().__init__(problem=problem)
        self.problem = problem


class Merchant(msgspec.Struct, frozen=True, kw_only=True):
    """Who is paid by a static code. `criteria` is UMI, UKE, UME, UBE or empty: it decides the fee."""

    payload: str
    nmid: str
    name: str
    city: str
    criteria: str


def read_static(text: str) -> Merchant:
    """Check the static code of a merchant, as printed by its acquirer, and say who is paid by it.

    Surrounding space is taken off; within the code every character counts. Raises BadQris with the first thing that is
    wrong: no TLV, a wrong CRC, another currency or country, no national merchant number (NMID), a name above 25 or a
    city above 15 characters, a dynamic code, a code with an amount or a tip for the payer.
    """
    payload = text.strip("\r\n\t ")
    if not payload:
        problem = "Tempel teks kode QRIS gerai di sini."
        raise BadQris(problem)
    if len(payload) > LONGEST_PAYLOAD or not payload.isascii():
        problem = "Teks ini bukan kode QRIS: terlalu panjang, atau berisi huruf yang tidak dikenal."
        raise BadQris(problem)
    info = _parsed(payload)
    if found := _first_problem(info):
        raise BadQris(found)
    return Merchant(
        payload=payload,
        nmid=info.nmid or "",
        name=info.merchant_name or "",
        city=info.merchant_city or "",
        criteria=info.criteria if info.criteria in ("UMI", "UKE", "UME", "UBE") else "",
    )


def _first_problem(info: QrisInfo) -> str:
    """Say what keeps a code from being a merchant's static QRIS; empty where nothing does."""
    if info.errors:
        return info.errors[0].message
    if info.type == "dynamic" or info.amount is not None:
        return "Ini QRIS dinamis, hanya untuk satu pembayaran. Tempel QRIS statis, yaitu yang dicetak di gerai."
    if info.type is None:
        return "Tag 01 kode ini bukan 11 (statis)."
    if info.nmid is None or not _NMID.fullmatch(info.nmid):
        return "Kode ini tidak memuat NMID (ID diikuti 13 angka), jadi bukan QRIS yang terdaftar."
    if _TIP_TAGS & {field.tag for field in info.fields}:
        return "Kode ini meminta tip atau biaya dari pembeli. Biaya QRIS tidak boleh dibebankan ke pembeli."
    return ""


def for_amount(static_payload: str, *, amount: Money, bill_number: str) -> str:
    """Make the dynamic code that asks for an amount, naming the bill; whole rupiah, no fee on top.

    Point of initiation becomes 12, the amount stands after the currency, the bill number first in the additional data.
    Raises BadQris where the code is no static one, ValueError for an amount or bill number that does not fit.
    """
    merchant = read_static(static_payload)
    if not amount.is_positive or not _BILL_NUMBER.fullmatch(bill_number):
        message = f"no QRIS for {amount.rupiah} rupiah and bill {bill_number!r}"
        raise ValueError(message)
    fields: list[tuple[str, str]] = []
    for field in _parsed(merchant.payload).fields:
        if field.tag == _CRC:
            continue
        if field.tag == _POINT_OF_INITIATION:
            fields.append((field.tag, _DYNAMIC))
        elif field.tag == _ADDITIONAL:
            rest = [(child.tag, child.value) for child in field.children or [] if child.tag != _BILL]
            fields.append((field.tag, _fitting([(_BILL, bill_number), *rest])))
        else:
            fields.append((field.tag, field.value))
            if field.tag == _CURRENCY:
                fields.append((_AMOUNT, str(amount.rupiah)))
    if all(tag != _ADDITIONAL for tag, _ in fields):
        fields.append((_ADDITIONAL, _written([(_BILL, bill_number)])))
    return _sealed(fields)


def _parsed(text: str) -> QrisInfo:
    from lokal.qris import parse_qris  # noqa: PLC0415 - a tenth of the whole start, for what few requests need

    return parse_qris(text)


def _fitting(children: list[tuple[str, str]]) -> str:
    """Additional data holds 99 characters: from the end, what does not fit beside the bill number is left out."""
    while len(_written(children)) > _LONGEST_VALUE:
        children = children[:-1]
    return _written(children)


def _written(fields: list[tuple[str, str]]) -> str:
    return "".join(f"{tag}{len(value):02d}{value}" for tag, value in fields)


def _sealed(fields: list[tuple[str, str]]) -> str:
    from lokal.qris import qris_crc  # noqa: PLC0415 - as above

    body = f"{_written(fields)}{_CRC}04"
    return body + qris_crc(body)


def bill_number_of(text: str) -> str:
    """Return the bill number that a code names; empty where it names none, or is no code."""
    for field in _parsed(text).fields if text else ():
        if field.tag == _ADDITIONAL:
            return next((child.value for child in field.children or [] if child.tag == _BILL), "")
    return ""

"""The forms of a store's staff: from what was typed to bodies, with a sentence beside each wrong field, and back."""

import re
from typing import Any, Final, Literal, cast

from marketplace.errors import InvalidError
from marketplace.formats.errors import FormatError
from marketplace.formats.phone import format_phone
from marketplace.formats.rupiah import parse_rupiah
from marketplace.stores.hours import WEEKDAY_LABELS, format_day, parse_day
from marketplace.stores.schemas import (
    EditListingBody,
    ListingBody,
    NewListingBody,
    OwnListing,
    Source,
    SpellBody,
    StoreBody,
    StoreDetail,
)

FieldErrors = dict[str, str | tuple[str, dict[str, object]]]

SOURCES: Final[tuple[Source, ...]] = ("own_stock", "consignment", "made_to_order")
_MOST_RUPIAH: Final = 1_000_000_000
_MOST_DELIVERY_RUPIAH: Final = 1_000_000
_PERCENT: Final = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?\s*%?")
_DEGREES: Final = re.compile(r"[-\u2212]?[0-9]{1,3}(?:[.,][0-9]{1,12})?")
_HOURS: Final = re.compile(r"[0-9]{1,3}")
_WHOLE_BASIS_POINTS: Final = 10_000
_SOUTH, _NORTH, _WEST, _EAST = -12, 7, 94, 142
_SENTENCES: Final = {
    "choose": "Pilih salah satu.",
    "price_zero": "Harga harus lebih dari nol.",
    "price_large": "Harga terlalu besar.",
    "percent": "Isi persen antara 0 dan 100, misalnya 20 atau 12,5.",
    "name": "Nama gerai 3 sampai 160 huruf.",
    "long": "Paling panjang 160 huruf.",
    "latitude": "Lintang Indonesia antara -12 dan 7, misalnya -6,28282.",
    "longitude": "Bujur Indonesia antara 94 dan 142, misalnya 106,93026.",
    "hold": "Isi lama simpan 1 sampai 168 jam.",
    "page": "Halaman ini tidak lengkap. Muat ulang lalu coba lagi.",
}


class _Reader:
    def __init__(self, form: dict[str, Any]) -> None:
        self.form = form
        self.errors: FieldErrors = {}

    def text(self, name: str) -> str:
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def say(self, name: str, sentence: str) -> None:
        self.errors.setdefault(name, _SENTENCES[sentence])

    def rupiah(self, name: str, *, least: int, most: int) -> int:
        try:
            amount = parse_rupiah(self.text(name))
        except FormatError as error:
            self.errors.setdefault(name, (error.message, error.facts))
            return least
        if amount < least:
            self.say(name, "price_zero")
        elif amount > most:
            self.say(name, "price_large")
        return amount

    def number(self, name: str) -> int:
        digits = self.text(name)
        if not (digits.isascii() and digits.isdecimal()) or len(digits) > 18:  # noqa: PLR2004 - longer is no bigint
            self.say(name, "page")
            return 0
        return int(digits)

    def finish(self) -> None:
        if self.errors:
            raise InvalidError(fields=self.errors)


def read_new_listing(form: dict[str, Any]) -> NewListingBody:
    """Read the form of a product that comes onto the shelf.

    Raises:
        InvalidError: at least one field cannot be read.

    """
    reader = _Reader(form)
    terms = _read_terms(reader)
    product_id = reader.number("product_id")
    reader.finish()
    return NewListingBody(product_id=cast("Any", product_id), **terms)


def read_listing(form: dict[str, Any]) -> EditListingBody:
    """Read the form of a listing with the version that it was opened at. Raises as read_new_listing."""
    reader = _Reader(form)
    terms = _read_terms(reader)
    version = reader.number("version")
    reader.finish()
    return EditListingBody(version=version, **terms)


def _read_terms(reader: _Reader) -> dict[str, Any]:
    source = reader.text("source")
    if source not in SOURCES:
        reader.say("source", "choose")
    is_own = source == "own_stock"
    has_member_price, has_cost = bool(reader.text("member_price")), is_own and bool(reader.text("cost"))
    return {
        "source": source,
        "price_rupiah": reader.rupiah("price", least=1, most=_MOST_RUPIAH),
        "member_price_rupiah": (
            reader.rupiah("member_price", least=1, most=_MOST_RUPIAH) if has_member_price else None
        ),
        "cost_rupiah": reader.rupiah("cost", least=0, most=_MOST_RUPIAH) if has_cost else 0,
        "fee_basis_points": _read_percent(reader) if reader.text("fee") else 0,
    }


def _read_percent(reader: _Reader) -> int:
    match = _PERCENT.fullmatch(reader.text("fee"))
    basis_points = int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0")) if match else _WHOLE_BASIS_POINTS + 1
    if basis_points > _WHOLE_BASIS_POINTS:
        reader.say("fee", "percent")
    return basis_points


def percent_text(basis_points: int) -> str:
    """Write basis points as people do: 1250 is "12,5"."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole},{rest:02}".rstrip("0") if rest else str(whole)


def _grouped(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def new_listing_form_of(seller_price_rupiah: int) -> dict[str, str]:
    """What a new listing's form begins with: own stock, bought at the seller's price."""
    return {"source": "own_stock", "cost": _grouped(seller_price_rupiah)}


def listing_form_of(listing: OwnListing | ListingBody) -> dict[str, str]:
    """Fill the form of a listing."""
    values = {
        "source": listing.source,
        "price": _grouped(listing.price_rupiah),
        "member_price": _grouped(listing.member_price_rupiah) if listing.member_price_rupiah else "",
        "cost": _grouped(listing.cost_rupiah) if listing.cost_rupiah else "",
        "fee": percent_text(listing.fee_basis_points) if listing.fee_basis_points else "",
    }
    return values | ({"version": str(listing.version)} if isinstance(listing, OwnListing) else {})


def read_store(form: dict[str, Any]) -> StoreBody:
    """Read the form of a store's settings.

    Raises:
        InvalidError: at least one field cannot be read.

    """
    reader = _Reader(form)
    name = reader.text("name")
    if not 3 <= len(name) <= 160:  # noqa: PLR2004 - said in the sentence
        reader.say("name", "name")
    for field in ("address", "landmark"):
        if len(reader.text(field)) > 160:  # noqa: PLR2004 - said in the sentence
            reader.say(field, "long")
    hold_hours = reader.text("hold_hours")
    if not _HOURS.fullmatch(hold_hours) or not 1 <= int(hold_hours) <= 168:  # noqa: PLR2004 - a week
        reader.say("hold_hours", "hold")
    body = {
        "name": name,
        "address": reader.text("address"),
        "landmark": reader.text("landmark"),
        "phone": reader.text("phone") or None,
        "latitude": _read_degrees(reader, "latitude", _SOUTH, _NORTH),
        "longitude": _read_degrees(reader, "longitude", _WEST, _EAST),
        "is_active": bool(reader.text("is_active")),
        "is_delivering": bool(reader.text("is_delivering")),
        "delivery_fee_rupiah": (
            reader.rupiah("delivery_fee", least=0, most=_MOST_DELIVERY_RUPIAH) if reader.text("delivery_fee") else 0
        ),
        "hours": tuple(_read_hours(reader)),
        "version": reader.number("version"),
    }
    reader.finish()
    return StoreBody(hold_hours=int(hold_hours), **cast("Any", body))


def _read_degrees(reader: _Reader, name: Literal["latitude", "longitude"], least: int, most: int) -> float | None:
    text = reader.text(name).replace("\u2212", "-")
    if not text:
        return None
    degrees = float(text.replace(",", ".")) if _DEGREES.fullmatch(text) else most + 1.0
    if not least <= degrees <= most:
        reader.say(name, name)
    return degrees


def _read_hours(reader: _Reader) -> list[SpellBody]:
    spells: list[SpellBody] = []
    for weekday in WEEKDAY_LABELS:
        try:
            day = parse_day(reader.text(f"hours_{weekday}"), weekday)
        except FormatError as error:
            reader.errors[f"hours_{weekday}"] = (error.message, error.facts)
            continue
        spells.extend(
            SpellBody(weekday=weekday, opens_minute=spell.opens_minute, closes_minute=spell.closes_minute)
            for spell in day
        )
    return spells


def store_form_of(store: StoreDetail) -> dict[str, str]:
    """Fill the form of a store's settings."""
    values = {
        "name": store.name,
        "address": store.address,
        "landmark": store.landmark,
        "phone": format_phone(store.phone) if store.phone else "",
        "latitude": "" if store.latitude is None else str(store.latitude).replace(".", ","),
        "longitude": "" if store.longitude is None else str(store.longitude).replace(".", ","),
        "is_active": "1" if store.is_active else "",
        "is_delivering": "1" if store.is_delivering else "",
        "delivery_fee": _grouped(store.delivery_fee_rupiah),
        "hold_hours": str(store.hold_hours),
        "version": str(store.version),
    }
    return values | {f"hours_{weekday}": format_day(store.hours, weekday) for weekday in WEEKDAY_LABELS}

"""A seller's product form: from what was typed to a ProductBody with a sentence beside each wrong field, and back.

Pure. Repeating parts are a few numbered rows, so that the form works without scripts; empty rows are left out.
"""

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from marketplace.catalog.check_product import FieldErrors
from marketplace.catalog.schemas import (
    BaseUnit,
    ConversionBody,
    EditProductBody,
    LicenceBody,
    LicenceKind,
    ProductBody,
    ProductDetail,
    TierBody,
)
from marketplace.errors import InvalidError
from marketplace.formats.dates import parse_date
from marketplace.formats.errors import FormatError
from marketplace.formats.quantity import get_unit, parse_quantity
from marketplace.formats.rupiah import parse_rupiah

TIER_ROWS: Final = 4
CONVERSION_ROWS: Final = 2
LICENCE_KINDS: Final[tuple[LicenceKind, ...]] = ("pirt", "bpom", "halal", "sni")
# What a unit holds is typed in one of these; the base unit and its name in forms.
CONTENT_UNITS: Final[dict[str, BaseUnit]] = {"g": "gram", "kg": "gram", "ml": "ml", "l": "ml", "pcs": "pcs"}
_LONGEST_NAME, _SHORTEST_NAME, _LONGEST_DESCRIPTION = 120, 3, 4000
_MOST_RUPIAH, _MOST_COUNT, _MOST_FACTOR = 1_000_000_000, 100_000, 1_000_000
_LONGEST_VERSION: Final = 9
# A dot groups thousands; in "1.5" it does not, and nobody means fifteen.
_WHOLE: Final = re.compile(r"[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+")

_SENTENCES: Final = {
    "name": "Nama barang 3 sampai 120 huruf.",
    "description": "Uraian paling panjang 4.000 huruf.",
    "choose": "Pilih salah satu.",
    "price_zero": "Harga harus lebih dari nol.",
    "price_large": "Harga terlalu besar.",
    "whole": "Isi bilangan bulat, misalnya 12.",
    "too_small": "Paling sedikit {least}.",
    "too_large": "Paling banyak {most}.",
    "both": "Isi jumlah dan harganya, atau kosongkan keduanya.",
    "number_first": "Isi nomor izinnya juga.",
    "version": "Halaman ini tidak lengkap. Muat ulang lalu coba lagi.",
}

T = TypeVar("T")


class _Reader:
    """Collects a sentence for each field that cannot be read and goes on."""

    def __init__(self, form: dict[str, Any]) -> None:
        self.form = form
        self.errors: FieldErrors = {}

    def text(self, name: str) -> str:
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def say(self, name: str, sentence: str, **facts: object) -> None:
        self.errors.setdefault(name, (_SENTENCES[sentence], facts))

    def read(self, name: str, parse: Callable[[str], T], default: T) -> T:
        try:
            return parse(self.text(name))
        except FormatError as error:
            self.errors.setdefault(name, (error.message, error.facts))
            return default

    def price(self, name: str) -> int:
        amount = self.read(name, parse_rupiah, 1)
        if amount < 1:
            self.say(name, "price_zero")
        elif amount > _MOST_RUPIAH:
            self.say(name, "price_large")
        return amount

    def whole(self, name: str, *, least: int, most: int) -> int:
        typed = self.text(name)
        digits = typed.replace(".", "")
        if not _WHOLE.fullmatch(typed) or len(digits) > len(str(most)) + 1:
            self.say(name, "whole")
            return least
        number = int(digits)
        if number < least:
            self.say(name, "too_small", least=least)
        elif number > most:
            self.say(name, "too_large", most=most)
        return number


def read_product_form(form: dict[str, Any]) -> ProductBody:
    """Read the form for a new product.

    Raises:
        InvalidError: at least one field cannot be read; what was typed is the caller's to show again.

    """
    reader = _Reader(form)
    fields = _read_fields(reader)
    if reader.errors:
        raise InvalidError(fields=reader.errors)
    return ProductBody(**fields)


def read_edit_form(form: dict[str, Any]) -> EditProductBody:
    """Read the form of an existing product, with the version it was opened at. Raises as read_product_form."""
    reader = _Reader(form)
    fields = _read_fields(reader)
    version = reader.text("version")
    if not version.isdecimal() or len(version) > _LONGEST_VERSION:
        reader.say("version", "version")
    if reader.errors:
        raise InvalidError(fields=reader.errors)
    return EditProductBody(**fields, version=int(version))


def _read_fields(reader: _Reader) -> dict[str, Any]:
    name, description = reader.text("name"), reader.text("description")
    if not _SHORTEST_NAME <= len(name) <= _LONGEST_NAME:
        reader.say("name", "name")
    if len(description) > _LONGEST_DESCRIPTION:
        reader.say("description", "description")
    for choice in ("category_slug", "unit_code"):
        if not reader.text(choice):
            reader.say(choice, "choose")
    content_unit = reader.text("content_unit")
    if content_unit not in CONTENT_UNITS:
        reader.say("content_unit", "choose")
        content_unit = "pcs"
    unit = get_unit(content_unit)
    return {
        "name": name,
        "description": description,
        "category_slug": reader.text("category_slug"),
        "unit_code": reader.text("unit_code"),
        "content_quantity": reader.read("content", lambda text: parse_quantity(text, unit), 1),
        "base_unit": CONTENT_UNITS[content_unit],
        "commodity_code": reader.text("commodity_code") or None,
        "price_rupiah": reader.price("price"),
        "min_quantity": reader.whole("min_quantity", least=1, most=_MOST_COUNT),
        "is_halal": bool(reader.text("is_halal")),
        "tiers": tuple(_read_tiers(reader)),
        "conversions": tuple(_read_conversions(reader)),
        "licences": tuple(_read_licences(reader)),
    }


def _read_tiers(reader: _Reader) -> list[TierBody]:
    tiers = []
    for number in range(1, TIER_ROWS + 1):
        quantity, price = f"tier_from_{number}", f"tier_price_{number}"
        if not reader.text(quantity) and not reader.text(price):
            continue
        if not reader.text(quantity) or not reader.text(price):
            reader.say(quantity if not reader.text(quantity) else price, "both")
            continue
        tiers.append(
            TierBody(from_quantity=reader.whole(quantity, least=2, most=_MOST_FACTOR), price_rupiah=reader.price(price))
        )
    return tiers


def _read_conversions(reader: _Reader) -> list[ConversionBody]:
    conversions = []
    for number in range(1, CONVERSION_ROWS + 1):
        unit, factor = f"conversion_unit_{number}", f"conversion_factor_{number}"
        if not reader.text(unit) and not reader.text(factor):
            continue
        if not reader.text(unit):
            reader.say(unit, "choose")
        conversions.append(
            ConversionBody(unit_code=reader.text(unit), factor=reader.whole(factor, least=2, most=_MOST_FACTOR))
        )
    return conversions


def _read_licences(reader: _Reader) -> list[LicenceBody]:
    licences = []
    for kind in LICENCE_KINDS:
        number, until = f"licence_{kind}", f"licence_{kind}_until"
        expires_on = reader.read(until, parse_date, None) if reader.text(until) else None
        if reader.text(number):
            licences.append(LicenceBody(kind=kind, number=reader.text(number), expires_on=expires_on))
        elif expires_on is not None:
            reader.say(number, "number_first")
    return licences


def form_of(product: ProductDetail) -> dict[str, str]:
    """Fill the form of a saved product."""
    content, content_unit = _content_of(product.content_quantity, product.base_unit)
    values = {
        "name": product.name,
        "description": product.description,
        "category_slug": product.category_slug,
        "unit_code": product.unit_code,
        "content": content,
        "content_unit": content_unit,
        "commodity_code": product.commodity_code or "",
        "price": _grouped(product.price_rupiah),
        "min_quantity": str(product.min_quantity),
        "is_halal": "1" if product.is_halal else "",
        "version": str(product.version),
    }
    for number, tier in enumerate(product.tiers, 1):
        values[f"tier_from_{number}"] = str(tier.from_quantity)
        values[f"tier_price_{number}"] = _grouped(tier.price_rupiah)
    for number, conversion in enumerate(product.conversions, 1):
        values[f"conversion_unit_{number}"] = conversion.unit_code
        values[f"conversion_factor_{number}"] = str(conversion.factor)
    for licence in product.licences:
        values[f"licence_{licence.kind}"] = licence.number
        values[f"licence_{licence.kind}_until"] = licence.expires_on.strftime("%d/%m/%Y") if licence.expires_on else ""
    return values


def _content_of(quantity: int, base_unit: BaseUnit) -> tuple[str, str]:
    large = {"gram": "kg", "ml": "l"}.get(base_unit)
    if large and quantity % 1000 == 0:
        return str(quantity // 1000), large
    return str(quantity), {"gram": "g", "ml": "ml", "pcs": "pcs"}[base_unit]


def _grouped(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")

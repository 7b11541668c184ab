"""Whether a product's facts fit together; pure. The shape of single fields was judged when they were read."""

from datetime import date

import msgspec

from marketplace.catalog.ceilings import Ceiling, Commodity, Verdict, judge_price
from marketplace.catalog.licences import LICENCE_NAMES, LicenceRule, is_binding
from marketplace.catalog.schemas import LicenceBody, ProductBody
from marketplace.formats.errors import FormatError
from marketplace.organisations.identity_numbers import parse_bpom, parse_halal, parse_pirt, pirt_expires_on
from payments.money import Money

FieldErrors = dict[str, str | tuple[str, dict[str, object]]]

_SENTENCES = {
    "name": "Nama barang 3 sampai 120 huruf.",
    "category": "Pilih kategori dari daftar.",
    "unit": "Satuan tidak dikenal. Pilih satuan dari daftar.",
    "commodity": "Pilih komoditas dari daftar.",
    "content": "Isi {commodity} ditulis dalam {unit}.",
    "conversion": "Pilih satuan lain dari daftar, masing-masing satu kali.",
    "tier_from": "Jumlah grosir harus lebih dari {least}.",
    "tier_price": "Harga grosir harus lebih rendah dari {price}.",
    "licence_number": "Nomor izin paling panjang 40 huruf.",
    "licence_once": "Isi satu nomor untuk setiap jenis izin.",
    "pirt_until": "Menurut nomornya, P-IRT ini berlaku sampai {day}. Periksa nomor atau tanggalnya.",
    "expired": "{licence} sudah habis masa berlakunya pada {day}. Perbarui dulu sebelum ditayangkan.",
}
_SHORTEST_NAME, _LONGEST_NUMBER = 3, 40
_PARSERS = {"pirt": parse_pirt, "bpom": parse_bpom, "halal": parse_halal}


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the database knows that a product is judged by."""

    has_category: bool
    known_units: frozenset[str]
    commodity: Commodity | None
    ceilings: tuple[Ceiling, ...]
    licence_rules: tuple[LicenceRule, ...]
    region_code: str


def read_licences(licences: tuple[LicenceBody, ...]) -> tuple[tuple[LicenceBody, ...], FieldErrors]:
    """Bring licence numbers to their normal spelling; a P-IRT carries its own last year."""
    read: list[LicenceBody] = []
    errors: FieldErrors = {}
    for licence in licences:
        field = f"licence_{licence.kind}"
        try:
            number = _PARSERS[licence.kind](licence.number) if licence.kind in _PARSERS else licence.number.strip()
        except FormatError as error:
            errors[field] = (error.message, error.facts)
            continue
        if not number or len(number) > _LONGEST_NUMBER:
            errors[field] = _SENTENCES["licence_number"]
            continue
        expires_on = licence.expires_on
        if licence.kind == "pirt":
            last_day = pirt_expires_on(number)
            if expires_on is not None and expires_on > last_day:
                errors[f"{field}_until"] = (_SENTENCES["pirt_until"], {"day": last_day})
            expires_on = expires_on or last_day
        if any(other.kind == licence.kind for other in read):
            errors[field] = _SENTENCES["licence_once"]
        read.append(LicenceBody(kind=licence.kind, number=number, expires_on=expires_on))
    return tuple(read), errors


def check_product(product: ProductBody, rules: Rules) -> FieldErrors:
    """Sentences for what does not fit, by field; empty when all is well. Prices under a rule: `judge_product`."""
    errors: FieldErrors = {}
    # The schema counts blanks around the name; the table does not hold them.
    if len(product.name.strip()) < _SHORTEST_NAME:
        errors["name"] = _SENTENCES["name"]
    if not rules.has_category:
        errors["category_slug"] = _SENTENCES["category"]
    if product.unit_code not in rules.known_units:
        errors["unit_code"] = _SENTENCES["unit"]
    if product.commodity_code is not None:
        if rules.commodity is None:
            errors["commodity_code"] = _SENTENCES["commodity"]
        elif rules.commodity.base_unit != product.base_unit:
            errors["content"] = (
                _SENTENCES["content"],
                {"commodity": rules.commodity.name_id, "unit": rules.commodity.base_unit},
            )
    errors.update(_check_tiers(product))
    seen_units = {product.unit_code}
    for number, conversion in enumerate(product.conversions, 1):
        if conversion.unit_code not in rules.known_units or conversion.unit_code in seen_units:
            errors[f"conversion_unit_{number}"] = _SENTENCES["conversion"]
        seen_units.add(conversion.unit_code)
    return errors


def _check_tiers(product: ProductBody) -> FieldErrors:
    errors: FieldErrors = {}
    from_quantity, price_rupiah = product.min_quantity, product.price_rupiah
    for number, tier in enumerate(product.tiers, 1):
        if tier.from_quantity <= from_quantity:
            errors[f"tier_from_{number}"] = (_SENTENCES["tier_from"], {"least": from_quantity})
        if tier.price_rupiah >= price_rupiah:
            errors[f"tier_price_{number}"] = (
                _SENTENCES["tier_price"],
                {"price": Money(price_rupiah)},
            )
        from_quantity, price_rupiah = tier.from_quantity, tier.price_rupiah
    return errors


def judge_product(product: ProductBody, rules: Rules, *, on: date) -> Verdict | None:
    """Judge the price against HET and HAP; None for goods under no rule."""
    if rules.commodity is None:
        return None
    return judge_price(
        Money(product.price_rupiah),
        content_quantity=product.content_quantity,
        commodity=rules.commodity,
        ceilings=rules.ceilings,
        region_code=rules.region_code,
        on=on,
    )


def check_licences_valid(licences: tuple[LicenceBody, ...], rules: Rules, *, on: date) -> FieldErrors:
    """Refuse licences that bind the sale and whose last day has passed."""
    return {
        f"licence_{licence.kind}": (
            _SENTENCES["expired"],
            {"licence": LICENCE_NAMES[licence.kind], "day": licence.expires_on},
        )
        for licence in licences
        if licence.expires_on is not None
        and licence.expires_on < on
        and is_binding(licence.kind, rules.licence_rules, on=on)
    }

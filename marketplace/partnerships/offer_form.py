"""The form of an offer: what a person typed to terms, and terms to what the form shows. Pure.

Rows of the ladder are `from_1`, `price_1` … `price_5`; the first begins at the minimum and has no `from`.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final, TypeVar, get_args

from marketplace.errors import InvalidError
from marketplace.formats.dates import format_date, parse_date
from marketplace.formats.errors import FormatError
from marketplace.formats.quantity import get_unit, parse_quantity
from marketplace.formats.rupiah import parse_rupiah
from marketplace.partnerships.patterns import Pattern, PaymentTerm, Subject
from marketplace.partnerships.schemas import OfferAnswer, OfferTerms, Tier
from marketplace.partnerships.terms import MOST_TIERS, Fields, check_terms

T = TypeVar("T")

_COUNT: Final = get_unit("pcs")
_CHOOSE = "Pilih salah satu."
_HALF_TIER = "Isi jumlah dan harganya, atau kosongkan keduanya."


def read_offer_form(form: Mapping[str, Any], *, region_code: str) -> OfferTerms:
    """Read terms; `region_code` is what the typed region was found to be ("" where it was not).

    Raises:
        InvalidError: by the form's field names.

    """
    fields: Fields = {}
    min_quantity = _read(fields, "min_quantity", form, _read_count) or 1
    tiers, rows = _read_ladder(fields, form, min_quantity)
    payment_term = _choice(fields, "payment_term", form, get_args(PaymentTerm))
    payment_days = None
    if payment_term == "tempo" or str(form.get("payment_days", "")):
        payment_days = _read(fields, "payment_days", form, _read_count)
    terms = OfferTerms(
        title=str(form.get("title", "")).strip(),
        description=str(form.get("description", "")).replace("\r\n", "\n"),
        pattern=_choice(fields, "pattern", form, get_args(Pattern)),
        subject=_choice(fields, "subject", form, get_args(Subject)),
        category_slug=str(form.get("category_slug", "")) or None,
        unit_code=str(form.get("unit_code", "")),
        min_quantity=min_quantity,
        quota=_read(fields, "quota", form, _read_count) or min_quantity,
        region_code=region_code,
        starts_on=_read(fields, "starts_on", form, parse_date) or date.min,
        ends_on=_read(fields, "ends_on", form, parse_date) or date.max,
        payment_term=payment_term,
        payment_days=payment_days,
        tiers=tiers,
    )
    if not region_code:
        fields["region"] = "Wilayah ini tidak dikenal."
    try:
        check_terms(terms)
    except InvalidError as error:
        # What could not be read is said already; it must not be said again in other words.
        said: Fields = {name_in_form(name, rows): sentence for name, sentence in error.fields.items()}
        fields = said | fields
    if fields:
        raise InvalidError(fields=fields)
    return terms


def name_in_form(name: str, rows: list[int] | None = None) -> str:
    """Give the form's field for a field of the terms; `rows` are the form's rows behind the ladder's steps."""
    if name in {"tiers", "tiers.0"}:
        return "price_1"
    if name.startswith("tiers."):
        number = int(name.removeprefix("tiers."))
        return f"from_{rows[number] if rows else number + 1}"
    return {"region_code": "region"}.get(name, name)


def _read_count(text: str) -> int:
    return parse_quantity(text, _COUNT)


def _read(fields: Fields, name: str, form: Mapping[str, Any], parse: Callable[[str], T]) -> T | None:
    try:
        return parse(str(form.get(name, "")))
    except FormatError as error:
        fields[name] = (error.message, error.facts)
        return None


def _choice(fields: Fields, name: str, form: Mapping[str, Any], allowed: tuple[str, ...]) -> Any:
    chosen = str(form.get(name, ""))
    if chosen in allowed:
        return chosen
    fields[name] = _CHOOSE
    return allowed[0]


def _read_ladder(fields: Fields, form: Mapping[str, Any], min_quantity: int) -> tuple[list[Tier], list[int]]:
    """Read the filled rows in their order, and the number of each in the form."""
    tiers: list[Tier] = []
    rows: list[int] = []
    for row in range(1, MOST_TIERS + 1):
        quantity_text, price_text = str(form.get(f"from_{row}", "")), str(form.get(f"price_{row}", ""))
        if row > 1 and not quantity_text and not price_text:
            continue
        if row > 1 and not (quantity_text and price_text):
            fields[f"from_{row}"] = _HALF_TIER
            continue
        quantity = min_quantity if row == 1 else _read(fields, f"from_{row}", form, _read_count)
        price = _read(fields, f"price_{row}", form, parse_rupiah)
        if quantity is not None and price is not None:
            tiers.append(Tier(from_quantity=quantity, price_rupiah=price))
            rows.append(row)
    return tiers, rows


def blank_form(today: date, language: str) -> dict[str, str]:
    """Give what an empty form suggests, days in the language of who fills it in."""
    return {
        "subject": "goods",
        "min_quantity": "1",
        "payment_term": "cod",
        "starts_on": format_date(today, language),
        "ends_on": format_date(today + timedelta(days=90), language),
    }


def form_of(offer: OfferAnswer, language: str) -> dict[str, str]:
    """Give what the form shows of an offer that is there."""
    values = {
        "title": offer.title,
        "description": offer.description,
        "pattern": offer.pattern,
        "subject": offer.subject,
        "category_slug": offer.category_slug or "",
        "unit_code": offer.unit_code,
        "min_quantity": _grouped(offer.min_quantity),
        "quota": _grouped(offer.quota),
        "region": offer.region_name,
        "region_for": offer.region_name,
        "region_code": offer.region_code,
        "starts_on": format_date(offer.starts_on, language),
        "ends_on": format_date(offer.ends_on, language),
        "payment_term": offer.payment_term,
        "payment_days": str(offer.payment_days or ""),
        "version": str(offer.version),
    }
    for row, tier in enumerate(offer.tiers, start=1):
        values[f"from_{row}"] = _grouped(tier.from_quantity)
        values[f"price_{row}"] = _grouped(tier.price_rupiah)
    return values


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")

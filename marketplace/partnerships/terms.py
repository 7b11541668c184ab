"""What the terms of an offer must keep, and what they mean: pure, no database."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from marketplace.errors import InvalidError
from marketplace.partnerships.schemas import OfferTerms, Tier

MOST_TIERS: Final = 5
LONGEST_TITLE: Final = 160
_SHORTEST_TITLE: Final = 5
_LONGEST_DESCRIPTION: Final = 6000
_LONGEST_TEMPO_DAYS: Final = 365

Fields = dict[str, str | tuple[str, dict[str, object]]]


def check_terms(terms: OfferTerms, *, accepted_quantity: int = 0) -> None:
    """Let terms pass that hold together; `accepted_quantity` is what cooperatives have been promised already.

    Raises:
        InvalidError: field by field; steps of the ladder are `tiers.0`, `tiers.1` …

    """
    fields: Fields = {}
    if not _SHORTEST_TITLE <= len(terms.title.strip()) <= LONGEST_TITLE:
        fields["title"] = "Judul perlu 5 sampai 160 huruf."
    if len(terms.description) > _LONGEST_DESCRIPTION:
        fields["description"] = "Uraian paling panjang 6.000 huruf."
    if terms.quota < terms.min_quantity:
        fields["quota"] = "Kuota tidak boleh kurang dari jumlah minimum."
    elif terms.quota < accepted_quantity:
        fields["quota"] = (
            "Kuota tidak boleh kurang dari {accepted}, jumlah yang sudah diterima.",
            {"accepted": accepted_quantity},
        )
    if terms.ends_on < terms.starts_on:
        fields["ends_on"] = "Hari terakhir tidak boleh sebelum hari pertama."
    if terms.payment_term == "tempo":
        if terms.payment_days is None or not 1 <= terms.payment_days <= _LONGEST_TEMPO_DAYS:
            fields["payment_days"] = "Tempo pembayaran perlu 1 sampai 365 hari."
    elif terms.payment_days is not None:
        fields["payment_days"] = "Jumlah hari hanya diisi untuk pembayaran tempo."
    fields |= _check_ladder(terms)
    if fields:
        raise InvalidError(fields=fields)


def _check_ladder(terms: OfferTerms) -> Fields:
    tiers = terms.tiers
    if not 1 <= len(tiers) <= MOST_TIERS:
        return {"tiers": "Isi satu sampai lima tingkat harga."}
    if tiers[0].from_quantity > terms.min_quantity:
        return {"tiers.0": "Tingkat harga pertama harus mulai dari jumlah minimum."}
    fields: Fields = {}
    for number, (lower, higher) in enumerate(pairwise(tiers), start=1):
        if higher.from_quantity <= lower.from_quantity:
            fields[f"tiers.{number}"] = "Jumlah tiap tingkat harus lebih banyak daripada tingkat sebelumnya."
        elif higher.price_rupiah >= lower.price_rupiah:
            fields[f"tiers.{number}"] = "Harga tiap tingkat harus lebih murah daripada tingkat sebelumnya."
        elif higher.from_quantity > terms.quota:
            fields[f"tiers.{number}"] = "Tingkat harga ini mulai di atas kuota, jadi tidak akan pernah terpakai."
    return fields


def price_at(tiers: Sequence[Tier], quantity: int) -> int:
    """Rupiah for one unit when `quantity` units are taken: the highest step that is reached."""
    reached = [tier for tier in tiers if tier.from_quantity <= quantity] or tiers[:1]
    return reached[-1].price_rupiah


def why_not_now(*, state: str, starts_on: date, ends_on: date, left: int, least: int, today: date) -> str | None:
    """Say why an offer takes no applications today; None where it does."""
    if state != "published":
        return "Penawaran ini sedang tidak menerima pengajuan."
    if today < starts_on:
        return "Masa penawaran ini belum mulai."
    if today > ends_on:
        return "Masa penawaran ini sudah berakhir."
    if left < least:
        return "Kuota penawaran ini sudah habis terbagi."
    return None


def why_not_this(*, region_code: str, status: str, offer_region_code: str) -> str | None:
    """Say why a cooperative may not apply for an offer; None where it may."""
    if status not in {"sk_ahu", "operating"}:
        return "Koperasi perlu berbadan hukum (SK AHU) sebelum mengajukan kemitraan."
    if not lies_in(region_code, offer_region_code):
        return "Penawaran ini bukan untuk wilayah koperasi Anda."
    return None


def lies_in(code: str, region_code: str) -> bool:
    """Whether a region is another one or lies in it."""
    return code == region_code or code.startswith(f"{region_code}.")


def regions_above(code: str) -> list[str]:
    """List a region's code and those of the regions it lies in, smallest first."""
    parts = code.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]

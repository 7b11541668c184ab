"""Addresses of the search page, and the filters that are set, each with the address without it. Pure."""

from typing import Any
from urllib.parse import urlencode

from marketplace.formats.errors import FormatError
from marketplace.formats.rupiah import format_rupiah, parse_rupiah
from marketplace.web.render import translate


def search_href(typed: dict[str, str], kind: str, **changed: str) -> str:
    """Return the address of a search; what is empty is left out."""
    parameters = {name: value for name, value in {**typed, **changed}.items() if value}
    if kind != "barang":
        parameters["jenis"] = kind
    return f"/cari?{urlencode(parameters)}" if parameters else "/cari"


def chosen_filters(typed: dict[str, str], names: dict[str, str], language: str) -> list[dict[str, Any]]:
    """Name the filters that are set, but for the category, which is chosen among its own links.

    `names` says what the region (`wilayah`) and the store (`gerai`) are called, where that is known.
    """
    labels = {
        "min": translate("Mulai {price}", language, price=_price_text(typed["min"], language)),
        "maks": translate("Sampai {price}", language, price=_price_text(typed["maks"], language)),
        "stok": translate("Ada stok", language),
        "halal": translate("Bersertifikat halal", language),
    }
    for name, other in (("wilayah", "Wilayah"), ("gerai", "Gerai")):
        labels[name] = names.get(name) or f"{translate(other, language)} {typed[name]}"
    return [
        {"name": labels[name], "href": search_href(typed, "barang", **{name: ""})} for name in labels if typed[name]
    ]


def _price_text(text: str, language: str) -> str:
    try:
        return format_rupiah(parse_rupiah(text), language)
    except FormatError:
        return text

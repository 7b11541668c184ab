"""Addresses of the search page, and the filters that are set, each with the address without it. Pure."""

from typing import Any
from urllib.parse import urlencode

from marketplace.formats.errors import FormatError
from marketplace.formats.rupiah import format_rupiah, parse_rupiah
from marketplace.web.render import translate
from search import read_price_words


def search_href(typed: dict[str, str], kind: str, **changed: str) -> str:
    """Return the address of a search; what is empty is left out."""
    parameters = {name: value for name, value in {**typed, **changed}.items() if value}
    if kind != "barang":
        parameters["jenis"] = kind
    return f"/cari?{urlencode(parameters)}" if parameters else "/cari"


def chosen_filters(
    typed: dict[str, str], names: dict[str, str], language: str, prices: tuple[int | None, int | None] = (None, None)
) -> list[dict[str, Any]]:
    """Name the filters that are set, but for the category, which is chosen among its own links.

    `names` says what the region (`wilayah`) and the store (`gerai`) are called, where that is known. `prices` are the
    limits that hold: those that were not chosen were read in the text, and taking them off takes them out of it.
    """
    labels = {
        "min": translate("Mulai {price}", language, price=_price_text(typed["min"], language)),
        "maks": translate("Sampai {price}", language, price=_price_text(typed["maks"], language)),
        "stok": translate("Ada stok", language),
        "halal": translate("Bersertifikat halal", language),
    }
    for name, other in (("wilayah", "Wilayah"), ("gerai", "Gerai")):
        labels[name] = names.get(name) or f"{translate(other, language)} {typed[name]}"
    chosen = [
        {"name": labels[name], "href": search_href(typed, "barang", **{name: ""})} for name in labels if typed[name]
    ]
    if not typed["min"] and not typed["maks"]:
        written = zip(("Mulai {price}", "Sampai {price}"), prices, strict=True)
        without = search_href({**typed, "q": " ".join(read_price_words(typed["q"]).text.split())}, "barang")
        chosen += [
            {"name": translate(label, language, price=format_rupiah(price, language)), "href": without}
            for label, price in written
            if price is not None
        ]
    return chosen


def _price_text(text: str, language: str) -> str:
    try:
        return format_rupiah(parse_rupiah(text), language)
    except FormatError:
        return text

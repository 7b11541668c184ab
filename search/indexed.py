"""What engines index of a document, and what a query asks of those fields; the same for every engine.

Pure. Text fields hold canonical words (see `variants`) joined by spaces. `conditions_of` turns filters into conditions
on the fields of `IndexedFields`, which each engine writes down in its own language.
"""

from enum import StrEnum

import msgspec

from search.documents import (
    MAX_DESCRIPTION_WORDS,
    MAX_TITLE_WORDS,
    NATIONAL,
    Document,
    Index,
    ListingDocument,
    OfferDocument,
    StoreDocument,
    region_levels,
)
from search.query import Facet, SearchQuery, Sort
from search.rewriting import Rewritten
from search.variants import Words, canonical

SHAPE = 3
"""Raise by one whenever the meaning of a field below changes: every index is then due for a rebuild."""

NO_END = 2**52
"""`valid_until` of what never ends."""
NO_PRICE = 2**52
"""Price of what has none, so that it comes last from cheap to dear and is left out by any upper limit."""
_STOCK_RANK = 1_000_000_000
REGION_FIELDS = ("province_code", "regency_code", "district_code", "village_code")


class IndexedFields(msgspec.Struct, frozen=True, kw_only=True):
    """The searchable, filterable and sortable fields.

    `group` is what a hit is shown once for. `price_down` is the price for sorting from dear to cheap: what has no price
    comes last both ways.
    """

    words_title: str
    words_category: str
    words_names: str
    words_more: str
    group: str
    regions: list[str]
    covers: list[str]
    province_code: str = ""
    regency_code: str = ""
    district_code: str = ""
    village_code: str = ""
    categories: list[str]
    category_labels: list[str]
    store_id: int = 0
    product_id: int = 0
    partner_id: int = 0
    price_rupiah: int = NO_PRICE
    price_down: int = -1
    is_in_stock: bool = True
    is_halal: bool = False
    is_made_to_order: bool = False
    is_delivering: bool = False
    pattern: str = ""
    kind: str = ""
    valid_until: int = NO_END
    listed_at: int
    rank: int


def _rank(*, is_in_stock: bool, popularity: int) -> int:
    """Order of what matches equally well: what is in stock first, then what is bought most."""
    return is_in_stock * _STOCK_RANK + max(0, min(popularity, _STOCK_RANK - 1))


def _joined(*texts: str, limit: int) -> str:
    words: Words = ()
    for text in texts:
        words += canonical(text)
    return " ".join(words[:limit])


def _without(title: str, seller_name: str) -> Words:
    """Return the words of `title` without the seller's name: "Minyakita Pouch Toko Sembako Teh Ecin" is no tea.

    The name is searched where names are; a name of one word is left, it may well be the goods themselves.
    """
    words, name = canonical(title), canonical(seller_name)
    length = len(name)
    if 1 < length < len(words):
        for start in range(len(words) - length + 1):
            if words[start : start + length] == name:
                return words[:start] + words[start + length :]
    return words


def _four_levels(code: str) -> tuple[str, str, str, str]:
    province, regency, district, village = (*region_levels(code), "", "", "", "")[:4]
    return province, regency, district, village


def _labels(document: ListingDocument | OfferDocument) -> list[str]:
    """Return slug and name of each category, tab between, so that names can be suggested without another index."""
    return [f"{slug}\t{name}" for slug, name in zip(document.category_slugs, document.category_names, strict=False)]


def indexed_fields(document: Document) -> IndexedFields:
    """Return what is indexed of `document`."""
    match document:
        case ListingDocument():
            province, regency, district, village = _four_levels(document.region_code)
            return IndexedFields(
                words_title=" ".join(_without(document.title, document.seller_name)[:MAX_TITLE_WORDS]),
                # Who types "nugget halal" asks for the certificate, whether the title boasts of it or not.
                words_category=_joined(
                    *document.category_names, "halal" if document.is_halal else "", limit=MAX_TITLE_WORDS
                ),
                words_names=_joined(
                    document.seller_name,
                    document.store_name,
                    *document.region_names,
                    limit=MAX_TITLE_WORDS * 2,
                ),
                words_more=_joined(document.description, document.unit, limit=MAX_DESCRIPTION_WORDS),
                group=str(document.product_id),
                regions=list(region_levels(document.region_code)),
                covers=[],
                province_code=province,
                regency_code=regency,
                district_code=district,
                village_code=village,
                categories=list(document.category_slugs),
                category_labels=_labels(document),
                store_id=document.store_id,
                product_id=document.product_id,
                price_rupiah=document.price_rupiah,
                price_down=document.price_rupiah,
                is_in_stock=document.is_in_stock,
                is_halal=document.is_halal,
                is_made_to_order=document.is_made_to_order,
                listed_at=document.listed_at,
                rank=_rank(is_in_stock=document.is_in_stock, popularity=document.popularity),
            )
        case OfferDocument():
            codes = document.region_codes
            return IndexedFields(
                words_title=_joined(document.title, limit=MAX_TITLE_WORDS),
                words_category=_joined(*document.category_names, limit=MAX_TITLE_WORDS),
                words_names=_joined(
                    document.partner_name,
                    *document.region_names,
                    limit=MAX_TITLE_WORDS * 2,
                ),
                words_more=_joined(
                    document.description,
                    document.payment_term,
                    limit=MAX_DESCRIPTION_WORDS,
                ),
                group=document.id,
                regions=sorted({level for code in codes for level in region_levels(code)}),
                covers=list(codes),
                categories=list(document.category_slugs),
                category_labels=_labels(document),
                partner_id=document.partner_id,
                price_rupiah=NO_PRICE if document.price_from_rupiah is None else document.price_from_rupiah,
                price_down=-1 if document.price_from_rupiah is None else document.price_from_rupiah,
                pattern=document.pattern,
                kind=document.kind,
                valid_until=NO_END if document.valid_until is None else document.valid_until,
                listed_at=document.listed_at,
                rank=_rank(is_in_stock=True, popularity=document.popularity),
            )
        case StoreDocument():
            province, regency, district, village = _four_levels(document.region_code)
            return IndexedFields(
                words_title=_joined(document.name, limit=MAX_TITLE_WORDS),
                words_category="",
                words_names=_joined(
                    document.cooperative_name,
                    *document.region_names,
                    limit=MAX_TITLE_WORDS * 2,
                ),
                words_more=_joined(document.description, limit=MAX_DESCRIPTION_WORDS),
                group=document.id,
                regions=list(region_levels(document.region_code)),
                covers=[],
                province_code=province,
                regency_code=regency,
                district_code=district,
                village_code=village,
                categories=[],
                category_labels=[],
                store_id=document.store_id,
                is_delivering=document.is_delivering,
                listed_at=document.listed_at,
                rank=_rank(is_in_stock=True, popularity=document.popularity),
            )


class Operator(StrEnum):
    """How a field is compared. IN also holds for lists: any value of the field among the values asked for."""

    IN = "in"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


Value = str | int | bool


class Condition(msgspec.Struct, frozen=True):
    """A comparison; where `or_else` is given, either of the two suffices. `facet` is the one it belongs to."""

    field: str
    operator: Operator
    values: tuple[Value, ...]
    facet: Facet | None = None
    or_else: "Condition | None" = None


def _region_condition(query: SearchQuery, code: str) -> Condition:
    within = Condition("regions", Operator.IN, (code,), Facet.REGION)
    if query.index is not Index.OFFERS:
        return within
    # An offer for a whole regency also holds in the one village that is asked for.
    covering = Condition("covers", Operator.IN, (NATIONAL, *region_levels(code)))
    return Condition(within.field, within.operator, within.values, Facet.REGION, covering)


def price_limits(query: SearchQuery, rewritten: Rewritten) -> tuple[int | None, int | None]:
    """Return the limits that hold: those set as filters, else those written in the text."""
    filters = query.filters
    if filters.price_min_rupiah is not None or filters.price_max_rupiah is not None or query.index is Index.STORES:
        return filters.price_min_rupiah, filters.price_max_rupiah
    return rewritten.price_min_rupiah, rewritten.price_max_rupiah


def conditions_of(query: SearchQuery, rewritten: Rewritten) -> list[Condition]:
    """Return the conditions that must all hold."""
    filters = query.filters
    found: list[Condition] = []
    if filters.category is not None:
        found.append(Condition("categories", Operator.IN, (filters.category,), Facet.CATEGORY))
    if filters.region is not None:
        found.append(_region_condition(query, filters.region))
    low, high = price_limits(query, rewritten)
    if low is not None:
        found.append(Condition("price_rupiah", Operator.AT_LEAST, (low,), Facet.PRICE))
    if high is not None:
        found.append(Condition("price_rupiah", Operator.AT_MOST, (high,), Facet.PRICE))
    flags: tuple[tuple[str, bool | None, Facet | None], ...] = (
        ("is_in_stock", filters.is_in_stock, Facet.IN_STOCK),
        ("is_halal", filters.is_halal, Facet.HALAL),
        ("is_made_to_order", filters.is_made_to_order, None),
        ("is_delivering", filters.is_delivering, None),
    )
    found.extend(Condition(name, Operator.IN, (wanted,), facet) for name, wanted, facet in flags if wanted is not None)
    lists: tuple[tuple[str, tuple[int, ...]], ...] = (
        ("store_id", filters.store_ids),
        ("product_id", filters.product_ids),
        ("partner_id", filters.partner_ids),
    )
    found.extend(Condition(name, Operator.IN, wanted) for name, wanted in lists if wanted)
    if query.sort is Sort.NEAREST and query.near is not None:
        found.append(Condition("store_id", Operator.IN, query.near.store_ids))
    if filters.pattern is not None:
        found.append(Condition("pattern", Operator.IN, (filters.pattern,), Facet.PATTERN))
    if filters.kind is not None:
        found.append(Condition("kind", Operator.IN, (filters.kind,), Facet.KIND))
    if filters.valid_at is not None:
        found.append(Condition("valid_until", Operator.AT_LEAST, (filters.valid_at,)))
    return found


def region_facet_field(query: SearchQuery) -> str:
    """Return the field that is counted for `Facet.REGION`: one level below the filter, at the deepest the village."""
    depth = 1 if query.filters.region is None else len(region_levels(query.filters.region))
    return REGION_FIELDS[min(depth, len(REGION_FIELDS) - 1)]


def facet_field(facet: Facet, query: SearchQuery) -> str:
    """Return the field that `facet` counts."""
    fields = {
        Facet.CATEGORY: "categories",
        Facet.PRICE: "price_rupiah",
        Facet.IN_STOCK: "is_in_stock",
        Facet.HALAL: "is_halal",
        Facet.PATTERN: "pattern",
        Facet.KIND: "kind",
    }
    return region_facet_field(query) if facet is Facet.REGION else fields[facet]


GROUPED_FACETS = frozenset({Facet.CATEGORY, Facet.HALAL})
"""Facets of the product and not of the listing: they count each product once."""

"""What may be asked, and what an answer looks like, whichever engine gives it."""

from enum import StrEnum

import msgspec

from search.documents import MAX_SLUG_LENGTH, Document, Index
from search.errors import InvalidSearch

MAX_HITS_PER_PAGE = 48
MAX_DEPTH = 1000
"""No page reaches beyond this many hits: nobody pages that far, and deep pages are dear for every engine."""
MAX_NEAR_STORES = 50
MAX_STORE_IDS = 200
_MAX_NUMBER = 2**53


class Sort(StrEnum):
    """The order of the hits. All but RELEVANCE are strict: how well the words match no longer counts."""

    RELEVANCE = "relevance"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    NEWEST = "newest"
    NEAREST = "nearest"


class Facet(StrEnum):
    """What can be counted beside the hits.

    CATEGORY and HALAL count products (each once); REGION and IN_STOCK count listings, since one product may be on sale
    in many regions. REGION counts the level below the filtered region, or regencies without such a filter. PRICE gives
    the lowest and the highest price and no counts.
    """

    CATEGORY = "category"
    REGION = "region"
    PRICE = "price"
    IN_STOCK = "in_stock"
    HALAL = "halal"
    PATTERN = "pattern"
    KIND = "kind"


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """Where the buyer is, and the stores near by, nearest first (at most 50).

    The caller finds the stores (in PostgreSQL or in memory): sorting a whole index by distance costs 20 times as much.
    Only listings of these stores are found.
    """

    latitude: float
    longitude: float
    store_ids: tuple[int, ...]


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """Conditions that must all hold; `None` and empty mean no condition.

    `category` is a slug at any level of the tree and `region` a code at any level. Prices are inclusive, in whole
    rupiah. `valid_at` (seconds since 1970) leaves out offers that have ended by then.
    """

    category: str | None = None
    region: str | None = None
    price_min_rupiah: int | None = None
    price_max_rupiah: int | None = None
    is_in_stock: bool | None = None
    is_halal: bool | None = None
    is_made_to_order: bool | None = None
    is_delivering: bool | None = None
    store_ids: tuple[int, ...] = ()
    product_ids: tuple[int, ...] = ()
    pattern: str | None = None
    kind: str | None = None
    partner_ids: tuple[int, ...] = ()
    valid_at: int | None = None


class SearchQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A question to one index. `text` is what the person typed, untouched; empty means browse.

    `page` starts at 1. `is_prefix` False says that the text is finished, so its last word is not taken as a beginning.
    """

    text: str = ""
    index: Index = Index.LISTINGS
    filters: Filters = Filters()
    sort: Sort = Sort.RELEVANCE
    near: Near | None = None
    page: int = 1
    hits_per_page: int = 24
    facets: tuple[Facet, ...] = ()
    is_prefix: bool = True


class Hit(msgspec.Struct, frozen=True):
    """One document found."""

    id: str
    document: Document


class FacetCount(msgspec.Struct, frozen=True):
    """How many would be shown if this value were chosen. `value` is a slug, a code, "true" or "false"."""

    value: str
    count: int


class PriceSpan(msgspec.Struct, frozen=True):
    """Lowest and highest price of what matches without the price filter, in whole rupiah."""

    min_rupiah: int
    max_rupiah: int


class SearchResult(msgspec.Struct, frozen=True, kw_only=True):
    """An answer. Facets are disjunctive: each is counted as if its own filter were not set.

    `total` counts products (documents in the other indexes); it is exact when `is_total_exact`, else an estimate or the
    cap of 1.000. `words` is the query as it was understood. `corrected` is the same with typing errors mended where the
    hits say that there were any ("Menampilkan hasil untuk …"), else None. `missing_words` were given up because nothing
    held them all. `is_degraded` says that the usual engine was down and another one answered.
    """

    query: SearchQuery
    hits: list[Hit]
    total: int
    is_total_exact: bool
    facets: dict[Facet, list[FacetCount]]
    price_span: PriceSpan | None
    words: tuple[str, ...]
    corrected: str | None
    missing_words: tuple[str, ...]
    price_min_rupiah: int | None
    price_max_rupiah: int | None
    engine: str
    took_ms: float
    is_degraded: bool = False


class SuggestionKind(StrEnum):
    """Where a suggestion leads."""

    TITLE = "title"
    CATEGORY = "category"
    STORE = "store"


class Suggestion(msgspec.Struct, frozen=True):
    """Something to pick while typing. `target` is the product id, the category slug or the store id as text."""

    kind: SuggestionKind
    text: str
    target: str


_ALLOWED_FILTERS: dict[Index, frozenset[str]] = {
    Index.LISTINGS: frozenset(
        {
            *(
                "category",
                "region",
                "price_min_rupiah",
                "price_max_rupiah",
                "is_in_stock",
                "is_halal",
            ),
            *("is_made_to_order", "store_ids", "product_ids"),
        }
    ),
    Index.OFFERS: frozenset(
        {
            "category",
            "region",
            "price_min_rupiah",
            "price_max_rupiah",
            "pattern",
            "kind",
            "partner_ids",
            "valid_at",
        }
    ),
    Index.STORES: frozenset({"region", "is_delivering", "store_ids"}),
}
_ALLOWED_FACETS: dict[Index, frozenset[Facet]] = {
    Index.LISTINGS: frozenset({Facet.CATEGORY, Facet.REGION, Facet.PRICE, Facet.IN_STOCK, Facet.HALAL}),
    Index.OFFERS: frozenset({Facet.CATEGORY, Facet.PRICE, Facet.PATTERN, Facet.KIND}),
    Index.STORES: frozenset({Facet.REGION}),
}
_ALLOWED_SORTS: dict[Index, frozenset[Sort]] = {
    Index.LISTINGS: frozenset(Sort),
    Index.OFFERS: frozenset({Sort.RELEVANCE, Sort.PRICE_ASC, Sort.PRICE_DESC, Sort.NEWEST}),
    Index.STORES: frozenset({Sort.RELEVANCE, Sort.NEWEST, Sort.NEAREST}),
}


def _number_problems(filters: Filters) -> dict[str, str]:
    problems: dict[str, str] = {}
    low, high = filters.price_min_rupiah, filters.price_max_rupiah
    for name, price, title in (("price_min_rupiah", low, "terendah"), ("price_max_rupiah", high, "tertinggi")):
        if price is not None and not 0 <= price <= _MAX_NUMBER:
            problems[name] = f"Harga {title} " + ("tidak boleh kurang dari nol" if price < 0 else "terlalu besar")
    if low is not None and high is not None and low > high:
        problems["price_max_rupiah"] = "Harga tertinggi lebih rendah daripada harga terendah"
    for name in ("store_ids", "product_ids", "partner_ids"):
        numbers = getattr(filters, name)
        if len(numbers) > MAX_STORE_IDS:
            problems[name] = "Terlalu banyak pilihan"
        elif any(not 0 <= number <= _MAX_NUMBER for number in numbers):
            problems[name] = "Pilihan ini tidak dikenal"
    return problems


def _filter_problems(query: SearchQuery) -> dict[str, str]:
    filters = query.filters
    problems = _number_problems(filters)
    for name in Filters.__struct_fields__:
        if getattr(filters, name) not in (None, ()) and name not in _ALLOWED_FILTERS[query.index]:
            problems[name] = "Saringan ini tidak ada di sini"
    for name in ("category", "region", "pattern", "kind"):
        value = getattr(filters, name)
        if value is not None and (not value or len(value) > MAX_SLUG_LENGTH or not value.isprintable()):
            problems[name] = "Pilihan ini tidak dikenal"
    return problems


def check_query(query: SearchQuery) -> None:
    """Refuse what cannot be asked with `InvalidSearch`, naming each field; the text itself is never refused."""
    problems = _filter_problems(query)
    if query.sort not in _ALLOWED_SORTS[query.index]:
        problems["sort"] = "Urutan ini tidak ada di sini"
    if any(facet not in _ALLOWED_FACETS[query.index] for facet in query.facets):
        problems["facets"] = "Hitungan ini tidak ada di sini"
    if not 1 <= query.hits_per_page <= MAX_HITS_PER_PAGE:
        problems["hits_per_page"] = "Jumlah per halaman harus 1 sampai 48"
    if query.page < 1 or query.page * query.hits_per_page > MAX_DEPTH + MAX_HITS_PER_PAGE - 1:
        problems["page"] = "Halaman ini di luar jangkauan pencarian"
    near = query.near
    if query.sort is Sort.NEAREST and near is None:
        problems["near"] = "Urutan terdekat memerlukan lokasi"
    if near is not None:
        if not (-90 <= near.latitude <= 90 and -180 <= near.longitude <= 180):  # noqa: PLR2004 - degrees
            problems["near"] = "Lokasi di luar jangkauan"
        if not 1 <= len(near.store_ids) <= MAX_NEAR_STORES:
            problems["near"] = "Pencarian terdekat memerlukan 1 sampai 50 gerai"
    if problems:
        raise InvalidSearch(problems)

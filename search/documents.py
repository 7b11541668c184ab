"""The documents that can be searched: listings of stores, partnership offers, stores.

A document is a flat picture of rows that live elsewhere; whoever writes those rows makes the document anew and hands
over the whole of it. Prices, stock and visibility shown to a buyer must be read again from where they are kept.

Limits: `id` is 1 to 64 characters of A-Z, a-z, 0-9, `-` and `_`. Titles and names are searched to `MAX_TITLE_WORDS`
words and descriptions to `MAX_DESCRIPTION_WORDS`; what is longer is stored but not searched. Category slugs and region
codes are at most 200 characters, because Meilisearch filters on values up to 468 bytes.

Region codes are the dotted ones of Kemendagri ("32.75.08.1003"); levels above follow from the code. Category slugs and
names run from the root to the leaf. Instants are whole seconds since 1970 UTC, prices whole rupiah.
"""

import re
from enum import StrEnum

import msgspec

from search.errors import InvalidSearch

MAX_TITLE_WORDS = 40
MAX_DESCRIPTION_WORDS = 400
MAX_SLUG_LENGTH = 200
NATIONAL = "ID"
"""Region code of an offer that holds in the whole country."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Index(StrEnum):
    """The logical indexes."""

    LISTINGS = "listings"
    OFFERS = "offers"
    STORES = "stores"


class ListingDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One product on sale at one store. `id` is the listing's id; a search shows each `product_id` once.

    `region_code` is the store's village. `popularity` is any count that grows with interest (orders of 90 days).
    `member_price_rupiah` is stored but never filtered or sorted by: guests must not be able to find it out.
    """

    id: str
    product_id: int
    title: str
    store_id: int
    store_name: str
    region_code: str
    price_rupiah: int
    listed_at: int
    description: str = ""
    category_slugs: tuple[str, ...] = ()
    category_names: tuple[str, ...] = ()
    seller_name: str = ""
    region_names: tuple[str, ...] = ()
    member_price_rupiah: int | None = None
    unit: str = ""
    is_in_stock: bool = True
    is_halal: bool = False
    is_made_to_order: bool = False
    photo_sha: str | None = None
    popularity: int = 0
    latitude: float | None = None
    longitude: float | None = None


class OfferDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One partnership offer of a BUMD. `id` is the offer's id.

    `region_codes` are the regions it holds in, at any level, or `NATIONAL`; an offer for a regency is found from each
    of its villages. `pattern` is the partnership pattern's name, `kind` is "goods" or "service".
    """

    id: str
    title: str
    partner_id: int
    partner_name: str
    pattern: str
    kind: str
    region_codes: tuple[str, ...]
    listed_at: int
    description: str = ""
    category_slugs: tuple[str, ...] = ()
    category_names: tuple[str, ...] = ()
    region_names: tuple[str, ...] = ()
    price_from_rupiah: int | None = None
    unit: str = ""
    payment_term: str = ""
    valid_until: int | None = None
    popularity: int = 0


class StoreDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One store of a cooperative. `id` is the store's id; `region_code` is its village."""

    id: str
    store_id: int
    name: str
    cooperative_name: str
    region_code: str
    region_names: tuple[str, ...] = ()
    description: str = ""
    is_delivering: bool = False
    listed_at: int = 0
    popularity: int = 0
    latitude: float | None = None
    longitude: float | None = None


Document = ListingDocument | OfferDocument | StoreDocument

DOCUMENT_TYPES: dict[Index, type[ListingDocument] | type[OfferDocument] | type[StoreDocument]] = {
    Index.LISTINGS: ListingDocument,
    Index.OFFERS: OfferDocument,
    Index.STORES: StoreDocument,
}


def region_levels(code: str) -> tuple[str, ...]:
    """Return a region code with the codes above it, highest first: "32.75" gives "32" and "32.75"."""
    parts = code.split(".")
    return tuple(".".join(parts[:length]) for length in range(1, len(parts) + 1))


def check_document(index: Index, document: Document) -> None:
    """Refuse a document of another index or one beyond the limits above with `InvalidSearch`, naming its fields."""
    problems: dict[str, str] = {}
    if not isinstance(document, DOCUMENT_TYPES[index]):
        problems["index"] = "Dokumen ini bukan untuk indeks tersebut"
    if not _ID.fullmatch(document.id):
        problems["id"] = "Id hanya boleh 1 sampai 64 huruf, angka, - atau _"
    slugs = () if isinstance(document, StoreDocument) else document.category_slugs
    codes = document.region_codes if isinstance(document, OfferDocument) else (document.region_code,)
    if any(not slug or len(slug) > MAX_SLUG_LENGTH for slug in slugs):
        problems["category_slugs"] = "Slug kategori kosong atau terlalu panjang"
    if any(not code or len(code) > MAX_SLUG_LENGTH for code in codes):
        problems["region_codes"] = "Kode wilayah kosong atau terlalu panjang"
    if problems:
        raise InvalidSearch(problems)

"""Rows of the areas as search documents; pure."""

from datetime import date, timedelta
from typing import Any, Final

from marketplace.formats.dates import day_bounds, time_zone_of
from search import Document, Index, ListingDocument, OfferDocument, StoreDocument

# The day after the calendar's last cannot be told.
_LAST_DAY: Final = date.max - timedelta(days=1)


def document_of(index: Index, row: Any) -> Document:
    """Make the document of a row of store.list_rows."""
    if index is Index.LISTINGS:
        return _listing(row)
    return _offer(row) if index is Index.OFFERS else _store(row)


def _listing(row: Any) -> ListingDocument:
    return ListingDocument(
        id=str(row["id"]),
        product_id=row["product_id"],
        title=row["title"],
        description=row["description"],
        category_slugs=(row["category_slug"],),
        category_names=(row["category_name"],),
        seller_name=row["seller_name"],
        store_id=row["store_id"],
        store_name=row["store_name"],
        region_code=row["village_code"],
        region_names=tuple(row["region_names"]),
        price_rupiah=row["price_rupiah"],
        member_price_rupiah=row["member_price_rupiah"],
        unit=row["unit_name"],
        is_in_stock=row["is_in_stock"],
        is_halal=row["is_halal"],
        is_made_to_order=row["source"] == "made_to_order",
        photo_sha=row["photo_digest"],
        popularity=row["popularity"],
        listed_at=int(row["listed_at"].timestamp()),
        latitude=row["latitude"],
        longitude=row["longitude"],
    )


def _offer(row: Any) -> OfferDocument:
    # It holds to the end of its last day on the clock of its region.
    _, ends = day_bounds(min(row["ends_on"], _LAST_DAY), time_zone_of(row["region_code"]))
    return OfferDocument(
        id=str(row["id"]),
        title=row["title"],
        description=row["description"],
        partner_id=row["partner_id"],
        partner_name=row["partner_name"],
        pattern=row["pattern"],
        kind=row["subject"],
        region_codes=(row["region_code"],),
        region_names=(row["region_name"],),
        category_slugs=(row["category_slug"],) if row["category_slug"] else (),
        category_names=(row["category_name"],) if row["category_name"] else (),
        price_from_rupiah=row["price_from_rupiah"],
        unit=row["unit_name"],
        payment_term=row["payment_term"],
        valid_until=int(ends.timestamp()),
        listed_at=int(row["created_at"].timestamp()),
        popularity=row["accepted_quantity"],
    )


def _store(row: Any) -> StoreDocument:
    return StoreDocument(
        id=str(row["id"]),
        store_id=row["id"],
        name=row["name"],
        cooperative_name=row["cooperative_name"],
        region_code=row["village_code"],
        region_names=tuple(row["region_names"]),
        description=row["address"],
        is_delivering=row["is_delivering"],
        latitude=row["latitude"],
        longitude=row["longitude"],
    )

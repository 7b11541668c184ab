"""SQL that looks for goods beyond the stores near the buyer. Locks nothing."""

from typing import Final

from marketplace.database import Connection
from marketplace.ids import ProductId, StoreId

_FAR_LISTINGS: Final = 300


async def find_listings_anywhere(
    connection: Connection, product_ids: list[ProductId], *, village_code: str | None
) -> dict[ProductId, StoreId]:
    """For goods that no near store has: a store that has each, of the buyer's province if there is one, the nearest.

    Elsewhere, and where nobody knows the village, one of the hundreds that sell it at the lowest price, with the
    largest free stock: a product may be listed by every store of the country.
    """
    rows = await connection.fetch(
        """
        WITH place AS (
            SELECT (SELECT latitude FROM region WHERE code = $2) AS latitude,
                   (SELECT longitude FROM region WHERE code = $2) AS longitude
        )
        SELECT p.id AS product_id, k.store_id
        FROM unnest($1::bigint[]) AS p (id) CROSS JOIN place CROSS JOIN LATERAL (
            SELECT s.id AS store_id
            FROM (
                (SELECT g.id, g.store_id, false AS is_far FROM store n JOIN listing g ON g.store_id = n.id
                 WHERE n.village_code ~>=~ (left($2, 2) || '.') AND n.village_code ~<~ (left($2, 2) || '/')
                   AND g.product_id = p.id AND g.state = 'active')
                UNION ALL
                (SELECT g.id, g.store_id, true FROM listing g WHERE g.product_id = p.id AND g.state = 'active'
                 ORDER BY g.price_rupiah, g.id LIMIT $3)
            ) l JOIN store s ON s.id = l.store_id AND s.is_active LEFT JOIN stock t ON t.listing_id = l.id
            ORDER BY coalesce(t.on_hand - t.reserved, 1) > 0 DESC, l.is_far,
                     (s.latitude - place.latitude) ^ 2 + (s.longitude - place.longitude) ^ 2,
                     coalesce(t.on_hand - t.reserved, 1) DESC, s.id
            LIMIT 1
        ) k
        """,
        product_ids,
        village_code,
        _FAR_LISTINGS,
    )
    return {row["product_id"]: row["store_id"] for row in rows}

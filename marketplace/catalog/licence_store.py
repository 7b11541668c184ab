"""SQL of licences that run out. Locks product rows in id order, as store.py does."""

from datetime import date, datetime

import asyncpg

from marketplace.database import Connection
from marketplace.ids import OrganisationId, ProductId

# By the calendar of the westernmost store that sells the product, so that none loses it while its day lasts; stores
# further east refuse by their own day when selling. A product that no store lists goes by the westernmost zone.
_DAY = """
    SELECT coalesce(
        (SELECT min(($1::timestamptz AT TIME ZONE store.time_zone)::date)
         FROM listing JOIN store ON store.id = listing.store_id AND store.is_active
         WHERE listing.product_id = product.id AND listing.state = 'active'),
        ($1::timestamptz AT TIME ZONE 'Asia/Jakarta')::date) AS today
"""

_LAPSED = f"""
    SELECT DISTINCT ON (product.id) product.id, product.seller_id, product_licence.kind, product_licence.expires_on
    FROM product_licence
    JOIN product ON product.id = product_licence.product_id AND product.state = 'published'
    CROSS JOIN LATERAL ({_DAY}) AS calendar
    WHERE product_licence.expires_on < ($1::timestamptz AT TIME ZONE 'Asia/Jayapura')::date
      AND product_licence.expires_on < calendar.today
      AND EXISTS (
          SELECT FROM licence_rule
          WHERE licence_rule.kind = product_licence.kind
            AND (licence_rule.category_slug IS NULL OR licence_rule.category_slug = product.category_slug)
            AND licence_rule.effective_on <= calendar.today
            AND (licence_rule.until_on IS NULL OR licence_rule.until_on >= calendar.today))
"""


async def list_lapsed(connection: Connection, *, now: datetime, limit: int) -> list[ProductId]:
    """Published products that carry a licence whose last day has passed."""
    rows = await connection.fetch(f"SELECT id FROM ({_LAPSED}) AS lapsed ORDER BY id LIMIT $2", now, limit)
    return [row["id"] for row in rows]


async def pause_lapsed(connection: Connection, product_ids: list[ProductId], *, now: datetime) -> list[asyncpg.Record]:
    """Take those off sale that are still published and lapsed: (id, seller_id, kind, expires_on), in id order."""
    # Two statements: the lock first, so that the second sees the renewal that somebody just committed.
    await connection.execute(
        "SELECT FROM product WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE", product_ids
    )
    rows = await connection.fetch(
        f"""
        WITH lapsed AS ({_LAPSED} AND product.id = ANY ($2::bigint[]) ORDER BY product.id, product_licence.expires_on)
        UPDATE product SET state = 'paused', paused_for = 'licence', version = version + 1, updated_at = now()
        FROM lapsed WHERE product.id = lapsed.id
        RETURNING product.id, lapsed.seller_id, lapsed.kind, lapsed.expires_on
        """,
        now,
        product_ids,
    )
    return sorted(rows, key=lambda row: row["id"])


async def list_expiring_licences(
    connection: Connection, seller_id: OrganisationId, *, until_on: date
) -> list[asyncpg.Record]:
    """Licences of a seller's products that end by the day, soonest first: (id, name, kind, expires_on, paused_for)."""
    return await connection.fetch(
        """
        SELECT product.id, product.name, product.paused_for, product_licence.kind, product_licence.expires_on
        FROM product JOIN product_licence ON product_licence.product_id = product.id
        WHERE product.seller_id = $1 AND product_licence.expires_on <= $2
        ORDER BY product_licence.expires_on, product.id LIMIT 20
        """,
        seller_id,
        until_on,
    )

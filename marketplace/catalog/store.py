"""Every SQL statement of the catalogue. A product's row is the lock of its tiers, units and licences."""

from datetime import date
from typing import Any, cast

import asyncpg

from marketplace.catalog.ceilings import Commodity, read_ceiling
from marketplace.catalog.check_product import Rules
from marketplace.catalog.licences import read_licence_rule
from marketplace.catalog.photos import EncodedPhoto
from marketplace.catalog.schemas import (
    ConversionBody,
    LicenceBody,
    ProductBody,
    ProductDetail,
    SellerProduct,
    TierBody,
)
from marketplace.catalog.units import ProductUnits
from marketplace.database import Connection
from marketplace.errors import NotFoundError
from marketplace.formats.packs import packs_of
from marketplace.ids import ListingId, OrganisationId, ProductId, StoreId


async def get_rules(
    connection: Connection, *, organisation_id: OrganisationId, category_slug: str, commodity_code: str | None
) -> Rules:
    """Read what a product or listing is judged by, at the organisation's seat; one statement."""
    row = await connection.fetchrow(
        """
        SELECT organisation.region_code,
               EXISTS (SELECT FROM category WHERE slug = $2) AS has_category,
               (SELECT array_agg(code) FROM unit) AS units,
               to_jsonb(commodity) AS commodity,
               (SELECT coalesce(jsonb_agg(to_jsonb(price_ceiling)), '[]') FROM price_ceiling
                WHERE commodity_code = $3) AS ceilings,
               (SELECT coalesce(jsonb_agg(to_jsonb(licence_rule)), '[]') FROM licence_rule
                WHERE category_slug IS NULL OR category_slug = $2) AS licence_rules
        FROM organisation LEFT JOIN commodity ON commodity.code = $3
        WHERE organisation.id = $1
        """,
        organisation_id,
        category_slug,
        commodity_code,
    )
    if row is None:
        raise NotFoundError
    return Rules(
        has_category=row["has_category"],
        known_units=frozenset(row["units"] or ()),
        commodity=_commodity(row["commodity"]),
        ceilings=tuple(read_ceiling(entry) for entry in row["ceilings"]),
        licence_rules=tuple(read_licence_rule(entry) for entry in row["licence_rules"]),
        region_code=row["region_code"] or "",
    )


def _commodity(row: dict[str, Any] | None) -> Commodity | None:
    if row is None:
        return None
    return Commodity(
        code=row["code"],
        name_id=row["name_id"],
        base_unit=row["base_unit"],
        is_ceiling_required=row["is_ceiling_required"],
        is_counter_only=row["is_counter_only"],
    )


async def insert_product(connection: Connection, seller_id: OrganisationId, product: ProductBody) -> ProductId:
    """Add a draft."""
    product_id: int = await connection.fetchval(
        """
        INSERT INTO product (seller_id, name, description, category_slug, commodity_code, unit_code, content_quantity,
                             base_unit, price_rupiah, min_quantity, is_halal)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id
        """,
        seller_id,
        *_columns(product),
    )
    await _insert_parts(connection, ProductId(product_id), product)
    return ProductId(product_id)


def _columns(product: ProductBody) -> tuple[object, ...]:
    return (
        product.name.strip(),
        product.description.strip(),
        product.category_slug,
        product.commodity_code,
        product.unit_code,
        product.content_quantity,
        product.base_unit,
        product.price_rupiah,
        product.min_quantity,
        product.is_halal,
    )


async def _insert_parts(connection: Connection, product_id: ProductId, product: ProductBody) -> None:
    if product.tiers:
        await connection.executemany(
            "INSERT INTO product_tier (product_id, from_quantity, price_rupiah) VALUES ($1, $2, $3)",
            [(product_id, tier.from_quantity, tier.price_rupiah) for tier in product.tiers],
        )
    if product.conversions:
        await connection.executemany(
            "INSERT INTO product_unit (product_id, unit_code, factor) VALUES ($1, $2, $3)",
            [(product_id, conversion.unit_code, conversion.factor) for conversion in product.conversions],
        )
    if product.licences:
        await connection.executemany(
            "INSERT INTO product_licence (product_id, kind, number, expires_on) VALUES ($1, $2, $3, $4)",
            [(product_id, licence.kind, licence.number, licence.expires_on) for licence in product.licences],
        )


async def update_product(connection: Connection, product_id: ProductId, product: ProductBody) -> int:
    """Replace what the seller says about a locked product; the new version."""
    version: int = await connection.fetchval(
        """
        UPDATE product SET name = $2, description = $3, category_slug = $4, commodity_code = $5, unit_code = $6,
            content_quantity = $7, base_unit = $8, price_rupiah = $9, min_quantity = $10, is_halal = $11,
            version = version + 1, updated_at = now()
        WHERE id = $1 RETURNING version
        """,
        product_id,
        *_columns(product),
    )
    for table in ("product_tier", "product_unit", "product_licence"):
        await connection.execute(f"DELETE FROM {table} WHERE product_id = $1", product_id)
    await _insert_parts(connection, product_id, product)
    return version


_DETAIL = """
    SELECT product.*,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('from_quantity', from_quantity, 'price_rupiah', price_rupiah)
                                   ORDER BY from_quantity), '[]')
         FROM product_tier WHERE product_id = product.id) AS tiers,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('unit_code', unit_code, 'factor', factor) ORDER BY factor), '[]')
         FROM product_unit WHERE product_id = product.id) AS conversions,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'number', number, 'expires_on', expires_on)
                                   ORDER BY kind), '[]')
         FROM product_licence WHERE product_id = product.id) AS licences
    FROM product WHERE product.id = $1 AND product.seller_id = $2
"""


async def get_product(connection: Connection, product_id: ProductId, seller_id: OrganisationId) -> ProductDetail:
    """Read a seller's own product whole; another seller's is not found."""
    return _to_detail(await connection.fetchrow(_DETAIL, product_id, seller_id))


async def lock_product(connection: Connection, product_id: ProductId, seller_id: OrganisationId) -> ProductDetail:
    """As get_product, locking the product's row."""
    # Two statements: the lock first, so that the second's snapshot has what another tab just committed.
    await connection.execute(
        "SELECT FROM product WHERE id = $1 AND seller_id = $2 FOR NO KEY UPDATE", product_id, seller_id
    )
    return _to_detail(await connection.fetchrow(_DETAIL, product_id, seller_id))


def _to_detail(row: asyncpg.Record | None) -> ProductDetail:
    if row is None:
        raise NotFoundError
    return ProductDetail(
        id=row["id"],
        seller_id=row["seller_id"],
        name=row["name"],
        description=row["description"],
        category_slug=row["category_slug"],
        unit_code=row["unit_code"],
        content_quantity=row["content_quantity"],
        base_unit=row["base_unit"],
        commodity_code=row["commodity_code"],
        price_rupiah=row["price_rupiah"],
        min_quantity=row["min_quantity"],
        is_halal=row["is_halal"],
        photo_digest=row["photo_digest"],
        state=row["state"],
        paused_for=row["paused_for"],
        version=row["version"],
        updated_at=row["updated_at"],
        tiers=tuple(TierBody(**entry) for entry in row["tiers"]),
        conversions=tuple(ConversionBody(**entry) for entry in row["conversions"]),
        licences=tuple(
            LicenceBody(
                kind=entry["kind"],
                number=entry["number"],
                expires_on=date.fromisoformat(entry["expires_on"]) if entry["expires_on"] else None,
            )
            for entry in row["licences"]
        ),
    )


async def set_state(connection: Connection, product_id: ProductId, state: str) -> int:
    """Move a locked product to a state at its seller's wish; the new version."""
    version: int = await connection.fetchval(
        "UPDATE product SET state = $2, paused_for = NULL, version = version + 1, updated_at = now()"
        " WHERE id = $1 RETURNING version",
        product_id,
        state,
    )
    return version


async def set_photo(connection: Connection, product_id: ProductId, photo: EncodedPhoto) -> None:
    """Store the photo (the same picture is stored once) and hang it on a locked product."""
    await connection.execute(
        """
        WITH kept AS (
            INSERT INTO photo (digest, width, height, webp, thumbnail_webp) VALUES ($2, $3, $4, $5, $6)
            ON CONFLICT (digest) DO NOTHING
        )
        UPDATE product SET photo_digest = $2, updated_at = now() WHERE id = $1
        """,
        product_id,
        photo.digest,
        photo.width,
        photo.height,
        photo.webp,
        photo.thumbnail_webp,
    )


async def find_photo(connection: Connection, digest: str, *, is_small: bool) -> bytes | None:
    """Bytes of a photo, or None."""
    column = "thumbnail_webp" if is_small else "webp"
    return cast("bytes | None", await connection.fetchval(f"SELECT {column} FROM photo WHERE digest = $1", digest))


async def list_listings_of(connection: Connection, product_id: ProductId) -> list[ListingId]:
    """List what shows this product in search. Reads the table of `stores` above: keys, no meaning."""
    rows = await connection.fetch("SELECT id FROM listing WHERE product_id = $1 ORDER BY id", product_id)
    return [row["id"] for row in rows]


async def pause_published(connection: Connection, seller_id: OrganisationId) -> list[ProductId]:
    """Pause all that a seller shows; the ids, rising. Locks those rows in id order."""
    rows = await connection.fetch(
        """
        WITH shown AS (
            SELECT id FROM product WHERE seller_id = $1 AND state = 'published' ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE product SET state = 'paused', version = version + 1, updated_at = now()
        FROM shown WHERE product.id = shown.id RETURNING product.id
        """,
        seller_id,
    )
    return sorted(row["id"] for row in rows)


async def list_listings_of_all(connection: Connection, product_ids: list[ProductId]) -> list[ListingId]:
    """As list_listings_of, for several products."""
    rows = await connection.fetch("SELECT id FROM listing WHERE product_id = ANY($1::bigint[])", product_ids)
    return [row["id"] for row in rows]


async def list_seller_products(
    connection: Connection,
    seller_id: OrganisationId,
    *,
    state: str | None,
    name_part: str,
    before_id: int | None,
    limit: int,
) -> list[SellerProduct]:
    """List a seller's products, newest first, after `before_id`; one more than `limit` tells that there is more."""
    rows = await connection.fetch(
        """
        SELECT product.id, product.name, product.category_slug, product.unit_code, product.price_rupiah, product.state,
               product.paused_for, product.photo_digest,
               (SELECT count(*) FROM listing WHERE product_id = product.id AND state = 'active') AS listing_count,
               (SELECT min(expires_on) FROM product_licence WHERE product_id = product.id) AS licence_until
        FROM product
        WHERE product.seller_id = $1 AND ($2::text IS NULL OR product.state = $2)
          AND ($3 = '' OR strpos(lower(product.name), lower($3)) > 0)
          AND ($4::bigint IS NULL OR product.id < $4)
        ORDER BY product.id DESC LIMIT $5
        """,
        seller_id,
        state,
        name_part,
        before_id,
        limit + 1,
    )
    return [SellerProduct(**dict(row)) for row in rows]


async def find_units(connection: Connection, product_ids: list[ProductId]) -> dict[ProductId, ProductUnits]:
    """The units that products are counted in, by product."""
    rows = await connection.fetch(
        """
        SELECT product.id, product.name, product.unit_code,
               (SELECT jsonb_agg(jsonb_build_object('unit_code', unit_code, 'factor', factor))
                FROM product_unit WHERE product_id = product.id) AS packs
        FROM product WHERE product.id = ANY ($1::bigint[])
        """,
        product_ids,
    )
    return {
        row["id"]: ProductUnits(name=row["name"], unit_code=row["unit_code"], packs=packs_of(row["packs"]))
        for row in rows
    }


async def list_choices(connection: Connection) -> dict[str, list[asyncpg.Record]]:
    """Everything the product form offers: categories, units, commodities (code, name_id, name_en)."""
    rows = await connection.fetch(
        """
        SELECT 'category' AS kind, slug AS code, name_id, name_en, position FROM category
        UNION ALL SELECT 'unit', code, name_id, name_en, 0 FROM unit
        UNION ALL SELECT 'commodity', code, name_id, name_en, 0 FROM commodity
        ORDER BY position, name_id
        """
    )
    choices: dict[str, list[asyncpg.Record]] = {"category": [], "unit": [], "commodity": []}
    for row in rows:
        choices[row["kind"]].append(row)
    return choices


async def list_store_names(connection: Connection, store_ids: list[StoreId]) -> dict[StoreId, str]:
    """Names of stores by id."""
    rows = await connection.fetch("SELECT id, name FROM store WHERE id = ANY ($1::bigint[])", store_ids)
    return {row["id"]: row["name"] for row in rows}


async def get_seller_summary(connection: Connection, seller_id: OrganisationId, *, until_on: date) -> asyncpg.Record:
    """Count for the seller's home. Sales are read from the order lines of the areas above: figures, no rules."""
    row = await connection.fetchrow(
        """
        SELECT
            (SELECT count(*) FROM product WHERE seller_id = $1 AND state = 'draft') AS drafts,
            (SELECT count(*) FROM product WHERE seller_id = $1 AND state = 'published') AS published,
            (SELECT count(*) FROM product WHERE seller_id = $1 AND state = 'paused') AS paused,
            (SELECT count(*) FROM product JOIN product_licence ON product_licence.product_id = product.id
             WHERE seller_id = $1 AND expires_on <= $2) AS expiring,
            sold.units AS sold_units, sold.rupiah AS sold_rupiah
        FROM (
            SELECT coalesce(sum(order_line.quantity), 0) AS units, coalesce(sum(order_line.total_rupiah), 0) AS rupiah
            FROM order_line JOIN orders ON orders.id = order_line.order_id
            WHERE order_line.seller_id = $1 AND orders.placed_at >= now() - interval '7 days'
              AND orders.state IN ('handed_over', 'completed')
        ) AS sold
        """,
        seller_id,
        until_on,
    )
    if row is None:
        raise NotFoundError
    return row

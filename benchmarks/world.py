"""A database to measure on: the real schema, filled by a few statements with as many goods as asked for.

Rows are made by generate_series, so 100.000 products take seconds. Names repeat; what search makes of them is measured
elsewhere (search_engines.py). fsync is on: a floor without it would flatter nobody but the disk.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from marketplace.catalog import load_reference
from marketplace.embedded import database_url, start_postgres
from marketplace.migrate import migrate

STORES = 240
CARTS = 60_000
LINES = 3

_REGIONS = """
INSERT INTO region (code, level, kind, name, name_key, parent_code, postal_code, latitude, longitude, time_zone) VALUES
('32', 'province', 'provinsi', 'Jawa Barat', 'jawabarat', NULL, NULL, NULL, NULL, 'Asia/Jakarta'),
('32.75', 'regency', 'kota', 'Kota Bekasi', 'bekasi', '32', NULL, NULL, NULL, 'Asia/Jakarta'),
('32.75.08', 'district', 'kecamatan', 'Pondokgede', 'pondokgede', '32.75', NULL, NULL, NULL, 'Asia/Jakarta'),
('32.75.08.1003', 'village', 'kelurahan', 'Jatimakmur', 'jatimakmur', '32.75.08', '17413', -6.28, 106.93,
    'Asia/Jakarta')
"""

_FILL = """
INSERT INTO organisation (id, kind, name, region_code, status, status_on)
SELECT i, 'cooperative', 'Koperasi ' || i, '32.75.08.1003', 'operating', '2025-07-21'
FROM generate_series(1, {stores}) i;
INSERT INTO organisation (id, kind, name, region_code, status, status_on)
SELECT 100000 + i, 'seller', 'UMKM ' || i, '32.75.08.1003', 'active', '2025-07-21' FROM generate_series(1, 1000) i;
INSERT INTO store (id, cooperative_id, name, village_code, latitude, longitude)
SELECT i, i, 'Gerai ' || i, '32.75.08.1003', -6.28 + (i % 20) * 0.02, 106.93 + (i / 20) * 0.02
FROM generate_series(1, {stores}) i;
INSERT INTO store_hours (store_id, weekday, opens_at, closes_at)
SELECT s, d, '00:00', '23:59' FROM generate_series(1, {stores}) s, generate_series(1, 7) d;
INSERT INTO product (id, seller_id, category_slug, name, description, unit_code, content_quantity, base_unit,
                     price_rupiah, state, popularity)
SELECT i, 100001 + i % 1000, 'makanan-ringan',
       (ARRAY['Keripik singkong', 'Beras pandan wangi', 'Minyak goreng', 'Gula pasir', 'Kopi bubuk', 'Sambal terasi',
              'Telur ayam', 'Madu hutan', 'Kecap manis', 'Rempeyek kacang', 'Batik tulis'])[1 + i % 11] || ' '
       || (ARRAY['pedas', 'manis', 'gurih', 'asli', 'premium', 'organik', 'bekasi'])[1 + i / 11 % 7] || ' ' || i,
       'Dibuat setiap pagi di rumah produksi kami.', 'bungkus', 250, 'gram', 10000 + i % 50 * 500, 'published', i % 1000
FROM generate_series(1, {products}) i;
INSERT INTO listing (id, store_id, product_id, source, price_rupiah, member_price_rupiah, cost_rupiah)
SELECT i, 1 + i % {stores}, i, 'own_stock', 12000 + i % 50 * 500, 11500 + i % 50 * 500, 10000
FROM generate_series(1, {products}) i;
INSERT INTO stock (listing_id, store_id, on_hand) SELECT id, store_id, 1000000 FROM listing;
INSERT INTO stock_movement (listing_id, store_id, kind, quantity, source, event)
SELECT id, store_id, 'opening', 1000000, 'bench', 'opening' FROM listing;
INSERT INTO cart (id, token_hash, village_code)
SELECT i, sha256(('cart-' || i)::bytea), '32.75.08.1003' FROM generate_series(1, {carts}) i;
SELECT setval(pg_get_serial_sequence('cart', 'id'), 1000000);
"""

# Cart i holds three goods of one store: products p, p + stores, p + 2 * stores all belong to store 1 + p % stores.
_SPREAD = """
INSERT INTO cart_line (cart_id, product_id, quantity, store_id, seen_price_rupiah)
SELECT i, p, 1, 1 + p % {stores}, 12000 + p % 50 * 500
FROM generate_series({first}, {last}) i, generate_series(0, 2) k,
LATERAL (SELECT 1 + (i % {spread}) + k * {stores} AS p) q
"""


@asynccontextmanager
async def postgres() -> AsyncIterator[str]:
    """A PostgreSQL of one's own: BENCH_DATABASE_URL, or the embedded one with its defaults."""
    if url := os.environ.get("BENCH_DATABASE_URL"):
        yield url
        return
    directory = Path(tempfile.mkdtemp(prefix="lumbung-bench-"))
    directory.chmod(0o755)
    server = start_postgres(directory / "data")
    server.psql("ALTER SYSTEM SET max_connections = 200; ALTER SYSTEM SET shared_buffers = '512MB';")
    server.stop()
    server = start_postgres(directory / "data")
    try:
        yield database_url(server)
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


async def fill(url: str, *, products: int, carts: int = CARTS, is_hot: bool = False) -> None:
    """Migrate and fill. `is_hot` gives every cart the same three goods."""
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_REGIONS)
        await load_reference(connection)
        await connection.execute(_FILL.format(stores=STORES, products=products, carts=carts))
        await refill_carts(connection, products=products, carts=carts, is_hot=is_hot)
        # As autovacuum does within a minute of such a load.
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def refill_carts(
    connection: "asyncpg.Connection[asyncpg.Record]", *, products: int, carts: int = CARTS, is_hot: bool = False
) -> None:
    """Put three goods into every cart again."""
    spread = 1 if is_hot else min(products - 2 * STORES, 50_000)
    await connection.execute("TRUNCATE cart_line")
    await connection.execute(_SPREAD.format(stores=STORES, spread=spread, first=1, last=carts))
    await connection.execute("ANALYZE cart_line")


def cart_products(cart: int, *, products: int, is_hot: bool = False) -> list[int]:
    """The three goods of a cart, as `refill_carts` put them."""
    spread = 1 if is_hot else min(products - 2 * STORES, 50_000)
    return [1 + cart % spread + k * STORES for k in range(LINES)]


def store_of(product: int) -> int:
    """The one store that lists a product here."""
    return 1 + product % STORES


def price_of(product: int) -> int:
    """Public price of a product here."""
    return 12_000 + product % 50 * 500


if __name__ == "__main__":

    async def main() -> None:
        """Fill once and say how long it took: for trying the statements out."""
        async with postgres() as url:
            await fill(url, products=1_500)
            print("filled")

    asyncio.run(main())

"""The whole country: every village has its cooperative with a store, and the pages that look over them are timed.

83.762 cooperatives with their dated steps, stores with goods, some orders, ten days of turnover and a book each. What
is printed are milliseconds of one visitor at a time, best and median, through the application in this process; a page
that took more than `SLOW_MILLISECONDS` is marked. The two checks of the command line are timed once.
"""

import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Final

import asyncpg
import httpx

from benchmarks.world import postgres
from marketplace import database, inventory
from marketplace.app import create_app, running
from marketplace.catalog import load_reference
from marketplace.http.cookies import VILLAGE_COOKIE, session_cookie_name
from marketplace.ids import OrganisationId
from marketplace.migrate import migrate
from marketplace.regions import load_regions
from marketplace.settings import load_settings
from payments import check
from tests.factories_trade import make_session

SLOW_MILLISECONDS: Final = 200
PRODUCTS: Final = 1000
GOODS_OF_A_STORE: Final = 8
SELLERS_FROM: Final = 1_000_000
AGENCIES: Final = {2_000_001: "33", 2_000_002: "33.01"}

# Villages get places on a grid over the archipelago, neighbours near each other; rice (product 1) is in every store.
_FILL: Final = f"""
CREATE TEMP TABLE village AS
    SELECT code, name, (row_number() OVER (ORDER BY code))::integer AS i FROM region WHERE level = 'village';
UPDATE region SET latitude = -8 + (v.i % 290) * 0.045, longitude = 95 + (v.i / 290) * 0.155
FROM village v WHERE v.code = region.code;
INSERT INTO organisation (id, kind, name, region_code, status, status_on)
SELECT i, 'cooperative', 'Koperasi Desa Merah Putih ' || name, code, 'operating', date '2025-07-21' + i % 200
FROM village;
INSERT INTO organisation_status (organisation_id, status, effective_on)
SELECT i, status, date '2025-03-01' + i % 60 + step * 40 + i % 7
FROM village, (VALUES (0, 'musdes'), (1, 'akta'), (2, 'sk_ahu'), (3, 'operating')) AS steps (step, status);
INSERT INTO store (id, cooperative_id, name, village_code, latitude, longitude)
SELECT i, i, 'Gerai ' || v.name, v.code, r.latitude, r.longitude FROM village v JOIN region r USING (code);
INSERT INTO store_hours (store_id, weekday, opens_at, closes_at)
SELECT i, d, '00:00', '23:59' FROM village, generate_series(1, 7) d;
INSERT INTO organisation (id, kind, name, region_code, status, status_on)
SELECT {SELLERS_FROM} + i, 'seller', 'UMKM ' || i, code, 'active', '2025-07-21' FROM village WHERE i <= 500;
INSERT INTO product (id, seller_id, category_slug, name, unit_code, content_quantity, base_unit, price_rupiah, state,
                     popularity)
SELECT p, {SELLERS_FROM} + 1 + p % 500, slugs.all[1 + p % cardinality(slugs.all)], 'Barang desa ' || p, 'bungkus', 250,
       'gram', 10000 + p % 50 * 500, 'published', 5000 - p
FROM generate_series(1, {PRODUCTS}) p, (SELECT array_agg(slug ORDER BY position) AS all FROM category) slugs;
INSERT INTO listing (store_id, product_id, source, price_rupiah, cost_rupiah)
SELECT i, CASE k WHEN 0 THEN 1 ELSE 2 + (i * 7 + k * 131) % ({PRODUCTS} - 1) END, 'own_stock', 12000 + i % 50 * 100,
       10000
FROM village, generate_series(0, {GOODS_OF_A_STORE - 1}) k ON CONFLICT DO NOTHING;
INSERT INTO stock (listing_id, store_id, on_hand, value_rupiah) SELECT id, store_id, 40, 400000 FROM listing;
INSERT INTO stock_movement (listing_id, store_id, kind, quantity, value_rupiah, source, event)
SELECT id, store_id, 'opening', 40, 400000, 'bench', 'opening' FROM listing;
INSERT INTO orders (store_id, code, tracking_token, channel, fulfilment, state, goods_rupiah, total_rupiah, placed_at,
                    paid_at, hold_until)
SELECT i, 'B' || i || '-' || k, 'bench-' || i || '-' || k, 'web', 'pickup', state, 12000, 12000,
       now() - make_interval(hours => i % 500 + k), CASE state WHEN 'completed' THEN now() END,
       CASE state WHEN 'placed' THEN now() + interval '1 day' END
FROM village, (VALUES (1, 'completed'), (2, 'completed'), (3, 'placed')) AS made (k, state);
INSERT INTO turnover_day (store_id, day, is_member, sale_count, return_count, sold_rupiah, returned_rupiah)
SELECT i, current_date - d, d % 2 = 0, 10, 0, 500000 + i, 0 FROM village, generate_series(0, 9) d;
INSERT INTO ledger_account (book, kind, reference, normal_side, may_be_negative)
SELECT 'store:' || i, kind, '', normal_side, may_be_negative
FROM village, ledger_account_kind WHERE kind IN ('inventory', 'opening_balance');
INSERT INTO ledger_transfer (book, debit_account_id, credit_account_id, amount_rupiah, source, event, occurred_at,
                             author)
SELECT d.book, d.id, c.id, worth.rupiah, 'bench:' || d.book, 'opening', now(), 'system'
FROM ledger_account d
JOIN ledger_account c ON c.book = d.book AND c.kind = 'opening_balance'
JOIN (SELECT 'store:' || store_id AS book, sum(value_rupiah) AS rupiah FROM stock GROUP BY store_id) AS worth
    ON worth.book = d.book
WHERE d.kind = 'inventory';
SELECT setval(pg_get_serial_sequence('organisation', 'id'), 3000000);
"""

GUEST: Final = (
    "/",
    "/cakupan",
    "/cakupan?hari=2025-05-20",
    "/cakupan?hari=2025-07-21",
    "/cakupan?wilayah=33",
    "/cakupan?wilayah=33.01",
    "/cakupan?wilayah=33.01.01",
    "/gerai",
    "/gerai?q=jawa+tengah",
    "/gerai?q=bekasi",
    "/gerai/40000",
    "/produk/1",
    "/wilayah?q=jatimakmur",
    "/kemitraan",
    "/api/v1/products",
    "/api/v1/stores?village=32.75.08.1003",
)
IN_A_VILLAGE: Final = ("/", "/gerai", "/produk/1")
AGENCY: Final = (
    "/dinas",
    "/dinas/cakupan",
    "/dinas/pesanan",
    "/dinas/omzet",
    "/dinas/jejak",
    "/dinas/kejanggalan",
)


async def measure(*, rounds: int) -> None:
    """Fill the country once, then print the time of every page and of the two checks."""
    async with postgres() as url:
        await _fill(url)
        settings = load_settings({"DATABASE_URL": url, "LUMBUNG_SECRET": "bench", "LUMBUNG_SEALING_KEYS": "bench"})
        application = create_app(settings)
        print("\nthe whole country, one visitor, ms")
        print(f"{'page':44s}    best  median     kB")
        async with (
            running(settings),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=application),  # type: ignore[arg-type]  # Litestar's own ASGI types
                base_url="http://bench",
                # Pages are made anew: this cookie is not one of ours.
                cookies={"strange": "1"},
            ) as client,
        ):
            for path in GUEST:
                await _time_page(client, path, path, rounds)
            client.cookies.set(VILLAGE_COOKIE, "32.75.08.1003")
            for path in IN_A_VILLAGE:
                await _time_page(client, path, f"{path} in Jatimakmur", rounds)
            for agency_id, region_code in AGENCIES.items():
                async with database.connection() as connection:
                    token = await make_session(
                        connection, role="agency_officer", organisation_id=OrganisationId(agency_id)
                    )
                client.cookies.set(session_cookie_name(), token)
                for path in AGENCY:
                    await _time_page(client, path, f"{path} of {region_code}", rounds)
        await _time_checks(url)


async def _fill(url: str) -> None:
    await migrate(url)
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await load_regions(connection)
        await load_reference(connection)
        await connection.execute(_FILL)
        for agency_id, region_code in AGENCIES.items():
            await connection.execute(
                "INSERT INTO organisation (id, kind, name, region_code, status, status_on)"
                " VALUES ($1, 'agency', 'Dinas', $2, 'active', '2025-07-21')",
                agency_id,
                region_code,
            )
        # As autovacuum does within a minute of such a load.
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _time_page(client: httpx.AsyncClient, path: str, label: str, rounds: int) -> None:
    taken = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        answer = await client.get(path)
        taken.append((time.perf_counter() - start) * 1000)
    # The first look reads the pages of the disk and plans the statements.
    best, middle = min(taken[1:]), median(taken[1:])
    mark = "  slow" if middle > SLOW_MILLISECONDS else ""
    wrong = "" if answer.status_code == 200 else f"  status {answer.status_code}"
    print(f"{label:44s} {best:7.1f} {middle:7.1f} {len(answer.content) / 1000:6.0f}{mark}{wrong}", flush=True)


async def _time_checks(url: str) -> None:
    checks: dict[str, Callable[[asyncpg.Connection], Awaitable[list[object]]]] = {
        "lumbung ledger check: the ledger": check,
        "lumbung ledger check: shelves and books": inventory.check_books,
        "lumbung stock check": inventory.check_stock,
    }
    connection = await asyncpg.connect(url, server_settings={"jit": "off"})
    try:
        for label, prove in checks.items():
            start = time.perf_counter()
            found = await prove(connection)
            print(f"{label:44s} {time.perf_counter() - start:7.1f} s, {len(found)} findings", flush=True)
    finally:
        await connection.close()


if __name__ == "__main__":
    import asyncio

    asyncio.run(measure(rounds=3))

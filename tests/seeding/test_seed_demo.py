"""The demonstration in a real database: whole or not at all, and every book and shelf adds up."""

from __future__ import annotations

from datetime import date

import asyncpg
import pytest
from argon2 import PasswordHasher

from marketplace import database
from marketplace.catalog import load_reference
from marketplace.errors import ConflictError
from marketplace.regions import load_regions
from marketplace.sealing import current_sealer
from marketplace.seeding import seed_demo as module
from marketplace.seeding.people import PASSWORD
from marketplace.seeding.seed_demo import SeededDemo, seed_demo
from payments import Money, accounts, balance, check, trial_balance
from tests.seeding.conftest import NOW

# Each loads a demonstration of its own: twenty seconds, and many more where others work on the machine.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture
async def regions(pool: None) -> None:
    async with database.transaction() as connection:
        await load_regions(connection, only=("32.75", "32.16", "31.75"))
        await load_reference(connection)


@pytest.fixture
async def seeded(regions: None) -> SeededDemo:
    """Load the whole demonstration."""
    return await seed_demo(now=NOW)


async def _value(sql: str, *arguments: object) -> object:
    async with database.connection() as connection:
        return await connection.fetchval(sql, *arguments)


async def test_loaded_demonstration_adds_up(seeded: SeededDemo) -> None:
    assert seeded.is_new
    assert (seeded.products, seeded.orders) == (1_500, 6_000)
    assert await _value("SELECT count(*) FROM store") == 243
    assert await _value("SELECT count(*) FROM partnership_offer WHERE state = 'published'") == 12
    # Larger units are of other kinds than the product's own, and goods sold grosir have them.
    assert await _value("SELECT count(*) > 300 FROM product_unit") is True
    strange_units = """
        SELECT count(*) FROM product_unit JOIN product ON product.id = product_id
        WHERE product_unit.unit_code = product.unit_code
           OR NOT EXISTS (SELECT FROM product_tier t WHERE t.product_id = product.id)
    """
    assert await _value(strange_units) == 0
    # Stock is the sum of its movements, reservations are what open orders hold.
    wrong_stock = """
        SELECT count(*) FROM stock
        WHERE on_hand <> (SELECT coalesce(sum(quantity), 0) FROM stock_movement m WHERE m.listing_id = stock.listing_id)
           OR reserved <> (SELECT coalesce(sum(quantity), 0) FROM reservation r
                           WHERE r.listing_id = stock.listing_id AND r.state = 'held')
    """
    assert await _value(wrong_stock) == 0
    # Orders are the sum of their lines.
    wrong_orders = """
        SELECT count(*) FROM orders
        WHERE goods_rupiah <> (SELECT sum(total_rupiah) FROM order_line l WHERE l.order_id = orders.id)
    """
    assert await _value(wrong_orders) == 0
    # Receipts run without gaps, and the next number follows.
    wrong_numbers = """
        SELECT count(*) FROM store WHERE next_receipt_number <> 1 +
            (SELECT count(*) FROM receipt WHERE receipt.store_id = store.id)
           OR next_receipt_number <> 1 +
            (SELECT coalesce(max(number), 0) FROM receipt WHERE receipt.store_id = store.id)
    """
    assert await _value(wrong_numbers) == 0
    # Whoever sold is a cashier of that store's cooperative.
    foreign_cashiers = """
        SELECT count(*) FROM shift JOIN store ON store.id = shift.store_id
        WHERE NOT EXISTS (SELECT FROM role_assignment r WHERE r.person_id = shift.cashier_id
                          AND r.organisation_id = store.cooperative_id AND r.role = 'cashier')
    """
    assert await _value(foreign_cashiers) == 0


async def test_loaded_books_balance_and_every_till_is_empty(seeded: SeededDemo) -> None:
    assert seeded.transfers > 20_000
    async with database.connection() as connection:
        assert await check(connection) == []
        not_settled = await connection.fetchval(
            """
            SELECT count(*) FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
            WHERE a.kind IN ('till_cash', 'buyer_receivable') AND b.debit_rupiah <> b.credit_rupiah
            """
        )
        assert not_settled == 0
        stores = await connection.fetch("SELECT id FROM store ORDER BY id LIMIT 3")
        for row in stores:
            book = f"store:{row['id']}"
            trial = await trial_balance(connection, book=book)
            assert trial.debit == trial.credit
            inventory = await balance(connection, book=book, account=accounts.INVENTORY)
            on_shelves = await connection.fetchval(
                "SELECT sum(on_hand * cost_rupiah)::bigint FROM stock JOIN listing ON listing.id = stock.listing_id"
                " WHERE stock.store_id = $1",
                row["id"],
            )
            assert inventory == Money(on_shelves)


async def test_coverage_of_two_days_is_in_the_tables(seeded: SeededDemo) -> None:
    counted = """
        SELECT count(DISTINCT o.id) FROM organisation o JOIN organisation_status s ON s.organisation_id = o.id
        WHERE o.kind = 'cooperative' AND o.region_code LIKE $1 AND s.status = 'sk_ahu' AND s.effective_on <= $2
    """
    assert await _value(counted, "32.16.%", date(2025, 5, 20)) == 130
    assert await _value(counted, "32.16.%", date(2025, 7, 21)) == 187
    assert await _value(counted, "32.75.%", date(2025, 7, 21)) == 56


async def test_people_of_the_demonstration_can_be_found_and_know_the_password(seeded: SeededDemo) -> None:
    fingerprint = current_sealer().fingerprint("kasir@demo.test", purpose="person.email")
    found = await _value("SELECT password_hash FROM person WHERE email_fingerprint = $1", fingerprint)
    assert isinstance(found, str)
    assert PasswordHasher().verify(found, PASSWORD)


async def test_second_seeding_changes_nothing(seeded: SeededDemo) -> None:
    before = await _value("SELECT max(id) FROM ledger_transfer")
    again = await seed_demo(now=NOW)
    assert again == SeededDemo(is_new=False)
    assert await _value("SELECT max(id) FROM ledger_transfer") == before
    assert await _value("SELECT count(*) FROM organisation WHERE kind = 'operator'") == 1


async def test_seeding_broken_off_leaves_nothing_and_starts_over(
    regions: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_off(*_: object) -> int:
        message = "power cut"
        raise asyncpg.ConnectionDoesNotExistError(message)

    with monkeypatch.context() as patched:
        patched.setattr(module, "_load_books", break_off)
        with pytest.raises(asyncpg.ConnectionDoesNotExistError):
            await seed_demo(now=NOW, order_total=200)
    assert await _value("SELECT count(*) FROM organisation") == 0
    assert await _value("SELECT count(*) FROM orders") == 0
    again = await seed_demo(now=NOW, order_total=200)
    assert (again.is_new, again.orders) == (True, 200)


async def test_seeding_without_regions_is_refused_and_leaves_nothing(pool: None) -> None:
    async with database.connection() as connection:
        is_empty = await connection.fetchval("SELECT NOT EXISTS (SELECT FROM region WHERE code = '31.75')")
    assert is_empty
    with pytest.raises(ConflictError, match="Data wilayah belum dimuat"):
        await seed_demo(now=NOW)
    assert await _value("SELECT count(*) FROM organisation") == 0

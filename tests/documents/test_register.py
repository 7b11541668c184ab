"""The register: every paper is in it, numbers have no gaps whatever happens, and nothing that was printed changes."""

import asyncio
import secrets
from typing import Any

import asyncpg
import httpx
import pytest
from litestar import Litestar

from marketplace import clock, database
from marketplace.accounts import find_actor
from marketplace.actor import Actor
from marketplace.http.idempotency import Once
from marketplace.orders.counter_lines import CounterLine
from marketplace.orders.issue_invoice import IssuedInvoice, NewInvoice, issue_invoice
from marketplace.orders.sell_at_counter import SellAtCounter, sell_at_counter
from tests.orders.counter_shop import PHONE, Shop, make_shop, order_goods
from tests.orders.test_returns import give_back, pay
from tests.orders.till_shop import fill_safe, open_shift, sell, send

CHIPS = 15_000


@pytest.fixture
async def shop(app: Litestar) -> Shop:
    return await make_shop(chips_stock=60, rice_stock=20, phone=PHONE)


async def papers() -> list[tuple[str, int, int]]:
    """Kind, number and sum of all that is registered."""
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT kind, number, total_rupiah FROM document ORDER BY kind, number")
    return [(row["kind"], row["number"], row["total_rupiah"]) for row in rows]


async def actor_of(token: str) -> Actor:
    actor = await find_actor(token)
    assert actor is not None
    return actor


def once(key: str | None = None) -> Once:
    return Once(scope="test", key=key or secrets.token_hex(8), request_hash=b"same")


async def test_every_kind_of_paper_is_registered_as_it_is_written(client: httpx.AsyncClient, shop: Shop) -> None:
    cashier, manager = shop.tokens["cashier"], shop.tokens["store_manager"]
    await fill_safe(client, shop, 100_000)
    await open_shift(client, cashier)
    order = await order_goods(client, shop, chips=2, rice=0)
    invoice = await send(client, cashier, f"/stores/current/orders/{order['code']}/invoice", buyer_name="Warung Uji")
    assert invoice.status_code == 201, invoice.text
    await pay(client, shop, order, is_handed_over=True)
    assert (await give_back(client, cashier, order)).status_code == 201
    await client.put(
        "/api/v1/stores/current/tabs",
        json={"member_phone": PHONE, "limit_rupiah": 100_000},
        headers={"authorization": f"Bearer {manager}", "idempotency-key": "limit-of-the-tab"},
    )
    tab = await send(
        client,
        cashier,
        "/stores/current/sales",
        lines=[{"listing_id": shop.chips_listing, "quantity": 1}],
        tendered_rupiah=0,
        expected_rupiah=CHIPS,
        member_phone=PHONE,
        is_on_tab=True,
    )
    assert tab.status_code == 201, tab.text
    path = f"/stores/current/tabs/{shop.people['member']}/repayments"
    assert (await send(client, cashier, path, amount_rupiah=10_000)).status_code == 201
    bank = {"bank": "Bank BJB", "number": "0012345678901", "holder": "KKMP Uji"}
    await client.put(
        "/api/v1/stores/current/channels/transfer",
        json=bank,
        headers={"authorization": f"Bearer {manager}", "idempotency-key": "the-account"},
    )
    made = await send(client, manager, "/stores/current/deposits", amount_rupiah=40_000)
    assert made.status_code == 201, made.text
    assert await papers() == [
        ("credit_note", 1, 2 * CHIPS),
        ("deposit", 1, 40_000),
        ("invoice", 1, 2 * CHIPS),
        ("receipt", 1, 2 * CHIPS),
        ("receipt", 2, 2 * CHIPS),
        ("receipt", 3, CHIPS),
        ("repayment", 1, 10_000),
    ]


async def test_a_store_that_changes_its_name_keeps_the_old_one_on_old_papers(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    cashier = shop.tokens["cashier"]
    await open_shift(client, cashier)
    await sell(client, cashier, shop)
    async with database.connection() as connection:
        before = await connection.fetchval("SELECT name FROM store")
        await connection.execute("UPDATE store SET name = 'Gerai Nama Baru', address = 'Jl. Baru 1'")
        await connection.execute("UPDATE organisation SET nib = '1905250093184' WHERE id = $1", shop.cooperative_id)
    await sell(client, cashier, shop)
    await sell(client, cashier, shop)
    head = {"authorization": f"Bearer {cashier}"}
    names = [
        (await client.get(f"/api/v1/receipts/{number}", headers=head)).json()["store_name"] for number in (1, 2, 3)
    ]
    assert names == [before, "Gerai Nama Baru", "Gerai Nama Baru"]
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT store_name, nib FROM document_issuer ORDER BY id")
    assert [tuple(row) for row in rows] == [(before, None), ("Gerai Nama Baru", "1905250093184")]


async def invoiced(actor: Actor, code: str, key: str | None = None) -> IssuedInvoice:
    return await issue_invoice(code, NewInvoice(buyer_name="Warung Uji"), actor=actor, once=once(key))


async def test_invoices_of_many_at_once_have_no_gaps_though_some_are_refused(
    client: httpx.AsyncClient, shop: Shop
) -> None:
    actor = await actor_of(shop.tokens["cashier"])
    codes = [(await order_goods(client, shop, chips=1, rice=0))["code"] for _ in range(8)]
    # Each is asked for twice at once, by different keys: one of both is refused.
    answers = await asyncio.gather(*(invoiced(actor, code) for code in codes * 2), return_exceptions=True)
    numbers = sorted(answer.number for answer in answers if isinstance(answer, IssuedInvoice))
    assert numbers == list(range(1, 9))
    assert [getattr(answer, "code", "") for answer in answers if not isinstance(answer, IssuedInvoice)] == [
        "order_has_invoice"
    ] * 8
    assert [paper[:2] for paper in await papers()] == [("invoice", number) for number in range(1, 9)]


async def test_a_number_that_was_taken_and_rolled_back_is_given_again(client: httpx.AsyncClient, shop: Shop) -> None:
    actor = await actor_of(shop.tokens["cashier"])
    codes = [(await order_goods(client, shop, chips=1, rice=0))["code"] for _ in range(2)]
    assert (await invoiced(actor, codes[0])).number == 1

    async def take_and_fail() -> None:
        async with database.transaction() as connection:
            for kind in ("invoice", "credit_note", "deposit"):
                await connection.fetchval("SELECT document_take_number($1, $2)", shop.store_id, kind)
            await connection.execute("SELECT 1/0")

    with pytest.raises(asyncpg.DivisionByZeroError):
        await take_and_fail()
    assert (await invoiced(actor, codes[1])).number == 2


async def killed_after(statement_number: int, work: Any, stands: str) -> list[str]:
    """Run work in a task that dies when so many statements have run, as a process that is killed there."""
    task = asyncio.current_task()
    assert task is not None
    kill = task.cancel
    statements: list[str] = []

    class Killing(list[str]):
        def append(self, statement: str) -> None:
            super().append(statement)
            statements.append(statement)
            if len(self) == statement_number:
                kill()

    token = database._statements.set(Killing())
    try:
        await work()
        # A kill that struck after the last statement finds the work done.
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        async with database.connection() as connection:
            is_done = await connection.fetchval(stands)
        if not is_done:
            raise
    finally:
        database._statements.reset(token)
    return statements


async def test_an_invoice_killed_half_way_leaves_no_gap(client: httpx.AsyncClient, shop: Shop) -> None:
    actor = await actor_of(shop.tokens["cashier"])
    code = (await order_goods(client, shop, chips=1, rice=0))["code"]
    struck = 0
    for statement_number in range(1, 40):
        task = asyncio.create_task(
            killed_after(statement_number, lambda: invoiced(actor, code, "the-one-key"), "SELECT count(*) FROM invoice")
        )
        try:
            await task
        except asyncio.CancelledError:
            struck += 1
            assert await papers() == []
        else:
            break
    assert struck > 5
    assert await papers() == [("invoice", 1, CHIPS)]


async def test_a_sale_killed_half_way_leaves_no_gap(client: httpx.AsyncClient, shop: Shop) -> None:
    await open_shift(client, shop.tokens["cashier"])
    actor = await actor_of(shop.tokens["cashier"])
    command = SellAtCounter(
        lines=[CounterLine(listing_id=shop.chips_listing, quantity=1)], tendered_rupiah=CHIPS, expected_rupiah=CHIPS
    )
    struck = 0
    for statement_number in range(1, 60):
        task = asyncio.create_task(
            killed_after(
                statement_number,
                lambda: sell_at_counter(command, actor=actor, once=once("the-one-key")),
                "SELECT count(*) FROM receipt",
            )
        )
        try:
            await task
        except asyncio.CancelledError:
            struck += 1
            assert await papers() == []
        else:
            break
    assert struck > 8
    assert await papers() == [("receipt", 1, CHIPS)]
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT next_receipt_number FROM store") == 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE document SET total_rupiah = 1",
        "DELETE FROM document",
        "TRUNCATE document",
        "UPDATE document_issuer SET store_name = 'Lain'",
        "DELETE FROM document_counter",
        "UPDATE receipt SET amount_rupiah = 1",
        "DELETE FROM receipt",
        "UPDATE invoice SET due_on = due_on + 1",
        "DELETE FROM invoice",
        "UPDATE credit_note SET total_rupiah = 1",
        "DELETE FROM credit_note",
        "UPDATE tab_repayment SET amount_rupiah = 1",
        "UPDATE bank_deposit SET amount_rupiah = 1",
        "DELETE FROM bank_deposit",
        "UPDATE order_line SET unit_price_rupiah = 1",
        "UPDATE order_line SET public_price_rupiah = NULL",
        "DELETE FROM order_line",
        "UPDATE orders SET total_rupiah = 1",
        "UPDATE orders SET is_member = true",
        "UPDATE order_return SET amount_rupiah = amount_rupiah + 1",
        "DELETE FROM order_return",
        "UPDATE order_return_line SET quantity = 1",
        "UPDATE sale_tax SET basis_points = 1",
        "DELETE FROM tax_setting",
    ],
)
async def test_the_database_refuses_to_change_what_is_on_paper(
    client: httpx.AsyncClient, shop: Shop, change: str
) -> None:
    cashier = shop.tokens["cashier"]
    await open_shift(client, cashier)
    order = await order_goods(client, shop, chips=2, rice=0)
    await send(client, cashier, f"/stores/current/orders/{order['code']}/invoice", buyer_name="Warung Uji")
    await pay(client, shop, order, is_handed_over=True)
    assert (await give_back(client, cashier, order)).status_code == 201
    async with database.connection() as connection:
        with pytest.raises(asyncpg.PostgresError) as refused:
            await connection.execute(change)
    assert refused.value.sqlstate in {"LD001", "LG002"}


async def test_a_tax_setting_for_a_day_that_has_begun_is_refused_by_the_database(shop: Shop) -> None:
    now = clock.now()
    async with database.connection() as connection:
        for days in (0, -1):
            with pytest.raises(asyncpg.PostgresError) as refused:
                await connection.execute(
                    "INSERT INTO tax_setting (store_id, tax, is_on, effective_on, reference, set_by, set_at)"
                    " VALUES ($1, 'ppn', true, ($2::timestamptz AT TIME ZONE 'Asia/Jakarta')::date + $3::integer,"
                    " 'x', $4, $2)",
                    shop.store_id,
                    now,
                    days,
                    shop.people["cashier"],
                )
            assert refused.value.sqlstate == "LD002"
        rows = await connection.fetchval("SELECT count(*) FROM tax_setting")
    assert rows == 0

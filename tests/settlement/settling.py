"""A store that owes a seller, with the two persons who settle it: for the tests of settlement."""

import secrets
from typing import Any

import httpx

from marketplace import database
from marketplace.accounts import find_actor
from marketplace.actor import Actor
from marketplace.books import book_of, supplier_reference_of
from marketplace.http.idempotency import Once
from marketplace.ids import ListingId, OrganisationId
from marketplace.inventory import check_books, check_stock
from payments import AccountKey, accounts, balance, check, check_payables, open_lines
from tests.orders.counter_shop import Shop, command, make_shop
from tests.orders.people import make_signed_in

CHIPS = 15_000
# Of 15.000 the store keeps 20 percent.
OWED = 12_000
SAFE = 1_000_000


class Settling:
    """The shop, the seller of its chips, and tokens: manager (proposes), board (approves), seller, stranger."""

    shop: Shop
    seller_id: OrganisationId
    manager: str
    board: str
    seller: str
    stranger: str


async def make_settling(client: httpx.AsyncClient) -> Settling:
    """Make them, with a million in the safe and an open shift."""
    made = Settling()
    made.shop = await make_shop(chips_stock=50)
    async with database.transaction() as connection:
        made.seller_id, other_id = [
            OrganisationId(await connection.fetchval("SELECT seller_id FROM product WHERE id = $1", product))
            for product in (made.shop.chips, made.shop.rice)
        ]
        made.manager = made.shop.tokens["store_manager"]
        _, made.board = await make_signed_in(connection, role="pengurus", organisation_id=made.shop.cooperative_id)
        _, made.seller = await make_signed_in(connection, role="seller_owner", organisation_id=made.seller_id)
        _, made.stranger = await make_signed_in(connection, role="seller_owner", organisation_id=other_id)
    opened = await ask(client, made.manager, "POST", "safe/opening", amount_rupiah=SAFE, reason="kas awal")
    assert opened.status_code == 201, opened.text
    shift = await ask(client, made.shop.tokens["cashier"], "POST", "shifts", float_rupiah=0)
    assert shift.status_code == 201, shift.text
    return made


async def ask(client: httpx.AsyncClient, token: str, method: str, path: str, /, **body: Any) -> httpx.Response:
    """One request of the API; a command gets a key of its own."""
    if method == "GET":
        return await client.get(f"/api/v1/{path}", headers={"authorization": f"Bearer {token}"})
    return await client.request(method, f"/api/v1/{path}", json=body, headers=command(token))


async def sell(client: httpx.AsyncClient, made: Settling, chips: int) -> str:
    """Sell chips at the counter; the order's code."""
    sold = await ask(
        client,
        made.shop.tokens["cashier"],
        "POST",
        "stores/current/sales",
        lines=[{"listing_id": made.shop.chips_listing, "quantity": chips}],
        tendered_rupiah=CHIPS * chips,
        expected_rupiah=CHIPS * chips,
    )
    assert sold.status_code == 201, sold.text
    return str(sold.json()["code"])


async def bring_back(client: httpx.AsyncClient, made: Settling, code: str, chips: int) -> None:
    """Take chips of an order back."""
    back = await ask(
        client,
        made.shop.tokens["cashier"],
        "POST",
        f"stores/current/orders/{code}/returns",
        reason="kemasan bocor",
        lines=[{"listing_id": made.shop.chips_listing, "quantity": chips}],
    )
    assert back.status_code == 201, back.text


async def receive(client: httpx.AsyncClient, made: Settling, listing_id: ListingId, quantity: int, cost: int) -> None:
    """Take own goods in at a cost."""
    came = await ask(
        client, made.manager, "POST", f"stock/{listing_id}/receipts", quantity=quantity, unit_cost_rupiah=cost
    )
    assert came.status_code == 201, came.text


async def propose(client: httpx.AsyncClient, made: Settling) -> int:
    """Propose a run of all that is due today."""
    run = await ask(client, made.manager, "POST", "stores/current/settlements")
    assert run.status_code == 201, run.text
    return int(run.json()["run_id"])


async def approve(client: httpx.AsyncClient, made: Settling, run_id: int) -> dict[str, Any]:
    """Approve it as the second person; the run as it stands then."""
    decided = await ask(client, made.board, "POST", f"stores/current/settlements/{run_id}/decision", is_approved=True)
    assert decided.status_code == 200, decided.text
    shown: dict[str, Any] = (await ask(client, made.manager, "GET", f"stores/current/settlements/{run_id}")).json()
    return shown


async def pay(client: httpx.AsyncClient, made: Settling, run: dict[str, Any], **body: Any) -> httpx.Response:
    """Pay the run's first supplier; part 1 unless told otherwise."""
    path = f"stores/current/settlements/{run['run_id']}/entries/{run['entries'][0]['entry_id']}/payments"
    return await ask(client, made.manager, "POST", path, **({"part": 1} | body))


async def held(made: Settling, account: AccountKey) -> int:
    """Balance of an account of the store's book."""
    async with database.connection() as connection:
        return (await balance(connection, book=book_of(made.shop.store_id), account=account)).rupiah


async def owed(made: Settling) -> int:
    """What the book owes the seller; proves that everything is sound and that the lines are the balance."""
    await assert_sound()
    async with database.connection() as connection:
        lines = await open_lines(
            connection, book=book_of(made.shop.store_id), supplier_reference=supplier_reference_of(made.seller_id)
        )
    debt = await held(made, accounts.supplier_payable(supplier_reference_of(made.seller_id)))
    assert sum(line.amount.rupiah for line in lines) == debt
    return debt


async def assert_sound() -> None:
    """Prove ledger, payables, stock and books; and that remittances are numbered without gaps."""
    async with database.connection() as connection:
        assert await check(connection) == []
        assert await check_payables(connection) == []
        assert await check_stock(connection) == []
        assert await check_books(connection) == []
        numbers = await connection.fetch(
            "SELECT count(p.number) AS many, coalesce(max(p.number), 0) AS last, c.next_number"
            " FROM settlement_counter c LEFT JOIN settlement_payment p ON p.store_id = c.store_id GROUP BY c.store_id"
        )
        assert all(row["many"] == row["last"] == row["next_number"] - 1 for row in numbers)


async def actor_of(token: str) -> Actor:
    """Who is signed in with this token."""
    actor = await find_actor(token)
    assert actor is not None
    return actor


def once() -> Once:
    """A press of its own."""
    return Once(scope="test", key=secrets.token_hex(8), request_hash=b"same")

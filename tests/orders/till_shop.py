"""What tests of tills, deposits and tabs share: commands by API, what the book and the shifts say."""

from html import unescape
from typing import Any

import httpx

from marketplace import database
from marketplace.books import book_of
from payments import AccountKind, balances, check
from tests.orders.counter_shop import Shop, command

CHIPS = 15_000


def said(page: httpx.Response) -> str:
    """Text of a page as it is read."""
    return unescape(page.text).replace("\u00a0", " ")


async def send(client: httpx.AsyncClient, token: str, path: str, **body: Any) -> httpx.Response:
    """A command by API."""
    return await client.post(f"/api/v1{path}", json=body, headers=command(token))


async def fill_safe(client: httpx.AsyncClient, shop: Shop, amount_rupiah: int) -> None:
    """Bring cash into the safe's book."""
    answer = await send(
        client, shop.tokens["store_manager"], "/safe/opening", amount_rupiah=amount_rupiah, reason="Kas awal"
    )
    assert answer.status_code == 201, answer.text


async def open_shift(client: httpx.AsyncClient, token: str, float_rupiah: int = 0) -> int:
    """Open a shift; its id."""
    answer = await send(client, token, "/shifts", float_rupiah=float_rupiah)
    assert answer.status_code == 201, answer.text
    shift_id: int = answer.json()["shift_id"]
    return shift_id


async def sell(client: httpx.AsyncClient, token: str, shop: Shop, chips: int = 1) -> httpx.Response:
    """Sell some chips to whoever stands there, in cash."""
    return await send(
        client,
        token,
        "/stores/current/sales",
        lines=[{"listing_id": shop.chips_listing, "quantity": chips}],
        tendered_rupiah=chips * CHIPS,
        expected_rupiah=chips * CHIPS,
    )


async def held(shop: Shop) -> dict[str, int]:
    """Balances that are not zero, by kind and reference; the ledger's own proof is checked on the way."""
    async with database.connection() as connection:
        assert await check(connection) == []
        lines = await balances(connection, book=book_of(shop.store_id), kinds=tuple(AccountKind))
    return {
        f"{line.account.kind.value}:{line.account.reference}".rstrip(":"): line.balance.rupiah
        for line in lines
        if line.balance
    }

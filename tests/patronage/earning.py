"""A store whose last year earned something and is closed, with two of the board: for the tests of shares."""

from datetime import UTC, date, datetime
from typing import Any

import httpx

from marketplace import clock, database
from marketplace.books import book_of
from marketplace.formats.dates import WIB, day_of
from marketplace.ids import StoreId
from payments import Money, Transfer, accounts, close_days, post
from tests.orders.counter_shop import PHONE, Shop, add_person, make_shop
from tests.orders.till_shop import send

EARNED = 1_000_000
DECISIONS = "/stores/current/patronage/decisions"
MEMBERS = "/stores/current/patronage/members"


class Earning:
    """The shop, the year that earned, tokens of two of the board, and the member's id."""

    shop: Shop
    year: int
    first: str
    second: str
    member: int


async def make_earning(*, earned: int = EARNED, is_closed: bool = True) -> Earning:
    """Make them; the year's earnings lie in the safe."""
    made = Earning()
    made.shop = await make_shop(phone=PHONE)
    made.first, made.second = await add_person(made.shop, "pengurus"), await add_person(made.shop, "pengurus")
    made.member = made.shop.people["member"]
    made.year = await earn_last_year(made.shop.store_id, earned=earned, is_closed=is_closed)
    return made


async def earn_last_year(store_id: StoreId, *, earned: int = EARNED, is_closed: bool = True) -> int:
    """Let a store's book have earned something last year, and close that year; the year."""
    year, book = day_of(clock.now(), WIB).year - 1, book_of(store_id)
    async with database.transaction() as connection:
        await post(
            connection,
            book=book,
            source=f"earned:{book}",
            transfers=[
                Transfer(debit=accounts.SAFE, credit=accounts.GOODS_REVENUE, amount=Money(earned), event="earned")
            ],
            author="system",
            occurred_at=datetime(year, 6, 1, 5, tzinfo=UTC),
        )
        if is_closed:
            await close_days(connection, book=book, through=date(year, 12, 31), at=clock.now(), author="system")
    return year


def share(person_id: int, amount_rupiah: int) -> dict[str, int]:
    """A member's share as the API takes it."""
    return {"person_id": person_id, "amount_rupiah": amount_rupiah}


async def propose(
    client: httpx.AsyncClient, made: Earning, *shares: dict[str, int], token: str = "", **changed: Any
) -> httpx.Response:
    """Propose shares of the year, as the first of the board."""
    body = {"year": made.year, "document": "Berita acara RAT 1", "shares": list(shares)} | changed
    return await send(client, token or made.first, DECISIONS, **body)


async def decide(
    client: httpx.AsyncClient,
    made: Earning,
    decision_id: int,
    *,
    token: str = "",
    is_approved: bool = True,
    note: str = "",
) -> httpx.Response:
    """Approve or reject, as the second of the board."""
    path = f"{DECISIONS}/{decision_id}/decision"
    return await send(client, token or made.second, path, is_approved=is_approved, note=note)


async def give(client: httpx.AsyncClient, made: Earning, amount_rupiah: int) -> None:
    """Give the member a share that is approved."""
    proposed = await propose(client, made, share(made.member, amount_rupiah))
    assert proposed.status_code == 201, proposed.text
    approved = await decide(client, made, proposed.json()["decision_id"])
    assert approved.status_code == 200, approved.text


async def promised(made: Earning) -> int:
    """How much of the year is set aside; proves that it is what the standing shares come to."""
    async with database.connection() as connection:
        row = await connection.fetchrow(
            "SELECT promised_rupiah, (SELECT coalesce(sum(amount_rupiah), 0)::bigint FROM patronage_share AS s"
            " WHERE s.store_id = y.store_id AND s.year = y.year AND s.is_standing) AS standing"
            " FROM patronage_year AS y WHERE store_id = $1 AND year = $2",
            made.shop.store_id,
            made.year,
        )
    if row is None:
        return 0
    assert row["promised_rupiah"] == row["standing"]
    return int(row["promised_rupiah"])

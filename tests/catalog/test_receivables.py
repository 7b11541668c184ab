"""What cooperatives owe a seller: the same number on the seller's home, in the API, and on the cooperative's report."""

import html
from datetime import UTC, datetime

import httpx

from marketplace import database
from marketplace.books import book_of, supplier_reference_of
from marketplace.ids import OrganisationId, StoreId
from payments import Money, accounts, allocate, post, recipes
from tests.factories_trade import make_organisation, make_store
from tests.orders.people import make_signed_in


async def _buy(store_id: StoreId, seller_id: OrganisationId, cost_rupiah: int, *, day: int) -> None:
    async with database.transaction() as connection:
        await post(
            connection,
            book=book_of(store_id),
            source=f"receipt:{store_id}-{day}-{seller_id}",
            transfers=recipes.goods_received(
                supplier_reference=supplier_reference_of(seller_id), cost=Money(cost_rupiah)
            ),
            author="system",
            occurred_at=datetime(2026, 11, day, 3, tzinfo=UTC),
        )


async def _pay(store_id: StoreId, seller_id: OrganisationId, amounts: dict[int, int]) -> None:
    """Pay what was bought on these days."""
    async with database.transaction() as connection:
        posting = await post(
            connection,
            book=book_of(store_id),
            source=f"payment:{store_id}",
            transfers=recipes.supplier_paid(
                supplier_reference=supplier_reference_of(seller_id),
                paid_out_of=accounts.bank("uji"),
                amount=Money(sum(amounts.values())),
            ),
            author="system",
            occurred_at=datetime(2026, 11, 20, 3, tzinfo=UTC),
        )
        await allocate(
            connection,
            transfer_id=posting.transfer_ids[0],
            amounts={f"receipt:{store_id}-{day}-{seller_id}": Money(rupiah) for day, rupiah in amounts.items()},
        )


async def test_seller_and_cooperative_see_the_same_debt(client: httpx.AsyncClient) -> None:
    """Two stores owe, a third has paid; what was paid counts against the oldest debt; another's debt is not shown."""
    async with database.transaction() as connection:
        seller_id = await make_organisation(connection, kind="seller")
        other_id = await make_organisation(connection, kind="seller")
        first, second, third = [await make_store(connection) for _ in range(3)]
        _, token = await make_signed_in(connection, role="seller_owner", organisation_id=seller_id)
        cooperative_id = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", first)
        _, manager = await make_signed_in(connection, role="store_manager", organisation_id=cooperative_id)
    await _buy(first, seller_id, 100_000, day=1)
    await _buy(first, seller_id, 50_000, day=5)
    await _buy(first, seller_id, 25_000, day=9)
    await _buy(second, seller_id, 40_000, day=3)
    await _buy(third, seller_id, 10_000, day=2)
    await _buy(third, other_id, 99_000, day=4)
    await _pay(first, seller_id, {1: 100_000, 5: 20_000})
    await _pay(third, seller_id, {2: 10_000})

    answer = await client.get("/api/v1/sellers/current/receivables", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["owed_rupiah"] == 95_000
    assert sorted((row["store_id"], row["owed_rupiah"], row["oldest_at"][:10]) for row in body["stores"]) == [
        (first, 55_000, "2026-11-05"),
        (second, 40_000, "2026-11-03"),
    ]
    report = await client.get("/api/v1/reports/day", headers={"authorization": f"Bearer {manager}"})
    assert [(row["organisation_id"], row["owed_rupiah"]) for row in report.json()["payables"]] == [(seller_id, 55_000)]

    home = html.unescape((await client.get("/umkm", headers={"cookie": f"lumbung_session={token}"})).text)
    assert f'href="/umkm/pelunasan/{first}"' in home
    for shown in ("Yang harus dibayar koperasi kepada Anda", "55.000", "5 Nov", "40.000", "95.000"):
        assert shown in home, shown


async def test_seller_to_whom_nobody_owes_sees_nothing_of_it(client: httpx.AsyncClient) -> None:
    """And the API says zero."""
    async with database.transaction() as connection:
        seller_id = await make_organisation(connection, kind="seller")
        _, token = await make_signed_in(connection, role="seller_owner", organisation_id=seller_id)
    answer = await client.get("/api/v1/sellers/current/receivables", headers={"authorization": f"Bearer {token}"})
    assert answer.json() == {"owed_rupiah": 0, "due_rupiah": 0, "stores": [], "remittances": []}
    home = await client.get("/umkm", headers={"cookie": f"lumbung_session={token}"})
    assert home.status_code == 200
    assert "Yang harus dibayar koperasi" not in home.text

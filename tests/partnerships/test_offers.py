"""Partners write, publish, change and close offers; everybody reads what is published."""

from datetime import timedelta

from marketplace import clock, database
from tests.partnerships.conftest import Market, command, terms


async def dirty_offers() -> list[int]:
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT document_id FROM search_dirty WHERE index_name = 'offers'")
    return [row["document_id"] for row in rows]


async def test_draft_is_seen_by_its_partner_only(market: Market) -> None:
    offer_id = await market.create()
    own = await market.http.get(f"/api/v1/offers/{offer_id}", headers={"authorization": f"Bearer {market.partner}"})
    assert own.json()["state"] == "draft"
    rival = {"authorization": f"Bearer {market.rival}"}
    assert (await market.http.get(f"/api/v1/offers/{offer_id}", headers=rival)).status_code == 404
    assert (await market.http.get(f"/api/v1/offers/{offer_id}")).status_code == 404
    assert (await market.http.get("/api/v1/offers")).json()["items"] == []
    assert await dirty_offers() == []


async def test_published_offer_is_found_by_each_filter(market: Market) -> None:
    rice = await market.publish()
    water = await market.publish(
        title="Loket rekening air",
        pattern="distribusi_keagenan",
        subject="service",
        category_slug=None,
        unit_code="set",
        min_quantity=1,
        region_code="32.16",
        payment_term="tunai",
        payment_days=None,
        tiers=[{"from_quantity": 1, "price_rupiah": 0}],
    )

    async def found(**query: str) -> list[int]:
        answer = await market.http.get("/api/v1/offers", params=query)
        assert answer.status_code == 200
        return [item["id"] for item in answer.json()["items"]]

    assert await found() == [rice, water]
    assert await found(pattern="rantai_pasok") == [rice]
    assert await found(subject="service") == [water]
    assert await found(category="sembako") == [rice]
    assert await found(region="32.75.08.1003") == [rice]
    assert await found(region="32.16") == [water]
    assert await found(region="32") == [rice, water]
    assert await found(region="31") == []
    assert sorted(await dirty_offers()) == [rice, water]


async def test_list_is_walked_by_cursor_without_gap_or_repeat(market: Market) -> None:
    made = [await market.publish(title=f"Penawaran ke-{number}") for number in range(5)]
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await market.http.get("/api/v1/offers", params={"limit": 2, "cursor": cursor})).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == made


async def test_terms_that_do_not_hold_together_are_refused_field_by_field(market: Market) -> None:
    wrong = terms(
        title="Apa",
        quota=10,
        payment_days=None,
        tiers=[{"from_quantity": 50, "price_rupiah": 69_000}, {"from_quantity": 200, "price_rupiah": 70_000}],
    )
    answer = await market.http.post("/api/v1/offers", json=wrong, headers=command(market.partner))
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"title", "quota", "payment_days", "tiers.1"}
    unknown = terms(region_code="99.99", unit_code="gantang", category_slug="sihir")
    answer = await market.http.post("/api/v1/offers", json=unknown, headers=command(market.partner))
    assert {error["field"] for error in answer.json()["errors"]} == {"region_code", "unit_code", "category_slug"}
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM partnership_offer") == 0


async def test_stale_version_changes_nothing(market: Market) -> None:
    offer_id = await market.publish()
    path = f"/api/v1/offers/{offer_id}"
    first = await market.http.put(path, json={"version": 2, "terms": terms(quota=400)}, headers=command(market.partner))
    assert first.json() == {"offer_id": offer_id, "version": 3, "state": "published"}
    second = await market.http.put(
        path, json={"version": 2, "terms": terms(quota=999)}, headers=command(market.partner)
    )
    assert (second.status_code, second.json()["code"]) == (409, "stale_offer")
    assert (await market.http.get(path)).json()["quota"] == 400


async def test_rival_partner_cannot_touch_the_offer(market: Market) -> None:
    offer_id = await market.publish()
    path = f"/api/v1/offers/{offer_id}"
    change = await market.http.put(path, json={"version": 2, "terms": terms()}, headers=command(market.rival))
    close = await market.http.post(
        f"{path}/state", json={"version": 2, "state": "closed"}, headers=command(market.rival)
    )
    assert (change.status_code, close.status_code) == (404, 404)
    assert (await market.http.get(path)).json()["version"] == 2


async def test_repeated_command_writes_one_offer(market: Market) -> None:
    headers = command(market.partner)
    first = await market.http.post("/api/v1/offers", json=terms(), headers=headers)
    again = await market.http.post("/api/v1/offers", json=terms(), headers=headers)
    assert first.json() == again.json()
    async with database.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM partnership_offer") == 1


async def test_quota_cannot_go_below_what_was_accepted(market: Market) -> None:
    offer_id = await market.publish()
    applied = await market.apply(offer_id, market.kota, quantity=150)
    await market.decide(applied.json()["application_id"], "accepted")
    answer = await market.http.put(
        f"/api/v1/offers/{offer_id}",
        json={"version": 2, "terms": terms(quota=100, tiers=[{"from_quantity": 50, "price_rupiah": 69_000}])},
        headers=command(market.partner),
    )
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "quota", "message": "Kuota tidak boleh kurang dari 150, jumlah yang sudah diterima."}
    ]
    assert (await market.http.get(f"/api/v1/offers/{offer_id}")).json()["quota"] == 300


async def test_closed_offer_leaves_the_list_and_opens_again(market: Market) -> None:
    offer_id = await market.publish()
    path = f"/api/v1/offers/{offer_id}/state"
    closed = await market.http.post(path, json={"version": 2, "state": "closed"}, headers=command(market.partner))
    assert closed.json()["state"] == "closed"
    assert (await market.http.get("/api/v1/offers")).json()["items"] == []
    assert (await market.http.get(f"/api/v1/offers/{offer_id}")).json()["state"] == "closed"
    twice = await market.http.post(path, json={"version": 3, "state": "closed"}, headers=command(market.partner))
    assert (twice.status_code, twice.json()["code"]) == (409, "wrong_offer_state")
    again = await market.http.post(path, json={"version": 3, "state": "published"}, headers=command(market.partner))
    assert again.json() == {"offer_id": offer_id, "version": 4, "state": "published"}


async def test_ended_offer_is_not_published(market: Market) -> None:
    today = clock.now().date()
    offer_id = await market.create(
        starts_on=(today - timedelta(days=30)).isoformat(), ends_on=(today - timedelta(days=2)).isoformat()
    )
    answer = await market.http.post(
        f"/api/v1/offers/{offer_id}/state", json={"version": 1, "state": "published"}, headers=command(market.partner)
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "offer_not_open")


async def test_partner_that_is_not_approved_cannot_publish(market: Market) -> None:
    offer_id = await market.create()
    async with database.connection() as connection:
        await connection.execute("UPDATE organisation SET status = 'applied' WHERE id = $1", market.partner_id)
    answer = await market.http.post(
        f"/api/v1/offers/{offer_id}/state", json={"version": 1, "state": "published"}, headers=command(market.partner)
    )
    assert answer.status_code == 403

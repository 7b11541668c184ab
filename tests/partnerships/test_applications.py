"""Cooperatives apply, partners answer; the quota holds whatever happens at once."""

import asyncio
from datetime import timedelta

import pytest

from marketplace import clock, database
from marketplace.ids import OfferId
from tests.factories_trade import JATIMAKMUR, make_organisation
from tests.orders.people import make_signed_in
from tests.partnerships.conftest import Market, command


async def states(offer_id: int) -> list[str]:
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT state FROM partnership_application WHERE offer_id = $1 ORDER BY id", offer_id
        )
    return [row["state"] for row in rows]


async def test_application_is_accepted_and_counts_against_the_quota(market: Market) -> None:
    offer_id = await market.publish()
    applied = await market.apply(offer_id, market.kota, quantity=200, note="Untuk dua gerai.")
    assert applied.status_code == 201
    application_id = applied.json()["application_id"]
    accepted = await market.decide(application_id, "accepted")
    assert accepted.json() == {"application_id": application_id, "state": "accepted"}
    offer = (await market.http.get(f"/api/v1/offers/{offer_id}")).json()
    assert (offer["accepted_quantity"], offer["left_quantity"]) == (200, 100)
    own = await market.http.get(
        f"/api/v1/applications/{application_id}", headers={"authorization": f"Bearer {market.kota}"}
    )
    assert (own.json()["state"], own.json()["unit_price_rupiah"], own.json()["is_independent"]) == (
        "accepted",
        68_000,
        True,
    )


async def test_declined_application_shows_its_reason_and_may_be_made_again(market: Market) -> None:
    offer_id = await market.publish()
    application_id = (await market.apply(offer_id, market.kota)).json()["application_id"]
    silent = await market.decide(application_id, "declined")
    assert silent.status_code == 422
    assert await states(offer_id) == ["applied"]
    await market.decide(application_id, "declined", "Gudang gerai belum siap.")
    own = await market.http.get("/api/v1/applications", headers={"authorization": f"Bearer {market.kota}"})
    assert [(item["state"], item["reason"]) for item in own.json()["items"]] == [
        ("declined", "Gudang gerai belum siap.")
    ]
    assert (await market.apply(offer_id, market.kota)).status_code == 201
    assert await states(offer_id) == ["declined", "applied"]


async def test_second_open_application_is_refused_kindly(market: Market) -> None:
    offer_id = await market.publish()
    await market.apply(offer_id, market.kota)
    again = await market.apply(offer_id, market.kota, quantity=60)
    assert (again.status_code, again.json()["title"]) == (
        409,
        "Koperasi Anda sudah punya pengajuan yang masih terbuka untuk penawaran ini.",
    )
    assert await states(offer_id) == ["applied"]


async def test_withdrawn_application_makes_room_for_another(market: Market) -> None:
    offer_id = await market.publish()
    application_id = (await market.apply(offer_id, market.kota)).json()["application_id"]
    path = f"/api/v1/applications/{application_id}/withdrawal"
    assert (await market.http.post(path, headers=command(market.second))).status_code == 404
    assert (await market.http.post(path, headers=command(market.kota))).json()["state"] == "withdrawn"
    late = await market.decide(application_id, "accepted")
    assert (late.status_code, late.json()["code"]) == (409, "wrong_application_state")
    assert (await market.apply(offer_id, market.kota)).status_code == 201
    assert await states(offer_id) == ["withdrawn", "applied"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"quantity": 49}, "quantity"), ({"quantity": 301}, "quantity"), ({"is_independent": False}, "is_independent")],
)
async def test_application_outside_the_terms_is_refused(market: Market, change: dict[str, object], field: str) -> None:
    offer_id = await market.publish()
    answer = await market.apply(offer_id, market.kota, **change)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await states(offer_id) == []


async def test_cooperative_of_another_region_is_refused(market: Market) -> None:
    offer_id = await market.publish()
    answer = await market.apply(offer_id, market.kabupaten)
    assert (answer.status_code, answer.json()["title"]) == (403, "Penawaran ini bukan untuk wilayah koperasi Anda.")
    assert await states(offer_id) == []


async def test_cooperative_without_papers_is_refused(market: Market) -> None:
    offer_id = await market.publish()
    async with database.connection() as connection:
        await connection.execute("UPDATE organisation SET status = 'akta' WHERE id = $1", market.kota_id)
    answer = await market.apply(offer_id, market.kota)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_eligible")
    assert await states(offer_id) == []


async def test_offer_that_has_not_begun_takes_no_applications(market: Market) -> None:
    offer_id = await market.publish(starts_on=(clock.now().date() + timedelta(days=3)).isoformat())
    answer = await market.apply(offer_id, market.kota)
    assert (answer.status_code, answer.json()["title"]) == (409, "Masa penawaran ini belum mulai.")


async def test_offer_changed_meanwhile_is_shown_again_before_applying(market: Market) -> None:
    offer_id = await market.publish()
    answer = await market.apply(offer_id, market.kota, version=1)
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_offer")
    assert await states(offer_id) == []


async def test_rival_partner_cannot_read_or_answer(market: Market) -> None:
    offer_id = await market.publish()
    application_id = (await market.apply(offer_id, market.kota)).json()["application_id"]
    rival = {"authorization": f"Bearer {market.rival}"}
    assert (await market.http.get(f"/api/v1/applications/{application_id}", headers=rival)).status_code == 404
    answer = await market.http.post(
        f"/api/v1/applications/{application_id}/decision",
        json={"state": "accepted"},
        headers=command(market.rival),
    )
    assert answer.status_code == 404
    assert await states(offer_id) == ["applied"]


async def test_two_acceptances_of_the_last_quota_let_exactly_one_through(market: Market) -> None:
    async with database.connection() as connection:
        staff = [
            (await make_signed_in(connection, role="partner_staff", organisation_id=market.partner_id))[1]
            for _ in (1, 2)
        ]
    for _ in range(50):
        offer_id = await market.publish(quota=100, tiers=[{"from_quantity": 50, "price_rupiah": 69_000}])
        first = (await market.apply(offer_id, market.kota)).json()["application_id"]
        second = (await market.apply(offer_id, market.second)).json()["application_id"]
        answers = await asyncio.gather(
            *(
                market.http.post(
                    f"/api/v1/applications/{application_id}/decision",
                    json={"state": "accepted"},
                    headers=command(token),
                )
                for application_id, token in zip((first, second), staff, strict=True)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        refused = next(answer for answer in answers if answer.status_code == 409)
        assert refused.json()["code"] == "quota_exceeded"
        assert sorted(await states(offer_id)) == ["accepted", "applied"]
        async with database.connection() as connection:
            assert (
                await connection.fetchval("SELECT accepted_quantity FROM partnership_offer WHERE id = $1", offer_id)
                == 100
            )


async def test_applying_twice_at_once_leaves_one_application(market: Market) -> None:
    async with database.connection() as connection:
        _, colleague = await make_signed_in(connection, role="store_manager", organisation_id=market.kota_id)
    offer_id = await market.publish()
    answers = await asyncio.gather(market.apply(offer_id, market.kota), market.apply(offer_id, colleague))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert await states(offer_id) == ["applied"]


async def test_what_partners_and_cooperatives_did_is_in_the_audit_trail(market: Market) -> None:
    offer_id = OfferId(await market.publish())
    application_id = (await market.apply(offer_id, market.kota)).json()["application_id"]
    await market.decide(application_id, "accepted")
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT action, organisation_id FROM audit_event ORDER BY id")
    assert [tuple(row) for row in rows] == [
        ("offer_created", market.partner_id),
        ("offer_published", market.partner_id),
        ("application_made", market.kota_id),
        ("application_accepted", market.partner_id),
    ]


async def test_cashier_cannot_apply(market: Market) -> None:
    offer_id = await market.publish()
    async with database.connection() as connection:
        cooperative = await make_organisation(connection, kind="cooperative", region_code=JATIMAKMUR)
        _, cashier = await make_signed_in(connection, role="cashier", organisation_id=cooperative)
    assert (await market.apply(offer_id, cashier)).status_code == 403
    assert await states(offer_id) == []

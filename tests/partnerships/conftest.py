"""A partner with an office, two cooperatives with managers, and an offer between them."""

import secrets
from datetime import timedelta
from typing import Any

import httpx
import pytest

from marketplace import clock, database
from marketplace.http import rate_limits
from marketplace.ids import OrganisationId
from tests.factories_trade import JATIMAKMUR, LAMBANGSARI, load_trade_reference, make_organisation
from tests.orders.people import make_signed_in


def command(token: str) -> dict[str, str]:
    return {"idempotency-key": secrets.token_hex(8), "authorization": f"Bearer {token}"}


def terms(**changes: Any) -> dict[str, Any]:
    today = clock.now().date()
    return {
        "title": "Pasokan beras premium 5 kg",
        "description": "Diantar ke gerai setiap Selasa.",
        "pattern": "rantai_pasok",
        "subject": "goods",
        "category_slug": "sembako",
        "unit_code": "sak",
        "min_quantity": 50,
        "quota": 300,
        "region_code": "32.75",
        "starts_on": (today - timedelta(days=2)).isoformat(),
        "ends_on": (today + timedelta(days=60)).isoformat(),
        "payment_term": "tempo",
        "payment_days": 14,
        "tiers": [
            {"from_quantity": 50, "price_rupiah": 69_000},
            {"from_quantity": 200, "price_rupiah": 68_000},
        ],
        **changes,
    }


class Market:
    """Who is there, by token."""

    http: httpx.AsyncClient
    partner_id: OrganisationId
    partner: str
    rival: str
    kota_id: OrganisationId
    kota: str
    kabupaten: str
    second_id: OrganisationId
    second: str

    async def create(self, **changes: Any) -> int:
        answer = await self.http.post("/api/v1/offers", json=terms(**changes), headers=command(self.partner))
        assert answer.status_code == 201, answer.text
        return int(answer.json()["offer_id"])

    async def publish(self, **changes: Any) -> int:
        offer_id = await self.create(**changes)
        answer = await self.http.post(
            f"/api/v1/offers/{offer_id}/state",
            json={"version": 1, "state": "published"},
            headers=command(self.partner),
        )
        assert answer.status_code == 200, answer.text
        return offer_id

    async def apply(self, offer_id: int, token: str, **changes: Any) -> httpx.Response:
        body = {"version": 2, "quantity": 100, "is_independent": True, **changes}
        return await self.http.post(f"/api/v1/offers/{offer_id}/applications", json=body, headers=command(token))

    async def decide(self, application_id: int, state: str, reason: str = "") -> httpx.Response:
        return await self.http.post(
            f"/api/v1/applications/{application_id}/decision",
            json={"state": state, "reason": reason},
            headers=command(self.partner),
        )


@pytest.fixture
async def market(client: httpx.AsyncClient) -> Market:
    # People of every test's fresh database bear the same ids, so their buckets would be shared.
    rate_limits._buckets.clear()
    made = Market()
    made.http = client
    async with database.connection() as connection:
        await load_trade_reference(connection)
        made.partner_id = await make_organisation(connection, kind="partner", name="PT Pangan Uji", region_code="32")
        rival_id = await make_organisation(connection, kind="partner", name="PT Lain Uji", region_code="32")
        made.kota_id = await make_organisation(connection, kind="cooperative", region_code=JATIMAKMUR)
        made.second_id = await make_organisation(connection, kind="cooperative", region_code=JATIMAKMUR)
        kabupaten_id = await make_organisation(connection, kind="cooperative", region_code=LAMBANGSARI)
        _, made.partner = await make_signed_in(connection, role="partner_staff", organisation_id=made.partner_id)
        _, made.rival = await make_signed_in(connection, role="partner_staff", organisation_id=rival_id)
        _, made.kota = await make_signed_in(connection, role="pengurus", organisation_id=made.kota_id)
        _, made.second = await make_signed_in(connection, role="store_manager", organisation_id=made.second_id)
        _, made.kabupaten = await make_signed_in(connection, role="pengurus", organisation_id=kabupaten_id)
    return made

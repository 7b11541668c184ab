"""A store with its people and goods, and small browsers for them: for the tests of the counter and the report."""

import re
import secrets
from typing import Any

import httpx
from litestar import Litestar

from marketplace import database
from marketplace.ids import ListingId, OrganisationId, PersonId, ProductId, StoreId
from tests.factories_trade import JATIMAKMUR, make_listing, make_seller_product, make_store
from tests.orders.people import make_signed_in

PHONE = "+6281200000001"


class Shop:
    """One store with a consigned and an own product; `tokens` by role."""

    store_id: StoreId
    cooperative_id: OrganisationId
    chips: ProductId
    rice: ProductId
    chips_listing: ListingId
    rice_listing: ListingId
    tokens: dict[str, str]
    people: dict[str, PersonId]


async def make_shop(*, chips_stock: int = 10, rice_stock: int = 5, phone: str = "") -> Shop:
    """Make the store with a cashier, a manager, a supervisor and a member, who has `phone`."""
    made = Shop()
    made.tokens, made.people = {}, {}
    async with database.connection() as connection:
        made.store_id = await make_store(connection)
        made.cooperative_id = await connection.fetchval("SELECT cooperative_id FROM store WHERE id = $1", made.store_id)
        made.chips = await make_seller_product(connection, name="Keripik singkong balado")
        made.rice = await make_seller_product(connection, name="Beras medium 5 kg", unit_code="sak")
        made.chips_listing = await make_listing(
            connection,
            store_id=made.store_id,
            product_id=made.chips,
            price_rupiah=15_000,
            source="consignment",
            fee_basis_points=2_000,
            stock=chips_stock,
        )
        made.rice_listing = await make_listing(
            connection,
            store_id=made.store_id,
            product_id=made.rice,
            price_rupiah=65_000,
            member_price_rupiah=63_000,
            cost_rupiah=60_000,
            stock=rice_stock,
        )
        for role in ("cashier", "store_manager", "pengawas", "member"):
            made.people[role], made.tokens[role] = await make_signed_in(
                connection,
                role=role,
                organisation_id=made.cooperative_id,
                phone=phone if role == "member" else "",
            )
    return made


async def add_person(shop: Shop, role: str) -> str:
    """One more person of the store; their token."""
    async with database.connection() as connection:
        _, token = await make_signed_in(connection, role=role, organisation_id=shop.cooperative_id)
    return token


def browser(app: Litestar, token: str) -> httpx.AsyncClient:
    """A browser in which somebody is signed in."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),  # type: ignore[arg-type]
        base_url="http://lumbung.test",
        headers={"sec-fetch-site": "same-origin"},
        cookies={"lumbung_session": token},
    )


def fields_of(page: str, action: str) -> list[tuple[str, str]]:
    """Hidden fields of the form with this action."""
    start = (
        page.index(f'action="{action.replace("/", "&#x2f;")}"')
        if f'action="{action}"' not in page
        else page.index(f'action="{action}"')
    )
    form = page[start : page.index("</form>", start)]
    return [
        (name, value.replace("&#x2f;", "/"))
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    ]


async def press(person: httpx.AsyncClient, page: httpx.Response | str, action: str, **fields: Any) -> httpx.Response:
    """Send the form with this action as the page shows it, with what was typed."""
    text = page if isinstance(page, str) else page.text
    body: dict[str, Any] = {}
    for name, value in fields_of(text, action):
        body.setdefault(name, []).append(value)
    return await person.post(action, data={**body, **{name: str(value) for name, value in fields.items()}})


async def open_till(person: httpx.AsyncClient, float_text: str = "0") -> None:
    """Open the person's shift by the page."""
    answer = await press(person, await person.get("/kasir"), "/kasir/buka", float_rupiah=float_text)
    assert answer.status_code == 303, answer.text


def command(token: str = "") -> dict[str, str]:
    """Headers of an API command."""
    head = {"idempotency-key": secrets.token_hex(8)}
    return head | {"authorization": f"Bearer {token}"} if token else head


async def let_deliver(shop: Shop, *, fee_rupiah: int) -> None:
    """Let the store deliver in its own village."""
    async with database.connection() as connection:
        await connection.execute(
            "UPDATE store SET is_delivering = true, delivery_fee_rupiah = $2 WHERE id = $1", shop.store_id, fee_rupiah
        )


async def order_goods(
    client: httpx.AsyncClient, shop: Shop, *, chips: int = 2, rice: int = 1, is_delivered: bool = False
) -> dict[str, Any]:
    """Order as a guest through the API; code, tracking token and total."""
    wanted = [(shop.chips, chips), (shop.rice, rice)]
    cart = await client.post(
        "/api/v1/carts",
        json={
            "lines": [{"product_id": product, "quantity": quantity} for product, quantity in wanted if quantity],
            "village_code": JATIMAKMUR,
        },
        headers=command(),
    )
    assert cart.status_code == 201, cart.text
    token = {"cart-token": cart.json()["cart_token"]}
    plan = (await client.get("/api/v1/carts/current/plan", headers=token)).json()
    lines = [
        {
            "product_id": line["product_id"],
            "store_id": order["store_id"],
            "quantity": line["quantity"],
            "unit_price_rupiah": line["unit_price_rupiah"],
        }
        for order in plan["orders"]
        for line in order["lines"]
    ]
    body: dict[str, Any] = {"lines": lines, "contact_name": "Pembeli Uji", "contact_phone": "0812 3456 7890"}
    if is_delivered:
        body |= {"delivered_by": [shop.store_id], "address": "Jl. Contoh 2, RT 01/RW 02, dekat masjid"}
    placed = await client.post("/api/v1/orders", json=body, headers=command() | token)
    assert placed.status_code == 201, placed.text
    order: dict[str, Any] = placed.json()["orders"][0]
    return order

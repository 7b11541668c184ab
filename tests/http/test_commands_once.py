"""Every command of the API takes a key, happens once under it, and refuses the key for anything else.

A life of the marketplace is told command by command (commands_story.py), each sent twice at once and once more; in the
end every command route there is must have been told.
"""

import io
from datetime import date
from typing import Any

import httpx
from litestar import Litestar
from PIL import Image

from marketplace import database
from tests.accounts.test_once import link_token
from tests.factories import PASSWORD, TestPerson, grant, make_organisation, make_person, open_token
from tests.factories_trade import JATIMAKMUR, LAMBANGSARI
from tests.http.books_story import tell_books
from tests.http.cards_story import tell_cards
from tests.http.commands_story import WITHOUT_OTHER_INPUT, Story
from tests.http.documents_story import tell_documents
from tests.http.money_story import tell_channels, tell_counter_order, tell_returns, tell_waiting_payment
from tests.http.settlement_story import tell_settlement
from tests.http.test_policies import routes
from tests.http.till_story import tell_deposits, tell_patronage, tell_tabs, tell_till
from tests.orders.counter_shop import PHONE, Shop, add_person, make_shop
from tests.orders.people import make_signed_in
from tests.partnerships.conftest import terms
from tests.stores.test_store_api import SETTINGS

V1 = "/api/v1"
ORDER = f"{V1}/stores/current/orders/{{code:str}}"
FRESH = "enam bebek di sawah"


async def wearer(role: str, organisation_id: int) -> str:
    async with database.connection() as connection:
        _, token = await make_signed_in(connection, role=role, organisation_id=organisation_id)  # type: ignore[arg-type]
    return token


async def tell_accounts(story: Story, operator: str) -> TestPerson:
    new = {"display_name": "Suparti", "contact": "0813-1111-2222", "password": "lima kambing di kandang"}
    await story.tell("POST", f"{V1}/people", new, other={**new, "display_name": "Sutini"})
    person = await make_person(village_code=JATIMAKMUR)
    body = {"contact": person.contact, "password": PASSWORD}
    token = (await story.tell("POST", f"{V1}/sessions", body))["token"]
    profile = {"display_name": "Suparti", "village_code": JATIMAKMUR}
    await story.tell("PATCH", f"{V1}/people/me", profile, token=token, other={**profile, "language": "en"})
    hat = await grant(person, await make_organisation("seller"), "seller_owner")
    await story.tell("PUT", f"{V1}/people/me/hat", {"assignment_id": hat}, token=token, other={"assignment_id": None})
    change = {"current_password": PASSWORD, "new_password": FRESH}
    await story.tell(
        "PUT", f"{V1}/people/me/password", change, token=token, other={**change, "new_password": FRESH + "!"}
    )
    await story.tell("POST", f"{V1}/password-resets", {"contact": person.contact})
    await tell_reset(story, await link_token(person))
    await tell_ends_of_sessions(story, person)
    await tell_operator(story, operator, person)
    return person


async def tell_ends_of_sessions(story: Story, person: TestPerson) -> None:
    token, lost = await open_token(person), await open_token(person)
    async with database.connection() as connection:
        ids = [row["id"] for row in await connection.fetch("SELECT id FROM session ORDER BY id DESC LIMIT 2")]
    path = f"{V1}/sessions/{{session_id:int}}"
    await story.tell("DELETE", path, token=token, session_id=ids[0], other={"session_id": ids[1]})
    await story.tell("DELETE", f"{V1}/sessions/current", token=token)
    await story.tell("DELETE", f"{V1}/sessions", token=await open_token(person))
    assert lost


async def tell_reset(story: Story, link: str) -> None:
    body = {"token": link, "new_password": "tujuh itik di kolam"}
    path = f"{V1}/password-resets/completion"
    await story.tell("POST", path, body, other={**body, "new_password": "delapan itik di kolam"})


async def tell_operator(story: Story, operator: str, person: TestPerson) -> None:
    found = await story.tell(
        "POST", f"{V1}/people/lookups", {"contact": person.contact}, token=operator, other={"contact": "0813-1111-2222"}
    )
    assert found["person"]["person_id"] == person.person_id
    why, because = {"reason": "Laporan warga."}, {"reason": "Keliru."}
    place: dict[str, Any] = {"token": operator, "person_id": person.person_id}
    await open_token(person)
    await story.tell("DELETE", f"{V1}/people/{{person_id:int}}/sessions", **place, other={"person_id": 1})
    await story.tell("POST", f"{V1}/people/{{person_id:int}}/disabling", why, **place, other=because)
    await story.tell("POST", f"{V1}/people/{{person_id:int}}/restoring", why, **place, other=because)


async def tell_organisations(story: Story, shop: Shop, operator: str, resident: TestPerson) -> None:
    path = f"{V1}/organisations"
    token = await open_token(resident)
    seller = {"name": "Keripik Bu Minah", "village_code": JATIMAKMUR, "size": "mikro", "nib": "1905 2500 93184"}
    made = await story.tell("POST", f"{path}/sellers", seller, token=token, other={**seller, "size": "kecil"})
    partner = {"name": "Perumda Pangan Uji", "region_code": "32.75", "legal_form": "perumda"}
    await story.tell("POST", f"{path}/partners", partner, token=token, other={**partner, "legal_form": "perseroda"})
    place: dict[str, Any] = {"token": operator, "organisation_id": made["organisation_id"]}
    reason, other = {"reason": "Menurut laporan."}, {"reason": "Menurut surat."}
    one = f"{path}/{{organisation_id:int}}"
    await story.tell(
        "POST", f"{one}/decision", {"is_approved": True, **reason}, **place, other={"is_approved": False, **other}
    )
    await story.tell("POST", f"{one}/suspension", reason, **place, other=other)
    await story.tell("POST", f"{one}/reactivation", reason, **place, other=other)
    young = await make_organisation("cooperative", status="musdes", status_on=date(2025, 5, 1))
    step = {"status": "akta", "effective_on": "2025-06-01", "evidence": "Akta nomor 12."}
    await story.tell(
        "POST",
        f"{one}/statuses",
        step,
        token=operator,
        organisation_id=young,
        other={**step, "effective_on": "2025-06-02"},
    )
    board: dict[str, Any] = {"token": await add_person(shop, "pengurus"), "organisation_id": shop.cooperative_id}
    await story.tell("PUT", f"{one}/profile", {"description": "Gerai desa."}, **board, other={"description": "Lain."})
    cashier = {"contact": resident.contact, "role": "cashier"}
    granted = await story.tell("POST", f"{one}/staff", cashier, **board, other={**cashier, "role": "store_manager"})
    await story.tell(
        "DELETE",
        f"{one}/staff/{{assignment_id:int}}",
        **board,
        assignment_id=granted["assignment_id"],
        other={"assignment_id": 1},
    )
    asked = await story.tell(
        "POST",
        f"{one}/memberships",
        token=token,
        organisation_id=shop.cooperative_id,
        other={"organisation_id": young},
    )
    await story.tell(
        "POST",
        f"{path}/memberships/{{application_id:int}}/decision",
        {"is_approved": True, "is_ktp_checked": True, "reason": ""},
        token=board["token"],
        application_id=asked["application_id"],
        other={"is_approved": False, "is_ktp_checked": True, "reason": "Bukan warga."},
    )


async def tell_goods(story: Story, shop: Shop) -> None:
    owner = await wearer("seller_owner", await make_organisation("seller"))
    body = {"name": "Keripik tempe", "category_slug": "makanan-ringan", "unit_code": "bungkus", "price_rupiah": 10_000}
    made = await story.tell("POST", f"{V1}/products", body, token=owner, other={**body, "price_rupiah": 11_000})
    place: dict[str, Any] = {"token": owner, "product_id": made["product_id"]}
    one = f"{V1}/products/{{product_id:int}}"
    edit = {**body, "version": 1, "price_rupiah": 11_000}
    await story.tell("PUT", one, edit, **place, other={**edit, "price_rupiah": 12_000})
    red, blue = picture("red"), picture("blue")
    await story.tell("PUT", f"{one}/photo", red, **place, other=blue)
    await story.tell("POST", f"{one}/steps", {"step": "publish"}, **place, other={"step": "pause"})
    manager = shop.tokens["store_manager"]
    shelf = {"product_id": made["product_id"], "source": "own_stock", "price_rupiah": 15_000, "cost_rupiah": 12_000}
    listed = await story.tell("POST", f"{V1}/listings", shelf, token=manager, other={**shelf, "price_rupiah": 16_000})
    there: dict[str, Any] = {"token": manager, "listing_id": listed["listing_id"]}
    del shelf["product_id"]
    change = {**shelf, "version": 1, "price_rupiah": 15_500}
    one = f"{V1}/listings/{{listing_id:int}}"
    await story.tell("PUT", one, change, **there, other={**change, "price_rupiah": 16_000})
    await story.tell("POST", f"{one}/steps", {"step": "pause"}, **there, other={"step": "resume"})
    stock = f"{V1}/stock/{{listing_id:int}}"
    come = {"quantity": 20, "unit_cost_rupiah": 12_000}
    await story.tell("POST", f"{stock}/receipts", come, **there, other={**come, "quantity": 21})
    gone = {"kind": "damage", "quantity": 2, "reason": "Kemasan bocor."}
    await story.tell("POST", f"{stock}/corrections", gone, **there, other={**gone, "quantity": 3})
    counted = {"counted": 17, "reason": "Opname."}
    await story.tell("POST", f"{stock}/counts", counted, **there, other={**counted, "counted": 16})
    hours = [{"weekday": day, "opens_minute": 0, "closes_minute": 1440} for day in range(1, 8)]
    settings = {**SETTINGS, "hours": hours}
    await story.tell("PUT", f"{V1}/stores/mine", settings, token=manager, other={**settings, "name": "Gerai Lain"})
    village = {"village_code": LAMBANGSARI, "is_covered": True}
    await story.tell(
        "PUT", f"{V1}/stores/mine/coverage", village, token=manager, other={**village, "is_covered": False}
    )


def picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "PNG")
    return file.getvalue()


async def tell_partnerships(story: Story, shop: Shop) -> None:
    partner = await wearer("partner_staff", await make_organisation("partner", region_code="32"))
    manager = shop.tokens["store_manager"]
    made = await story.tell("POST", f"{V1}/offers", terms(), token=partner, other=terms(quota=400))
    offer: dict[str, Any] = {"token": partner, "offer_id": made["offer_id"]}
    one = f"{V1}/offers/{{offer_id:int}}"
    edit = {"version": 1, "terms": terms(quota=400)}
    await story.tell("PUT", one, edit, **offer, other={**edit, "terms": terms(quota=500)})
    published = {"version": 2, "state": "published"}
    await story.tell("POST", f"{one}/state", published, **offer, other={**published, "state": "closed"})
    wish = {"version": 3, "quantity": 100, "is_independent": True}
    buyer = {**offer, "token": manager}
    answers = []
    for _ in range(2):
        applied = await story.tell("POST", f"{one}/applications", wish, **buyer, other={**wish, "quantity": 120})
        answers.append(applied["application_id"])
        if len(answers) == 1:
            path = f"{V1}/applications/{{application_id:int}}/withdrawal"
            await story.tell("POST", path, token=manager, application_id=answers[0], other={"application_id": 999})
    await story.tell(
        "POST",
        f"{V1}/applications/{{application_id:int}}/decision",
        {"state": "accepted", "reason": ""},
        token=partner,
        application_id=answers[1],
        other={"state": "declined", "reason": "Habis."},
    )


async def tell_order(story: Story, shop: Shop, token: str) -> dict[str, Any]:
    """Place a resident's order of rice, after changing the mind about chips."""
    lines = [{"product_id": shop.rice, "quantity": 1}, {"product_id": shop.chips, "quantity": 1}]
    whole = {"lines": lines, "village_code": JATIMAKMUR}
    place: dict[str, Any] = {"token": token}
    await story.tell("PUT", f"{V1}/carts/current/lines", whole, **place, other={**whole, "lines": lines[:1]})
    await story.tell(
        "DELETE",
        f"{V1}/carts/current/lines/{{product_id:int}}",
        **place,
        product_id=shop.chips,
        other={"product_id": shop.rice},
    )
    order = {
        "lines": [{"product_id": shop.rice, "store_id": shop.store_id, "quantity": 1, "unit_price_rupiah": 65_000}],
        "contact_name": "Pembeli Uji",
        "contact_phone": "0812 0000 0001",
    }
    placed = await story.tell("POST", f"{V1}/orders", order, **place, other={**order, "contact_name": "Lain"})
    (made,) = placed["orders"]
    return dict(made)


async def tell_trade(story: Story, shop: Shop, buyer: str) -> None:
    cashier = shop.tokens["cashier"]
    opening = {"amount_rupiah": 100_000, "reason": "Kas dari rapat."}
    await story.tell(
        "POST", f"{V1}/safe/opening", opening, token=shop.tokens["store_manager"], other={**opening, "amount_rupiah": 1}
    )
    await story.tell("POST", f"{V1}/shifts", {"float_rupiah": 50_000}, token=cashier, other={"float_rupiah": 60_000})
    basket = {"lines": [{"product_id": shop.chips, "quantity": 1}], "village_code": JATIMAKMUR}
    await story.tell("POST", f"{V1}/carts", basket, other={**basket, "village_code": LAMBANGSARI})
    first = await tell_order(story, shop, buyer)
    path = f"{V1}/orders/{{tracking_token:str}}/cancellation"
    token = first["tracking_token"]
    await story.tell("POST", path, token=buyer, tracking_token=token, other={"tracking_token": token + "x"})
    second = await tell_order(story, shop, buyer)
    counter: dict[str, Any] = {"token": cashier, "code": second["code"]}
    await story.tell("POST", f"{ORDER}/steps", {"state": "accepted"}, **counter, other={"state": "ready"})
    cash = {"tendered_rupiah": 100_000, "is_handed_over": False}
    await story.tell("POST", f"{ORDER}/payment", cash, **counter, other={**cash, "tendered_rupiah": 70_000})
    await story.tell("POST", f"{ORDER}/hand-over", **counter, other={"code": first["code"]})
    await tell_channels(story, shop)
    await tell_returns(story, shop, second["code"])
    await tell_counter_order(story, shop)
    await tell_waiting_payment(story, shop, await tell_order(story, shop, buyer), buyer)
    sale = {"lines": [{"listing_id": shop.chips_listing, "quantity": 2}], "tendered_rupiah": 30_000}
    sale |= {"expected_rupiah": 30_000}
    await story.tell(
        "POST", f"{V1}/stores/current/sales", sale, token=cashier, other={**sale, "tendered_rupiah": 50_000}
    )
    closing = {"counted_rupiah": 80_000}
    await story.tell("POST", f"{V1}/shifts/current/closing", closing, token=cashier, other={"counted_rupiah": 90_000})


async def tell_everything(story: Story, app: Litestar) -> None:
    """Tell every command that there is."""
    shop = await make_shop(phone=PHONE)
    operator = await wearer("platform_operator", await make_organisation("operator", region_code=None))
    person = await tell_accounts(story, operator)
    await tell_organisations(story, shop, operator, person)
    await tell_goods(story, shop)
    await tell_partnerships(story, shop)
    async with database.connection() as connection:
        _, buyer = await make_signed_in(connection)
    await tell_trade(story, shop, buyer)
    following = await tell_till(story, shop)
    await tell_deposits(story, shop)
    await tell_tabs(story, shop, (await tell_order(story, shop, buyer))["code"], following)
    await tell_patronage(story, shop, following)
    await tell_documents(story, shop, (await tell_order(story, shop, buyer))["code"], operator)
    await tell_settlement(story, shop)
    await tell_books(story, shop)
    await tell_cards(story, app)
    commands = {key for key in routes(app) if key[1].startswith("/api/v1/") and key[0] not in {"GET", "HEAD"}}
    assert commands - story.told == set()
    assert story.told - commands == set()
    assert commands > WITHOUT_OTHER_INPUT.keys()


async def test_every_command_happens_once_for_each_key(app: Litestar, client: httpx.AsyncClient) -> None:
    await tell_everything(Story(client), app)

"""Cash from the safe to the bank: two persons, a slip, and nothing lost on the way."""

import asyncio
import io

import asyncpg
import httpx
import pytest
from litestar import Litestar
from PIL import Image

from marketplace import database
from tests.orders.counter_shop import Shop, add_person, browser, command, make_shop, press
from tests.orders.till_shop import fill_safe, held, said, send

BANK = {"bank": "BRI", "number": "0123 4567 8901 234", "holder": "Koperasi Desa Jatimakmur"}


def photo(colour: str = "white") -> bytes:
    """A picture as a phone would take it."""
    target = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(target, "JPEG")
    return target.getvalue()


@pytest.fixture
async def shop(app: Litestar, client: httpx.AsyncClient) -> Shop:
    made = await make_shop()
    await fill_safe(client, made, 500_000)
    saved = await client.put(
        "/api/v1/stores/current/channels/transfer", json=BANK, headers=command(made.tokens["store_manager"])
    )
    assert saved.status_code == 200, saved.text
    return made


@pytest.fixture
async def carrier(shop: Shop) -> str:
    """Return the token of who brings the cash."""
    return shop.tokens["store_manager"]


@pytest.fixture
async def second(shop: Shop) -> str:
    return await add_person(shop, "pengurus")


async def make(client: httpx.AsyncClient, token: str, amount: int = 300_000) -> int:
    answer = await send(client, token, "/stores/current/deposits", amount_rupiah=amount)
    assert answer.status_code == 201, answer.text
    return answer.json()["deposit_id"]


async def show_slip(client: httpx.AsyncClient, token: str, deposit: int, data: bytes) -> httpx.Response:
    return await client.put(f"/api/v1/stores/current/deposits/{deposit}/slip", content=data, headers=command(token))


async def decide(
    client: httpx.AsyncClient, token: str, deposit: int, *, has_arrived: bool = True, reason: str = ""
) -> httpx.Response:
    path = f"/stores/current/deposits/{deposit}/decision"
    return await send(client, token, path, has_arrived=has_arrived, reason=reason)


async def test_cash_reaches_the_bank_by_two_persons_and_a_slip(
    client: httpx.AsyncClient, shop: Shop, carrier: str, second: str
) -> None:
    deposit = await make(client, carrier)
    books = await held(shop)
    assert (books["safe_cash"], books[f"cash_in_transit:deposit:{deposit}"]) == (200_000, 300_000)
    report = await client.get("/api/v1/reports/day", headers={"authorization": f"Bearer {second}"})
    assert report.json()["in_transit_rupiah"] == 300_000
    without = await decide(client, second, deposit)
    assert (without.status_code, without.json()["code"]) == (409, "deposit_has_no_slip")
    assert (await show_slip(client, carrier, deposit, photo())).json()["has_slip"] is True
    alone = await decide(client, carrier, deposit)
    assert alone.status_code == 403
    assert (await held(shop)) == books
    assert (await decide(client, second, deposit)).json()["state"] == "arrived"
    books = await held(shop)
    assert books["safe_cash"] == 200_000
    assert [amount for name, amount in books.items() if name.startswith("bank:")] == [300_000]
    assert f"cash_in_transit:deposit:{deposit}" not in books
    late = await decide(client, second, deposit, has_arrived=False, reason="Keliru")
    assert (late.status_code, late.json()["code"]) == (409, "deposit_has_ended")
    assert (await show_slip(client, carrier, deposit, photo("black"))).status_code == 409


async def test_rejected_cash_is_back_in_the_safe_with_its_reason(
    client: httpx.AsyncClient, shop: Shop, carrier: str, second: str
) -> None:
    before = await held(shop)
    deposit = await make(client, carrier)
    silent = await decide(client, second, deposit, has_arrived=False)
    assert silent.json()["errors"][0]["field"] == "reason"
    back = await decide(client, second, deposit, has_arrived=False, reason="Bank tutup, uang dibawa pulang.")
    assert back.json()["state"] == "rejected"
    assert await held(shop) == before
    listed = await client.get("/api/v1/stores/current/deposits", headers={"authorization": f"Bearer {second}"})
    assert [(row["state"], row["reason"]) for row in listed.json()] == [("rejected", "Bank tutup, uang dibawa pulang.")]


async def test_never_more_than_the_safe_holds_whoever_is_faster(
    client: httpx.AsyncClient, shop: Shop, carrier: str, second: str
) -> None:
    answers = await asyncio.gather(
        *(
            send(client, token, "/stores/current/deposits", amount_rupiah=200_000)
            for token in (carrier, second, carrier, second)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201, 201, 422, 422]
    refused = [answer for answer in answers if answer.status_code == 422]
    assert refused[0].json()["errors"][0]["message"] == "Menurut buku, uang di brankas tidak sebanyak itu."
    assert (await held(shop))["safe_cash"] == 100_000


async def test_two_presses_and_two_deciders_at_once_count_once(
    client: httpx.AsyncClient, shop: Shop, carrier: str, second: str
) -> None:
    once = command(carrier)
    answers = await asyncio.gather(
        *(
            client.post("/api/v1/stores/current/deposits", json={"amount_rupiah": 100_000}, headers=once)
            for _ in range(3)
        )
    )
    assert {answer.status_code for answer in answers} == {201}
    (deposit,) = {answer.json()["deposit_id"] for answer in answers}
    await show_slip(client, carrier, deposit, photo())
    third = await add_person(shop, "store_manager")
    decisions = await asyncio.gather(
        decide(client, second, deposit), decide(client, third, deposit, has_arrived=False, reason="Belum masuk")
    )
    assert sorted(answer.status_code for answer in decisions) == [200, 409]
    books = await held(shop)
    at_bank = sum(amount for name, amount in books.items() if name.startswith("bank:"))
    assert at_bank + books["safe_cash"] == 500_000


async def test_slip_is_for_the_store_s_people_alone(
    client: httpx.AsyncClient, shop: Shop, carrier: str, second: str
) -> None:
    deposit = await make(client, carrier)
    assert (await show_slip(client, second, deposit, photo())).status_code == 403
    assert (await show_slip(client, carrier, deposit, b"%PDF-1.7 slip")).status_code == 422
    await show_slip(client, carrier, deposit, photo())
    path = f"/api/v1/stores/current/deposits/{deposit}/slip"
    seen = await client.get(path, headers={"authorization": f"Bearer {shop.tokens['pengawas']}"})
    assert (seen.status_code, seen.headers["content-type"]) == (200, "image/webp")
    assert seen.headers["cache-control"] == "private, no-store"
    assert Image.open(io.BytesIO(seen.content)).size == (800, 533)
    other = await make_shop()
    for token in (shop.tokens["member"], other.tokens["store_manager"]):
        hidden = await client.get(path, headers={"authorization": f"Bearer {token}"})
        assert hidden.status_code in (403, 404)
    async with database.connection() as connection:
        digest = await connection.fetchval("SELECT digest FROM deposit_slip")
    assert (await client.get(f"/foto/{digest}.webp")).status_code == 404


async def test_database_refuses_one_person_twice_and_arrival_without_slip_or_line(
    client: httpx.AsyncClient, shop: Shop, carrier: str
) -> None:
    await make(client, carrier)
    async with database.connection() as connection:
        with pytest.raises(asyncpg.CheckViolationError, match="bank_deposit_two_persons"):
            await connection.execute(
                "UPDATE bank_deposit SET state = 'rejected', reason = 'x', decided_by = made_by, decided_at = now()"
            )
        with pytest.raises(asyncpg.CheckViolationError, match="bank_deposit_arrived_has_proof"):
            await connection.execute(
                "UPDATE bank_deposit SET state = 'arrived', decided_at = now(), decided_by = "
                "(SELECT max(id) FROM person WHERE id <> made_by)"
            )


async def test_store_without_an_account_deposits_nothing(client: httpx.AsyncClient, app: Litestar) -> None:
    bare = await make_shop()
    await fill_safe(client, bare, 100_000)
    refused = await send(client, bare.tokens["store_manager"], "/stores/current/deposits", amount_rupiah=50_000)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_bank_account")
    assert (await held(bare))["safe_cash"] == 100_000


async def test_pages_lead_from_safe_to_account(app: Litestar, shop: Shop, carrier: str, second: str) -> None:
    async with browser(app, carrier) as bringing, browser(app, second) as looking:
        page = await bringing.get("/koperasi/setoran")
        refused = await press(bringing, page, "/koperasi/setoran", amount_rupiah="900rb")
        assert refused.status_code == 422
        assert "uang di brankas tidak sebanyak itu" in said(refused)
        assert 'value="900rb"' in refused.text
        made = await press(bringing, page, "/koperasi/setoran", amount_rupiah="250rb")
        path = made.headers["location"]
        shown = await bringing.get(path)
        assert "orang lain yang memeriksa rekening" in said(shown)
        once = shown.text.split(f'action="{path.replace("/", "&#x2f;")}&#x2f;slip"')
        form = shown.text if len(once) == 1 else once[1]
        key = form.split('name="_once" value="')[1].split('"')[0]
        for _ in range(2):
            sent = await bringing.post(
                f"{path}/slip", data={"_once": key}, files={"photo": ("slip.jpg", photo(), "image/jpeg")}
            )
            assert sent.status_code == 303, sent.text
        page = await looking.get(path)
        assert "Apakah Rp 250.000 sudah masuk?" in said(page)
        silent = await press(looking, page, f"{path}/keputusan", step="rejected")
        assert "Tulis mengapa uangnya kembali ke brankas." in said(silent)
        assert (await press(looking, page, f"{path}/keputusan", step="arrived")).status_code == 303
        assert "Sudah di rekening" in said(await looking.get("/koperasi/setoran"))
    assert (await held(shop))["safe_cash"] == 250_000

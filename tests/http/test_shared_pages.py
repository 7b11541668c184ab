"""Pages kept for everybody: never one person's page to another, never longer than they allow, never more than fit."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from marketplace import database
from marketplace.discovery import prepare_search
from marketplace.http.cookies import cart_cookie_name
from marketplace.http.shared_pages import SharedPages
from marketplace.http.visitor import read_cookies
from tests.factories import JATIMAKMUR, LAMBANGSARI, make_person, sign_in, sign_out
from tests.factories_trade import make_listing, make_seller_product, make_store

# Every kind of page that says it may be shared; {product} and {store} are filled in.
SHARED = (
    "/",
    "/produk/{product}",
    "/produk/{product}?gerai={store}",
    "/gerai",
    "/gerai/{store}",
    "/cari?q=keripik",
    "/cari?q=gerai&jenis=gerai",
    "/kemitraan",
    "/cakupan",
    "/tentang",
)


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def clock(app: Litestar) -> AsyncIterator[Clock]:
    """The clock of the application's kept pages, of which there are none yet."""
    clock = Clock()
    app.state.shared_pages.forget()
    app.state.shared_pages.clock = clock
    yield clock
    app.state.shared_pages.forget()


@pytest.fixture
async def shop(app: Litestar) -> dict[str, int]:
    """One product at one store."""
    async with database.transaction() as connection:
        store_id = await make_store(connection)
        product_id = await make_seller_product(connection, name="Keripik tempe pedas")
        await make_listing(connection, store_id=store_id, product_id=product_id, price_rupiah=15_000)
    await prepare_search()
    return {"product": product_id, "store": store_id}


async def statements_of(client: httpx.AsyncClient, path: str) -> int:
    async with database.observed_statements() as seen:
        assert (await client.get(path)).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", SHARED)
async def test_page_for_everybody_is_made_once_and_holds_no_secret(
    client: httpx.AsyncClient, app: Litestar, clock: Clock, shop: dict[str, int], path: str
) -> None:
    """Made anew it is the same to the byte, also compressed: nothing in it is of one visitor or of chance."""
    path = path.format(**shop)
    headers = {"accept-encoding": "gzip"}
    async with client.stream("GET", path, headers=headers) as first:
        packed = b"".join([part async for part in first.aiter_raw()])
    assert first.status_code == 200
    assert first.headers["cache-control"].startswith("public, max-age=")
    assert b'name="_csrf" value=""' in gzip.decompress(packed)
    clock.seconds += 3
    async with database.observed_statements() as seen:
        again = await client.get(path, headers=headers)
    assert (seen, again.headers["age"], again.content) == ([], "3", gzip.decompress(packed))
    app.state.shared_pages.forget()
    async with client.stream("GET", path, headers=headers) as anew:
        assert b"".join([part async for part in anew.aiter_raw()]) == packed
    assert anew.headers["age"] == "0"


async def test_price_is_stale_for_ten_seconds_at_most(
    client: httpx.AsyncClient, clock: Clock, shop: dict[str, int]
) -> None:
    path = f"/produk/{shop['product']}"
    assert "15.000" in (await client.get(path)).text
    async with database.transaction() as connection:
        await connection.execute("UPDATE listing SET price_rupiah = 16000")
    clock.seconds += 9.9
    assert "15.000" in (await client.get(path)).text
    clock.seconds += 0.1
    page = await client.get(path)
    assert "16.000" in page.text
    assert "15.000" not in page.text


async def test_signed_in_neither_see_nor_make_pages_for_everybody(
    client: httpx.AsyncClient, clock: Clock, shop: dict[str, int]
) -> None:
    path = f"/gerai/{shop['store']}"
    await sign_in(client, await make_person("Siti Rahasia"))
    own = await client.get(path)
    assert "Siti Rahasia" in own.text
    assert own.headers["cache-control"] == "private, no-store"
    sign_out(client)
    assert await statements_of(client, path) > 0
    assert "Siti Rahasia" not in (await client.get(path)).text
    await sign_in(client, await make_person("Budi Rahasia"))
    assert "Budi Rahasia" in (await client.get(path)).text


async def test_session_that_has_ended_gets_a_page_of_its_own(
    client: httpx.AsyncClient, clock: Clock, shop: dict[str, int]
) -> None:
    path = f"/gerai/{shop['store']}"
    await client.get(path)
    client.cookies.set("lumbung_session", "ended")
    page = await client.get(path)
    assert page.headers["cache-control"] == "private, no-store"
    assert "age" not in page.headers


async def test_holder_of_a_cart_neither_sees_nor_makes_pages_for_everybody(
    client: httpx.AsyncClient, clock: Clock, shop: dict[str, int]
) -> None:
    path = f"/gerai/{shop['store']}"
    await client.get(path)
    added = await client.post("/keranjang/tambah", data={"product_id": shop["product"], "quantity": "1"})
    assert added.status_code == 303
    told = await client.get(path)
    assert "Barang masuk keranjang." in told.text
    assert "Keranjang, 1 barang" in told.text
    assert told.headers["cache-control"] == "private, no-store"
    assert "lumbung_notice" not in client.cookies
    assert "Keranjang, 1 barang" in (await client.get(path)).text
    client.cookies.delete(cart_cookie_name())
    bare = await client.get(path)
    assert "Keranjang, 0 barang" in bare.text
    assert "Barang masuk keranjang." not in bare.text


async def test_sentence_that_waits_is_told_to_its_owner_alone(client: httpx.AsyncClient, clock: Clock) -> None:
    client.cookies.set("lumbung_notice", "Barang%20masuk%20keranjang.")
    assert "Barang masuk keranjang." in (await client.get("/gerai")).text
    client.cookies.clear()
    assert "Barang masuk keranjang." not in (await client.get("/gerai")).text


async def test_language_and_village_have_pages_of_their_own(
    client: httpx.AsyncClient, clock: Clock, shop: dict[str, int]
) -> None:
    assert "Di mana Anda belanja?" in (await client.get("/")).text
    client.cookies.set("lumbung_language", "en")
    assert "Where do you shop?" in (await client.get("/")).text
    client.cookies.set("lumbung_village", JATIMAKMUR)
    assert "Jatimakmur" in (await client.get("/")).text
    client.cookies.set("lumbung_village", LAMBANGSARI)
    assert "Lambangsari" in (await client.get("/")).text
    client.cookies.clear()
    assert "Di mana Anda belanja?" in (await client.get("/")).text
    assert await statements_of(client, "/") == 0


async def test_unknown_cookie_and_parts_of_pages_are_left_alone(
    client: httpx.AsyncClient, clock: Clock, shop: dict[str, int]
) -> None:
    await client.get("/gerai")
    assert "age" not in (await client.get("/gerai", headers={"hx-request": "true"})).headers
    assert "age" not in (await client.head("/gerai")).headers
    client.cookies.set("_ga", "1")
    assert "age" not in (await client.get("/gerai")).headers


async def test_many_who_ask_at_once_wait_for_one_rendering(
    client: httpx.AsyncClient, clock: Clock, shop: dict[str, int]
) -> None:
    path = f"/gerai/{shop['store']}"
    async with database.observed_statements() as seen:
        pages = await asyncio.gather(*(client.get(path) for _ in range(30)))
    assert len(seen) == 2, seen
    assert {page.status_code for page in pages} == {200}
    assert len({page.content for page in pages}) == 1


async def test_page_that_one_has_is_not_sent_again(
    client: httpx.AsyncClient, clock: Clock, shop: dict[str, int]
) -> None:
    first = await client.get("/gerai")
    clock.seconds += 60
    same = await client.get("/gerai", headers={"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    assert same.headers["content-security-policy"] == first.headers["content-security-policy"]
    async with database.transaction() as connection:
        await connection.execute("UPDATE store SET name = 'Gerai Baru'")
    clock.seconds += 60
    other = await client.get("/gerai", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200
    assert "Gerai Baru" in other.text


async def test_error_is_shown_to_each_and_not_kept(client: httpx.AsyncClient, clock: Clock) -> None:
    async with database.transaction() as connection:
        product_id = await make_seller_product(connection, state="draft")
    missing = await asyncio.gather(*(client.get(f"/produk/{product_id}") for _ in range(5)))
    assert {page.status_code for page in missing} == {404}
    async with database.transaction() as connection:
        await connection.execute("UPDATE product SET state = 'published'")
    assert (await client.get(f"/produk/{product_id}")).status_code == 200


# The cache alone, around a tiny application


PUBLIC = {"cache-control": "public, max-age=10", "content-type": "text/html; charset=utf-8"}


class TinyApp:
    """Answers every request alike and counts; waits for `gate` first."""

    def __init__(self, status: int = 200, headers: dict[str, str] | None = None, body: bytes = b"x" * 1000) -> None:
        self.status, self.headers, self.body = status, PUBLIC if headers is None else headers, body
        self.calls = 0
        self.failure: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.calls += 1
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body[:500], "more_body": True})
        await send({"type": "http.response.body", "body": self.body[500:], "more_body": False})


async def ask(share: Any, path: str = "/", *, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    await share(scope, None, send)
    return sent[0]["status"], b"".join(message["body"] for message in sent[1:])


@pytest.mark.parametrize(
    ("status", "changed"),
    [
        (404, {}),
        (422, {}),
        (303, {"location": "/masuk"}),
        (200, {"set-cookie": "a=b"}),
        (200, {"cache-control": "private, no-store"}),
        (200, {"cache-control": "public, no-cache, max-age=10"}),
        (200, {"cache-control": "public"}),
        (200, {"cache-control": "public, max-age=0"}),
        (200, {"cache-control": "max-age=10"}),
        (200, {"vary": "cookie, hx-request"}),
        (200, {"content-type": "image/webp"}),
    ],
)
async def test_answer_that_does_not_allow_it_is_not_shared(status: int, changed: dict[str, str]) -> None:
    tiny, pages = TinyApp(status, PUBLIC | changed), SharedPages(clock=Clock())
    share = pages.around(tiny)
    answers = await asyncio.gather(*(ask(share) for _ in range(3)), ask(share))
    assert answers == [(status, tiny.body)] * 4
    assert (tiny.calls, pages.kept_bytes) == (4, 0)


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "POST"},
        {"method": "HEAD"},
        {"path": "/api/v1/products"},
        {"authorization": "Bearer x"},
        {"cart_token": "x"},
        {"hx_request": "true"},
        {"cookie": "lumbung_session=x"},
        {"cookie": "lumbung_cart=x"},
        {"cookie": "__Host-lumbung_session=x; lumbung_language=en"},
        {"cookie": "lumbung_notice=x"},
        {"cookie": "lumbung_language=en;lumbung_cart=x"},
        {"cookie": "lumbung_cart"},
    ],
)
async def test_request_of_somebody_goes_past_it(asked: dict[str, str]) -> None:
    tiny, pages = TinyApp(), SharedPages(clock=Clock())
    share = pages.around(tiny)
    await ask(share)
    assert await ask(share, **asked) == (200, tiny.body)
    assert await ask(share, **asked) == (200, tiny.body)
    assert tiny.calls == 3


async def test_memory_is_bounded_and_the_page_asked_for_last_stays() -> None:
    tiny, pages = TinyApp(), SharedPages(most_bytes=10_000, clock=Clock())
    share = pages.around(tiny)
    for number in range(50):
        await ask(share, f"/{number}")
        await ask(share, "/0")
        assert 0 < pages.kept_bytes <= 10_000
    assert tiny.calls == 50
    await ask(share, "/49")
    assert tiny.calls == 50
    await ask(share, "/1")
    assert tiny.calls == 51
    pages.forget()
    assert pages.kept_bytes == 0


async def test_rendering_again_does_not_count_the_page_twice() -> None:
    clock = Clock()
    tiny, pages = TinyApp(), SharedPages(clock=clock)
    share = pages.around(tiny)
    await ask(share)
    kept_bytes = pages.kept_bytes
    clock.seconds += 10
    await ask(share)
    assert (tiny.calls, pages.kept_bytes) == (2, kept_bytes)


async def test_rendering_that_fails_or_is_called_off_leaves_nobody_waiting() -> None:
    tiny, pages = TinyApp(), SharedPages(clock=Clock())
    share = pages.around(tiny)
    tiny.gate.clear()
    first, *others = (asyncio.create_task(ask(share)) for _ in range(4))
    await asyncio.sleep(0)
    assert tiny.calls == 1
    others.pop().cancel()
    first.cancel()
    tiny.gate.set()
    assert await asyncio.gather(*others) == [(200, tiny.body)] * 2
    tiny.failure = RuntimeError("broken")
    outcomes = await asyncio.gather(*(ask(share, "/broken") for _ in range(3)), return_exceptions=True)
    assert [str(outcome) for outcome in outcomes] == ["broken"] * 3
    tiny.failure = None
    assert await ask(share, "/broken") == (200, tiny.body)


def test_cookies_are_read_as_browsers_send_them() -> None:
    headers = [
        (b"cookie", b'lumbung_language=en; lumbung_village="32.75.08.1003"; a=b=c;;broken'),
        (b"accept", b"*/*"),
        (b"cookie", b"lumbung_notice=Sudah%20masuk; a=\xff"),
    ]
    assert read_cookies({"headers": headers}) == {  # type: ignore[arg-type]  # nothing else is looked at
        "lumbung_language": "en",
        "lumbung_village": "32.75.08.1003",
        "a": "ÿ",
        "": "",
        "broken": "",
        "lumbung_notice": "Sudah%20masuk",
    }

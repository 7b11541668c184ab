"""What strangers try: forms from other sites, foreign cookies, floods, broken bodies, impossible input."""

import html
import re
import secrets
import time
from collections.abc import Iterator
from typing import Final

import httpx
import pytest

from marketplace.app import LARGEST_BODY_BYTES
from marketplace.http import rate_limits
from marketplace.http.forms import local_path
from marketplace.http.visitor import CONTENT_SECURITY_POLICY
from marketplace.settings import current_settings
from tests.factories import PASSWORD, TestPerson, make_person, open_token, sign_in, sign_out
from tests.http.policy_table import WHO
from tests.http.test_policies import fill, make_visitor, table

FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
JSON: Final = {"content-type": "application/json"}
SESSION: Final = "lumbung_session"
TOO_LARGE: Final = b"x" * (LARGEST_BODY_BYTES + 1)


def command(**headers: str) -> dict[str, str]:
    return {"idempotency-key": secrets.token_hex(8), **headers}


@pytest.fixture
def https() -> Iterator[None]:
    """Run as behind https://lumbung.test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LUMBUNG_URL", "https://lumbung.test")
        current_settings.cache_clear()
        yield
    current_settings.cache_clear()


# Forms from other sites


@pytest.mark.parametrize(
    ("headers", "token", "is_accepted"),
    [
        ({"sec-fetch-site": "same-origin"}, "", True),
        ({"sec-fetch-site": "none"}, "", True),
        ({"sec-fetch-site": "same-site"}, "", False),
        ({"sec-fetch-site": "cross-site"}, "right", False),
        ({"sec-fetch-site": "cross-site", "origin": "http://lumbung.test"}, "", False),
        ({"origin": "http://lumbung.test"}, "", True),
        ({"origin": "http://lumbung.test.example"}, "right", False),
        ({"origin": "http://example.com"}, "", False),
        ({"origin": "null"}, "", False),
        ({"origin": "null"}, "right", True),
        ({}, "", False),
        ({}, "wrong", False),
        ({}, "right", True),
    ],
)
async def test_form_of_another_site_is_refused_and_changes_nothing(
    client: httpx.AsyncClient, headers: dict[str, str], token: str, *, is_accepted: bool
) -> None:
    await sign_in(client, await make_person())
    page = await client.get("/akun/profil")
    found = re.search(r'name="_csrf" value="([0-9a-f]{64})"', page.text)
    assert found is not None
    del client.headers["sec-fetch-site"]
    form = {"language": "en", "_csrf": found[1] if token == "right" else token}
    answer = await client.post("/bahasa", data=form, headers=headers)
    assert answer.status_code == (303 if is_accepted else 403)
    if not is_accepted:
        assert "dikirim dari situs lain" in html.unescape(answer.text)
    is_english = '<html lang="en"' in (await client.get("/akun/profil")).text
    assert is_english is is_accepted


async def test_token_of_another_session_opens_nothing(client: httpx.AsyncClient) -> None:
    await sign_in(client, await make_person())
    stolen = re.search(r'name="_csrf" value="([0-9a-f]{64})"', (await client.get("/akun/profil")).text)
    assert stolen is not None
    sign_out(client)
    await sign_in(client, await make_person())
    del client.headers["sec-fetch-site"]
    answer = await client.post("/bahasa", data={"language": "en", "_csrf": stolen[1]})
    assert answer.status_code == 403


# Headers


def check_headers(answer: httpx.Response) -> None:
    where = f"{answer.request.method} {answer.request.url}"
    policy = answer.headers["content-security-policy"]
    assert policy == CONTENT_SECURITY_POLICY, where
    assert answer.headers["x-content-type-options"] == "nosniff", where
    assert answer.headers["referrer-policy"] in {"same-origin", "no-referrer"}, where
    assert answer.headers["cross-origin-opener-policy"] == "same-origin", where
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert not re.search(r"<script(?![^>]*\ssrc=)", answer.text), where
        assert not re.search(r"<style|<[^>]*\s(?:style|on[a-z]+)=", answer.text), where
        assert not re.search(r'(?:src|action)="https?:', answer.text), where


def test_policy_of_content_allows_nothing_inline_and_no_other_host() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    for directive in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    "role", ["guest", "resident", "pengurus", "seller_owner", "partner_staff", "platform_operator"]
)
async def test_every_page_carries_the_headers_and_nothing_inline(client: httpx.AsyncClient, role: str) -> None:
    person, assignment = await make_visitor(role)
    if person is not None:
        await sign_in(client, person, wearing=assignment)
    for (method, path), who in table().items():
        if method == "GET" and role in WHO[who]:
            check_headers(await client.get(fill(path)))
    for method, path in (
        ("GET", "/tidak-ada"),
        ("DELETE", "/masuk"),
        ("GET", "/static/x/y"),
        ("HEAD", "/"),
        ("GET", "/%00"),
    ):
        check_headers(await client.request(method, path))
    signed_in = await client.get("/masuk")
    assert "strict-transport-security" not in signed_in.headers


async def test_pages_of_a_person_are_not_stored(client: httpx.AsyncClient) -> None:
    await sign_in(client, await make_person())
    for path in ("/akun", "/", "/cari", "/api/v1/people/me"):
        assert (await client.get(path)).headers["cache-control"] == "private, no-store", path


async def test_answers_that_hold_a_token_are_not_stored_for_guests_either(client: httpx.AsyncClient) -> None:
    person = await make_person()
    body = {"contact": person.contact, "password": PASSWORD}
    opened = await client.post("/api/v1/sessions", json=body, headers=command())
    refused = await client.post("/api/v1/sessions", json={**body, "password": "salah salah"}, headers=command())
    assert (opened.status_code, refused.status_code) == (201, 401)
    for answer in (opened, refused, await client.get("/api/v1/orders/bukan-milik-siapa-pun")):
        assert answer.headers["cache-control"] == "private, no-store"


async def test_host_of_the_request_gets_into_no_link(client: httpx.AsyncClient) -> None:
    person = await make_person()
    evil = {"host": "evil.example", "x-forwarded-host": "evil.example"}
    asked = await client.post("/sandi/lupa", data={"contact": person.contact}, headers=evil)
    assert asked.status_code == 200
    outbox = await client.get("/kotak-keluar", headers=evil)
    assert "/sandi/" in html.unescape(outbox.text)
    for answer in (
        outbox,
        await client.get("/akun", headers=evil),
        await client.get("/", headers=evil),
        await client.get("/akun/topi", headers=evil),
    ):
        assert "evil.example" not in answer.text + answer.headers.get("location", "")


async def test_answer_to_asking_for_a_link_tells_nobody_who_has_an_account(client: httpx.AsyncClient) -> None:
    person = await make_person()
    known = await client.post("/sandi/lupa", data={"contact": person.contact})
    unknown = await client.post("/sandi/lupa", data={"contact": "0819-0000-2222"})
    words = re.compile(r'name="_csrf" value="[0-9a-f]*"')
    assert words.sub("", known.text) == words.sub("", unknown.text)
    assert known.status_code == unknown.status_code == 200


async def test_answer_to_head_is_that_to_get_without_body(client: httpx.AsyncClient) -> None:
    for path in ("/", "/masuk", "/tidak-ada", "/api/v1/regions"):
        got, head = await client.get(path), await client.head(path)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["content-type"] == got.headers["content-type"]


# Sessions and cookies


async def sign_in_by_form(client: httpx.AsyncClient, person: TestPerson) -> httpx.Response:
    answer = await client.post("/masuk", data={"contact": person.contact, "password": PASSWORD})
    assert answer.status_code == 303
    return answer


async def test_session_that_was_there_before_signing_in_is_not_taken_over(client: httpx.AsyncClient) -> None:
    attacker, victim = await make_person("Penyerang"), await make_person("Korban")
    theirs = await open_token(attacker)
    for planted in ("ditanam" * 6, theirs):
        sign_out(client)
        client.cookies.set(SESSION, planted)
        answer = await sign_in_by_form(client, victim)
        token = answer.cookies[SESSION]
        assert token != planted
        mine = await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {token}"})
        assert mine.json()["display_name"] == "Korban"
        other = await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {planted}"})
        assert other.status_code == 401 or other.json()["display_name"] == "Penyerang"


async def test_session_ends_when_signing_out(client: httpx.AsyncClient) -> None:
    token = (await sign_in_by_form(client, await make_person())).cookies[SESSION]
    out = await client.post("/keluar")
    assert f'{SESSION}=""' in out.headers["set-cookie"]
    assert (await client.get("/api/v1/people/me", headers={"authorization": f"Bearer {token}"})).status_code == 401


def cookie_of(answer: httpx.Response, name: str) -> set[str]:
    (line,) = (line for line in answer.headers.get_list("set-cookie") if line.startswith(f"{name}="))
    return {part.strip().casefold() for part in line.split(";")[1:]}


async def test_cookies_are_for_this_host_only_and_out_of_reach_of_scripts(client: httpx.AsyncClient) -> None:
    answer = await sign_in_by_form(client, await make_person())
    assert cookie_of(answer, SESSION) == {"httponly", "max-age=2592000", "path=/", "samesite=lax"}


async def test_cookies_are_secure_where_the_address_is(https: None, client: httpx.AsyncClient) -> None:
    client.base_url = httpx.URL("https://lumbung.test")
    answer = await sign_in_by_form(client, await make_person())
    for line in answer.headers.get_list("set-cookie"):
        assert "; secure" in line.casefold()
        assert "domain=" not in line.casefold()
    assert cookie_of(answer, f"__Host-{SESSION}") == {"httponly", "max-age=2592000", "path=/", "samesite=lax", "secure"}
    assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    token = answer.cookies[f"__Host-{SESSION}"]
    # The name without the prefix could have been set by a neighbour: it counts for nothing.
    client.cookies.clear()
    client.cookies.set(SESSION, token)
    assert (await client.get("/akun")).status_code == 303


async def test_cookie_signs_nobody_in_to_the_api_nor_a_bearer_token_to_pages(client: httpx.AsyncClient) -> None:
    token = await open_token(await make_person())
    client.cookies.set(SESSION, token)
    assert (await client.get("/api/v1/people/me")).status_code == 401
    assert (await client.get("/akun")).status_code == 200
    client.cookies.clear()
    headers = {"authorization": f"Bearer {token}"}
    assert (await client.get("/api/v1/people/me", headers=headers)).status_code == 200
    assert (await client.get("/akun", headers=headers)).status_code == 303


@pytest.mark.parametrize(
    "cookie",
    [
        b"lumbung_session=\xff\xfe; lumbung_cart=\xc3\x28",
        b"lumbung_session=" + b"a" * 9000,
        b'lumbung_session="\\000"; lumbung_cart="\\000"; lumbung_village="\\000"',
        b"lumbung_village=32.75.08.9999; lumbung_language=xx",
        b"lumbung_village=../../etc; lumbung_notice=%00%ff",
        b";;;=;= ;\x01",
    ],
)
async def test_cookie_that_cannot_be_ours_counts_for_nothing(client: httpx.AsyncClient, cookie: bytes) -> None:
    for path in ("/masuk", "/cari?q=beras", "/keranjang", "/gerai", "/api/v1/carts/current/plan"):
        answer = await client.get(path, headers={b"cookie": cookie, b"cart-token": b"\xff"})
        assert answer.status_code in {200, 303, 404, 503}, path


async def test_notice_cookie_is_text_not_markup(client: httpx.AsyncClient) -> None:
    client.cookies.set("lumbung_notice", "%3Cscript%20src%3D%2Fx%3E%3C%2Fscript%3E")
    assert "<script src=/x>" not in (await client.get("/masuk")).text


@pytest.mark.parametrize(
    ("target", "is_ours"),
    [
        ("/akun?x=1#y", True),
        ("", False),
        ("akun", False),
        ("//example.com", False),
        ("/\\example.com", False),
        ("/a\\..\\b", False),
        ("/\t/example.com", False),
        ("/\n/example.com", False),
        ("https://example.com", False),
        ("javascript:alert(1)", False),
        ("/\x00", False),
        ("/\r\nset-cookie: a=b", False),
    ],
)
def test_way_back_never_leaves_the_site(target: str, *, is_ours: bool) -> None:
    assert local_path(target, "/rumah") == (target if is_ours else "/rumah")


async def test_way_back_with_letters_of_any_script_is_a_valid_header(client: httpx.AsyncClient) -> None:
    answer = await client.post("/bahasa", data={"language": "id", "next": "/cari?q=é 米"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/cari?q=%C3%A9%20%E7%B1%B3")


# Floods


async def test_eleventh_attempt_to_sign_in_waits(client: httpx.AsyncClient) -> None:
    person = await make_person()
    for _ in range(10):
        answer = await client.post(
            "/api/v1/sessions", json={"contact": person.contact, "password": "salah salah"}, headers=command()
        )
        assert answer.status_code in {401, 422}
    answer = await client.post(
        "/api/v1/sessions", json={"contact": person.contact, "password": PASSWORD}, headers=command()
    )
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(answer.headers["retry-after"]) <= 900
    page = await client.post("/masuk", data={"contact": person.contact, "password": PASSWORD})
    assert page.status_code == 429
    assert 0 < int(page.headers["retry-after"]) <= 900
    assert SESSION not in page.cookies


async def test_flood_of_writes_waits_and_writes_nothing(client: httpx.AsyncClient) -> None:
    person = await make_person("Sebelum")
    await sign_in(client, person)
    first = await client.patch("/api/v1/people/me", json={"display_name": "Sesudah"}, headers=command())
    rate_limits._buckets[f"p{person.person_id}"] = (0.0, time.monotonic() + 60)
    second = await client.patch("/api/v1/people/me", json={"display_name": "Ketiga"}, headers=command())
    assert (first.status_code, second.status_code) == (200, 429)
    assert second.headers["retry-after"] == "1"
    assert second.headers["content-type"].startswith("application/problem+json")
    assert (await client.get("/api/v1/people/me")).json()["display_name"] == "Sesudah"


@pytest.mark.parametrize("role", ["guest", "pengurus", "seller_owner", "partner_staff", "platform_operator"])
async def test_every_command_is_limited(client: httpx.AsyncClient, role: str) -> None:
    person, assignment = await make_visitor(role)
    if person is not None:
        await sign_in(client, person, wearing=assignment)
    bucket = "127.0.0.1" if person is None else f"p{person.person_id}"
    for (method, path), who in table().items():
        if method == "GET" or role not in WHO[who]:
            continue
        for empty in (bucket, "signed:127.0.0.1"):
            rate_limits._buckets[empty] = (0.0, time.monotonic() + 60)
        answer = await client.request(method, fill(path), headers=command())
        assert (answer.status_code, answer.headers.get("retry-after")) == (429, "1"), f"{method} {path}"

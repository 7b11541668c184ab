"""What can be sent and makes no sense: too much, broken, impossible numbers, bytes that are no text. Never a 500."""

import html
import re
import secrets
from collections.abc import Iterator
from typing import Any, Final, get_args

import httpx
import msgspec
import pytest
from litestar import Litestar

from marketplace.app import LARGEST_BODY_BYTES, create_app
from marketplace.http import rate_limits
from marketplace.http.policy import ROLE_KINDS
from marketplace.settings import load_settings
from tests.factories import PASSWORD, sign_in, sign_out
from tests.http.policy_table import WHO
from tests.http.test_policies import fill, make_visitor, table

FORM: Final = {"content-type": "application/x-www-form-urlencoded"}
JSON: Final = {"content-type": "application/json"}
SESSION: Final = "lumbung_session"
TOO_LARGE: Final = b"x" * (LARGEST_BODY_BYTES + 1)


def command(**headers: str) -> dict[str, str]:
    return {"idempotency-key": secrets.token_hex(8), **headers}


def commands(app: Litestar) -> Iterator[tuple[str, Any]]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if handler.http_methods - {"GET", "OPTIONS"}:
                yield route.path, handler


# Bodies


async def test_body_that_is_too_large_is_refused_with_a_sentence(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/sessions", content=TOO_LARGE, headers=JSON)
    assert (answer.status_code, answer.json()["title"]) == (413, "Kiriman terlalu besar.")
    page = await client.post("/masuk", content=TOO_LARGE, headers=FORM)
    assert page.status_code == 413
    assert "Kiriman terlalu besar" in page.text

    async def pieces() -> Any:
        for _ in range(7):
            yield b"x" * 1024 * 1024

    assert (await client.post("/masuk", content=pieces(), headers=FORM)).status_code == 413


def structs(annotation: Any) -> Iterator[type[msgspec.Struct]]:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield annotation
        for field in msgspec.structs.fields(annotation):
            yield from structs(field.type)
    for part in get_args(annotation):
        yield from structs(part)


def test_commands_refuse_fields_that_they_do_not_know() -> None:
    lenient = {
        f"{path}: {struct.__name__}"
        for path, handler in commands(create_app(load_settings()))
        for name, parameter in handler.parsed_fn_signature.parameters.items()
        if name == "data"
        for struct in structs(parameter.annotation)
        if not struct.__struct_config__.forbid_unknown_fields
    }
    assert sorted(lenient) == []


@pytest.mark.parametrize("role", ["resident", *(role for role in ROLE_KINDS if role not in {"member", "pengawas"})])
async def test_broken_bodies_are_refused_as_problems(client: httpx.AsyncClient, role: str) -> None:
    person, assignment = await make_visitor(role)
    assert person is not None
    await sign_in(client, person, wearing=assignment)
    for (method, path), who in table().items():
        if method in {"GET", "DELETE"} or not path.startswith("/api/") or role not in WHO[who]:
            continue
        for body in (b"{", b"", b"\xff\xfe", b"[]", b"null", b'{"tidak_ada": 1}', b'"x"', b"9" * 400, b'{"a":' * 600):
            rate_limits._buckets.clear()
            answer = await client.request(method, fill(path), content=body, headers=JSON | command())
            said = f"{method} {path} {body[:20]!r}: {answer.status_code} {answer.text[:200]}"
            assert answer.status_code < 500, said
            if answer.status_code >= 400:
                assert answer.headers["content-type"].startswith("application/problem+json"), said
                assert answer.json()["title"], said
        strange = {"content-type": "application/x-unknown", **command()}
        assert (await client.request(method, fill(path), content=b"x", headers=strange)).status_code < 500


@pytest.mark.parametrize("role", ["guest", *ROLE_KINDS])
async def test_absurd_numbers_in_addresses_name_nothing(client: httpx.AsyncClient, role: str) -> None:
    person, assignment = await make_visitor(role)
    if person is not None:
        await sign_in(client, person, wearing=assignment)
    for (method, path), who in table().items():
        if ":int}" not in path or role not in WHO[who]:
            continue
        for number in ("0", "-1", str(2**31), str(2**63 - 1), str(2**63), "9" * 40, "1e3", "٣"):
            rate_limits._buckets.clear()
            address = re.sub(r"\{\w+:int\}", number, path)
            body: dict[str, str] | None = {} if path.startswith("/api/") and method not in {"GET", "DELETE"} else None
            answer = await client.request(method, fill(address), json=body, headers=command())
            allowed = {204, 400, 403, 404, 405, 409, 422}
            # What is not in the cart is as good as taken out.
            allowed |= {200} if "/carts/" in path else set()
            # Open to everyone only for who repeats it with the token of a session that ended.
            allowed |= {401} if "/sessions/" in path else set()
            assert answer.status_code in allowed, f"{method} {address}: {answer.status_code}"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/sessions", {"contact": "a\x00b@demo.test", "password": "\x00"}),
        ("/api/v1/people", {"display_name": "A\x00B", "contact": "081200000001", "password": PASSWORD}),
        (
            "/api/v1/people",
            {"display_name": "A", "contact": "081200000001", "password": PASSWORD, "village_code": "\x00"},
        ),
        ("/api/v1/carts", {"lines": [{"product_id": 2**63, "quantity": 1}]}),
        ("/api/v1/carts", {"lines": [{"product_id": 1, "quantity": 2**31}]}),
        ("/api/v1/carts", {"lines": [{"product_id": -1, "quantity": -1}]}),
        ("/api/v1/carts", {"lines": [{"product_id": 1, "quantity": 1}], "village_code": "\x00"}),
        ("/api/v1/password-resets", {"contact": "\x00"}),
    ],
)
async def test_what_cannot_be_stored_is_refused(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    answer = await client.post(path, json=body, headers=command())
    assert answer.status_code in {401, 404, 422}, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("query", ["q=%00", "q=a%00b", "q=%ff%fe", "%00=1", "q=%c3%28", "cursor=%00", "q=%ED%A0%80"])
@pytest.mark.parametrize("path", ["/cari", "/wilayah", "/gerai", "/api/v1/search", "/api/v1/regions", "/api/v1/stores"])
async def test_query_that_is_no_text_is_refused(client: httpx.AsyncClient, path: str, query: str) -> None:
    answer = await client.get(f"{path}?{query}")
    assert answer.status_code == 422
    assert "tidak dapat disimpan" in html.unescape(answer.text)


@pytest.mark.parametrize(
    "role", ["guest", "resident", "pengurus", "seller_owner", "partner_staff", "platform_operator"]
)
async def test_form_that_is_no_text_is_refused(client: httpx.AsyncClient, role: str) -> None:
    person, assignment = await make_visitor(role)
    broken = [
        (b"contact=%00&_once=12345678&name=%00&q=%00&code=%00", FORM),
        (b"contact=\xff&name=%ff%fe&_once=12345678", FORM),
        (b"\x00\xff", {"content-type": "multipart/form-data; boundary=x"}),
        (b"x", {"content-type": "multipart/form-data"}),
        (b"{", JSON),
    ]
    for (method, path), who in table().items():
        if method != "POST" or path.startswith("/api/") or role not in WHO[who]:
            continue
        for body, headers in broken:
            rate_limits._buckets.clear()
            sign_out(client)
            if person is not None:
                await sign_in(client, person, wearing=assignment)
            answer = await client.post(fill(path), content=body, headers=headers)
            said = f"POST {path} {body[:20]!r}: {answer.status_code}"
            assert answer.status_code in {303, 400, 403, 404, 409, 410, 413, 415, 422, 429}, said

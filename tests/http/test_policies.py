"""Every route, asked by every role, against policy_table.

A new route fails here until its line stands in the table, and so does a line whose route is gone. Rules about an object
(whose order is it) are tested where the object lives.
"""

import html
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from litestar import Litestar
from litestar.types import Scope

from marketplace.app import create_app
from marketplace.http import rate_limits
from marketplace.http.policy import ROLE_KINDS, ROLE_NAMES, Policy
from marketplace.settings import load_settings
from tests.factories import TestPerson, grant, make_organisation, make_person, make_staff, sign_in, sign_out
from tests.http.policy_table import TABLES, WHO

_SAMPLES: Final = {"int": "999999", "str": "contoh", "path": "contoh"}


def rows_of(text: str) -> list[tuple[str, str, str]]:
    """Method, path and who gets in, as one table lists them."""
    lines = (line.split(None, 2) for line in text.strip().splitlines())
    return [(method, path, who) for method, path, who in lines]


def table() -> dict[tuple[str, str], str]:
    """Who gets in, by method and path."""
    return {(method, path): who for text in TABLES for method, path, who in rows_of(text)}


def routes(app: Litestar) -> dict[tuple[str, str], Policy]:
    """Policy by method and path; OPTIONS is answered by the framework with the allowed methods."""
    return {
        (method, route.path): handler.opt["policy"]
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        for method in handler.http_methods
        if method != "OPTIONS"
    }


def name_of(policy: Policy) -> str:
    """What the table would call this policy."""
    if policy.is_public:
        return "everyone"
    if not policy.roles:
        return "signed in"
    names = [name for name, roles in WHO.items() if set(roles) == set(policy.roles)]
    return names[0] if names else f"(name this group in WHO) {', '.join(policy.roles)}"


def test_table_and_routes_agree() -> None:
    found, listed = routes(create_app(load_settings())), table()
    missing = [f"{method:<6} {path}  {name_of(policy)}" for (method, path), policy in found.items()]
    missing = [line for line, key in zip(missing, found, strict=True) if key not in listed]
    assert not missing, "add to a table of tests/http/policy_table, if that is who may:\n" + "\n".join(sorted(missing))
    gone = [f"{method:<6} {path}" for method, path in listed.keys() - found.keys()]
    assert not gone, "remove from tests/http/policy_table, or bring the routes back:\n" + "\n".join(sorted(gone))
    differing = [
        f"{method:<6} {path}  is open to {name_of(policy)}, the table says {listed[method, path]}"
        for (method, path), policy in found.items()
        if name_of(policy) != listed[method, path]
    ]
    assert not differing, "\n".join(differing)


def test_table_reads_in_the_order_of_its_paths() -> None:
    tables = [[(path, method) for method, path, _ in rows_of(text)] for text in TABLES]
    assert all(rows == sorted(rows) for rows in tables)
    assert len(table()) == sum(len(rows) for rows in tables)


def fill(path: str) -> str:
    """Address of something that does not exist."""
    parts = (_SAMPLES[part[1:-1].rpartition(":")[2]] if part.startswith("{") else part for part in path.split("/"))
    return "/".join(parts)


class Doorkeeper:
    """Notes whether the last refusal came from the policy, not from the use case behind the door."""

    def __init__(self) -> None:
        self.is_refused = False

    async def note(self, error: Exception, _scope: Scope) -> None:
        """Litestar's hook after an exception."""
        frame = error.__traceback__
        while frame is not None:
            self.is_refused |= frame.tb_frame.f_code.co_name == "check_policy"
            frame = frame.tb_next


@pytest.fixture
def keeper(app: Litestar) -> Iterator[Doorkeeper]:
    """Watch the doors of the application, which outlives the test."""
    watching = Doorkeeper()
    app.after_exception.append(watching.note)
    yield watching
    app.after_exception.remove(watching.note)


async def knock(client: httpx.AsyncClient, method: str, path: str) -> httpx.Response:
    """Ask with an empty command, which is valid nowhere."""
    rate_limits._buckets.clear()
    return await client.request(
        method,
        fill(path),
        json={} if path.startswith("/api/") and method not in {"GET", "DELETE"} else None,
        headers={"idempotency-key": "kunci-uji-policy"},
    )


async def make_visitor(role: str) -> tuple[TestPerson | None, int | None]:
    """Somebody with only this role, and the hat to wear; nobody for a guest."""
    if role == "guest":
        return None, None
    person = await make_person()
    if role == "resident":
        return person, None
    return person, await grant(person, await make_organisation(ROLE_KINDS[role]), role)


def expected(role: str, who: str) -> str:
    """What this role meets at this door: in, sign in, not found (an outsider), forbidden (an insider)."""
    if role in WHO[who]:
        return "in"
    if role == "guest":
        return "sign in"
    kinds = {ROLE_KINDS[other] for other in WHO[who] if other in ROLE_KINDS}
    return "forbidden" if ROLE_KINDS.get(role) in kinds else "not found"


def met(answer: httpx.Response, path: str, *, is_refused: bool) -> str:
    """What was met, and whether it was said in the right way."""
    if not is_refused:
        # 503: the search index is not made in these tests, and says so.
        return f"failure {answer.status_code}" if answer.status_code == 500 else "in"
    is_api = path.startswith("/api/")
    text = html.unescape(answer.text)
    assert not is_api or answer.headers["content-type"].startswith("application/problem+json")
    if answer.status_code in {303, 401}:
        if is_api:
            assert answer.headers["www-authenticate"] == "Bearer"
        elif answer.request.method == "GET":
            assert (answer.status_code, answer.headers["location"]) == (303, f"/masuk?next={fill(path)}")
        else:
            assert "/masuk" in text
        return "sign in"
    is_reason_given = "Hanya " in text and "yang boleh melakukan ini." in text
    assert is_reason_given is (answer.status_code == 403)
    return {403: "forbidden", 404: "not found"}.get(answer.status_code, f"{answer.status_code}")


@pytest.mark.parametrize("role", WHO["everyone"])
async def test_role_meets_what_the_table_says_at_every_door(
    keeper: Doorkeeper, client: httpx.AsyncClient, role: str
) -> None:
    person, assignment = await make_visitor(role)
    if person is not None:
        await sign_in(client, person, wearing=assignment)
    surprises: dict[str, list[str]] = defaultdict(list)
    for (method, path), who in table().items():
        keeper.is_refused = False
        answer = await knock(client, method, path)
        found = met(answer, path, is_refused=keeper.is_refused)
        if found != expected(role, who):
            surprises[f"{found} instead of {expected(role, who)}"].append(f"{method} {path} ({answer.status_code})")
        if person is not None and method != "GET" and found == "in":
            # Some commands end the session, or take off the hat.
            sign_out(client)
            await sign_in(client, person, wearing=assignment)
    assert surprises == {}


async def test_who_has_the_role_but_wears_another_hat_is_told_to_change_it(client: httpx.AsyncClient) -> None:
    person, _ = await make_staff("cashier")
    seller = await make_organisation("seller")
    await sign_in(client, person, wearing=await grant(person, seller, "seller_owner"))
    page = await client.get("/koperasi/stok")
    assert page.status_code == 403
    assert "sedang memakai peran lain. Ganti peran dulu." in html.unescape(page.text)
    assert (await client.get("/umkm")).status_code == 200
    answer = await client.get("/api/v1/stores/current/orders")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_htmx_of_a_guest_is_led_away_as_a_whole_page(client: httpx.AsyncClient) -> None:
    answer = await client.get(
        "/umkm/produk", headers={"hx-request": "true", "hx-current-url": "http://lumbung.test/umkm?x=1"}
    )
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/masuk?next=/umkm%3Fx%3D1"


async def test_guest_is_led_back_with_the_query_they_came_with(client: httpx.AsyncClient) -> None:
    answer = await client.get("/akun/pesanan?cursor=a%20b&x=%C3%A9")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/masuk?next=/akun/pesanan%3Fcursor%3Da%2520b%26x%3D%25C3%25A9"
    assert (
        'value="&#x2f;akun&#x2f;pesanan?cursor=a%20b&amp;x=%C3%A9"'
        in (await client.get(answer.headers["location"])).text
    )


def test_role_names_are_said_for_every_role() -> None:
    assert set(ROLE_NAMES) == set(ROLE_KINDS)


async def test_methods_of_an_address_are_told_without_knowing_who_asks(client: httpx.AsyncClient) -> None:
    answer = await client.request("OPTIONS", "/api/v1/shifts")
    assert (answer.status_code, answer.headers["allow"]) == (204, "OPTIONS, POST")

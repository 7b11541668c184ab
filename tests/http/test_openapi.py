"""The API held to its own description: Schemathesis makes requests from it, right and wrong ones, as every role.

No answer may be a failure of ours, every refusal is a problem, and what is answered has the documented shape.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from litestar import Litestar
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from marketplace import database
from marketplace.http import rate_limits
from marketplace.http.api_description import describe
from marketplace.http.policy import ROLE_KINDS
from tests.factories import TestPerson, grant, make_organisation, make_person, open_token
from tests.factories_trade import JATIMAKMUR, make_listing, make_seller_product, make_store
from tests.http.policy_table import WHO
from tests.http.test_policies import table
from tests.orders.test_trade import as_command, command

CHECKS: Final = [content_type_conformance, response_schema_conformance, status_code_conformance]
EXAMPLES: Final = 6
# The search engine holds nothing in these tests, and says so.
UNFILLED: Final = "/api/v1/search"
# A member may what every signed-in person may, at better prices.
ROLES: Final = ("guest", "resident", *(role for role in ROLE_KINDS if role != "member"))


class World:
    """A store with goods and an order, so that some addresses name something."""

    organisations: dict[str, int]
    path_values: dict[str, Any]


async def place_order(client: httpx.AsyncClient, product_id: int) -> dict[str, Any]:
    lines = {"lines": [{"product_id": product_id, "quantity": 1}], "village_code": JATIMAKMUR}
    cart = await client.post("/api/v1/carts", json=lines, headers=command())
    token = {"cart-token": cart.json()["cart_token"]}
    plan = (await client.get("/api/v1/carts/current/plan", headers=token)).json()
    placed = await client.post("/api/v1/orders", json=as_command(plan), headers=command(**token))
    assert placed.status_code == 201, placed.text
    order: dict[str, Any] = placed.json()["orders"][0]
    return order


@pytest.fixture
async def world(client: httpx.AsyncClient) -> World:
    made = World()
    made.organisations = {kind: await make_organisation(kind) for kind in sorted(set(ROLE_KINDS.values()))}
    async with database.connection() as connection:
        store_id = await make_store(connection, cooperative_id=made.organisations["cooperative"])  # type: ignore[arg-type]
        product_id = await make_seller_product(connection, seller_id=made.organisations["seller"])  # type: ignore[arg-type]
        listing_id = await make_listing(connection, store_id=store_id, product_id=product_id)
    order = await place_order(client, product_id)
    made.path_values = {
        "store_id": store_id,
        "product_id": product_id,
        "listing_id": listing_id,
        "organisation_id": made.organisations["cooperative"],
        "code": order["code"],
        "tracking_token": order["tracking_token"],
        "offer_id": 1,
        "application_id": 1,
        "assignment_id": 1,
        "session_id": 1,
        "number": 1,
    }
    return made


async def make_holder(role: str, world: World) -> TestPerson | None:
    if role == "guest":
        return None
    person = await make_person()
    if role in ROLE_KINDS:
        await grant(person, world.organisations[ROLE_KINDS[role]], role)
    return person


def operations_of(description: dict[str, Any], role: str) -> Iterator[tuple[str, str]]:
    """What this role may ask for and those before it may not."""
    doors = {(method, path.replace(":int}", "}").replace(":str}", "}")): who for (method, path), who in table().items()}
    for path, item in description["paths"].items():
        for method in item:
            who = WHO[doors[method.upper(), path]]
            # What is open to everyone is asked by a guest, what to all signed in by a resident: once is enough.
            if role == next((first for first in ("guest", "resident") if first in who), role) and role in who:
                yield method.upper(), path


def send_from_thread(client: httpx.AsyncClient, loop: asyncio.AbstractEventLoop) -> Callable[..., httpx.Response]:
    """Send prepared requests on the loop of the application, from the thread in which Hypothesis runs."""

    def send(case: schemathesis.Case[Any], token: str) -> httpx.Response:
        rate_limits._buckets.clear()
        made = requests.Request(**case.as_transport_kwargs(base_url="http://lumbung.test")).prepare()
        headers = [(as_bytes(name), as_bytes(value)) for name, value in made.headers.items()]
        if token:
            headers = [pair for pair in headers if pair[0].lower() != b"authorization"]
            headers.append((b"authorization", f"Bearer {token}".encode()))
        body = made.body if isinstance(made.body, str | bytes) else None
        request = client.build_request(made.method or "GET", made.url or "", content=body, headers=headers)
        return asyncio.run_coroutine_threadsafe(client.send(request), loop).result(30)

    return send


def as_bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1", "replace")


def examine(case: schemathesis.Case[Any], answer: httpx.Response) -> None:
    said = f"{case.method} {answer.request.url}: {answer.status_code} {answer.text[:300]}"
    if answer.status_code == 503 and UNFILLED in case.path:
        return
    assert answer.status_code < 500, said
    if answer.status_code >= 400:
        assert answer.headers["content-type"].startswith("application/problem+json"), said
        assert answer.json()["status"] == answer.status_code, said
    case.validate_response(answer, checks=CHECKS)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ROLES)
async def test_answers_keep_to_the_description(
    app: Litestar, client: httpx.AsyncClient, world: World, role: str
) -> None:
    description = describe(app)
    schema = schemathesis.openapi.from_dict(description)
    loop = asyncio.get_running_loop()
    send = send_from_thread(client, loop)
    person = await make_holder(role, world)
    broken: list[str] = []
    asked = list(operations_of(description, role))
    assert asked

    def run(method: str, path: str, token: str) -> None:
        operation = schema[path][method]
        known = {name: value for name, value in world.path_values.items() if f"{{{name}}}" in path}
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for values in [{}, known] if known else [{}]:
                fixed: dict[str, Any] = {"path_parameters": values} if values else {}

                @settings(
                    max_examples=EXAMPLES,
                    derandomize=True,
                    database=None,
                    deadline=None,
                    phases=[Phase.explicit, Phase.generate],
                    suppress_health_check=list(HealthCheck),
                )
                @given(case=operation.as_strategy(mode, **fixed))
                def ask(case: schemathesis.Case[Any]) -> None:
                    examine(case, send(case, token))

                # Where nothing is left to be wrong, there is no wrong request to make.
                with contextlib.suppress(*([Unsatisfiable] if mode is GenerationMode.NEGATIVE else [])):
                    ask()

    for method, path in asked:
        token = await open_token(person) if person is not None else ""
        try:
            await asyncio.to_thread(run, method, path, token)
        except BaseException as error:  # noqa: BLE001 - all of them are told together
            broken.append(f"{method} {path}: {type(error).__name__} {describe_failure(error)}")
    assert not broken, "\n\n".join(broken)


def describe_failure(error: BaseException) -> str:
    parts = getattr(error, "exceptions", ())
    return "\n  ".join([str(error)[:600], *(describe_failure(part) for part in parts)])

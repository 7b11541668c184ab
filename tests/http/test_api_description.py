"""The API's description: complete, with examples that the API itself would read, and a page without scripts."""

from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from marketplace.http.api_description import describe


@pytest.fixture(scope="module")
def description(built_app: Litestar) -> dict[str, Any]:
    return describe(built_app)


def _operations(description: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for item in description["paths"].values() for operation in item.values()]


def test_every_operation_has_words_a_chapter_and_a_refusal(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    for operation in _operations(description):
        assert operation["description"], operation["operationId"]
        assert operation["tags"], operation["operationId"]
        assert "application/problem+json" in operation["responses"]["4XX"]["content"]


def test_example_bodies_decode_as_what_the_handler_takes(built_app: Litestar, description: dict[str, Any]) -> None:
    examples = {
        operation["operationId"]: content["example"]
        for operation in _operations(description)
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items()
        if media_type == "application/json"
    }
    decoded = 0
    for route in built_app.routes:
        if not isinstance(route, HTTPRoute) or not route.path.startswith("/api/v1"):
            continue
        for handler in route.route_handlers:
            taken = handler.fn.__annotations__.get("data")
            for method, operation in description["paths"].get(route.path_format, {}).items():
                if method.upper() in handler.http_methods and operation["operationId"] in examples and taken:
                    msgspec.convert(examples[operation["operationId"]], type=taken)
                    decoded += 1
    assert decoded == len(examples) > 20


def test_commands_ask_for_their_key_and_reading_does_not(description: dict[str, Any]) -> None:
    def has_key(path: str, method: str) -> bool:
        parameters = description["paths"][path][method].get("parameters", [])
        return any(parameter["name"] == "Idempotency-Key" for parameter in parameters)

    assert has_key("/api/v1/orders", "post")
    assert has_key("/api/v1/stores/current/sales", "post")
    assert not has_key("/api/v1/search", "get")


async def test_pages_of_the_description_need_no_script_and_no_other_host(client: httpx.AsyncClient) -> None:
    index = await client.get("/api/docs")
    assert index.status_code == 200
    assert "/api/docs/orders" in index.text.replace("&#x2f;", "/")
    chapter = await client.get("/api/docs/orders")
    assert "Idempotency-Key" in chapter.text
    assert "Warga Contoh" in chapter.text
    assert (await client.get("/api/docs/nothing")).status_code == 404
    served = await client.get("/api/schema/openapi.json")
    assert served.json()["components"]["schemas"]["Problem"]["required"] == ["type", "title", "status", "code"]

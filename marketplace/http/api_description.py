"""The API's description (OpenAPI 3.1) as Litestar makes it, completed with what it cannot know.

That is: problem+json instead of the framework's errors, the Idempotency-Key of commands, bearer tokens, tags by path,
examples. Served as JSON and drawn by web/api_page.py; a copy stands in docs/openapi.json.
"""

from functools import cache
from typing import Any, Final

from litestar import Litestar, Request
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.routes import HTTPRoute

from marketplace.http.api_examples import example_of

_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "A refusal (RFC 9457): `code` for programs, `title` for people, `errors` for fields.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "facts": {"type": "object"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "code": {"type": "string", "description": "Kind of mistake, where the input does not decode."},
                    "path": {"type": "string", "description": "Where in the body, such as `$.lines[0].quantity`."},
                },
                "required": ["field", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "code"],
    "examples": [
        {
            "type": "urn:lumbung:problem:invalid",
            "title": "Periksa kembali isian yang ditandai.",
            "status": 422,
            "code": "invalid",
            "errors": [{"field": "tendered_rupiah", "message": "Uang yang diterima kurang Rp 5.000."}],
        }
    ],
}
_KEY_HEADER: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Made by the caller, one for each command. The same key and input again gives the same answer and"
    " happens once; the same key with other input is refused (409). Kept for seven days, sessions for one.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 128},
    "example": "0b9d2c54a1f7",
}
_REFUSALS: Final = {
    "4XX": "Refused: see `code` and `title`.",
    "5XX": "We failed, or are busy; nothing was done by halves.",
}
_ABOUT: Final = (
    "The same as the pages, for programs. Amounts are whole rupiah, instants ISO 8601 in UTC, lists page by cursor."
    " Sign in with POST /api/v1/sessions and send `Authorization: Bearer <token>`. Sentences are Indonesian, or English"
    " with `Accept-Language: en`."
)


def describe(app: Litestar) -> dict[str, Any]:
    """Build the whole description; the same for every visitor."""
    schema: dict[str, Any] = app.openapi_schema.to_schema()
    schema["info"]["description"] = _ABOUT
    components = schema.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    components["securitySchemes"] = {"session": {"type": "http", "scheme": "bearer"}}
    commands, public = _facts_of_handlers(app)
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            _complete(operation, schemas, is_command=operation["operationId"] in commands)
            operation["tags"] = [path.split("/")[3]]
            operation["security"] = [{}] if operation["operationId"] in public else [{"session": []}]
    return schema


def _facts_of_handlers(app: Litestar) -> tuple[set[str], set[str]]:
    """Operation ids of commands (each takes a key) and of what is open to everyone."""
    commands, public = set(), set()
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            for operation_id in _operation_ids(app, route.path_format, sorted(handler.http_methods)):
                if handler.http_methods - {"GET", "HEAD", "OPTIONS"}:
                    commands.add(operation_id)
                policy = handler.opt.get("policy")
                if policy is not None and policy.is_public:
                    public.add(operation_id)
    return commands, public


def _operation_ids(app: Litestar, path: str, methods: list[str]) -> list[str]:
    item = (app.openapi_schema.paths or {}).get(path)
    found = [getattr(item, method.lower(), None) for method in methods] if item is not None else []
    return [operation.operation_id for operation in found if operation is not None and operation.operation_id]


def _complete(operation: dict[str, Any], schemas: dict[str, Any], *, is_command: bool) -> None:
    if is_command:
        operation.setdefault("parameters", []).append(_KEY_HEADER)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["example"] = example_of(content["schema"], schemas)
    responses = operation["responses"]
    for status in [status for status in responses if status >= "400"]:
        del responses[status]
    for response in responses.values():
        for content in response.get("content", {}).values():
            if content.get("schema"):
                content["example"] = example_of(content["schema"], schemas)
    for status, description in _REFUSALS.items():
        responses[status] = {
            "description": description,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }


class CompletedJson(JsonRenderPlugin):
    """Serves the completed description in place of Litestar's."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Answer with the description of the application, built once."""
        del openapi_schema
        return super().render(request, description_of(request.app))


@cache
def description_of(app: Litestar) -> dict[str, Any]:
    """`describe`, kept for the life of the process."""
    return describe(app)

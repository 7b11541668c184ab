"""The API's description for people: one page of chapters, one page for each; no scripts, nothing from elsewhere."""

import json
from typing import Any

from litestar import Request, Response, get

from marketplace.errors import NotFoundError
from marketplace.http.api_description import description_of
from marketplace.http.policy import public
from marketplace.web.render import render_page

AnyRequest = Request[Any, Any, Any]


def _chapters(request: AnyRequest) -> dict[str, list[dict[str, Any]]]:
    chapters: dict[str, list[dict[str, Any]]] = {}
    for path, operations in description_of(request.app)["paths"].items():
        for method, operation in operations.items():
            chapters.setdefault(operation["tags"][0], []).append(_shown(method, path, operation))
    return dict(sorted(chapters.items()))


def _shown(method: str, path: str, operation: dict[str, Any]) -> dict[str, Any]:
    asked = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    answered = next(
        (
            content["example"]
            for status, response in operation["responses"].items()
            if status.startswith("2")
            for content in response.get("content", {}).values()
            if "example" in content
        ),
        None,
    )
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "text": operation.get("description", ""),
        "is_public": {} in operation["security"],
        "parameters": [
            {
                "name": parameter["name"],
                "place": parameter["in"],
                "is_required": parameter.get("required", False),
                "text": parameter.get("description", ""),
            }
            for parameter in operation.get("parameters", [])
        ],
        "asked": _pretty(asked.get("example")),
        "answered": _pretty(answered),
    }


def _pretty(value: Any) -> str:
    return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)


@get("/api/docs", opt=public(), include_in_schema=False)
async def api_index(request: AnyRequest) -> Response[bytes]:
    """Show the chapters of the API and how to begin."""
    chapters = [
        {"name": name, "href": f"/api/docs/{name}", "operations": operations}
        for name, operations in _chapters(request).items()
    ]
    return render_page(request, "api/index.html", chapters=chapters)


@get("/api/docs/{chapter:str}", opt=public(), include_in_schema=False)
async def api_chapter(request: AnyRequest, chapter: str) -> Response[bytes]:
    """Show the operations of one chapter with examples."""
    operations = _chapters(request).get(chapter)
    if operations is None:
        raise NotFoundError
    return render_page(request, "api/chapter.html", chapter=chapter, operations=operations)


API_PAGES = [api_chapter, api_index]

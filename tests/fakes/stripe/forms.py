"""Bodies as the SDK sends them: `line_items[0][price_data][currency]=idr`, into dictionaries and lists."""

from typing import Any
from urllib.parse import parse_qsl


def read_form(body: str) -> dict[str, Any]:
    """Nested fields of an urlencoded body; names made of digits become positions of a list."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        first, *rest = name.replace("]", "").split("[")
        place = found
        for part, following in zip([first, *rest], rest, strict=False):
            place = place.setdefault(part, {})
            assert isinstance(place, dict), f"{following} below a value"
        place[rest[-1] if rest else first] = value
    return {name: _listed(value) for name, value in found.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(entry) for name, entry in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner

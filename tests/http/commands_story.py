"""Sends each command of the API again and again, and looks at the whole database in between."""

import asyncio
import secrets
from typing import Any

import httpx

from marketplace import database
from marketplace.http import rate_limits
from tests.fakes.stripe import FakeStripe

# Counting attempts is their purpose; regions never change.
_UNWATCHED = ("rate_limit", "region", "migration")
# Commands whose whole input is who sends them, or whose other input is another command, with why.
WITHOUT_OTHER_INPUT = {
    ("DELETE", "/api/v1/sessions"): "says nothing but who",
    ("DELETE", "/api/v1/sessions/current"): "says nothing but who",
    ("POST", "/api/v1/sessions"): "another contact is another account's key; another password is refused before (401)",
    ("POST", "/api/v1/password-resets"): "another contact is another account's key",
    ("DELETE", "/api/v1/stores/current/channels/qris"): "says nothing but whose store",
    ("PUT", "/api/v1/stores/current/channels/stripe"): "says nothing but whose store",
    ("DELETE", "/api/v1/stores/current/channels/stripe"): "says nothing but whose store",
    ("DELETE", "/api/v1/stores/current/channels/transfer"): "says nothing but whose store",
    ("DELETE", "/api/v1/stores/current/qris-provider"): "says nothing but whose store",
}


class Story:
    """Tells commands once, and proves that telling them again changes nothing."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.told: set[tuple[str, str]] = set()
        self.account: FakeStripe | None = None

    async def tell(
        self,
        method: str,
        template: str,
        body: Any = None,
        *,
        token: str = "",
        other: Any = None,
        cart: str = "",
        **parts: Any,
    ) -> Any:
        """Send a command; `other` is another body for the same key, or other parts of the path."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        headers |= {"cart-token": cart} if cart else {}
        named = {name: value for name, value in parts.items() if f"{{{name}:" in template}
        assert named.keys() == parts.keys()

        async def send(key: str | None, *, said: Any = body, **changed: Any) -> httpx.Response:
            rate_limits.forget()
            path = template
            for name, value in (named | changed).items():
                path = path.replace(f"{{{name}:int}}", str(value)).replace(f"{{{name}:str}}", str(value))
            sent: dict[str, Any] = {"content": said} if isinstance(said, bytes) else {"json": said}
            return await self.client.request(
                method,
                path,
                headers=headers | ({"idempotency-key": key} if key else {}),
                **({} if said is None else sent),
            )

        said_by = f"{method} {template}"
        before = await contents()
        keyless = await send(None)
        assert (keyless.status_code, [error["field"] for error in keyless.json()["errors"]]) == (
            422,
            ["Idempotency-Key"],
        ), said_by
        assert await contents() == before, f"{said_by} without a key changed something"

        key = secrets.token_hex(8)
        first, twin = await asyncio.gather(send(key), send(key))
        assert first.status_code in {200, 201, 202, 204}, f"{said_by}: {first.status_code} {first.text}"
        assert (twin.status_code, twin.content) == (first.status_code, first.content), f"{said_by}: {twin.text}"
        after = await contents()
        assert after != before, f"{said_by} changed nothing"
        again = await send(key)
        assert (again.status_code, again.content) == (first.status_code, first.content), f"{said_by}: {again.text}"
        if other is None:
            assert (method, template) in WITHOUT_OTHER_INPUT, said_by
        else:
            refused = await (send(key, **other) if isinstance(other, dict) and not body else send(key, said=other))
            assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused"), (
                f"{said_by}: {refused.text}"
            )
        assert await contents() == after, f"{said_by} again changed something"
        self.told.add((method, template))
        return first.json() if first.content else None


async def contents() -> dict[str, str | None]:
    """A digest of every row of every table."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_type = 'BASE TABLE' AND table_name <> ALL($1)",
            list(_UNWATCHED),
        )
        texts = [
            f"SELECT '{row['table_name']}' AS name, md5(string_agg(r::text, '|' ORDER BY r::text)) AS digest"
            f' FROM "{row["table_name"]}" r'
            for row in rows
        ]
        return {row["name"]: row["digest"] for row in await connection.fetch(" UNION ALL ".join(texts))}

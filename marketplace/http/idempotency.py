"""A command that arrives twice happens once: same key and same input gives the same answer, other input is a conflict.

The key is inserted in the use case's own transaction, so it stands exactly when the effect stands; a twin that arrives
meanwhile waits at the unique index and then reads the answer. Rows older than a week are removed by the worker.
"""

from hashlib import sha256
from typing import Any, Final, TypeVar

import msgspec
from litestar import Request

from marketplace.database import Connection
from marketplace.errors import ConflictError, InvalidError
from marketplace.http.rate_limits import client_address
from marketplace.http.visitor import derived_token

T = TypeVar("T")

KEPT_DAYS = 7
# Keys of payments and postings are made of it and end at 200 characters.
_SHORTEST, _LONGEST = 8, 128


CLAIM_CTE: Final = """claimed AS (
    INSERT INTO idempotency_key (scope, key, request_hash) VALUES ($1, $2, $3)
    ON CONFLICT (scope, key) DO NOTHING RETURNING true AS is_new
)"""
"""For a statement that claims the key and begins the work: its parameters are `Once.claim` first. `claimed` is empty
where the key was taken; then the statement must lock and change nothing (`EXISTS (SELECT FROM claimed)`)."""

KEEP_CTE: Final = """kept AS (
    UPDATE idempotency_key SET body = $3 WHERE scope = $1 AND key = $2 RETURNING true AS is_kept
)"""
"""For a statement that ends the work and keeps its answer: its parameters are `Once.kept(answer)` first."""


class KeyReusedError(ConflictError):
    """The key came before with other input."""

    code = "idempotency_key_reused"
    default_message = "Kunci permintaan ini sudah dipakai untuk isian lain. Muat ulang halaman lalu coba lagi."


class Once(msgspec.Struct, frozen=True, kw_only=True):
    """One command's key. `scope` separates users and commands, `request_hash` its input."""

    scope: str
    key: str
    request_hash: bytes

    async def find_answer(self, connection: Connection, answer_type: type[T]) -> T | None:
        """Claim the key and return None, or return the answer given before. Inside the use case's transaction.

        Raises:
            KeyReusedError: the key was used with other input.

        """
        claimed = await connection.fetchval(f"WITH {CLAIM_CTE} SELECT is_new FROM claimed", *self.claim)
        return None if claimed else await self.read_answer(connection, answer_type)

    @property
    def claim(self) -> tuple[str, str, bytes]:
        """Parameters $1 to $3 of `CLAIM_CTE`."""
        return self.scope, self.key, self.request_hash

    def kept(self, answer: object) -> tuple[str, str, bytes]:
        """Parameters $1 to $3 of `KEEP_CTE`."""
        return self.scope, self.key, msgspec.json.encode(answer)

    async def read_answer(self, connection: Connection, answer_type: type[T]) -> T:
        """Return the answer given before, where a claim found the key taken.

        Raises:
            KeyReusedError: the key was used with other input.

        """
        row = await connection.fetchrow(
            "SELECT request_hash, body FROM idempotency_key WHERE scope = $1 AND key = $2", self.scope, self.key
        )
        if row is None or row["request_hash"] != self.request_hash or row["body"] is None:
            raise KeyReusedError
        return msgspec.json.decode(row["body"], type=answer_type)

    async def keep_answer(self, connection: Connection, answer: object) -> None:
        """Store the answer beside the key, in the same transaction."""
        await connection.execute(f"WITH {KEEP_CTE} SELECT is_kept FROM kept", *self.kept(answer))


def _scope(request: Request[Any, Any, Any]) -> str:
    state = request.scope["state"]
    actor = state["actor"]
    handler = request.scope["route_handler"]
    who = f"person:{actor.person_id}" if actor.is_signed_in else f"guest:{_guest_mark(request)}"
    return f"{who}:{request.method}:{handler.handler_name}"


def _guest_mark(request: Request[Any, Any, Any]) -> str:
    """Tell guests apart by what they hold (their cart), else by where they are.

    Answers carry secrets (a cart's token, an order's link), and keys are made by callers: two strangers who send the
    same key and goods, as copied from an example, must not get each other's.
    """
    cart_token = request.headers.get("cart-token") or request.scope["state"]["cart_token"]
    return derived_token(f"cart:{cart_token}" if cart_token else f"address:{client_address(request)}")


async def once_from_header(request: Request[Any, Any, Any]) -> Once:
    """Key of an API command.

    Raises:
        InvalidError: no usable Idempotency-Key header was sent.

    """
    key = request.headers.get("idempotency-key", "")
    if not _SHORTEST <= len(key) <= _LONGEST:
        message = "Setiap perintah memerlukan header Idempotency-Key (8 sampai 128 karakter)."
        raise InvalidError(message, fields={"Idempotency-Key": message})
    digest = sha256(request.scope["raw_path"] + b"\0" + await request.body()).digest()
    return Once(scope=_scope(request), key=key, request_hash=digest)


def once_from_form(request: Request[Any, Any, Any], form: dict[str, Any]) -> Once:
    """Key of a page's form: its hidden field `_once`, made when the page was shown.

    Raises:
        InvalidError: the field is missing.

    """
    key = str(form.get("_once", ""))
    if not _SHORTEST <= len(key) <= _LONGEST:
        message = "Formulir tidak lengkap. Muat ulang halaman lalu coba lagi."
        raise InvalidError(message)
    fields = sorted((name, str(value)) for name, value in form.items() if not name.startswith("_"))
    digest = sha256(request.scope["raw_path"] + b"\0" + msgspec.json.encode(fields)).digest()
    return Once(scope=_scope(request), key=key, request_hash=digest)

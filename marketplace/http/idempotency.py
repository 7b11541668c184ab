"""A command that arrives twice happens once: same key and same input gives the same answer, other input is a conflict.

The key is inserted in the use case's own transaction, so it stands exactly when the effect stands; a twin that arrives
meanwhile waits at the unique index and then reads the answer. Rows older than a week are removed by the worker.

Answers carry what is stored nowhere else in the clear (a session's token, a cart's), so they lie sealed, and inputs
leave only a keyed digest (docs/decisions/0012-repeated-commands.md).
"""

import hmac
from typing import Any, Final, TypeVar

import msgspec
from litestar import Request

from marketplace.database import Connection
from marketplace.errors import ConflictError, InvalidError
from marketplace.http.forms import REPEATED_FIELDS
from marketplace.http.rate_limits import client_address
from marketplace.http.visitor import derived_token
from marketplace.sealing import CannotOpenError, current_sealer
from marketplace.settings import current_settings

T = TypeVar("T")

KEPT_DAYS = 7
# Of commands that belong to a contact (signing in and up), whose answers hold a token.
SESSIONS_KEPT_DAYS = 1
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
        sealed = current_sealer().seal(msgspec.json.encode(answer).decode(), purpose=self._purpose)
        return self.scope, self.key, sealed

    async def read_answer(self, connection: Connection, answer_type: type[T]) -> T:
        """Return the answer given before, where a claim found the key taken.

        Raises:
            KeyReusedError: the key was used with other input.

        """
        kept = await self.find_kept(connection, answer_type)
        if kept is None:
            raise KeyReusedError
        return kept

    async def find_kept(self, connection: Connection, answer_type: type[T]) -> T | None:
        """Return the answer given before, or None where the key is new; claims nothing.

        For commands that would refuse their own repetition before the transaction: a link spent, a session ended.

        Raises:
            KeyReusedError: the key was used with other input.

        """
        row = await connection.fetchrow(
            "SELECT request_hash, body FROM idempotency_key WHERE scope = $1 AND key = $2", self.scope, self.key
        )
        if row is None:
            return None
        if not hmac.compare_digest(row["request_hash"], self.request_hash) or row["body"] is None:
            raise KeyReusedError
        try:
            text = current_sealer().open_sealed(row["body"], purpose=self._purpose)
        except CannotOpenError:
            # Sealed with a key that was taken out of the settings since: what was answered cannot be known.
            raise KeyReusedError from None
        return msgspec.json.decode(text, type=answer_type)

    async def keep_answer(self, connection: Connection, answer: object) -> None:
        """Store the answer beside the key, in the same transaction."""
        await connection.execute(f"WITH {KEEP_CTE} SELECT is_kept FROM kept", *self.kept(answer))

    @property
    def _purpose(self) -> str:
        return f"idempotency:{self.scope}:{self.key}"


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
    return Once(
        scope=_scope(request),
        key=_key_of(request),
        request_hash=_digest(request, await request.body()),
    )


def once_for(request: Request[Any, Any, Any], owner: str, said: bytes) -> Once:
    """Key of an API command that belongs to `owner` wherever it comes from, such as the account that is signed in to.

    `said` stands for the input. It must hold no password, nor a quick digest of one.

    Raises:
        InvalidError: no usable Idempotency-Key header was sent.

    """
    scope = f"{owner}:{request.method}:{request.scope['route_handler'].handler_name}"
    return Once(scope=scope, key=_key_of(request), request_hash=_digest(request, said))


def once_from_form(request: Request[Any, Any, Any], form: dict[str, Any]) -> Once:
    """Key of a page's form: its hidden field `_once`, made when the page was shown.

    `form` is what `read_form` gave, perhaps with more or less in it; of a field of it that the form repeats every value
    counts, in its order.

    Raises:
        InvalidError: the field is missing.

    """
    key = str(form.get("_once", ""))
    if not _SHORTEST <= len(key) <= _LONGEST:
        message = "Formulir tidak lengkap. Muat ulang halaman lalu coba lagi."
        raise InvalidError(message)
    repeated = request.scope["state"].get(REPEATED_FIELDS, {})
    fields = sorted(
        (name, str(value), repeated.get(name, [])) for name, value in form.items() if not name.startswith("_")
    )
    return Once(scope=_scope(request), key=key, request_hash=_digest(request, msgspec.json.encode(fields)))


def _key_of(request: Request[Any, Any, Any]) -> str:
    key = request.headers.get("idempotency-key", "")
    if not _SHORTEST <= len(key) <= _LONGEST:
        message = "Setiap perintah memerlukan header Idempotency-Key (8 sampai 128 karakter)."
        raise InvalidError(message, fields={"Idempotency-Key": message})
    return key


def _digest(request: Request[Any, Any, Any], said: bytes) -> bytes:
    """Keyed, so that a telephone number cannot be found by trying all of them."""
    text = b"request:" + request.scope["raw_path"] + b"\0" + said
    return hmac.digest(current_settings().secret_key.encode(), text, "sha256")

"""Tells each command of the API again and again, its connection cut after another statement each time.

Whatever was lost on the way, the same command with the same key ends where the undisturbed one did: the whole database
is compared, to the last id. So that this can be seen, the clock stands still during a command, tokens and codes come
out of one seed, and ids go on from the largest that is there, as if a transaction that fell had never asked for one.
"""

import copy
import random
import secrets
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import asyncpg
import httpx
from structlog.testing import capture_logs

from marketplace import clock, database
from marketplace.http import rate_limits
from tests.fakes.stripe import FakeStripe
from tests.http.commands_story import Story, contents
from tests.http.wire import Wire

# What no command can make the same again: salts and nonces. Instants are left out by their type, for some are SQL's.
_CHANCE = "password_hash|(.*_)?sealed"
_ANSWERS = ("idempotency_key", "body")
_UNWATCHED = ("rate_limit", "region", "migration")

Choose = Callable[[str, Sequence[str]], list[int]]
"""Of a command's name and statements: after which of them (from 1) it is cut."""


def everywhere(_name: str, statements: Sequence[str]) -> list[int]:
    """After every statement."""
    return list(range(1, len(statements) + 1))


def at_commits_and_once_between(name: str, statements: Sequence[str]) -> list[int]:
    """After each COMMIT, and after one other statement, which is another one for each command."""
    commits = [number for number, statement in enumerate(statements, 1) if statement.startswith("COMMIT")]
    others = [number for number in range(1, len(statements) + 1) if number not in commits]
    return sorted([*commits, others[zlib.crc32(name.encode()) % len(others)]])


class StandingClock:
    """A clock that moves between commands only."""

    def __init__(self) -> None:
        """Begin now."""
        self.instant = datetime.now(UTC)

    def now(self) -> datetime:
        """What `clock.now` says."""
        return self.instant

    def move(self) -> None:
        """A moment later, in the world's time at least."""
        self.instant = max(datetime.now(UTC), self.instant + timedelta(milliseconds=1))


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let tokens and codes come out of a seed."""
    chance = random.Random(seed)  # noqa: S311 - the very point
    with (
        patch.object(secrets, "token_urlsafe", lambda size=16: chance.randbytes(size).hex()),
        patch.object(secrets, "randbelow", chance.randrange),
    ):
        yield


class KillingStory(Story):
    """Tells commands, and kills them. `cuts` counts how often."""

    def __init__(self, client: httpx.AsyncClient, wire: Wire, admin_url: str, name: str, choose: Choose) -> None:
        super().__init__(client)
        self.wire, self.admin_url, self.name, self.choose = wire, admin_url, name, choose
        self.account: FakeStripe | None = None
        self.clock = StandingClock()
        self.cuts = 0
        self._columns: list[str] = []

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
        """Send a command undisturbed, then from the same beginning cut at one statement after the other."""
        said_by = f"{method} {template}"
        path = template
        for name, value in parts.items():
            path = path.replace(f"{{{name}:int}}", str(value)).replace(f"{{{name}:str}}", str(value))
        key = f"killed-{len(self.told):04}-{zlib.crc32(said_by.encode()):08x}"
        headers = {"idempotency-key": key}
        headers |= {"authorization": f"Bearer {token}"} if token else {}
        headers |= {"cart-token": cart} if cart else {}
        sent = {} if body is None else {"content": body} if isinstance(body, bytes) else {"json": body}
        seed = len(self.told) + zlib.crc32(path.encode())

        async def send() -> httpx.Response:
            rate_limits.forget()
            with seeded(seed):
                return await self.client.request(method, path, headers=headers, **sent)

        self.clock.move()
        with patch.object(clock, "now", self.clock.now):
            await self._remember()
            before = await contents()
            self.wire.arm()
            answer = await send()
            self.wire.disarm()
            assert answer.status_code in {200, 201, 202, 204}, f"{said_by}: {answer.status_code} {answer.text}"
            statements, ended = list(self.wire.statements), await self._state()
            for cut_at in self.choose(said_by, statements):
                where = f"{said_by} cut after statement {cut_at} of {len(statements)} ({statements[cut_at - 1][:40]})"
                await self._go_back()
                await self._cut(send, cut_at, where)
                if not any(statement.startswith("COMMIT") for statement in statements[:cut_at]):
                    assert await contents() == before, f"{where}: something is left"
                await self._align_ids()
                again = await send()
                assert (again.status_code, again.content) == (answer.status_code, answer.content), (
                    f"{where}: {again.status_code} {again.text} instead of {answer.text}"
                )
                state = await self._state()
                differing = {name for name, digest in state.items() if ended[name] != digest}
                assert differing == set(), f"{where}: {differing} ended otherwise"
        self.told.add((method, template))
        return answer.json() if answer.content else None

    async def _cut(self, send: Callable[[], Any], cut_at: int, where: str) -> None:
        self.wire.arm(cut_at)
        with capture_logs():
            lost: httpx.Response = await send()
        self.wire.disarm()
        assert self.wire.is_cut, f"{where}: it took fewer statements this time"
        assert lost.status_code == 503, f"{where}: {lost.status_code} {lost.text}"
        self.cuts += 1
        await self._connected()

    async def _connected(self) -> None:
        """Wait until the pool has noticed what was cut and holds a connection again."""
        self.wire.let_in()
        for _ in range(100):
            try:
                async with database.connection() as connection:
                    await connection.fetchval("SELECT 1")
            except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, OSError):
                continue
            return

    async def _remember(self) -> None:
        """Keep a copy of everything as it is now."""
        await self._align_ids()
        self.wire.hang_up()
        await self._execute(
            f'DROP DATABASE IF EXISTS "{self.name}_kept" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}_kept" TEMPLATE "{self.name}"',
        )
        if self.account is not None:
            self._stripe = copy.deepcopy({**vars(self.account), "now": None})
        await self._connected()

    async def _go_back(self) -> None:
        """Make everything as it was."""
        self.wire.hang_up()
        await self._execute(
            f'DROP DATABASE "{self.name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}" TEMPLATE "{self.name}_kept"',
        )
        if self.account is not None:
            vars(self.account).update({**copy.deepcopy(self._stripe), "now": self.account.now})
        await self._connected()

    async def forget(self) -> None:
        """Drop the copy."""
        await self._execute(f'DROP DATABASE IF EXISTS "{self.name}_kept" WITH (FORCE)')

    async def _execute(self, *statements: str) -> None:
        admin = await asyncpg.connect(self.admin_url)
        try:
            for statement in statements:
                await admin.execute(statement)
        finally:
            await admin.close()

    async def _align_ids(self) -> None:
        """Let every table's next id follow its largest."""
        async with database.connection() as connection:
            columns = await connection.fetch(
                "SELECT table_name AS place, column_name AS name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND is_identity = 'YES'"
            )
            await connection.execute(
                ";".join(
                    f"SELECT setval(pg_get_serial_sequence('{column['place']}', '{column['name']}'),"
                    f' coalesce(max("{column["name"]}"), 0) + 1, false) FROM "{column["place"]}"'
                    for column in columns
                )
            )

    async def _state(self) -> dict[str, str | None]:
        """A digest of every table without instants and chance."""
        async with database.connection() as connection:
            if not self._columns:
                rows = await connection.fetch(
                    "SELECT c.table_name, string_agg(quote_ident(c.column_name), ', ' ORDER BY c.ordinal_position)"
                    " AS what"
                    " FROM information_schema.columns c JOIN information_schema.tables t"
                    " ON (t.table_schema, t.table_name) = (c.table_schema, c.table_name)"
                    " WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name <> ALL ($1)"
                    " AND c.data_type NOT LIKE 'timestamp%' AND c.column_name !~ ('^(' || $2 || ')$')"
                    " AND (c.table_name, c.column_name) <> ($3, $4) GROUP BY c.table_name",
                    list(_UNWATCHED),
                    _CHANCE,
                    *_ANSWERS,
                )
                self._columns = [
                    f"SELECT '{row['table_name']}' AS name, md5(string_agg(r::text, '|' ORDER BY r::text)) AS digest"
                    f' FROM (SELECT {row["what"]} FROM "{row["table_name"]}") r'
                    for row in rows
                ]
            return {row["name"]: row["digest"] for row in await connection.fetch(" UNION ALL ".join(self._columns))}

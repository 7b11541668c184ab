"""The worker: a task that fails or hangs holds up no other, and a stop lets the rest finish."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import pytest

from marketplace import clock, worker
from marketplace.accounts import remove_old_messages, remove_old_sessions
from marketplace.cart import remove_old_carts
from marketplace.discovery import close_search, open_search
from marketplace.http.clean_up import remove_old_answers, remove_old_counters, remove_old_session_answers
from marketplace.settings import load_settings
from marketplace.worker import Task, all_tasks, run_tasks
from tests.factories_trade import make_seller_product


async def test_poisoned_and_hanging_task_others_go_on() -> None:
    stop = asyncio.Event()
    done: list[str] = []

    async def poisoned() -> int:
        done.append("poisoned")
        message = "always"
        raise RuntimeError(message)

    async def hanging() -> int:
        await asyncio.Event().wait()
        return 0

    async def sound() -> int:
        done.append("sound")
        if done.count("sound") == 3 and "poisoned" in done:
            stop.set()
        return 0

    await run_tasks(
        (
            Task(name="poisoned", run=poisoned, every_seconds=0.01),
            Task(name="hanging", run=hanging, every_seconds=0.01, limit_seconds=0.01),
            Task(name="sound", run=sound, every_seconds=0.01),
        ),
        stop,
    )
    assert done.count("sound") == 3


async def test_task_that_failed_for_days_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting longer each time has an end; more than a thousand failures in a row are four days without the engine."""
    stop = asyncio.Event()
    waited: list[float] = []
    failures = 0

    async def no_wait(_stop: asyncio.Event, seconds: float) -> None:
        waited.append(seconds)
        await asyncio.sleep(0)

    async def failing() -> int:
        nonlocal failures
        failures += 1
        if failures > 1_100:
            stop.set()
            return 0
        message = "no engine"
        raise RuntimeError(message)

    def unsaid(*_words: object, **_facts: object) -> None:
        """A thousand tracebacks are slow to write."""

    monkeypatch.setattr(worker, "_wait", no_wait)
    monkeypatch.setattr(worker, "log", SimpleNamespace(info=unsaid, warning=unsaid, exception=unsaid))
    await run_tasks((Task(name="failing", run=failing, every_seconds=1.0),), stop)
    assert failures == 1_101
    assert (waited[:3], set(waited[9:1_100])) == ([2.0, 4.0, 8.0], {300.0})


async def test_stop_during_a_task_it_finishes() -> None:
    stop = asyncio.Event()
    finished: list[bool] = []

    async def slow() -> int:
        stop.set()
        await asyncio.sleep(0.05)
        finished.append(True)
        return 1

    await run_tasks((Task(name="slow", run=slow, every_seconds=60),), stop)
    assert finished == [True]


async def test_stop_grace_over_the_task_is_cut_short() -> None:
    stop = asyncio.Event()
    stop.set()
    started = asyncio.Event()

    async def endless() -> int:
        started.set()
        await asyncio.Event().wait()
        return 0

    stop.clear()
    running = asyncio.create_task(
        run_tasks((Task(name="endless", run=endless, every_seconds=60),), stop, grace_seconds=0.05)
    )
    await started.wait()
    stop.set()
    await running


async def test_full_batch_runs_again_at_once() -> None:
    stop = asyncio.Event()
    batches = [10, 10, 3]
    seen: list[int] = []

    async def drain() -> int:
        seen.append(batches.pop(0))
        if not batches:
            stop.set()
        return seen[-1]

    await run_tasks((Task(name="drain", run=drain, every_seconds=3600, full_batch=10),), stop)
    assert seen == [10, 10, 3]


@pytest.mark.usefixtures("pool")
async def test_clean_up_old_rows_leave_young_ones_stay(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    now = clock.now()
    await connection.executemany(
        "INSERT INTO idempotency_key (scope, key, request_hash, created_at) VALUES ($3, $1, '\\x00', $2)",
        [
            ("old-key-1", now - timedelta(days=8), "person:1:POST:place_order"),
            ("young-key", now - timedelta(days=6), "person:1:POST:place_order"),
            ("old-session", now - timedelta(hours=25), "contact:ab:POST:sign_in"),
            ("young-session", now - timedelta(hours=23), "contact:ab:POST:sign_in"),
        ],
    )
    await connection.executemany(
        "INSERT INTO rate_limit (bucket, window_start, hits) VALUES ($1, $2, 1)",
        [("old", now - timedelta(days=2)), ("young", now)],
    )

    assert await remove_old_answers() == 1
    assert await remove_old_session_answers() == 1
    assert await remove_old_counters() == 1

    keys = await connection.fetch("SELECT key FROM idempotency_key ORDER BY key")
    assert [row["key"] for row in keys] == ["young-key", "young-session"]
    assert [row["bucket"] for row in await connection.fetch("SELECT bucket FROM rate_limit")] == ["young"]
    await connection.close()


@pytest.mark.usefixtures("pool")
async def test_clean_up_old_sessions_leave_open_and_recent_ones_stay(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    now = clock.now()
    person_id = await connection.fetchval(
        "INSERT INTO person (display_name, email_sealed, email_fingerprint) VALUES ('Warga Uji', 'x', 'x') RETURNING id"
    )
    await connection.executemany(
        "INSERT INTO session (token_hash, person_id, expires_at, ended_at) VALUES ($1, $2, $3, $4)",
        [
            (b"expired long ago", person_id, now - timedelta(days=91), None),
            (b"ended long ago", person_id, now + timedelta(days=1), now - timedelta(days=91)),
            (b"ended lately", person_id, now + timedelta(days=1), now - timedelta(days=1)),
            (b"open", person_id, now + timedelta(days=1), None),
        ],
    )

    assert await remove_old_sessions() == 2

    left = await connection.fetch("SELECT token_hash FROM session ORDER BY id")
    assert [row["token_hash"] for row in left] == [b"ended lately", b"open"]
    await connection.close()


@pytest.mark.usefixtures("pool")
async def test_clean_up_old_messages_leave_by_an_index_and_waiting_ones_stay(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    now = clock.now()
    await connection.executemany(
        "INSERT INTO outgoing_message (channel, recipient_masked, recipient_sealed, subject, body_sealed, created_at,"
        " sent_at) VALUES ('whatsapp', '+62…', 'x', $1, 'x', $2, $3)",
        [
            ("sent long ago", now - timedelta(days=9), now - timedelta(days=8)),
            ("sent lately", now - timedelta(days=29), now - timedelta(days=6)),
            ("never sent", now - timedelta(days=31), None),
            ("waits", now - timedelta(days=29), None),
        ],
    )
    await connection.execute("SET enable_seqscan = off")
    plan = "\n".join(
        row[0]
        for row in await connection.fetch(
            "EXPLAIN (COSTS off) SELECT id FROM outgoing_message WHERE sent_at < now() OR created_at < now()"
        )
    )
    assert "outgoing_message_sent_at" in plan
    assert "outgoing_message_created_at" in plan

    assert await remove_old_messages() == 2
    assert await remove_old_messages() == 0

    left = await connection.fetch("SELECT subject FROM outgoing_message ORDER BY id")
    assert [row["subject"] for row in left] == ["sent lately", "waits"]
    await connection.close()


@pytest.mark.usefixtures("pool")
async def test_every_task_runs_on_an_empty_marketplace(tmp_path: Path) -> None:
    open_search(load_settings({**os.environ, "LUMBUNG_DATA": str(tmp_path)}))
    try:
        did = {task.name: await task.run() for task in all_tasks()}
        # A day on which nothing was handed over is counted like any other.
        assert did == {task.name: 0 for task in all_tasks()} | {"count_demand": 1}
    finally:
        await close_search()


@pytest.mark.usefixtures("pool")
async def test_clean_up_old_guest_carts_leave_with_their_lines(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    product_id = await make_seller_product(connection)
    person_id = await connection.fetchval(
        "INSERT INTO person (display_name, email_sealed, email_fingerprint) VALUES ('Warga Uji', 'x', 'x') RETURNING id"
    )
    long_ago, lately = clock.now() - timedelta(days=91), clock.now() - timedelta(days=89)
    for token, owner_id, touched_at in (
        (b"old", None, long_ago),
        (b"young", None, lately),
        (None, person_id, long_ago),
    ):
        await connection.execute(
            "WITH made AS (INSERT INTO cart (token_hash, person_id, touched_at) VALUES ($1, $2, $3) RETURNING id)"
            " INSERT INTO cart_line (cart_id, product_id, quantity, seen_price_rupiah) SELECT id, $4, 1, 1 FROM made",
            token,
            owner_id,
            touched_at,
            product_id,
        )

    assert await remove_old_carts() == 1

    left = await connection.fetch(
        "SELECT token_hash FROM cart JOIN cart_line ON cart_line.cart_id = cart.id ORDER BY id"
    )
    assert [row["token_hash"] for row in left] == [b"young", None]
    await connection.close()

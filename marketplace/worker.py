"""The worker: what must happen without anybody asking. Each task stands in a module of its area and is named here.

A task is one coroutine that does a bounded piece of work and returns how much it did; it is run again at once while
there is more, else after its interval. A task that fails or hangs waits longer each time and holds up no other. Several
workers may run: tasks claim rows with SKIP LOCKED or a lease.
"""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import structlog

from marketplace.accounts import remove_old_messages, remove_old_sessions
from marketplace.cart import remove_old_carts
from marketplace.catalog import pause_lapsed
from marketplace.catalog.pause_lapsed import BATCH as LAPSED_BATCH
from marketplace.discovery import compare_search, count_demand, follow_demand, prepare_search, sync_search
from marketplace.discovery.follow_demand import BATCH as DEMAND_BATCH
from marketplace.discovery.sync_search import BATCH
from marketplace.http.clean_up import remove_old_answers, remove_old_counters, remove_old_session_answers
from marketplace.orders import (
    complete_orders,
    expire_orders,
    expire_payments,
    handle_gateway_events,
    make_gateway_calls,
)
from marketplace.reconciliation import handle_callbacks, read_stripe_movements
from marketplace.settlement import make_supplier_calls

log = structlog.get_logger()

_LONGEST_WAIT_SECONDS = 300.0
_MOST_DOUBLINGS = 20
_HOUR = 3600.0
_DAY = 24 * _HOUR


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One duty. `run` returns how many things it did; `full_batch` or more means that there is more to do now."""

    name: str
    run: Callable[[], Awaitable[int]]
    every_seconds: float
    full_batch: int = 1_000_000_000
    limit_seconds: float = 120.0


def all_tasks() -> tuple[Task, ...]:
    """Every duty of the marketplace."""
    return (
        # Settings before documents: on the first start this builds the indexes, later it finds them ready, or lost.
        Task(name="prepare_search", run=prepare_search, every_seconds=300.0, limit_seconds=_HOUR),
        Task(name="sync_search", run=sync_search, every_seconds=1.0, full_batch=BATCH),
        Task(name="compare_search", run=compare_search, every_seconds=_DAY, limit_seconds=_HOUR),
        Task(name="expire_orders", run=expire_orders, every_seconds=30.0, full_batch=200),
        Task(name="expire_payments", run=expire_payments, every_seconds=30.0, full_batch=200),
        Task(name="handle_callbacks", run=handle_callbacks, every_seconds=2.0, full_batch=50),
        # A buyer waits for these. One call takes 10 s at most, a batch may need several minutes when Stripe is slow.
        Task(
            name="handle_gateway_events",
            run=handle_gateway_events,
            every_seconds=1.0,
            full_batch=50,
            limit_seconds=_HOUR,
        ),
        Task(name="make_gateway_calls", run=make_gateway_calls, every_seconds=1.0, full_batch=20, limit_seconds=_HOUR),
        Task(
            name="make_supplier_calls", run=make_supplier_calls, every_seconds=3.0, full_batch=20, limit_seconds=_HOUR
        ),
        Task(name="read_stripe_movements", run=read_stripe_movements, every_seconds=600.0, limit_seconds=_HOUR),
        Task(name="complete_orders", run=complete_orders, every_seconds=_HOUR, full_batch=200),
        Task(name="pause_lapsed", run=pause_lapsed, every_seconds=300.0, full_batch=LAPSED_BATCH),
        Task(name="count_demand", run=count_demand, every_seconds=_HOUR, full_batch=1),
        Task(name="follow_demand", run=follow_demand, every_seconds=60.0, full_batch=DEMAND_BATCH),
        Task(name="remove_old_sessions", run=remove_old_sessions, every_seconds=_HOUR, full_batch=2_000),
        Task(name="remove_old_messages", run=remove_old_messages, every_seconds=_HOUR, full_batch=2_000),
        Task(name="remove_old_carts", run=remove_old_carts, every_seconds=_HOUR, full_batch=2_000),
        Task(name="remove_old_answers", run=remove_old_answers, every_seconds=_HOUR, full_batch=5_000),
        Task(name="remove_old_session_answers", run=remove_old_session_answers, every_seconds=_HOUR, full_batch=5_000),
        Task(name="remove_old_counters", run=remove_old_counters, every_seconds=_HOUR, full_batch=5_000),
    )


async def run_tasks(tasks: tuple[Task, ...], stop: asyncio.Event, *, grace_seconds: float = 20.0) -> None:
    """Run the tasks until `stop` is set; then let each finish what it is doing, at most `grace_seconds` long."""
    loops = [asyncio.create_task(_repeat(task, stop), name=task.name) for task in tasks]
    log.info("worker_started", tasks=[task.name for task in tasks])
    await stop.wait()
    _, late = await asyncio.wait(loops, timeout=grace_seconds) if loops else (None, set())
    for loop in late:
        log.warning("task_cut_short", task=loop.get_name())
        loop.cancel()
    await asyncio.gather(*loops, return_exceptions=True)
    log.info("worker_stopped")


async def _repeat(task: Task, stop: asyncio.Event) -> None:
    failures = 0
    while not stop.is_set():
        wait_seconds = task.every_seconds
        try:
            async with asyncio.timeout(task.limit_seconds):
                done = await task.run()
            failures = 0
            if done:
                log.info("task_done", task=task.name, count=done)
            if done >= task.full_batch:
                wait_seconds = 0.0
        except Exception:
            # Whatever it was: it is logged, and the other tasks go on. A hung task ends here as TimeoutError.
            failures += 1
            # Days of failing must not make a number that no float holds: that would end this loop for good.
            patience = task.every_seconds * 2.0 ** min(failures, _MOST_DOUBLINGS)
            wait_seconds = min(patience, max(task.every_seconds, _LONGEST_WAIT_SECONDS))
            log.exception("task_failed", task=task.name, failures=failures, next_try_seconds=wait_seconds)
        await _wait(stop, wait_seconds)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return

"""Does alone what comes alone, and together what came meanwhile.

One piece of work is under way at a time; what arrives then waits and is done by one call as soon as the way is free. So
nothing waits for a clock, one by itself is as fast as ever, and the more come the more are done at once. What the call
for many leaves undone, also by failing, is done alone. What the work is knows the caller (place_order.py).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Final, Generic, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import structlog

T = TypeVar("T")
R = TypeVar("R")

MOST_TOGETHER: Final = 64

log = structlog.get_logger()


class _Said(NamedTuple, Generic[R]):
    """What somebody who waits is told: the answer, or None to work alone; with `has_turn` the others then wait."""

    answer: R | None
    has_turn: bool = False


class _Waiting(NamedTuple, Generic[T, R]):
    asked: T
    said: "asyncio.Future[_Said[R]]"


class _Line(Generic[T, R]):
    """Who waits in one event loop."""

    def __init__(self) -> None:
        self.is_under_way = False
        self.waiting: list[_Waiting[T, R]] = []
        self.tasks: set[asyncio.Task[None]] = set()


class Coalescing(Generic[T, R]):
    """Runs `alone(asked)` or `together([asked, …])`, which gives an answer, or None for undone, for each."""

    def __init__(
        self,
        alone: Callable[[T], Awaitable[R]],
        together: Callable[[Sequence[T]], Awaitable[Sequence[R | None]]],
        *,
        most: int = MOST_TOGETHER,
    ) -> None:
        """`together` must be all or nothing for each answer; two to `most` are given to it at once."""
        self._alone = alone
        self._together = together
        self._most = most
        # Futures belong to their loop.
        self._lines: WeakKeyDictionary[asyncio.AbstractEventLoop, _Line[T, R]] = WeakKeyDictionary()

    async def run(self, asked: T) -> R:
        """Give the answer; raises what `alone` raises."""
        loop = asyncio.get_running_loop()
        line = self._lines.setdefault(loop, _Line())
        if not line.is_under_way:
            line.is_under_way = True
            return await self._in_turn(line, asked)
        waiting: _Waiting[T, R] = _Waiting(asked, loop.create_future())
        line.waiting.append(waiting)
        try:
            said = await waiting.said
        except asyncio.CancelledError:
            # Before anything was said the future is cancelled too, and left out. After that the turn goes to the next.
            if not waiting.said.cancelled() and waiting.said.done() and waiting.said.result().has_turn:
                self._go_on(line)
            raise
        if said.has_turn:
            return await self._in_turn(line, asked)
        return await self._alone(asked) if said.answer is None else said.answer

    async def _in_turn(self, line: _Line[T, R], asked: T) -> R:
        try:
            return await self._alone(asked)
        finally:
            self._go_on(line)

    def _go_on(self, line: _Line[T, R]) -> None:
        still = [waiting for waiting in line.waiting if not waiting.said.done()]
        batch, line.waiting = still[: self._most], still[self._most :]
        line.is_under_way = bool(batch)
        if len(batch) == 1:
            batch[0].said.set_result(_Said(None, has_turn=True))
        elif batch:
            # Of nobody's context: neither whose transaction was open nor whose statements are watched.
            task = asyncio.get_running_loop().create_task(self._do(line, batch), context=Context())
            line.tasks.add(task)
            task.add_done_callback(line.tasks.discard)

    async def _do(self, line: _Line[T, R], batch: list[_Waiting[T, R]]) -> None:
        answers: Sequence[R | None] = [None] * len(batch)
        try:
            answers = await self._together([waiting.asked for waiting in batch])
        except Exception as error:  # noqa: BLE001 - each is tried alone, and then raises its own
            log.warning("done_alone_after_failure", count=len(batch), reason=type(error).__name__)
        finally:
            for waiting, answer in zip(batch, answers, strict=True):
                if not waiting.said.done():
                    waiting.said.set_result(_Said(answer))
            self._go_on(line)

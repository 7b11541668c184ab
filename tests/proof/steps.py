"""How the proof takes a step: a press is drawn, made alone or beside another, and may be made again with its key.

Every choice is made of three plain numbers that do not depend on what is in the database: so the same story can be told
again, even where two presses race and either may win.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any, ClassVar, Protocol, TypeVar

import asyncpg
import msgspec
from hypothesis.stateful import RuleBasedStateMachine

from marketplace import database
from marketplace.errors import LumbungError
from marketplace.http.idempotency import Once
from marketplace.orders import close_stripe
from payments import DayClosed
from tests.fakes.stripe import FakeStripe
from tests.http.commands_story import contents
from tests.proof.laws import ALWAYS, broken
from tests.proof.world import Databases, Time, World

T = TypeVar("T")


class Press(msgspec.Struct, frozen=True, kw_only=True):
    """A use case about to be called with a key. `is_whole`: one transaction, so a refusal leaves nothing behind."""

    call: Callable[..., Awaitable[object]]
    is_whole: bool = True


class Refused(msgspec.Struct, frozen=True):
    """A rule of the trade said no."""

    why: str


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A press that was answered."""

    name: str
    press: Press
    once: Once
    answer: object


class Move(Protocol):
    """Something that may happen; None where there is nothing to do it with."""

    def __call__(self, a: int, b: int, c: int) -> Press | None: ...


def move(weight: int = 1) -> Callable[[T], T]:
    """Mark a method as something that may happen, `weight` times as often as the rest."""

    def mark(method: T) -> T:
        method.weight = weight  # type: ignore[attr-defined]
        return method

    return mark


def weighted(moves: type) -> list[str]:
    """Names of all moves of a machine, each as often as it weighs."""
    return [name for name in dir(moves) for _ in range(getattr(getattr(moves, name), "weight", 0))]


def pick(candidates: Sequence[T], number: int) -> T:
    """One of them, by a number that knows nothing of how many there are."""
    return candidates[number % len(candidates)]


class Steps(RuleBasedStateMachine):
    """What all moves stand on: the copy of the world, its clock, its Stripe, and the story so far."""

    databases: ClassVar[Databases]
    time: ClassVar[Time]

    def __init__(self) -> None:
        """Copy the world and open it."""
        super().__init__()
        self.world: World = self.databases.world
        self.time.begin()
        url = self.databases.copy()
        self.runner = asyncio.Runner()
        self.runner.run(database.open_pool(url, size=4))
        self.account = FakeStripe()
        self.account.now = self.seconds
        self.account.make_account(held=10**12)
        self.account.make_account()
        self.steps = self.presses = 0
        self.done: list[Done] = []
        self.story: list[str] = []
        # False while a step is under way: then a failure is on its way up, and there is no end to be brought about.
        self.is_sound = True
        self.last_contents = self.run(contents())

    def seconds(self) -> float:
        """What Stripe's clock shows."""
        return self.time.instant.timestamp()

    def teardown(self) -> None:
        """Close what was opened."""
        try:
            self.finish()
        finally:
            self.run(close_stripe())
            self.run(self.stop())
            self.run(database.close_pool())
            self.runner.close()
            self.databases.drop_copy()

    def finish(self) -> None:
        """Bring everything to its end, if nothing has failed."""

    async def stop(self) -> None:
        """Stop what runs beside."""

    def run(self, step: Coroutine[Any, Any, T]) -> T:
        """Run to its end."""
        return self.runner.run(step)

    def rows(self, query: str, *values: object) -> list[asyncpg.Record]:
        """Read from the database."""

        async def read() -> list[asyncpg.Record]:
            async with database.connection() as connection:
                return await connection.fetch(query, *values)

        return self.run(read())

    def once(self, name: str) -> Once:
        """The key of a press of its own."""
        self.presses += 1
        return Once(scope=f"proof:{name}", key=f"press-{self.presses:06}", request_hash=b"the same")

    async def attempt(self, press: Press, once: Once) -> object:
        """Make a press; a refusal of the trade's is an answer, any other error is a fault."""
        try:
            return await press.call(once=once)
        except (LumbungError, DayClosed) as refusal:
            return Refused(type(refusal).__name__)

    def make(self, name: str, press: Press) -> object:
        """Make one press; where it was refused nothing may have changed."""
        once = self.once(name)
        answer = self.run(self.attempt(press, once))
        self.tell(name, answer)
        self.note(name, press, once, answer)
        after = self.run(contents())
        if press.is_whole and isinstance(answer, Refused):
            assert after == self.last_contents, f"refused, and yet changed: {self.told()}"
        self.last_contents = after
        return answer

    def make_both(self, presses: list[tuple[str, Press]]) -> None:
        """Make presses at the same time, whoever wins."""
        keys = [self.once(name) for name, _ in presses]

        async def together() -> list[object]:
            return await asyncio.gather(
                *(self.attempt(press, once) for (_, press), once in zip(presses, keys, strict=True))
            )

        answers = self.run(together())
        for (name, press), once, answer in zip(presses, keys, answers, strict=True):
            self.tell(f"at once: {name}", answer)
            self.note(name, press, once, answer)
        self.last_contents = self.run(contents())

    def make_again(self, done: Done) -> None:
        """Make a press again with its key, or twice at once: the same answer, and nothing changes."""

        async def twice() -> list[object]:
            return await asyncio.gather(*(self.attempt(done.press, done.once) for _ in range(2)))

        self.tell(f"again: {done.name}", "")
        answers = self.run(twice())
        assert answers == [done.answer] * 2, f"another answer {answers} to a press repeated: {self.told()}"
        assert self.run(contents()) == self.last_contents, f"repeated, and changed something: {self.told()}"

    def forget_contents(self) -> None:
        """Take what preparing a press wrote (a cart) as what was there before it."""
        self.last_contents = self.run(contents())

    def note(self, name: str, press: Press, once: Once, answer: object) -> None:
        """Keep what was answered, so that it can be asked again."""
        if press.is_whole and not isinstance(answer, Refused):
            self.done.append(Done(name=name, press=press, once=once, answer=answer))

    def tell(self, name: str, answer: object) -> None:
        """Write the story on."""
        self.story.append(f"{name}: {answer}")

    def told(self) -> str:
        """The story so far, for whoever reads a failure."""
        return "\n  ".join(["", *self.story])

    def prove(self, laws: dict[str, str] = ALWAYS) -> None:
        """Hold the laws against everything there is."""

        async def look() -> object:
            async with database.connection() as connection:
                return await broken(connection, laws)

        found = self.run(look())
        assert found == [], f"{found}\nafter{self.told()}"
        self.is_sound = True

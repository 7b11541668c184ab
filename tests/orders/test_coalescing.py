"""Who comes alone is served alone, who comes meanwhile together; nobody is lost, whoever fails or gives up."""

import asyncio
from collections.abc import Sequence

import pytest

from marketplace.orders.coalescing import Coalescing


class Kitchen:
    """Cooks what is asked; who is alone waits for `door`, so that others come meanwhile; number 1 for `late` too."""

    def __init__(self, *, most: int = 64, is_broken: bool = False) -> None:
        self.is_broken = is_broken
        self.door, self.late = asyncio.Event(), asyncio.Event()
        self.late.set()
        self.alone: list[int] = []
        self.together: list[list[int]] = []
        self.coalescing = Coalescing(self.cook, self.cook_many, most=most)

    async def cook(self, number: int) -> str:
        self.alone.append(number)
        await self.door.wait()
        if number == 1:
            await self.late.wait()
        if number < 0:
            message = "nothing less than nothing"
            raise ValueError(message)
        return f"alone {number}"

    async def cook_many(self, numbers: Sequence[int]) -> list[str | None]:
        self.together.append(list(numbers))
        await asyncio.sleep(0)
        if self.is_broken:
            raise RuntimeError
        return [f"together {number}" if number >= 0 else None for number in numbers]

    async def ask(self, *numbers: int) -> list[str | BaseException]:
        tasks = [asyncio.create_task(self.coalescing.run(number)) for number in numbers]
        await asyncio.sleep(0)
        self.door.set()
        return await asyncio.gather(*tasks, return_exceptions=True)


async def test_one_after_the_other_are_done_alone() -> None:
    kitchen = Kitchen()
    for number in range(3):
        assert await kitchen.ask(number) == [f"alone {number}"]
    assert kitchen.together == []


async def test_who_comes_meanwhile_is_done_together() -> None:
    kitchen = Kitchen()
    assert await kitchen.ask(0, 1, 2, 3) == ["alone 0", "together 1", "together 2", "together 3"]
    assert kitchen.together == [[1, 2, 3]]


async def test_no_more_than_the_most_are_done_together() -> None:
    kitchen = Kitchen(most=2)
    answers = await kitchen.ask(*range(6))
    assert answers == ["alone 0", "together 1", "together 2", "together 3", "together 4", "alone 5"]
    assert kitchen.together == [[1, 2], [3, 4]]
    assert await kitchen.ask(6) == ["alone 6"], "the way is free again"


async def test_the_only_one_who_waited_is_done_alone_while_the_next_wait() -> None:
    kitchen = Kitchen()
    kitchen.late.clear()
    tasks = [asyncio.create_task(kitchen.coalescing.run(number)) for number in range(2)]
    await asyncio.sleep(0)
    kitchen.door.set()
    await tasks[0]
    asking = asyncio.create_task(kitchen.ask(2, 3))
    for _ in range(5):
        await asyncio.sleep(0)
    assert kitchen.alone == [0, 1]
    kitchen.late.set()
    assert await asking == ["together 2", "together 3"]
    assert await tasks[1] == "alone 1"


async def test_who_gives_up_when_it_is_their_turn_passes_it_on() -> None:
    kitchen = Kitchen()
    tasks = [asyncio.create_task(kitchen.coalescing.run(number)) for number in range(2)]
    await asyncio.sleep(0)
    kitchen.door.set()
    # Runs after the first has given the turn away, and before the second takes it.
    asyncio.get_running_loop().call_soon(tasks[1].cancel)
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert answers[0] == "alone 0"
    assert isinstance(answers[1], asyncio.CancelledError)
    assert kitchen.alone == [0]
    assert await kitchen.ask(2) == ["alone 2"]
    kitchen.door.clear()
    assert await kitchen.ask(3, 4, 5) == ["alone 3", "together 4", "together 5"]


async def test_what_is_left_undone_is_done_alone_and_raises_there() -> None:
    kitchen = Kitchen()
    first, refused, third = await kitchen.ask(0, -1, 2)
    assert (first, third) == ("alone 0", "together 2")
    assert isinstance(refused, ValueError)
    assert kitchen.alone == [0, -1]


async def test_all_are_done_alone_after_the_many_failed() -> None:
    kitchen = Kitchen(is_broken=True)
    assert await kitchen.ask(0, 1, 2) == ["alone 0", "alone 1", "alone 2"]
    assert kitchen.together == [[1, 2]]
    assert await kitchen.ask(3) == ["alone 3"]


async def test_failure_of_the_first_lets_the_others_on() -> None:
    kitchen = Kitchen()
    first, *others = await kitchen.ask(-1, 2, 3)
    assert isinstance(first, ValueError)
    assert others == ["together 2", "together 3"]


@pytest.mark.parametrize("gives_up", [0, 1, 2])
async def test_who_gives_up_waiting_holds_nobody_up(gives_up: int) -> None:
    kitchen = Kitchen()
    tasks = [asyncio.create_task(kitchen.coalescing.run(number)) for number in range(4)]
    await asyncio.sleep(0)
    tasks[gives_up].cancel()
    await asyncio.sleep(0)
    kitchen.door.set()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(answers[gives_up], asyncio.CancelledError)
    assert sum(isinstance(answer, str) for answer in answers) == 3
    assert gives_up == 0 or gives_up not in kitchen.together[0]
    assert await kitchen.ask(4) == ["alone 4"]

"""Work that comes at the same time is done together, and nobody who comes alone waits."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence

import pytest

from sync.server.gathering import _PATIENCE_S, Gathering


class Work:
    """Answers with what was asked, once it is let."""

    def __init__(self, *, is_open: bool = True) -> None:
        self.groups: list[list[int]] = []
        self.gate = threading.Event()
        if is_open:
            self.gate.set()

    def __call__(self, asked: Sequence[int]) -> list[int]:
        self.groups.append(list(asked))
        assert self.gate.wait(10)
        if 0 in asked:
            raise ZeroDivisionError
        return [-one for one in asked]


async def _until_begun(work: Work) -> None:
    while not work.groups:
        await asyncio.sleep(0.001)


def test_what_comes_meanwhile_is_done_together_and_answered_each() -> None:
    async def scene() -> None:
        work = Work(is_open=False)
        gathering = Gathering(work)
        first = asyncio.create_task(gathering.answer(1))
        await _until_begun(work)
        others = [asyncio.create_task(gathering.answer(number)) for number in (2, 3, 4)]
        await asyncio.sleep(0.01)
        work.gate.set()

        assert [await one for one in (first, *others)] == [-1, -2, -3, -4]
        assert work.groups == [[1], [2, 3, 4]]

    asyncio.run(scene())


def test_those_who_take_turns_come_together_after_one_turn() -> None:
    async def turns(gathering: Gathering[int, int], number: int) -> None:
        for _ in range(20):
            await gathering.answer(number)

    async def scene() -> list[list[int]]:
        work = Work()
        gathering = Gathering(work)
        await asyncio.gather(*(turns(gathering, number) for number in (1, 2, 3)))
        return work.groups

    sizes = [len(group) for group in asyncio.run(scene())]

    assert sum(sizes) == 60
    assert sizes.count(3) > 15


def test_who_comes_alone_never_waits_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.server.gathering._PATIENCE_S", 5.0)

    async def scene() -> None:
        gathering = Gathering(Work())
        for number in range(1, 20):
            await gathering.answer(number)

    begun = time.monotonic()
    asyncio.run(scene())

    assert time.monotonic() - begun < 2


def test_those_who_stay_away_are_waited_for_once() -> None:
    async def scene() -> float:
        gathering = Gathering(Work())
        await asyncio.gather(*(gathering.answer(number) for number in (1, 2, 3)))
        begun = time.monotonic()
        for _ in range(3):
            await gathering.answer(4)
        return time.monotonic() - begun

    assert _PATIENCE_S <= asyncio.run(scene()) < 1


def test_all_of_a_group_hear_what_went_wrong_and_the_next_goes_through() -> None:
    async def scene() -> None:
        work = Work(is_open=False)
        gathering = Gathering(work)
        first = asyncio.create_task(gathering.answer(1))
        await _until_begun(work)
        others = [asyncio.create_task(gathering.answer(number)) for number in (0, 2)]
        await asyncio.sleep(0.01)
        work.gate.set()

        found = await asyncio.gather(first, *others, return_exceptions=True)
        assert [type(one) for one in found] == [int, ZeroDivisionError, ZeroDivisionError]
        assert await gathering.answer(5) == -5

    asyncio.run(scene())


def test_who_has_gone_away_holds_nobody_up() -> None:
    async def scene() -> None:
        work = Work(is_open=False)
        gathering = Gathering(work)
        first = asyncio.create_task(gathering.answer(1))
        await _until_begun(work)
        gone = asyncio.create_task(gathering.answer(2))
        other = asyncio.create_task(gathering.answer(3))
        await asyncio.sleep(0.01)
        gone.cancel()
        work.gate.set()

        assert [await first, await other] == [-1, -3]

    asyncio.run(scene())

"""Work that comes at the same time, done together: what one transaction costs, they share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_MOST = 64
_PATIENCE_S = 0.003
"""How long a group waits for those who came with the one before: a laptop that has its answer
sends the next at once. Nobody waits who comes alone."""


class Gathering(Generic[Asked, Answer]):
    """``work`` runs in a thread, one group at a time, and answers in the order of its calls; what
    it raises, all of the group get. In the event loop's thread only."""

    def __init__(self, work: Callable[[Sequence[Asked]], Sequence[Answer]]) -> None:
        self._work = work
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._task: asyncio.Task[None] | None = None
        self._expected = 1
        """As many as were here, answered or waiting, when the last group ended."""
        self._complete: asyncio.Future[None] | None = None

    async def answer(self, asked: Asked) -> Answer:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        elif self._complete is not None and len(self._waiting) >= self._expected:
            self._done(self._complete)
        return await answer

    async def _run(self) -> None:
        while self._waiting:
            if len(self._waiting) < self._expected:
                await self._companions()
            group, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            try:
                found = await asyncio.to_thread(self._work, [asked for asked, _ in group])
            except Exception as error:
                self._refuse(group, error)
            else:
                for (_, answer), one in zip(group, found, strict=True):
                    if not answer.done():
                        answer.set_result(one)
            self._expected = min(len(group) + len(self._waiting), _MOST)
        self._task = None

    async def _companions(self) -> None:
        loop = asyncio.get_running_loop()
        self._complete = loop.create_future()
        timer = loop.call_later(_PATIENCE_S, self._done, self._complete)
        await self._complete
        timer.cancel()
        self._complete = None

    @staticmethod
    def _done(complete: asyncio.Future[None]) -> None:
        if not complete.done():
            complete.set_result(None)

    @staticmethod
    def _refuse(group: Sequence[tuple[Asked, asyncio.Future[Answer]]], error: Exception) -> None:
        for _, answer in group:
            if not answer.done():
                answer.set_exception(error)

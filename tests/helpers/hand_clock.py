"""A clock that moves when it is told to, and dice that fall the same way again."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta


class HandClock:
    def __init__(self, now: datetime | None = None) -> None:
        self._now = now or datetime(2020, 9, 15, 1, 0, tzinfo=UTC)
        self._monotonic_ms = 0

    def now(self) -> datetime:
        return self._now

    def monotonic_ms(self) -> int:
        return self._monotonic_ms

    def advance(self, **time: float) -> None:
        step = timedelta(**time)
        self._now += step
        self._monotonic_ms += round(step.total_seconds() * 1000)


class SeededChance:
    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311 (a test's own dice)

    def uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def token(self, size_bytes: int) -> bytes:
        return self._random.randbytes(size_bytes)

    def fraction(self) -> float:
        return self._random.random()

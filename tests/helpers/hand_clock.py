"""A clock that moves when it is told to, and dice that fall the same way again."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2020, 9, 15, 1, 0, tzinfo=UTC)
"""Tuesday, 15 September 2020, 09.00 in South Kalimantan."""


class HandClock:
    def __init__(self, now: datetime = START) -> None:
        self._now = now
        self._monotonic_ms = 1_000_000

    def now(self) -> datetime:
        return self._now

    def monotonic_ms(self) -> int:
        return self._monotonic_ms

    def advance(self, **time: float) -> None:
        step = timedelta(**time)
        self._now += step
        self._monotonic_ms += round(step.total_seconds() * 1000)

    def set_wall(self, now: datetime) -> None:
        """The wall clock jumps; the monotonic one does not."""
        self._now = now


class SeededChance:
    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311 (a test's own dice)

    def uuid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def token(self, size_bytes: int) -> bytes:
        return self._random.randbytes(size_bytes)

    def fraction(self) -> float:
        return self._random.random()

"""The one source of time, ids and randomness; tests inject their own."""

from __future__ import annotations

import secrets
import time
import uuid
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Wall clock and monotonic clock of one machine. The wall clock may be wrong (SYNC.md §1.9)."""

    def now(self) -> datetime:
        """The wall clock: aware, UTC."""

    def monotonic_ms(self) -> int:
        """Milliseconds since an arbitrary start; never goes back while the machine runs."""


class Chance(Protocol):
    """Randomness: ids, keys, jitter."""

    def uuid(self) -> str:
        """A fresh random UUID as 36 characters."""

    def token(self, size_bytes: int) -> bytes:
        """``size_bytes`` unpredictable bytes."""

    def fraction(self) -> float:
        """A number in [0, 1)."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000


class SystemChance:
    def uuid(self) -> str:
        return str(uuid.uuid4())

    def token(self, size_bytes: int) -> bytes:
        return secrets.token_bytes(size_bytes)

    def fraction(self) -> float:
        return secrets.randbelow(1 << 53) / (1 << 53)

"""When to try next: pure of threads, sockets and sleep.

Failures back off exponentially from 2 s to 15 min with full jitter, so that 400,000 laptops
that lost the same server do not come back at the same second. New work and a new network are
tried at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from enumerator.clock import Chance

SHORTEST_MS = 2_000
LONGEST_MS = 15 * 60_000
IDLE_MS = 15 * 60_000
"""Between sessions when nothing waits here: news from the server is not urgent."""
_STANDSTILL = frozenset({"revoked", "unknown_device", "frozen", "upgrade_needed"})
"""Failures that no repetition mends: tried at the idle pace, or when the user asks."""


class Attempt(Enum):
    PROBE = "probe"
    """After a failure: ask for the signed health answer first, a session is dear on 2G."""
    SYNC = "sync"


@dataclass(frozen=True, slots=True)
class Next:
    """What to do, and in how many milliseconds."""

    attempt: Attempt
    in_ms: int


class Schedule:
    """All times are of the laptop's monotonic clock, in milliseconds."""

    def __init__(self, chance: Chance, now_ms: int) -> None:
        self._chance = chance
        self._failures = 0
        self._due_ms = now_ms
        self._link_is_bad = False

    def next(self, now_ms: int) -> Next:
        attempt = Attempt.PROBE if self._link_is_bad else Attempt.SYNC
        return Next(attempt, max(0, self._due_ms - now_ms))

    def work_arrived(self, now_ms: int) -> None:
        """Something was recorded. On a link that failed it waits for its turn at the shortest
        delay: the officer's typing must not become a storm of attempts."""
        soon = now_ms + SHORTEST_MS if self._link_is_bad else now_ms
        self._due_ms = min(self._due_ms, soon)

    def network_changed(self, now_ms: int) -> None:
        """The user asked, or another network is there: begin anew, at once."""
        self._failures = 0
        self._due_ms = now_ms

    def probed(self, now_ms: int) -> None:
        """The server itself answered the probe: sync at once."""
        self._link_is_bad = False
        self._due_ms = now_ms

    def succeeded(self, now_ms: int, *, more_waits: bool = False) -> None:
        self._failures = 0
        self._link_is_bad = False
        self._due_ms = now_ms + (SHORTEST_MS if more_waits else IDLE_MS)

    def failed(self, now_ms: int, code: str) -> None:
        """``code``: of the KnownError that ended the attempt, probe or session."""
        if code in _STANDSTILL:
            self._failures = 0
            self._link_is_bad = False
            self._due_ms = now_ms + IDLE_MS
            return
        self._link_is_bad = True
        self._due_ms = now_ms + self._backoff_ms()
        self._failures += 1

    def _backoff_ms(self) -> int:
        ceiling = min(LONGEST_MS, SHORTEST_MS << min(self._failures, 20))
        return max(SHORTEST_MS // 2, round(self._chance.fraction() * ceiling))

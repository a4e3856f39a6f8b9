"""The time that one call of the engine may take: loading, a start, a step, a look."""

from __future__ import annotations

import signal
import time
from types import FrameType

SLOW_S = 2.0
"""Of processor time: the machine may be busy with other things."""


class TooLongError(BaseException):
    """Raised in the middle of a call that takes too long."""


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TooLongError


class Clock:
    def __init__(self) -> None:
        self._begun = 0.0
        self.longest_ms = 0.0

    def start(self) -> None:
        self.longest_ms = 0.0
        signal.signal(signal.SIGPROF, _too_long)
        self._begun = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, SLOW_S)

    def lap(self) -> None:
        """The call is over, another begins."""
        now = time.process_time()
        self.longest_ms = max(self.longest_ms, (now - self._begun) * 1e3)
        self._begun = now
        signal.setitimer(signal.ITIMER_PROF, SLOW_S)

    def stop(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        self.longest_ms = max(self.longest_ms, (time.process_time() - self._begun) * 1e3)


CLOCK = Clock()

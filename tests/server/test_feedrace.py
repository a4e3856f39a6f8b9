"""The feed race in small; in full it is ``python -m tests.feedrace``."""

from __future__ import annotations

from tests.feedrace import race


def test_reader_misses_nothing_while_many_processes_write() -> None:
    verdict = race(writers=12, changes=1200)

    assert verdict.ok, verdict
    assert (verdict.missed, verdict.gaps, verdict.deadlocks) == (0, 0, 0)
    assert verdict.pulls > 20


def test_race_notices_a_counter_that_is_not_drawn_under_the_lock() -> None:
    verdict = race(writers=12, changes=1200, broken=True)

    assert verdict.missed > 0

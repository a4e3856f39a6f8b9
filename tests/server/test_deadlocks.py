"""Random batches over the same cases in small; in full it is ``python -m tests.deadlocks``."""

from __future__ import annotations

from tests.deadlocks import broken_order, provoke


def test_nobody_waits_in_a_circle_when_random_batches_overlap() -> None:
    verdict = provoke(writers=9, batches=6)

    assert verdict.ok, verdict
    assert (verdict.lost, verdict.twice, verdict.failed, verdict.deadlocks) == (0, 0, 0, 0)
    assert verdict.assignments == 6


def test_circle_is_noticed_when_locks_are_taken_in_any_order() -> None:
    with broken_order():
        verdict = provoke(writers=12, batches=8)

    assert verdict.deadlocks > 0
    assert verdict.lost == verdict.failed == 0  # the database undid one, and it was done again

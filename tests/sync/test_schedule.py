"""When the next attempt is due."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.client.schedule import IDLE_MS, LONGEST_MS, SHORTEST_MS, Attempt, Schedule
from tests.helpers.hand_clock import SeededChance


class _Dice(SeededChance):
    def __init__(self, fraction: float) -> None:
        super().__init__()
        self._fraction = fraction

    def fraction(self) -> float:
        return self._fraction


def _delays(fraction: float, failures: int) -> list[int]:
    schedule = Schedule(_Dice(fraction), 0)
    delays = []
    for _ in range(failures):
        schedule.failed(0, "no_connection")
        delays.append(schedule.next(0).in_ms)
    return delays


def test_first_attempt_is_due_at_once() -> None:
    due = Schedule(_Dice(0), 500).next(500)

    assert (due.attempt, due.in_ms) == (Attempt.SYNC, 0)


def test_failures_double_the_ceiling_from_2_seconds_to_15_minutes() -> None:
    delays = _delays(1, 14)

    assert delays[:4] == [2000, 4000, 8000, 16000]
    assert delays[-1] == LONGEST_MS
    assert delays == sorted(delays)


def test_jitter_is_full() -> None:
    assert _delays(0.5, 9)[-1] == round(_delays(1, 9)[-1] / 2)
    assert set(_delays(0.0, 9)) == {SHORTEST_MS // 2}


def test_failure_is_followed_by_a_probe_and_its_answer_by_a_session() -> None:
    schedule = Schedule(_Dice(0.5), 0)
    schedule.failed(1000, "captive_portal")
    assert schedule.next(1000).attempt is Attempt.PROBE

    schedule.probed(1500)

    assert (schedule.next(1500).attempt, schedule.next(1500).in_ms) == (Attempt.SYNC, 0)


def test_success_rests_until_the_idle_time_unless_more_waits() -> None:
    schedule = Schedule(_Dice(0.5), 0)
    schedule.succeeded(1000)
    assert schedule.next(1000).in_ms == IDLE_MS
    schedule.succeeded(1000, more_waits=True)
    assert schedule.next(1000).in_ms == SHORTEST_MS


def test_new_work_is_sent_at_once_on_a_good_link() -> None:
    schedule = Schedule(_Dice(0.5), 0)
    schedule.succeeded(1000)

    schedule.work_arrived(2000)

    assert schedule.next(2000).in_ms == 0


def test_new_work_waits_a_little_on_a_bad_link() -> None:
    schedule = Schedule(_Dice(1), 0)
    for _ in range(8):
        schedule.failed(0, "no_connection")

    schedule.work_arrived(10_000)

    assert schedule.next(10_000).in_ms == SHORTEST_MS


def test_new_network_begins_the_backoff_anew() -> None:
    schedule = Schedule(_Dice(1), 0)
    for _ in range(8):
        schedule.failed(0, "no_connection")

    schedule.network_changed(5000)
    assert schedule.next(5000).in_ms == 0
    schedule.failed(5000, "no_connection")

    assert schedule.next(5000).in_ms == SHORTEST_MS


@pytest.mark.parametrize("code", ["revoked", "unknown_device"])
def test_failure_that_no_repetition_mends_is_not_repeated_fast(code: str) -> None:
    schedule = Schedule(_Dice(0.5), 0)

    schedule.failed(0, code)

    assert schedule.next(0).in_ms == IDLE_MS


@given(
    events=st.lists(
        st.tuples(
            st.sampled_from(["fail", "work", "network", "probe", "ok"]), st.integers(0, 10**6)
        )
    ),
    seed=st.integers(0, 1000),
)
def test_delay_never_leaves_its_bounds(events: list[tuple[str, int]], seed: int) -> None:
    schedule = Schedule(SeededChance(seed), 0)
    now = 0
    for event, pause in events:
        now += pause
        if event == "fail":
            schedule.failed(now, "no_connection")
        elif event == "work":
            schedule.work_arrived(now)
        elif event == "network":
            schedule.network_changed(now)
        elif event == "probe":
            schedule.probed(now)
        else:
            schedule.succeeded(now)
        assert 0 <= schedule.next(now).in_ms <= LONGEST_MS

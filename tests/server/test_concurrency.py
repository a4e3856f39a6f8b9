"""Many at once: the same envelopes over two routes, and batches over the same cases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from random import Random

import pytest

from enumerator.store.envelope import Envelope
from enumerator.store.receipt import PushResult
from tests.server.places import HandLaptop, Place


def _at_once(works: Sequence[Callable[[], None]]) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], None]) -> None:
        try:
            start.wait(20)
            work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_same_envelopes_are_stored_once_when_they_come_over_two_routes_at_once(
    place: Place,
) -> None:
    batch = [place.one.seal("note", f"catatan {number}".encode()) for number in range(12)]
    results: list[list[PushResult]] = []

    def push(envelopes: list[Envelope]) -> Callable[[], None]:
        return lambda: results.append(place.one.push(*envelopes))

    _at_once([push(batch), push(batch[::-1]), push(batch)])

    assert place.rows("SELECT count(*), count(DISTINCT receipt_no) FROM envelope") == [(12, 12)]
    receipts = [{one.envelope_id: one.receipt for one in result} for result in results]
    assert receipts[0] == receipts[1] == receipts[2]
    statuses = sorted(one.status for result in results for one in result)
    assert statuses == ["duplicate"] * 24 + ["stored"] * 12


@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_waits_in_a_circle_when_batches_touch_the_same_cases(
    place: Place, seed: int
) -> None:
    """Officers and their supervisor, over the same cases in any order."""
    chance = Random(seed)  # noqa: S311 (a schedule, not a secret)
    for one, other in ((place.one, place.two), (place.two, place.one)):
        place.supervisor.push(place.supervisor.reassign([1, 2, 3, 4, 5, 6], one))
        place.supervisor.push(place.supervisor.reassign([1, 2, 3, 4, 5, 6], other))

    def batches(laptop: HandLaptop) -> list[list[Envelope]]:
        return [
            [laptop.visit(number) for number in chance.sample(range(1, 7), 5)] for _ in range(4)
        ]

    def pushing(laptop: HandLaptop, work: list[list[Envelope]]) -> Callable[[], None]:
        def run() -> None:
            for envelopes in work:
                assert {one.status for one in laptop.push(*envelopes)} == {"stored"}

        return run

    orders = [
        [place.supervisor.reassign(chance.sample(range(1, 7), 6), chance.choice(team))]
        for team in [(place.one, place.two)] * 6
    ]
    _at_once(
        [
            pushing(place.one, batches(place.one)),
            pushing(place.two, batches(place.two)),
            pushing(place.supervisor, orders),
        ]
    )

    assert place.rows("SELECT count(*) FROM visit") == [(40,)]
    assert _deadlocks(place) == 0
    for laptop in (place.one, place.two, place.supervisor):
        counters = [row.counter for row in laptop.stream().values()]
        assert len(counters) == len(set(counters))
    assert place.one.live_families() | place.two.live_families() == {
        key.removeprefix("case:") for key in place.supervisor.stream() if key.startswith("case:")
    }


@pytest.mark.parametrize("id_", ["satu\0dua", "panjang " * 2000], ids=["NUL", "long"])
def test_envelope_is_held_whatever_its_id_is(place: Place, id_: str) -> None:
    envelope = place.one.visit(1, id=id_, incarnation=id_)

    first, again = place.one.push_one(envelope), place.one.push_one(envelope)

    assert (first.status, again.status) == ("stored", "duplicate")
    assert place.payload(first).envelope_id == id_
    assert first.receipt == again.receipt


def _deadlocks(place: Place) -> int:
    if place.database is None:
        return 0
    return int(
        place.rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")[0][
            0
        ]
    )

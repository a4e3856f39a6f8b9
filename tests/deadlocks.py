"""``python -m tests.deadlocks --writers 24 --batches 40``: does anybody ever wait in a circle?

Officers push random batches over the same few cases, in any order, with envelopes that they or
others already sent; supervisors move the cases at the same time, and the office assigns. All at
once, through the real store on a real PostgreSQL. In the end every envelope is held once, every
push was answered with receipts, and the database never had to end a circle.

``--broken`` takes the cases' locks in any order: the circles that the database has to end then show
that this program would notice. The last line is JSON; exit status 0 only when nothing was lost,
failed or deadlocked (with ``--broken``: when something was).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

from enumerator.store.envelope import Envelope
from enumerator.store.receipt import CUSTODY_STATUSES, PushResult
from sync.server.office.assigning import assign, find_officers
from sync.server.postgres import connecting
from tests.helpers.postgres import postgres
from tests.server.places import HandLaptop, Place, family_id

_FAMILIES = range(1, 10)
_MOST = 12
"""Envelopes of a batch."""
_AGAIN = 0.2
"""Share of what was sent before, by whomever."""


@dataclass(frozen=True)
class Verdict:
    ok: bool
    writers: int
    pushes: int
    envelopes: int
    lost: int
    twice: int
    failed: int
    """Transactions whose error reached their caller."""
    deadlocks: int
    assignments: int
    """Of the office, between the pushes."""
    seconds: float


@dataclass
class _Run:
    place: Place
    sent: list[Envelope] = field(default_factory=list)
    answers: list[PushResult] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    pushes: int = 0
    assignments: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def push(self, carrier: HandLaptop, envelopes: list[Envelope]) -> None:
        results = carrier.push(*envelopes)
        with self._lock:
            self.pushes += 1
            self.sent += envelopes
            self.answers += results

    def former(self, chance: Random) -> list[Envelope]:
        with self._lock:
            return [chance.choice(self.sent)] if self.sent and chance.random() < _AGAIN else []

    def assigned(self) -> None:
        with self._lock:
            self.assignments += 1


_ANY_ORDER = (
    "SELECT pg_advisory_xact_lock(hashtextextended(id, 0))"
    " FROM (SELECT id FROM unnest(%s::text[]) AS id ORDER BY random()) AS ids"
)


@contextlib.contextmanager
def broken_order() -> Iterator[None]:
    """The mistake: every transaction takes its cases' locks in an order of its own."""
    sorted_ = connecting._LOCK_FAMILIES
    connecting._LOCK_FAMILIES = _ANY_ORDER
    try:
        yield
    finally:
        connecting._LOCK_FAMILIES = sorted_


def provoke(writers: int, batches: int, *, seed: int = 1) -> Verdict:
    address = postgres().new_database()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        place = Place(Path(name), address)
        run = _Run(place)
        try:
            _all_at_once(run, _works(run, writers, batches, seed))
            held = {row[0] for row in place.rows("SELECT envelope_id FROM envelope")}
            (twice,) = place.rows(
                "SELECT count(*) FROM (SELECT 1 FROM envelope GROUP BY envelope_hash, signature"
                " HAVING count(*) > 1) AS repeated"
            )[0]
            (deadlocks,) = place.rows(
                "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            )[0]
        finally:
            place.operation.close()
    answered = {one.envelope_id for one in run.answers if one.status in CUSTODY_STATUSES}
    unanswered = sum(one.receipt is None for one in run.answers)
    lost = len(answered - held) + unanswered
    return Verdict(
        ok=not (lost or twice or run.failures or deadlocks) and run.pushes == writers * batches,
        writers=writers,
        pushes=run.pushes,
        envelopes=len(held),
        lost=lost,
        twice=twice,
        failed=len(run.failures),
        deadlocks=deadlocks,
        assignments=run.assignments,
        seconds=round(time.monotonic() - begun, 1),
    )


def _works(run: _Run, writers: int, batches: int, seed: int) -> list[Callable[[], None]]:
    place = run.place
    team = [place.one, place.two]
    for number in _FAMILIES:  # everybody was assigned once: all may speak of all
        for officer in team:
            place.assign(officer.login, number, move=True)
    found: list[Callable[[], None]] = [_office(run, Random(f"{seed}/office"), batches)]  # noqa: S311
    for writer in range(writers):
        chance = Random(f"{seed}/{writer}")  # noqa: S311 (a schedule, not a secret)
        laptop = (*team, place.supervisor)[writer % 3]
        sealed = [_batch(place, laptop, team, chance) for _ in range(batches)]
        found.append(_writer(run, laptop, sealed, chance))
    return found


def _batch(
    place: Place, laptop: HandLaptop, team: Sequence[HandLaptop], chance: Random
) -> list[Envelope]:
    """Sealed beforehand: a laptop's chain is one."""
    families = [chance.choice(_FAMILIES) for _ in range(chance.randint(1, _MOST))]
    if laptop is place.supervisor:
        return [laptop.reassign(list(dict.fromkeys(families)), chance.choice(team))]
    kinds = (laptop.visit, laptop.interview)
    return [chance.choice(kinds)(family) for family in families]


def _writer(
    run: _Run, laptop: HandLaptop, batches: list[list[Envelope]], chance: Random
) -> Callable[[], None]:
    def work() -> None:
        for batch in batches:
            envelopes = [*batch, *run.former(chance)]
            chance.shuffle(envelopes)
            run.push(laptop, envelopes)

    return work


def _office(run: _Run, chance: Random, rounds: int) -> Callable[[], None]:
    def work() -> None:
        for _ in range(rounds):
            families = [family_id(n) for n in chance.sample(_FAMILIES, chance.randint(2, 6))]
            officers = find_officers(run.place.operation, [chance.choice(("ppl-01", "ppl-02"))])
            assign(run.place.operation, officers, families, move=True)
            run.assigned()

    return work


def _all_at_once(run: _Run, works: Sequence[Callable[[], None]]) -> None:
    start = threading.Barrier(len(works))

    def guarded(work: Callable[[], None]) -> None:
        try:
            start.wait(60)
            work()
        except BaseException as error:
            run.failures.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.deadlocks")
    parser.add_argument("--writers", type=int, default=24)
    parser.add_argument("--batches", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broken", action="store_true", help="show that circles are noticed")
    arguments = parser.parse_args(argv)
    with broken_order() if arguments.broken else contextlib.nullcontext():
        verdict = provoke(arguments.writers, arguments.batches, seed=arguments.seed)
    print(json.dumps(asdict(verdict)))
    return int(verdict.deadlocks == 0) if arguments.broken else int(not verdict.ok)


if __name__ == "__main__":
    sys.exit(main())

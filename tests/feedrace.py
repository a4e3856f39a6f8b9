"""``python -m tests.feedrace --writers 32 --changes 50000``: does a reader ever miss a row?

Writers in several processes put rows into the streams of the same few accounts, in random batches
over random cases, through the real store on a real PostgreSQL, in both ways in which it writes
them. Meanwhile each account's reader asks, as a laptop does, for what is above its cursor. In the
end every reader holds every row that was committed, its counters have no gap, and no two writers
ever waited for each other in a circle.

``--broken`` draws the counters from one sequence without the lock, as other systems do: the rows
that are missed then show that this program would notice. The last line is JSON; exit status 0 only
when nothing was missed (with ``--broken``: when something was).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from random import Random

from sync.server.postgres.streams import PostgresStreams
from sync.server.postgres.transactions import PostgresTransaction
from sync.server.postgres_store import PostgresStore
from sync.server.store import Account, StreamState, Transaction, Wanted
from sync.server.streaming import Streaming
from tests.helpers.postgres import postgres

ACCOUNTS = tuple(f"account-{number}" for number in range(8))
_FAMILIES = tuple(f"family-{number}" for number in range(60))
_MOST_ROWS = 12
"""Of a transaction, for all its accounts together."""
_PUSHES = 0.5
"""Of the transactions: their rows are of cases they know, and go to the streams in one statement,
as those of a push do. The others go one by one, as the office's."""

Row = tuple[str, str]
"""Account and key."""


@dataclass(frozen=True)
class Verdict:
    ok: bool
    writers: int
    changes: int
    missed: int
    gaps: int
    foreign: int
    """Rows that a reader got and nobody committed, or that were another's."""
    deadlocks: int
    pulls: int
    seconds: float


class _SequenceStreams(PostgresStreams):
    """The mistake: numbers in the order of drawing, which is not the order of commits."""

    def put(self, account_id: str, state: StreamState) -> bool:
        self._connection.execute(
            "INSERT INTO stream_row (account_id, key, counter, gone, reason, body, body_sha256)"
            " VALUES (%s, %s, nextval('envelope_number'), false, '', %s, %s)",
            (account_id, state.key, state.body, state.body_sha256),
        )
        return True


def race(writers: int, changes: int, *, seed: int = 1, broken: bool = False) -> Verdict:
    server = postgres()
    address = server.new_database()
    begun = time.monotonic()
    with closing(PostgresStore(address)) as store:
        with store.writing() as tx:
            for name in ACCOUNTS:
                tx.accounts.add(Account(name, name, name, "supervisor", None, False, None))
        readers = [_Reader(store, name) for name in ACCOUNTS]
        committed = _write(address, writers, changes, seed, broken)
        for reader in readers:
            reader.finish()
        deadlocks = _deadlocks(store)
    held = {(reader.account_id, key) for reader in readers for key in reader.counters}
    missed, foreign = len(committed - held), len(held - committed)
    gaps = 0 if broken else sum(reader.gaps() for reader in readers)
    return Verdict(
        ok=not (missed or gaps or foreign or deadlocks) and len(committed) == changes,
        writers=writers,
        changes=len(committed),
        missed=missed,
        gaps=gaps,
        foreign=foreign,
        deadlocks=deadlocks,
        pulls=sum(reader.pulls for reader in readers),
        seconds=round(time.monotonic() - begun, 1),
    )


def _deadlocks(store: PostgresStore) -> int:
    """How often the database had to end a circle of waiting."""
    with store.reading() as tx:
        tx._connection.execute("SELECT pg_stat_clear_snapshot()")
        row = tx._connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    return int(row[0]) if row else 0


class _Reader:
    """A laptop's pulls, over and over, in a thread of its own."""

    def __init__(self, store: PostgresStore, account_id: str) -> None:
        self._store = store
        self.account_id = account_id
        self.counters: dict[str, int] = {}
        self.pulls = 0
        self._cursor = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """One last pull after all has been written."""
        self._stop.set()
        self._thread.join()
        self._pull()

    def gaps(self) -> int:
        return len(set(range(1, len(self.counters) + 1)) ^ set(self.counters.values()))

    def _run(self) -> None:
        while not self._stop.wait(0.002):
            self._pull()

    def _pull(self) -> None:
        self.pulls += 1
        with self._store.reading(self.account_id) as tx:
            for row in tx.streams.page(self.account_id, self._cursor):
                self.counters[row.key] = row.counter
                self._cursor = row.counter


def _write(address: str, writers: int, changes: int, seed: int, broken: bool) -> set[Row]:
    processes = min(4, writers)
    shares = [range(number, writers, processes) for number in range(processes)]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        running = [
            pool.submit(write_share, address, list(share), writers, changes, seed, broken)
            for share in shares
        ]
        return {row for one in running for row in one.result()}


def write_share(
    address: str, numbers: list[int], writers: int, changes: int, seed: int, broken: bool
) -> list[Row]:
    """What this process's writers committed."""
    with closing(PostgresStore(address)) as store, ThreadPoolExecutor(len(numbers)) as threads:
        parts = threads.map(
            lambda number: _write_one(
                store, number, len(range(number, changes, writers)), seed, broken
            ),
            numbers,
        )
        return [row for part in parts for row in part]


def _write_one(
    store: PostgresStore, number: int, changes: int, seed: int, broken: bool
) -> list[Row]:
    chance = Random(f"{seed}/{number}")  # noqa: S311 (a schedule, not a secret)
    done: list[Row] = []
    while len(done) < changes:
        count = min(chance.randint(1, _MOST_ROWS), changes - len(done))
        ids = [f"{number}-{len(done) + place}" for place in range(count)]
        is_push = chance.random() < _PUSHES
        rows = [(chance.choice(ACCOUNTS), f"{'case' if is_push else 'area'}:{id_}") for id_ in ids]
        families = chance.sample(_FAMILIES, 3) + (ids if is_push else [])

        def work(tx: Transaction, rows: list[Row] = rows, held: list[str] = families) -> None:
            if broken and isinstance(tx, PostgresTransaction):
                tx.streams = _SequenceStreams(tx._connection)
            tx.prefetch(Wanted(families=held))
            tx.lock_families(held)
            tx.next_point()
            Streaming(tx).put(
                [
                    (account, StreamState(key, False, "", None, key.encode(), key.encode()))
                    for account, key in rows
                ]
            )

        store.write(work)
        done += rows
    return done


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.feedrace")
    parser.add_argument("--writers", type=int, default=32)
    parser.add_argument("--changes", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broken", action="store_true", help="show that misses are noticed")
    arguments = parser.parse_args(argv)
    verdict = race(
        arguments.writers, arguments.changes, seed=arguments.seed, broken=arguments.broken
    )
    print(json.dumps(asdict(verdict)))
    return int(verdict.missed == 0) if arguments.broken else int(not verdict.ok)


if __name__ == "__main__":
    sys.exit(main())

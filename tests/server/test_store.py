"""The store's own promises: durability settings, savepoints, readers, migrations."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.server.postgres_store import PostgresStore
from sync.server.sqlite.connecting import connect, migrate, statements, transaction
from sync.server.sqlite_store import SqliteStore
from sync.server.store import Account, Store, StreamState, Transaction, TryAgainError


@pytest.fixture
def store(tmp_path: Path, database: str | None) -> Iterator[Store]:
    found = _open(tmp_path, database)
    yield found
    found.close()


def _open(folder: Path, database: str | None) -> Store:
    return SqliteStore(folder / "operation.db") if database is None else PostgresStore(database)


def _account(number: int) -> Account:
    return Account(f"id-{number}", f"login-{number}", "N", "supervisor", None, False, None)


def test_sqlite_commits_reach_the_disk(tmp_path: Path) -> None:
    connection = connect(tmp_path / "x.db")
    settings = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    connection.close()

    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_transaction_leaves_nothing_when_it_fails(store: Store) -> None:
    def fail() -> None:
        with store.writing() as tx:
            tx.accounts.add(_account(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with store.reading() as tx:
        assert tx.accounts.all() == []


def test_savepoint_undoes_its_own_part_only(store: Store) -> None:
    def fail(tx: Transaction) -> None:
        with tx.savepoint():
            tx.accounts.add(_account(2))
            raise ZeroDivisionError

    with store.writing() as tx:
        tx.accounts.add(_account(1))
        with pytest.raises(ZeroDivisionError):
            fail(tx)

    with store.reading() as tx:
        assert [account.login for account in tx.accounts.all()] == ["login-1"]


def test_reader_keeps_its_snapshot_while_another_writes(store: Store) -> None:
    with store.reading() as before:
        assert before.accounts.all() == []
        with store.writing() as tx:
            tx.accounts.add(_account(1))
        assert before.accounts.all() == []
    with store.reading() as after:
        assert len(after.accounts.all()) == 1


def test_points_never_repeat_among_many_threads(store: Store) -> None:
    points: list[int] = []

    def draw() -> None:
        for _ in range(20):
            with store.writing() as tx:
                points.append(tx.next_point())

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(points) == len(set(points)) == 80


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
def test_work_is_done_again_when_the_database_asks_for_it(store: Store) -> None:
    tries: list[int] = []

    def work(tx: Transaction) -> int:
        tries.append(len(tries))
        tx.accounts.add(_account(len(tries)))
        if len(tries) < 3:
            raise TryAgainError
        return len(tx.accounts.all())

    assert store.write(work) == 1
    assert len(tries) == 3


def test_work_is_given_up_when_others_are_always_in_the_way(store: Store) -> None:
    def work(tx: Transaction) -> None:
        tx.accounts.add(_account(1))
        raise TryAgainError

    with pytest.raises(TryAgainError):
        store.write(work)

    with store.reading() as tx:
        assert tx.accounts.all() == []


def test_point_is_larger_when_the_case_was_waited_for(store: Store) -> None:
    """A transaction's point is drawn when it has its cases, not before."""
    points: dict[str, int] = {}
    has_case, may_end = threading.Event(), threading.Event()

    def first() -> None:
        with store.writing() as tx:
            tx.lock_families(["B"])
            has_case.set()
            may_end.wait(10)
            points["first"] = tx.next_point()

    def second() -> None:
        has_case.wait(10)
        with store.writing() as tx:
            tx.lock_families(["A", "B"])
            points["second"] = tx.next_point()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    has_case.wait(10)
    may_end.set()
    for thread in threads:
        thread.join()

    assert points["first"] < points["second"]


def test_last_point_covers_what_is_seen(store: Store) -> None:
    with store.writing() as tx:
        point = tx.next_point()

    with store.reading() as tx:
        assert tx.last_point() >= point


def test_facts_are_words_or_numbers(store: Store) -> None:
    with store.writing() as tx:
        tx.set_fact("word", "satu")
        tx.set_fact("number", 2**40)
        tx.set_fact("word", 7)

        assert (tx.fact("word"), tx.fact("number"), tx.fact("none")) == (7, 2**40, None)


def test_stream_row_takes_a_new_counter_only_when_it_changes(store: Store) -> None:
    state = StreamState("area:63", False, "", None, b"a", b"1" * 32)
    changed = StreamState("area:63", False, "", None, b"b", b"2" * 32)
    with store.writing() as tx:
        tx.accounts.add(_account(1))
        done = [tx.streams.put("id-1", one) for one in (state, state, changed, changed, state)]
        counter = tx.streams.counter("id-1")
        rows = list(tx.streams.page("id-1", 0))

    assert done == [True, False, True, False, True]
    assert counter == 3
    assert [(row.counter, row.body) for row in rows] == [(3, b"a")]


def test_migrations_run_once_and_keep_the_data(tmp_path: Path, database: str | None) -> None:
    first = _open(tmp_path, database)
    with first.writing() as tx:
        tx.accounts.add(_account(1))
    first.close()

    second = _open(tmp_path, database)
    with second.reading() as tx:
        assert len(tx.accounts.all()) == 1
    second.close()


def test_two_sqlite_processes_may_make_the_same_database_at_once(tmp_path: Path) -> None:
    path = tmp_path / "operation.db"
    failures: list[BaseException] = []

    def make() -> None:
        try:
            connection = connect(path)
            migrate(connection)
            connection.close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_migration_is_undone_when_a_statement_of_it_fails(tmp_path: Path) -> None:
    connection = connect(tmp_path / "x.db")
    script = "CREATE TABLE a (x);\nCREATE TABLE a (x);\n"

    def run() -> None:
        with transaction(connection, "BEGIN"):
            for statement in statements(script):
                connection.execute(statement)

    with pytest.raises(Exception, match="already exists"):
        run()

    assert connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    connection.close()


def test_script_is_split_after_triggers_not_inside_them() -> None:
    script = (
        "CREATE TABLE a (x);\n-- a word; with a semicolon\n"
        "CREATE TRIGGER t BEFORE DELETE ON a\nBEGIN\n  SELECT 1;\nEND;\n"
    )

    assert len(list(statements(script))) == 2

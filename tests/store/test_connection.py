from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlcipher3

from enumerator.errors import BugError, KnownError
from enumerator.store.connection import Connections, check_sqlite_version, connect

KEY = b"k" * 32


@pytest.fixture
def connections(tmp_path: Path) -> Iterator[Connections]:
    made = Connections(tmp_path / "database.db", KEY)
    with made.writing() as db:
        db.execute("CREATE TABLE note (text TEXT NOT NULL) STRICT")
    yield made
    made.close()


def texts(connections: Connections) -> list[str]:
    with connections.reading() as db:
        return [row[0] for row in db.execute("SELECT text FROM note ORDER BY text").fetchall()]


def test_older_sqlite_is_refused_because_its_wal_can_lose_a_commit() -> None:
    check_sqlite_version((3, 51, 3))
    with pytest.raises(KnownError) as caught:
        check_sqlite_version((3, 51, 2))
    assert caught.value.code == "old_sqlite"


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("temp_store", 2),
        ("secure_delete", 2),
        ("busy_timeout", 5000),
    ],
)
def test_every_connection_has_the_pragmas_that_durability_rests_on(
    tmp_path: Path, pragma: str, value: object
) -> None:
    for read_only in (False, True):
        db = connect(tmp_path / "database.db", KEY, read_only=read_only)
        assert db.execute(f"PRAGMA {pragma}").fetchone()[0] == value
        db.close()


def test_file_is_encrypted_from_its_first_byte(connections: Connections, tmp_path: Path) -> None:
    with connections.writing() as db:
        db.execute("INSERT INTO note VALUES ('Ahmad Contoh')")
    for path in tmp_path.iterdir():
        data = path.read_bytes()
        assert b"SQLite format 3" not in data
        assert b"Ahmad Contoh" not in data


def test_another_key_is_told_as_damage_and_changes_nothing(
    connections: Connections, tmp_path: Path
) -> None:
    with pytest.raises(KnownError) as caught:
        connect(tmp_path / "database.db", b"x" * 32)
    assert caught.value.code == "damaged_database"
    assert texts(connections) == []


def test_transaction_is_undone_when_it_fails_midway(connections: Connections) -> None:
    def fail_midway() -> None:
        with connections.writing() as db:
            db.execute("INSERT INTO note VALUES ('half')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_midway()
    assert texts(connections) == []


def test_nested_transaction_is_undone_with_its_outer_one(connections: Connections) -> None:
    def fail_outside() -> None:
        with connections.writing() as db:
            db.execute("INSERT INTO note VALUES ('outer')")
            with connections.writing() as inner:
                inner.execute("INSERT INTO note VALUES ('inner')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_outside()
    assert texts(connections) == []


def test_reader_sees_the_last_commit_while_a_writer_is_at_work(connections: Connections) -> None:
    with connections.writing() as db:
        db.execute("INSERT INTO note VALUES ('committed')")
    seen: list[list[str]] = []
    with connections.writing() as db:
        db.execute("INSERT INTO note VALUES ('uncommitted')")
        reader = threading.Thread(target=lambda: seen.append(texts(connections)))
        reader.start()
        reader.join()
        assert texts(connections) == ["committed", "uncommitted"]
    assert seen == [["committed"]]


def test_readers_cannot_write(connections: Connections) -> None:
    with (
        connections.reading() as db,
        pytest.raises(Exception, match="readonly"),
    ):
        db.execute("INSERT INTO note VALUES ('no')")


def test_writers_of_many_threads_take_turns(connections: Connections) -> None:
    def write(name: str) -> None:
        for number in range(20):
            with connections.writing() as db:
                db.execute("INSERT INTO note VALUES (?)", (f"{name}{number}",))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts(connections)) == 80


def test_closed_store_is_a_bug_to_use_and_leaves_no_wal(tmp_path: Path) -> None:
    made = Connections(tmp_path / "database.db", KEY)
    with made.writing() as db:
        db.execute("CREATE TABLE note (text TEXT NOT NULL) STRICT")
    made.close()
    made.close()
    assert {path.name for path in tmp_path.iterdir()} == {"database.db", "ballast"}
    with pytest.raises(BugError):
        texts(made)
    with pytest.raises(BugError), made.writing():
        pass


def test_full_disk_is_told_as_such_gives_up_the_ballast_and_leaves_nothing_half_done(
    connections: Connections, tmp_path: Path
) -> None:
    with connections.writing() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + 2}")

    def fill() -> None:
        with connections.writing() as db:
            db.execute("INSERT INTO note VALUES ('first')")
            db.execute("INSERT INTO note VALUES (?)", ("x" * 100_000,))

    with pytest.raises(KnownError) as caught:
        fill()
    assert caught.value.code == "disk_full"
    assert not (tmp_path / "ballast").exists()
    assert texts(connections) == []
    with connections.writing() as db:
        db.execute("PRAGMA max_page_count = 100000")
    fill()
    assert (tmp_path / "ballast").exists(), "laid again when there is room"
    assert len(texts(connections)) == 2


@pytest.mark.parametrize("is_reading", [True, False])
def test_page_that_went_bad_is_told_as_damage_by_readers_and_writers(
    connections: Connections, tmp_path: Path, is_reading: bool
) -> None:
    with connections.writing() as db:
        for _ in range(200):
            db.execute("INSERT INTO note VALUES (?)", ("x" * 500,))
    connections.close()  # folds the log
    path = tmp_path / "database.db"
    data = bytearray(path.read_bytes())
    data[5 * 4096 + 2000] ^= 1
    path.write_bytes(data)
    again = Connections(path, KEY)

    def use() -> None:
        if is_reading:
            texts(again)
        with again.writing() as db:
            db.execute("UPDATE note SET text = 'y'")

    with pytest.raises(KnownError) as caught:
        use()
    again.close()
    assert caught.value.code == "damaged_database"


def test_broken_disk_is_told_as_such(connections: Connections) -> None:
    def fail() -> None:
        with connections.writing():
            raise sqlcipher3.OperationalError("disk I/O error")

    with pytest.raises(KnownError) as caught:
        fail()
    assert caught.value.code == "disk_fault"


def test_damage_is_told_to_the_program_and_not_to_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Connections(tmp_path / "database.db", KEY).close()

    with pytest.raises(KnownError):
        connect(tmp_path / "database.db", b"x" * 32)

    assert capfd.readouterr().err == ""

"""A newer program meets an older database; whatever fails in the midst of it, one good one
is left."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3
from sqlite_utils import Database

from enumerator.errors import KnownError
from enumerator.store import OfficerStore
from enumerator.store.migrations import SCHEMA
from enumerator.store.swapping import BEFORE_UPGRADE
from tests.store.builders import PASSPHRASE, Laptop, case, family_id

Step = Callable[[Database], None]
_TABLES = ("envelope", "delivery", "interview", "answer", "visit", "history", "incarnation")


@pytest.fixture
def worked(laptop: Laptop) -> Laptop:
    """Closed, with all kinds of work."""
    laptop.pull(*(case(number, counter=number) for number in range(1, 8)))
    laptop.interview(family_id(1))
    laptop.push()
    laptop.interview(family_id(2))
    laptop.draft(family_id(3))
    laptop.store.close()
    return laptop


@pytest.fixture
def release() -> Iterator[Callable[[Step], None]]:
    """A later release's step of the schema, for one test."""
    before = list(SCHEMA._migrations)

    def add(step: Step) -> None:
        SCHEMA(name=f"later_{len(SCHEMA._migrations)}")(step)

    yield add
    SCHEMA._migrations[:] = before


def _good_step(db: Database) -> None:
    db.executescript("CREATE TABLE later (id TEXT PRIMARY KEY) STRICT;")
    db.execute("INSERT INTO later SELECT id FROM envelope")


def _rows(laptop: Laptop) -> dict[str, list[Any]]:
    with laptop.store._connections.reading() as db:
        return {
            name: sorted(map(tuple, db.execute(f"SELECT * FROM {name}").fetchall()), key=repr)  # noqa: S608
            for name in _TABLES
        }


def _opened(laptop: Laptop) -> OfficerStore:
    laptop.store = OfficerStore.open(
        laptop.folder, PASSPHRASE, clock=laptop.clock, chance=laptop.chance
    )
    return laptop.store


def _before(laptop: Laptop) -> dict[str, list[Any]]:
    _opened(laptop)
    rows = _rows(laptop)
    laptop.store.close()
    return rows


def _later_count(laptop: Laptop) -> int:
    with laptop.store._connections.reading() as db:
        return int(db.execute("SELECT count(*) FROM later").fetchone()[0])


def test_work_is_all_there_after_an_upgrade_and_the_older_is_kept_until_the_next_start(
    worked: Laptop, release: Callable[[Step], None]
) -> None:
    rows = _before(worked)
    release(_good_step)

    _opened(worked)

    assert _rows(worked) == rows
    assert _later_count(worked) == 4
    assert worked.store.is_database_ok()
    assert (worked.folder / BEFORE_UPGRADE).exists()
    worked.reopen()
    assert not list(worked.folder.glob(f"{BEFORE_UPGRADE}*"))


def test_start_without_news_makes_no_copy(worked: Laptop) -> None:
    _opened(worked)

    assert {path.name for path in worked.folder.glob("*.db*")} <= {
        *("database.db", "database.db-wal", "database.db-shm")
    }


def _loses_answers(db: Database) -> None:
    db.execute("DROP TRIGGER answer_is_append_only_delete")
    db.execute("DELETE FROM answer")


def _changes_an_envelope(db: Database) -> None:
    db.execute("DROP TRIGGER envelope_is_immutable")
    db.execute("UPDATE envelope SET body = x'00' WHERE position = 1")


def _breaks_a_reference(db: Database) -> None:
    db.execute("PRAGMA defer_foreign_keys = ON")
    db.execute("DELETE FROM caseload")
    db.execute("UPDATE family SET id = 'another' WHERE position = 5")


def _fails(db: Database) -> None:
    db.execute("CREATE TABLE envelope (id TEXT)")


@pytest.mark.parametrize("has_room", [True, False])
@pytest.mark.parametrize(
    "step", [_loses_answers, _changes_an_envelope, _breaks_a_reference, _fails]
)
def test_step_that_loses_work_is_undone_and_the_former_version_goes_on(
    worked: Laptop,
    release: Callable[[Step], None],
    monkeypatch: pytest.MonkeyPatch,
    step: Step,
    has_room: bool,
) -> None:
    rows = _before(worked)
    known = list(SCHEMA._migrations)
    release(step)
    if not has_room:
        _take_room(monkeypatch)

    with pytest.raises(KnownError, match="version before") as error:
        _opened(worked)

    assert error.value.code == "upgrade_failed"
    SCHEMA._migrations[:] = known
    _opened(worked)
    assert _rows(worked) == rows
    assert worked.store.is_database_ok()


def test_upgrade_is_made_in_place_when_there_is_no_room_for_a_copy(
    worked: Laptop, release: Callable[[Step], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = _before(worked)
    release(_good_step)
    _take_room(monkeypatch)

    _opened(worked)

    assert _rows(worked) == rows
    assert _later_count(worked) == 4
    assert not (worked.folder / BEFORE_UPGRADE).exists()


@pytest.mark.parametrize("failures", [2, 9])
def test_ballast_makes_room_when_the_disk_is_full_even_in_place(
    worked: Laptop, release: Callable[[Step], None], failures: int
) -> None:
    """The first time on the copy, the second in place, the third with the ballast's room."""
    rows = _before(worked)
    known = list(SCHEMA._migrations)
    calls: list[int] = []

    def fill(db: Database) -> None:
        _good_step(db)
        calls.append(1)
        if len(calls) <= failures:
            raise sqlcipher3.OperationalError("database or disk is full")

    release(fill)

    if failures == 2:
        _opened(worked)
        assert _later_count(worked) == 4
    else:
        with pytest.raises(KnownError) as error:
            _opened(worked)
        assert error.value.code == "disk_full"
        SCHEMA._migrations[:] = known
        _opened(worked)
    assert len(calls) == 3
    assert _rows(worked) == rows


def _take_room(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path) -> Any:
        return type("Usage", (), {"free": 1000})

    monkeypatch.setattr("enumerator.store.upgrading.shutil.disk_usage", full)


# ---------------------------------------------------------------------- ended at any step


class PowerCut(BaseException):
    pass


class Cutter:
    """Ends the program before its n-th step on the disk. An audit hook cannot be taken away
    again, so there is one, switched."""

    def __init__(self) -> None:
        self._left = -1
        sys.addaudithook(self._audit)

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._left < 0 or event not in ("os.rename", "os.remove", "open"):
            return
        if event == "open" and not _is_written(arguments):
            return
        self._left -= 1
        if self._left < 0:
            raise PowerCut

    @contextmanager
    def before(self, step: int) -> Iterator[None]:
        self._left = step
        try:
            yield
        finally:
            self._left = -1


def _is_written(arguments: tuple[object, ...]) -> bool:
    return isinstance(arguments[1], str) and any(letter in arguments[1] for letter in "wa+")


@pytest.fixture(scope="module")
def cutter() -> Cutter:
    return Cutter()


def _cut_everywhere(cutter: Cutter, work: Callable[[], object]) -> int:
    """``work`` is ended at its first step, then at its second, until it comes to its end."""
    for step in range(200):
        try:
            with cutter.before(step):
                work()
        except PowerCut:
            # A program that ends leaves its lock; of what it had open nothing is written any more.
            continue
        return step
    raise AssertionError("it never comes to an end")


def test_one_good_database_is_left_wherever_an_upgrade_is_ended(
    worked: Laptop, release: Callable[[Step], None], cutter: Cutter
) -> None:
    rows = _before(worked)
    release(_good_step)

    steps = _cut_everywhere(cutter, lambda: _opened(worked))

    assert steps > 5
    assert _rows(worked) == rows
    assert _later_count(worked) == 4
    assert worked.store.is_database_ok()


def test_one_good_database_is_left_wherever_a_salvage_is_ended(
    worked: Laptop, cutter: Cutter
) -> None:
    rows = _before(worked)
    del rows["incarnation"], rows["history"]
    with (worked.folder / "database.db").open("rb+") as file:
        file.seek(-2000, 2)
        file.write(b"spoilt")

    def restore() -> None:
        worked.store = OfficerStore.restore(
            worked.folder, PASSPHRASE, clock=worked.clock, chance=worked.chance
        )

    steps = _cut_everywhere(cutter, restore)

    assert steps > 3
    found = _rows(worked)
    assert {name: found[name] for name in rows} == rows
    assert worked.store.is_database_ok()

"""After a bad page: the newest whole backup, and over it every row that can still be read.

SQLCipher authenticates each page, so what can be read is true; a bad page ends the reading of what
comes through it. Each table is therefore read from both ends, and what lies between is looked into
by halves: of a single bad page only its own rows are missing. Those are in the backup if they are
older than it; finished work is in the sealed spool besides, which only the office can open. Of a
draft, the answers since the backup that stood on that very page are gone. Where the pages that
describe the tables are bad, nothing can be read, and the backup alone is left.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import sqlcipher3
from sqlite_utils import Database

from enumerator.clock import Chance, Clock
from enumerator.errors import KnownError
from enumerator.store.backup import newest_backup
from enumerator.store.cases import CaseBoard
from enumerator.store.chain import new_incarnation
from enumerator.store.connection import connect, damaged, insert_sql, is_whole, one
from enumerator.store.durable import disk_full
from enumerator.store.enrolment import Enrolment
from enumerator.store.folders import DATABASE_FILE, SPOOL_FOLDER
from enumerator.store.migrations import SCHEMA
from enumerator.store.spool import SUFFIX
from enumerator.store.swapping import SALVAGED, remove, swap

log = logging.getLogger(__name__)

_DERIVED = frozenset({"caseload"})
"""Rebuilt from the others."""
_FROM_THE_SERVER = frozenset(
    {"area", "officer", "family", "member", "assignment", "feed_row", "feed_cursor"}
    | {"case_detail", "case_conflict"}
)
"""With a gap in these the next session fetches the whole stream."""
_MOST_PROBES = 64
"""Into the gaps of one table."""

Row = tuple[Any, ...]
_READ_FAULTS = (sqlcipher3.DatabaseError, KnownError)


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What it came to. ``gaps``: tables of which something could not be read."""

    kept_aside: Path
    gaps: frozenset[str]


def salvage(folder: Path, key: bytes, clock: Clock, chance: Chance) -> Salvaged:
    """Put a whole database in the place of the damaged one, which is kept beside it under another
    name. A new incarnation begins: what the lost rows held is not known. The store must not be
    open. KnownError ``no_backup``, ``disk_full``; then all is as it was."""
    database = folder / DATABASE_FILE
    fresh = database.with_name(f"{database.name}.part")
    try:
        gaps = _build(folder, key, fresh, clock, chance)
    except Exception as error:
        remove(fresh)
        if isinstance(error, OSError) or "full" in str(error):
            raise disk_full() from error
        raise
    kept = swap(folder, fresh, SALVAGED)
    log.info("a damaged database was salvaged; not whole: %s", ", ".join(sorted(gaps)) or "-")
    return Salvaged(kept, gaps)


def _build(folder: Path, key: bytes, fresh: Path, clock: Clock, chance: Chance) -> frozenset[str]:
    remove(fresh)
    backup = newest_backup(folder, key)
    if backup is not None:
        shutil.copyfile(backup, fresh)
    db = connect(fresh, key)
    try:
        db.execute("PRAGMA foreign_keys = OFF")
        SCHEMA.apply(db)
        with db.atomic():
            triggers = _without_triggers(db)
            gaps = _read_over(db, folder / DATABASE_FILE, key)
            enrolment = _enrolment(db)
            _mend(db, clock, gaps)
            for sql in triggers:
                db.execute(sql)
            CaseBoard(enrolment.account_id, enrolment.role).refresh_all(db)
            _begin_anew(db, folder, clock, chance)
        _fold(db)
        if not is_whole(db) or db.execute("PRAGMA foreign_key_check").fetchone():
            raise damaged()
    finally:
        db.close()
    return gaps


def _without_triggers(db: Database) -> list[str]:
    """They forbid to write what was written before; the statements that bring them back."""
    found = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in found:
        db.execute(f'DROP TRIGGER "{name}"')
    return [sql for _, sql in found]


# ---------------------------------------------------------------------- reading what is left


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    """What it is kept in the order of: ``rowid``, or the primary key."""
    primary: tuple[str, ...]


def _read_over(db: Database, path: Path, key: bytes) -> frozenset[str]:
    """Every readable row into ``db``, over an older one of the same key; tables with gaps."""
    tables = _tables(db)
    if not path.exists():
        return frozenset(table.name for table in tables)
    gaps = set()
    for table in tables:
        reader = _Reader(path, key, table)
        upsert = _upsert(table)
        for row in reader.rows():
            try:
                db.execute(upsert, row)
            except sqlcipher3.IntegrityError:  # two drafts of one family: the backup's stays
                reader.has_gaps = True
        if reader.has_gaps:
            gaps.add(table.name)
    return frozenset(gaps)


def _tables(db: Database) -> list[_Table]:
    found = []
    for _, name, kind, _, without_rowid, _ in db.execute("PRAGMA table_list").fetchall():
        plain = kind == "table" and not name.startswith(("sqlite_", "_sqlite_"))
        if not plain or name in _DERIVED:
            continue
        about = db.execute(f'PRAGMA table_info("{name}")').fetchall()
        primary = tuple(row[1] for row in sorted(about, key=lambda row: row[5]) if row[5])
        key = primary if without_rowid else ("rowid",)
        found.append(_Table(name, tuple(row[1] for row in about), key, primary))
    return sorted(found, key=lambda table: table.name)


def _upsert(table: _Table) -> str:
    changes = ", ".join(f"{name} = excluded.{name}" for name in table.columns)
    conflict = ", ".join(table.primary)
    return (
        f"{insert_sql(table.name, table.columns)} ON CONFLICT ({conflict}) DO UPDATE SET {changes}"
    )


class _Reader:
    """The readable rows of one table, each once."""

    def __init__(self, path: Path, key: bytes, table: _Table) -> None:
        self._path = path
        self._key = key
        self._table = table
        self._db: Database | None = None
        self._probes = 0
        self.has_gaps = False
        order = ", ".join(table.key)
        descending = ", ".join(f"{name} DESC" for name in table.key)
        marks = ", ".join("?" * len(table.key))
        columns = ", ".join((*table.key, *table.columns))
        base = f"SELECT {columns} FROM {table.name} NOT INDEXED"  # noqa: S608 (our own names)
        self._sql = {
            (False, False): f"{base} ORDER BY {order}",
            (True, False): f"{base} WHERE ({order}) > ({marks}) ORDER BY {order}",
            (False, True): f"{base} ORDER BY {descending}",
            (True, True): f"{base} WHERE ({order}) < ({marks}) ORDER BY {descending}",
        }

    def rows(self) -> Iterator[Row]:
        try:
            yield from self._between(None, None)
        finally:
            self._close()

    def _between(self, low: Row | None, high: Row | None) -> Iterator[Row]:
        """Rows above ``low`` and below ``high``: up to the first fault from either end, then the
        middle of what lies between."""
        first = low
        for key, row in self._scan(low, backwards=False):
            if key is None:
                break
            if high is not None and not _is_less(key, high):
                return
            yield row
            first = key
        else:
            return
        self.has_gaps = True
        last = high
        for key, row in self._scan(high, backwards=True):
            if key is None or (first is not None and not _is_less(first, key)):
                break
            yield row
            last = key
        middle = _middle(first, last)
        if middle is None or self._probes >= _MOST_PROBES:
            return
        self._probes += 1
        yield from self._between(first, middle)
        yield from self._between(middle, last)

    def _scan(self, start: Row | None, *, backwards: bool) -> Iterator[tuple[Row | None, Row]]:
        """(key, row) beyond ``start``; (None, ()) at the end when a fault ended it."""
        width = len(self._table.key)
        try:
            if self._db is None:
                self._db = connect(self._path, self._key, read_only=True)
            found = self._db.execute(self._sql[start is not None, backwards], start or ())
            while (row := found.fetchone()) is not None:
                yield tuple(row[:width]), tuple(row[width:])
        except _READ_FAULTS:
            self._close()  # SQLCipher lets a connection that met a bad page do nothing any more
            yield None, ()

    def _close(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            db.close()


def _is_less(one: Row, other: Row) -> bool:
    return [_comparable(part) for part in one] < [_comparable(part) for part in other]


def _comparable(part: Any) -> tuple[int, Any]:
    """In SQLite's order: numbers, then text by its bytes, then bytes."""
    if isinstance(part, str):
        return (1, part.encode())
    return (2, part) if isinstance(part, bytes) else (0, part)


def _middle(low: Row | None, high: Row | None) -> Row | None:
    """A key between them by its first part; None when there is none, or nothing to go by."""
    if low is None or high is None:
        return None
    one, other = low[0], high[0]
    if isinstance(one, int) and isinstance(other, int):
        between: Any = (one + other) // 2
        return None if between in (one, other) else (between, *low[1:])
    if isinstance(one, str) and isinstance(other, str):
        half = _half(one, other)
        return None if half is None else (half, *("" if isinstance(x, str) else 0 for x in low[1:]))
    return None


def _half(one: str, other: str) -> str | None:
    """Text between two texts, at their first difference."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if at is None:
        return None
    middle = (ord(one[at]) + ord(other[at])) // 2
    found = one[:at] + chr(middle) + "\x7f"
    return found if one < found < other else None


# ---------------------------------------------------------------------- making it hold together


def _enrolment(db: Database) -> Enrolment:
    row = one(db, "SELECT value FROM setting WHERE name = 'enrolment'")
    if row is None:
        raise KnownError("no_backup", "There is no usable backup of this officer's data.")
    return msgspec.msgpack.decode(bytes(row[0]), type=Enrolment)


def _mend(db: Database, clock: Clock, gaps: frozenset[str]) -> None:
    """Rows whose other half is missing: completed where that can be, else taken out."""
    db.execute(
        "INSERT INTO incarnation (id, length, head, started_at)"
        " SELECT incarnation, max(sequence), hash, ? FROM envelope"
        " WHERE incarnation NOT IN (SELECT id FROM incarnation) GROUP BY incarnation",
        (clock.now().isoformat(),),
    )
    db.execute(
        "INSERT INTO delivery (envelope_id) SELECT id FROM envelope"
        " WHERE id NOT IN (SELECT envelope_id FROM delivery)"
    )
    for table, column in _of_families(db):
        # The register's own words come with the next session.
        db.execute(
            "INSERT INTO family (id, head_name, card_number, province, regency, district, village,"  # noqa: S608
            " sls, address, online_status, stated_size)"
            f" SELECT DISTINCT {column}, '', '', '', '', '', '', '', '', 'belum', NULL"
            f" FROM {table} WHERE {column} NOT IN (SELECT id FROM family)"
        )
    if gaps & _FROM_THE_SERVER:
        db.execute("DELETE FROM feed_row")
        db.execute("DELETE FROM feed_cursor")
    db.execute("DELETE FROM caseload WHERE family_id NOT IN (SELECT id FROM family)")
    db.execute("INSERT INTO caseload_search (caseload_search) VALUES ('rebuild')")
    while orphans := db.execute("PRAGMA foreign_key_check").fetchall():
        for table in sorted({row[0] for row in orphans}):
            _drop_orphans(db, table)


def _of_families(db: Database) -> list[tuple[str, str]]:
    """(table, column) of everything that belongs to a family, the list apart."""
    found = []
    for table in _tables(db):
        keys = _keys(db, table.name)
        found += [(table.name, key[3]) for key in keys if (key[2], key[4]) == ("family", "id")]
    return found


def _drop_orphans(db: Database, table: str) -> None:
    keys = _keys(db, table)
    for number in {key[0] for key in keys}:
        parts = [key for key in keys if key[0] == number]
        own, theirs = ", ".join(key[3] for key in parts), ", ".join(key[4] for key in parts)
        db.execute(
            f"DELETE FROM {table} WHERE ({own}) NOT IN (SELECT {theirs} FROM {parts[0][2]})"  # noqa: S608
        )


def _keys(db: Database, table: str) -> Sequence[Row]:
    return [tuple(row) for row in db.execute(f'PRAGMA foreign_key_list("{table}")').fetchall()]


def _begin_anew(db: Database, folder: Path, clock: Clock, chance: Chance) -> None:
    row = one(db, "SELECT id FROM incarnation ORDER BY position DESC LIMIT 1")
    now = clock.now().isoformat()
    new_incarnation(db, chance.uuid(), None if row is None else row[0], now)
    known = {row[0] for row in db.execute("SELECT id FROM envelope").fetchall()}
    spooled = {
        path.name.removesuffix(SUFFIX) for path in (folder / SPOOL_FOLDER).glob(f"*{SUFFIX}")
    }
    # Opening need not begin another life because of them.
    names = msgspec.json.encode(sorted(spooled - known))
    db.execute(
        "INSERT INTO setting (name, value) VALUES ('strange_spool', ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (names,),
    )


def _fold(db: Database) -> None:
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

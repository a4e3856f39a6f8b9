"""A newer program meets an older database: copy, migrate, check, swap.

The steps run on a copy, which takes the database's place only when it was checked: nothing in it is
damaged, every row belongs to something, and what the officer did is all there. The old one is kept
until the program has started well once more.

Where the disk has no room for a copy, the steps run in place, in one transaction that is committed
after the same checks: SQLite undoes it whatever happens. To refuse would be worse: the older
program is not there any more, and the officer stands before a family.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

import sqlcipher3
from sqlite_utils import Database

from enumerator.errors import KnownError
from enumerator.store.connection import connect, is_whole
from enumerator.store.durable import Ballast, disk_full
from enumerator.store.folders import DATABASE_FILE
from enumerator.store.migrations import SCHEMA
from enumerator.store.swapping import BEFORE_UPGRADE, UPGRADED, remove, swap

_COUNTED = ("incarnation", "delivery", "visit", "interview", "answer", "attachment", "history")
_CHAIN = "SELECT id, hash, header, body, signature FROM envelope ORDER BY position"
_ROOM = 1.5
"""The copy and its log, as a multiple of the database."""


def upgrade(folder: Path, key: bytes) -> bool:
    """Whether there was anything to do. KnownError ``upgrade_failed`` (the database is as it was),
    ``disk_full``, ``damaged_database``. The store must not be open."""
    database = folder / DATABASE_FILE
    old = connect(database, key)
    try:
        if not SCHEMA.pending(old):
            return False
        remove(folder / BEFORE_UPGRADE)
        copy = database.with_name(f"{database.name}.part")
        is_copied = _copied(old, database, copy) and _migrate_copy(old, copy, key)
        if not is_copied:
            remove(copy)
            _migrate_in_place(old, folder)
    finally:
        old.close()
    if is_copied:
        swap(folder, copy, UPGRADED)
    return True


def forget_older(folder: Path) -> None:
    """After a good start: the database of before the upgrade is not needed any more."""
    remove(folder / BEFORE_UPGRADE)


def _copied(old: Database, database: Path, copy: Path) -> bool:
    """False when there is no room. KnownError ``damaged_database``."""
    remove(copy)
    needed = database.stat().st_size * _ROOM + Ballast.SIZE_BYTES
    if shutil.disk_usage(database.parent).free < needed:
        return False
    try:
        old.execute("VACUUM INTO ?", (str(copy),))
    except sqlcipher3.DatabaseError as error:
        if _is_full(error):
            return False
        raise KnownError(
            "damaged_database",
            "The database cannot be read: it is damaged or belongs to another key. "
            "Do not delete the folder; its sealed copies still hold the finished work.",
        ) from error
    return True


def _migrate_copy(old: Database, copy: Path, key: bytes) -> bool:
    """False when there is no room."""
    before = _work(old)
    db = connect(copy, key)
    try:
        with db.atomic():
            SCHEMA.apply(db)
            _check(db, before)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if not is_whole(db):
            raise _failed("the copy is damaged")
    except sqlcipher3.DatabaseError as error:
        if _is_full(error):
            return False
        raise _failed(str(error)) from error
    finally:
        with contextlib.suppress(sqlcipher3.DatabaseError):
            db.close()
    return True


def _migrate_in_place(db: Database, folder: Path) -> None:
    """With the ballast's room where there is no other."""
    for may_give_ballast in (True, False):
        try:
            with db.atomic():
                before = _work(db)
                SCHEMA.apply(db)
                _check(db, before)
        except sqlcipher3.DatabaseError as error:
            if not _is_full(error):
                raise _failed(str(error)) from error
            if not (may_give_ballast and Ballast(folder).drop()):
                raise disk_full() from error
        else:
            return


def _check(db: Database, before: Mapping[str, object]) -> None:
    """Inside the transaction that migrated."""
    after = _work(db)
    if changed := sorted(name for name in before if before[name] != after.get(name)):
        raise _failed(f"rows of {', '.join(changed)} changed")
    if db.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise _failed("rows belong to nothing")


def _work(db: Database) -> dict[str, object]:
    """What the officer did: how many of each, and the envelopes to the last byte."""
    names = set(db.table_names())
    found: dict[str, object] = {}
    for name in _COUNTED:
        if name in names:
            found[name] = db.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608
    if "envelope" in names:
        digest = hashlib.sha256()
        for row in db.execute(_CHAIN):
            for part in row:
                data = part.encode() if isinstance(part, str) else bytes(part)
                digest.update(len(data).to_bytes(8, "big") + data)
        found["envelope"] = digest.digest()
    return found


def _is_full(error: Exception) -> bool:
    return "full" in str(error)


def _failed(why: str) -> KnownError:
    return KnownError(
        "upgrade_failed",
        "This version of the program could not take over the data. Nothing was changed: install "
        "the version before, and tell your office.",
        why=why,
    )

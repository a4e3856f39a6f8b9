"""A census operation: the server's folder with its store, keys and identity."""

from __future__ import annotations

import argparse
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from enumerator.clock import Chance, Clock, SystemChance, SystemClock
from enumerator.errors import KnownError
from sync.server.keys import ServerKeys, load_keys
from sync.server.naming import name_older
from sync.server.sqlite_store import DATABASE_FILE as DATABASE_FILE
from sync.server.sqlite_store import SqliteStore
from sync.server.store import Store

KEYS_FILE = "operation.key"
ELSEWHERE_FILE = "operation.elsewhere"
"""In a folder whose database is PostgreSQL's, so that nobody begins a second one beside it."""


@dataclass(frozen=True)
class Operation:
    """What every part of the server works with; safe to share between threads."""

    store: Store
    keys: ServerKeys
    clock: Clock
    chance: Chance
    lineage: str
    """Random id of this database's history: points compare within one lineage only."""

    def now(self) -> str:
        return iso(self.clock.now())

    def close(self) -> None:
        self.store.close()


def open_operation(
    folder: Path,
    database: str | None = None,
    *,
    clock: Clock | None = None,
    chance: Chance | None = None,
) -> Operation:
    """Open the folder, making it at the first start. ``database``: ``postgresql://…`` in place of
    the folder's own. KnownError ``bad_folder``, ``bad_keys``, ``newer_database``,
    ``two_databases``, ``no_address``, ``other_keys``, and those of the store."""
    chance = chance or SystemChance()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        keys = load_keys(folder / KEYS_FILE, chance)
    except OSError as error:
        raise KnownError(
            "bad_folder",
            f"The server's folder {folder} cannot be used ({error.strerror}). "
            "Choose a folder that you may write to with --folder.",
        ) from error
    store = _open_store(folder, database)
    try:
        lineage = _claim(store, keys, chance)
        name_older(store)
    except BaseException:
        store.close()
        raise
    return Operation(store, keys, clock or SystemClock(), chance, lineage)


def is_begun(folder: Path, database: str | None) -> bool:
    """Whether an operation is there already. KnownErrors of the store."""
    if database is None:
        return any((folder / name).exists() for name in (DATABASE_FILE, ELSEWHERE_FILE))
    from sync.server.postgres_store import is_operation  # its driver, which SQLite does without

    return is_operation(database)


def _open_store(folder: Path, database: str | None) -> Store:
    elsewhere = folder / ELSEWHERE_FILE
    if database is None:
        if elsewhere.exists():
            raise KnownError(
                "no_address",
                f"The operation of {folder} is in PostgreSQL. Give its address: "
                "--database postgresql://USER@HOST/NAME.",
            )
        return SqliteStore(folder / DATABASE_FILE)
    if (folder / DATABASE_FILE).exists():
        raise KnownError(
            "two_databases",
            f"The folder {folder} has a database of its own ({DATABASE_FILE}). Leave --database "
            "out, or choose another --folder.",
        )
    from sync.server.postgres_store import PostgresStore  # its driver, which SQLite does without

    store = PostgresStore(database)
    elsewhere.touch(mode=0o600)
    return store


def _claim(store: Store, keys: ServerKeys, chance: Chance) -> str:
    """The lineage. KnownError ``other_keys``: receipts of this database are signed by others."""
    mark = hashlib.sha256(keys.receipt_public).hexdigest()
    with store.writing() as transaction:
        if transaction.fact("keys") not in (None, mark):
            raise KnownError(
                "other_keys",
                f"This database belongs to another folder, with another {KEYS_FILE}. Give that "
                "one with --folder, or another --database.",
            )
        lineage = transaction.fact("lineage")
        if lineage is None:
            lineage = chance.uuid()
            transaction.set_fact("lineage", lineage)
            transaction.set_fact("keys", mark)
    return str(lineage)


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def add_database_option(parser: argparse.ArgumentParser) -> None:
    """``--database``, by default from the environment, where a password is less on show."""
    parser.add_argument(
        "--database",
        metavar="ADDRESS",
        default=os.environ.get("ENUMERATOR_DATABASE") or None,
        help="postgresql://USER@HOST/NAME in place of a file in the folder; also from the "
        "variable ENUMERATOR_DATABASE. The folder keeps the keys.",
    )

"""A census operation: the server's folder with its store, keys and identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from enumerator.clock import Chance, Clock, SystemChance, SystemClock
from enumerator.errors import KnownError
from sync.server.keys import ServerKeys, load_keys
from sync.server.sqlite_store import SqliteStore
from sync.server.store import Store

DATABASE_FILE = "operation.db"
KEYS_FILE = "operation.key"


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
    folder: Path, *, clock: Clock | None = None, chance: Chance | None = None
) -> Operation:
    """Open the folder, making it at the first start. KnownError ``bad_folder``, ``bad_keys``,
    ``newer_database``."""
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
    store = SqliteStore(folder / DATABASE_FILE)
    with store.writing() as transaction:
        lineage = transaction.fact("lineage")
        if lineage is None:
            lineage = chance.uuid()
            transaction.set_fact("lineage", lineage)
    return Operation(store, keys, clock or SystemClock(), chance, str(lineage))


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")

"""Putting a finished database in the place of another, so that a power cut leaves one of the two.

The finished one gets its name of :data:`READY` when it is whole and on the disk: from then on the
swap is decided, and whoever opens the folder next completes it. Until then the old one counts.
"""

from __future__ import annotations

import os
from pathlib import Path

from enumerator.store.durable import sync_folder
from enumerator.store.folders import DATABASE_FILE

SALVAGED, UPGRADED = "salvaged.ready", "upgraded.ready"
BEFORE_UPGRADE = "before-upgrade.db"
_PARTS = ("-wal", "-shm", "")


def swap(folder: Path, finished: Path, ready: str) -> Path:
    """``finished`` is closed and has no log; where the old one is kept now."""
    with finished.open("rb+") as file:
        os.fsync(file.fileno())
    finished.replace(folder / ready)
    sync_folder(folder)
    return _complete(folder, ready)


def complete_swaps(folder: Path) -> None:
    """What a power cut or a kill interrupted. The store must not be open."""
    for ready in (SALVAGED, UPGRADED):
        if (folder / ready).exists():
            _complete(folder, ready)


def _complete(folder: Path, ready: str) -> Path:
    database = folder / DATABASE_FILE
    kept = folder / BEFORE_UPGRADE if ready == UPGRADED else _free_name(folder)
    for suffix in _PARTS:  # the log before its database: alone it does no harm
        part = database.with_name(database.name + suffix)
        if part.exists():
            part.replace(kept.with_name(kept.name + suffix))
    sync_folder(folder)
    (folder / ready).replace(database)
    sync_folder(folder)
    return kept


def remove(database: Path) -> None:
    """With its log."""
    for suffix in _PARTS:
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _free_name(folder: Path) -> Path:
    number = 1
    while (folder / f"damaged-{number}.db").exists():
        number += 1
    return folder / f"damaged-{number}.db"

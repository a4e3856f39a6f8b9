"""Backups: what makes a laptop's receipts safe, because its own copy may go only then."""

from __future__ import annotations

import shutil
from pathlib import Path

from enumerator.errors import KnownError
from sync.server.operation import KEYS_FILE, Operation


def back_up(operation: Operation, folder: Path, out: Path) -> int:
    """Copy the operation into the empty folder ``out``; the point that it covers.

    The copy has a lineage of its own, so that laptops notice when a server is started from it.
    KnownError ``bad_folder``.
    """
    try:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        if any(out.iterdir()):
            raise KnownError("bad_folder", f"The folder {out} is not empty. Give an empty one.")
        shutil.copy2(folder / KEYS_FILE, out / KEYS_FILE)
        point = operation.store.backup(out, operation.chance.uuid())
    except OSError as error:
        raise KnownError(
            "bad_folder", f"The folder {out} cannot be written ({error.strerror})."
        ) from error
    with operation.store.writing() as transaction:
        transaction.set_fact("safe_point", point + 1)
        transaction.set_fact("backed_up_at", operation.now())
    return point

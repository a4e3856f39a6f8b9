"""Disks that end in the midst of a transaction: SQLite itself says so."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import sqlcipher3

_NO_LIMIT = 4_294_967_294


@contextlib.contextmanager
def full_disk(connection: Any, pages_left: int) -> Iterator[None]:
    """The database of this writing connection grows by so many pages at most."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + pages_left}").fetchall()
    try:
        yield
    finally:
        with contextlib.suppress(sqlcipher3.ProgrammingError):  # closed by a kill meanwhile
            connection.execute(f"PRAGMA max_page_count = {_NO_LIMIT}").fetchall()

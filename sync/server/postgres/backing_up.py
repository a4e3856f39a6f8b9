"""A backup by ``pg_dump``, and up to which point it holds everything."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from psycopg import IsolationLevel
from psycopg.conninfo import make_conninfo

from enumerator.errors import KnownError
from sync.server.postgres.connecting import EVERYBODY, connect

DUMP_FILE = "operation.dump"
_COVERED = (
    "SELECT pg_export_snapshot(),"
    " pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1"
    " + coalesce((SELECT number FROM state WHERE name = 'point_base'), 0)"
)


def dump(parameters: dict[str, Any], folder: Path) -> int:
    """The point before the oldest transaction that still ran: all up to there are in the dump or
    were undone. KnownError ``no_pg_dump``, ``backup_failed``."""
    program = shutil.which("pg_dump")
    if program is None:
        raise KnownError(
            "no_pg_dump",
            "A backup needs the program pg_dump, which is not on the path. Install PostgreSQL's "
            "client programs (postgresql-client), as new as the server or newer.",
        )
    target = folder / DUMP_FILE
    target.touch(mode=0o600)
    with contextlib.closing(connect(parameters)) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        with connection.transaction():
            row = connection.execute(_COVERED).fetchone()
            if row is None:
                raise KnownError("backup_failed", "The database gave no snapshot.")
            snapshot, point = row
            _run(program, parameters, str(snapshot), target)
    return int(point)


def _run(program: str, parameters: dict[str, Any], snapshot: str, target: Path) -> None:
    """pg_dump syncs its file to the disk. The password goes by the environment: the command line
    is everybody's to read."""
    open_ = {name: value for name, value in parameters.items() if name != "password"}
    # Row-level security is forced: the dump says that it reads for everybody, and stays under it.
    open_["options"] = f"{open_.get('options', '')} -c enumerator.account={EVERYBODY}".strip()
    environment = dict(os.environ)
    if "password" in parameters:
        environment["PGPASSWORD"] = parameters["password"]
    done = subprocess.run(  # noqa: S603 (our own arguments)
        [
            program,
            *("--format=custom", "--enable-row-security", "--no-owner", "--no-privileges"),
            *(f"--snapshot={snapshot}", f"--file={target}"),
            f"--dbname={make_conninfo(**open_)}",
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        target.unlink(missing_ok=True)
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise KnownError("backup_failed", f"pg_dump could not write the backup: {lines[0]}")

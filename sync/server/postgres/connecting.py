"""Connections: autocommit, with transactions begun and ended explicitly.

Without autocommit psycopg's ``transaction()`` would be a savepoint of a transaction that nobody
ends, and for whom the streams are read would leak into the next one.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import Any

import psycopg
from psycopg import IsolationLevel, errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.string import StrBinaryDumper, StrDumper

from enumerator.errors import KnownError
from sync.server.postgres.bursting import Connection as Connection
from sync.server.postgres.bursting import Statement as Statement
from sync.server.store import TryAgainError, no_space, store_fault

OLDEST_SERVER = 14
CONNECT_TIMEOUT_S = 10
_numbers = itertools.count()
EVERYBODY = "*"
"""For whom a writer reads the streams."""

_LOCKS = 0x53503230
"""First half of our advisory locks' keys; families have keys of 64 bits, which are others."""
_ALL_CASES, _MIGRATING = 1, 2
_MOST_FAMILY_LOCKS = 1000
"""The database's lock table is finite: who changes more cases changes them alone."""


_LOCK_FAMILIES = (
    "SELECT pg_advisory_xact_lock(key) FROM (SELECT DISTINCT hashtextextended(id, 0) AS key"
    " FROM unnest(%s::text[]) AS id ORDER BY key) AS keys"
)


class DatabaseFaultError(Exception):
    """What went wrong in the database, without the values that its own message quotes: those are
    people's, and this is logged."""


class _NoNulDumper(StrDumper):
    """PostgreSQL's text cannot hold NUL, which a laptop's text may: custody must not fail."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "␀"))


class _NoNulBinaryDumper(StrBinaryDumper):
    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "␀"))


class FamilyLocks:
    """The cases that a transaction has to itself. Advisory, because a row lock would draw the
    transaction's number, its point, before the last lock is held."""

    def __init__(self, *, has_all: bool = False) -> None:
        self._has_all = has_all
        self._taken: set[str] = set()

    def statements(self, family_ids: Iterable[str]) -> list[Statement]:
        """What takes those that are not held yet, in the order of their keys, like everybody."""
        wanted = set(family_ids) - self._taken
        if self._has_all or not wanted:
            return []
        if len(wanted) + len(self._taken) > _MOST_FAMILY_LOCKS:
            self._has_all = True
            return [writing_begun(alone=True)]
        self._taken |= wanted
        return [(_LOCK_FAMILIES, (sorted(wanted),))]


def connect(parameters: dict[str, Any]) -> Connection:
    """KnownError ``database_unreachable``, ``database_refused``, ``no_database``,
    ``old_postgres``, ``bad_database``."""
    try:
        connection = Connection.connect(make_conninfo(**parameters), autocommit=True)
    except psycopg.OperationalError as error:
        raise _why_unreachable(str(error), parameters) from None
    try:
        configure(connection)
        _check(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def configure(connection: Connection) -> None:
    connection.isolation_level = IsolationLevel.READ_COMMITTED
    connection.adapters.register_dumper(str, _NoNulBinaryDumper)
    connection.adapters.register_dumper(str, _NoNulDumper)
    connection.execute("SELECT set_config('bytea_output', 'hex', false)")  # as ``loading`` reads it
    # A receipt is a promise: a role or a database that is set to "off" does not get its way.
    connection.execute(
        "SELECT set_config('synchronous_commit', 'on', false)"
        " WHERE current_setting('synchronous_commit') = 'off'"
    )


def parse(address: str) -> dict[str, Any]:
    """The parameters in ``postgresql://…``. KnownError ``bad_database`` (which never quotes the
    address: it holds the password)."""
    found: dict[str, Any] = {}
    if address.startswith(("postgresql://", "postgres://")):
        with contextlib.suppress(psycopg.Error):
            found = dict(conninfo_to_dict(address))
        if not str(found.get("port", "0")).replace(",", "").isdigit():
            found = {}
    if not found:
        raise KnownError(
            "bad_database",
            "The --database address cannot be read. Write it as "
            "postgresql://USER@HOST:PORT/NAME; in a password, write @ : / ? # as %40 %3A %2F %3F "
            "%23, or keep it out of the address, in the PGPASSWORD variable or ~/.pgpass.",
        )
    found.setdefault("connect_timeout", CONNECT_TIMEOUT_S)
    found.setdefault("application_name", "enumerator")
    return found


@contextlib.contextmanager
def known_faults(*, outermost: bool = True) -> Iterator[None]:
    """psycopg's errors as ours. Of two that stored the same thing at once, the second finds it
    when it tries again; within a savepoint that would hide a fault."""
    try:
        yield
    except (errors.SerializationFailure, errors.DeadlockDetected) as error:
        raise TryAgainError(type(error).__name__) from None
    except errors.DiskFull:
        raise no_space() from None
    except (errors.IoError, errors.ReadOnlySqlTransaction):
        raise store_fault() from None
    except psycopg.Error as error:
        if outermost and isinstance(error, errors.UniqueViolation):
            raise TryAgainError("UniqueViolation") from None
        where = error.diag.constraint_name or error.diag.table_name or ""
        name = f"{type(error).__name__} {error.sqlstate or ''} {where}".strip()
        raise DatabaseFaultError(name) from None


def writing_begun(*, alone: bool = False) -> Statement:
    """The first word of a writing transaction. ``alone``: all others wait until it ends."""
    mode = "" if alone else "_shared"
    return (
        f"SELECT pg_advisory_xact_lock{mode}(%s, %s), set_config('enumerator.account', %s, true)",
        (_LOCKS, _ALL_CASES, EVERYBODY),
    )


def begin_writing(connection: Connection, *, alone: bool = False) -> None:
    connection.execute(*writing_begun(alone=alone))


def only(cursor: psycopg.Cursor[tuple[Any, ...]]) -> int:
    """The one number that was asked for."""
    row = cursor.fetchone()
    return 0 if row is None else int(row[0])


def streamed(connection: Connection, sql: str) -> Iterator[tuple[Any, ...]]:
    """Rows by the hundred, however many there are. Within a transaction."""
    with connection.cursor(f"rows_{next(_numbers)}") as cursor:
        cursor.execute(sql)
        yield from cursor


def migrate(connection: Connection) -> None:
    """Apply the numbered SQL files that this database lacks, all in one transaction, one process
    at a time. KnownError ``newer_database``, ``no_right``."""
    scripts = {
        int(entry.name[:4]): entry
        for entry in resources.files("sync.server.postgres.migrations").iterdir()
        if entry.name.endswith(".sql")
    }
    try:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (_LOCKS, _MIGRATING))
            connection.execute(
                "CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY,"
                " applied_at timestamptz NOT NULL DEFAULT now())"
            )
            version = only(connection.execute("SELECT coalesce(max(number), 0) FROM migration"))
            if version > max(scripts):
                raise KnownError(
                    "newer_database",
                    "This database was used by a newer version of the program. "
                    "Update this one first.",
                )
            for number in sorted(set(scripts) - set(range(version + 1))):
                connection.execute(scripts[number].read_text(encoding="utf-8"))
                connection.execute("INSERT INTO migration (number) VALUES (%s)", (number,))
    except errors.InsufficientPrivilege:
        raise KnownError(
            "no_right",
            "The database's user may not make tables there. Make the user the database's owner: "
            "ALTER DATABASE name OWNER TO user.",
        ) from None


def is_begun(connection: Connection) -> bool:
    """Whether an operation was ever begun in this database."""
    return bool(only(connection.execute("SELECT (to_regclass('migration') IS NOT NULL)::int")))


def _check(connection: Connection) -> None:
    version = connection.info.server_version // 10000
    if version < OLDEST_SERVER:
        raise KnownError(
            "old_postgres",
            f"This is PostgreSQL {version}; {OLDEST_SERVER} or newer is needed.",
        )
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise KnownError(
            "bad_database",
            "The database's encoding is not UTF8. Make another one: "
            "CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0.",
        )
    above = "SELECT (rolsuper OR rolbypassrls)::int FROM pg_roles WHERE rolname = current_user"
    if only(connection.execute(above)):
        raise KnownError(
            "superuser",
            "The database's user stands above row-level security, so that nothing would hold the "
            "server to one officer's rows. Use an ordinary one: CREATE ROLE name LOGIN "
            "NOSUPERUSER NOBYPASSRLS, then CREATE DATABASE name OWNER name.",
        )


def _why_unreachable(message: str, parameters: dict[str, Any]) -> KnownError:
    """The server's own words name people's accounts at most, but they are not repeated: what is
    in them depends on the library."""
    where = f"{parameters.get('host', 'this machine')}:{parameters.get('port', 5432)}"
    if "authentication failed" in message or "no password supplied" in message:
        return KnownError(
            "database_refused",
            f"The database at {where} refused the user or the password in --database. "
            "Correct them; @ : / ? # in a password are written %40 %3A %2F %3F %23.",
        )
    if "does not exist" in message and "database" in message:
        return KnownError(
            "no_database",
            f"At {where} there is no such database. Make it: CREATE DATABASE name OWNER user.",
        )
    return KnownError(
        "database_unreachable",
        f"No PostgreSQL answers at {where}. Check the --database address, that PostgreSQL runs, "
        "and that it lets this machine in (listen_addresses, pg_hba.conf).",
    )

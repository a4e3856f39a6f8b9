"""Many statements in one writing to the socket, their answers in one reading.

At libpq's own level: psycopg's pipeline looks at the socket after each statement, so that the
database wakes for each, and makes some ten Python objects for each array. Together that was a
fifth of the server's time for a push of one interview.
"""

from __future__ import annotations

import functools
import itertools
import re
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import errors, generators
from psycopg.abc import PQGen
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

Parameters = Sequence[Any] | Mapping[str, Any]
Statement = tuple[str, Parameters]
Answer = PGresult

_PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sb](?:::(\w+)\[\])?")
_NUL, _NOT_NUL = "\0", "␀"
_length = struct.Struct("!i").pack
_array = struct.Struct("!iiiii").pack
_number = struct.Struct("!iq").pack
_FALSE, _TRUE, _NULL = _length(1) + b"\0", _length(1) + b"\1", _length(-1)


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """Remembers what :func:`at_once` prepared on it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.prepared: dict[str, bytes] = {}
        self.names = itertools.count()


class _Plan:
    """A statement as libpq takes it. ``%s`` and ``%(name)s`` are sent as text; before ``::type[]``
    an array, in binary."""

    def __init__(self, sql: str) -> None:
        self.keys: list[str | int] = []
        self.dumps: list[Callable[[Any], bytes | None]] = []
        self.formats: list[Format] = []
        self.key = sql
        self.sql = _PLACEHOLDER.sub(self._numbered, sql).encode()

    def _numbered(self, found: re.Match[str]) -> str:
        name, element = found.groups()
        key = len(self.keys) if name is None else name
        if name is None or name not in self.keys:
            self.keys.append(key)
            self.dumps.append(_text if element is None else functools.partial(_column, element))
            self.formats.append(Format.TEXT if element is None else Format.BINARY)
        cast = "" if element is None else f"::{element}[]"
        return f"${self.keys.index(key) + 1}{cast}"

    def values(self, parameters: Any) -> list[bytes | None]:
        return [dump(parameters[key]) for dump, key in zip(self.dumps, self.keys, strict=True)]


_plan = functools.lru_cache(maxsize=256)(_Plan)


def at_once(connection: Connection, statements: Iterable[Statement]) -> list[Answer]:
    """Those after a refused one do nothing. psycopg's error of the first refused."""
    asked = [(plan := _plan(sql), plan.values(parameters)) for sql, parameters in statements]
    was_idle = connection.pgconn.transaction_status == TransactionStatus.IDLE
    try:
        return _sent(connection, asked)
    except errors.InvalidSqlStatementName:  # somebody has said DEALLOCATE ALL
        connection.prepared.clear()
        if not was_idle:
            raise
    if connection.pgconn.transaction_status != TransactionStatus.IDLE:
        _sent(connection, [(_plan("ROLLBACK"), [])])
    return _sent(connection, asked)


def _sent(
    connection: Connection, asked: Sequence[tuple[_Plan, list[bytes | None]]]
) -> list[Answer]:
    pgconn = connection.pgconn
    names: list[tuple[str, bytes] | None] = []
    """For each command that was sent, what it prepares."""
    pgconn.enter_pipeline_mode()
    try:
        new: dict[str, bytes] = {}
        for plan, values in asked:
            name = connection.prepared.get(plan.key) or new.get(plan.key)
            if name is None:
                name = new[plan.key] = f"burst_{next(connection.names)}".encode()
                pgconn.send_prepare(name, plan.sql)
                names.append((plan.key, name))
            pgconn.send_query_prepared(name, values, plan.formats)
            names.append(None)
        pgconn.pipeline_sync()
        results = connection.wait(_collected(pgconn, len(names)))
    finally:
        if pgconn.status != ConnStatus.BAD:
            pgconn.exit_pipeline_mode()
    return _accepted(connection, names, results)


def _collected(pgconn: PGconn, count: int) -> PQGen[list[PGresult]]:
    yield from generators.send(pgconn)
    results: list[PGresult] = []
    for _ in range(count + 1):  # the last is the pipeline's own end
        results += yield from generators.fetch_many(pgconn)
    return results[:count]


def _accepted(
    connection: Connection, names: Sequence[tuple[str, bytes] | None], results: Sequence[PGresult]
) -> list[Answer]:
    """Without those of preparing. The error of the first refused."""
    answers = []
    for prepares, result in zip(names, results, strict=True):
        if result.status == ExecStatus.FATAL_ERROR:
            raise errors.error_from_result(result)
        if prepares is None:
            answers.append(result)
        else:
            key, name = prepares
            connection.prepared[key] = name
    return answers


def _text(value: object) -> bytes | None:
    return None if value is None else str(value).replace(_NUL, _NOT_NUL).encode()


def _column(element: str, values: Sequence[Any]) -> bytes:
    """A binary array of ``values``, any of which may be None."""
    oid, dump = _ELEMENTS[element]
    if not values:
        return struct.pack("!iii", 0, 0, oid)
    has_null = None in values
    found = [_NULL if value is None else dump(value) for value in values]
    return _array(1, has_null, oid, len(found), 1) + b"".join(found)


def _dump_text(value: str) -> bytes:
    data = value.encode()
    if b"\0" in data:  # PostgreSQL's text cannot hold it
        data = value.replace(_NUL, _NOT_NUL).encode()
    return _length(len(data)) + data


def _dump_bytes(value: bytes) -> bytes:
    return _length(len(value)) + value


def _dump_number(value: int) -> bytes:
    """DataError when the database has no room for it."""
    try:
        return _number(8, value)
    except struct.error as error:
        raise psycopg.DataError("a number out of range") from error


_ELEMENTS: Mapping[str, tuple[int, Callable[[Any], bytes]]] = {
    "bool": (16, lambda value: _TRUE if value else _FALSE),
    "bytea": (17, _dump_bytes),
    "bigint": (20, _dump_number),
    "text": (25, _dump_text),
}
"""PostgreSQL's number of the type."""

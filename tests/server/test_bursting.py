"""Statements in one writing: what comes back, and what is left when one is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors
from psycopg.pq import TransactionStatus

from sync.server.postgres.bursting import Answer, Connection, at_once
from sync.server.postgres.connecting import configure, connect, parse
from tests.helpers.postgres import postgres


@pytest.fixture
def connection() -> Iterator[Connection]:
    address = postgres().empty_database()
    connection = connect(parse(address))
    configure(connection)
    yield connection
    connection.close()
    postgres().drop(address)


def _told(answer: Answer) -> list[str | None]:
    row = (answer.get_value(0, place) for place in range(answer.nfields))
    return [None if value is None else value.decode() for value in row]


def test_columns_arrive_as_they_were_given(connection: Connection) -> None:
    columns = "%b::text[], %b::bigint[], %b::bool[], %b::bytea[]"
    texts = ["é", None, "a\0b", ""]
    values = (texts, [1, -(2**63), None, 2**63 - 1], [True, False, None, True], [b"\0", b"", None])
    (answer,) = at_once(connection, [(f"SELECT json_build_array({columns})", values)])

    (found,) = _told(answer)
    assert json.loads(found or "") == [
        ["é", None, "a␀b", ""],
        [1, -(2**63), None, 2**63 - 1],
        [True, False, None, True],
        ["\\x00", "\\x", None],
    ]


def test_empty_column_is_an_empty_array(connection: Connection) -> None:
    (answer,) = at_once(connection, [("SELECT %b::text[] = '{}', %s::text IS NULL", ([], None))])

    assert _told(answer) == ["t", "t"]


def test_name_that_stands_twice_is_sent_once(connection: Connection) -> None:
    asked = ("SELECT %(a)b::text[] || %(b)b::text[] || %(a)b::text[]", {"a": ["1"], "b": ["2"]})

    assert [_told(one) for one in at_once(connection, [asked, asked])] == [["{1,2,1}"]] * 2


def test_burst_raises_the_first_refusal_and_the_connection_lives_on(
    connection: Connection,
) -> None:
    with pytest.raises(errors.DivisionByZero):
        at_once(connection, [("BEGIN", ()), ("SELECT 1 / %s::int", (0,)), ("SELECT nothing", ())])

    assert connection.pgconn.transaction_status == TransactionStatus.INERROR
    at_once(connection, [("ROLLBACK", ())])
    assert _told(at_once(connection, [("SELECT 1 / %s::int", (1,))])[0]) == ["1"]


def test_number_that_has_no_room_is_the_databases_error(connection: Connection) -> None:
    with pytest.raises(psycopg.DataError):
        at_once(connection, [("SELECT %b::bigint[]", ([2**63],))])

    assert _told(at_once(connection, [("SELECT 1", ())])[0]) == ["1"]


def test_burst_goes_through_when_everything_prepared_was_forgotten(connection: Connection) -> None:
    begun = [("BEGIN", ()), ("SELECT %s::int", (1,))]
    at_once(connection, [*begun, ("COMMIT", ())])
    connection.execute("DEALLOCATE ALL")

    assert _told(at_once(connection, begun)[1]) == ["1"]
    connection.execute("DEALLOCATE ALL")
    with pytest.raises(errors.InvalidSqlStatementName):  # what went before it is gone
        at_once(connection, [("SELECT %s::int", (1,))])
    at_once(connection, [("ROLLBACK", ())])
    assert _told(at_once(connection, begun)[1]) == ["1"]


def test_lost_connection_is_told_as_such(connection: Connection) -> None:
    with pytest.raises(psycopg.OperationalError):
        at_once(connection, [("SELECT pg_terminate_backend(pg_backend_pid())", ())])

    assert connection.closed

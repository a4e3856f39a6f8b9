"""Databases of earlier releases, brought up to date with what they hold."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import psycopg
import pytest

from sync.server.postgres_store import PostgresStore
from sync.server.sqlite.connecting import connect, statements
from sync.server.sqlite_store import SqliteStore
from sync.server.store import Device, EscrowRow, LaptopReport, Store
from tests.helpers.postgres import postgres

_FIRST_RELEASE = """
INSERT INTO account (account_id, login, name, role) VALUES ('s', 's', 'S', 'supervisor'),
    ('a', 'a', 'A', 'officer'), ('b', 'b', 'B', 'officer');
INSERT INTO family (family_id, head_name, card_number, province, regency, district, village, sls,
    address, online_status) VALUES ('F', '', '', '', '', '', '', '', '', 'belum');
INSERT INTO field_case (family_id, officer_id, assigned_point, assigned_incarnation,
    assigned_sequence) VALUES ('F', 'b', 2, 'i', 4);
INSERT INTO envelope VALUES (1, 'order', {1}, {0}, {0}, {0}, 'reassignment', 's', 'd', 'i', 4,
    NULL, 's', 2, '', 'stored', '', 'r1', {0}, {0});
INSERT INTO envelope VALUES (2, 'early', {2}, {0}, {0}, {0}, 'visit', 'a', 'd', 'j', 1, 'G', 'a', 3,
    '', 'quarantined', 'unknown_family', 'r2', {0}, {0});
INSERT INTO assignment (family_id, officer_id, point, assigned_at, assigned_by, reason)
    VALUES ('F', 'a', 1, '', 'office', ''), ('F', 'b', 2, '', 'order', 'sakit');
"""


@pytest.fixture(params=["sqlite", "postgres"])
def first_release(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Opened by this version."""
    if request.param == "sqlite":
        _make_sqlite(tmp_path / "operation.db")
        store: Store = SqliteStore(tmp_path / "operation.db")
        yield store
        store.close()
        return
    address = postgres().empty_database()
    _make_postgres(address)
    store = PostgresStore(address)
    yield store
    store.close()
    postgres().drop(address)


def _make_sqlite(path: Path) -> None:
    script = (resources.files("sync.server.migrations") / "0001_first.sql").read_text("utf-8")
    rows = _FIRST_RELEASE.format("x''", "x'01'", "x'02'")
    with contextlib.closing(connect(path)) as connection:
        for statement in (*statements(script), *statements(rows)):
            connection.execute(statement)
        connection.execute("PRAGMA user_version = 1")


def _make_postgres(address: str) -> None:
    script = (resources.files("sync.server.postgres.migrations") / "0001_first.sql").read_bytes()
    with contextlib.closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute(
            "CREATE TABLE migration (number integer PRIMARY KEY,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        connection.execute(script)
        connection.execute("INSERT INTO migration (number) VALUES (1)")
        connection.execute(_FIRST_RELEASE.format("''", "'1'", "'2'").encode())


def test_orders_of_the_first_release_keep_their_place(first_release: Store) -> None:
    with first_release.reading() as transaction:
        orders = transaction.cases.assignments("F")

    assert [(one.officer_id, one.place, one.number, one.sequence) for one in orders] == [
        ("a", 1, 0, 0),
        ("b", 2, 1, 4),
    ]


def test_quarantined_envelopes_of_the_first_release_wait_for_their_family(
    first_release: Store,
) -> None:
    with first_release.reading() as transaction:
        waiting = transaction.envelopes.waiting(["F", "G"])

    assert [(one.number, one.reason) for one in waiting] == [(2, "unknown_family")]


def test_first_release_has_no_escrow_and_takes_one(first_release: Store) -> None:
    laptop = Device("d", "a", b"k" * 32, b"k" * 32, revoked=False)
    row = EscrowRow("d", "a", b"mark", b"sealed", "2020")
    with first_release.writing() as transaction:
        transaction.accounts.add_device(laptop, "", "2020")
        assert transaction.escrows.get("d") is None
        transaction.escrows.put(row)

    with first_release.reading() as transaction:
        assert transaction.escrows.get("d") == row
        assert transaction.escrows.acts() == []


def test_first_release_has_no_report_and_takes_one(first_release: Store) -> None:
    laptop = Device("d", "a", b"k" * 32, b"k" * 32, revoked=False)
    report = LaptopReport("d", "a", "2020", "", "", "i", 1, 0, 0, 0, True, None)
    with first_release.writing() as transaction:
        transaction.accounts.add_device(laptop, "", "2020")
        assert transaction.reports.latest("a") is None
        (standing,) = transaction.reports.standings()
        assert (standing.device, standing.report) == (laptop, None)
        transaction.reports.put(report)

    with first_release.reading() as transaction:
        assert transaction.reports.get("d") == transaction.reports.latest("a") == report

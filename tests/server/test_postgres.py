"""What only PostgreSQL has: roles, row-level security, addresses, restored dumps."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import requests

from enumerator.errors import KnownError
from sync.server import custody
from sync.server.command import main as server_main
from sync.server.operation import is_begun, open_operation
from sync.server.postgres import connecting
from sync.server.postgres.backing_up import DUMP_FILE
from sync.server.postgres.connecting import DatabaseFaultError, connect, migrate, parse
from sync.server.postgres_store import PostgresStore
from sync.server.store import Account, StoreFailedError, StreamState
from tests.helpers.field import load_area_file, write_frame
from tests.helpers.postgres import PASSWORD, PostgresServer, postgres
from tests.helpers.server import office
from tests.server.places import Place


@pytest.fixture
def database() -> str:
    return postgres().new_database()


@pytest.fixture
def store(database: str) -> Iterator[PostgresStore]:
    found = PostgresStore(database)
    yield found
    found.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> PostgresServer:
    """With its programs on the path."""
    found = postgres()
    monkeypatch.setenv("PATH", f"{found.binaries}{os.pathsep}{os.environ['PATH']}")
    return found


def _two_streams(store: PostgresStore) -> None:
    with store.writing() as tx:
        for number in (1, 2):
            name = f"id-{number}"
            tx.accounts.add(Account(name, name, "N", "supervisor", None, False, None))
            tx.streams.put(name, StreamState("area:63", False, "", None, b"a", b"1" * 32))


def _code_of(address: str) -> str:
    with pytest.raises(KnownError) as error:
        PostgresStore(address)
    assert PASSWORD not in str(error.value)
    assert "salah" not in str(error.value)
    return error.value.code


# ------------------------------------------------------------------------------ statements


def _executed(store: PostgresStore) -> int:
    """Statements so far, on all its connections."""
    counted = "SELECT sum(generic_plans + custom_plans) FROM pg_prepared_statements"
    with ExitStack() as held:
        connections = [
            held.enter_context(store._pool.connection())
            for _ in range(store._pool.get_stats()["pool_size"])
        ]
        return sum(connecting.only(one.execute(counted)) for one in connections)


def test_push_takes_as_many_statements_when_it_brings_more(tmp_path: Path, database: str) -> None:
    place = Place(tmp_path, database)
    assert isinstance(place.operation.store, PostgresStore)
    taken = []
    for numbers in ((1,), (2, 3)):
        interviews = [place.one.interview(number) for number in numbers]
        account, before = place.one.account, _executed(place.operation.store)
        custody.take(place.operation, account, interviews)
        taken.append(_executed(place.operation.store) - before)
    place.operation.close()

    assert taken[0] == taken[1]
    assert 0 < taken[0] < 12


# ------------------------------------------------------------------------ row-level security


def test_reader_sees_one_stream_when_the_query_forgets_whose(store: PostgresStore) -> None:
    _two_streams(store)

    with store.reading("id-1") as tx:
        seen = tx._connection.execute("SELECT account_id FROM stream_row").fetchall()
        foreign = list(tx.streams.page("id-2", 0))

    assert seen == [("id-1",)]
    assert foreign == []


def test_reader_sees_no_stream_when_it_reads_for_nobody(store: PostgresStore) -> None:
    _two_streams(store)
    with store.writing():
        pass  # the pool's connection saw everything a moment ago

    with store.reading() as tx:
        assert tx._connection.execute("SELECT account_id FROM stream_row").fetchall() == []


def test_reader_cannot_write(store: PostgresStore) -> None:
    with pytest.raises(StoreFailedError), store.reading() as tx:
        tx.set_fact("lineage", "other")


def test_user_above_row_level_security_is_refused(database: str) -> None:
    name = database.rpartition("/")[2]
    address = f"postgresql://postgres:{PASSWORD.replace('/', '%2F')}@127.0.0.1:{postgres().port}"

    assert _code_of(f"{address}/{name}") == "superuser"


# ---------------------------------------------------------------------------------- addresses


def test_wrong_address_is_told_with_what_to_do() -> None:
    server = postgres()
    nobody_there = "postgresql://enumerator:salah@127.0.0.1:1/x"

    assert _code_of(nobody_there) == "database_unreachable"
    assert _code_of(server.address("ready", "salah")) == "database_refused"
    assert _code_of(server.address("no_such_name")) == "no_database"


@pytest.mark.parametrize(
    "address", ["operation.db", "postgresql://u:salah@127.0.0.1:port/x", "postgresql://[salah", ""]
)
def test_unreadable_address_is_told_without_its_password(address: str) -> None:
    assert _code_of(address) == "bad_database"


def test_old_server_is_refused(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "OLDEST_SERVER", 99)

    assert _code_of(database) == "old_postgres"


def test_password_stays_out_of_the_log(
    store: PostgresStore, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        _two_streams(store)

    assert PASSWORD not in caplog.text
    assert PASSWORD not in repr(store)


def test_fault_of_the_database_quotes_no_values(store: PostgresStore) -> None:
    with pytest.raises(DatabaseFaultError) as error, store.writing() as tx:
        tx.accounts.add(Account("id-1", "ani", "Siti Aminah", "teacher", None, False, None))

    assert str(error.value) == "CheckViolation 23514 account_role_check"


# --------------------------------------------------------------------------------- migrations


def test_database_of_a_newer_program_is_left_alone(store: PostgresStore, database: str) -> None:
    with store.writing() as tx:
        tx._connection.execute("INSERT INTO migration (number) VALUES (999)")

    assert _code_of(database) == "newer_database"


def test_database_is_made_once_when_several_begin_at_once() -> None:
    address = postgres().empty_database()
    failures: list[BaseException] = []

    def make() -> None:
        try:
            with closing(connect(parse(address))) as connection:
                migrate(connection)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


# -------------------------------------------------------------------------------- the programs


def test_office_begins_an_operation_in_an_empty_database(tmp_path: Path) -> None:
    address = postgres().empty_database()
    folder = tmp_path / "operation"
    with pytest.raises(KnownError, match="--database") as error:
        office(folder, "--database", address, "status")

    office(folder, "--database", address, "load-areas", load_area_file(tmp_path))
    frame = write_frame(tmp_path, range(1, 301))
    first = office(folder, "--database", address, "load-frame", *frame)
    again = office(folder, "--database", address, "load-frame", *frame)

    assert error.value.code == "no_operation"
    assert first.facts["families_new"] == 300
    assert again.facts["unchanged"] is True
    assert is_begun(folder, address)
    assert not (folder / "operation.db").exists()


def test_folder_is_not_given_a_second_database(database: str, tmp_path: Path) -> None:
    open_operation(tmp_path / "elsewhere", database).close()
    open_operation(tmp_path / "embedded").close()

    with pytest.raises(KnownError) as forgotten:
        server_main(["--folder", str(tmp_path / "elsewhere"), "--port", "0"])
    with pytest.raises(KnownError) as both:
        open_operation(tmp_path / "embedded", database)
    with pytest.raises(KnownError) as other:
        open_operation(tmp_path / "new", database)

    codes = [error.value.code for error in (forgotten, both, other)]
    assert codes == ["no_address", "two_databases", "other_keys"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_server_program_answers_from_the_database_and_stops_on_sigterm(tmp_path: Path) -> None:
    address = postgres().empty_database()
    command = [sys.executable, "-m", "enumerator", "server", "--folder", str(tmp_path), "--verbose"]
    process = subprocess.Popen(
        [*command, "--port", "0"],
        env=os.environ | {"ENUMERATOR_DATABASE": address},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        server = json.loads(process.stdout.readline())["listening"]
        code = office(
            tmp_path, "--database", address, "add-supervisor", "--login", "pml-01", "--name", "B"
        ).facts["code"]
        key = "A" * 43 + "="
        request = {"code": code, "device_public_key": key, "account_public_key": key}
        reply = requests.post(f"{server}/v1/enrol", json=request, timeout=20)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()

    assert reply.json()["login"] == "pml-01"
    assert process.returncode == 0
    assert PASSWORD not in log
    assert "rahasia" not in log


def test_server_goes_on_when_the_database_was_restarted(tmp_path: Path, database: str) -> None:
    with closing(Place(tmp_path, database).operation) as operation:
        name = database.rpartition("/")[2]
        postgres().administer(
            # Waits until they have ended: one that is about to is still taken for alive.
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "  # noqa: S608
            f"WHERE datname = '{name}'"
        )

        with operation.store.reading() as tx:
            assert tx.accounts.by_login("ppl-01") is not None


# ------------------------------------------------------------------------------------- backups


def test_restored_dump_holds_all_and_begins_another_lineage(
    tmp_path: Path, database: str, server: PostgresServer
) -> None:
    place = Place(tmp_path, database)
    receipt = place.payload(place.one.push_one(place.one.interview(1)))
    backup = office(
        tmp_path / "operation", "--database", database, "backup", "--out", tmp_path / "b"
    )
    later = place.payload(place.two.push_one(place.two.interview(4)))
    with place.operation.store.reading() as tx:
        safe_point = tx.fact("safe_point")
    assert isinstance(safe_point, int)
    stream = place.one.stream()
    place.operation.close()
    copy = server.empty_database()
    _restore(server, tmp_path / "b" / DUMP_FILE, copy)

    with closing(open_operation(tmp_path / "b", copy)) as restored:
        with restored.store.writing() as tx:
            held = tx.envelopes.held(receipt.envelope_id)
            lost = tx.envelopes.held(later.envelope_id)
            facts = (tx.fact("safe_point"), tx.next_point() > receipt.point)
        with closing(connect(parse(copy))) as connection:
            lying = connection.execute(
                "SELECT tableoid::regclass::text, length(body) > 0 FROM envelope_body"
            ).fetchall()
        with restored.store.reading(place.one.account_id) as tx:
            rows = {row.key: row for row in tx.streams.page(place.one.account_id, 0)}

    assert receipt.point < backup.facts["point"] + 1 == safe_point <= later.point
    assert len(held) == 1
    assert lying == [("envelope_body_63", True)]
    assert lost == []
    assert restored.lineage != receipt.lineage
    assert facts == (None, True)
    assert rows == stream


def test_safe_point_leaves_out_what_was_not_committed_when_the_backup_began(
    tmp_path: Path, database: str, server: PostgresServer
) -> None:
    """Another's later transaction may be committed and covered: this one's point is not."""
    assert server.binaries.exists()
    (tmp_path / "b").mkdir()
    with (
        closing(open_operation(tmp_path / "operation", database)) as operation,
        operation.store.writing() as slow,
    ):
        early = slow.next_point()
        with operation.store.writing() as quick:
            assert quick.next_point() > early
        covered = operation.store.backup(tmp_path / "b", "x")

    assert covered < early


def test_backup_tells_what_to_install_when_there_is_no_pg_dump(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    folder = tmp_path / "operation"
    open_operation(folder, database).close()

    with pytest.raises(KnownError, match="postgresql-client") as error:
        office(folder, "--database", database, "backup", "--out", tmp_path / "b")

    assert error.value.code == "no_pg_dump"


def _restore(server: PostgresServer, dump: Path, address: str) -> None:
    subprocess.run(
        [server.binaries / "pg_restore", "--no-owner", "--exit-on-error", "-d", address, dump],
        env=os.environ | {"PGOPTIONS": "-c enumerator.account=*"},
        check=True,
    )

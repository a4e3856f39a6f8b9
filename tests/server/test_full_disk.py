"""A full or broken disk at the server: the answer says so, and nothing is half stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import requests

from enumerator.store.envelope import Envelope
from sync.protocol import PushReply, PushRequest, pack, unpack
from sync.server.postgres.connecting import known_faults
from sync.server.sqlite_store import SqliteStore
from sync.server.store import StoreFailedError
from tests.helpers.field import FieldOperation
from tests.helpers.server import serve
from tests.server.places import Place
from tests.server.test_authorisation import Caller, Site

TABLES = ("envelope", "visit", "result", "stream_row", "field_case", "conflict", "state")


@pytest.fixture
def site(place: Place) -> Iterator[Site]:
    with serve(place.operation) as address:
        found = Site(place, address)
        found.callers["officer"] = Caller(found.token(place.one), place.one)
        yield found


def _writer(site: Site) -> Any:
    store = site.place.operation.store
    assert isinstance(store, SqliteStore)
    return store._writer


def _limit_pages(site: Site, more: int) -> None:
    """So many pages may be added; SQLite then says what it says on a full disk."""
    writer = _writer(site)
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    (free,) = writer.execute("PRAGMA freelist_count").fetchone()
    assert free == 0
    writer.execute(f"PRAGMA max_page_count = {pages + more}")


def _push(site: Site, envelopes: list[Envelope]) -> requests.Response:
    return site.send("POST", "/v1/push", "officer", pack(PushRequest(envelopes=envelopes)))


def _everything(site: Site) -> dict[str, list[tuple[Any, ...]]]:
    return {table: sorted(site.place.rows(f"SELECT * FROM {table}"), key=repr) for table in TABLES}  # noqa: S608


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_push_is_stored_wholly_or_not_at_all_wherever_the_disk_ends(
    site: Site, expect_log: Callable[[str], None]
) -> None:
    """Page by page: the disk ends in the envelope, in what it does, in the streams."""
    expect_log("/v1/push failed: no_space")
    laptop = site.place.one
    batch = [laptop.visit(number) for number in (1, 2, 3) * 10]
    batch.append(laptop.interview(2, text="x" * 20_000))
    before = _everything(site)

    refusals = 0
    for more in range(100):
        _limit_pages(site, more)
        reply = _push(site, batch)
        if reply.status_code == 200:
            break
        problem = unpack(reply.content, dict)
        assert (reply.status_code, problem["code"]) == (503, "no_space")
        assert int(reply.headers["Retry-After"]) > 0
        assert _everything(site) == before
        refusals += 1

    assert refusals > 5
    assert [one.status for one in unpack(reply.content, PushReply).results] == ["stored"] * 31
    assert site.place.rows("SELECT count(*) FROM envelope WHERE reason <> ''") == [(0,)]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (psycopg.errors.DiskFull, "no_space"),
        (psycopg.errors.IoError, "store_fault"),
        (psycopg.errors.ReadOnlySqlTransaction, "store_fault"),
    ],
)
@pytest.mark.parametrize("outermost", [True, False])
def test_postgres_says_the_same_in_its_own_words(
    error: type[psycopg.Error], code: str, outermost: bool
) -> None:
    with pytest.raises(StoreFailedError) as raised, known_faults(outermost=outermost):
        raise error

    assert raised.value.code == code


def test_laptop_blames_no_envelope_and_sends_again_when_there_is_room(
    tmp_path: Any, expect_log: Callable[[str], None]
) -> None:
    expect_log("/v1/push failed: no_space")
    with FieldOperation.begin(tmp_path) as operation:
        laptop = operation.laptop("ppl-01")
        laptop.sync()
        for number in (1, 2):
            laptop.interview(number, text="x" * 30_000)
        store = operation.server.operation.store
        assert isinstance(store, SqliteStore)
        (pages,) = store._writer.execute("PRAGMA page_count").fetchone()
        store._writer.execute(f"PRAGMA max_page_count = {pages}")

        with pytest.raises(Exception, match="no room") as error:
            laptop.sync()
        waiting = laptop.store.outbox.summary()
        store._writer.execute("PRAGMA max_page_count = 1000000")
        laptop.sync()

        assert getattr(error.value, "code", "") == "no_space"
        assert (waiting.rejected, waiting.waiting) == (0, 4)
        assert laptop.store.outbox.summary().waiting == 0

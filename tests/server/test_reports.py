"""What laptops say of themselves: kept cheaply, true when asked, told to whom it concerns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from enumerator.store.feed import FeedRow, OfficerBody
from sync.protocol import Versions
from sync.server import accounts
from sync.server.rows import MAX_SEQUENCE
from sync.server.sessions import Sessions
from sync.server.store import LaptopReport
from tests.server.places import HandLaptop, Place

_GIGABYTE = 1_000_000_000


@pytest.fixture
def sessions(place: Place) -> Sessions:
    return Sessions(place.operation)


def _hello(sessions: Sessions, laptop: HandLaptop, **changes: Any) -> None:
    sessions.hello(laptop.hello(sessions.challenge(laptop.device_id), **changes))


def _report(laptop: HandLaptop) -> LaptopReport | None:
    with laptop.place.operation.store.reading() as transaction:
        return transaction.reports.get(laptop.device_id)


def _unsent(laptop: HandLaptop) -> int:
    with laptop.place.operation.store.reading() as transaction:
        standings = {one.device.device_id: one for one in transaction.reports.standings()}
    standing = standings[laptop.device_id]
    assert standing.report is not None
    return standing.report.chain_length - standing.held


def _row(reader: HandLaptop, of: HandLaptop) -> FeedRow:
    return reader.stream()[f"officer:{of.account_id}"]


def _told(place: Place) -> tuple[list[str], int]:
    """What the supervisor hears of the first officer."""
    body = msgspec.msgpack.decode(_row(place.supervisor, place.one).body, type=OfficerBody)
    return body.troubles, body.set_aside


def test_hello_leaves_a_report_of_the_laptop(place: Place, sessions: Sessions) -> None:
    place.one.seal("note", b"\x80")
    said = place.clock.now() - timedelta(minutes=3)

    _hello(
        sessions,
        place.one,
        versions=Versions(program="0.1", platform="Windows 11"),
        pending=1,
        wall_time=said.isoformat(),
        free_disk_bytes=7 * _GIGABYTE,
        database_ok=False,
        set_aside=2,
        media_waiting=5,
    )

    assert _report(place.one) == LaptopReport(
        device_id=place.one.device_id,
        account_id=place.one.account_id,
        at=place.operation.now(),
        program="0.1",
        platform="Windows 11",
        incarnation=place.one.incarnation,
        chain_length=1,
        set_aside=2,
        media_waiting=5,
        free_disk_bytes=7 * _GIGABYTE,
        database_ok=False,
        clock_difference_s=180,
    )
    assert _report(place.two) is None


@pytest.mark.parametrize("wall_time", ["", "noon", "2020-09-15T09:00:00", "0001-01-01T00:00+14:00"])
def test_clock_is_not_known_when_the_laptop_tells_no_moment(
    place: Place, sessions: Sessions, wall_time: str
) -> None:
    _hello(sessions, place.one, wall_time=wall_time)

    report = _report(place.one)
    assert report is not None
    assert report.clock_difference_s is None


def test_report_fits_the_table_whatever_the_laptop_says(place: Place, sessions: Sessions) -> None:
    _hello(
        sessions,
        place.one,
        versions=Versions(program="0.1\x00\x1b[2J" + "x" * 100, platform="\ud7ff\u202e"),
        free_disk_bytes=2**64 - 1,
        set_aside=-(2**63),
        media_waiting=2**64 - 1,
        chain_length=2**62,
        pending=2**62,
    )

    report = _report(place.one)
    assert report is not None
    assert (report.program, report.platform) == ("0.1[2J" + "x" * 52, "")
    assert (report.set_aside, report.media_waiting) == (0, MAX_SEQUENCE)
    assert report.free_disk_bytes == MAX_SEQUENCE


_CALM: dict[str, Any] = {
    "wall_time": "2020-09-15T01:00:00+00:00",
    "free_disk_bytes": 7 * _GIGABYTE,
    "media_waiting": 4,
}


def _counts_writes(place: Place, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    writes: list[int] = []
    store = place.operation.store
    write = store.write

    def counted(work: Any) -> Any:
        writes.append(1)
        return write(work)

    monkeypatch.setattr(store, "write", counted)
    return writes


@pytest.mark.parametrize(
    "same", [{}, {"free_disk_bytes": 6 * _GIGABYTE}, {"media_waiting": 3}, {"wall_time": ""}]
)
def test_hello_writes_nothing_when_nothing_that_matters_changed(
    place: Place, sessions: Sessions, monkeypatch: pytest.MonkeyPatch, same: dict[str, Any]
) -> None:
    _hello(sessions, place.one, **_CALM)
    writes = _counts_writes(place, monkeypatch)
    place.clock.advance(minutes=59)

    _hello(sessions, place.one, **{**_CALM, "wall_time": place.operation.now(), **same})

    assert not writes


@pytest.mark.parametrize(
    "news",
    [
        {"set_aside": 1},
        {"database_ok": False},
        {"free_disk_bytes": 5},
        {"media_waiting": 0},
        {"wall_time": "2020-09-12T01:00:00+00:00"},
        {"versions": Versions(program="0.2")},
        {"incarnation": "another", "chain_length": 0},
    ],
)
def test_hello_writes_once_when_something_changed(
    place: Place, sessions: Sessions, monkeypatch: pytest.MonkeyPatch, news: dict[str, Any]
) -> None:
    calm = {**_CALM, "wall_time": place.operation.now()}
    _hello(sessions, place.one, **calm)
    writes = _counts_writes(place, monkeypatch)

    for _ in range(2):
        _hello(sessions, place.one, **{**calm, **news})

    assert len(writes) == 1


def test_hello_is_written_down_after_an_hour(place: Place, sessions: Sessions) -> None:
    _hello(sessions, place.one, free_disk_bytes=7 * _GIGABYTE)
    place.clock.advance(hours=1)
    _hello(sessions, place.one, free_disk_bytes=6 * _GIGABYTE)

    report = _report(place.one)
    assert report is not None
    assert (report.at, report.free_disk_bytes) == (place.operation.now(), 6 * _GIGABYTE)


def test_unsent_is_what_came_by_no_way(place: Place, sessions: Sessions) -> None:
    first, second, third = (place.one.visit(number) for number in (1, 2, 3))
    _hello(sessions, place.one, pending=3)
    assert _unsent(place.one) == 3

    place.one.push(first, third)
    assert _unsent(place.one) == 1
    place.one.push(place.one.seal("note", b"\x80"))
    assert _unsent(place.one) == 1, "what was made later hides nothing of before"
    place.supervisor.push(second)
    assert _unsent(place.one) == 0


def test_new_work_counts_as_unsent_at_once(place: Place, sessions: Sessions) -> None:
    place.one.push(place.one.visit(1))
    _hello(sessions, place.one)
    place.one.visit(2)
    _hello(sessions, place.one, pending=1)

    assert _unsent(place.one) == 1


def test_other_laptops_envelopes_are_not_taken_for_this_ones(
    place: Place, sessions: Sessions
) -> None:
    place.one.visit(1)
    _hello(sessions, place.one, pending=1)
    place.two.push(place.two.visit(4, incarnation=place.one.incarnation, sequence=1))

    assert _unsent(place.one) == 1


@pytest.mark.parametrize(
    ("said", "troubles"),
    [
        ({}, []),
        ({"set_aside": 3}, ["set_aside"]),
        ({"database_ok": False}, ["database_damaged"]),
        ({"free_disk_bytes": _GIGABYTE - 1}, ["disk_low"]),
        ({"free_disk_bytes": _GIGABYTE}, []),
        ({"free_disk_bytes": 0}, []),
        ({"wall_time": "2010-01-01T00:00:00+00:00"}, ["clock_wrong"]),
        ({"wall_time": "2030-01-01T00:00:00+00:00"}, ["clock_wrong"]),
        (
            {"wall_time": "2030-01-01T00:00:00+00:00", "set_aside": 3, "database_ok": False},
            ["database_damaged", "set_aside", "clock_wrong"],
        ),
    ],
)
def test_supervisor_is_told_of_what_needs_a_person(
    place: Place, sessions: Sessions, said: dict[str, Any], troubles: list[str]
) -> None:
    _hello(sessions, place.one, **said)

    assert _told(place) == (troubles, said.get("set_aside", 0))


@pytest.mark.parametrize(("ahead_s", "is_wrong"), [(86_400, False), (86_401, True)])
def test_clock_is_wrong_by_more_than_a_day(
    place: Place, sessions: Sessions, ahead_s: int, is_wrong: bool
) -> None:
    said = place.clock.now() + timedelta(seconds=ahead_s)
    _hello(sessions, place.one, wall_time=said.isoformat())

    assert _told(place)[0] == (["clock_wrong"] if is_wrong else [])


def test_supervisors_row_changes_only_with_the_troubles(place: Place, sessions: Sessions) -> None:
    counters = []
    for set_aside, media, photos_free in ((0, 0, 9), (0, 5, 8), (2, 5, 7), (2, 0, 6), (0, 0, 5)):
        place.clock.advance(minutes=5)
        _hello(
            sessions,
            place.one,
            set_aside=set_aside,
            media_waiting=media,
            free_disk_bytes=photos_free * _GIGABYTE,
        )
        counters.append(_row(place.supervisor, place.one).counter)

    assert len(set(counters)) == 3
    assert (counters[0], counters[2]) == (counters[1], counters[3])
    assert _told(place) == ([], 0)


def test_laptop_that_was_here_last_counts(place: Place, sessions: Sessions) -> None:
    _hello(sessions, place.one, database_ok=False)
    _, code = accounts.issue_code(place.operation, "ppl-01")
    new = place.redeem("ppl-01", code)
    assert _told(place) == (["database_damaged"], 0)
    place.clock.advance(hours=1)

    _hello(sessions, new)

    assert _told(place) == ([], 0)


def test_report_is_told_to_nobody_but_the_own_supervisor(place: Place, sessions: Sessions) -> None:
    for laptop in (place.one, place.two, place.stranger):
        _hello(sessions, laptop, set_aside=9)

    assert f"officer:{place.one.account_id}" in place.supervisor.stream()
    for reader in (place.one, place.two, place.stranger, place.other_supervisor):
        rows = {key for key in reader.stream() if key.startswith("officer:")}
        expected = {f"officer:{place.stranger.account_id}"}
        assert rows == (expected if reader is place.other_supervisor else set())

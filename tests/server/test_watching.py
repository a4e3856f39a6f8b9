"""What the server tells of itself: readiness, and numbers without a word about people."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from sync.protocol import PushRequest, pack
from sync.server.metering import BUCKETS_S, Metrics, SharedMetrics, render
from sync.server.office.backing_up import back_up
from sync.server.serving import Serving
from sync.server.store import Room, Store, store_fault
from tests.helpers.postgres import postgres
from tests.helpers.scrape import parsed
from tests.helpers.server import serve
from tests.server.places import Place
from tests.server.test_authorisation import Caller, Site, families_in

TOKEN = "kata-sandi-pemantau"


@contextlib.contextmanager
def _site(place: Place, serving: Serving | None = None) -> Iterator[Site]:
    with serve(place.operation, serving) as address:
        yield Site(place, address, {"nobody": Caller()})


def _scrape(site: Site, **headers: str) -> requests.Response:
    return requests.get(f"{site.address}/metrics", headers=headers, timeout=20)


def _push(site: Site) -> None:
    laptop = site.place.one
    site.callers["officer"] = Caller(site.token(laptop), laptop)
    envelopes = [laptop.visit(1), laptop.visit(7), laptop.interview(2)]
    reply = site.send("POST", "/v1/push", "officer", pack(PushRequest(envelopes=envelopes)))
    assert reply.status_code == 200


# ---------------------------------------------------------------------- numbers


def test_numbers_tell_what_was_done(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if place.database is not None:  # the backup's program, of the server's own version
        binaries = f"{postgres().binaries}{os.pathsep}{os.environ['PATH']}"
        monkeypatch.setenv("PATH", binaries)
    with _site(place) as site:
        _push(site)
        site.send("GET", "/v1/nowhere/6302021011159001", "nobody")
        back_up(place.operation, tmp_path / "operation", tmp_path / "backup")
        place.clock.advance(minutes=5)
        reply = _scrape(site)

    found = parsed(reply.text)
    push = "route=/v1/push"
    assert reply.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert found[f"enumerator_requests_total {push} status=200"] == 1
    assert found["enumerator_requests_total route=other status=404"] == 1
    assert found["enumerator_envelopes_total reason= status=stored"] == 2
    assert found["enumerator_envelopes_total reason=not_assigned status=quarantined"] == 1
    assert found["enumerator_sessions_total verdict=ok"] == 1
    assert found[f"enumerator_request_seconds_count {push}"] == 1
    assert 0 < found[f"enumerator_request_seconds_sum {push}"] < 20
    assert found[f"enumerator_received_bytes_total {push}"] > 500
    assert found[f"enumerator_sent_bytes_total {push}"] > 100
    assert found["enumerator_write_seconds_count"] >= 1
    assert found["enumerator_writers_waiting"] == 0
    assert found["enumerator_requests_running"] == 1, "the scrape itself"
    assert found["enumerator_backup_age_seconds"] == 300
    assert 0 < found["enumerator_safe_point"] <= found["enumerator_last_point"] + 1
    assert found["enumerator_database_bytes"] > 10_000
    assert ("enumerator_disk_free_bytes" in found) == (place.database is None)


def test_numbers_hold_no_word_about_people(place: Place) -> None:
    with _site(place) as site:
        _push(site)
        text = _scrape(site).text

    assert families_in(text.encode()) == set()
    for laptop in (place.one, place.supervisor):
        assert laptop.account_id not in text
        assert laptop.login not in text
    assert "6302021011159001" not in text, "what was asked for is nobody's business"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Forwarded-For": "192.0.2.7"}, 403),
        ({"Forwarded": "for=192.0.2.7"}, 403),
        ({"Via": "1.1 proxy"}, 403),
        ({"Authorization": f"Bearer {TOKEN}"}, 200),
        ({}, 200),
    ],
    ids=["x-forwarded", "forwarded", "via", "token", "plain"],
)
def test_numbers_are_for_this_machine_when_there_is_no_token(
    place: Place, headers: dict[str, str], status: int
) -> None:
    with _site(place) as site:
        assert _scrape(site, **headers).status_code == status


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("given", "status"),
    [("", 403), ("Bearer ", 403), ("Bearer wrong", 403), (f"Bearer {TOKEN}", 200)],
)
def test_token_is_asked_for_when_there_is_one(place: Place, given: str, status: int) -> None:
    with _site(place, Serving(metrics_token=TOKEN)) as site:
        reply = _scrape(site, **({"Authorization": given} if given else {}))

    assert reply.status_code == status
    assert ("enumerator_" in reply.text) == (status == 200)


def test_buckets_come_in_order_and_end_with_all() -> None:
    metrics = Metrics()
    for seconds in (0.001, 0.3, 99.0):
        metrics.observe("enumerator_write_seconds", seconds)

    lines = [line for line in render(metrics.snapshot().totals).splitlines() if "_bucket" in line]

    assert [line.partition('le="')[2].partition('"')[0] for line in lines] == [
        *(f"{bound:g}" for bound in BUCKETS_S),
        "+Inf",
    ]
    assert [int(line.split()[-1]) for line in lines] == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3]


def test_numbers_of_processes_add_up_and_those_of_the_dead_stay(tmp_path: Path) -> None:
    own, other = SharedMetrics(tmp_path), SharedMetrics(tmp_path)
    other._own = tmp_path / "1.numbers"  # as if of another process
    for metrics in (own, other):
        metrics.count("enumerator_sessions_total", verdict="ok")
        metrics.shift("enumerator_requests_running", 1)
        metrics.publish()

    together = own.collected()
    os.utime(tmp_path / "1.numbers", (0, 0))
    after_its_death = own.collected()

    assert (
        together.totals == after_its_death.totals == {'enumerator_sessions_total{verdict="ok"}': 2}
    )
    assert together.present == {"enumerator_requests_running": 2}
    assert after_its_death.present == {"enumerator_requests_running": 1}


# ---------------------------------------------------------------------- readiness


def test_server_is_ready_when_a_push_would_be_taken(place: Place) -> None:
    with _site(place) as site:
        reply = site.send("GET", "/v1/ready", "nobody", media="application/json")

    assert (reply.status_code, reply.json()) == (200, {"status": "ready"})


class _FailingStore:
    """The real one but for what fails."""

    def __init__(self, store: Store, code: str) -> None:
        self._store = store
        self._code = code

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def room(self) -> Room:
        return Room(1, 99_000_000 if self._code == "no_space" else None)

    def reading(self, account_id: str | None = None) -> Any:
        if self._code == "store_fault":
            raise store_fault()
        return self._store.reading(account_id)


@pytest.mark.parametrize("code", ["no_space", "store_fault"])
def test_server_is_not_ready_when_its_disk_is_full_or_its_store_away(
    place: Place, code: str, expect_log: Callable[[str], None]
) -> None:
    failing: Any = _FailingStore(place.operation.store, code)
    if code == "store_fault":
        expect_log("/v1/ready failed: store_fault")
    with serve(dataclasses.replace(place.operation, store=failing)) as address:
        reply = requests.get(f"{address}/v1/ready", timeout=20)

    assert (reply.status_code, reply.json()["code"]) == (503, code)
    assert int(reply.headers["Retry-After"]) > 0

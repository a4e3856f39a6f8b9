"""``enumerator bench sync`` in the small: that it measures what it says."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.bench.command import _LINES, measure
from sync.bench.interviews import interviews
from sync.bench.link import SlowLink
from sync.bench.measuring import Sizes, measure_site
from tests.helpers.postgres import postgres
from tests.helpers.server import start_server

_TINY = Sizes(frame=120, chain=2, listed=12, batched=6, single=2)


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest) -> Iterator[str | None]:
    if request.param == "sqlite":
        yield None
        return
    found = postgres().empty_database()
    yield found
    postgres().drop(found)


def test_every_figure_is_there_on_both_stores(tmp_path: Path, address: str | None) -> None:
    found = measure_site(tmp_path, address, _TINY, list(interviews(3, 5)))

    assert set(found) == {name for _, name, _ in _LINES}
    assert all(value > 0 for value in found.values())
    assert found["list_change_bytes"] < 1000 < found["list_first_bytes"]


def test_slow_link_takes_its_rate_and_its_way(tmp_path: Path) -> None:
    with start_server(tmp_path / "operation") as server:
        link = SlowLink(server.address, 20_000, 0.6)
        port = int(link.address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as client:
            begun = time.monotonic()
            head = b"GET /v1/health HTTP/1.1\r\nhost: x\r\nx-padding: " + b"-" * 2000
            client.sendall(head + b"\r\n\r\n")
            assert client.recv(1)
            taken = time.monotonic() - begun
        link.close()

    assert taken > 0.6 + len(head) * 8 / 20_000
    assert link.bytes_up == len(head) + 4


def test_postgres_is_left_out_with_a_word_when_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sync.bench.command.binaries", lambda: None)
    monkeypatch.setattr("sync.bench.command.QUICK", (_TINY, _TINY))

    report = measure(None, quick=True)

    assert list(report["stores"]) == ["sqlite"]
    assert "--database" in report["postgres_absent"]
    assert report["bytes"]["interview_bytes"] < 700

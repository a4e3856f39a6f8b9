"""SIGTERM during pushes, with real processes: what was answered is held, no answer is torn."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from enumerator.errors import KnownError
from enumerator.store.receipt import verified
from sync.protocol import MSGPACK, PushReply, PushRequest, compress, pack, unpack
from sync.server.command import main
from tests.helpers.postgres import postgres
from tests.helpers.scrape import parsed
from tests.helpers.server_process import ServerProcess, server_process
from tests.server.places import HandLaptop, Place
from tests.server.test_authorisation import Caller, Site

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="signals and /proc")

CODES_OF_A_STOP = {503}


@pytest.fixture(params=["sqlite", "postgres"])
def planted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An operation that the server process opens; the real clock, for its tokens."""
    address = postgres().new_database() if request.param == "postgres" else None
    place = Place(tmp_path, address)
    place.operation.close()
    yield place
    if address is not None:
        postgres().drop(address)


def _options(place: Place, *more: str) -> list[str]:
    return [*([] if place.database is None else ["--database", place.database]), *more]


def _started(place: Place, *more: str) -> Any:
    return server_process(place.root / "operation", *_options(place, *more))


class Pusher(threading.Thread):
    """One laptop that pushes note after note on one connection, until it is not answered."""

    def __init__(self, place: Place, laptop: HandLaptop, address: str) -> None:
        super().__init__()
        self._place = place
        self._laptop = laptop
        self._site = Site(place, address, {})
        self.acknowledged: set[str] = set()
        self.refusals: list[int] = []
        self.torn: list[str] = []
        self.failure: BaseException | None = None
        token = self._site.token(laptop)
        self._headers = {
            "Content-Type": MSGPACK,
            "Accept": MSGPACK,
            "Authorization": f"Bearer {token}",
        }

    def run(self) -> None:
        try:
            with requests.Session() as session:
                while self._push(session):
                    pass
        except BaseException as error:
            self.failure = error

    def _push(self, session: requests.Session) -> bool:
        envelopes = [self._laptop.seal("note", bytes(5000)) for _ in range(8)]
        try:
            reply = session.post(
                f"{self._site.address}/v1/push",
                data=pack(PushRequest(envelopes=envelopes)),
                headers=self._headers,
                timeout=30,
                stream=True,
            )
        except requests.ConnectionError:
            return False  # no answer at all: nothing was promised
        try:
            data = reply.raw.read(decode_content=False)
        except Exception as error:  # an answer that began has to end
            self.torn.append(repr(error))
            return False
        if int(reply.headers["Content-Length"]) != len(data):
            self.torn.append(f"{len(data)} of {reply.headers['Content-Length']} bytes")
        if reply.status_code != 200:
            self.refusals.append(reply.status_code)
            return False
        for result in unpack(data, PushReply).results:
            assert result.receipt is not None
            payload = verified(result.receipt, self._place.operation.keys.receipt_public)
            assert payload is not None
            self.acknowledged.add(payload.envelope_id)
        return True


def _pushers(place: Place, address: str) -> list[Pusher]:
    laptops = (place.one, place.two, place.stranger, place.supervisor)
    return [Pusher(place, laptop, address) for laptop in laptops]


def _work_until(pushers: list[Pusher], acknowledged: int) -> None:
    for one in pushers:
        one.start()
    deadline = time.monotonic() + 60
    while sum(len(one.acknowledged) for one in pushers) < acknowledged:
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.parametrize("acknowledged", [1, 100])
def test_what_was_answered_is_held_when_the_server_is_stopped_during_pushes(
    planted: Place, acknowledged: int
) -> None:
    with _started(planted) as server:
        pushers = _pushers(planted, server.address)
        _work_until(pushers, acknowledged)
        status, errors = server.stop()
        for one in pushers:
            one.join(30)

    assert (status, errors) == (0, "")
    assert [one.failure for one in pushers] == [None] * 4
    assert [one.torn for one in pushers] == [[]] * 4
    held = {id_ for (id_,) in planted.rows("SELECT envelope_id FROM envelope")}
    assert set[str]().union(*(one.acknowledged for one in pushers)) <= held
    assert {code for one in pushers for code in one.refusals} <= CODES_OF_A_STOP


def test_newcomers_hear_503_while_a_push_is_answered_and_then_the_server_ends(
    planted: Place,
) -> None:
    """The push is slow: half of it has come when the signal does."""
    with _started(planted) as server, contextlib.ExitStack() as closing:
        site = Site(planted, server.address)
        site.callers["officer"] = Caller(site.token(planted.one), planted.one)
        host, port = server.address.removeprefix("http://").split(":")
        body = compress(pack(PushRequest(envelopes=[planted.one.visit(1)])))
        head = (
            f"POST /v1/push HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
            f"Content-Type: {MSGPACK}\r\nAccept: {MSGPACK}\r\nContent-Encoding: zstd\r\n"
            f"Authorization: Bearer {site.callers['officer'].token}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        slow = closing.enter_context(socket.create_connection((host, int(port)), timeout=30))
        slow.sendall(head.encode() + body[:50])
        _wait_until_running(server, 2)
        server.process.send_signal(signal.SIGTERM)
        refused = _first_refusal(server)
        slow.sendall(body[50:])
        answer = b"".join(iter(lambda: slow.recv(65536), b""))
        status, errors = server.stop()

    assert (refused.status_code, refused.json()["code"]) == (503, "stopping")
    assert int(refused.headers["Retry-After"]) > 0
    assert answer.startswith(b"HTTP/1.1 200")
    reply = unpack(answer.partition(b"\r\n\r\n")[2], PushReply)
    assert [one.status for one in reply.results] == ["stored"]
    assert (status, errors) == (0, "")


def _wait_until_running(server: ServerProcess, count: int) -> None:
    """The scrape itself is one of them."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        numbers = parsed(requests.get(f"{server.address}/metrics", timeout=20).text)
        if numbers["enumerator_requests_running"] >= count:
            return
        time.sleep(0.02)
    raise AssertionError("the request has not arrived")


def _first_refusal(server: ServerProcess) -> requests.Response:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        reply = requests.get(f"{server.address}/v1/ready", timeout=20)
        if reply.status_code != 200:
            return reply
        time.sleep(0.02)
    raise AssertionError("the door stayed open")


# ---------------------------------------------------------------------- several processes


@pytest.fixture
def on_postgres(tmp_path: Path) -> Iterator[Place]:
    address = postgres().new_database()
    place = Place(tmp_path, address)
    place.operation.close()
    yield place
    postgres().drop(address)


def test_crew_answers_as_one_and_stops_as_one(on_postgres: Place) -> None:
    with _started(on_postgres, "--workers", "2") as server:
        site = Site(on_postgres, server.address)
        for laptop in (on_postgres.one, on_postgres.two) * 4:
            site.token(laptop)  # on connections of their own: they meet whichever process
        once = site.hello_request(on_postgres.one)
        codes = [site.say_hello(once).status_code for _ in range(12)]
        pushers = _pushers(on_postgres, server.address)
        _work_until(pushers, 100)
        time.sleep(1.5)  # until each process has told the other its numbers
        numbers = parsed(requests.get(f"{server.address}/metrics", timeout=20).text)
        status, errors = server.stop()
        for one in pushers:
            one.join(30)

    assert (status, errors) == (0, "")
    assert sorted(codes) == [200] + [401] * 11, "a hello counts once, whichever process it meets"
    assert [one.failure for one in pushers] == [None] * 4
    assert [one.torn for one in pushers] == [[]] * 4
    assert numbers["enumerator_sessions_total verdict=ok"] == 8 + 1 + 4
    held = {id_ for (id_,) in on_postgres.rows("SELECT envelope_id FROM envelope")}
    assert set[str]().union(*(one.acknowledged for one in pushers)) <= held


def test_crew_replaces_a_dead_process_and_dies_with_its_parent(on_postgres: Place) -> None:
    with _started(on_postgres, "--workers", "2") as server:
        with pytest.raises(KnownError) as error:
            main(
                [
                    *("--folder", str(on_postgres.root / "operation"), "--port", "0"),
                    *_options(on_postgres, "--workers", "2"),
                ]
            )
        first, second = _children(server.process.pid)
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 60
        members: list[int] = [first]
        while (first in members or len(members) < 2) and time.monotonic() < deadline:
            time.sleep(0.1)
            members = _children(server.process.pid)
        assert second in members
        assert len(members) == 2
        server.process.kill()
        while any(_is_alive(pid) for pid in members) and time.monotonic() < deadline:
            time.sleep(0.1)
        _, errors = server.process.communicate(timeout=30)

    assert error.value.code == "in_use"
    assert "ended with status -9" in errors
    assert [pid for pid in members if _is_alive(pid)] == []


def _children(pid: int) -> list[int]:
    """Processes of the crew: those that serve, not the helper that cleans up after a spawn."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            fields = path.read_text().rpartition(")")[2].split()
            command = path.with_name("cmdline").read_bytes()
            if int(fields[1]) == pid and fields[0] != "Z" and b"spawn_main" in command:
                found.append(int(path.parent.name))
    return sorted(found)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

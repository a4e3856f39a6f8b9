"""``enumerator server`` as a program of its own."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from enumerator.errors import KnownError
from sync.server.command import main
from tests.helpers.field import load_area_file, write_frame
from tests.helpers.server import office

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@contextlib.contextmanager
def _running(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "enumerator", "server", "--folder", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        yield process, line["listening"]
    finally:
        process.kill()
        process.communicate()


def test_server_tells_its_address_answers_and_stops_on_sigterm(tmp_path: Path) -> None:
    with _running(tmp_path / "operation") as (process, address):
        health = requests.get(f"{address}/v1/health", timeout=10)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)

    assert health.json()["status"] == "ok"
    assert process.returncode == 0
    assert errors == ""


def test_running_request_is_answered_before_the_server_stops(tmp_path: Path) -> None:
    replies: list[int] = []
    with _running(tmp_path / "operation") as (process, address):
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as slow:
            body = b'{"device_id": "x"}'
            head = (
                f"POST /v1/challenge HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            slow.sendall(head.encode() + body[:5])
            requests.get(f"{address}/v1/health", timeout=10)  # the half request has arrived
            process.send_signal(signal.SIGTERM)
            slow.sendall(body[5:])
            replies.append(int(slow.recv(4096).split()[1]))
        process.communicate(timeout=30)

    assert replies == [200]
    assert process.returncode == 0


def test_office_works_on_the_folder_of_a_running_server(tmp_path: Path) -> None:
    folder = tmp_path / "operation"
    failures: list[BaseException] = []

    def ask(address: str, stop: threading.Event) -> None:
        try:
            while not stop.is_set():
                reply = requests.post(f"{address}/v1/enrol", json=_NO_CODE, timeout=20)
                assert reply.status_code == 404
        except BaseException as error:
            failures.append(error)

    with _running(folder) as (_, address):
        stop = threading.Event()
        asking = threading.Thread(target=ask, args=(address, stop))
        asking.start()
        office(folder, "load-areas", load_area_file(tmp_path))
        run = office(folder, "load-frame", *write_frame(tmp_path, range(1, 2001)))
        code = office(folder, "add-supervisor", "--login", "pml-01", "--name", "B").facts["code"]
        stop.set()
        asking.join()
        enrolled = requests.post(f"{address}/v1/enrol", json=_NO_CODE | {"code": code}, timeout=20)

    assert not failures
    assert run.facts["families_new"] == 2000
    assert enrolled.json()["login"] == "pml-01"


_KEY = "A" * 43 + "="
_NO_CODE: dict[str, Any] = {
    "code": "0000-0000-0000",
    "device_public_key": _KEY,
    "account_public_key": _KEY,
}


def test_taken_port_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(KnownError, match="another --port") as error:
            main(["--folder", str(tmp_path / "operation"), "--port", str(port)])

    assert error.value.code == "cannot_listen"


def test_unusable_folder_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(KnownError, match="--folder") as error:
        main(["--folder", str(tmp_path / "file"), "--port", "0"])

    assert error.value.code == "bad_folder"


def test_folder_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    from sync.server.operation import DATABASE_FILE
    from sync.server.sqlite.connecting import connect

    folder = tmp_path / "operation"
    office(folder, "add-supervisor", "--login", "pml-01", "--name", "Budi")
    connection = connect(folder / DATABASE_FILE)
    connection.execute("PRAGMA user_version = 999")
    connection.close()

    with pytest.raises(KnownError, match="Update this one") as error:
        main(["--folder", str(folder), "--port", "0"])

    assert error.value.code == "newer_database"


def test_damaged_key_file_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "operation"
    office(folder, "add-supervisor", "--login", "pml-01", "--name", "Budi")
    (folder / "operation.key").write_bytes(b"{")

    with pytest.raises(KnownError) as error:
        main(["--folder", str(folder), "--port", "0"])

    assert error.value.code == "bad_keys"


def test_second_server_is_refused_when_one_runs_on_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "operation"
    with _running(folder), pytest.raises(KnownError, match="Stop that one first") as error:
        main(["--folder", str(folder), "--port", "0"])
    assert error.value.code == "in_use"


@pytest.mark.parametrize("port", ["99999", "-1", "web"])
def test_port_is_wrong_usage_when_there_is_none_such(
    tmp_path: Path, port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--folder", str(tmp_path / "operation"), f"--port={port}"])
    assert stop.value.code == 2
    assert "--port" in capsys.readouterr().err

"""A real central server on loopback, in a thread of the test's own process.

``start_server(folder)`` is for every test that talks to a server; ``office(folder, …)`` runs an
office command on the same folder, server running or not.
"""

from __future__ import annotations

import contextlib
import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from enumerator.clock import Chance, Clock
from sync.server.office import main as office_main
from sync.server.operation import Operation, open_operation
from sync.server.serving import ListeningServer, Serving, address_of, listen, make_server

_START_S = 30
_STOP_S = 30


@dataclass
class RunningServer:
    """Close with :meth:`stop`, or use as a context manager."""

    address: str
    operation: Operation
    _server: ListeningServer
    _thread: threading.Thread
    _stopped: bool = False

    def stop(self, *, close: bool = True) -> None:
        """As on SIGTERM: running requests are answered first. Twice does no harm."""
        if self._stopped:
            return
        self._stopped = True
        self._server.stop()
        self._thread.join(_STOP_S)
        if close:
            self.operation.close()
        if self._thread.is_alive():
            raise AssertionError("the server did not stop")

    def __enter__(self) -> RunningServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_server(
    folder: Path, *, port: int = 0, clock: Clock | None = None, chance: Chance | None = None
) -> RunningServer:
    """Returns when the server accepts connections."""
    operation = open_operation(folder, clock=clock, chance=chance)
    try:
        return _start(operation, port)
    except BaseException:
        operation.close()
        raise


@contextlib.contextmanager
def serve(operation: Operation, serving: Serving | None = None) -> Iterator[str]:
    """The address of a server over an operation that the caller opened and closes."""
    running = _start(operation, 0, serving)
    try:
        yield running.address
    finally:
        running.stop(close=False)


def _start(operation: Operation, port: int, serving: Serving | None = None) -> RunningServer:
    listener = listen("127.0.0.1", port)
    address = address_of(listener)
    ready = threading.Event()
    try:
        server = make_server(operation, ready.set, serving)
    except BaseException:
        listener.close()
        raise
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name="test server", daemon=True
    )
    thread.start()
    if not ready.wait(_START_S):
        raise AssertionError("the server did not start")
    return RunningServer(address, operation, server, thread)


@dataclass(frozen=True)
class OfficeRun:
    status: int
    output: str

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.output)
        return found


def office(folder: Path, *arguments: str | Path) -> OfficeRun:
    """Run ``enumerator office --folder FOLDER --json …`` in this process."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        status = office_main(
            ["--folder", str(folder), "--json", *(str(argument) for argument in arguments)]
        )
    return OfficeRun(status, printed.getvalue())

"""Several processes on one socket, for PostgreSQL: Python runs one thread at a time in each.

The parent holds the folder's lock and the socket, and no database connection. It starts the
processes, starts another where one died, and hands on what it is told. They end when it does,
even when it was killed.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import connection as pipes
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from enumerator.clock import SystemChance, SystemClock
from enumerator.errors import KnownError
from sync.server.certificate import Certificate
from sync.server.metering import SharedMetrics
from sync.server.nonces import SharedNonces
from sync.server.operation import open_operation
from sync.server.serving import GRACE_S, Serving, make_server

log = logging.getLogger(__name__)

_START_S = 60.0
_STOP_S = GRACE_S + 15.0
_REST_S = 1.0
"""Before another takes a dead one's place: a fault that repeats must not spin."""


@dataclass(frozen=True)
class Duty:
    """What one process needs to know; goes through a pipe."""

    folder: Path
    database: str
    tls: tuple[Path, Path] | None
    threads: int
    metrics_token: str
    shared: Path
    boot: bytes
    log_level: int


class Crew:
    """``size`` processes that serve ``listener``."""

    def __init__(self, size: int, listener: socket.socket, duty: Duty) -> None:
        self._context: Any = multiprocessing.get_context("spawn")
        self._listener = listener
        self._duty = duty
        self._size = size
        self._members: list[BaseProcess] = []
        self._wake, self._told = socket.socketpair()
        self._wake.setblocking(False)

    def run(self, when_ready: Callable[[], None]) -> None:
        """Until SIGTERM or Ctrl+C. KnownError ``cannot_start`` when one does not come up."""
        before = self._hear_signals()
        try:
            for member in [self._begun() for _ in range(self._size)]:
                self._members.append(_ready(*member))
            when_ready()
            self._watch()
        finally:
            self._stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _hear_signals(self) -> dict[signal.Signals, Any]:
        """A signal is one byte to the loop in :meth:`_watch`."""
        numbers = [signal.SIGTERM, signal.SIGINT]
        if sys.platform != "win32":
            numbers.append(signal.SIGHUP)

        def told(number: int, _frame: object) -> None:
            with contextlib.suppress(OSError):
                self._wake.send(bytes([number]))

        return {number: signal.signal(number, told) for number in numbers}

    def _begun(self) -> tuple[BaseProcess, Any]:
        hears, says = self._context.Pipe(duplex=False)
        process: BaseProcess = self._context.Process(
            target=serve, args=(self._duty, self._listener, says), daemon=True
        )
        process.start()
        says.close()
        return process, hears

    def _watch(self) -> None:
        while True:
            sentinels = {member.sentinel: member for member in self._members}
            is_complete = len(self._members) == self._size
            ready = pipes.wait([self._told, *sentinels], None if is_complete else _REST_S)
            if self._told in ready:
                number = self._told.recv(1)[0]
                if number in (signal.SIGTERM, signal.SIGINT):
                    return
                self._tell(number)
            for member in [sentinels[one] for one in sentinels if one in ready]:
                member.join()
                self._members.remove(member)
                log.warning("a server process ended with status %s", member.exitcode)
            if not is_complete and not ready:
                self._replace()

    def _replace(self) -> None:
        """One for one that died; tried again and again while the database is away."""
        try:
            self._members.append(_ready(*self._begun()))
        except KnownError as error:
            log.warning("%s", error)

    def _tell(self, number: int) -> None:
        for member in self._members:
            if member.pid is not None and member.is_alive():
                os.kill(member.pid, number)

    def _stop(self) -> None:
        """All at once, within the grace."""
        if sys.platform == "win32":
            for member in self._members:
                member.terminate()
        else:
            self._tell(signal.SIGTERM)
        self._listener.close()
        end = time.monotonic() + _STOP_S
        for member in self._members:
            member.join(max(0.0, end - time.monotonic()))
            if member.is_alive():
                member.kill()
                member.join()
        self._wake.close()
        self._told.close()


def _ready(process: BaseProcess, hears: Any) -> BaseProcess:
    """When it accepts connections. KnownError ``cannot_start``."""
    try:
        is_ready = hears.poll(_START_S) and hears.recv() == "ready"
    except EOFError:
        is_ready = False
    finally:
        hears.close()
    if not is_ready:
        process.kill()
        process.join()
        raise KnownError(
            "cannot_start", "A process of the server did not start. What it said stands above."
        )
    return process


def serve(duty: Duty, listener: socket.socket, says: Any) -> None:
    """One process of the crew."""
    logging.basicConfig(
        level=duty.log_level,
        format=f"%(asctime)s %(levelname)s [{os.getpid()}] %(name)s %(message)s",
        stream=sys.stderr,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn raises it again after a graceful stop
    try:
        operation = open_operation(duty.folder, duty.database)
    except KnownError as error:
        log.error("%s", error)
        sys.exit(1)
    try:
        serving = Serving(
            certificate=None if duty.tls is None else Certificate(*duty.tls, SystemClock()),
            threads=duty.threads,
            metrics=SharedMetrics(duty.shared),
            metrics_token=duty.metrics_token,
            nonces=SharedNonces(duty.boot, duty.shared),
        )
        server = make_server(operation, lambda: says.send("ready"), serving)
        threading.Thread(target=_end_with_parent, args=(server.stop,), daemon=True).start()
        server.run(sockets=[listener])
    finally:
        operation.close()


def _end_with_parent(stop: Callable[[], None]) -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        stop()


@contextlib.contextmanager
def shared_folder() -> Any:
    """What the processes of one crew have in common, for as long as it serves."""
    with tempfile.TemporaryDirectory(prefix="enumerator-server-") as folder:
        yield Path(folder), SystemChance().token(8)

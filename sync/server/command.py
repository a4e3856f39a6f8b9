"""``enumerator server``: run the central server until it is told to stop."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn

from enumerator.errors import KnownError
from enumerator.store.durable import FolderLock
from sync.server.app import make_app
from sync.server.operation import Operation, add_database_option, open_operation

DEFAULT_PORT = 8417
_LAST_PORT = 65535
_GRACE_S = 20
"""A push that runs is let through; a laptop that hangs is not waited for."""


class ListeningServer(uvicorn.Server):
    """Tells when it accepts connections."""

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._when_ready()


def make_server(operation: Operation, when_ready: Callable[[], None]) -> ListeningServer:
    config = uvicorn.Config(
        make_app(operation),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_S,
        timeout_keep_alive=30,
    )
    return ListeningServer(config, when_ready)


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 is any free one. KnownError ``cannot_listen``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise KnownError(
            "cannot_listen",
            f"Cannot listen on {host} port {port} ({error.strerror}). "
            "Choose another --port (0 takes any free one) or --host.",
        ) from error
    return found


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def main(argv: Sequence[str]) -> int:
    """Exit status 0 after SIGTERM or Ctrl+C. KnownError for a folder or port that cannot be
    used."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(
        level=logging.INFO if arguments.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
        stream=sys.stderr,
    )
    operation = open_operation(arguments.folder, arguments.database)
    lock: FolderLock | None = None
    try:
        lock = _claim(arguments.folder)
        listener = listen(arguments.host, arguments.port)
        line = json.dumps({"listening": address_of(listener)})
        server = make_server(operation, lambda: _say(line))
        # uvicorn raises the signal again after a graceful stop; by then it has done its work.
        signal.signal(signal.SIGTERM, lambda *_: None)
        signal.signal(signal.SIGINT, lambda *_: None)
        server.run(sockets=[listener])
    finally:
        if lock is not None:
            lock.release()
        operation.close()
    return 0


def _port(word: str) -> int:
    number = int(word)
    if not 0 <= number <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{word} is not a port: 0 to {_LAST_PORT}")
    return number


def _claim(folder: Path) -> FolderLock:
    """KnownError ``in_use``: two servers would give out receipts side by side."""
    try:
        return FolderLock(folder)
    except KnownError as error:
        raise KnownError(
            "in_use",
            f"A server runs on {folder} already. Stop that one first, or choose another --folder.",
        ) from error


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="enumerator server",
        description="Run the central server. Prints one JSON line with its address when ready.",
    )
    parser.add_argument("--folder", type=Path, required=True, help="where its data lives")
    add_database_option(parser)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="0 takes any free one (%(default)s)"
    )
    parser.add_argument("--verbose", action="store_true", help="log every request (ids only)")
    return parser

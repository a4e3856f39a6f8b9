"""``enumerator server``: run the central server until it is told to stop."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from enumerator.clock import SystemClock
from enumerator.errors import KnownError
from enumerator.store.durable import FolderLock
from sync.server.certificate import Certificate
from sync.server.operation import add_database_option, open_operation
from sync.server.serving import THREADS, Serving, address_of, listen, make_server
from sync.server.upgrading import judge_held_again

DEFAULT_PORT = 8417
_LAST_PORT = 65535
_MOST_WORKERS = 64


class Options(argparse.Namespace):
    folder: Path
    database: str | None
    host: str
    port: int
    workers: int | None
    tls_certificate: Path | None
    tls_key: Path | None
    metrics_token: str
    verbose: bool

    @property
    def tls(self) -> tuple[Path, Path] | None:
        if self.tls_certificate is None or self.tls_key is None:
            return None
        return self.tls_certificate, self.tls_key

    @property
    def log_level(self) -> int:
        return logging.INFO if self.verbose else logging.WARNING


def main(argv: Sequence[str]) -> int:
    """Exit status 0 after SIGTERM or Ctrl+C. KnownError for a folder, port or certificate that
    cannot be used."""
    options = _parse(argv)
    logging.basicConfig(
        level=options.log_level,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
        stream=sys.stderr,
    )
    if options.database is not None and (options.workers or 1) > 1:
        _serve_together(options, options.database)
    else:
        _serve_alone(options)
    return 0


def _serve_alone(options: Options) -> None:
    certificate = None if options.tls is None else Certificate(*options.tls, SystemClock())
    operation = open_operation(options.folder, options.database)
    lock: FolderLock | None = None
    try:
        lock = _claim(options.folder)
        judge_held_again(operation)
        listener = listen(options.host, options.port)
        line = json.dumps({"listening": address_of(listener, is_tls=certificate is not None)})
        serving = Serving(
            certificate=certificate,
            threads=THREADS if options.database is not None else options.workers or THREADS,
            metrics_token=options.metrics_token,
        )
        server = make_server(operation, lambda: _say(line), serving)
        # uvicorn raises the signal again after a graceful stop; by then it has done its work.
        signal.signal(signal.SIGTERM, lambda *_: None)
        signal.signal(signal.SIGINT, lambda *_: None)
        server.run(sockets=[listener])
    finally:
        if lock is not None:
            lock.release()
        operation.close()


def _serve_together(options: Options, database: str) -> None:
    from sync.server.crew import Crew, Duty, shared_folder

    if options.tls is not None:
        Certificate(*options.tls, SystemClock())  # say what is wrong once, before all else
    operation = open_operation(options.folder, database)  # begun or migrated by one, not by all
    lock: FolderLock | None = None
    try:
        lock = _claim(options.folder)
        judge_held_again(operation)
    except BaseException:
        if lock is not None:
            lock.release()
        raise
    finally:
        operation.close()
    try:
        listener = listen(options.host, options.port)
        line = json.dumps({"listening": address_of(listener, is_tls=options.tls is not None)})
        with shared_folder() as (shared, boot):
            duty = Duty(
                folder=options.folder,
                database=database,
                tls=options.tls,
                threads=THREADS,
                metrics_token=options.metrics_token,
                shared=shared,
                boot=boot,
                log_level=options.log_level,
            )
            Crew(options.workers or 1, listener, duty).run(lambda: _say(line))
    finally:
        lock.release()


def _port(word: str) -> int:
    number = int(word)
    if not 0 <= number <= _LAST_PORT:
        raise argparse.ArgumentTypeError(f"{word} is not a port: 0 to {_LAST_PORT}")
    return number


def _workers(word: str) -> int:
    number = int(word)
    if not 1 <= number <= _MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"{word}: 1 to {_MOST_WORKERS}")
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


def _parse(argv: Sequence[str]) -> Options:
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
    parser.add_argument(
        "--workers",
        type=_workers,
        help=f"with PostgreSQL: processes (1); else threads beside the one writer ({THREADS})",
    )
    parser.add_argument(
        "--tls-certificate",
        type=Path,
        metavar="FILE",
        help="PEM: speak https with this certificate and the chain after it; read again on SIGHUP",
    )
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="PEM: its key")
    parser.add_argument(
        "--metrics-token",
        metavar="WORD",
        default=os.environ.get("ENUMERATOR_METRICS_TOKEN", ""),
        help="who shows it may read /metrics from elsewhere; also from the variable "
        "ENUMERATOR_METRICS_TOKEN. Without one: from this machine only.",
    )
    parser.add_argument("--verbose", action="store_true", help="log every request (ids only)")
    options = parser.parse_args(argv, namespace=Options())
    if (options.tls_certificate is None) != (options.tls_key is None):
        parser.error("--tls-certificate and --tls-key belong together")
    return options

"""Serving an open operation on a socket, until told to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from types import FrameType
from typing import Any

import uvicorn

from enumerator.errors import KnownError
from sync.server.app import make_app
from sync.server.certificate import Certificate
from sync.server.desk import Desk
from sync.server.front import Front
from sync.server.measuring import measured
from sync.server.metering import Metrics
from sync.server.nonces import Nonces
from sync.server.operation import Operation
from sync.server.pushing import Pushing
from sync.server.watching import Watch

GRACE_S = 20
"""A push that runs is let through; a laptop that hangs is not waited for."""
_LAST_WORDS_S = 5
"""For answers that are on their way when the grace is over."""
THREADS = 16
"""Requests that are worked on at once; what comes more waits its turn."""


@dataclass(frozen=True)
class Serving:
    """How an operation is served; every part may be left out."""

    certificate: Certificate | None = None
    threads: int = THREADS
    metrics: Metrics = field(default_factory=Metrics)
    metrics_token: str = ""
    nonces: Nonces | None = None


class ListeningServer(uvicorn.Server):
    """Tells when it accepts connections. The first signal closes the door: what is under way is
    answered, what comes hears 503, and when nothing runs any more, or the grace is over, it ends.
    """

    def __init__(
        self, config: uvicorn.Config, front: Front, serving: Serving, when_ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._front = front
        self._serving = serving
        self._when_ready = when_ready
        self._stop_by = 0.0

    def stop(self) -> None:
        """From any thread; twice is as good as once."""
        if not self._front.is_closed:
            self._stop_by = time.monotonic() + GRACE_S
            self._front.is_closed = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._front.is_closed:
            super().handle_exit(sig, frame)  # a second Ctrl+C does not wait
            return
        self._captured_signals.append(sig)
        self.stop()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(
            ThreadPoolExecutor(self._serving.threads, thread_name_prefix="request")
        )
        self._reload_on_hangup(loop)
        await super().startup(sockets=sockets)
        if self.started:
            self._when_ready()

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:
            self._serving.metrics.publish()
        if self._front.is_closed and (self._front.is_idle or time.monotonic() >= self._stop_by):
            return True
        return await super().on_tick(counter)

    def _reload_on_hangup(self, loop: asyncio.AbstractEventLoop) -> None:
        """SIGHUP after a certificate was renewed; without one it would end the program."""
        if sys.platform == "win32":
            return
        certificate = self._serving.certificate
        reload = (lambda: None) if certificate is None else certificate.reload
        try:
            loop.add_signal_handler(signal.SIGHUP, reload)
        except (RuntimeError, ValueError):  # not the main thread: somebody else's signals
            return


def make_server(
    operation: Operation, when_ready: Callable[[], None], serving: Serving | None = None
) -> ListeningServer:
    serving = serving or Serving()
    certificate = serving.certificate
    store = measured(operation.store, serving.metrics)
    desk = Desk(replace(operation, store=store), serving.metrics, serving.nonces)
    watch = Watch(serving.metrics_token, None if certificate is None else certificate.remaining_s)
    app: Any = make_app(desk, watch=watch)
    front = Front(Pushing(app, desk), serving.metrics)
    entrance: Any = front
    config = uvicorn.Config(
        entrance,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=_LAST_WORDS_S,
        timeout_keep_alive=30,
        ssl_context_factory=None if certificate is None else lambda *_: certificate.context,
    )
    return ListeningServer(config, front, serving, when_ready)


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 is any free one. KnownError ``cannot_listen``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # TCP by name: asyncio sends at once (TCP_NODELAY) only where it reads that this is TCP. Else a
    # reply's body waits 40 ms for the laptop to acknowledge its head.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
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


def address_of(listener: socket.socket, *, is_tls: bool = False) -> str:
    host, port = listener.getsockname()[:2]
    scheme = "https" if is_tls else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

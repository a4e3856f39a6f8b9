"""A slow link on loopback: so many bits a second each way, and a way that takes its time."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from urllib.parse import urlsplit

_BLOCK_BYTES = 256
"""A tenth of a second at 20 kbit/s."""
_CONNECT_S = 10


class SlowLink:
    """Between one client and the server at ``upstream``. Counts what it carries, heads of requests
    included; ``round_trip_s`` is what a byte needs there and back. Each connection has the whole
    rate to itself: a laptop opens one."""

    def __init__(self, upstream: str, bits_per_s: float, round_trip_s: float) -> None:
        parts = urlsplit(upstream)
        self._upstream = (parts.hostname or "", parts.port or 80)
        self._seconds_a_byte = 8 / bits_per_s
        self._way_s = round_trip_s / 2
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.bytes_up = 0
        self.bytes_down = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes who waits in accept
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        with (
            client,
            contextlib.suppress(OSError),
            socket.create_connection(self._upstream, _CONNECT_S) as server,
        ):
            server.settimeout(None)
            time.sleep(2 * self._way_s)  # the handshake
            up = _Way(self, client, server, is_up=True)
            down = _Way(self, server, client, is_up=False)
            up.wait()
            down.wait()

    def _carried(self, size: int, *, is_up: bool) -> float:
        """How long these bytes keep the line busy."""
        if is_up:
            self.bytes_up += size
        else:
            self.bytes_down += size
        return size * self._seconds_a_byte

    @property
    def way_s(self) -> float:
        return self._way_s


class _Way:
    """One direction of one connection: bytes leave one after another, and arrive later."""

    def __init__(
        self, link: SlowLink, source: socket.socket, target: socket.socket, *, is_up: bool
    ) -> None:
        self._link = link
        self._source, self._target = source, target
        self._is_up = is_up
        self._on_the_way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._send, self._arrive)
        ]
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Until this direction has ended and everything has arrived."""
        for thread in self._threads:
            thread.join()

    def _send(self) -> None:
        block = b"-"
        while block:
            try:
                block = self._source.recv(_BLOCK_BYTES)
            except OSError:
                block = b""
            time.sleep(self._link._carried(len(block), is_up=self._is_up))
            self._on_the_way.put((time.monotonic() + self._link.way_s, block))

    def _arrive(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                due, block = self._on_the_way.get()
                time.sleep(max(0.0, due - time.monotonic()))
                if not block:
                    self._target.shutdown(socket.SHUT_WR)
                    return
                self._target.sendall(block)

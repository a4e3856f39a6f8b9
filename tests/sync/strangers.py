"""Whoever else may answer on the way to the server, and links that lose things."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from enumerator.errors import KnownError
from sync.client.connection import Transport
from sync.protocol import HealthReply

Reply = TypeVar("Reply")


def http(status: str, body: bytes, *headers: str, length: int | None = None) -> bytes:
    """A whole HTTP/1.1 answer; ``length`` lies about the body's."""
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {size}", "Connection: close"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


LOGIN_PAGE = b"<!DOCTYPE html><html><body>Selamat datang di WiFi gratis</body></html>"
HTML = http("200 OK", LOGIN_PAGE, "Content-Type: text/html; charset=utf-8")
REDIRECT = http("302 Found", b"", "Location: http://127.0.0.1:9/login")
LIAR = http("200 OK", b"ok", "Content-Type: application/msgpack")
JSON_LIAR = http("200 OK", b'{"status":"ok"}', "Content-Type: application/json")
TRUNCATED_GZIP = http(
    "200 OK",
    gzip.compress(b"\x81\xa7results\x90" * 50)[:13],
    "Content-Type: application/msgpack",
    "Content-Encoding: gzip",
)
CUT_OFF = http("200 OK", b"\x81\xa5no", "Content-Type: application/msgpack", length=4000)
TRUNCATED_ZSTD = http(
    "200 OK",
    b"\x28\xb5\x2f\xfd\x04\x00\x51",
    "Content-Type: application/msgpack",
    "Content-Encoding: zstd",
)
BAD_GATEWAY = http("502 Bad Gateway", LOGIN_PAGE, "Content-Type: text/html")
UNAVAILABLE = http("503 Service Unavailable", b"", "Content-Type: text/plain")
NETWORK_LOGIN = http("511 Network Authentication Required", LOGIN_PAGE, "Content-Type: text/html")
GARBAGE = b"\x00\x01\x02 this is no HTTP at all\r\n\r\n"
HANG_UP = b""


@contextlib.contextmanager
def stranger(answer: bytes, *, silent_s: float = 0) -> Iterator[str]:
    """The address of somebody who reads a request and gives the same answer to everything."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.1)
    closing = threading.Event()

    def serve() -> None:
        while not closing.is_set():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(5)
                with contextlib.suppress(OSError):
                    _read_request(connection)
                    closing.wait(silent_s)
                    connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        closing.set()
        thread.join(10)
        listener.close()


def _read_request(connection: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        block = connection.recv(65536)
        if not block:
            return
        data += block
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length and (block := connection.recv(65536)):
        body += block


@dataclass
class Lossy:
    """A transport in front of a real one. ``before(path, message)`` and ``after(path, reply)``
    may raise what the link does, or hand on something else."""

    real: Transport
    before: Callable[[str, msgspec.Struct], None] = lambda _path, _message: None
    after: Callable[[str, object], object] = lambda _path, reply: reply
    calls: list[str] = field(default_factory=list)

    @property
    def bytes_up(self) -> int:
        return self.real.bytes_up

    @property
    def bytes_down(self) -> int:
        return self.real.bytes_down

    def call(
        self, path: str, request: msgspec.Struct, reply: type[Reply], token: str = ""
    ) -> Reply:
        self.calls.append(path)
        self.before(path, request)
        answer = self.after(path, self.real.call(path, request, reply, token))
        assert isinstance(answer, reply)
        return answer

    def probe(self, nonce: str) -> HealthReply:
        self.calls.append("/v1/health")
        blank = HealthReply(status="", nonce=nonce, server_time="", signature=b"")
        self.before("/v1/health", blank)
        return self.real.probe(nonce)

    def fetch(self, sha256: str, start: int, token: str) -> Iterator[bytes]:
        self.calls.append(f"/v1/content {start}")
        for block in self.real.fetch(sha256, start, token):
            answer = self.after("/v1/content", block)
            assert isinstance(answer, bytes)
            yield answer

    def stop_when(self, cancelled: Callable[[], bool]) -> None:
        self.real.stop_when(cancelled)

    def close(self) -> None:
        self.real.close()


def no_connection() -> KnownError:
    return KnownError("no_connection", "cut by the test")

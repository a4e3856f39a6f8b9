"""A relay on the network: a small HTTP server, and the answer to "is a relay here?".

Threads live here and nowhere else of the relay. Bodies are bounded before they are read, visitors
are few at a time, and a connection that stalls is dropped.
"""

from __future__ import annotations

import contextlib
import http.server
import logging
import socket
import socketserver
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

from enumerator.errors import KnownError
from sync.protocol import MSGPACK, Problem, pack
from sync.relay.desk import RelayCounts, RelayDesk, Reply
from sync.relay.finding import QUESTION, here, own_addresses
from sync.relay.messages import MAX_BODY_BYTES, PORT, PROOF_HEADER, VISIT_HEADER, new_code

if TYPE_CHECKING:
    from enumerator.store import OfficerStore

log = logging.getLogger(__name__)

_VISITORS_AT_ONCE: Final = 8
_STALL_S: Final = 30
_PORTS_TRIED: Final = 8
_ASK_BYTES: Final = 256
_MAX_VISIT_HEX: Final = 400


class RelayServer:
    """Switched on from :meth:`start` to :meth:`stop`. ``address``: what officers type."""

    def __init__(self, store: OfficerStore, *, host: str = "", port: int = PORT) -> None:
        """KnownError ``cannot_relay``: no port is free."""
        self.code = new_code(store.chance)
        self._desk = RelayDesk(store, self.code)
        self._http = _listening(self._desk, host, port)
        self.port = int(self._http.server_address[1])
        self._questions = _question_socket(port)
        self._threads: list[threading.Thread] = []

    @property
    def addresses(self) -> list[str]:
        """``192.168.1.7:8418``, the likeliest first."""
        return [f"{address}:{self.port}" for address in own_addresses()]

    @property
    def counts(self) -> RelayCounts:
        return self._desk.counts

    def start(self) -> None:
        self._run("relay", self._http.serve_forever)
        if self._questions is not None:
            self._run("relay questions", self._answer_questions)

    def stop(self) -> None:
        """Visitors under way are let through for a moment; twice does no harm."""
        if not self._threads:
            return
        self._http.shutdown()
        self._http.server_close()
        questions, self._questions = self._questions, None
        if questions is not None:
            with contextlib.suppress(OSError):
                questions.shutdown(socket.SHUT_RDWR)
            questions.close()
        for thread in self._threads:
            thread.join(_STALL_S)
        self._threads.clear()

    def _run(self, name: str, work: Any) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def _answer_questions(self) -> None:
        questions = self._questions
        while questions is not None:
            try:
                data, asker = questions.recvfrom(_ASK_BYTES)
                if data.startswith(QUESTION):
                    questions.sendto(here(self.port, data), asker)
            except TimeoutError:
                pass
            except OSError:  # closed, or an asker whose network went away
                if self._questions is None:
                    return
            questions = self._questions


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = sys.platform != "win32"
    block_on_close = False

    def __init__(self, address: tuple[str, int], desk: RelayDesk) -> None:
        self.desk = desk
        self.places = threading.BoundedSemaphore(_VISITORS_AT_ONCE)
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own asks a name server for this machine's name, for seconds where none is.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "relay", int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self.places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.places.release()

    def handle_error(self, _request: Any, _client_address: Any) -> None:
        log.info("a relay's visitor went away: %s", type(sys.exc_info()[1]).__name__)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "relay"
    sys_version = ""
    timeout = _STALL_S
    server: _Server

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            self._send(_refused(413 if length.isdigit() else 411))
            return
        body = self.rfile.read(int(length))
        if len(body) != int(length):
            self.close_connection = True
            return
        visit, proof = self._hex(VISIT_HEADER), self._hex(PROOF_HEADER)
        peer = self.client_address[0]
        self._send(self.server.desk.answer(self.path, visit, proof, body, peer))

    def _hex(self, name: str) -> bytes:
        text = self.headers.get(name, "")
        try:
            return bytes.fromhex(text) if len(text) <= _MAX_VISIT_HEX else b""
        except ValueError:
            return b""

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", MSGPACK)
        self.send_header("Content-Length", str(len(reply.body)))
        if reply.proof:
            self.send_header(PROOF_HEADER, reply.proof.hex())
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *_: object) -> None:
        """Addresses of visitors are nobody's business."""


def _refused(status: int) -> Reply:
    return Reply(status, pack(Problem(code="too_large", text="That is too much at once.")))


def _listening(desk: RelayDesk, host: str, port: int) -> _Server:
    last = port + (_PORTS_TRIED if port else 1)
    for candidate in range(port, last):
        try:
            return _Server((host, candidate), desk)
        except OSError:
            continue
    raise KnownError(
        "cannot_relay",
        "This laptop cannot take visitors: another program holds its ports. Restart the laptop, "
        "or use a stick.",
    )


def _question_socket(port: int) -> socket.socket | None:
    """None where another program has it: officers type the address then."""
    found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.settimeout(1.0)
        found.bind(("", port))
    except OSError:
        found.close()
        return None
    return found

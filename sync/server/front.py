"""Before all routes: counts what passes, and while the server stops lets no new request in."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

import msgspec

from sync.protocol import JSON, MAX_BODY_BYTES, Problem
from sync.server.metering import Metrics

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

RETRY_AFTER_S = 5
_HEAR_OUT_S = 3.0
"""For the body of a request that is refused."""
_STOPPING = Problem(code="stopping", text="The server is being stopped. Try again soon.")
_ELSEWHERE = "other"
"""Routes that do not exist: what was asked for is nobody's business."""


class Front:
    """ASGI, around the application. In the event loop's thread only."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics
        self._running = 0
        self.is_closed = False
        """What is under way is answered, what comes now is not."""

    @property
    def is_idle(self) -> bool:
        return self._running == 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        if kind != "http":
            await self._app(scope, receive, send)
            return
        passage = _Passage(receive, send)
        if self.is_closed:
            await _refuse(passage)
            self._count(scope, passage)
            return
        self._running += 1
        self._metrics.shift("enumerator_requests_running", 1)
        try:
            await self._app(scope, passage.receive, passage.send)
        finally:
            self._running -= 1
            self._metrics.shift("enumerator_requests_running", -1)
            self._count(scope, passage)

    def _count(self, scope: Scope, passage: _Passage) -> None:
        told: Any = scope
        route = str(told.get("path_template", _ELSEWHERE))
        seconds = time.monotonic() - passage.began
        status = str(passage.status or "cut off")
        self._metrics.count("enumerator_requests_total", route=route, status=status)
        self._metrics.observe("enumerator_request_seconds", seconds, route=route)
        self._metrics.count("enumerator_received_bytes_total", passage.received, route=route)
        self._metrics.count("enumerator_sent_bytes_total", passage.sent, route=route)


class _Passage:
    """One request and its answer, measured as they travel."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self.began = time.monotonic()
        self.status = 0
        self.received = 0
        self.sent = 0

    async def receive(self) -> Any:
        message: Any = await self._receive()
        self.received += len(message.get("body", b""))
        return message

    async def send(self, message: Message) -> None:
        told: Any = message
        if told["type"] == "http.response.start":
            self.status = told["status"]
        else:
            self.sent += len(told.get("body", b""))
        await self._send(message)


async def _refuse(passage: _Passage) -> None:
    """Once the body has come: an answer in the midst of it would be torn by the closing."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_HEAR_OUT_S):
            while passage.received <= MAX_BODY_BYTES:
                message = await passage.receive()
                if message["type"] != "http.request" or not message.get("more_body", False):
                    break
    body = msgspec.json.encode(_STOPPING)
    headers = [
        (b"content-type", JSON.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(RETRY_AFTER_S).encode()),
        (b"connection", b"close"),
    ]
    start: Any = {"type": "http.response.start", "status": 503, "headers": headers}
    end: Any = {"type": "http.response.body", "body": body, "more_body": False}
    await passage.send(start)
    await passage.send(end)

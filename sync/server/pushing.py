"""Pushes of laptops, from bytes to bytes: those that come at the same time share a transaction.

What every push passes is kept short: one change of thread, no framework. Any other request, and
a push in another encoding than our laptops', goes the framework's way to the same desk.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from enumerator.errors import KnownError
from sync.compression import common_dictionary
from sync.protocol import (
    COMPRESS_FROM_BYTES,
    MAX_ENVELOPES,
    MSGPACK,
    ZSTD,
    Problem,
    PushRequest,
    compress,
    decompress,
    pack,
    unpack,
)
from sync.server.desk import Desk
from sync.server.faults import RETRY_AFTER_S, told
from sync.server.gathering import Gathering
from sync.server.relaying import BATCH_BYTES
from sync.server.sessions import Caller, session_expired
from sync.server.wire_format import UnfitBodyError, refuse, whole_body

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger(__name__)

PATH = "/v1/push"
_SMALL_BYTES = 16 * 1024
"""Compressed. A larger push is a batch of its own and waits for nobody."""


@dataclass(frozen=True, slots=True)
class _Call:
    authorization: str
    body: bytes
    is_compressed: bool
    accepted: str


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes
    account_id: str = "-"
    is_compressed: bool = False


@dataclass(frozen=True, slots=True)
class _Push:
    """A call that was let in; ``nth`` of its group."""

    nth: int
    call: _Call
    caller: Caller
    request: PushRequest


class Pushing:
    """ASGI, around the application."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._app = app
        self._desk = desk
        self._small: Gathering[_Call, _Reply] = Gathering(self.answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        told: Any = scope
        if told["type"] != "http" or told["path"] != PATH or told["method"] != "POST":
            await self._app(scope, receive, send)
            return
        headers = {
            name.lower().decode("latin-1"): value.decode("latin-1")
            for name, value in told["headers"]
        }
        if not _is_ours(headers):
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        told["path_template"] = PATH
        try:
            body = await whole_body(receive)
        except UnfitBodyError as error:
            await refuse(send, error)
            return
        call = _Call(
            headers.get("authorization", ""),
            body,
            headers.get("content-encoding") == ZSTD,
            headers.get("accept-encoding", ""),
        )
        if len(body) <= _SMALL_BYTES:
            reply = await self._small.answer(call)
        else:
            (reply,) = await asyncio.to_thread(self.answer, [call])
        await _send(send, reply)
        taken_ms = (time.monotonic() - began) * 1000
        log.info("POST %s account=%s %d ms", PATH, reply.account_id, taken_ms)

    def answer(self, calls: Sequence[_Call]) -> list[_Reply]:
        """In the order of ``calls``. Each is let in or refused by itself."""
        try:
            callers = self._desk.callers([call.authorization for call in calls])
        except Exception as error:  # the store's, over no call in particular
            return [_problem(error, call) for call in calls]
        replies: dict[int, _Reply] = {}
        pushes: list[_Push] = []
        size = count = 0
        for nth, (call, caller) in enumerate(zip(calls, callers, strict=True)):
            if caller is None:
                replies[nth] = _problem(session_expired(), call)
                continue
            try:
                body = _plain(call)
                push = _Push(nth, call, caller, _read(body))
            except Exception as error:
                replies[nth] = _problem(error, call, caller)
                continue
            pushes.append(push)
            size, count = size + len(body), count + len(push.request.envelopes)
            if size >= BATCH_BYTES or count >= MAX_ENVELOPES:
                self._take(pushes, replies)
                pushes, size, count = [], 0, 0
        self._take(pushes, replies)
        return [replies[nth] for nth in range(len(calls))]

    def _take(self, pushes: Sequence[_Push], replies: dict[int, _Reply]) -> None:
        """In one transaction, which ends before anybody is answered."""
        if not pushes:
            return
        try:
            found = self._desk.push_together([(push.caller, push.request) for push in pushes])
        except Exception as error:
            if len(pushes) > 1 and not isinstance(error, KnownError):
                for push in pushes:  # nobody pays for what another's brought about
                    self._take([push], replies)
                return
            for push in pushes:
                replies[push.nth] = _problem(error, push.call, push.caller)
            return
        for push, reply in zip(pushes, found, strict=True):
            replies[push.nth] = _reply(200, reply, push.call, push.caller)


def _is_ours(headers: dict[str, str]) -> bool:
    return (
        headers.get("content-type") == MSGPACK
        and headers.get("accept") == MSGPACK
        and headers.get("content-encoding") in (None, ZSTD)
    )


def _plain(call: _Call) -> bytes:
    """UnfitBodyError."""
    if not call.is_compressed:
        return call.body
    try:
        return decompress(call.body)
    except ValueError as error:
        raise UnfitBodyError(400, "bad_encoding", f"Bad zstd body: {error}.") from error


def _read(body: bytes) -> PushRequest:
    """UnfitBodyError."""
    try:
        return unpack(body, PushRequest)
    except (ValueError, TypeError, RecursionError) as error:
        text = "The body is not msgpack of the shape that /schema tells."
        raise UnfitBodyError(400, "bad_request", text) from error


def _problem(error: Exception, call: _Call, caller: Caller | None = None) -> _Reply:
    if isinstance(error, UnfitBodyError):
        return _reply(error.status, Problem(code=error.code, text=error.text), call, caller)
    status, problem = told(error, f"POST {PATH}")
    return _reply(status, problem, call, caller)


def _reply(status: int, content: object, call: _Call, caller: Caller | None) -> _Reply:
    body = pack(content)
    is_compressed = ZSTD in call.accepted and len(body) >= COMPRESS_FROM_BYTES
    if is_compressed:
        body = compress(body, common_dictionary(call.accepted))
    account_id = "-" if caller is None else caller.account.account_id
    return _Reply(status, body, account_id, is_compressed)


async def _send(send: Send, reply: _Reply) -> None:
    headers = [
        (b"content-type", MSGPACK.encode()),
        (b"content-length", str(len(reply.body)).encode()),
    ]
    if reply.is_compressed:
        headers += [
            (b"content-encoding", ZSTD.encode()),
            (b"vary", b"accept, accept-encoding"),
        ]
    if reply.status == 503:
        headers.append((b"retry-after", str(RETRY_AFTER_S).encode()))
    start: Any = {"type": "http.response.start", "status": reply.status, "headers": headers}
    end: Any = {"type": "http.response.body", "body": reply.body, "more_body": False}
    await send(start)
    await send(end)

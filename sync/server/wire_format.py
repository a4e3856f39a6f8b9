"""One ASGI layer that speaks both encodings: msgpack + zstd for our laptops, JSON for the rest.

Inbound it bounds and decompresses the body and turns msgpack into JSON; outbound it compresses
for whoever accepts zstd. The framework behind it reads plain JSON only, and its OpenAPI is true.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from sync.compression import ACCEPTED, common_dictionary
from sync.protocol import (
    COMPRESS_FROM_BYTES,
    JSON,
    MAX_BODY_BYTES,
    MAX_MESSAGE_BYTES,
    MSGPACK,
    ZSTD,
    ChallengeRequest,
    ClaimRequest,
    EnrolRequest,
    HaveRequest,
    HelloRequest,
    MediaChunk,
    PullRequest,
    PushRequest,
    RelayRequest,
    compress,
    decompress,
)

if TYPE_CHECKING:
    from litestar.types import ASGIApp, Message, Receive, Scope, Send

FRAMEWORK_MSGPACK = "application/x-msgpack"
"""Litestar's older name for the same media type."""


_REQUESTS: Mapping[str, type[msgspec.Struct]] = {
    "/v1/enrol": EnrolRequest,
    "/v1/challenge": ChallengeRequest,
    "/v1/claim": ClaimRequest,
    "/v1/hello": HelloRequest,
    "/v1/push": PushRequest,
    "/v1/have": HaveRequest,
    "/v1/media": MediaChunk,
    "/v1/pull": PullRequest,
    "/v1/relay": RelayRequest,
}
"""Decoded as what they must be: as just anything, a few bytes of zstd become gigabytes of
objects, before anybody has said who asks."""

_OFFERING = ("/v1/challenge", "/v1/hello")
"""Who names a dictionary there is told that we have it too, and uses it from then on."""

_MSGPACK_NAMES = (MSGPACK.encode(), FRAMEWORK_MSGPACK.encode())


class UnfitBodyError(Exception):
    """A body that is not looked into; what to say of it."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


class WireFormat:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind: str = scope["type"]
        if kind != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        try:
            body = await _plain_body(scope["path"], headers, receive)
        except UnfitBodyError as error:
            await refuse(send, error)
            return
        scope["headers"] = list(_inward(scope["headers"]))  # no encoding, JSON
        accepted = headers.get(b"accept-encoding", b"").decode("latin-1")
        outward = _Outward(send, accepted, is_offering=scope["path"] in _OFFERING)
        await self._app(scope, _replay(body, receive), outward)


async def _plain_body(path: str, headers: dict[bytes, bytes], receive: Receive) -> bytes:
    body = await _inflated(headers, await whole_body(receive))
    media = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if media not in _MSGPACK_NAMES or not body:
        return body
    kind = _REQUESTS.get(path.rstrip("/"))
    if kind is None:
        return b""  # no such route, or one that takes no body
    try:
        return msgspec.json.encode(msgspec.msgpack.decode(body, type=kind))
    except (ValueError, TypeError, RecursionError) as error:
        text = "The body is not msgpack of the shape that /schema tells."
        raise UnfitBodyError(400, "bad_request", text) from error


async def whole_body(receive: Receive) -> bytes:
    """As it travelled. UnfitBodyError."""
    found = bytearray()
    more = True
    while more:
        message: Any = await receive()
        if message["type"] != "http.request":
            raise UnfitBodyError(400, "cut_off", "The request was cut off.")
        found += message.get("body", b"")
        if len(found) > MAX_BODY_BYTES:
            raise UnfitBodyError(413, "too_large", "The request is too large.")
        more = message.get("more_body", False)
    return bytes(found)


async def _inflated(headers: dict[bytes, bytes], found: bytes) -> bytes:
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding == b"identity" or not found:
        return found
    if encoding != ZSTD.encode():
        raise UnfitBodyError(415, "bad_encoding", "Send the body plain or as zstd.")
    try:
        return await asyncio.to_thread(decompress, found, MAX_MESSAGE_BYTES)
    except ValueError as error:
        raise UnfitBodyError(400, "bad_encoding", f"Bad zstd body: {error}.") from error


def _inward(headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[bytes, bytes]]:
    for name, value in headers:
        if name.lower() in (b"content-encoding", b"content-length"):
            continue
        media = value.partition(b";")[0].strip().lower()
        if name.lower() == b"content-type" and media in _MSGPACK_NAMES:
            yield name, JSON.encode()
        else:
            yield name, value


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Any:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


class _Outward:
    """Compresses a reply that comes in one piece; streams pass as they are."""

    def __init__(self, send: Send, accepted: str, *, is_offering: bool) -> None:
        self._send = send
        self._compress = ZSTD in accepted
        self._dictionary = common_dictionary(accepted)
        self._is_offering = is_offering and self._dictionary > 0
        self._start: Any = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if self._start is not None and message["type"] == "http.response.body":
            start, self._start = self._start, None
            await self._begin(start, message)
            return
        await self._send(message)

    async def _begin(self, start: Any, message: Any) -> None:
        body = message.get("body", b"")
        whole = not message.get("more_body", False)
        headers = [
            (name, MSGPACK.encode())
            if name.lower() == b"content-type" and value == FRAMEWORK_MSGPACK.encode()
            else (name, value)
            for name, value in start["headers"]
        ]
        if self._is_offering:
            headers.append((b"accept-encoding", ACCEPTED.encode()))
        ranged = any(name.lower() == b"accept-ranges" for name, _ in headers)
        if self._compress and whole and not ranged and len(body) >= COMPRESS_FROM_BYTES:
            body = await asyncio.to_thread(compress, body, self._dictionary)
            headers = [pair for pair in headers if pair[0].lower() != b"content-length"]
            headers += [
                (b"content-encoding", ZSTD.encode()),
                (b"content-length", str(len(body)).encode()),
                (b"vary", b"accept, accept-encoding"),
            ]
        start["headers"] = headers
        message["body"] = body
        await self._send(start)
        await self._send(message)


async def refuse(send: Send, error: UnfitBodyError) -> None:
    body = json.dumps({"code": error.code, "text": error.text}).encode()
    headers = [
        (b"content-type", JSON.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})

"""The HTTP face: routes, who may call them, and errors as ``{code, text}``.

Handlers are plain functions that run in worker threads; SQLite's one writer keeps them in line.
No URL and no log line holds personal data.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, TypeVar

from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from litestar.status_codes import HTTP_503_SERVICE_UNAVAILABLE

from enumerator.errors import KnownError
from sync.protocol import (
    JSON,
    MAX_MESSAGE_BYTES,
    MSGPACK,
    OCTETS,
    ChallengeReply,
    ChallengeRequest,
    ClaimReply,
    ClaimRequest,
    EnrolReply,
    EnrolRequest,
    HaveReply,
    HaveRequest,
    HealthReply,
    HelloReply,
    HelloRequest,
    MediaChunk,
    MediaHeld,
    Problem,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
    RelayReply,
    RelayRequest,
)
from sync.server import watching
from sync.server.desk import Desk, active
from sync.server.faults import RETRY_AFTER_S, told
from sync.server.operation import Operation
from sync.server.sessions import Caller
from sync.server.watching import Watch
from sync.server.wire_format import FRAMEWORK_MSGPACK, WireFormat

log = logging.getLogger(__name__)

Content = TypeVar("Content")
AnyRequest = Request[None, None, State]

_BEARER = [{"bearer": list[str]()}]


@get("/v1/health", sync_to_thread=False)
def health(
    request: AnyRequest, nonce: Annotated[str, QueryParameter(max_length=64)] = ""
) -> Response[HealthReply]:
    """Signed, so that whoever asks knows that no captive portal answered."""
    return _answer(request, _desk(request).health(nonce))


@post("/v1/enrol", status_code=200, sync_to_thread=True)
def enrol(request: AnyRequest, data: JSONBody[EnrolRequest]) -> Response[EnrolReply]:
    """Redeem a one-time code with new keys."""
    return _answer(request, _desk(request).enrol(data))


@post("/v1/challenge", status_code=200, sync_to_thread=False)
def challenge(request: AnyRequest, data: JSONBody[ChallengeRequest]) -> Response[ChallengeReply]:
    """A nonce to sign in the hello."""
    return _answer(request, _desk(request).challenge(data))


@post("/v1/hello", status_code=200, sync_to_thread=True)
def hello(request: AnyRequest, data: JSONBody[HelloRequest]) -> Response[HelloReply]:
    """Open a session: token, verdict on the laptop's chain, forms in force."""
    return _answer(request, _desk(request).hello(data))


@post("/v1/push", status_code=200, sync_to_thread=True, security=_BEARER)
def push(request: AnyRequest, data: JSONBody[PushRequest]) -> Response[PushReply]:
    """Take envelopes into custody. Open to closed accounts too: theirs are quarantined."""
    return _answer(request, _desk(request).push(_caller(request), data))


@post("/v1/relay", status_code=200, sync_to_thread=True, security=_BEARER)
def relay(request: AnyRequest, data: JSONBody[RelayRequest]) -> Response[RelayReply]:
    """Take sealed envelopes of other laptops into custody; the answers are for their owners."""
    return _answer(request, _desk(request).relay(_caller(request), data))


@post("/v1/have", status_code=200, sync_to_thread=True, security=_BEARER)
def have(request: AnyRequest, data: JSONBody[HaveRequest]) -> Response[HaveReply]:
    """Which of these envelopes, and how much of these photos and sounds, the server lacks."""
    return _answer(request, _desk(request).have(_caller(request), data))


@post("/v1/media", status_code=200, sync_to_thread=True, security=_BEARER)
def media(request: AnyRequest, data: JSONBody[MediaChunk]) -> Response[MediaHeld]:
    """The next bytes of a photo or sound, in custody when this answers."""
    return _answer(request, _desk(request).media(_caller(request), data))


@post("/v1/pull", status_code=200, sync_to_thread=True, security=_BEARER)
def pull(request: AnyRequest, data: JSONBody[PullRequest]) -> Response[PullReply]:
    """A page of the caller's own stream."""
    return _answer(request, _desk(request).pull(_caller(request), data))


@post("/v1/claim", status_code=200, sync_to_thread=True, security=_BEARER)
def claim(request: AnyRequest, data: JSONBody[ClaimRequest]) -> Response[ClaimReply]:
    """Who else is, or was in the last two hours, at this family's door."""
    return _answer(request, _desk(request).claim(_caller(request), data))


@get("/v1/content/{sha256:str}", sync_to_thread=True, media_type=OCTETS, security=_BEARER)
def content(request: AnyRequest, sha256: FromPath[str]) -> Stream:
    """A questionnaire's XML or media by content hash; ``Range: bytes=N-`` resumes."""
    active(_caller(request))
    operation = _desk(request).operation
    with operation.store.reading() as transaction:
        size = transaction.questionnaires.content_size(sha256)
    if size is None:
        raise KnownError("no_content", "There is no content with this hash.")
    start = _range_start(request.headers.get("range"), size)
    headers = {"accept-ranges": "bytes", "content-length": str(size - start)}
    if start:
        headers["content-range"] = f"bytes {start}-{size - 1}/{size}"
    return Stream(
        _pieces(operation, sha256, start),
        status_code=206 if start else 200,
        media_type=OCTETS,
        headers=headers,
    )


_ROUTES: tuple[HTTPRouteHandler, ...] = (
    health,
    enrol,
    challenge,
    hello,
    push,
    relay,
    have,
    media,
    pull,
    claim,
    content,
    watching.ready,
    watching.metrics,
)
_PROBLEMS: Mapping[int, ResponseSpec] = MappingProxyType(
    {
        status: ResponseSpec(Problem, description=about, generate_examples=False)
        for status, about in {
            400: "not of the shape that this document tells",
            401: "no session, or none any more",
            403: "closed, or not yours",
            404: "unknown",
            409: "used already",
            410: "expired",
            413: "too large",
            415: "an encoding that is not spoken here",
            416: "behind the end",
            426: "the program is too old for downloads",
            500: "a fault of the server",
            503: "not now: the disk is full, or the server stops",
        }.items()
    }
)
"""What every route may answer besides; for the description of the interface."""


def make_app(desk: Desk, *, watch: Watch | None = None) -> Litestar:
    """The application over an open operation; closing that is the caller's."""
    for handler in _ROUTES:
        handler.responses = {**_PROBLEMS, **(handler.responses or {})}
    return Litestar(
        route_handlers=list(_ROUTES),
        state=State({"desk": desk, "watch": watch or Watch()}),
        middleware=[WireFormat],
        request_max_body_size=MAX_MESSAGE_BYTES,
        exception_handlers={
            KnownError: _known_error,
            HTTPException: _http_error,
            RecursionError: _too_deep,
            Exception: _fault,
        },
        after_response=_log_request,
        before_request=_start_clock,
        openapi_config=OpenAPIConfig(
            title="Enumerator",
            version="1",
            # No page that would load scripts from elsewhere: just the description.
            render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
            components=Components(
                security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}
            ),
        ),
        logging_config=None,
        debug=False,
    )


def _desk(request: AnyRequest) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def _caller(request: AnyRequest) -> Caller:
    caller = _desk(request).caller(request.headers.get("authorization", ""))
    request.state["account_id"] = caller.account.account_id
    return caller


def _answer(request: AnyRequest, value: Content, status_code: int = 200) -> Response[Content]:
    accept = request.headers.get("accept", "")
    media_type = FRAMEWORK_MSGPACK if MSGPACK in accept or FRAMEWORK_MSGPACK in accept else JSON
    return Response(value, media_type=media_type, status_code=status_code)


def _pieces(operation: Operation, sha256: str, start: int) -> Iterator[bytes]:
    """Read piece by piece: no transaction stays open while a slow link drains one."""
    position = start
    while True:
        with operation.store.reading() as transaction:
            piece = next(transaction.questionnaires.content(sha256, position), b"")
        if not piece:
            return
        position += len(piece)
        yield piece


def _range_start(header: str | None, size: int) -> int:
    """Only ``bytes=N-`` is spoken; anything else gets the whole."""
    if header is None or not header.startswith("bytes=") or not header.endswith("-"):
        return 0
    digits = header[len("bytes=") : -1]
    if not digits.isascii() or not digits.isdigit():
        return 0
    start = int(digits)
    if start >= size:
        raise KnownError("bad_range", "The range begins behind the end of the content.")
    return start


def _known_error(request: AnyRequest, error: KnownError) -> Response[Problem]:
    status, problem = told(error, f"{request.method} {request.scope['path']}")
    reply = _answer(request, problem, status)
    if status == HTTP_503_SERVICE_UNAVAILABLE:
        reply.headers["retry-after"] = str(RETRY_AFTER_S)
    return reply


def _http_error(request: AnyRequest, error: HTTPException) -> Response[Problem]:
    code = {404: "not_found", 405: "not_allowed", 413: "too_large"}.get(
        error.status_code, "bad_request"
    )
    text = error.detail
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        places = [str(one.get("key", "")) for one in error.extra if isinstance(one, dict)]
        text = "The request does not have the shape that /schema tells: " + ", ".join(places)
    return _answer(request, Problem(code=code, text=text), error.status_code)


def _too_deep(request: AnyRequest, _error: RecursionError) -> Response[Problem]:
    """Of a body that nests a hundred thousand times: its fault, not ours."""
    return _answer(request, Problem(code="bad_request", text="The request nests too deep."), 400)


def _fault(request: AnyRequest, error: Exception) -> Response[Problem]:
    status, problem = told(error, f"{request.method} {request.scope['path']}")
    return _answer(request, problem, status)


async def _start_clock(request: AnyRequest) -> None:
    request.state["started"] = time.monotonic()


async def _log_request(request: AnyRequest) -> None:
    started = request.state.get("started", time.monotonic())
    log.info(
        "%s %s account=%s %d ms",
        request.method,
        request.scope["path"],
        request.state.get("account_id", "-"),
        (time.monotonic() - started) * 1000,
    )

"""For whoever runs the server: is it ready, and its numbers."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable
from datetime import datetime

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.openapi.datastructures import ResponseSpec

from enumerator.errors import KnownError
from sync.protocol import Problem, ReadyReply
from sync.server.desk import Desk
from sync.server.metering import render, sample

LEAST_FREE_BYTES = 100_000_000
"""Below this a push may fail any moment, and the office has to act."""
_TEXT = "text/plain; version=0.0.4"
"""The framework adds the charset."""
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")

AnyRequest = Request[None, None, State]


class Watch:
    """Who may see the numbers, and what only the program around the routes knows."""

    def __init__(self, token: str = "", certificate_s: Callable[[], float] | None = None) -> None:
        self._token = token
        self._certificate_s = certificate_s

    def check(self, request: AnyRequest) -> None:
        """KnownError ``not_yours``. Without a token: this machine only, and nobody who comes
        through a proxy on it."""
        if self._token:
            _, _, given = request.headers.get("authorization", "").partition(" ")
            if hmac.compare_digest(given.strip().encode(), self._token.encode()):
                return
        elif _is_own_machine(request):
            return
        raise KnownError("not_yours", "The numbers are for this machine, or for the token's owner.")

    def present(self, desk: Desk) -> dict[str, float]:
        """Gauges that are read when they are asked for."""
        operation = desk.operation
        with operation.store.reading() as transaction:
            safe_point = transaction.fact("safe_point")
            backed_up_at = transaction.fact("backed_up_at")
            found: dict[str, float] = {"enumerator_last_point": transaction.last_point()}
        if isinstance(safe_point, int):
            found["enumerator_safe_point"] = safe_point
        if isinstance(backed_up_at, str):
            age = operation.clock.now() - datetime.fromisoformat(backed_up_at)
            found["enumerator_backup_age_seconds"] = age.total_seconds()
        room = operation.store.room()
        found["enumerator_database_bytes"] = room.size_bytes
        if room.free_bytes is not None:
            found["enumerator_disk_free_bytes"] = room.free_bytes
        if self._certificate_s is not None:
            found[sample("enumerator_certificate_seconds")] = self._certificate_s()
        return found


@get(
    "/v1/ready",
    sync_to_thread=True,
    responses={503: ResponseSpec(Problem, description="no_space, store_fault, stopping")},
)
def ready(request: AnyRequest) -> Response[ReadyReply]:
    """Whether a push would be taken now: the store answers and its disk has room."""
    desk: Desk = request.app.state.desk
    with desk.operation.store.reading() as transaction:
        transaction.last_point()
    free = desk.operation.store.room().free_bytes
    if free is not None and free < LEAST_FREE_BYTES:
        raise KnownError("no_space", "The server's disk is nearly full. Free some room.")
    return Response(ReadyReply(status="ready"))


@get(
    "/metrics",
    sync_to_thread=True,
    media_type=_TEXT,
    responses={403: ResponseSpec(Problem, description="not_yours")},
)
def metrics(request: AnyRequest) -> Response[str]:
    """Numbers in Prometheus's text format, without a word about people."""
    watch: Watch = request.app.state.watch
    watch.check(request)
    desk: Desk = request.app.state.desk
    collected = desk.metrics.collected()
    numbers = {**collected.totals, **collected.present, **watch.present(desk)}
    return Response(render(numbers), media_type=_TEXT)


def _is_own_machine(request: AnyRequest) -> bool:
    client = request.scope.get("client")
    if client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(client[0].partition("%")[0]).is_loopback
    except ValueError:
        return False

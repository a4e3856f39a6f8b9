"""How many interviews a second: clients in processes of their own, all sealed before they start."""

from __future__ import annotations

import multiprocessing
import re
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

from enumerator.errors import KnownError
from sync.bench.messages import Sealer
from sync.bench.site import Officer
from sync.client.transport import HttpTransport
from sync.compression import ACCEPTED, DICTIONARY, THOROUGH, ZSTD, compress, decompress
from sync.protocol import (
    MSGPACK,
    ChallengeReply,
    ChallengeRequest,
    HelloReply,
    PushReply,
    PushRequest,
    pack,
    unpack,
)

CLIENTS = 4
_BLOCK_BYTES = 256 * 1024
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Order:
    """A client's whole work; ``batch``: interviews in a push."""

    address: str
    officer: Officer
    families: Sequence[str]
    instances: Sequence[bytes]
    batch: int


def rate(orders: Sequence[Order]) -> float:
    """Interviews a second, from the first client's start to the last one's end."""
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, ProcessPoolExecutor(len(orders), context) as pool:
        barrier = manager.Barrier(len(orders))
        spans = list(pool.map(push_all, orders, [barrier] * len(orders)))
    return sum(len(order.families) for order in orders) / (
        max(end for _, end in spans) - min(begin for begin, _ in spans)
    )


def push_all(order: Order, barrier: Any) -> tuple[float, float]:
    """When it began and ended. Everything is sealed, packed and compressed before: on the road
    each laptop has a processor of its own. KnownError ``bench_failed`` when something was not
    applied."""
    sealer = order.officer.sealer
    sealed = [
        sealer.interview(family_id, instance)[1]
        for family_id, instance in zip(order.families, cycle(order.instances))
    ]
    pushes = [
        compress(
            pack(PushRequest(envelopes=sealed[start : start + order.batch])), DICTIONARY, THOROUGH
        )
        for start in range(0, len(sealed), order.batch)
    ]
    transport = HttpTransport(order.address)
    token = say_hello(transport, sealer).token
    transport.close()
    requests = [_head(token, len(push)) + push for push in pushes]
    parts = urlsplit(order.address)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        barrier.wait()
        begun = time.time()
        answers = [_answered(connection, request) for request in requests]
        ended = time.time()
    for answer in answers:
        _check(answer)
    return begun, ended


def say_hello(transport: HttpTransport, sealer: Sealer, cursor: int = 0) -> HelloReply:
    nonce = transport.call(
        "/v1/challenge", ChallengeRequest(device_id=sealer.device_id), ChallengeReply
    ).nonce
    return transport.call("/v1/hello", sealer.hello(nonce, cursor), HelloReply)


def _head(token: str, size_bytes: int) -> bytes:
    lines = (
        "POST /v1/push HTTP/1.1",
        "Host: server",
        f"Content-Type: {MSGPACK}",
        f"Content-Encoding: {ZSTD}",
        f"Content-Length: {size_bytes}",
        f"Accept: {MSGPACK}",
        f"Accept-Encoding: {ACCEPTED}",
        f"Authorization: Bearer {token}",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()


def _answered(connection: socket.socket, request: bytes) -> bytes:
    """Head and body as they came, which are looked at when the clock has stopped: what is
    measured are the server's processors, which a client in Python would share."""
    connection.sendall(request)
    found = b""
    while not _is_whole(found):
        block = connection.recv(_BLOCK_BYTES)
        if not block:
            raise KnownError("bench_failed", "The server closed the connection.")
        found += block
    return found


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return bool(end) and length is not None and len(body) >= int(length[1])


def _check(answer: bytes) -> None:
    """KnownError ``bench_failed`` unless everything was applied."""
    head, _, data = answer.partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    if status != HTTPStatus.OK:
        raise KnownError("bench_failed", f"The server answered {status}.")
    if f"content-encoding: {ZSTD}".encode() in head.lower():
        data = decompress(data)
    for result in unpack(data, PushReply).results:
        if (result.status, result.reason) != ("stored", ""):
            raise KnownError("bench_failed", f"An interview was {result.status}: {result.reason}.")

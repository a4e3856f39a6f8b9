"""How many interviews a second: clients in processes of their own, all sealed before they start."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from itertools import cycle
from typing import Any

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
    connection = HTTPConnection(order.address.removeprefix("http://"))
    barrier.wait()
    begun = time.time()
    for push in pushes:
        _push(connection, token, push)
    ended = time.time()
    connection.close()
    return begun, ended


def say_hello(transport: HttpTransport, sealer: Sealer, cursor: int = 0) -> HelloReply:
    nonce = transport.call(
        "/v1/challenge", ChallengeRequest(device_id=sealer.device_id), ChallengeReply
    ).nonce
    return transport.call("/v1/hello", sealer.hello(nonce, cursor), HelloReply)


def _push(connection: HTTPConnection, token: str, push: bytes) -> None:
    headers = {
        "Content-Type": MSGPACK,
        "Content-Encoding": ZSTD,
        "Accept": MSGPACK,
        "Accept-Encoding": ACCEPTED,
        "Authorization": f"Bearer {token}",
    }
    connection.request("POST", "/v1/push", push, headers)
    answer = connection.getresponse()
    data = answer.read()
    if answer.status != HTTPStatus.OK:
        raise KnownError("bench_failed", f"The server answered {answer.status}.")
    if answer.getheader("Content-Encoding") == ZSTD:
        data = decompress(data)
    for result in unpack(data, PushReply).results:
        if (result.status, result.reason) != ("stored", ""):
            raise KnownError("bench_failed", f"An interview was {result.status}: {result.reason}.")

"""How many interviews a second: clients in processes of their own, all sealed before they start."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from enumerator.errors import KnownError
from enumerator.store.envelope import Envelope
from sync.bench.messages import Sealer
from sync.bench.site import Officer
from sync.client.transport import HttpTransport
from sync.protocol import ChallengeReply, ChallengeRequest, HelloReply, PushReply, PushRequest

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
    """When it began and ended. KnownError ``bench_failed`` when something was not applied."""
    sealer = order.officer.sealer
    sealed = [
        sealer.interview(family_id, instance)[1]
        for family_id, instance in zip(order.families, cycle(order.instances))
    ]
    transport = HttpTransport(order.address)
    token = say_hello(transport, sealer).token
    barrier.wait()
    begun = time.time()
    for start in range(0, len(sealed), order.batch):
        _push(transport, token, sealed[start : start + order.batch])
    ended = time.time()
    transport.close()
    return begun, ended


def say_hello(transport: HttpTransport, sealer: Sealer, cursor: int = 0) -> HelloReply:
    nonce = transport.call(
        "/v1/challenge", ChallengeRequest(device_id=sealer.device_id), ChallengeReply
    ).nonce
    return transport.call("/v1/hello", sealer.hello(nonce, cursor), HelloReply)


def _push(transport: HttpTransport, token: str, envelopes: list[Envelope]) -> None:
    reply = transport.call("/v1/push", PushRequest(envelopes=envelopes), PushReply, token)
    for result in reply.results:
        if (result.status, result.reason) != ("stored", ""):
            raise KnownError("bench_failed", f"An interview was {result.status}: {result.reason}.")

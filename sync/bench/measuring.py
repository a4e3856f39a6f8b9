"""The figures of one store: what a session costs, and how that grows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from enumerator.store import CaseFilter
from sync.bench import pushing
from sync.bench.laptop import finalise, laptop, synchronise
from sync.bench.link import SlowLink
from sync.bench.site import Officer, ServerProcess, Site
from sync.client.transport import HttpTransport
from sync.compression import DICTIONARY, THOROUGH, compress
from sync.protocol import PullReply, PullRequest, PushReply, PushRequest, pack

Row = dict[str, Any]

BITS_PER_S, ROUND_TRIP_S = 20_000, 0.6
_SLOW_INTERVIEWS = 10
_REPEATS = 15


@dataclass(frozen=True, slots=True)
class Sizes:
    """``frame``: families of the operation; ``listed``: of one officer; ``batched``, ``single``:
    interviews of each client; ``chain``: interviews that a laptop sent before it says hello."""

    frame: int
    chain: int
    listed: int
    batched: int
    single: int


FULL = (Sizes(10_000, 50, 500, 1000, 150), Sizes(100_000, 500, 500, 1000, 150))
QUICK = (Sizes(600, 5, 50, 40, 10), Sizes(1_200, 50, 50, 40, 10))
SEED = 2020


def measure_site(root: Path, address: str | None, sizes: Sizes, instances: Sequence[bytes]) -> Row:
    """``address``: of an empty database; None is SQLite in ``root``."""
    site = Site(root, address, families=sizes.frame, seed=SEED)
    listing, chain = site.officers(2, sizes.listed)
    batched = site.officers(pushing.CLIENTS, sizes.batched)
    single = site.officers(pushing.CLIENTS, sizes.single)
    code = site.code("ppl-laptop", sizes.listed)
    server = ServerProcess(site, *(("--workers", "2") if address is not None else ()))
    try:
        found = _list(server.address, listing, instances)
        found |= _laptop(root / "laptop", server.address, code, instances)
        found |= _hello(server.address, chain, sizes.chain, instances)
        for name, officers, batch in (("batched", batched, 64), ("single", single, 1)):
            orders = [
                pushing.Order(server.address, officer, officer.families, instances, batch)
                for officer in officers
            ]
            found[f"{name}_per_s"] = pushing.rate(orders)
    finally:
        server.stop()
    return found


def _list(address: str, officer: Officer, instances: Sequence[bytes]) -> Row:
    """The first download of an officer's list, then the list after one change."""
    transport = HttpTransport(address)
    token = pushing.say_hello(transport, officer.sealer).token
    before, cursor, more, seconds = transport.bytes_down, 0, True, 0.0
    while more:
        page, taken = _timed_pull(transport, cursor, token)
        cursor, more, seconds = page.cursor, page.more, seconds + taken
    found: Row = {
        "list_first_bytes": transport.bytes_down - before,
        "list_first_server_s": seconds,
    }
    visit = officer.sealer.interview(officer.families[0], instances[0])[0]
    transport.call("/v1/push", PushRequest(envelopes=[visit]), PushReply, token)
    before = transport.bytes_up + transport.bytes_down
    times = [_timed_pull(transport, cursor, token)[1] for _ in range(_REPEATS)]
    found["list_change_ms"] = statistics.median(times) * 1000
    found["list_change_bytes"] = (transport.bytes_up + transport.bytes_down - before) / _REPEATS
    transport.close()
    return found


def _timed_pull(transport: HttpTransport, cursor: int, token: str) -> tuple[PullReply, float]:
    begun = time.perf_counter()
    reply = transport.call("/v1/pull", PullRequest(cursor=cursor), PullReply, token)
    return reply, time.perf_counter() - begun


def _laptop(folder: Path, address: str, code: str, instances: Sequence[bytes]) -> Row:
    """A real laptop's first session, and ten interviews over a slow link."""
    with laptop(folder, address, code) as store:
        found: Row = {"list_first_laptop_s": synchronise(store, address)}
        families = store.caseload.ids(CaseFilter())[:_SLOW_INTERVIEWS]
        rows = store.caseload.page(families)
        finalise(store, [row.family_id for row in rows], cycle(instances))
        link = SlowLink(address, BITS_PER_S, ROUND_TRIP_S)
        found["slow_link_s"] = synchronise(store, link.address)
        found["slow_link_bytes_up"] = link.bytes_up
        found["slow_link_bytes_down"] = link.bytes_down
        link.close()
    return found


def _hello(address: str, officer: Officer, chain: int, instances: Sequence[bytes]) -> Row:
    """Of a laptop that has sent ``chain`` interviews and visits."""
    transport = HttpTransport(address)
    token = pushing.say_hello(transport, officer.sealer).token
    for family_id, instance in zip(islice(officer.families, chain), cycle(instances)):
        pair = officer.sealer.interview(family_id, instance)
        transport.call("/v1/push", PushRequest(envelopes=pair), PushReply, token)
    up, down, times = transport.bytes_up, transport.bytes_down, []
    for _ in range(_REPEATS):
        begun = time.perf_counter()
        pushing.say_hello(transport, officer.sealer)
        times.append(time.perf_counter() - begun)
    transport.close()
    return {
        "hello_ms": statistics.median(times) * 1000,
        "hello_bytes_up": (transport.bytes_up - up) / _REPEATS,
        "hello_bytes_down": (transport.bytes_down - down) / _REPEATS,
    }


def weights(instances: Sequence[bytes], officer: Officer) -> Row:
    """Bytes of bodies up, for each interview: in a push of ten and alone; with its visit too."""
    pairs = [
        officer.sealer.interview(family_id, instance)
        for family_id, instance in zip(officer.families, instances, strict=False)
    ]
    alone = [[pair[1]] for pair in pairs]
    return {
        "xml_bytes": round(statistics.mean(map(len, instances))),
        "interview_bytes": _weight(alone, 10, DICTIONARY),
        "interview_alone_bytes": _weight(alone, 1, DICTIONARY),
        "with_visit_bytes": _weight(pairs, 10, DICTIONARY),
        "without_dictionary_bytes": _weight(alone, 10, 0),
        "alone_without_dictionary_bytes": _weight(alone, 1, 0),
    }


def _weight(groups: Sequence[Sequence[Any]], together: int, dictionary: int) -> int:
    total = 0
    for start in range(0, len(groups), together):
        envelopes = [one for group in groups[start : start + together] for one in group]
        push = pack(PushRequest(envelopes=envelopes))
        total += len(compress(push, dictionary, THOROUGH))
    return round(total / len(groups))

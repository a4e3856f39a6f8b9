"""Counters for whoever watches the server, in Prometheus's text format; no personal data.

Everything that is counted adds up, so that the numbers of several processes are one sum: each
writes its own to a file (:class:`SharedMetrics`), and whoever is asked adds the others'.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_FRESH_S = 10.0
"""What a process says of its present moment is forgotten after this."""

FAMILIES: Mapping[str, tuple[str, str]] = {
    "enumerator_requests_total": ("counter", "Requests answered, by route and status"),
    "enumerator_request_seconds": ("histogram", "From the first header to the last byte"),
    "enumerator_requests_running": ("gauge", "Requests that are being answered"),
    "enumerator_received_bytes_total": ("counter", "Bodies of requests as they travelled"),
    "enumerator_sent_bytes_total": ("counter", "Bodies of answers as they travelled"),
    "enumerator_envelopes_total": ("counter", "Envelopes taken, by status and reason"),
    "enumerator_sessions_total": ("counter", "Sessions begun, by the verdict on the chain"),
    "enumerator_write_seconds": ("histogram", "Writing transactions, from their turn to the disk"),
    "enumerator_writers_waiting": ("gauge", "Writers that wait for their turn"),
    "enumerator_backup_age_seconds": ("gauge", "Since the last finished backup"),
    "enumerator_safe_point": ("gauge", "What has a smaller point is in a backup"),
    "enumerator_last_point": ("gauge", "The newest point"),
    "enumerator_database_bytes": ("gauge", "Size of the database"),
    "enumerator_disk_free_bytes": ("gauge", "Room beside the embedded database"),
    "enumerator_certificate_seconds": ("gauge", "Until the TLS certificate expires"),
}
"""Name → type and help."""


class Snapshot(msgspec.Struct, frozen=True, array_like=True):
    """Numbers of one process, by sample (name and labels as they are printed)."""

    totals: dict[str, float]
    present: dict[str, float]
    """Of this moment: running requests, waiting writers."""


class Metrics:
    """Of one process; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._totals: defaultdict[str, float] = defaultdict(float)
        self._present: defaultdict[str, float] = defaultdict(float)

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        with self._lock:
            self._totals[sample(name, **labels)] += amount

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        with self._lock:
            for bound in BUCKETS_S:
                le = f"{bound:g}"
                self._totals[sample(f"{name}_bucket", **labels, le=le)] += seconds <= bound
            self._totals[sample(f"{name}_bucket", **labels, le="+Inf")] += 1
            self._totals[sample(f"{name}_sum", **labels)] += seconds
            self._totals[sample(f"{name}_count", **labels)] += 1

    def shift(self, name: str, step: int) -> None:
        """Move a gauge of this moment."""
        with self._lock:
            self._present[name] += step

    def snapshot(self) -> Snapshot:
        with self._lock:
            return Snapshot(dict(self._totals), dict(self._present))

    def collected(self) -> Snapshot:
        """Of all processes that serve together."""
        return self.snapshot()

    def publish(self) -> None:
        """Let the other processes know; called about once a second."""


class SharedMetrics(Metrics):
    """One of several processes; ``folder`` is theirs in common."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._own = folder / f"{os.getpid()}.numbers"

    def publish(self) -> None:
        draft = self._own.with_suffix(".part")
        with contextlib.suppress(OSError):  # a full disk must not stop the server
            draft.write_bytes(msgspec.msgpack.encode(self.snapshot()))
            draft.replace(self._own)

    def collected(self) -> Snapshot:
        """Totals of processes that ended count on: a counter never falls."""
        found = self.snapshot()
        totals = defaultdict(float, found.totals)
        present = defaultdict(float, found.present)
        for path in self._folder.glob("*.numbers"):
            if path == self._own:
                continue
            try:
                other = msgspec.msgpack.decode(path.read_bytes(), type=Snapshot)
                is_fresh = time.time() - path.stat().st_mtime < _FRESH_S
            except (OSError, ValueError):
                continue
            for name, value in other.totals.items():
                totals[name] += value
            for name, value in other.present.items():
                present[name] += value if is_fresh else 0
        return Snapshot(dict(totals), dict(present))


def sample(name: str, **labels: str) -> str:
    """A name with its labels as the format writes them."""
    if not labels:
        return name
    pairs = ",".join(f'{key}="{_escaped(value)}"' for key, value in sorted(labels.items()))
    return f"{name}{{{pairs}}}"


def render(numbers: Mapping[str, float]) -> str:
    """The text of a scrape. Only names of :data:`FAMILIES` are told."""
    by_family: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for name, value in numbers.items():
        by_family[_family(name)].append((name, value))
    return "".join(_lines(family, by_family[family]) for family in FAMILIES)


def _lines(family: str, samples: list[tuple[str, float]]) -> str:
    kind, about = FAMILIES[family]
    head = f"# HELP {family} {about}.\n# TYPE {family} {kind}\n"
    return head + "".join(f"{name} {value:.17g}\n" for name, value in _in_order(samples))


def _in_order(samples: list[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    """A histogram's buckets from the least on, as the format asks."""

    def place(one: tuple[str, float]) -> tuple[str, float]:
        before, mark, rest = one[0].partition('le="')
        if not mark:
            return one[0], 0.0
        bound, _, after = rest.partition('"')
        return before + after, float(bound)

    yield from sorted(samples, key=place)


def _family(name: str) -> str:
    plain = name.partition("{")[0]
    for ending in ("_bucket", "_sum", "_count"):
        base = plain.removesuffix(ending)
        if base != plain and FAMILIES.get(base, ("", ""))[0] == "histogram":
            return base
    return plain


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

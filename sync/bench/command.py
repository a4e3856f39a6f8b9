"""``enumerator bench sync``: what synchronising costs on this computer, on both stores.

Everything between real processes over loopback, with invented families; the two sizes tell how the
figures grow when the frame and what a laptop has sent grow tenfold.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from enumerator.bench.tables import aligned, figure, ratio_of, times
from sync.bench.interviews import interviews
from sync.bench.measuring import FULL, QUICK, SEED, Row, measure_site, weights
from sync.bench.messages import Sealer
from sync.bench.postgres import binaries, own_database
from sync.bench.site import Officer

_INSTANCES = 40
_LINES = (
    ("interviews applied, pushes of 64", "batched_per_s", "/s"),
    ("interviews applied, one by one", "single_per_s", "/s"),
    ("list of an officer, first: bytes", "list_first_bytes", ""),
    ("  at the server", "list_first_server_s", "s"),
    ("  on the laptop, whole session", "list_first_laptop_s", "s"),
    ("list with one family changed", "list_change_ms", "ms"),
    ("  bytes both ways", "list_change_bytes", ""),
    ("hello", "hello_ms", "ms"),
    ("  bytes up", "hello_bytes_up", ""),
    ("  bytes down", "hello_bytes_down", ""),
    ("10 interviews, 20 kbit/s, 600 ms", "slow_link_s", "s"),
    ("  bytes up, heads of requests too", "slow_link_bytes_up", ""),
    ("  bytes down", "slow_link_bytes_down", ""),
)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="enumerator bench sync", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: does it work at all?")
    parser.add_argument("--json", action="store_true", help="the figures only, as JSON")
    parser.add_argument(
        "--database",
        nargs=2,
        metavar=("SMALL", "LARGE"),
        help="addresses of two empty PostgreSQL databases, in place of a server of its own",
    )
    options = parser.parse_args(list(arguments))
    report = measure(options.database, quick=options.quick)
    if not options.json:
        sys.stdout.write(_told(report))
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


def measure(addresses: Sequence[str] | None, *, quick: bool) -> dict[str, Any]:
    instances = list(interviews(8 if quick else _INSTANCES, SEED + 1))
    report: dict[str, Any] = {
        "machine": {
            "system": platform.platform(),
            "processors": os.cpu_count(),
            "python": platform.python_version(),
        },
        "sizes": [asdict(sizes) for sizes in (QUICK if quick else FULL)],
        "bytes": _weights(instances),
        "postgres_absent": "",
        "stores": {},
    }
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)  # PostgreSQL's own user passes through
        report["stores"]["sqlite"] = _both(root / "sqlite", [None, None], instances, quick=quick)
        with _databases(root / "postgres", addresses) as databases:
            if databases:
                found = _both(root / "on-postgres", databases, instances, quick=quick)
                report["stores"]["postgres"] = found
            else:
                report["postgres_absent"] = (
                    "there is no PostgreSQL here: install the dev extra or PostgreSQL's server, "
                    "or name two empty databases with --database"
                )
    return report


def _both(
    root: Path, addresses: Sequence[str | None], instances: Sequence[bytes], *, quick: bool
) -> dict[str, Any]:
    rows: list[Row] = []
    for number, sizes in enumerate(QUICK if quick else FULL):
        sys.stderr.write(f"{root.name}: {sizes.frame} families\n")
        folder = root / str(number)
        folder.mkdir(parents=True)
        rows.append(measure_site(folder, addresses[number], sizes, instances))
    small, large = rows
    return {
        "small": small,
        "large": large,
        "growth": {name: ratio_of(small[name], large[name]) for name in large},
    }


@contextlib.contextmanager
def _databases(home: Path, addresses: Sequence[str] | None) -> Iterator[Sequence[str]]:
    programs = binaries()
    if addresses is not None:
        yield addresses
    elif programs is None:
        yield ()
    else:
        with own_database(home, programs) as first:
            second = f"{first}_large"
            with psycopg.connect(first, autocommit=True) as connection:
                connection.execute("CREATE DATABASE enumerator_large TEMPLATE template0")
            yield first, second


def _weights(instances: Sequence[bytes]) -> Row:
    chance = Random(SEED)  # noqa: S311 (people, not secrets)
    ids = [f"{chance.getrandbits(128):032x}" for _ in range(3)]
    sealer = Sealer(ids[0], ids[1], ids[2], chance.randbytes(32), chance.randbytes(32), chance)
    families = [f"6300-6302022008-{number:03d}" for number in range(len(instances))]
    return weights(instances, Officer("", sealer, families))


def _told(report: dict[str, Any]) -> str:
    stores = report["stores"]
    heading = [""]
    for store in stores:
        heading += [store, f"{store}, tenfold", "grows by"]
    table = [heading]
    for title, name, unit in _LINES:
        row = [title]
        for found in stores.values():
            row += [_figure(found["small"][name], unit), _figure(found["large"][name], unit)]
            row.append(times(found["growth"][name]))
        table.append(row)
    weight = report["bytes"]
    weighed = (
        f"An interview of {weight['xml_bytes']} bytes of XML weighs {weight['interview_bytes']}"
        f" bytes in a push of ten and {weight['interview_alone_bytes']} alone"
        f" (without the dictionary {weight['without_dictionary_bytes']} and"
        f" {weight['alone_without_dictionary_bytes']}); with its visit"
        f" {weight['with_visit_bytes']}."
    )
    lines = [aligned(table), "", weighed]
    if report["postgres_absent"]:
        lines.append(f"PostgreSQL was not measured: {report['postgres_absent']}.")
    return "\n".join([*lines, "", ""])


def _figure(value: float, unit: str) -> str:
    return f"{value:,.0f}{unit}" if unit in ("", "/s") else figure(value, unit)

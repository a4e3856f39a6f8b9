"""How fast 100,000 families are listed, searched and paged: ``python -m tests.bench.caseload``.

Also prints what one journaled answer costs (WAL, synchronous=FULL) and what a page of the feed
takes. Figures are of this machine; the budget is that of a field laptop with a spinning disk.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from enumerator.model import AreaCode, CaseState
from enumerator.store import CaseFilter
from tests.store.builders import STREAM, Laptop, case, family_id

NAMES = ("Ahmad", "Siti", "Budi", "Rahmah", "Noor", "Iskandar", "Mahyuni", "Syahrani")
STREETS = ("Keramat Raya", "Martapura Lama", "Sungai Andai", "Veteran", "Pramuka", "Belitung")
PAGE = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        laptop = Laptop(Path(folder, "officer"), role="supervisor")
        fill(laptop, arguments.families)
        measure(laptop, arguments.families)
        laptop.store.close()


def fill(laptop: Laptop, families: int) -> None:
    dice = random.Random(63)  # noqa: S311 (reproducible)
    started = time.perf_counter()
    for first in range(1, families + 1, 500):
        rows = [
            case(
                number,
                counter=number,
                head_name=f"{dice.choice(NAMES)} {dice.choice(NAMES)} {number}",
                address=f"Jl. {dice.choice(STREETS)} No. {dice.randint(1, 300)}",
                sls=f"RT {dice.randint(1, 40):03} RW {dice.randint(1, 9):03}",
                village=f"63.{dice.randint(1, 13):02}.{dice.randint(1, 12):02}.{2001 + number % 9}",
                officer=f"acc-{number % 640:03}",
                members=1,
            )
            for number in range(first, min(first + 500, families + 1))
        ]
        laptop.store.inbox.apply_page(STREAM, rows, rows[-1].counter)
    seconds = time.perf_counter() - started
    print(f"feed of {families} families: {seconds:.1f} s, {seconds / families * 1e6:.0f} µs a row")


def measure(laptop: Laptop, families: int) -> None:
    caseload = laptop.store.caseload
    ids = caseload.ids()
    middle = ids[len(ids) // 2 : len(ids) // 2 + PAGE]
    some = family_id(families // 2)
    draft = laptop.draft(some)
    filters = {
        "reload by address": CaseFilter(),
        "reload by head": CaseFilter(sort="head"),
        "reload by state": CaseFilter(sort="state"),
        "reload by last visit": CaseFilter(sort="last_visit"),
        "reload by officer": CaseFilter(sort="officer"),
        "filter: one regency": CaseFilter(area=AreaCode("63.02")),
        "filter: one state": CaseFilter(states=frozenset({CaseState.NOT_VISITED})),
        "filter: unsent": CaseFilter(unsent_only=True),
        "search: a frequent name": CaseFilter(text="rahmah"),
        "search: name and street": CaseFilter(text="siti keramat"),
        "search: two letters": CaseFilter(text="rt si"),
        "search: family id": CaseFilter(text=str(some)),
        "search: end of card number": CaseFilter(text="59123"),
    }
    for name, chosen in filters.items():
        report(name, lambda chosen=chosen: caseload.ids(chosen))  # type: ignore[misc]  # bound
    report("page of 200", lambda: caseload.page(middle))
    report("counts by state", caseload.counts)
    report("areas", caseload.areas)
    report(
        "one answer to the disk",
        lambda: laptop.store.interviews.append(draft, "answer", "/data/a", "1", "t"),
        times=200,
    )
    report("one visit recorded and sealed", lambda: laptop.visit(some), times=50)


def report(name: str, act: Callable[[], object], times: int = 15) -> None:
    act()
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        spent.append((time.perf_counter() - started) * 1000)
    print(f"{name:32} median {statistics.median(spent):7.2f} ms   worst {max(spent):7.2f} ms")


if __name__ == "__main__":
    main()

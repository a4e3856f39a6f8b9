"""Many sites, in as many processes as there are cores."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.kills.site import Outcome, run_site

KILLS_A_SITE = 125


def outcomes_of(kills: int, seed: int, jobs: int, folder: Path) -> Iterator[Outcome]:
    work: list[tuple[int, int, str]] = []
    while kills > 0:
        share = min(KILLS_A_SITE, kills)
        work.append((seed * 1_000 + len(work), share, str(folder)))
        kills -= share
    if jobs == 1 or len(work) == 1:
        yield from map(run_site, work)
        return
    # Not a Pool: its workers may have no children.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        yield from pool.map(run_site, work)


def summarise(outcomes: Iterator[Outcome]) -> dict[str, object]:
    kills: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        kills += outcome.kills
        counts["sites"] += 1
        counts["saved"] += outcome.saved
        counts["received"] += outcome.received
        counts["lost"] += len(outcome.lost)
        counts["duplicated"] += len(outcome.duplicated)
        counts["others"] += len(outcome.others)
        for breach in (*outcome.lost, *outcome.duplicated, *outcome.others):
            print(breach, flush=True)
    return {
        "ok": not (counts["lost"] or counts["duplicated"] or counts["others"]),
        "kills": kills.total(),
        "killed_servers": sum(n for phase, n in kills.items() if phase.startswith("server")),
        "sites": counts["sites"],
        "saved": counts["saved"],
        "received": counts["received"],
        "lost": counts["lost"],
        "duplicated": counts["duplicated"],
        "other_breaches": counts["others"],
        "killed_in": dict(sorted(kills.items())),
    }

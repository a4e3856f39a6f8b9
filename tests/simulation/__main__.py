"""``python -m tests.simulation --histories N --seed S``: many histories, or one again.

Prints every breach with the seed that shows it (``--replay SEED`` runs that one alone, twice, and
says whether both ran alike), then one line of JSON. Exit status 0 only when nothing was lost,
duplicated or overwritten and every other invariant held.
"""

from __future__ import annotations

import argparse
import json
import logging
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.simulation.history import Outcome, run
from tests.simulation.world import Template

_KINDS = {"I1": "lost", "I2": "duplicated", "I3": "overwritten"}
_template: Template | None = None


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--histories", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1, help="of the first history")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--replay", type=int, help="one seed, alone")
    options = parser.parse_args()
    if options.replay is not None:
        seeds = range(options.replay, options.replay + 1)
    else:
        seeds = range(options.seed, options.seed + options.histories)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="simulation-", dir=_fast_folder()) as folder:
        summary = summarise(_outcomes(seeds, options.jobs, Path(folder)))
    summary["seconds"] = round(time.monotonic() - begun)
    print(json.dumps(summary))
    return 0 if summary["ok"] else 1


def summarise(outcomes: Iterator[Outcome]) -> dict[str, object]:
    steps: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    breaches: Counter[str] = Counter()
    failing: list[int] = []
    histories = envelopes = destroyed = 0
    for outcome in outcomes:
        histories += 1
        steps += outcome.steps
        faults += outcome.faults
        envelopes += outcome.envelopes
        destroyed += outcome.destroyed
        if outcome.breaches:
            failing.append(outcome.seed)
        for breach in outcome.breaches:
            breaches[breach[:2]] += 1
            print(f"seed {outcome.seed}: {breach}", flush=True)
    return {
        "ok": not failing,
        "histories": histories,
        "steps": steps.total(),
        "envelopes": envelopes,
        "faults": faults.total(),
        **{word: breaches[number] for number, word in _KINDS.items()},
        "other_breaches": {k: n for k, n in sorted(breaches.items()) if k not in _KINDS},
        "destroyed_with_their_only_disk": destroyed,
        "failing_seeds": failing[:20],
        "steps_by_kind": dict(sorted(steps.items())),
        "faults_by_kind": dict(sorted(faults.items())),
    }


def _outcomes(seeds: range, jobs: int, folder: Path) -> Iterator[Outcome]:
    if jobs == 1 or len(seeds) == 1:
        _prepare(str(folder))
        yield from map(_run_one, seeds)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(jobs, _prepare, (str(folder),)) as pool:
        yield from pool.imap(_run_one, seeds, chunksize=8)


def _prepare(folder: str) -> None:
    global _template  # one a process
    logging.disable(logging.CRITICAL)
    _template = Template(Path(tempfile.mkdtemp(dir=folder)))


def _run_one(seed: int) -> Outcome:
    assert _template is not None
    folder = _template.root.parent / f"history-{os.getpid()}-{seed}"
    try:
        return run(_template, folder, seed)
    except Exception as error:  # a bug is a breach, of the program or of the simulation
        import traceback

        shutil.rmtree(folder, ignore_errors=True)
        return Outcome(seed, breaches=[f"!! {error!r}\n{traceback.format_exc()}"])


def _fast_folder() -> str | None:
    """Memory where there is some: a power cut is not what is simulated here."""
    shared = Path("/dev/shm")  # noqa: S108
    return str(shared) if shared.is_dir() and os.access(shared, os.W_OK) else None


if __name__ == "__main__":
    sys.exit(main())

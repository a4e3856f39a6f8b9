"""Many histories, in as many processes as there are cores."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.simulation.carriers import CarriedHistory
from tests.simulation.history import History, Outcome, run
from tests.simulation.world import Template

_KINDS = {"I1": "lost", "I2": "duplicated", "I3": "overwritten"}
_COLLECT_AFTER = 100_000
"""Objects. Little of a history is in cycles: to look for them as often as Python does took an
eighth of the time."""
_template: Template | None = None
_kind: type[History] = History


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


def outcomes_of(
    seeds: range, jobs: int, folder: Path, *, with_carriers: bool = False
) -> Iterator[Outcome]:
    if jobs == 1 or len(seeds) == 1:
        _prepare(str(folder), with_carriers)
        yield from map(_run_one, seeds)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(jobs, _prepare, (str(folder), with_carriers)) as pool:
        yield from pool.imap(_run_one, seeds, chunksize=8)


def _prepare(folder: str, with_carriers: bool) -> None:
    global _template, _kind  # one a process
    _kind = CarriedHistory if with_carriers else History
    logging.disable(logging.CRITICAL)
    _template = Template(Path(tempfile.mkdtemp(dir=folder)))
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)


def _run_one(seed: int) -> Outcome:
    assert _template is not None
    folder = _template.root.parent / f"history-{os.getpid()}-{seed}"
    try:
        return run(_template, folder, seed, _kind)
    except Exception as error:  # a bug is a breach, of the program or of the simulation
        shutil.rmtree(folder, ignore_errors=True)
        return Outcome(seed, breaches=[f"!! {error!r}\n{traceback.format_exc()}"])


def fast_folder() -> str | None:
    """Memory where there is some: a power cut is not what is simulated here."""
    shared = Path("/dev/shm")  # noqa: S108
    return str(shared) if shared.is_dir() and os.access(shared, os.W_OK) else None

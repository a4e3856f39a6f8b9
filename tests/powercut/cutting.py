"""Recording the workload, and cutting its trace after every operation."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.powercut.disk import Disk, Operation, read_trace
from tests.powercut.judging import Judge, Told, Verdict
from tests.powercut.workload import ACKNOWLEDGED

Work = tuple[str, str, int, int, int, int]

PREFIX = "officer"
_SHIM = Path(__file__).with_name("shim.c")
_ROOT = Path(__file__).parents[2]
_TURNS = ("upgrade", "salvage", "recover", "wipe")
_NOTHING = Verdict()
_SHOWN = 20
_WHOLE_EVERY = 211
"""Every so many states the whole program's opening is run, not only the database's."""


def record(folder: Path, rounds: int) -> Path:
    """Run the workload under the recording library; the trace's path. SystemExit without a
    compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        raise SystemExit("the recording library needs Linux and a C compiler (cc)")
    shim, trace, root = folder / "shim.so", folder / "trace", folder / "root"
    options = ("-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
    subprocess.run([compiler, *options, "-o", shim, _SHIM, "-ldl", "-lpthread"], check=True)
    root.mkdir()
    environment = {
        **os.environ,
        "LD_PRELOAD": str(shim),
        "POWERCUT_ROOT": str(root),
        "POWERCUT_LOG": str(trace),
        "PYTHONPATH": str(_ROOT),
    }
    command = (sys.executable, "-m", "tests.powercut.workload", root / PREFIX, str(rounds))
    subprocess.run(command, check=True, env=environment, cwd=_ROOT)
    return trace


def cut_everywhere(trace: Path, folder: Path, each: int, seed: int, jobs: int) -> dict[str, object]:
    """``each``: states at every operation; ``jobs`` processes take turns with the operations."""
    totals: Counter[str] = Counter()
    shown = 0
    work = [(str(trace), str(folder), each, seed, job, jobs) for job in range(jobs)]
    for counts, breaches in _in_processes(work):
        totals += counts
        for breach in breaches[: _SHOWN - shown]:
            print(breach, flush=True)
        shown += len(breaches)
    names = ("operations", "states", "distinct", "databases_opened", "opened_as_program", "told")
    return {
        "ok": not (totals["lost"] or totals["answers_lost"] or totals["single"] or shown),
        **{name: totals[name] for name in names},
        "photos": totals["photos"],
        "turns": {turn: totals[f"turn {turn}"] for turn in _TURNS},
        "states_in_turns": {turn: totals[f"states {turn}"] for turn in _TURNS},
        "salvaged_again": totals["salvaged"],
        "lost": totals["lost"],
        "answers_lost": totals["answers_lost"],
        "photos_lost": totals["photos_lost"],
        "second_copy_missing": totals["single"],
        "damaged": totals["damaged"],
    }


def _in_processes(work: list[Work]) -> Iterator[tuple[Counter[str], list[str]]]:
    if len(work) == 1:
        yield from map(_share, work)
        return
    with multiprocessing.get_context("spawn").Pool(len(work)) as pool:
        yield from pool.imap_unordered(_share, work)


def _share(work: Work) -> tuple[Counter[str], list[str]]:
    """Every ``jobs``-th operation, beginning with the ``job``-th."""
    trace, folder, each, seed, job, jobs = work
    scratch = Path(folder) / f"scratch-{job}"
    judge, told, disk = Judge(scratch, PREFIX), Told(), Disk()
    counts: Counter[str] = Counter()
    breaches: list[str] = []
    distinct: set[int] = set()
    for index, operation in enumerate(read_trace(Path(trace))):
        disk.apply(operation)
        if is_told(operation):
            told.hear(operation.data.decode())
            counts["told"] += job == 0
            continue
        if index % jobs != job:
            continue
        counts["operations"] += 1
        for number, random in enumerate(_ways(each, seed, index)):
            left = disk.cut(random, keep=number == 1)
            counts["states"] += 1
            counts[f"states {told.turn}"] += 1
            distinct.add(left.key())
            verdict = judge.judge(left, told)
            counts["lost"] += len(verdict.lost)
            counts["single"] += len(verdict.single)
            counts["answers_lost"] += len(verdict.answers_lost)
            counts["photos_lost"] += len(verdict.photos_lost)
            counts["damaged"] += verdict.damaged
            if verdict != _NOTHING:
                place = f"after operation {index} ({operation.kind} {operation.name})"
                breaches.append(f"{place}, state {number}: {verdict}")
            elif told.records and (
                counts["states"] % _WHOLE_EVERY == 0 or (number < 2 and judge.is_midway(left, told))
            ):
                counts["opened_as_program"] += 1
                try:
                    judge.open_as_the_program_does(left, told)
                except Exception as error:
                    breaches.append(f"after operation {index}, state {number}: {error!r}")
    if job == 0:
        counts["photos"] = len(told.photos)
        counts.update({f"turn {turn}": times for turn, times in told.turns.items()})
    counts["databases_opened"] = judge.opened
    counts["salvaged"] = judge.salvaged
    counts["distinct"] = len(distinct)
    return counts, breaches


def _ways(each: int, seed: int, index: int) -> Iterator[Random | None]:
    """All dropped, all kept, then chance."""
    yield None
    yield None
    for number in range(each - 2):
        yield Random(f"{seed}/{index}/{number}")  # noqa: S311 (a schedule, not a secret)


def is_told(operation: Operation) -> bool:
    return operation.kind == "w" and operation.name == f"{PREFIX}/{ACKNOWLEDGED}"


def fast_folder() -> str | None:
    """Memory where there is some: the disk is simulated anyway."""
    shared = Path("/dev/shm")  # noqa: S108
    return str(shared) if shared.is_dir() and os.access(shared, os.W_OK) else None

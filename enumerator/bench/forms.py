"""``enumerator bench forms``: load, start, answers and memory, side by side with JavaRosa.

Every form is measured in child processes of its own: one that has nothing cached, one that finds
the lists imported and then does the same twice more. JavaRosa does it three times in one JVM.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from enumerator.bench.javarosa import JavaRosa
from enumerator.bench.measuring import measure, read_script
from enumerator.bench.subjects import FULL, QUICK, Subject, Subjects
from enumerator.errors import KnownError
from enumerator.xform import FolderMedia

OURS, PEER = "enumerator", "JavaRosa"
RUNS = 3  # the third is the warm one
LIMIT_S = 600.0

Row = dict[str, Any]


def measure_forms(
    material: Path | None, *, quick: bool = False, said: Callable[[str], None] = lambda _text: None
) -> dict[str, Any]:
    """Everything as plain data: "machine", "peer" (why it is missing, or ""), "rows"."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peer = JavaRosa(material, folder / "classes")
        rows: list[Row] = []
        for subject in Subjects(folder, material, QUICK if quick else FULL).all():
            said(f"{subject.name} {subject.size}")
            rows += _ours(subject, folder / "cache" / f"{subject.group}-{subject.size}")
            if not peer.absence:
                rows += _peers(peer, subject)
    machine = {
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
    }
    return {"machine": machine, "peer_absent": peer.absence, "rows": rows}


def _ours(subject: Subject, cache: Path) -> list[Row]:
    cache.mkdir(parents=True)
    first = _child(subject, cache, 1)[0]
    runs = _child(subject, cache, RUNS)
    fresh, warm = runs[0], runs[-1]
    rows = [_row(subject, OURS, "fresh", fresh), _row(subject, OURS, "warm", warm)]
    for row, run in zip(rows, (fresh, warm), strict=True):
        row["cached_load_ms"], row["cached_start_ms"] = run["load_ms"], run["start_ms"]
    # Without anything cached there is no third time.
    rows[0]["load_ms"], rows[0]["start_ms"] = first["load_ms"], first["start_ms"]
    rows[1]["load_ms"] = rows[1]["start_ms"] = None
    return rows


def _peers(peer: JavaRosa, subject: Subject) -> list[Row]:
    script = read_script(subject.script)
    runs = peer.runs(subject.form, subject.media, script, RUNS, LIMIT_S)
    rows = [_row(subject, PEER, "fresh", run.summary()) for run in runs[:1]]
    return rows + [_row(subject, PEER, "warm", run.summary()) for run in runs[RUNS - 1 :]]


def _row(subject: Subject, engine: str, state: str, run: dict[str, Any]) -> Row:
    about = {"group": subject.group, "name": subject.name, "size": subject.size}
    row: Row = {**about, "engine": engine, "state": state}
    row |= {"load_ms": run["load_ms"], "start_ms": run["start_ms"]}
    row |= {"cached_load_ms": None, "cached_start_ms": None}
    answers = run["operations"].get("answer", {})
    row |= {"answers": answers.get("n", 0)}
    row |= {name: answers.get(name) for name in ("median_us", "p95_us", "max_us", "all_ms")}
    changes = run["changes"]
    row["changes"] = changes or None
    row["refused"] = run["refused"]
    row["peak_mb"] = run["peak_mb"]
    row["operations"] = run["operations"]
    return row


# ---------------------------------------------------------------- child processes
def _child(subject: Subject, cache: Path, runs: int) -> list[dict[str, Any]]:
    order = {
        "form": str(subject.form),
        "media": str(subject.media),
        "script": str(subject.script),
        "cache": str(cache),
        "runs": runs,
    }
    done = subprocess.run(  # noqa: S603 # this program itself
        [*_this_program(), "bench", "measure"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    if done.returncode != 0:
        raise KnownError("bench_failed", f"Measuring failed: {done.stderr[-500:]}")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _this_program() -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-m", "enumerator"]


def measure_as_child() -> None:
    """Reads one order from standard input, writes the summaries of its runs."""
    order = json.load(sys.stdin)
    script = read_script(Path(order["script"]))
    media = FolderMedia(Path(order["media"]))
    form = Path(order["form"])
    cache = Path(order["cache"])
    found = [measure(form, media, script, cache=cache) for _ in range(order["runs"])]
    json.dump([run.summary() for run in found], sys.stdout)

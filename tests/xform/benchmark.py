"""How long loading and answering take: ``python -m tests.xform.benchmark``.

Two forms: the real questionnaire with its six recorded runs, and the benchmark form (330 binds,
a roster of 20 by 30, a list of 80,000 rows), which is made in a temporary folder.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from enumerator.xform import FolderMedia, load_form
from enumerator.xform.engine.session import Session
from enumerator.xform.form import LoadedForm
from tests.xform.test_conformance import FOLDER


def timed_load(form: Path, media: Path) -> tuple[LoadedForm, float, float]:
    """The form, seconds to load it, seconds to start a session."""
    begun = time.perf_counter()
    loaded = load_form(form, FolderMedia(media))
    parsed = time.perf_counter()
    loaded.start()
    return loaded, parsed - begun, time.perf_counter() - parsed


def timed_answers(session: Session, commands: Iterable[dict[str, Any]], commit: str) -> list[float]:
    times = []
    for command in commands:
        if command["op"] == "answer":
            begun = time.perf_counter()
            session.answer(command["ref"], command["value"], commit=commit, force=True)
            times.append(time.perf_counter() - begun)
    return times


def read_script(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def report(name: str, load_s: float, start_s: float, times: list[float]) -> None:
    times = sorted(times)
    print(
        f"{name:14} load {load_s * 1e3:6.0f} ms  start {start_s * 1e3:5.0f} ms  "
        f"{len(times)} answers: median {times[len(times) // 2] * 1e6:5.0f} us  "
        f"p95 {times[int(len(times) * 0.95)] * 1e6:6.0f} us  max {times[-1] * 1e3:5.1f} ms  "
        f"all {sum(times) * 1e3:5.0f} ms"
    )


def main() -> None:
    data = FOLDER.parent / "data"
    for _ in range(3):
        form, load_s, start_s = timed_load(data / "sp2020_c1.xml", data)
        times = []
        for run in "ABCDEF":
            script = read_script(FOLDER / "sp2020" / f"{run}.jsonl")
            times += timed_answers(form.start(), script, "valid")
        report("questionnaire", load_s, start_s, times)
    with tempfile.TemporaryDirectory() as folder:
        bench = Path(folder) / "bench"
        bench.mkdir()
        shutil.copy(FOLDER / "bench" / "make_big.py", bench / "make_big.py")
        subprocess.run([sys.executable, "make_big.py"], cwd=bench, check=True, capture_output=True)
        script = read_script(bench / "big.jsonl")
        for _ in range(3):
            form, load_s, start_s = timed_load(bench / "big.xml", bench / "media")
            report("benchmark form", load_s, start_s, timed_answers(form.start(), script, "always"))


if __name__ == "__main__":
    main()

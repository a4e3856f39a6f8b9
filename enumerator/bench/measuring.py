"""Measuring this program's engine: one script on one form, run after run in one process."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard

from enumerator.errors import KnownError
from enumerator.xform import ChangeSet, Media, Result, load_form
from enumerator.xform.engine.session import Session

Command = Mapping[str, Any]

_NEEDS = {
    "answer": "ref",
    "new_repeat": "ref",
    "delete_repeat": "ref",
    "choices": "ref",
    "language": "lang",
    "eval": "expr",
}


@dataclass(slots=True)
class Run:
    """One load, one start, one script. ``times_us``: what each operation took, by its name.

    ``changes`` counts the nodes that change sets named, ``refused`` the answers not taken;
    ``peak_mb`` is the most memory that the process has held so far.
    """

    load_ms: float
    start_ms: float
    times_us: dict[str, list[float]] = field(default_factory=dict)
    changes: int = 0
    refused: int = 0
    peak_mb: float | None = None

    def summary(self) -> dict[str, Any]:
        """Plain data: median, p95 and max of every operation, all of them together."""
        return {
            "load_ms": self.load_ms,
            "start_ms": self.start_ms,
            "changes": self.changes,
            "refused": self.refused,
            "peak_mb": self.peak_mb,
            "operations": {name: spread(times) for name, times in self.times_us.items()},
        }


def spread(times_us: Iterable[float]) -> dict[str, float]:
    """n, median, p95 and max in microseconds, all in milliseconds."""
    times = sorted(times_us)
    return {
        "n": len(times),
        "median_us": statistics.median(times) if times else 0.0,
        "p95_us": times[int(len(times) * 0.95)] if times else 0.0,
        "max_us": times[-1] if times else 0.0,
        "all_ms": sum(times) / 1e3,
    }


class Operations:
    """What the lines of a script do to a session; ``run`` gives the time inside the engine."""

    def __init__(self, session: Session, run: Run, commit: str) -> None:
        self._session = session
        self._run = run
        self._commit = commit
        self._named: dict[str, Callable[[Command], ChangeSet | None]] = {
            "answer": self._answer,
            "new_repeat": lambda line: session.add_repeat(line["ref"]),
            "delete_repeat": lambda line: session.remove_repeat(line["ref"]),
            "language": lambda line: session.set_language(line["lang"]),
            "eval": self._evaluate,
            "choices": self._choices,
            "walk": self._walk,
            "validate": self._validate,
            "finalize": self._finalize,
            "xml": self._xml,
            "state": self._state,
        }

    def run(self, line: Command) -> None:
        """KnownError bad_script for an operation that there is not, or without what it needs."""
        name = line.get("op", "")
        operation = self._named.get(name)
        if operation is None:
            raise KnownError("bad_script", f"There is no operation {name!r}.", op=name)
        need = _NEEDS.get(name)
        if need is not None and line.get(need) is None:
            raise KnownError("bad_script", f"{name} needs {need!r}.", op=name)
        begun = time.perf_counter_ns()
        try:
            changes = operation(line)
        except KnownError:
            changes = None
            self._run.refused += 1
        taken = time.perf_counter_ns() - begun
        self._run.times_us.setdefault(name, []).append(taken / 1e3)
        if changes is not None:
            self._run.changes += len(changes.changed)

    def _answer(self, line: Command) -> ChangeSet:
        answer = self._session.answer(
            line["ref"], line.get("value"), commit=self._commit, force=True
        )
        self._run.refused += answer.result is not Result.OK
        return answer.changes

    def _evaluate(self, line: Command) -> None:
        self._session.evaluate(line["expr"], line.get("ref"))

    def _choices(self, line: Command) -> None:
        self._session.choices(line["ref"])

    def _walk(self, _line: Command) -> None:
        for ref in self._session.questions():
            self._session.element(ref)

    def _validate(self, _line: Command) -> None:
        self._session.validate()

    def _finalize(self, _line: Command) -> None:
        self._session.finalize()

    def _xml(self, _line: Command) -> None:
        self._session.xml()

    def _state(self, _line: Command) -> None:
        self._session.state()


def measure(
    form: Path | bytes, media: Media, script: Iterable[Command], *, cache: Path | None = None
) -> Run:
    """One run. A ``load`` line of the script gives its ``commit`` and ``lang`` only."""
    lines = list(script)
    options = next((line for line in lines if line.get("op") == "load"), {})
    begun = time.perf_counter_ns()
    loaded = load_form(form, media, cache=cache)
    parsed = time.perf_counter_ns()
    session = loaded.start(language=options.get("lang"))
    started = time.perf_counter_ns()
    run = Run((parsed - begun) / 1e6, (started - parsed) / 1e6)
    operations = Operations(session, run, options.get("commit", "valid"))
    for line in lines:
        if line.get("op") != "load":
            operations.run(line)
    run.peak_mb = peak_mb()
    return run


def _is_command(found: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(found, dict) and all(
        isinstance(found.get(word, ""), str) for word in ("op", "ref", "lang", "expr", "commit")
    )


def read_script(path: Path) -> list[dict[str, Any]]:
    """The lines of a file of commands; blank ones and comments left out. KnownError bad_script."""
    lines = map(str.strip, path.read_text(encoding="utf-8", errors="replace").splitlines())
    found: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        try:
            command = json.loads(line)
        except (ValueError, RecursionError):
            command = None
        if not _is_command(command):
            text = f"Line {number} of {path} is no command: a JSON object of texts is expected."
            raise KnownError("bad_script", text, path=str(path), line=number)
        found.append(command)
    return found


def peak_mb(process: int | None = None) -> float | None:
    """The most memory that a process, this one by default, has held; None where unknown."""
    try:
        # Linux: ru_maxrss would also count what the parent held before the process began.
        status = Path(f"/proc/{process or 'self'}/status").read_text(encoding="ascii")
        words = next(line for line in status.splitlines() if line.startswith("VmHWM")).split()
        return int(words[1]) / 1024
    except (OSError, StopIteration):
        return None if process is not None else _peak_of_this_process()


def _peak_of_this_process() -> float | None:
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)

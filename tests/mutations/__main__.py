"""``python -m tests.mutations``: break each rule in a copy of the program and run its detector.

A detector that passes has missed the mutation. Prints one line each, then one line of JSON; exit
status 0 only when every mutation was noticed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mutations.catalogue import MUTATIONS, Mutation

_ROOT = Path(__file__).parents[2]
_PARTS = ("enumerator", "sync", "tests")
_LONGEST_S = 900


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", help="a part of a mutation's name")
    options = parser.parse_args()
    begun = time.monotonic()
    chosen = [one for one in MUTATIONS if options.only is None or options.only in one.name]
    missed = []
    with tempfile.TemporaryDirectory(prefix="mutations-") as scratch:
        for number, mutation in enumerate(chosen):
            started = time.monotonic()
            noticed = is_noticed(mutation, Path(scratch) / str(number))
            word = "noticed" if noticed else "MISSED "
            by = f"{mutation.detector[0]}, {time.monotonic() - started:.0f} s"
            print(f"{word}  {mutation.name} ({by})", flush=True)
            if not noticed:
                missed.append(mutation.name)
    summary = {
        "ok": not missed,
        "mutations": len(chosen),
        "missed": missed,
        "seconds": round(time.monotonic() - begun),
    }
    print(json.dumps(summary))
    return 0 if summary["ok"] else 1


def is_noticed(mutation: Mutation, copy: Path) -> bool:
    """Whether the detector fails by its own judgement, not because the copy is no program."""
    for part in _PARTS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(_ROOT / part, copy / part, ignore=ignored)
    shutil.copy(_ROOT / "pyproject.toml", copy)
    for file, text in broken_files(mutation, copy).items():
        (copy / file).write_text(text, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", *mutation.detector],
        cwd=copy,
        env={"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        check=False,
    )
    shutil.rmtree(copy)
    if mutation.detector[0] == "pytest":
        return run.returncode == 1 and " failed" in run.stdout
    return run.returncode == 1 and not summary_of(run.stdout).get("ok", True)


def broken_files(mutation: Mutation, root: Path) -> dict[str, str]:
    """File -> its text after the mutation. ValueError when a line to break is not there once."""
    texts: dict[str, str] = {}
    for file, old, new in mutation.edits:
        text = texts.get(file) or (root / file).read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise ValueError(f"{file} has not exactly one place for: {mutation.name}")
        texts[file] = text.replace(old, new)
    return texts


def summary_of(output: str) -> dict[str, object]:
    lines = output.strip().splitlines()
    try:
        found = json.loads(lines[-1]) if lines else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


if __name__ == "__main__":
    sys.exit(main())

"""``enumerator form bench FORM SCRIPT``: what one script takes on one form."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TextIO

from enumerator.bench.measuring import Run, measure, read_script
from enumerator.bench.tables import aligned, figure, spread_cells
from enumerator.cli.form_source import open_source
from enumerator.errors import KnownError
from enumerator.xform import FolderMedia, LayeredMedia, MemoryMedia


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("form", type=Path, help="an XForm (.xml) or XLSForm (.xlsx)")
    parser.add_argument("script", type=Path, help="commands, one JSON object a line")
    parser.add_argument("--media", type=Path, help="the folder of the form's files")
    parser.add_argument("--repeat", type=int, default=3, help="how many times (3)")


def bench_script(
    form: Path, script: Path, out: TextIO, *, media: Path | None = None, repeat: int = 3
) -> int:
    """Prints one table a run, then all figures as one line of JSON. A spreadsheet is compiled
    beforehand. KnownError: no_such_file, no_compiler, bad_script."""
    if not script.is_file():
        raise KnownError("no_such_file", f"There is no file at {script}.", path=str(script))
    lines = read_script(script)
    source = open_source(form)
    folders = [folder for folder in (media, form.parent) if folder is not None]
    files = LayeredMedia(*map(FolderMedia, folders), MemoryMedia(source.files))
    runs = [measure(source.xform, files, lines) for _ in range(max(repeat, 1))]
    for number, run in enumerate(runs, 1):
        print(_table(f"run {number}", run), end="\n\n", file=out)
    print(json.dumps({"form": form.name, "runs": [run.summary() for run in runs]}), file=out)
    return 0


def _table(title: str, run: Run) -> str:
    operations = run.summary()["operations"]
    rows = [[title, "times", "median", "p95", "max", "all"]]
    for name, taken in (("load", run.load_ms), ("start", run.start_ms)):
        rows.append([name, "1", "", "", "", figure(taken, "ms")])
    rows += [[name, *spread_cells(spread)] for name, spread in operations.items()]
    memory = f"refused answers: {run.refused}, memory {figure(run.peak_mb, 'MB')}"
    return f"{aligned(rows)}\n{memory}"

"""What is measured: forms with their lists and scripts, written into one folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from enumerator.bench import benchmark_form, questionnaire
from enumerator.bench.measuring import read_script

MATERIAL_FORM, MATERIAL_SCRIPT = Path("bench", "big.xml"), Path("bench", "big.jsonl")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of what; the persons and rows of the benchmark form's own row come first."""

    persons: int
    rows: int
    members: tuple[int, ...]
    growing_rows: tuple[int, ...]
    growing_lines: tuple[int, ...]


FULL = Sizes(20, 80_000, (4, 12, 50), (800, 8_000, 80_000, 800_000), (5, 20, 80, 320))
QUICK = Sizes(5, 800, (4,), (800, 8_000), (5, 20))


@dataclass(frozen=True, slots=True)
class Subject:
    """``group``: "form", "questionnaire", "list", "roster" or "lines"; ``size``: what grows."""

    group: str
    name: str
    size: int
    form: Path
    media: Path
    script: Path


class Subjects:
    """Writes each subject as it is asked for. ``material`` None: the project's own form."""

    def __init__(self, folder: Path, material: Path | None, sizes: Sizes) -> None:
        self._folder = folder
        self._sizes = sizes
        self._own = folder / "benchmark.xml"
        self._own.write_bytes(benchmark_form.form_xml())
        self._form, self._script = self._own, benchmark_form.script(20)
        if material is not None and (material / MATERIAL_FORM).is_file():
            self._form = material / MATERIAL_FORM
            self._script = read_script(material / MATERIAL_SCRIPT)

    def all(self) -> Iterator[Subject]:
        sizes = self._sizes
        yield self._filled_in("form", "benchmark form", sizes.persons, sizes.persons, sizes.rows)
        for members in sizes.members:
            yield self._questionnaire(members)
        for rows in sizes.growing_rows:
            yield self._filled_in("list", "list rows", rows, sizes.persons, rows)
        for lines in sizes.growing_lines:
            yield self._filled_in("roster", "roster lines", lines, lines, sizes.growing_rows[0])
        for lines in sizes.growing_lines:
            yield self._lines(lines)

    def _filled_in(self, group: str, name: str, size: int, lines: int, rows: int) -> Subject:
        commands = benchmark_form.with_lines(self._script, lines)
        script = self._write(f"{group}-{size}", commands)
        return Subject(group, name, size, self._form, self._lists(rows), script)

    def _questionnaire(self, members: int) -> Subject:
        media = self._folder / f"family-{members}"
        form = questionnaire.write_questionnaire(media, members)
        script = self._write(f"family-{members}", questionnaire.record(form, members), "valid")
        name = "questionnaire, members"
        return Subject("questionnaire", name, members, form, media, script)

    def _lines(self, lines: int) -> Subject:
        """By hand: added, answered, taken away; always on the project's own form."""
        script = self._write(f"lines-{lines}", benchmark_form.line_script(lines))
        rows = self._sizes.growing_rows[0]
        return Subject("lines", "lines by hand", lines, self._own, self._lists(rows), script)

    def _lists(self, rows: int) -> Path:
        folder = self._folder / f"rows-{rows}"
        if not folder.is_dir():
            benchmark_form.write_lists(folder, rows)
        return folder

    def _write(self, name: str, commands: list[dict[str, Any]], commit: str = "always") -> Path:
        """A refused answer is stored, so that both engines hold the same."""
        lines = [{"op": "load", "commit": commit}, *(c for c in commands if c["op"] != "load")]
        path = self._folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return path

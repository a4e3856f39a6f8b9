"""From an element of a compiled form back to the row of the workbook that it was made from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from enumerator.xform import Problem
from enumerator.xform.definition.markup import Markup, read_markup

Row = Mapping[str, object]

# The first row of a sheet holds the names of its columns.
_FIRST_ROW = 2
_BEGIN = re.compile(r"begin[ _](group|repeat|loop)\b")
_END = re.compile(r"end[ _](group|repeat|loop)\b")
_POSITION = re.compile(r"\[\d+\]")
_INSTANCE = re.compile(r"instance\('([^']+)'\)")
_REFERENCES = ("nodeset", "ref")


class Place(NamedTuple):
    """``row`` is 0 where only the sheet is known."""

    sheet: str
    row: int

    def __str__(self) -> str:
        return f"{self.sheet}, row {self.row}" if self.row else self.sheet


class Workbook:
    """``survey`` and ``choices`` row by row, empty ones too; ``xform`` one element a line."""

    def __init__(self, survey: Sequence[Row], choices: Sequence[Row], xform: bytes) -> None:
        self._rows = dict(_paths(survey))
        self._files: dict[str, int] = {}
        for number, row in enumerate(survey, _FIRST_ROW):
            kind, *rest = _word(row, "type").split() or [""]
            named = _word(row, "name") if kind.endswith("-external") else "".join(rest[:1])
            if named:
                self._files.setdefault(named, number)
        self._choices: dict[str, list[int]] = {}
        for number, row in enumerate(choices, _FIRST_ROW):
            name = _word(row, "list_name") or _word(row, "list name")
            if name:
                self._choices.setdefault(name, []).append(number)
        self._elements: dict[int, list[Markup]] = {}
        for element in _walk(read_markup(xform)):
            self._elements.setdefault(element.line, []).append(element)

    def place(self, problem: Problem) -> Place | None:
        """None where the problem has no row: it concerns the form as a whole."""
        instance = _INSTANCE.match(problem.path)
        found = self._of_list(instance[1]) if instance else None
        if found is not None:
            return found
        if problem.line is None:
            return self._of_reference(problem.path)
        elements = self._elements.get(problem.line, [])
        fitting = [each for each in elements if each.path == problem.path]
        element: Markup | None = next(iter(fitting or elements), None)
        while element is not None:
            found = self._of_element(element)
            if found is not None:
                return found
            element = element.parent
        return None

    def _of_element(self, element: Markup) -> Place | None:
        if element.name == "submission":
            return Place("settings", 0)
        if element.name == "text":
            return self._of_text(element.get("id"))
        if element.name == "instance":
            return self._of_list(element.get("id"))
        for name in _REFERENCES:
            found = self._of_reference(element.get(name).strip())
            if found is not None:
                return found
        return None

    def _of_reference(self, reference: str) -> Place | None:
        steps = _POSITION.sub("", reference).split("/")[2:]
        if not steps:
            return None
        if "/".join(steps).startswith("meta/entity"):
            return Place("entities", 0)
        row = self._rows.get("/".join(steps))
        if row is None:  # a repeat's count is an element of its own beside it
            row = self._rows.get("/".join(steps).removesuffix("_count"))
        return None if row is None else Place("survey", row)

    def _of_text(self, name: str) -> Place | None:
        """``/data/a:label`` of a question, ``list-3`` of a choice."""
        found = self._of_reference(name.rpartition(":")[0])
        if found is not None:
            return found
        words, _, number = name.rpartition("-")
        rows = self._choices.get(words, [])
        if number.isdecimal() and int(number) < len(rows):
            return Place("choices", rows[int(number)])
        return None

    def _of_list(self, name: str) -> Place | None:
        rows = self._choices.get(name)
        if rows:
            return Place("choices", rows[0])
        for file, row in self._files.items():
            if file.rpartition(".")[0] == name or file == name:
                return Place("survey", row)
        return None


def _word(row: Row, column: str) -> str:
    return str(row.get(column) or "").strip()


def _paths(survey: Sequence[Row]) -> Iterator[tuple[str, int]]:
    """The path below the root of every named row, and its number."""
    above: list[str] = []
    for number, row in enumerate(survey, _FIRST_ROW):
        kind, name = _word(row, "type").lower(), _word(row, "name")
        if _END.match(kind):
            del above[-1:]
            continue
        if name:
            yield "/".join([*above, name]), number
            if kind in ("start", "end", "today", "deviceid", "username", "audit", "phonenumber"):
                yield f"meta/{name}", number
                yield f"orx:meta/orx:{name}", number
        if _BEGIN.match(kind):
            above.append(name)


def _walk(element: Markup) -> Iterator[Markup]:
    waiting = [element]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += reversed(list(each.elements()))

"""An interview's XML as rows of tables: one for the interview, one for each repeat."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

_REPEAT = re.compile(rb"<(?:\w+:)?repeat\b[^>]*?\bnodeset\s*=\s*[\"']\s*/[^/\"']+/([^\"'\s]+)")


@dataclass(frozen=True, slots=True)
class FlatRow:
    """``table`` is a repeat's path below the root, empty for the interview itself; ``line``
    counts within it (``2.1``: the first of the second's)."""

    table: str
    line: str
    values: dict[str, str]


def repeats_of(form_xml: bytes) -> frozenset[str]:
    """Paths below the root of a form's repeats."""
    return frozenset(path.decode() for path in _REPEAT.findall(form_xml))


def flatten(instance: bytes, repeats: frozenset[str]) -> Iterator[FlatRow]:
    """ValueError when ``instance`` is not XML. Only for XML without a document type: custody
    quarantines the rest."""
    try:
        root = ET.fromstring(instance)  # noqa: S314  (checked at arrival, see questionnaire_reading)
    except ET.ParseError as error:
        raise ValueError("not XML") from error
    top = FlatRow("", "", {})
    rows = [top]
    _walk(root, "", "", top, repeats, rows)
    yield from rows


def _walk(
    element: ET.Element,
    path: str,
    table: str,
    row: FlatRow,
    repeats: frozenset[str],
    rows: list[FlatRow],
) -> None:
    seen: dict[str, int] = {}
    for child in element:
        name = child.tag.rpartition("}")[2]
        child_path = f"{path}/{name}" if path else name
        if child_path in repeats:
            seen[name] = seen.get(name, 0) + 1
            line = f"{row.line}.{seen[name]}" if row.line else str(seen[name])
            below = FlatRow(child_path, line, {})
            rows.append(below)
            _walk(child, child_path, child_path, below, repeats, rows)
        elif len(child):
            _walk(child, child_path, table, row, repeats, rows)
        else:
            column = child_path.removeprefix(f"{table}/") if table else child_path
            row.values[column] = (child.text or "").strip()

"""The choices of a select with search(): what its items and the rows found make together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from enumerator.xform.definition.external import is_static
from enumerator.xform.facade import Choice
from enumerator.xform.xpath.table import Table

_NO_MEDIA: Mapping[str, str] = {}


class Named(NamedTuple):
    """An item as it stands in the form; value, label and image name columns, unless the value is
    a whole number: then it is a choice of its own."""

    value: str
    label: str
    media: Mapping[str, str]


def searched_choices(
    items: Iterable[Named], table: Table | None, rows: Sequence[int]
) -> Sequence[Choice]:
    """One choice a value; the first row that has it gives its label."""
    found: list[Choice] = []
    for item in items:
        if is_static(item.value):
            found.append(Choice(item.value, item.label or item.value, item.media))
        elif table is not None:
            found += _dynamic(item, table, rows)
    return found


def _dynamic(item: Named, table: Table, rows: Sequence[int]) -> Iterable[Choice]:
    columns = [name.strip() for name in item.label.split(",") if name.strip()]
    image = item.media.get("image", "")
    seen: set[str] = set()
    table.warm(sorted(rows))
    for row in rows:
        value = table.cell(row, item.value)
        if value in seen:
            continue
        seen.add(value)
        picture = table.cell(row, image) if image else ""
        media = {"image": picture} if picture.strip() else _NO_MEDIA
        yield Choice(value, _label(table, row, columns) or value, media)


def _label(table: Table, row: int, columns: Sequence[str]) -> str:
    """``first (second: its cell) (third: its cell)``."""
    if not columns:
        return ""
    others = [f" ({name}: {table.cell(row, name)})" for name in columns[1:]]
    text = table.cell(row, columns[0]) + "".join(others)
    return text if text.strip() else ""

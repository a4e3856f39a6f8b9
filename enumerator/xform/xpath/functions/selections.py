"""Functions on the answers of selects."""

from __future__ import annotations

import math

from enumerator.xform.xpath.registry import alias, eager


@eager("selected", "tt", "boolean")
def selected(text: str, value: str) -> bool:
    """A blank is selected where nothing else is, as in JavaRosa."""
    return f" {value.strip()} " in f" {' '.join(text.split())} "


alias("is-selected", "selected")


@eager("selected-at", "tn", "text")
def _selected_at(text: str, place: float) -> str:
    values = text.split()
    if not math.isfinite(place):
        return ""
    index = int(place)
    return values[index] if 0 <= index < len(values) else ""


@eager("count-selected", "t", "number")
def _count_selected(text: str) -> float:
    return float(len(text.split()))

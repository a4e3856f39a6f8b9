"""What the compiler asks of a form's definition: the static shape of the primary instance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Shape(Protocol):
    """One generic path of the primary instance.

    number    index into ``Context.fixed``; slot: index among its parent's children
    repeated  several instances may stand beside each other
    lines     how many repeats there are on the way from the root to here, itself included
    gatherings  (steps up to the line, total): what totals over lines read of it, see gathering
    holds     "date" or "boolean" for a text that holds one, see NodeDefinition
    scalar    "text", "number", "date" or "boolean": what its values are in comparisons
    """

    @property
    def name(self) -> str: ...
    @property
    def uri(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def slot(self) -> int: ...
    @property
    def depth(self) -> int: ...
    @property
    def lines(self) -> int: ...
    @property
    def repeated(self) -> bool: ...
    @property
    def holds(self) -> str: ...
    @property
    def gatherings(self) -> list[tuple[int, Any]]: ...
    @property
    def scalar(self) -> str: ...
    @property
    def leaf(self) -> bool: ...
    @property
    def parent(self) -> Shape | None: ...
    @property
    def children(self) -> Mapping[str, Shape]: ...
    def child(self, local: str, *, attribute: bool) -> Shape | None: ...


def lineage(shape: Shape) -> list[Shape]:
    """From the root to the shape itself."""
    found = [shape]
    while (parent := found[-1].parent) is not None:
        found.append(parent)
    found.reverse()
    return found


def common_lines(first: Shape, second: Shape) -> int:
    """How many leading repeat steps two shapes have in common."""
    count = 0
    for left, right in zip(lineage(first), lineage(second), strict=False):
        if left is not right:
            break
        count = left.lines
    return count

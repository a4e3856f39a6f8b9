"""What a predicate over a list's rows asks, as data: for lists that search by themselves.

A condition holds for exactly the rows for which the predicate is true. A cell that is missing
counts as a blank, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextIs:
    """The cell is exactly that text."""

    column: str
    text: str


@dataclass(frozen=True, slots=True)
class NumberIs:
    """The cell read as a number stands so to ``number``: = < <= > >=."""

    column: str
    operator: str
    number: float


@dataclass(frozen=True, slots=True)
class SameText:
    column: str
    other: str


@dataclass(frozen=True, slots=True)
class TextTest:
    """contains, starts-with, ends-with or selected, of the cell and that text; ``turned``: of
    that text and the cell."""

    function: str
    column: str
    text: str
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Always:
    """Does not depend on the row."""

    holds: bool


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition


@dataclass(frozen=True, slots=True)
class All:
    conditions: Sequence[Condition]


@dataclass(frozen=True, slots=True)
class Any:
    conditions: Sequence[Condition]


Condition = TextIs | NumberIs | SameText | TextTest | Always | Not | All | Any

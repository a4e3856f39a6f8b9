"""What a predicate over a list's rows asks, as data: for lists that search by themselves.

A condition holds for exactly the rows for which the predicate is true. A cell that is missing
counts as a blank, as everywhere.
"""

from __future__ import annotations

from typing import NamedTuple


class TextIs(NamedTuple):
    """The cell is exactly that text."""

    column: str
    text: str


class NumberIs(NamedTuple):
    """The cell read as a number stands so to ``number``: = < <= > >=."""

    column: str
    operator: str
    number: float


class SameText(NamedTuple):
    column: str
    other: str


class TextTest(NamedTuple):
    """contains, starts-with, ends-with or selected, of the cell and that text; ``turned``: of
    that text and the cell."""

    function: str
    column: str
    text: str
    turned: bool


class Always(NamedTuple):
    """Does not depend on the row."""

    holds: bool


class Not(NamedTuple):
    condition: Condition


class All(NamedTuple):
    conditions: tuple[Condition, ...]


class Any(NamedTuple):
    conditions: tuple[Condition, ...]


Condition = TextIs | NumberIs | SameText | TextTest | Always | Not | All | Any

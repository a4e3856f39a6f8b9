"""XPath values and the conversions between them.

A value is a str, float, bool, date, datetime or a node-set (a list of nodes). As an atom, a
node-set is the value of its first node, blank when empty.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING

from enumerator.xform.xpath import dates
from enumerator.xform.xpath.tree import Node

if TYPE_CHECKING:
    from enumerator.xform.xpath.context import Context

Atom = str | float | bool | date | datetime
Value = Atom | list[Node]


class Cells:
    """The texts of a list's column, without its nodes; to go through once."""

    __slots__ = ("_texts",)

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts

    def __iter__(self) -> Iterator[str]:
        return self._texts


NAN = math.nan
_NUMBER = re.compile(r"\s*(-?(?:\d+(?:\.\d*)?|\.\d+))\s*$")


def number_of_text(text: str) -> float:
    """XPath's own number syntax: no exponent, no plus sign. A day as text counts as the date
    that it is, an instant by the day that is written in it; anything else is NaN."""
    if text.isdecimal() and text.isascii():
        return float(text)
    match = _NUMBER.match(text)
    if match is not None:
        return float(match.group(1))
    day = dates.written_day(text)
    return NAN if day is None else dates.day_number(day)


def text_of_number(number: float) -> str:
    """Plain decimals, never an exponent; whole numbers without a point."""
    if number != number:
        return "NaN"
    if number in (math.inf, -math.inf):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) < 1e21:
        return str(int(number))
    text = repr(number)
    if "e" in text:
        text = format(Decimal(text), "f")
    return text


def first_atom(nodes: list[Node], context: Context) -> Atom:
    return node_atom(nodes[0], context) if nodes else ""


def node_atom(node: Node, context: Context) -> Atom:
    """A node's value by its type; a blank one is "". Of a group, all its text."""
    if node.children:
        return text_of(node, context)
    typed = getattr(node, "atom", None)
    if typed is not None:
        atom: Atom = typed(context.zone)
        return atom
    return node.string()


def text_of(node: Node, context: Context) -> str:
    """A node's text; that of a group counts as a walk over it."""
    if not node.children:
        return node.string()
    parts = node.texts()
    context.visit(2 * len(parts))
    return "".join(parts)


def to_text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return value[0].string() if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return text_of_number(value)
    return dates.write_date(value)


def to_number(value: Value, context: Context) -> float:
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    if isinstance(value, list):
        if not value:
            return NAN
        value = node_atom(value[0], context)
        if not isinstance(value, str):
            return to_number(value, context)
    if isinstance(value, str):
        return number_of_text(value)
    return dates.day_number(value)


def number_of_atom(atom: Atom) -> float:
    if isinstance(atom, (bool, float)):
        return float(atom)
    return number_of_text(atom) if isinstance(atom, str) else dates.day_number(atom)


def to_boolean(value: Value, context: Context) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value == value and value != 0
    if isinstance(value, str):
        return value != ""
    if isinstance(value, list):
        if context.strict:
            return bool(value)
        return to_boolean(first_atom(value, context), context)
    return True


def to_date(value: Value, zone: tzinfo, context: Context) -> date | datetime | None:
    """A date from a date, a date string or a day number; None when it is none of them."""
    if isinstance(value, list):
        value = first_atom(value, context)
    if isinstance(value, str):
        found = dates.read_date(value.strip(), zone)
        if found is not None:
            return found
        number = number_of_text(value)
        return None if number != number else dates.date_of_number(number, zone)
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        if value != value or value in (math.inf, -math.inf):
            return None
        return dates.date_of_number(value, zone)
    return value


def equal_atoms(left: Atom, right: Atom, context: Context) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left, context) == to_boolean(right, context)
    if isinstance(left, date) or isinstance(right, date):
        pair = _date_pair(left, right, context)
        if pair is None:
            return False
        if isinstance(pair[0], datetime) and isinstance(pair[1], datetime):
            return pair[0] == pair[1]
        return dates.local_day(pair[0]) == dates.local_day(pair[1])
    return to_number(left, context) == to_number(right, context)


def _date_pair(
    left: Atom, right: Atom, context: Context
) -> tuple[date | datetime, date | datetime] | None:
    zone = context.zone
    first, second = to_date(left, zone, context), to_date(right, zone, context)
    return None if first is None or second is None else (first, second)


def order_atoms(operator: str, left: Atom, right: Atom, context: Context) -> bool:
    """``<`` and its kin. Two instants compare as instants, a day with anything as whole days."""
    if isinstance(left, (str, date)) and isinstance(right, (str, date)):
        zone = context.zone
        first = dates.read_date(left, zone) if isinstance(left, str) else left
        second = dates.read_date(right, zone) if isinstance(right, str) else right
        if first is not None and second is not None:
            if isinstance(first, datetime) and isinstance(second, datetime):
                return _ordered(operator, first.timestamp(), second.timestamp())
            return _ordered(operator, dates.day_number(first), dates.day_number(second))
    return _ordered(operator, to_number(left, context), to_number(right, context))


def _ordered(operator: str, left: float, right: float) -> bool:
    if operator == "<":
        return left < right
    if operator == "<=":
        return left <= right
    if operator == ">":
        return left > right
    return left >= right


def compare(operator: str, left: Value, right: Value, context: Context) -> bool:
    """Every comparison operator on any two values, node-sets by XPath 1.0 §3.4.

    In a form an empty node-set stands for a blank, as a node that is not relevant does. Which of
    a node-set and a truth is less is asked node by node, as all peers do: §3.4 would make a truth
    of the node-set first.
    """
    alike = operator in ("=", "!=")
    if isinstance(left, list):
        if isinstance(right, bool) and alike:
            return _atoms(operator, to_boolean(left, context), right, context)
        lefts: list[Atom] = [node_atom(node, context) for node in left]
        if not left and not context.strict:
            lefts = [""]
    else:
        lefts = [left]
    if isinstance(right, list):
        if isinstance(left, bool) and alike:
            return _atoms(operator, left, to_boolean(right, context), context)
        rights: list[Atom] = [node_atom(node, context) for node in right]
        if not right and not context.strict:
            rights = [""]
    else:
        rights = [right]
    for one in lefts:
        context.visit(2 * len(rights))
        if any(_atoms(operator, one, other, context) for other in rights):
            return True
    return False


def _atoms(operator: str, left: Atom, right: Atom, context: Context) -> bool:
    if operator == "=":
        return equal_atoms(left, right, context)
    if operator == "!=":
        return not equal_atoms(left, right, context)
    return order_atoms(operator, left, right, context)

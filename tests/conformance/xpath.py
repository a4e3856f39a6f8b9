"""Expressions against what the peer engines' own tests say of them.

A failing case is covered by a ruling when a general property of it says so: the functions that it
calls, the kind of disagreement, what JavaRosa gave. Never by its number or its exact words.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

from enumerator.xform.xpath.dates import local_day, read_date
from enumerator.xform.xpath.parser import parse
from enumerator.xform.xpath.syntax import (
    Binary,
    Call,
    Expr,
    Literal,
    XPathError,
)
from enumerator.xform.xpath.syntax import parts as inside
from tests.conformance.rulings import named
from tests.conformance.scoring import Failing, XPathScore
from tests.xform.xpath_material import Case, answer, evaluate, is_agreed, is_scored


def score(path: Path) -> XPathScore:
    """``path`` is xpath_cases.json of the material."""
    material = json.loads(path.read_text(encoding="utf-8"))
    found = XPathScore()
    for case in material["cases"]:
        if not is_scored(case):
            continue
        try:
            right, got = answer(case, material)
        except Exception as error:  # a defect of ours, whatever it is: no ruling covers it
            right, got = False, error
        found.scored.add(right)
        if is_agreed(case):
            found.agreed.add(right)
        if not right:
            what = f"{case['expr']!r} gives {got!r}, not {case['expected']!r}"
            ruling = None if is_agreed(case) else ruling_of(case, got, material)
            found.failing.append(Failing(f"xpath {case['id']}", what, ruling))
    return found


def ruling_of(case: Case, got: Any, material: Mapping[str, Any]) -> str | None:
    """The name of the first ruling that covers the disagreement."""
    if isinstance(got, Exception) and not isinstance(got, XPathError):
        return None
    try:
        parts = list(inside(parse(case["expr"])))
    except XPathError:
        return None

    def number_of(part: Expr) -> float:
        return float(evaluate({**case, "kind": "number"}, material, part))

    disagreement = Disagreement(case, got, parts, number_of)
    return next((named(number) for number, covers in _COVERS if covers(disagreement)), None)


class Disagreement:
    """A failing case, what came instead, and its expression taken apart.

    number_of  what a part of the expression is as a number, here
    """

    def __init__(
        self, case: Case, got: Any, parts: list[Expr], number_of: Callable[[Expr], float]
    ) -> None:
        self.number_of = number_of
        self.kind: str = case["kind"]
        self.expected: Any = case["expected"]
        self.source: str = case["source"]
        self.got = got
        self.parts = parts
        self.calls = {part.name for part in parts if isinstance(part, Call)}
        self.literals = [part.value for part in parts if isinstance(part, Literal)]

    @property
    def javarosa_alone(self) -> bool:
        """The case is one of JavaRosa's own tests: the others have not been asked."""
        return "javarosa" in self.source


def _days(case: Disagreement) -> bool:
    """Dates count whole local days: the peer's fraction of a day, or its instant, differs."""
    if case.kind == "boolean":
        return _compares_near_days(case)
    if _dates_in(case, str(case.expected)) and _dates_in(case, str(case.got)):
        theirs, ours = _days_of(str(case.expected)), _days_of(str(case.got))
    else:
        theirs, ours = _number(case.expected), _number(case.got)
    return abs(theirs - ours) <= 1 and _holds_dates(case)


def _compares_near_days(case: Disagreement) -> bool:
    """Dates a day apart at most are compared: the peer's fraction of a day decides there."""
    compared = [
        part
        for part in case.parts
        if isinstance(part, Binary) and part.operator in ("=", "!=", "<", "<=", ">", ">=")
    ]
    days = [(case.number_of(part.left), case.number_of(part.right)) for part in compared]
    return bool(_DATES & case.calls or _dates_in(case)) and any(
        abs(left - right) <= 1 for left, right in days
    )


def _holds_dates(case: Disagreement) -> bool:
    """Dates in the expression, or a number of days that only a date in a node can have made."""
    return bool(_DATES & case.calls or _dates_in(case)) or (
        case.kind == "number-rounded" and not case.calls
    )


_DATES = frozenset({"date", "date-time", "today", "now", "decimal-date-time", "format-date"})


def _dates_in(case: Disagreement, text: str | None = None) -> bool:
    texts = case.literals if text is None else [text]
    return any(re.match(r"\d{4}-\d\d-\d\d", each) for each in texts)


def _days_of(text: str) -> float:
    found = read_date(text, UTC)
    return math.nan if found is None else float(local_day(found).toordinal())


def _no_date(case: Disagreement) -> bool:
    """What is no date is blank; peers raise an error or write "Invalid Date"."""
    return (
        bool({"date", "date-time", "format-date", "format-date-time"} & case.calls)
        and case.got == ""
        and (case.kind == "error" or case.expected == "Invalid Date")
    )


def _halves(case: Disagreement) -> bool:
    """round(): halves go up, negative ones too: ours is the higher of two neighbours."""
    theirs, ours = _number(case.expected), _number(case.got)
    return "round" in case.calls and theirs < 0 and theirs < ours <= theirs + 1


def _no_number(case: Disagreement) -> bool:
    """XPath 1.0 §3.7 knows no exponent and no decimal comma in a number."""
    wrong = re.compile(r"[+-]?(\d+,\d+|[\d.]+[eE][+-]?\d+)")
    return any(wrong.fullmatch(text) for text in case.literals) and _is_nan(case.got)


def _exact(case: Disagreement) -> bool:
    """Numbers are equal when they are; JavaRosa takes a difference below 1e-12 for none."""
    return (
        case.javarosa_alone
        and isinstance(case.got, bool)
        and any(
            isinstance(part, Binary)
            and part.operator in ("=", "!=")
            and isinstance(part.left, Binary)
            and part.left.operator in "+-*"
            for part in case.parts
        )
    )


def _own_node(case: Disagreement) -> bool:
    """number(), string() … without an argument take the context node, as XPath 1.0 §4 has it."""
    core = {"number", "string", "string-length", "normalize-space", "name", "local-name"}
    return case.kind == "error" and any(
        isinstance(part, Call) and part.name in core and not part.arguments for part in case.parts
    )


def _text_of_groups(case: Disagreement) -> bool:
    """A group is as empty as its text."""
    return case.javarosa_alone and "count-non-empty" in case.calls


def _translated(case: Disagreement) -> bool:
    """jr:itext() gives a text, which is no node-set."""
    return "jr:itext" in case.calls and case.kind == "nodeset" and isinstance(case.got, str)


def _declarations(case: Disagreement) -> bool:
    """Namespace nodes come before attributes (XPath 1.0 §5); browsers mix them."""
    return (
        isinstance(case.got, list)
        and any("2000/xmlns" in place for place in case.got)
        and sorted(case.got) == sorted(case.expected)
    )


def _whole_string(case: Disagreement) -> bool:
    """regex() has to match the whole string."""
    return "regex" in case.calls and case.expected is True and case.got is False


_COVERS: tuple[tuple[int, Callable[[Disagreement], bool]], ...] = (
    (4, _days),
    (8, _whole_string),
    (18, _no_date),
    (19, _halves),
    (20, _no_number),
    (21, _exact),
    (22, _own_node),
    (23, _text_of_groups),
    (24, _translated),
    (25, _declarations),
)


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _is_nan(value: Any) -> bool:
    return value == "NaN" or (isinstance(value, float) and math.isnan(value))

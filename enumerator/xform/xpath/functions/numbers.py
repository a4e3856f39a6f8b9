"""Functions on numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from enumerator.xform.xpath.compiled import Compiled
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.functions.texts import argument_or_item
from enumerator.xform.xpath.registry import eager, lazy
from enumerator.xform.xpath.scope import Scope
from enumerator.xform.xpath.syntax import Call
from enumerator.xform.xpath.values import NAN, Atom, Cells, Value, node_atom, to_number

if TYPE_CHECKING:
    from enumerator.xform.xpath.compiler import Compiler


@lazy("number", 0, 1)
def _number(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    return Compiled("number", argument_or_item(compiler, call, scope).number())


@eager("int", "n", "number")
def _int(number: float) -> float:
    if number != number or number in (math.inf, -math.inf):
        return NAN if number != number else number
    return float(math.trunc(number))


@eager("floor", "n", "number")
def _floor(number: float) -> float:
    return float(math.floor(number)) if math.isfinite(number) else number


@eager("ceiling", "n", "number")
def _ceiling(number: float) -> float:
    return float(math.ceil(number)) if math.isfinite(number) else number


@eager("round", "n?n", "number")
def _round(number: float, places: float = 0.0) -> float:
    """Half up; ``places`` may be negative, and are 30 at most."""
    if places != places or abs(places) > 30:
        return NAN
    if not math.isfinite(number):
        return number
    digits = int(places)
    if digits == 0:
        whole = math.floor(number)  # number + 0.5 would round once too often
        return float(whole + (number - whole >= 0.5))
    factor = 10.0 ** abs(digits)
    if digits > 0:
        # 1.005 is 1.00499…: what it reads as counts, as JavaRosa's BigDecimal has it.
        from decimal import ROUND_FLOOR, Decimal

        scaled = Decimal(repr(number)).scaleb(digits) + Decimal("0.5")
        return float(scaled.to_integral_value(ROUND_FLOOR).scaleb(-digits))
    return math.floor(number / factor + 0.5) * factor


@eager("abs", "n", "number")
def _abs(number: float) -> float:
    return abs(number)


@eager("pow", "nn", "number")
def _pow(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if base == 0 else NAN


@eager("pi", "", "number")
def _pi() -> float:
    return math.pi


@eager("atan2", "nn", "number")
def _atan2(y: float, x: float) -> float:
    return math.atan2(y, x)


def _log(number: float) -> float:
    return -math.inf if number == 0 else math.log(number)


def _log10(number: float) -> float:
    return -math.inf if number == 0 else math.log10(number)


def _guarded(function: Callable[[float], float]) -> Callable[[float], float]:
    def call(number: float) -> float:
        try:
            return function(number)
        except ValueError:
            return NAN
        except OverflowError:
            return math.inf

    return call


for _name, _function in {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "exp10": lambda number: math.pow(10.0, number),
    "log": _log,
    "log10": _log10,
}.items():
    eager(_name, "n", "number")(_guarded(_function))


def numbers_of(context: Context, values: tuple[Value | Cells, ...]) -> list[float]:
    """Ruling 3: blanks are skipped; a text that is no number stays NaN."""
    found: list[float] = []
    for value in values:
        atoms: Iterable[Atom]
        if isinstance(value, list):
            atoms = [node_atom(node, context) for node in value]
        else:
            atoms = value if isinstance(value, Cells) else [value]
        for atom in atoms:
            if isinstance(atom, str) and not atom.strip() and not context.strict:
                continue
            found.append(to_number(atom, context))
    return found


def total(numbers: list[float]) -> float:
    return math.fsum(numbers) if all(map(math.isfinite, numbers)) else sum(numbers)


def largest(numbers: list[float]) -> float:
    return NAN if not numbers or any(map(math.isnan, numbers)) else max(numbers)


def smallest(numbers: list[float]) -> float:
    return NAN if not numbers or any(map(math.isnan, numbers)) else min(numbers)


@eager("sum", "cc*", "number", context=True)
def _sum(context: Context, *values: Value | Cells) -> float:
    return total(numbers_of(context, values))


@eager("max", "cc*", "number", context=True)
def _max(context: Context, *values: Value | Cells) -> float:
    return largest(numbers_of(context, values))


@eager("min", "cc*", "number", context=True)
def _min(context: Context, *values: Value | Cells) -> float:
    return smallest(numbers_of(context, values))


@eager("random", "", "number", context=True)
def _random(context: Context) -> float:
    return context.random.random()

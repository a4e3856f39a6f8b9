"""``instance('x')/root/item[column = E and …]/column2`` on tables: index look-ups, then filters.

Which columns there are is known only when the list has been read, so each expression makes its
plan per table, once. What does not fit (positions, other axes) walks the list as a tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from enumerator.xform.xpath.compiled import AtomOf, BooleanOf, Compiled
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.scope import NotARowError, Scope
from enumerator.xform.xpath.syntax import (
    Binary,
    Call,
    Expr,
    Filter,
    KindTest,
    Literal,
    NameTest,
    Negate,
    Number,
    Path,
    Step,
)
from enumerator.xform.xpath.table import Table
from enumerator.xform.xpath.tree import Node
from enumerator.xform.xpath.values import NAN, equal_atoms, number_of_text

if TYPE_CHECKING:
    from enumerator.xform.xpath.compiler import Compiler

# Functions that look at the context item or position when they get no argument.
_LOOKS_AROUND = frozenset(
    {"position", "last", "string", "number", "name", "local-name", "namespace-uri", "lang"}
    | {"string-length", "normalize-space", "once", "id"}
)


class ListRows:
    """The rows that a list path means: for itemsets, which need no nodes."""

    def __init__(self, name: str, matcher: Any) -> None:
        self.name = name
        self._matcher = matcher

    def find(self, item: Any, context: Context) -> tuple[Table, Sequence[int]] | None:
        """None where the list is not a table or the path is beyond one."""
        table = context.tables(self.name)
        if not isinstance(table, Table):
            return None
        rows = self._matcher(table, item, context)
        return None if rows is None else (table, rows)


class CompiledList(Compiled):
    """A path into a list; ``rows`` is None when it ends in a column."""

    __slots__ = ("rows",)

    def __init__(self, *arguments: Any, rows: ListRows | None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rows = rows


def compile_cell(expr: Path, scope: Scope) -> Compiled:
    """A path inside a predicate over rows: one column. Raises NotARowError."""
    column = _column_of(expr)
    if column is None or scope.columns is None:
        raise NotARowError
    cells = scope.columns.get(column)
    if cells is None:
        return Compiled("text", lambda _row, _context: "", number=lambda _row, _context: NAN)

    def text(row: Any, _context: Context) -> str:
        return cells[row] or ""

    def number(row: Any, _context: Context) -> float:
        return number_of_text(cells[row] or "")

    return Compiled("text", text, number=number)


def _column_of(expr: Expr) -> str | None:
    if not isinstance(expr, Path) or expr.start != ".":
        return None
    steps = [s for s in expr.steps if not (s.axis == "self" and s.test == KindTest("node"))]
    if len(steps) != 1 or any(step.predicates for step in expr.steps):
        return None
    step = steps[0]
    if step.axis != "child" or not isinstance(step.test, NameTest) or step.test.local == "*":
        return None
    return f"{step.test.prefix}:{step.test.local}" if step.test.prefix else step.test.local


def _plain_child(step: Step) -> str | None:
    if step.axis == "child" and isinstance(step.test, NameTest) and step.test.local != "*":
        return step.test.local
    return None


def compile_list_path(compiler: Compiler, expr: Path, scope: Scope) -> Compiled | None:
    """None where the path has another form than root/item[...]/column."""
    start = expr.start
    if not (
        isinstance(start, Call)
        and start.name == "instance"
        and len(start.arguments) == 1
        and isinstance(start.arguments[0], Literal)
        and len(expr.steps) in (2, 3)
    ):
        return None
    names = [_plain_child(step) for step in expr.steps]
    if None in names or expr.steps[0].predicates or (len(names) == 3 and expr.steps[2].predicates):
        return None
    name = start.arguments[0].value
    root_name, item_name = names[0], names[1]
    column = names[2] if len(names) == 3 else None
    key = object()
    slow: list[Compiled] = []

    def matcher(table: Table, item: Any, context: Context) -> Sequence[int] | None:
        if table.root_name != root_name or table.item_name != item_name:
            return ()
        plan = table.plan(key, lambda made: _plan(compiler, expr.steps[1].predicates, scope, made))
        return None if plan is None else plan.rows(table, item, context)

    rows = ListRows(name, matcher)

    def walked() -> Compiled:
        if not slow:
            slow.append(compiler.walk(expr, scope))
        return slow[0]

    def value(item: Any, context: Context) -> list[Node]:
        found = rows.find(item, context)
        if found is None:
            return walked().value(item, context)  # type: ignore[return-value]  # nodes
        table, numbers = found
        if column is None:
            return [table.item(number) for number in numbers]
        cells = [table.cell_node(number, column) for number in numbers]
        return [cell for cell in cells if cell is not None]

    def text(item: Any, context: Context) -> str:
        found = rows.find(item, context)
        if found is None:
            return walked().text()(item, context)
        table, numbers = found
        if not numbers:
            return ""
        if column is None:
            return table.item(numbers[0]).string()
        return table.cell(numbers[0], column)

    def count(item: Any, context: Context) -> int:
        found = rows.find(item, context)
        return len(value(item, context)) if found is None else len(found[1])

    # A compiled walk checks names, arity and the paths inside the predicates now, not on use.
    walked()
    return CompiledList(
        "nodes",
        value,
        text=text,
        number=lambda item, context: number_of_text(text(item, context)),
        atom=text,
        count=count if column is None else None,
        rows=rows if column is None else None,
    )


@dataclass(slots=True)
class _Plan:
    """equalities: (column, key) pairs to look up; filters: what is left, row by row."""

    equalities: list[tuple[str, AtomOf]]
    filters: list[BooleanOf]
    place: int | None = None

    def rows(self, table: Table, item: Any, context: Context) -> Sequence[int]:
        found: Sequence[int] = range(table.size)
        looked_up = []
        for column, key in self.equalities:
            atom = key(item, context)
            if isinstance(atom, str):
                matches = table.matching(column, atom)
            elif isinstance(atom, float):
                matches = table.matching_number(column, atom)
            else:
                cells = table.columns[column]
                matches = [n for n in found if equal_atoms(cells[n] or "", atom, context)]
            if not matches:
                return ()
            looked_up.append(matches)
        if looked_up:
            looked_up.sort(key=len)
            found = looked_up[0]
            for others in looked_up[1:]:
                if len(found) * 8 < len(others):
                    found = _intersection(found, others)
                else:
                    wanted = set(others)
                    found = [number for number in found if number in wanted]
        for test in self.filters:
            found = [number for number in found if test(number, context)]
        if self.place is not None:
            return found[self.place - 1 : self.place] if self.place > 0 else ()
        return found


def _intersection(few: Sequence[int], many: Sequence[int]) -> list[int]:
    """Both ascending; bisecting beats building a set of tens of thousands of rows."""
    from bisect import bisect_left

    size = len(many)
    found = []
    for number in few:
        place = bisect_left(many, number)
        if place < size and many[place] == number:
            found.append(number)
    return found


def _plan(
    compiler: Compiler, predicates: Sequence[Expr], scope: Scope, table: Table
) -> _Plan | None:
    plan = _Plan([], [])
    inner = scope.row(table.columns)
    outer = scope.inside(None)
    try:
        for number, predicate in enumerate(predicates):
            if isinstance(predicate, Number) and number == len(predicates) - 1:
                plan.place = int(predicate.value) if predicate.value == int(predicate.value) else 0
                continue
            for part in _conjuncts(predicate):
                pair = _lookup(part)
                if pair is not None:
                    column, key = pair
                    if column in table.columns:
                        plan.equalities.append((column, compiler.compile(key, outer).atom()))
                        continue
                if looks_around(part):
                    return None
                compiled = compiler.compile(part, inner)
                if compiled.kind not in ("boolean", "text", "nodes"):
                    return None
                plan.filters.append(compiled.boolean())
    except NotARowError:
        return None
    return plan


def _conjuncts(expr: Expr) -> list[Expr]:
    if isinstance(expr, Binary) and expr.operator == "and":
        return [*_conjuncts(expr.left), *_conjuncts(expr.right)]
    return [expr]


def _lookup(expr: Expr) -> tuple[str, Expr] | None:
    """(column, key) of ``column = key`` where the key does not depend on the row."""
    if not isinstance(expr, Binary) or expr.operator != "=":
        return None
    for one, other in ((expr.left, expr.right), (expr.right, expr.left)):
        column = _column_of(one)
        if column is not None and not depends_on_item(other):
            return column, other
    return None


def depends_on_item(expr: Expr) -> bool:
    """Whether the context item, position or size of the predicate matters."""
    if isinstance(expr, Path):
        if expr.start == ".":
            return True
        return not isinstance(expr.start, str) and depends_on_item(expr.start)
    if isinstance(expr, Call):
        if expr.name in _LOOKS_AROUND and not expr.arguments:
            return True
        return any(depends_on_item(argument) for argument in expr.arguments)
    if isinstance(expr, Binary):
        return depends_on_item(expr.left) or depends_on_item(expr.right)
    if isinstance(expr, Negate):
        return depends_on_item(expr.operand)
    if isinstance(expr, Filter):
        return depends_on_item(expr.base)
    return False


def looks_around(expr: Expr) -> bool:
    """Whether a function asks for the row itself or its position: beyond a table."""
    if isinstance(expr, Call):
        if expr.name in _LOOKS_AROUND and not expr.arguments:
            return True
        return any(looks_around(argument) for argument in expr.arguments)
    if isinstance(expr, Binary):
        return looks_around(expr.left) or looks_around(expr.right)
    if isinstance(expr, Negate):
        return looks_around(expr.operand)
    if isinstance(expr, Filter):
        return looks_around(expr.base)
    return isinstance(expr, Path) and not isinstance(expr.start, str) and looks_around(expr.start)

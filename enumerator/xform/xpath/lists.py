"""``instance('x')/root/item[column = E and …]/column2`` on tables: index look-ups, then filters.

Which columns there are is known only when the list has been read, so each expression makes its
plan per table, once. What does not fit (other axes) walks the list as a tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from enumerator.xform.xpath.asking import Ask, asking
from enumerator.xform.xpath.compiled import BooleanOf, Compiled, ValueOf
from enumerator.xform.xpath.conditions import Condition, NumberIs, TextIs
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.rowwise import (
    column_of,
    looks_at_item,
    plain_child,
    same_for_all,
    uses_position,
)
from enumerator.xform.xpath.scope import NotARowError, Scope
from enumerator.xform.xpath.syntax import Binary, Call, Expr, Literal, Number, Path, XPathError
from enumerator.xform.xpath.table import Table
from enumerator.xform.xpath.tree import Node
from enumerator.xform.xpath.values import NAN, number_of_text

if TYPE_CHECKING:
    from enumerator.xform.xpath.compiler import Compiler

Rows = Sequence[int]


class LookUp(NamedTuple):
    """A column of a list in which a form looks up: what an index is worth having for."""

    name: str
    column: str


class ListRows:
    """The rows that an expression means: for itemsets, which need no nodes.

    find  the list and its rows; None where it is no table or the path is beyond one
    """

    def __init__(self, find: Callable[[Any, Context], tuple[Table, Rows] | None]) -> None:
        self.find = find


def rows_of(name: str, matcher: Callable[[Table, Any, Context], Rows | None]) -> ListRows:
    def find(item: Any, context: Context) -> tuple[Table, Rows] | None:
        table = context.tables(name)
        if not isinstance(table, Table):
            return None
        rows = matcher(table, item, context)
        return None if rows is None else (table, rows)

    return ListRows(find)


class CompiledList(Compiled):
    """A path to the items of a list."""

    __slots__ = ("rows",)

    def __init__(self, *arguments: Any, rows: ListRows, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.rows = rows


def compile_cell(expr: Path, scope: Scope) -> Compiled:
    """A path inside a predicate over rows: one column. Raises NotARowError."""
    column = column_of(expr)
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
    names = [plain_child(step) for step in expr.steps]
    if None in names or expr.steps[0].predicates or (len(names) == 3 and expr.steps[2].predicates):
        return None
    name = start.arguments[0].value
    root_name, item_name = names[0], names[1]
    predicates = expr.steps[1].predicates
    compiler.look_ups.update(LookUp(name, column) for column in _looked_up(predicates))
    key = object()

    def matcher(table: Table, item: Any, context: Context) -> Rows | None:
        if table.root_name != root_name or table.item_name != item_name:
            return ()
        plan = table.plan(key, lambda made: _plan(compiler, predicates, scope, made))
        return None if plan is None else plan.rows(table, item, context)

    rows = rows_of(name, matcher)
    # A compiled walk checks names, arity and the paths inside the predicates now, not on use.
    walked = compiler.walk(expr, scope)
    if len(names) == 2:
        return _compile_items(rows, walked)
    return _compile_cells(rows, walked, names[2] or "")


def _compile_items(rows: ListRows, walked: Compiled) -> Compiled:
    walk, walk_text = walked.nodes(), walked.text()

    def value(item: Any, context: Context) -> list[Node]:
        found = rows.find(item, context)
        if found is None:
            return walk(item, context)
        return list(map(found[0].item, found[1]))

    def text(item: Any, context: Context) -> str:
        found = rows.find(item, context)
        if found is None:
            return walk_text(item, context)
        table, numbers = found
        return table.item(numbers[0]).string() if numbers else ""

    def count(item: Any, context: Context) -> int:
        found = rows.find(item, context)
        return len(walk(item, context) if found is None else found[1])

    return CompiledList(
        "nodes",
        value,
        text=text,
        number=lambda item, context: number_of_text(text(item, context)),
        atom=text,
        count=count,
        rows=rows,
    )


def _compile_cells(rows: ListRows, walked: Compiled, column: str) -> Compiled:
    walk, walk_text = walked.nodes(), walked.text()

    def value(item: Any, context: Context) -> list[Node]:
        found = rows.find(item, context)
        if found is None:
            return walk(item, context)
        table, numbers = found
        cells = [table.cell_node(number, column) for number in numbers]
        return [cell for cell in cells if cell is not None]

    def text(item: Any, context: Context) -> str:
        found = rows.find(item, context)
        if found is None:
            return walk_text(item, context)
        return next(found[0].texts(found[1], column), "")

    def cells(item: Any, context: Context) -> Iterator[str] | None:
        found = rows.find(item, context)
        return None if found is None else found[0].texts(found[1], column)

    def count(item: Any, context: Context) -> int:
        texts = cells(item, context)
        return len(walk(item, context)) if texts is None else sum(1 for _ in texts)

    return Compiled(
        "nodes",
        value,
        text=text,
        number=lambda item, context: number_of_text(text(item, context)),
        atom=text,
        count=count,
        cells=cells,
    )


# -------------------------------------------------------------------- plans
@dataclass(slots=True)
class _Part:
    """One of the parts that have to hold. ``looked_up``: an index finds its rows."""

    test: BooleanOf
    ask: Ask | None
    looked_up: bool

    def condition(self, item: Any, context: Context) -> Condition | None:
        if self.ask is None or context.strict:
            return None
        try:
            return self.ask(item, context)
        except XPathError:
            return None  # it may be that no row gets as far as to evaluate it


@dataclass(slots=True)
class _Conditions:
    """Predicates that look at one row at a time."""

    parts: list[_Part]

    def rows(self, table: Table, found: Rows | None, item: Any, context: Context) -> Rows:
        if found is not None:
            return _tested([part.test for part in self.parts], found, context)
        if table.searches:
            searched = self._searched(table, item, context)
            if searched is not None:
                return searched
        return self._looked_up(table, item, context)

    def _searched(self, table: Table, item: Any, context: Context) -> Rows | None:
        conditions: list[Condition] = []
        tests: list[BooleanOf] = []
        for part in self.parts:
            condition = part.condition(item, context)
            if condition is None:
                tests.append(part.test)
            else:
                conditions.append(condition)
        found = table.search(conditions) if conditions else None
        if found is None:
            return None
        return _tested(tests, found, context)

    def _looked_up(self, table: Table, item: Any, context: Context) -> Rows:
        tests: list[BooleanOf] = []
        looked_up: list[Rows] = []
        for part in self.parts:
            condition = part.condition(item, context) if part.looked_up else None
            if isinstance(condition, TextIs):
                matches = table.matching(condition.column, condition.text)
            elif isinstance(condition, NumberIs):
                matches = table.matching_number(condition.column, condition.number)
            else:
                tests.append(part.test)
                continue
            if not matches:
                return ()
            looked_up.append(matches)
        found: Rows = range(table.size)
        if looked_up:
            looked_up.sort(key=len)
            found = looked_up[0]
            for others in looked_up[1:]:
                found = _intersection(found, others)
        return _tested(tests, found, context)


@dataclass(slots=True)
class _Positions:
    """A predicate that asks for the place among the rows found so far."""

    place: int | None
    value: ValueOf
    boolean: BooleanOf

    def rows(self, table: Table, found: Rows | None, _item: Any, context: Context) -> Rows:
        among: Rows = range(table.size) if found is None else found
        if self.place is not None:
            return among[self.place - 1 : self.place] if self.place > 0 else ()
        position, size = context.position, context.size
        context.size = len(among)
        kept: list[int] = []
        try:
            for place, row in enumerate(among, 1):
                context.position = place
                value = self.value(row, context)
                if value == place if isinstance(value, float) else self.boolean(row, context):
                    kept.append(row)
        finally:
            context.position, context.size = position, size
        return kept


@dataclass(slots=True)
class _Plan:
    stages: list[_Conditions | _Positions]

    def rows(self, table: Table, item: Any, context: Context) -> Rows:
        found: Rows | None = None
        for stage in self.stages:
            found = stage.rows(table, found, item, context)
        return range(table.size) if found is None else found


def _tested(tests: Sequence[BooleanOf], found: Rows, context: Context) -> Rows:
    for test in tests:
        found = [row for row in found if test(row, context)]
    return found


def _intersection(few: Rows, many: Rows) -> Rows:
    """Both ascending; bisecting beats building a set of tens of thousands of rows."""
    if len(few) * 8 >= len(many):
        wanted = set(many)
        return [row for row in few if row in wanted]
    from bisect import bisect_left

    size = len(many)
    found = []
    for row in few:
        place = bisect_left(many, row)
        if place < size and many[place] == row:
            found.append(row)
    return found


def _plan(
    compiler: Compiler, predicates: Sequence[Expr], scope: Scope, table: Table
) -> _Plan | None:
    plan = _Plan([])
    inner, outer = scope.row(table.columns), scope.inside(None)
    try:
        for predicate in predicates:
            if looks_at_item(predicate):
                return None
            compiled = compiler.compile(predicate, inner)
            if compiled.kind in ("number", "any") or uses_position(predicate):
                plan.stages.append(_positions(predicate, compiled))
                continue
            parts = [_part(compiler, expr, inner, outer, table) for expr in _conjuncts(predicate)]
            last = plan.stages[-1] if plan.stages else None
            if isinstance(last, _Conditions):
                last.parts += parts
            else:
                plan.stages.append(_Conditions(parts))
    except NotARowError:
        return None
    return plan


def _positions(predicate: Expr, compiled: Compiled) -> _Positions:
    place = None
    if isinstance(predicate, Number):
        place = int(predicate.value) if predicate.value.is_integer() else 0
    value = compiled.value
    if compiled.kind == "atom":  # its kind is known only when it is there: a truth, as on nodes
        value = compiled.boolean()
    return _Positions(place, value, compiled.boolean())


def _part(compiler: Compiler, expr: Expr, inner: Scope, outer: Scope, table: Table) -> _Part:
    looked_up = _look_up(expr)
    return _Part(
        compiler.compile(expr, inner).boolean(),
        asking(compiler, expr, outer),
        looked_up is not None and looked_up in table.columns,
    )


def _conjuncts(expr: Expr) -> list[Expr]:
    if isinstance(expr, Binary) and expr.operator == "and":
        return [*_conjuncts(expr.left), *_conjuncts(expr.right)]
    return [expr]


def _look_up(expr: Expr) -> str | None:
    """The column of ``column = key`` where the key is the same for all rows."""
    if not isinstance(expr, Binary) or expr.operator != "=":
        return None
    for one, other in ((expr.left, expr.right), (expr.right, expr.left)):
        column = column_of(one)
        if column is not None and same_for_all(other):
            return column
    return None


def _looked_up(predicates: Sequence[Expr]) -> Iterator[str]:
    for predicate in predicates:
        for expr in _conjuncts(predicate):
            column = _look_up(expr)
            if column is not None:
                yield column

"""search() of a select's appearance: rows of a list by what their columns contain.

Texts compare without regard to the case of ASCII letters, as LIKE does in the clients that
brought search(); the filter compares exactly. A column named ``sortby`` orders the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from enumerator.xform.xpath.compiled import Compiled, TextOf
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.lists import CompiledList, LookUp, rows_of
from enumerator.xform.xpath.registry import lazy
from enumerator.xform.xpath.scope import Scope
from enumerator.xform.xpath.syntax import Call, Literal
from enumerator.xform.xpath.table import Column, Table
from enumerator.xform.xpath.tree import Node
from enumerator.xform.xpath.values import number_of_text

if TYPE_CHECKING:
    from enumerator.xform.xpath.compiler import Compiler

# No expression can call it by this name: it stands in appearances only.
SEARCH = "search()"
SORT_COLUMN = "sortby"

KINDS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "matches": lambda text, part: text == part,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}
_UPPER = {sign: sign + 32 for sign in range(ord("A"), ord("Z") + 1)}


@lazy(SEARCH, 1, 6)
def _search(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    """The instance, then kind, columns, text, then filter column and its text."""
    name = call.arguments[0]
    texts = [compiler.compile(argument, scope).text() for argument in call.arguments[1:]]
    if len(call.arguments) == 6 and isinstance(name, Literal):
        column = call.arguments[4]
        if isinstance(column, Literal):
            compiler.look_ups.add(LookUp(name.value, column.value))
    rows = rows_of(
        name.value if isinstance(name, Literal) else "",
        lambda table, item, context: found_rows(table, _said(texts, item, context)),
    )

    def value(item: Any, context: Context) -> list[Node]:
        found = rows.find(item, context)
        return [] if found is None else [found[0].item(row) for row in found[1]]

    return CompiledList("nodes", value, rows=rows)


def _said(texts: Sequence[TextOf], item: Any, context: Context) -> list[str]:
    return [text(item, context) for text in texts]


def found_rows(table: Table, said: Sequence[str]) -> Sequence[int]:
    """``said``: nothing, or kind, columns with commas, text, or these with filter column and
    text. No columns: nothing is searched for."""
    found: Sequence[int] = range(table.size)
    if len(said) > 3:
        column, text = said[3].strip(), said[4]
        found = table.matching(column, text) if column in table.columns else ()
    columns = [name.strip() for name in said[1].split(",") if name.strip()] if said else []
    if columns:
        cells = [table.columns[name] for name in columns if name in table.columns]
        test = KINDS.get(said[0].replace("-", "").strip().lower(), KINDS["contains"])
        table.warm(found)
        found = _matching(found, cells, test, said[2].translate(_UPPER))
    return _sorted(table, found)


def _matching(
    rows: Sequence[int], cells: Sequence[Column], test: Callable[[str, str], bool], wanted: str
) -> Sequence[int]:
    return [
        row
        for row in rows
        if any(test((column[row] or "").translate(_UPPER), wanted) for column in cells)
    ]


def _sorted(table: Table, rows: Sequence[int]) -> Sequence[int]:
    order = table.columns.get(SORT_COLUMN)
    if order is None:
        return rows
    table.warm(rows)
    numbers = {row: number_of_text(order[row] or "") for row in rows}
    return sorted(rows, key=lambda row: (numbers[row] != numbers[row], numbers[row], row))

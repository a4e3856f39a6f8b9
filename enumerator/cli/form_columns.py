"""Columns that a form asks of its lists and that they do not have: typing errors, mostly.

The engine itself says nothing of them, for a list may come later, or from a server. With the
lists at hand, a choice filter on a column that is not there offers nothing, without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from enumerator.xform import Problem
from enumerator.xform.definition.external import is_static
from enumerator.xform.definition.model import Control, Expression, FormDefinition
from enumerator.xform.form import LoadedForm
from enumerator.xform.xpath.functions.forms import list_name
from enumerator.xform.xpath.functions.searching import KINDS, SEARCH
from enumerator.xform.xpath.syntax import Call, Expr, Filter, Literal, NameTest, Path, children

_SHOWN = 8  # columns named in one message


def missing_columns(form: LoadedForm) -> list[Problem]:
    """One warning for each column of each expression."""
    found: dict[Problem, None] = {}
    definition = form.program.definition
    for expression, name, column in _asked(definition):
        known = form.columns_of(name)
        if known and column not in known and not column.startswith(("@", "__")):
            instance = definition.instances[name]
            listed = ", ".join(known[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
            text = (
                f"the list {instance.file or name} has no column {column!r}, only {listed}"
                f", in {expression.text!r}"
            )
            found[Problem("warning", text, expression.place, expression.line)] = None
    for control in definition.controls:
        kind = _kind_of_search(control)
        if kind and kind.replace("-", "").lower() not in KINDS:
            text = f"search() has no kind {kind!r}, only {', '.join(KINDS)}: the first is taken"
            found[Problem("warning", text, control.path, control.line)] = None
    return list(found)


def _asked(definition: FormDefinition) -> Iterator[tuple[Expression, str, str]]:
    """Expression, the list's id, column."""
    for expression in _expressions(definition):
        for name, column in _of_expression(expression.syntax):
            if name in definition.instances:
                yield expression, name, column
    for control in definition.controls:
        itemset = control.itemset
        name = "" if itemset is None else _list_of(itemset.nodes.syntax)
        if itemset is None or name not in definition.instances:
            continue
        if itemset.searches:
            for item in control.items:
                if not is_static(item.value):
                    yield itemset.nodes, name, item.value
            continue
        for part in (itemset.value, None if itemset.by_language else itemset.label):
            column = "" if part is None else _column(part.syntax)
            if part is not None and column:
                yield part, name, column


def _expressions(definition: FormDefinition) -> Iterator[Expression]:
    for node in definition.nodes:
        bind = node.bind
        for each in (bind.relevant, bind.readonly, bind.required, bind.constraint, bind.calculate):
            if each is not None:
                yield each
    for control in definition.controls:
        if control.count is not None:
            yield control.count
        if control.itemset is not None:
            yield control.itemset.nodes
    for action in definition.actions:
        if action.value is not None:
            yield action.value


def _of_expression(syntax: Expr) -> Iterator[tuple[str, str]]:
    waiting = [syntax]
    while waiting:
        expr = waiting.pop()
        waiting += children(expr)
        if isinstance(expr, Call):
            yield from _of_call(expr)
        elif isinstance(expr, Path) and not isinstance(expr.start, str):
            name = _list_of(expr)
            if name and len(expr.steps) > 1:
                for predicate in expr.steps[1].predicates:
                    yield from ((name, column) for column in _of_predicate(predicate))
                column = _column(Path(".", expr.steps[2:]))
                if column:
                    yield name, column


def _of_call(call: Call) -> Iterator[tuple[str, str]]:
    texts = [each.value if isinstance(each, Literal) else "" for each in call.arguments]
    if call.name == "pulldata" and len(texts) == 4:
        asked = texts[1:3]
    elif call.name == SEARCH and len(texts) >= 4:
        asked = [*texts[2].split(","), *texts[4:5]]
    else:
        return
    yield from ((list_name(texts[0]), column.strip()) for column in asked if column.strip())


def _of_predicate(syntax: Expr) -> Iterator[str]:
    """Columns of the row that it stands on; other lists inside it speak for themselves."""
    waiting = [syntax]
    while waiting:
        expr = waiting.pop()
        if isinstance(expr, Path):
            column = _column(expr)
            if column:
                yield column
        else:
            waiting += children(expr)


def _column(syntax: Expr) -> str:
    """The child of the row that a path begins with; also of ``jr:itext(itextId)``."""
    if isinstance(syntax, Call) and syntax.name == "jr:itext" and syntax.arguments:
        syntax = syntax.arguments[0]
    if not isinstance(syntax, Path) or syntax.start != ".":
        return ""
    steps = [step for step in syntax.steps if step.axis != "self"]
    if not steps or steps[0].axis != "child" or not isinstance(steps[0].test, NameTest):
        return ""
    return steps[0].test.local if steps[0].test.local != "*" else ""


def _list_of(syntax: Expr) -> str:
    """The id of the list whose items a path leads to; "" where that is not plain."""
    while isinstance(syntax, Call) and syntax.name == "randomize" and syntax.arguments:
        syntax = syntax.arguments[0]
    while isinstance(syntax, Filter):
        syntax = syntax.base
    if isinstance(syntax, Path) and not isinstance(syntax.start, str):
        if any(step.axis != "child" for step in syntax.steps):
            return ""
        syntax = syntax.start
    if isinstance(syntax, Call) and syntax.name in ("instance", SEARCH) and syntax.arguments:
        name = syntax.arguments[0]
        return name.value if isinstance(name, Literal) else ""
    return ""


def _kind_of_search(control: Control) -> str:
    syntax = None if control.itemset is None else control.itemset.nodes.syntax
    if not isinstance(syntax, Call) or syntax.name != SEARCH or len(syntax.arguments) < 4:
        return ""
    kind = syntax.arguments[1]
    return kind.value.strip() if isinstance(kind, Literal) else ""

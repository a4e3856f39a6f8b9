"""Syntax trees to closures.

``and``, ``or`` and the lazy functions evaluate what they need only. Paths that the definition
resolves become slot walks (``paths``), paths into lists become index look-ups (``lists``), the
rest walks the axes (``axes``).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

from enumerator.xform.xpath import axes, comparisons, lists, ordering, paths
from enumerator.xform.xpath.compiled import Compiled, NodesOf, constant
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.functions import FUNCTIONS
from enumerator.xform.xpath.gathering import compile_total
from enumerator.xform.xpath.scope import MissingPathError, NotARowError, Scope
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
    Variable,
    XPathError,
)
from enumerator.xform.xpath.tree import Node, in_document_order
from enumerator.xform.xpath.values import NAN, Value, to_boolean

_UPWARD = frozenset({"self", "parent", "ancestor", "ancestor-or-self"})


_NEVER_NODES = frozenset({"number", "boolean", "date"})


class MissingFunctionError(XPathError):
    """A function that does not exist, or not with so many arguments."""


def _failing(error: XPathError) -> Compiled:
    def value(_item: Any, _context: Context) -> Value:
        raise error

    return Compiled("any", value)


class Compiler:
    """Compiles for one form, or for none.

    strict     XPath 1.0 to the letter, see Context.strict
    late       unknown functions fail when they are evaluated: for expressions from outside forms
    instances  the ids that instance() may name; None where they are not known
    look_ups   the columns of lists that what was compiled so far looks up by their values
    remarks    what an author should know of the expressions compiled since it was emptied
    """

    def __init__(
        self,
        namespaces: Mapping[str, str] | None = None,
        *,
        strict: bool = False,
        late: bool = False,
        instances: Collection[str] | None = None,
    ) -> None:
        self.instances = instances
        self.look_ups: set[lists.LookUp] = set()
        # Totals over lines leave marks in the definition: while a form is loaded, not later.
        self.gathering = False
        self.remarks: list[str] = []
        self.namespaces = namespaces or {}
        self.strict = strict
        self.late = late

    def compile(self, expr: Expr, scope: Scope) -> Compiled:
        """Raises XPathError: unknown function, wrong arity, missing path."""
        if isinstance(expr, Path):
            return self._path(expr, scope)
        if isinstance(expr, Call):
            return self._call(expr, scope)
        if isinstance(expr, Binary):
            return self._binary(expr, scope)
        if isinstance(expr, Literal):
            return constant("text", expr.value)
        if isinstance(expr, Number):
            return constant("number", expr.value)
        if isinstance(expr, Negate):
            number = self.compile(expr.operand, scope).number()
            return Compiled("number", lambda item, context: -number(item, context))
        if isinstance(expr, Filter):
            return self._filter(expr, scope)
        return self._variable(expr)

    def remark_failure(self, attempt: Callable[[], object]) -> None:
        """Remarks at load what constant arguments make fail whenever it is evaluated."""
        try:
            attempt()
        except XPathError as error:
            self.remarks.append(f"{error}: it stays without effect")

    def nodes(self, expr: Expr, scope: Scope) -> NodesOf:
        """Where a node-set is needed; remarks what can never be one."""
        compiled = self.compile(expr, scope)
        self.remark_kind(compiled)
        return compiled.nodes()

    def remark_kind(self, compiled: Compiled) -> None:
        if compiled.constant or compiled.kind in _NEVER_NODES:
            self.remarks.append(f"a node-set is needed, not a {compiled.kind}")

    def _variable(self, expr: Variable) -> Compiled:
        name = expr.name
        if self.instances is not None:
            raise XPathError(f"there is no variable ${name}: forms have none")

        def value(_item: Any, context: Context) -> Value:
            try:
                return context.variables[name]
            except KeyError:
                raise XPathError(f"there is no variable ${name}") from None

        return Compiled("any", value)

    def _call(self, expr: Call, scope: Scope) -> Compiled:
        try:
            return self._checked_call(expr, scope)
        except MissingFunctionError as error:
            if not self.late:
                raise
            return _failing(error)

    def _checked_call(self, expr: Call, scope: Scope) -> Compiled:
        function = FUNCTIONS.get(expr.name)
        if function is None:
            raise MissingFunctionError(f"there is no function {expr.name}()")
        count = len(expr.arguments)
        if count < function.least or (function.most is not None and count > function.most):
            raise MissingFunctionError(
                f"{expr.name}() takes {function.arity()}, not {count}: "
                f"{'too few' if count < function.least else 'too many'} arguments"
            )
        compiled = function.build(self, expr, scope)
        return (compile_total(self, expr, scope) if self.gathering else None) or compiled

    # ---------------------------------------------------------------- operators
    def _binary(self, expr: Binary, scope: Scope) -> Compiled:
        operator = expr.operator
        if operator == "|":
            first, second = self.nodes(expr.left, scope), self.nodes(expr.right, scope)
            return Compiled(
                "nodes",
                lambda item, context: in_document_order(
                    [*first(item, context), *second(item, context)]
                ),
            )
        left = self.compile(expr.left, scope)
        right = self.compile(expr.right, scope)
        if operator in ("and", "or"):
            return _logic(operator, left, right)
        if operator in comparisons.OPERATORS:
            return comparisons.compile_comparison(operator, left, right)
        return _arithmetic(operator, left, right)

    # ---------------------------------------------------------------- paths
    def _path(self, expr: Path, scope: Scope) -> Compiled:
        if scope.columns is not None and expr.start == ".":
            return lists.compile_cell(expr, scope)
        try:
            return self._found_path(expr, scope)
        except MissingPathError as error:
            if expr.start == "/" and not any(step.predicates for step in expr.steps):
                raise
            # Both peers take a relative path that leads nowhere for a blank.
            self.remarks.append(f"{error}: it stays blank")
            return Compiled("nodes", lambda _item, _context: [], node=lambda _item, _context: None)

    def _found_path(self, expr: Path, scope: Scope) -> Compiled:
        walk = paths.resolve(expr.start, expr.steps, scope)
        if walk is not None:
            if expr.start == "/" and walk.origin == "current":
                self.remarks.append(f"{walk.target.path} means the current line here (ruling 7)")
            return paths.compile_walk(walk)
        listed = lists.compile_list_path(self, expr, scope)
        if listed is not None:
            return listed
        return self.walk(expr, scope)

    def walk(self, expr: Path, scope: Scope) -> Compiled:
        """Step by step, the plain beginning of the path taken from the definition."""
        taken = 0
        shape = None
        base: Compiled
        if isinstance(expr.start, str) or expr.start == Call("current", ()):
            taken = paths.static_prefix(expr)
            prefix = expr.steps[:taken]
            walk = paths.resolve(expr.start, prefix, scope) if prefix or expr.start != "/" else None
            if walk is not None:
                base, shape = paths.compile_walk(walk), walk.target
            else:
                taken = 0
                base = self._start(expr.start, scope)
                shape = scope.item if expr.start == "." else None
        else:
            base = self.compile(expr.start, scope)
            self.remark_kind(base)
        value = base.nodes()
        if expr.start == "/" and scope.root is not None:
            self.remarks += ordering.names_beyond(expr.steps[taken:], scope.root)
        steps = ordering.merged(expr.steps[taken:])
        nested = ordering.may_nest(expr.start)
        for index, step in enumerate(steps, 1):
            first = expr.start == "/" and index == 1 and not taken
            shape = _step_shape(step, shape, scope if first else None)
            value = self._step(
                value, step, scope.inside(shape), final=index == len(steps), nested=nested
            )
            nested = nested or step.axis not in ordering.FLAT
        return Compiled("nodes", value)

    def _start(self, start: str | Expr, scope: Scope) -> Compiled:
        if start == "/":
            if scope.root is not None or not self.strict:
                return Compiled("nodes", _document)
            return Compiled("nodes", lambda item, _context: [item.root()])
        if start == ".":
            if scope.columns is not None:
                raise NotARowError
            return Compiled("nodes", lambda item, _context: [item])
        return Compiled("nodes", lambda _item, context: [context.current])

    def _step(self, source: Any, step: Step, inner: Scope, *, final: bool, nested: bool) -> Any:
        """``nested``: among the nodes it starts from, one may lie inside another."""
        walk = axes.WALKS[step.axis]
        matches = axes.node_test(step.axis, step.test, self.namespaces, lenient=not self.strict)
        tests = [self._predicate(predicate, inner) for predicate in step.predicates]
        keep_hidden = step.axis in _UPWARD and not final
        ordered = step.axis in ordering.FLAT and not (nested and step.axis == "child")
        reverse = step.axis in axes.REVERSE

        def value(item: Any, context: Context) -> list[Node]:
            sources = source(item, context)
            found: list[Node] = []
            for node in sources:
                walked = list(walk(node))
                context.visit(len(walked) + 1)
                part = [each for each in walked if (keep_hidden or each.shown) and matches(each)]
                for test in tests:
                    part = test(part, context)
                found += part
            if len(sources) > 1 and not ordered:
                context.visit(len(found))
                return in_document_order(found)
            if reverse:
                found.reverse()
            return found

        return value

    def _predicate(self, expr: Expr, inner: Scope) -> Any:
        compiled = self.compile(expr, inner)
        if compiled.kind == "number":
            number = compiled.number()
            return lambda nodes, context: _filtered(
                nodes, context, lambda node, place: number(node, context) == place
            )
        if compiled.kind != "any":
            boolean = compiled.boolean()
            return lambda nodes, context: _filtered(
                nodes, context, lambda node, _place: boolean(node, context)
            )
        value = compiled.value

        def by_value(node: Node, place: int, context: Context) -> bool:
            found = value(node, context)
            if isinstance(found, float):
                return found == place
            return to_boolean(found, context)

        return lambda nodes, context: _filtered(
            nodes, context, lambda node, place: by_value(node, place, context)
        )

    def _filter(self, expr: Filter, scope: Scope) -> Compiled:
        value = self.nodes(expr.base, scope)
        tests = [self._predicate(predicate, scope.inside(None)) for predicate in expr.predicates]

        def filtered(item: Any, context: Context) -> list[Node]:
            nodes = value(item, context)
            for test in tests:
                nodes = test(nodes, context)
            return nodes

        return Compiled("nodes", filtered)


def _document(_item: Any, context: Context) -> list[Node]:
    return [context.document]


def _step_shape(step: Step, shape: Any, root: Scope | None) -> Any:
    """The shape of what a step finds, where one can be named."""
    if root is not None:
        if root.root is not None and step.axis == "child" and isinstance(step.test, NameTest):
            return paths.child_shape_of_root(root.root, step.test)
        return None
    if shape is None:
        return None
    if step.axis == "child":
        return paths.child_shape(shape, step.test)
    if step.axis == "self" and step.test == KindTest("node"):
        return shape
    if step.axis == "parent" and step.test == KindTest("node"):
        return shape.parent
    return None


def _filtered(nodes: list[Node], context: Context, keep: Any) -> list[Node]:
    position, size = context.position, context.size
    context.size = len(nodes)
    context.visit(len(nodes))
    found = []
    try:
        for place, node in enumerate(nodes, 1):
            context.position = place
            if keep(node, place):
                found.append(node)
    finally:
        context.position, context.size = position, size
    return found


def _logic(operator: str, left: Compiled, right: Compiled) -> Compiled:
    first, second = left.boolean(), right.boolean()
    if operator == "and":
        return Compiled(
            "boolean", lambda item, context: first(item, context) and second(item, context)
        )
    return Compiled("boolean", lambda item, context: first(item, context) or second(item, context))


def _arithmetic(operator: str, left: Compiled, right: Compiled) -> Compiled:
    first, second = left.number(), right.number()
    if operator == "+":
        return Compiled(
            "number", lambda item, context: first(item, context) + second(item, context)
        )
    if operator == "-":
        return Compiled(
            "number", lambda item, context: first(item, context) - second(item, context)
        )
    if operator == "*":
        return Compiled(
            "number", lambda item, context: first(item, context) * second(item, context)
        )
    if operator == "div":
        return Compiled(
            "number", lambda item, context: divide(first(item, context), second(item, context))
        )
    return Compiled(
        "number", lambda item, context: remainder(first(item, context), second(item, context))
    )


def divide(left: float, right: float) -> float:
    """IEEE 754, where Python raises."""
    if right == 0:
        if left == 0 or left != left:
            return NAN
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    return left / right


def remainder(left: float, right: float) -> float:
    """Truncating, as XPath's mod and Java's %."""
    if right == 0 or left in (math.inf, -math.inf) or left != left or right != right:
        return NAN
    return math.fmod(left, right)

"""Functions on booleans, and the ones that choose what to evaluate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from enumerator.xform.xpath.compiled import Compiled, constant
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.registry import eager, lazy
from enumerator.xform.xpath.scope import Scope
from enumerator.xform.xpath.syntax import Call
from enumerator.xform.xpath.tree import Node
from enumerator.xform.xpath.values import Atom, Value, to_boolean

if TYPE_CHECKING:
    from enumerator.xform.xpath.compiler import Compiler


@lazy("true", 0, 0)
def _true(_compiler: Compiler, _call: Call, _scope: Scope) -> Compiled:
    return constant("boolean", True)


@lazy("false", 0, 0)
def _false(_compiler: Compiler, _call: Call, _scope: Scope) -> Compiled:
    return constant("boolean", False)


@lazy("boolean", 1, 1)
def _boolean(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    return Compiled("boolean", compiler.compile(call.arguments[0], scope).boolean())


@lazy("not", 1, 1)
def _not(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    inner = compiler.compile(call.arguments[0], scope).boolean()
    return Compiled("boolean", lambda item, context: not inner(item, context))


@eager("boolean-from-string", "t", "boolean")
def _boolean_from_string(text: str) -> bool:
    return text in ("1", "true")


@lazy("if", 3, 3)
def _if(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    test, yes, no = (compiler.compile(argument, scope) for argument in call.arguments)
    return _choose(test, yes, no)


def _choose(test: Compiled, yes: Compiled, no: Compiled) -> Compiled:
    decide = test.boolean()
    if yes.kind == no.kind == "nodes":
        many_yes, many_no = yes.value, no.value
        node = None
        if yes.node is not None and no.node is not None:
            one_yes, one_no = yes.node, no.node

            def node(item: Any, context: Context) -> Node | None:
                return one_yes(item, context) if decide(item, context) else one_no(item, context)

        def nodes(item: Any, context: Context) -> Value:
            return many_yes(item, context) if decide(item, context) else many_no(item, context)

        text_yes, text_no = yes.text(), no.text()

        def text(item: Any, context: Context) -> str:
            return text_yes(item, context) if decide(item, context) else text_no(item, context)

        return Compiled("nodes", nodes, node=node, text=text)
    if not (yes.single and no.single):
        value_yes, value_no = yes.value, no.value
        return Compiled(
            "any",
            lambda item, context: (
                value_yes(item, context) if decide(item, context) else value_no(item, context)
            ),
        )
    atom_yes, atom_no = yes.atom(), no.atom()

    def atom(item: Any, context: Context) -> Atom:
        return atom_yes(item, context) if decide(item, context) else atom_no(item, context)

    return Compiled(yes.kind if yes.kind == no.kind else "atom", atom)


@lazy("coalesce", 2, None)
def _coalesce(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    """The first that is neither blank nor not a number; the last where none is."""
    atoms = [compiler.compile(argument, scope).atom() for argument in call.arguments]

    def value(item: Any, context: Context) -> Atom:
        found: Atom = ""
        for atom in atoms:
            found = atom(item, context)
            if found != "" and found == found:
                return found
        return found

    return Compiled("atom", value)


@eager("checklist", "nnv*", "boolean", context=True)
def _checklist(context: Context, least: float, most: float, *values: Value) -> bool:
    count = sum(_truths(context, values))
    return (least < 0 or count >= least) and (most < 0 or count <= most)


def _truths(context: Context, values: tuple[Value, ...]) -> list[bool]:
    found: list[bool] = []
    for value in values:
        if isinstance(value, list):
            found.extend(_truth(context, node.string()) for node in value)
        else:
            found.append(_truth(context, value))
    return found


def _truth(context: Context, value: Value) -> bool:
    return to_boolean(value, context)


@eager("weighted-checklist", "nnv*", "boolean", context=True)
def _weighted_checklist(context: Context, least: float, most: float, *values: Value) -> bool:
    from enumerator.xform.xpath.values import to_number

    pairs = _flattened(values)
    total = sum(
        to_number(weight, context)
        for value, weight in zip(pairs[::2], pairs[1::2], strict=False)
        if to_boolean(value, context)
    )
    return (least < 0 or total >= least) and (most < 0 or total <= most)


def _flattened(values: tuple[Value, ...]) -> list[Value]:
    """Two node-sets are values and their weights, side by side."""
    if len(values) == 2 and isinstance(values[0], list) and isinstance(values[1], list):
        pairs: list[Value] = []
        for value, weight in zip(values[0], values[1], strict=False):
            pairs += [value.string(), weight.string()]
        return pairs
    return list(values)

"""Functions on node-sets and nodes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from enumerator.xform.xpath.compiled import Compiled
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.functions.texts import CONTEXT_NODE
from enumerator.xform.xpath.lists import CompiledList, ListRows
from enumerator.xform.xpath.registry import eager, lazy
from enumerator.xform.xpath.scope import Scope
from enumerator.xform.xpath.syntax import Call, Expr, KindTest, Literal, Path, XPathError
from enumerator.xform.xpath.table import Table
from enumerator.xform.xpath.tree import Node, NodeKind
from enumerator.xform.xpath.values import Value, to_number, to_text

if TYPE_CHECKING:
    from enumerator.xform.xpath.compiler import Compiler

T = TypeVar("T")

_PARK_MILLER = 2**31 - 1
_LONG = 2**63


@lazy("count", 1, 1)
def _count(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    argument = compiler.compile(call.arguments[0], scope)
    if argument.count is not None:
        count = argument.count
        return Compiled("number", lambda item, context: float(count(item, context)))
    compiler.remark_kind(argument)
    nodes = argument.nodes()
    return Compiled("number", lambda item, context: float(len(nodes(item, context))))


@eager("count-non-empty", "s", "number")
def _count_non_empty(nodes: list[Node]) -> float:
    return float(sum(1 for node in nodes if node.string() != ""))


@lazy("last", 0, 0)
def _last(_compiler: Compiler, _call: Call, _scope: Scope) -> Compiled:
    return Compiled("number", lambda _item, context: float(context.size))


@lazy("position", 0, 1)
def _position(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    """Of a node: its place among the lines of its repeat, relevant or not."""
    if not call.arguments:
        return Compiled("number", lambda _item, context: float(context.position))
    nodes = compiler.nodes(call.arguments[0], scope)
    steps_up = _steps_up(call.arguments[0])
    if steps_up is not None:
        return Compiled("number", _place_above(steps_up))

    def value(item: Any, context: Context) -> float:
        found = nodes(item, context)
        return float(place_among_likes(found[0])) if found else float("nan")

    return Compiled("number", value)


def _steps_up(path: Expr) -> int | None:
    """Of ``.``, ``..``, ``../..``: how many; None for every other path."""
    if not isinstance(path, Path) or path.start != ".":
        return None
    axes = [step.axis for step in path.steps]
    if any(step.predicates or not isinstance(step.test, KindTest) for step in path.steps):
        return None
    return axes.count("parent") if set(axes) <= {"parent", "self"} else None


def _place_above(steps_up: int) -> Callable[[Any, Context], float]:
    """A line keeps its number while it is hidden: whoever is shown again finds it unchanged."""

    def value(item: Any, _context: Context) -> float:
        node: Node | None = item
        for _ in range(steps_up):
            node = None if node is None else node.parent
        return float("nan") if node is None else float(place_among_likes(node))

    return value


def place_among_likes(node: Node) -> int:
    """From 1, among the siblings of the same name."""
    line = getattr(node, "line", 0)
    if line:
        return int(line)
    if node.parent is None:
        return 1
    place = 0
    for sibling in node.parent.children:
        if sibling.name == node.name and sibling.kind == node.kind:
            place += 1
        if sibling is node:
            break
    return place


@lazy("name", 0, 1)
def _name(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    nodes = compiler.nodes(call.arguments[0] if call.arguments else CONTEXT_NODE, scope)
    return Compiled("text", lambda item, context: _first(nodes(item, context), "qualified_name"))


@lazy("local-name", 0, 1)
def _local_name(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    nodes = compiler.nodes(call.arguments[0] if call.arguments else CONTEXT_NODE, scope)
    return Compiled("text", lambda item, context: _first(nodes(item, context), "name"))


@lazy("namespace-uri", 0, 1)
def _namespace_uri(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    nodes = compiler.nodes(call.arguments[0] if call.arguments else CONTEXT_NODE, scope)
    return Compiled("text", lambda item, context: _first(nodes(item, context), "uri"))


def _first(nodes: list[Node], attribute: str) -> str:
    return str(getattr(nodes[0], attribute)) if nodes else ""


@lazy("id", 1, 1)
def _id(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    value = compiler.compile(call.arguments[0], scope).value

    def find(item: Any, context: Context) -> Value:
        wanted = value(item, context)
        texts = [n.string() for n in wanted] if isinstance(wanted, list) else [to_text(wanted)]
        names = {name for text in texts for name in text.split()}
        found: list[Node] = []
        _with_ids(item.root(), names, found)
        return found

    return Compiled("nodes", find)


def _with_ids(node: Node, names: set[str], found: list[Node]) -> None:
    for child in node.children:
        if child.kind != NodeKind.ELEMENT:
            continue
        for attribute in child.attributes:
            if attribute.qualified_name in ("id", "xml:id") and attribute.text in names:
                names.discard(attribute.text)  # the first of its name counts
                found.append(child)
                break
        _with_ids(child, names, found)


@lazy("lang", 1, 1)
def _lang(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    text = compiler.compile(call.arguments[0], scope).text()

    def value(item: Any, context: Context) -> bool:
        wanted = text(item, context).lower()
        node: Node | None = item
        while node is not None:
            for attribute in node.attributes:
                if attribute.qualified_name == "xml:lang":
                    language = attribute.text.lower()
                    return language == wanted or language.startswith(wanted + "-")
            node = node.parent
        return False

    return Compiled("boolean", value)


@lazy("instance", 1, 1)
def _instance(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    name = compiler.compile(call.arguments[0], scope).text()
    literal = literal_of(call, 0)
    if compiler.instances is not None and literal is not None and literal not in compiler.instances:
        raise XPathError(f"there is no instance {literal!r}")

    def value(item: Any, context: Context) -> Value:
        wanted = name(item, context)
        document = context.instances(wanted)
        if document is None:
            raise XPathError(f"there is no instance {wanted!r}")
        return [document]

    return Compiled("nodes", value)


@lazy("current", 0, 0)
def _current(_compiler: Compiler, _call: Call, _scope: Scope) -> Compiled:
    return Compiled("nodes", lambda _item, context: [context.current])


@lazy("randomize", 1, 2)
def _randomize(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    """A list keeps to its rows: an itemset needs no nodes."""
    argument = compiler.compile(call.arguments[0], scope)
    nodes = argument.nodes()
    seed = compiler.compile(call.arguments[1], scope).atom() if len(call.arguments) > 1 else None

    def start(item: Any, context: Context) -> int:
        if seed is None:
            return context.random.randrange(1, _PARK_MILLER)
        return _seed(context, seed(item, context))

    def value(item: Any, context: Context) -> list[Node]:
        found = nodes(item, context)
        return shuffled(found, start(item, context))

    if not isinstance(argument, CompiledList):
        return Compiled("nodes", value)
    rows = argument.rows

    def find(item: Any, context: Context) -> tuple[Table, Sequence[int]] | None:
        found = rows.find(item, context)
        return None if found is None else (found[0], shuffled(found[1], start(item, context)))

    return CompiledList("nodes", value, count=argument.count, rows=ListRows(find))


def shuffled(found: Sequence[T], number: int) -> list[T]:
    """Park–Miller and the inside-out Fisher–Yates: a seed gives the same order everywhere."""
    state = abs(number) % _PARK_MILLER
    if number <= 0:
        state = _PARK_MILLER - 1 - state  # Java's remainder keeps the sign
    made: list[T] = []
    for each in found:
        state = state * 16807 % _PARK_MILLER
        chosen = int((state - 1) / (_PARK_MILLER - 1) * (len(made) + 1))
        made.append(each)
        made[chosen], made[-1] = made[-1], made[chosen]
    return made


def _seed(context: Context, seed: Value) -> int:
    """As Java makes a long of a number; of a text that is no number, the beginning of a hash."""
    number = to_number(seed, context)
    if number == number:
        return _LONG - 1 if number >= _LONG else -_LONG if number < -_LONG else int(number)
    if isinstance(seed, str) and seed:
        return int.from_bytes(
            hashlib.sha256(seed.encode("utf-8", "replace")).digest()[:8], "big", signed=True
        )
    return 0


def literal_of(call: Call, index: int) -> str | None:
    argument = call.arguments[index]
    return argument.value if isinstance(argument, Literal) else None

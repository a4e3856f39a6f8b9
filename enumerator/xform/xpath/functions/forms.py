"""Functions that only a form being filled in can answer."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from enumerator.xform.xpath import paths
from enumerator.xform.xpath.compiled import Compiled
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.functions.nodesets import place_among_likes
from enumerator.xform.xpath.functions.texts import CONTEXT_NODE
from enumerator.xform.xpath.lists import LookUp
from enumerator.xform.xpath.registry import eager, lazy
from enumerator.xform.xpath.scope import Scope
from enumerator.xform.xpath.shape import Shape, lineage
from enumerator.xform.xpath.syntax import Call, Literal, Path, XPathError
from enumerator.xform.xpath.table import Table
from enumerator.xform.xpath.tree import Node
from enumerator.xform.xpath.values import number_of_text

if TYPE_CHECKING:
    from enumerator.xform.xpath.compiler import Compiler


@eager("uuid", "?n", "text", context=True)
def _uuid(context: Context, length: float | None = None) -> str:
    """Version 4; with a length, that many letters and digits."""
    if length is None:
        return str(uuid.UUID(int=context.random.getrandbits(128), version=4))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    count = int(length) if length == length and 0 < length < 10_000 else 0
    return "".join(context.random.choice(letters) for _ in range(count))


@lazy("once", 1, 1)
def _once(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    """The node's own value as long as it has one. What is not a number leaves it blank."""
    own = compiler.compile(CONTEXT_NODE, scope).text()
    value = compiler.compile(call.arguments[0], scope).value

    def once(item: Any, context: Context) -> Any:
        if kept := own(item, context):
            return kept
        found = value(item, context)
        return found if found == found else ""  # NaN alone is not equal to itself

    return Compiled("any", once)


@eager("jr:itext", "t", "text", context=True)
def _itext(context: Context, name: str) -> str:
    return context.texts.itext(name) if context.texts is not None else name


@lazy("jr:choice-name", 2, 2)
def _choice_name(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    value = compiler.compile(call.arguments[0], scope).text()
    path = compiler.compile(call.arguments[1], scope).text()

    def name(_item: Any, context: Context) -> str:
        wanted = value(_item, context)
        if context.texts is None or not wanted:
            return ""
        return context.texts.choice_name(wanted, path(_item, context), context.current)

    return Compiled("text", name)


@lazy("pulldata", 4, 4)
def _pulldata(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    """The first row of a list whose key column holds the key; ``@name`` is an attribute. Blank
    where list, column or row is not there, or the key is blank."""
    name, column, key_column, key = (
        compiler.compile(argument, scope).text() for argument in call.arguments
    )
    listed, looked_up = call.arguments[0], call.arguments[2]
    if isinstance(listed, Literal) and isinstance(looked_up, Literal):
        compiler.look_ups.add(LookUp(list_name(listed.value), looked_up.value))

    def value(item: Any, context: Context) -> str:
        wanted = key(item, context)
        if not wanted:
            return ""
        where, what = list_name(name(item, context)), column(item, context)
        table = context.tables(where)
        if not isinstance(table, Table):
            document = context.instances(where)
            key_name = key_column(item, context)
            return "" if document is None else _pull(document, what, key_name, wanted)
        looked_at = key_column(item, context)
        if looked_at not in table.columns:
            return ""
        rows = table.matching(looked_at, wanted)
        return table.cell(rows[0], what) if rows else ""

    return Compiled("text", value)


def list_name(file: str) -> str:
    return file.strip().removesuffix(".csv")


def _pull(document: Node, column: str, key_column: str, key: str) -> str:
    """From a list that is no table: its items are what the outermost element holds."""

    def cell(item: Node, name: str) -> str:
        among = item.attributes if name.startswith("@") else item.children
        wanted = name.removeprefix("@")
        return next((each.string() for each in among if each.name == wanted), "")

    items = [item for root in document.children for item in root.children]
    return next((cell(item, column) for item in items if cell(item, key_column) == key), "")


@lazy("indexed-repeat", 3, None)
def _indexed_repeat(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    """The node in the given lines; other repeats on the way keep the reader's own line."""
    if len(call.arguments) % 2 == 0:
        raise XPathError("indexed-repeat() takes a node, then pairs of a repeat and a number")
    if scope.root is None:
        return _indexed_among_nodes(compiler, call, scope)
    target = static_target(call.arguments[0], scope, "indexed-repeat")
    chosen: dict[int, Any] = {}
    for repeat, index in zip(call.arguments[1::2], call.arguments[2::2], strict=True):
        shape = static_target(repeat, scope, "indexed-repeat")
        if not shape.repeated:
            raise XPathError(f"indexed-repeat(): {shape.path} is not a repeat")
        chosen[shape.number] = compiler.compile(index, scope).number()
    way = lineage(target)[1:]
    own = lineage(scope.current)[1:] if scope.current is not None else []

    def find(item: Any, context: Context) -> list[Node]:
        numbers = {shape: number(item, context) for shape, number in chosen.items()}
        return _in_lines(context, way, own, numbers)

    def first(item: Any, context: Context) -> Node | None:
        found = find(item, context)
        return found[0] if found else None

    def text(item: Any, context: Context) -> str:
        node = first(item, context)
        return "" if node is None else node.string()

    return Compiled(
        "nodes",
        find,
        node=first,
        text=text,
        number=lambda item, context: number_of_text(text(item, context)),
    )


def _indexed_among_nodes(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    """Without a definition: the nodes that lie in the chosen lines."""
    target = compiler.compile(call.arguments[0], scope).nodes()
    pairs = [
        (compiler.compile(repeat, scope).nodes(), compiler.compile(index, scope).number())
        for repeat, index in zip(call.arguments[1::2], call.arguments[2::2], strict=True)
    ]

    def find(item: Any, context: Context) -> list[Node]:
        found = target(item, context)
        for repeats, number in pairs:
            wanted = number(item, context)
            lines = {
                id(line) for line in repeats(item, context) if place_among_likes(line) == wanted
            }
            found = [
                node
                for node in found
                if any(id(each) in lines for each in (node, *node.ancestors()))
            ]
        return found

    return Compiled("nodes", find)


def static_target(argument: object, scope: Scope, name: str) -> Shape:
    if isinstance(argument, Path):
        walk = paths.resolve(argument.start, argument.steps, scope)
        if walk is not None:
            return walk.target
    raise XPathError(f"{name}() needs plain paths of the form here")


def _in_lines(
    context: Context, way: list[Shape], own: list[Shape], numbers: dict[int, float]
) -> list[Node]:
    mine: Any = context.current
    ancestors: dict[int, Any] = {}
    while mine is not None and mine.parent is not None:
        ancestors[mine.shape.number] = mine
        mine = mine.parent
    found: list[Any] = [context.primary]
    following = True
    for depth, shape in enumerate(way):
        following = following and depth < len(own) and own[depth] is shape
        if not shape.repeated:
            found = [each.slots[shape.slot] for each in found]
            continue
        number = numbers.get(shape.number)
        if number is not None:
            following = False
            place = int(number) - 1 if number == number and abs(number) < 1e9 else -1
            found = [
                lines[place] for each in found if 0 <= place < len(lines := each.slots[shape.slot])
            ]
        elif following:
            found = [ancestors[shape.number]]
        else:
            found = [line for each in found for line in each.slots[shape.slot]]
    return [each for each in found if each.shown]

"""Paths that the definition alone resolves, as closures over slots.

A path of plain names, ``.`` and ``..`` is a walk up and a walk down, known when the form is
loaded. Ruling 7: an absolute path inside a repeat means the current line as long as it follows
the way to the context node.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from enumerator.xform.xpath.compiled import Compiled, NodeOf
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.scope import MissingPathError, Scope
from enumerator.xform.xpath.shape import Shape, lineage
from enumerator.xform.xpath.syntax import Call, KindTest, NameTest, Path, Step
from enumerator.xform.xpath.tree import Node
from enumerator.xform.xpath.values import NAN, Atom


@dataclass(frozen=True, slots=True)
class Walk:
    """From ``origin`` ("item", "current" or "root") up and down to ``target``.

    up     how many parents; down: the shapes entered after that
    shared how many leading repeat steps reader and target have in common
    many   more than one node may be found
    """

    origin: str
    up: int
    down: tuple[Shape, ...]
    target: Shape
    shared: int
    many: bool


def child_shape(
    shape: Shape, test: NameTest | KindTest, *, attribute: bool = False
) -> Shape | None:
    """None where the test is not a plain name. Raises MissingPathError."""
    if isinstance(test, KindTest) or test.local == "*":
        return None
    name = f"{test.prefix}:{test.local}" if test.prefix else test.local
    if attribute:
        name = "@" + name
    found = shape.children.get(name)
    if found is None:
        # A path may leave out or add the prefix that the instance has or lacks.
        found = shape.child(test.local, attribute=attribute)
    if found is None:
        raise MissingPathError(f"there is no node {shape.path}/{name}")
    return found


def is_plain(step: Step) -> bool:
    if step.predicates:
        return False
    if step.axis in ("child", "attribute"):
        return isinstance(step.test, NameTest) and step.test.local != "*"
    return step.axis in ("self", "parent") and step.test == KindTest("node")


def resolve(start: object, steps: Sequence[Step], scope: Scope) -> Walk | None:
    """The walk of a plain path; None where it has to be walked at run time. MissingPathError."""
    if not all(is_plain(step) for step in steps):
        return None
    if start == "/":
        return _resolve_absolute(steps, scope)
    if start == ".":
        origin, shape = ("current" if scope.top else "item"), scope.item
        if scope.columns is not None:
            return None
    elif start == Call("current", ()):
        origin, shape = "current", scope.current
    else:
        return None
    if shape is None:
        return None
    # The item of a predicate stands on lines of its own, unless the predicate is at the top.
    shared = shape.lines if origin == "current" else 0
    return _follow(origin, shape, steps, shared)


def _follow(origin: str, shape: Shape, steps: Sequence[Step], shared: int) -> Walk | None:
    down: list[Shape] = []
    up, many, here = 0, False, shape
    for step in steps:
        if step.axis == "self":
            continue
        if step.axis == "parent":
            if here.parent is None:
                return None
            here = here.parent
            if down:
                down.pop()
            else:
                up += 1
            shared = min(shared, here.lines)
            continue
        child = child_shape(here, step.test, attribute=step.axis == "attribute")
        if child is None:
            return None
        down.append(child)
        here = child
    many = any(entered.repeated for entered in down)
    return Walk(origin, up, tuple(down), here, shared, many)


def _resolve_absolute(steps: Sequence[Step], scope: Scope) -> Walk | None:
    if scope.root is None or not steps or steps[0].axis != "child":
        return None
    if child_shape_of_root(scope.root, steps[0].test) is None:
        return None
    walk = _follow("root", scope.root, steps[1:], 0)
    if walk is None:
        return None
    reader = scope.current
    if reader is None or reader.lines == 0 or walk.target.lines == 0:
        return walk
    # Follow the reader's own way as far as it goes: those lines are the reader's.
    way = lineage(walk.target)
    common = 0
    for mine, theirs in zip(lineage(reader), way, strict=False):
        if mine is not theirs:
            break
        common += 1
    if common == len(way) and walk.target.repeated:
        common -= 1  # count(/data/person): the repeat itself means all its lines
    meeting = way[common - 1]
    if meeting.lines == 0:
        return walk
    down = tuple(way[common:])
    many = any(entered.repeated for entered in down)
    return Walk("current", reader.depth - meeting.depth, down, walk.target, meeting.lines, many)


def child_shape_of_root(root: Shape, test: NameTest | KindTest) -> Shape | None:
    if isinstance(test, KindTest) or test.local == "*":
        return None
    if test.local != root.name:
        name = f"{test.prefix}:{test.local}" if test.prefix else test.local
        raise MissingPathError(f"there is no node /{name}")
    return root


def compile_walk(walk: Walk) -> Compiled:
    if walk.many:
        return _compile_many(walk)
    node = _single(walk)
    target = walk.target
    if not target.leaf:
        return Compiled("nodes", _listed(node), node=node)
    return _compile_leaf(node, target)


def _listed(node: NodeOf) -> Any:
    def value(item: Any, context: Context) -> list[Node]:
        found = node(item, context)
        return [] if found is None else [found]

    return value


def _single(walk: Walk) -> NodeOf:
    """The node itself, or None while it is not relevant."""
    slots = tuple(shape.slot for shape in walk.down)
    if walk.origin == "root" or (walk.target.lines == 0):
        number = walk.target.number

        def fixed(_item: Any, context: Context) -> Node | None:
            node = context.fixed[number]
            return node if node is not None and node.shown else None

        return fixed
    from_current = walk.origin == "current"
    up = walk.up
    if up == 1 and len(slots) == 1:
        slot = slots[0]
        if from_current:

            def sibling_of_current(_item: Any, context: Context) -> Node | None:
                parent: Any = context.current.parent
                node: Node = parent.slots[slot]
                return node if node.shown else None

            return sibling_of_current
    if from_current and up == 0 and slots:

        def inside_current_node(_item: Any, context: Context) -> Node | None:
            node: Any = context.current
            for slot in slots:
                if not node.slots:  # a repeat as a whole has nothing in it, its lines have
                    return None
                node = node.slots[slot]
            return node if node.shown else None

        return inside_current_node
    if from_current:

        def from_current_node(_item: Any, context: Context) -> Node | None:
            node: Any = context.current
            for _ in range(up):
                node = node.parent
            for slot in slots:
                node = node.slots[slot]
            return node if node.shown else None

        return from_current_node

    def from_item(item: Any, _context: Context) -> Node | None:
        node = item
        for _ in range(up):
            node = node.parent
        for slot in slots:
            node = node.slots[slot]
        return node if node.shown else None

    return from_item


def _compile_leaf(node: NodeOf, target: Shape) -> Compiled:
    def text(item: Any, context: Context) -> str:
        found = node(item, context)
        return "" if found is None else found.text

    def kept_text(item: Any, context: Context) -> str:
        found = node(item, context)
        return "" if found is None else found.string()

    def number(item: Any, context: Context) -> float:
        found: Any = node(item, context)
        if found is None:
            return NAN
        cached = found.number
        return found.read_number(context.zone) if cached is None else cached  # type: ignore[no-any-return]  # an InstanceNode

    def typed(item: Any, context: Context) -> Atom:
        found: Any = node(item, context)
        return "" if found is None else found.atom(context.zone)

    return Compiled(
        "nodes",
        _listed(node),
        node=node,
        text=kept_text if target.holds else text,
        number=number,
        atom=text if target.scalar == "text" else typed,
    )


def _compile_many(walk: Walk) -> Compiled:
    down = tuple((shape.slot, shape.repeated) for shape in walk.down)
    up, origin = walk.up, walk.origin

    def value(item: Any, context: Context) -> list[Node]:
        node: Any
        if origin == "root":
            node = context.primary
        else:
            node = context.current if origin == "current" else item
        for _ in range(up):
            node = node.parent
        found: list[Any] = [node]
        if not node.slots:  # a repeat as a whole has nothing in it, its lines have
            return []
        for slot, repeated in down:
            if repeated:
                found = [line for each in found for line in each.slots[slot]]
            else:
                found = [each.slots[slot] for each in found]
        context.visit(len(found) >> 4)
        return [each for each in found if each.shown]

    return Compiled("nodes", value)


def static_prefix(path: Path) -> int:
    """How many leading steps are plain."""
    count = 0
    for step in path.steps:
        if not is_plain(step):
            break
        count += 1
    return count

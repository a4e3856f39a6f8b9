"""What of a form decides under which ruling a difference falls: what makes a node's value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from enumerator.xform.definition.model import Action, Expression, NodeDefinition
from enumerator.xform.engine.program import Program
from enumerator.xform.xpath.dependencies import reads_of
from enumerator.xform.xpath.syntax import Call, Expr, NameTest, Path, parts

_POSITION = re.compile(r"\[\d+\]")
_PREFIX = re.compile(r"/(?:orx|jr|xf):")


def plain(ref: str) -> str:
    """First lines without their position, the peers' prefixes of the meta block left out."""
    return _PREFIX.sub("/", ref.replace("[1]", ""))


def calls_in(expr: Expr) -> Iterator[str]:
    """The functions that an expression calls."""
    return (part.name for part in parts(expr) if isinstance(part, Call))


class Facts:
    def __init__(self, program: Program) -> None:
        self._program = program
        self._nodes = {plain(node.path): node for node in program.definition.nodes}

    def node(self, ref: str) -> NodeDefinition | None:
        return self._nodes.get(_POSITION.sub("", plain(ref)))

    def lines_above(self, ref: str) -> Iterator[NodeDefinition]:
        """The repeats that the node is or stands in, from the inside out."""
        node = self.node(ref)
        while node is not None:
            if node.repeated:
                yield node
            node = node.parent

    # ---------------------------------------------------------------- what makes a value
    def actions_on(self, node: NodeDefinition) -> list[Action]:
        return [action for action in self._program.definition.actions if action.target is node]

    def expressions_of(self, node: NodeDefinition) -> Iterator[Expression]:
        """That make its value."""
        if node.bind.calculate is not None:
            yield node.bind.calculate
        for action in self.actions_on(node):
            if action.value is not None:
                yield action.value

    def conditions_of(self, node: NodeDefinition | None) -> Iterator[Expression]:
        """That decide how it or what it stands in may be answered."""
        while node is not None:
            for name in ("relevant", "readonly", "required", "constraint"):
                expression: Expression | None = getattr(node.bind, name)
                if expression is not None:
                    yield expression
            node = node.parent

    def has_path_for_condition(self, ref: str, aspect: str) -> bool:
        """Whether the node, or what it stands in, has a bare path for that condition."""
        node = self.node(ref)
        while node is not None:
            condition: Expression | None = getattr(node.bind, aspect)
            if condition is not None and isinstance(condition.syntax, Path):
                return True
            node = None if aspect == "required" else node.parent
        return False

    def makes(self, ref: str, holds: Callable[[NodeDefinition, Expression], bool]) -> bool:
        """Whether an expression for which that holds makes the value, also by way of others."""
        start = self.node(ref)
        waiting = [] if start is None else [start]
        seen: set[int] = set()
        while waiting:
            node = waiting.pop()
            if node.number in seen:
                continue
            seen.add(node.number)
            for expression in self.expressions_of(node):
                if holds(node, expression):
                    return True
                reads = reads_of(expression.syntax, self._program.definition.root, node)
                waiting += [self._program.definition.nodes[p.shape.number] for p in reads.values]
        return False

    def calls(self, ref: str, *names: str) -> bool:
        wanted = set(names)
        return self.makes(ref, lambda _node, made: not wanted.isdisjoint(calls_in(made.syntax)))

    def of_the_moment(self, ref: str) -> bool:
        """Made by clock or chance."""
        node = self.node(ref)
        if node is not None and node.bind.preload in ("timestamp", "date", "uid"):
            return True
        return self.calls(ref, "now", "today", "random", "uuid") or self._reads_preload(ref)

    def _reads_preload(self, ref: str) -> bool:
        root = self._program.definition.root

        def reads(node: NodeDefinition, made: Expression) -> bool:
            places = reads_of(made.syntax, root, node).values
            nodes = [self._program.definition.nodes[place.shape.number] for place in places]
            return any(each.bind.preload in ("timestamp", "date", "uid") for each in nodes)

        return self.makes(ref, reads)

    def reads_own_repeat_absolutely(self, ref: str) -> bool:
        """Ruling 7: by a path from the root through a repeat that the reader stands in."""

        def holds(node: NodeDefinition, made: Expression) -> bool:
            own = {id(each) for each in self.lines_above(node.path)}
            return any(
                id(each) in own
                for path in parts(made.syntax)
                if isinstance(path, Path)
                for each in self._on(path)
            )

        return self.makes(ref, holds)

    def _on(self, path: Path) -> Iterator[NodeDefinition]:
        """The repeats that a path from the root passes."""
        if path.start != "/":
            return
        node: NodeDefinition | None = None
        for step in path.steps:
            if not isinstance(step.test, NameTest):
                return
            name = step.test.local
            root = self._program.definition.root
            node = root if node is None else node.children.get(name)
            if node is None:
                return
            if node.repeated:
                yield node

"""An expression as closures: one to a kind of result, the missing ones derived."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.syntax import XPathError
from enumerator.xform.xpath.tree import Node
from enumerator.xform.xpath.values import (
    Atom,
    Value,
    first_atom,
    node_atom,
    to_boolean,
    to_number,
    to_text,
)

# The context item is a node; inside a predicate over a list it is a row (see lists).
ValueOf = Callable[[Any, Context], Value]
TextOf = Callable[[Any, Context], str]
NumberOf = Callable[[Any, Context], float]
BooleanOf = Callable[[Any, Context], bool]
AtomOf = Callable[[Any, Context], Atom]
NodesOf = Callable[[Any, Context], list[Node]]
NodeOf = Callable[[Any, Context], Node | None]
CountOf = Callable[[Any, Context], int]
CellsOf = Callable[[Any, Context], "Iterator[str] | None"]


_ATOMS = frozenset({"text", "number", "boolean", "date", "atom"})


class Compiled:
    """``kind``: "text", "number", "boolean", "date", "atom", "nodes" or "any".

    constant  the value does not depend on anything
    node      for "nodes" that can only be one: the node itself, or None
    cells     for a column of a list: its texts without nodes; gives None where that fails
    """

    __slots__ = (
        "_atom",
        "_boolean",
        "_number",
        "_text",
        "cells",
        "constant",
        "count",
        "kind",
        "node",
        "value",
    )

    def __init__(
        self,
        kind: str,
        value: ValueOf,
        *,
        text: TextOf | None = None,
        number: NumberOf | None = None,
        boolean: BooleanOf | None = None,
        atom: AtomOf | None = None,
        node: NodeOf | None = None,
        count: CountOf | None = None,
        cells: CellsOf | None = None,
        constant: bool = False,
    ) -> None:
        self.kind = kind
        self.value = value
        self.node = node
        self.count = count
        self.cells = cells
        self.constant = constant
        self._text = text
        self._number = number
        self._boolean = boolean
        self._atom = atom

    def text(self) -> TextOf:
        found = self._text
        if found is None:
            value: Any = self.value

            def converted(item: Any, context: Context) -> str:
                return to_text(value(item, context))

            found = self._text = value if self.kind == "text" else converted
        return found

    def number(self) -> NumberOf:
        found = self._number
        if found is None:
            value: Any = self.value

            def converted(item: Any, context: Context) -> float:
                return to_number(value(item, context), context)

            found = self._number = value if self.kind == "number" else converted
        return found

    def boolean(self) -> BooleanOf:
        found = self._boolean
        if found is None:
            value: Any = self.value

            def converted(item: Any, context: Context) -> bool:
                return to_boolean(value(item, context), context)

            found = self._boolean = value if self.kind == "boolean" else converted
        return found

    def atom(self) -> AtomOf:
        """A single value; a node-set gives its first node's."""
        if self._atom is None:
            self._atom = self._make_atom()
        return self._atom

    def _make_atom(self) -> AtomOf:
        value: Any = self.value
        node = self.node
        if self.kind in _ATOMS:
            same: AtomOf = value
            return same
        if node is not None:

            def atom_of_node(item: Any, context: Context) -> Atom:
                found = node(item, context)
                return "" if found is None else node_atom(found, context)

            return atom_of_node

        def atom_of_value(item: Any, context: Context) -> Atom:
            found = value(item, context)
            return first_atom(found, context) if isinstance(found, list) else found

        return atom_of_value

    def nodes(self) -> NodesOf:
        """Raises XPathError at run time where the value is no node-set."""
        value: Any = self.value
        if self.kind == "nodes":
            same: NodesOf = value
            return same

        def nodes_of_value(item: Any, context: Context) -> list[Node]:
            found = value(item, context)
            if isinstance(found, list):
                return found
            if found == "" and not context.strict:
                return []
            raise XPathError("a node-set is needed here")

        return nodes_of_value

    @property
    def single(self) -> bool:
        """Whether it is one atom or node at most, so that no "any of" comparison is needed."""
        return self.kind in _ATOMS or self.node is not None


def constant(kind: str, value: Atom) -> Compiled:
    return Compiled(kind, lambda _item, _context: value, constant=True)

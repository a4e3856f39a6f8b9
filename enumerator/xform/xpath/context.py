"""What an evaluation knows besides its context node."""

from __future__ import annotations

import random as randomness
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from enumerator.xform.limits import MAX_VISITS
from enumerator.xform.xpath.syntax import XPathError
from enumerator.xform.xpath.tree import Node, NodeKind
from enumerator.xform.xpath.values import Value


class Texts(Protocol):
    """Where jr:itext() and jr:choice-name() find their words."""

    def itext(self, name: str) -> str: ...
    def choice_name(self, value: str, path: str, node: Node) -> str: ...


class Context:
    """Mutable, one a session; predicates set ``position`` and ``size`` and put them back.

    current   the node that current() means
    fixed     nodes of the primary instance outside repeats, by number of their definition
    visits    nodes that may still be walked over in this step or look, see limits.MAX_VISITS
    strict    XPath 1.0 to the letter: an empty node-set equals nothing, any other is true.
              In a form a node-set stands for the value of its node, an empty one for a blank
    """

    __slots__ = (
        "_document",
        "current",
        "fixed",
        "instances",
        "namespaces",
        "now",
        "position",
        "primary",
        "random",
        "size",
        "strict",
        "tables",
        "texts",
        "variables",
        "visits",
        "zone",
    )

    def __init__(
        self,
        primary: Node,
        *,
        now: Callable[[], datetime] | None = None,
        zone: tzinfo | None = None,
        random: randomness.Random | None = None,
        strict: bool = False,
    ) -> None:
        self.primary = primary
        self._document: Node | None = None
        self.current: Node = primary
        self.position = 1
        self.size = 1
        self.fixed: list[Node | None] = []
        self.now: Callable[[], datetime] = now or (lambda: datetime.now(UTC).astimezone(zone))
        self.zone: tzinfo = zone or self.now().tzinfo or UTC
        self.random: randomness.Random = random or randomness.SystemRandom()
        self.strict = strict
        self.namespaces: Mapping[str, str] = {}
        self.instances: Callable[[str], Node | None] = lambda _name: None
        self.tables: Callable[[str], object] = lambda _name: None
        self.texts: Texts | None = None
        self.variables: Mapping[str, Value] = {}
        self.visits = MAX_VISITS

    @property
    def document(self) -> Node:
        """What ``/`` means: above the outermost element of a form, which has no parent itself."""
        if self._document is None:
            top = self.primary.root()
            if top.kind != NodeKind.ROOT:
                document = Node(NodeKind.ROOT)
                document.children.append(top)
                top = document
            self._document = top
        return self._document

    def visit(self, count: int) -> None:
        """Notes that so many nodes are walked over. Raises XPathError when it is too much."""
        self.visits -= count
        if self.visits < 0:
            raise XPathError(
                "too much work in one step: filter lists by equality, "
                "and name nodes by their paths instead of searching with //"
            )

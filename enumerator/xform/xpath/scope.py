"""Where an expression is evaluated: what its context item and current() are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from enumerator.xform.xpath.shape import Shape
from enumerator.xform.xpath.syntax import XPathError
from enumerator.xform.xpath.table import Column


class MissingPathError(XPathError):
    """A path that leads nowhere in the primary instance."""


class NotARowError(Exception):
    """An expression that needs more than the columns of a list's row."""


@dataclass(frozen=True, slots=True)
class Scope:
    """``item`` is the shape of the context node, ``current`` that of current(), both None where
    the tree has no definition. ``top``: the context node and current() are the same node.
    ``columns`` is set inside a predicate over a list: the context item is a row number then."""

    root: Shape | None = None
    item: Shape | None = None
    current: Shape | None = None
    top: bool = True
    columns: Mapping[str, Column] | None = None

    def inside(self, item: Shape | None) -> Scope:
        """The scope of a predicate on nodes of that shape."""
        return replace(self, item=item, top=False, columns=None)

    def row(self, columns: Mapping[str, Column]) -> Scope:
        return replace(self, item=None, top=False, columns=columns)


GENERIC = Scope()

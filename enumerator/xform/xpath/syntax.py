"""The abstract syntax of XPath 1.0: immutable, hashable, without any meaning attached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from enumerator.errors import KnownError


class XPathError(KnownError):
    """An expression that cannot be understood or evaluated: the form has to be corrected."""

    def __init__(self, text: str) -> None:
        super().__init__("bad_expression", text)


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Literal:
    value: str


@dataclass(frozen=True, slots=True)
class NameTest:
    """``prefix`` is None without one; ``local`` may be ``*``."""

    prefix: str | None
    local: str


@dataclass(frozen=True, slots=True)
class KindTest:
    """node(), text(), comment(), processing-instruction('target')."""

    kind: str
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    axis: str
    test: NameTest | KindTest
    predicates: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """``start``: "/" for the root, "." for the context node, or the expression it starts from."""

    start: str | Expr
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """A primary expression with predicates: ``(...)[1]``."""

    base: Expr
    predicates: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """``or and = != < <= > >= + - * div mod |``"""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Negate:
    operand: Expr


@dataclass(frozen=True, slots=True)
class Variable:
    name: str


Expr = Number | Literal | Path | Filter | Call | Binary | Negate | Variable

ANY_NODE = KindTest("node")
SELF = Step("self", ANY_NODE)
PARENT = Step("parent", ANY_NODE)
DESCENDANTS = Step("descendant-or-self", ANY_NODE)

# What compiling one level of each takes of Python's stack.
_FRAMES = {Path: 8, Filter: 5, Call: 5, Binary: 2, Negate: 2}


def frames(expr: Expr) -> int:
    """How much of Python's stack compiling the expression takes."""
    most = 0
    waiting: list[tuple[Expr, int]] = [(expr, 0)]
    while waiting:
        node, above = waiting.pop()
        depth = above + _FRAMES.get(type(node), 1)
        depth += len(node.steps) if isinstance(node, Path) else 0
        most = max(most, depth)
        waiting += [(child, depth) for child in children(node)]
    return most


def children(expr: Expr) -> list[Expr]:
    """The expressions right inside one."""
    if isinstance(expr, Binary):
        return [expr.left, expr.right]
    if isinstance(expr, Call):
        return list(expr.arguments)
    if isinstance(expr, Negate):
        return [expr.operand]
    if isinstance(expr, Filter):
        return [expr.base, *expr.predicates]
    if isinstance(expr, Path):
        found = [predicate for step in expr.steps for predicate in step.predicates]
        return found if isinstance(expr.start, str) else [expr.start, *found]
    return []


def parts(expr: Expr) -> Iterator[Expr]:
    """The expression and all within it, predicates too, in the order in which they stand."""
    waiting = [expr]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += reversed(children(each))

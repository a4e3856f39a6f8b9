"""Totals over the lines of a repeat, kept line by line.

``sum(/data/person/income)`` and ``count(/data/person[age > 17])`` read every line, but a change
concerns one. What each line gives is kept beside the lines; a change marks its line, and only
marked lines are read again. Nothing is added up incrementally: the total is always made from
what all lines give, so it is to the last bit what a fresh evaluation gives.

Only for paths that enter lines by a plain step, with predicates that read nothing outside of the
line. Whatever else there is, is evaluated as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from enumerator.xform.xpath import paths
from enumerator.xform.xpath.compiled import AtomOf, BooleanOf, Compiled
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.dependencies import reads_of
from enumerator.xform.xpath.functions import numbers as on_numbers
from enumerator.xform.xpath.scope import MissingPathError, Scope
from enumerator.xform.xpath.shape import Shape, lineage
from enumerator.xform.xpath.syntax import (
    Binary,
    Call,
    Expr,
    Literal,
    NameTest,
    Negate,
    Number,
    Path,
)
from enumerator.xform.xpath.values import equal_atoms

if TYPE_CHECKING:
    from enumerator.xform.xpath.compiler import Compiler

_TAKING = {"sum", "max", "min", "count", "count-non-empty"}
# Functions that give the same whenever their arguments are the same.
_PURE = frozenset(
    {"and", "or", "not", "true", "false", "boolean", "boolean-from-string", "number", "string"}
    | {"int", "round", "floor", "ceiling", "abs", "coalesce", "if", "selected", "count-selected"}
    | {"selected-at", "string-length", "concat", "contains", "starts-with", "ends-with", "regex"}
    | {"substr", "substring", "substring-before", "substring-after", "translate"}
    | {"normalize-space", "date", "decimal-date-time", "format-date"}
)


class Gathering:
    """What one expression takes of each line; identity is its key beside the lines."""

    def __init__(self, take: Callable[[Any, Context], Any]) -> None:
        self.take = take


class Kept:
    """What the lines gave, by line; ``stale``: those that changed since."""

    __slots__ = ("given", "stale", "version")

    def __init__(self) -> None:
        self.given: dict[Any, Any] = {}
        self.stale: set[Any] = set()
        self.version = -1


def gathered(gathering: Gathering, lines: Any, context: Context) -> list[Any]:
    """What every line gives, in their order. ``lines`` are an instance's ``Lines``."""
    kept: Kept | None = lines.kept.get(gathering)
    if kept is None:
        kept = lines.kept[gathering] = Kept()
    take, given = gathering.take, kept.given
    if kept.version != lines.version:
        stale = kept.stale
        kept.given = given = {
            line: given[line] if line in given and line not in stale else take(line, context)
            for line in lines
        }
        kept.version = lines.version
        kept.stale = set()
    elif kept.stale:
        for line in kept.stale:
            if line in given:
                given[line] = take(line, context)
        kept.stale = set()
    return list(given.values())


def compile_total(compiler: Compiler, call: Call, scope: Scope) -> Compiled | None:
    """None where the call is no such total."""
    name, arguments = call.name, call.arguments
    if not (
        (name in _TAKING and len(arguments) == 1) or (name == "join" and len(arguments) == 2)
    ) or not isinstance(arguments[-1], Path):
        return None
    try:
        if name == "count" and (alike := _count_alike(compiler, arguments[-1], scope)):
            return alike
        found = _Way.of(compiler, arguments[-1], scope)
    except MissingPathError:
        return None
    if found is None or not (found.target.leaf or name == "count"):
        return None
    nodes = found.nodes()
    if name == "count":
        all_of = found.listed(lambda line, context: len(nodes(line, context)))
        return Compiled("number", lambda item, context: float(sum(all_of(item, context))))
    if name == "count-non-empty":
        all_of = found.listed(
            lambda line, context: sum(1 for n in nodes(line, context) if n.string() != "")
        )
        return Compiled("number", lambda item, context: float(sum(all_of(item, context))))
    if name == "join":
        separator = compiler.compile(arguments[0], scope).text()
        texts = found.listed(lambda line, context: [n.string() for n in nodes(line, context)])
        return Compiled(
            "text", lambda item, context: separator(item, context).join(_flat(texts(item, context)))
        )
    numbers = found.listed(
        lambda line, context: on_numbers.numbers_of(context, (nodes(line, context),))
    )
    fold = {"sum": on_numbers.total, "max": on_numbers.largest, "min": on_numbers.smallest}[name]
    return Compiled("number", lambda item, context: fold(_flat(numbers(item, context))))


def _count_alike(compiler: Compiler, path: Path, scope: Scope) -> Compiled | None:
    """``count(../../person[nik = current()/../nik])``: how many lines hold a text.

    The key is the reader's, so every line asks; what the lines hold is read once.
    """
    if not path.steps or len(path.steps[-1].predicates) != 1:
        return None
    predicate = path.steps[-1].predicates[0]
    if not isinstance(predicate, Binary) or predicate.operator != "=":
        return None
    way = _Way.of(compiler, path, scope, without_tests=True)
    if way is None:
        return None
    sides = (predicate.left, predicate.right)
    for held, key in (sides, sides[::-1]):
        if not isinstance(held, Path) or held.start != "." or not _is_key(key):
            continue
        inside = scope.inside(way.target)
        walk = paths.resolve(".", held.steps, inside)
        if walk is None or walk.up or walk.many or not walk.target.leaf:
            continue
        if walk.target.scalar != "text":
            continue
        return way.alike(walk.down, compiler.compile(held, inside).atom(), compiler, key, scope)
    return None


def _flat(parts: list[list[Any]]) -> list[Any]:
    return [each for part in parts for each in part]


class _Way:
    """From the reader to the lines, and from a line to what is wanted of it."""

    def __init__(
        self, walk: paths.Walk, lines: Shape, inner: Sequence[Shape], tests: Sequence[BooleanOf]
    ) -> None:
        self._origin, self._up = walk.origin, walk.up
        before = walk.down[: walk.down.index(lines)] if lines in walk.down else walk.down
        self._before = tuple(shape.slot for shape in before)
        self._lines = lines
        self._inner = tuple((shape.slot, shape.repeated) for shape in inner)
        self._tests = tuple(tests)
        self._read = {lines, *inner}
        self.target = inner[-1] if inner else lines

    @staticmethod
    def of(
        compiler: Compiler, path: Path, scope: Scope, *, without_tests: bool = False
    ) -> _Way | None:
        """``without_tests``: to all lines, whatever the predicates on them say."""
        if scope.root is None or scope.columns is not None:
            return None
        taken = paths.static_prefix(path)
        prefix, rest = path.steps[:taken], path.steps[taken:]
        if not prefix and path.start == "/":
            return None
        walk = paths.resolve(path.start, prefix, scope)
        if walk is None:
            return None
        lines = next((shape for shape in walk.down if shape.repeated), None)
        if lines is not None:
            inner = walk.down[walk.down.index(lines) + 1 :]
            return None if rest else _Way(walk, lines, inner, ())
        if rest and without_tests:
            rest = (replace(rest[0], predicates=()), *rest[1:])
        return _Way._filtered(compiler, walk, rest, scope)

    @staticmethod
    def _filtered(
        compiler: Compiler, walk: paths.Walk, rest: Sequence[Any], scope: Scope
    ) -> _Way | None:
        """Lines with predicates, then plain steps."""
        if not rest or rest[0].axis != "child" or not isinstance(rest[0].test, NameTest):
            return None
        lines = paths.child_shape(walk.target, rest[0].test)
        if lines is None or not lines.repeated or scope.root is None:
            return None
        inside = scope.inside(lines)
        below = paths.resolve(".", rest[1:], inside)
        if below is None or below.up or below.origin != "item":
            return None
        read: set[Shape] = set()
        tests = []
        for predicate in rest[0].predicates:
            reads = reads_of(predicate, scope.root, lines)
            if not _is_pure(predicate) or reads.positions or reads.language or reads.chance:
                return None
            if not all(p.shared == lines.lines and lines in lineage(p.shape) for p in reads.values):
                return None
            read.update(place.shape for place in reads.values)
            compiled = compiler.compile(predicate, inside)
            if compiled.kind in ("number", "any"):
                return None
            tests.append(compiled.boolean())
        found = _Way(walk, lines, below.down, tests)
        found._read |= read
        return found

    def nodes(self) -> Callable[[Any, Context], list[Any]]:
        """Of one line."""
        inner, tests = self._inner, self._tests

        def nodes_of(line: Any, context: Context) -> list[Any]:
            if not line.shown:
                return []
            for test in tests:
                if not test(line, context):
                    return []
            found = [line]
            for slot, repeated in inner:
                if repeated:
                    found = [each for above in found for each in above.slots[slot]]
                else:
                    found = [above.slots[slot] for above in found]
            return [each for each in found if each.shown]

        return nodes_of

    def alike(
        self, read: Sequence[Shape], held: AtomOf, compiler: Compiler, key: Expr, scope: Scope
    ) -> Compiled:
        """How many lines hold the key; None stands for a line that is not relevant."""
        self._read |= set(read)
        wanted = compiler.compile(key, scope.inside(None)).atom()
        atoms = self.listed(lambda line, context: held(line, context) if line.shown else None)

        def count(item: Any, context: Context) -> float:
            found, atom = atoms(item, context), wanted(item, context)
            if isinstance(atom, str):
                return float(found.count(atom))
            return float(
                sum(1 for each in found if each is not None and equal_atoms(each, atom, context))
            )

        return Compiled("number", count)

    def listed(self, take: Callable[[Any, Context], Any]) -> Callable[[Any, Context], list[Any]]:
        """What is taken of every line; from now on changes mark theirs."""
        gathering = Gathering(take)
        for shape in self._read:
            shape.gatherings.append((shape.depth - self._lines.depth, gathering))
        origin, up, before, slot = self._origin, self._up, self._before, self._lines.slot

        def all_of(item: Any, context: Context) -> list[Any]:
            node: Any = item
            if origin != "item":
                node = context.primary if origin == "root" else context.current
            for _ in range(up):
                node = node.parent
            for place in before:
                node = node.slots[place]
            return gathered(gathering, node.slots[slot], context)

        return all_of


def _is_key(expr: Expr) -> bool:
    """Whether a value is the reader's, the same for every line."""
    if isinstance(expr, Path):
        own = expr.start == "/" or expr.start == Call("current", ())
        return own and all(map(paths.is_plain, expr.steps))
    return isinstance(expr, Literal)


def _is_pure(expr: Expr) -> bool:
    """Whether nothing but the line's own nodes matters."""
    if isinstance(expr, (Literal, Number)):
        return True
    if isinstance(expr, Binary):
        return expr.operator != "|" and _is_pure(expr.left) and _is_pure(expr.right)
    if isinstance(expr, Negate):
        return _is_pure(expr.operand)
    if isinstance(expr, Call):
        return (
            expr.name in _PURE
            and bool(expr.arguments or expr.name in ("true", "false"))
            and all(map(_is_pure, expr.arguments))
        )
    return isinstance(expr, Path) and expr.start == "." and all(map(paths.is_plain, expr.steps))

"""What an expression reads of the primary instance, found in its syntax tree.

``shared`` says how many leading repeat steps reader and read node have in common: a change of
the read node concerns exactly the readers that stand in the same lines of those repeats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from enumerator.xform.xpath.paths import child_shape
from enumerator.xform.xpath.scope import MissingPathError
from enumerator.xform.xpath.shape import Shape, common_lines, lineage
from enumerator.xform.xpath.syntax import (
    Binary,
    Call,
    Expr,
    Filter,
    KindTest,
    NameTest,
    Negate,
    Number,
    Path,
    Step,
)


class Pick(NamedTuple):
    """One line of a repeat: the ``number``-th, or so many lines after the reader's own.

    lines   how many repeat steps lead to that repeat, itself included
    """

    lines: int
    number: int
    relative: bool


class Place(NamedTuple):
    """A shape, and how many leading repeat steps it shares with the reader.

    ``pick``: only that line is read, of all that are not shared.
    """

    shape: Shape
    shared: int
    pick: Pick | None = None


@dataclass(slots=True)
class Reads:
    """values: read nodes; positions: repeats whose line numbers are read.

    language  a language switch changes the result
    chance    randomness is drawn
    """

    values: set[Place] = field(default_factory=set)
    positions: set[Place] = field(default_factory=set)
    language: bool = False
    chance: bool = False


def reads_of(expr: Expr, root: Shape, reader: Shape | None, *, whole: bool = True) -> Reads:
    """``whole``: the value of a group or line is wanted, with all that is in it."""
    reads = Reads()
    here = None if reader is None else Place(reader, reader.lines)
    _Walker(root, here, reads).visit(expr, [here] if here is not None else [], whole=whole)
    return reads


# What asks for nodes as such, not for what is in them.
_BARE = frozenset({"count", "name", "local-name", "namespace-uri", "instance", "randomize"})


class _Walker:
    def __init__(self, root: Shape, reader: Place | None, reads: Reads) -> None:
        self._root = root
        self._reader = reader
        self._reads = reads

    def visit(self, expr: Expr, item: list[Place], *, whole: bool = True) -> list[Place]:
        """Notes what is read; returns the places that a path leads to."""
        if isinstance(expr, Path):
            places = self._path(expr, item)
            self._reads.values.update(places)
            if whole:
                self._reads.values.update(_leaves(places))
            return places
        if isinstance(expr, Call):
            return self._call(expr, item)
        if isinstance(expr, Binary):
            union = expr.operator == "|"
            inner = whole or not union
            both = [
                *self.visit(expr.left, item, whole=inner),
                *self.visit(expr.right, item, whole=inner),
            ]
            return both if union else []
        if isinstance(expr, Negate):
            self.visit(expr.operand, item)
            return []
        if isinstance(expr, Filter):
            places = self.visit(expr.base, item, whole=whole)
            for predicate in expr.predicates:
                self.visit(predicate, places)
            return places
        return []

    def _call(self, expr: Call, item: list[Place]) -> list[Place]:
        name = expr.name
        if name == "current":
            return [self._reader] if self._reader is not None else []
        if name in ("jr:choice-name", "jr:itext"):
            self._reads.language = True
        elif name in ("random", "uuid") or (name == "randomize" and len(expr.arguments) == 1):
            self._reads.chance = True
        if name == "position" and expr.arguments and isinstance(expr.arguments[0], Path):
            self._reads.positions.update(self._path(expr.arguments[0], item))
            return []
        if name == "indexed-repeat":
            return self._indexed(expr, item)
        found: list[Place] = []
        for argument in expr.arguments:
            found += self.visit(argument, item, whole=name not in _BARE)
        if not expr.arguments and name in (
            "string",
            "number",
            "string-length",
            "normalize-space",
            "name",
            "local-name",
        ):
            self._reads.values.update(item)
        return found if name in ("randomize", "if", "instance") else []

    def _indexed(self, expr: Call, item: list[Place]) -> list[Place]:
        for index in expr.arguments[2::2]:
            self.visit(index, item)
        found: list[Place] = []
        pick = self._pick(expr, item)
        repeats: list[Shape] = []
        for repeat in expr.arguments[1::2]:
            if isinstance(repeat, Path):
                repeats += [place.shape for place in self._path(repeat, item)]
        if isinstance(expr.arguments[0], Path):
            for place in self._path(expr.arguments[0], item):
                shared = common_lines(place.shape, self._reader.shape) if self._reader else 0
                for chosen in repeats:
                    shared = min(shared, chosen.lines - 1)
                shared = max(shared, 0)
                is_picked = pick is not None and pick.lines == shared + 1 == place.shape.lines
                found.append(Place(place.shape, shared, pick if is_picked else None))
        self._reads.values.update(found)
        return found

    def _pick(self, expr: Call, item: list[Place]) -> Pick | None:
        """Of indexed-repeat(): a literal number, or one counted from the reader's own line."""
        if len(expr.arguments) != 3 or not isinstance(expr.arguments[1], Path):
            return None
        repeats = self._path(expr.arguments[1], item)
        index = expr.arguments[2]
        if len(repeats) != 1:
            return None
        repeat = repeats[0].shape
        if isinstance(index, Number):
            if not index.value.is_integer():
                return None
            return Pick(repeat.lines, int(index.value), relative=False)
        if not (isinstance(index, Binary) and index.operator in "+-"):
            return None
        own, distance = index.left, index.right
        if (
            isinstance(distance, Number)
            and distance.value.is_integer()
            and isinstance(own, Call)
            and own.name == "position"
            and len(own.arguments) == 1
            and isinstance(own.arguments[0], Path)
            and self._path(own.arguments[0], item) == [Place(repeat, repeat.lines)]
        ):
            number = int(distance.value)
            return Pick(repeat.lines, -number if index.operator == "-" else number, relative=True)
        return None

    # ---------------------------------------------------------------- paths
    def _path(self, expr: Path, item: list[Place]) -> list[Place]:
        steps: Sequence[Step] = expr.steps
        if expr.start == "/":
            return self._absolute(steps)
        if isinstance(expr.start, str):
            places = list(item)
        else:
            places = self.visit(expr.start, item, whole=False)
        for step in steps:
            places = self._step(places, step)
            self._predicates(step, places)
        return places

    def _predicates(self, step: Step, places: list[Place]) -> None:
        for predicate in step.predicates:
            self.visit(predicate, places)

    def _absolute(self, steps: Sequence[Step]) -> list[Place]:
        if not steps:
            return [Place(self._root, 0)]
        first = steps[0]
        if first.axis == "child" and isinstance(first.test, NameTest) and first.test.local != "*":
            if first.test.local != self._root.name:
                return []
        elif first.axis != "child":
            everywhere = [Place(shape, 0) for shape in _below(self._root)]
            places = [each for place in everywhere for each in _named(place, first.test)]
            self._predicates(first, places)
            for step in steps[1:]:
                places = self._step(places, step)
                self._predicates(step, places)
            return places
        way = lineage(self._reader.shape) if self._reader is not None else []
        places = [Place(self._root, 0)]
        bound = not first.predicates
        self._predicates(first, places)
        for depth, step in enumerate(steps[1:], 1):
            places = self._step(places, step)
            bound = bound and not step.predicates and len(places) == 1
            # Ruling 7: as long as the path follows the reader's own way, it means its lines.
            bound = bound and depth < len(way) and places[0].shape is way[depth]
            if bound and not (depth == len(steps) - 1 and places[0].shape.repeated):
                places = [Place(places[0].shape, places[0].shape.lines)]
            self._predicates(step, places)
        return places

    def _step(self, places: list[Place], step: Step) -> list[Place]:
        """Each place once: a path of stars would find them over and over."""
        found: dict[Place, None] = {}
        for place in places:
            found.update(dict.fromkeys(self._expand(place, step)))
        return list(found)

    def _expand(self, place: Place, step: Step) -> Iterator[Place]:
        shape, shared, _ = place
        axis, test = step.axis, step.test
        if axis in ("child", "attribute"):
            try:
                named = child_shape(shape, test, attribute=axis == "attribute")
            except MissingPathError:
                return  # the compiler has its say about it
            if named is not None:
                yield Place(named, shared)
            elif isinstance(test, NameTest) or test.kind == "node":
                for child in shape.children.values():
                    yield Place(child, shared)
            elif test.kind == "text":
                yield place
        elif axis == "self":
            yield from _named(place, test)
        elif axis == "parent":
            if shape.parent is not None:
                yield Place(shape.parent, min(shared, shape.parent.lines))
        elif axis in ("ancestor", "ancestor-or-self"):
            for above in lineage(shape):
                if axis == "ancestor-or-self" or above is not shape:
                    yield from _named(Place(above, min(shared, above.lines)), test)
        elif axis in ("descendant", "descendant-or-self"):
            for below in _below(shape):
                if axis == "descendant-or-self" or below is not shape:
                    yield from _named(Place(below, shared), test)
        elif axis.endswith("sibling") and shape.parent is not None:
            common = min(shared, shape.parent.lines)
            for sibling in shape.parent.children.values():
                yield from _named(Place(sibling, common), test)
        else:
            for anywhere in _below(self._root):
                yield from _named(Place(anywhere, 0), test)


def _leaves(places: list[Place]) -> Iterator[Place]:
    for place in places:
        if not place.shape.leaf:
            for below in _below(place.shape):
                yield Place(below, place.shared)


def _named(place: Place, test: NameTest | KindTest) -> Iterator[Place]:
    if isinstance(test, KindTest) or test.local in ("*", place.shape.name):
        yield place


def _below(shape: Shape) -> Iterator[Shape]:
    yield shape
    for child in shape.children.values():
        yield from _below(child)

"""Labels, messages and choices as they read now, in the session's language."""

from __future__ import annotations

import random as randomness
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from enumerator.xform.definition.external import column_path
from enumerator.xform.definition.model import Control, Segment, Text
from enumerator.xform.engine.failures import Failures
from enumerator.xform.engine.program import Choosing, Program
from enumerator.xform.engine.searching import Named, searched_choices
from enumerator.xform.facade import Choice
from enumerator.xform.instance.node import InstanceNode, Lines
from enumerator.xform.limits import MAX_INNER_TEXTS, MAX_LABEL, MAX_NESTED_TEXTS
from enumerator.xform.xpath.compiled import Compiled, TextOf, constant
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.scope import NotARowError
from enumerator.xform.xpath.syntax import XPathError
from enumerator.xform.xpath.table import Table
from enumerator.xform.xpath.tree import Node

MEDIA_FORMS = ("image", "audio", "video", "big-image")
_NO_MEDIA: Mapping[str, str] = {}


class Renderer:
    """Implements ``xpath.context.Texts``."""

    def __init__(
        self, program: Program, context: Context, language: str, seed: int, failures: Failures
    ) -> None:
        self._failures = failures
        # What is looked at between steps must not use up the session's randomness.
        self.seed = seed
        self.idle_random = randomness.Random(seed)  # noqa: S311 # no secret, but repeatable
        self._program = program
        self._context = context
        self._depth = 0
        self._inner = 0
        self._plan_keys: dict[int, object] = {}
        self._fixed_choices: dict[int, Sequence[Choice]] = {}
        self.set_language(language)

    def go_on(self, seed: int, language: str) -> None:
        """As it was kept: an order by chance stays the same."""
        self.seed = seed
        self.set_language(language)

    def set_language(self, language: str) -> None:
        self.language = language
        self._fixed_choices.clear()
        definition = self._program.definition
        by_name = {translation.name: translation.texts for translation in definition.translations}
        self._texts = by_name.get(language, {})
        self._fallback = by_name.get(definition.default_language, {})

    # ---------------------------------------------------------------- texts
    def _forms(self, itext: str) -> Mapping[str, tuple[Segment, ...]]:
        found = self._texts.get(itext)
        return self._fallback.get(itext, {}) if found is None else found

    def render(self, text: Text | None, node: InstanceNode, form: str = "") -> str:
        if text is None:
            return ""
        if text.itext is None:
            return self._join(text.segments, node) if not form else ""
        forms = self._forms(text.itext)
        segments = forms.get(form)
        if segments is None:
            if form:
                return ""
            segments = forms.get("long") or forms.get("short") or ()
        return self._join(segments, node)

    def _join(self, segments: tuple[Segment, ...], node: InstanceNode) -> str:
        if not segments:
            return ""
        if len(segments) == 1 and isinstance(segments[0], str):
            return segments[0]
        context = self._context
        before, context.current = context.current, node
        random, context.random = context.random, self.idle_random
        try:
            pieces = self._program.pieces(segments, node.shape)
            found, room = [], MAX_LABEL
            for piece in pieces:
                text = piece if isinstance(piece, str) else self._output(piece, node)
                found.append(text[:room])
                room -= len(text)
                if room <= 0:
                    break
            return "".join(found)
        finally:
            context.current, context.random = before, random

    def _output(self, piece: TextOf, node: InstanceNode) -> str:
        try:
            return piece(node, self._context)
        except XPathError as error:
            self._failures.note("output", error, node.shape.path)
            return ""

    def media(self, text: Text | None, node: InstanceNode) -> Mapping[str, str]:
        if text is None or text.itext is None:
            return _NO_MEDIA
        return self._media_of(text.itext, node)

    def _media_of(self, itext: str, node: InstanceNode) -> Mapping[str, str]:
        forms = self._forms(itext)
        if len(forms) < 2 and "" in forms:
            return _NO_MEDIA
        found = {}
        for form in MEDIA_FORMS:
            if form in forms:
                found[form] = self._join(forms[form], node).rpartition("/")[2]
        return found

    # Texts, for expressions
    def itext(self, name: str) -> str:
        current = self._context.current
        if not isinstance(current, InstanceNode):
            return name
        with self._inside():
            return self.render(Text(itext=name), current)

    @contextmanager
    def _inside(self) -> Iterator[None]:
        """A text within a text. Raises XPathError where they name each other without end."""
        self._inner = self._inner + 1 if self._depth else 1
        if self._depth >= MAX_NESTED_TEXTS or self._inner > MAX_INNER_TEXTS:
            raise XPathError("texts name each other in too many levels")
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def choice_name(self, value: str, path: str, node: Node) -> str:
        """The label of a value of the select at ``path``, seen from the node."""
        shape = self._shape_at(path, node)
        if shape is None:
            return ""
        target = self._nearest(shape, node)
        control = shape.control
        if target is None or control is None:
            return ""
        with self._inside():
            for choice in self.choices(target, control):
                if choice.value == value:
                    return choice.label
        return ""

    def _shape_at(self, path: str, node: Node) -> Any:
        shape: Any = node.shape if isinstance(node, InstanceNode) else None
        steps = path.strip().split("/")
        if path.strip().startswith("/"):
            shape = self._program.definition.root
            steps = steps[2:]
        for step in steps:
            if shape is None or step in ("", "."):
                continue
            shape = shape.parent if step == ".." else shape.children.get(step)
        return shape

    def _nearest(self, shape: Any, node: Node) -> InstanceNode | None:
        """The node of that shape in the same lines; the first line elsewhere."""
        way: list[Any] = []
        while shape is not None:
            way.append(shape)
            shape = shape.parent
        mine = {}
        above: Any = node
        while isinstance(above, InstanceNode):
            mine[above.shape.number] = above
            above = above.parent
        found: Any = self._context.primary
        for step in reversed(way[:-1]):
            if step.number in mine:
                found = mine[step.number]
                continue
            found = found.slots[step.slot]
            if isinstance(found, Lines):
                if not found:
                    return None
                found = found[0]
        return found if isinstance(found, InstanceNode) else None

    # ---------------------------------------------------------------- choices
    def choices(self, node: InstanceNode, control: Control) -> Sequence[Choice]:
        if control.itemset is None:
            return [
                Choice(
                    item.value,
                    self.render(item.label, node) or item.value,
                    self.media(item.label, node),
                )
                for item in control.items
            ]
        choosing = self._program.choosings[node.shape.number]
        if choosing.fixed:
            found = self._fixed_choices.get(node.shape.number)
            if found is None:
                found = self._fixed_choices[node.shape.number] = self._choose(choosing, node)
            return found
        return self._choose(choosing, node)

    def _search(self, choosing: Choosing, node: InstanceNode) -> tuple[Sequence[Choice], bool]:
        """The choices, and whether the list was there."""
        rows = self._rows(choosing, node)
        named = [
            Named(item.value, self.render(item.label, node), self.media(item.label, node))
            for item in choosing.control.items
        ]
        if rows is None or not rows[0].size:
            return searched_choices(named, None, ()), False
        return searched_choices(named, *rows), True

    def values(self, node: InstanceNode) -> Iterable[str] | None:
        """The values that a select offers; None where nothing can be said."""
        choosing = self._program.choosings.get(node.shape.number)
        if choosing is None:
            return None
        context = self._context
        before, context.current = context.current, node
        try:
            if choosing.searches:
                searched, known = self._search(choosing, node)
                return [choice.value for choice in searched] if known else None
            rows = self._rows(choosing, node)
            if rows is not None:
                table, numbers = rows
                if not table.size:
                    return None  # a list that is missing clears nothing
                value, _ = self._row_codes(choosing, table)
                table.warm(sorted(numbers))
                return [value(number, context) for number in numbers]
            value_of, _ = self._node_codes(choosing)
            return [value_of(item, context) for item in choosing.nodes.nodes()(node, context)]
        except XPathError as error:
            self._failures.note("choices", error, node.shape.path)
            return None
        finally:
            context.current = before

    def _choose(self, choosing: Choosing, node: InstanceNode) -> Sequence[Choice]:
        context = self._context
        before, context.current = context.current, node
        random = context.random
        # An order by chance is the same each time that a question is looked at.
        context.random = randomness.Random(self.seed + node.serial)  # noqa: S311 # repeatable
        try:
            if choosing.searches:
                return self._search(choosing, node)[0]
            rows = self._rows(choosing, node)
            items: Iterable[Any]
            if rows is not None:
                table, numbers = rows
                value, label = self._row_codes(choosing, table)
                table.warm(sorted(numbers))
                items = numbers
            else:
                value, label = self._node_codes(choosing)
                items = choosing.nodes.nodes()(node, context)
            found = []
            for item in items:
                text = label(item, context)
                worth = value(item, context)
                media = _NO_MEDIA
                if choosing.label_id:
                    media = self._media_of(text, node)
                    text = self.render(Text(itext=text), node)
                found.append(Choice(worth, text or worth, media))
            return found
        except XPathError as error:
            self._failures.note("choices", error, node.shape.path)
            return []
        finally:
            context.current, context.random = before, random

    def _rows(self, choosing: Choosing, node: InstanceNode) -> tuple[Table, Sequence[int]] | None:
        if choosing.rows is None:
            return None
        found = choosing.rows.rows.find(node, self._context)
        if found is not None and self._row_codes(choosing, found[0])[0] is _beyond:
            return None
        return found

    def _row_codes(self, choosing: Choosing, table: Table) -> tuple[TextOf, TextOf]:
        key = ("choices", id(choosing), self.language if choosing.by_language else "")
        return table.plan(key, lambda made: self._make_row_codes(choosing, made))  # type: ignore[no-any-return]  # what the line below makes

    def _make_row_codes(self, choosing: Choosing, table: Table) -> tuple[TextOf, TextOf]:
        compiler, scope = self._program.compiler, choosing.scope.row(table.columns)
        worded = choosing.label
        spoken = f"label::{self.language}"
        if choosing.by_language and spoken in table.columns:
            worded = column_path(spoken)
        try:
            value = compiler.compile(choosing.value, scope).text()
            label = constant("text", "") if worded is None else compiler.compile(worded, scope)
        except NotARowError:
            return _beyond, _beyond
        return value, label.text()

    def _node_codes(self, choosing: Choosing) -> tuple[TextOf, TextOf]:
        compiler, scope = self._program.compiler, choosing.scope
        label: Compiled = (
            constant("text", "")
            if choosing.label is None
            else compiler.compile(choosing.label, scope)
        )
        return compiler.compile(choosing.value, scope).text(), label.text()


def _beyond(_item: Any, _context: Context) -> str:
    """Stands for an itemset whose value or label needs more than a row."""
    return ""

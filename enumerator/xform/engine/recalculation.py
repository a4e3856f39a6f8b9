"""Incremental recalculation: a change runs exactly the rules that read it, in rank order.

A heap of (rank, node) keeps the order; relevance changes count as value changes for readers;
what nobody reads inside the engine (labels, choices, constraints) is only marked as changed.
Every write goes into the step's log, which undo plays backwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterable, Mapping
from heapq import heappop, heappush
from typing import Any

from enumerator.errors import KnownError
from enumerator.xform.definition.model import Action
from enumerator.xform.engine.actions import targets, value_to_set
from enumerator.xform.engine.adoption import Adoption
from enumerator.xform.engine.failures import Failures
from enumerator.xform.engine.program import Program
from enumerator.xform.engine.rules import ASPECTS, EAGER, Route, Rule, RuleKind
from enumerator.xform.facade import Aspect, Problem
from enumerator.xform.instance.building import Builder
from enumerator.xform.instance.codec import store
from enumerator.xform.instance.node import (
    InstanceNode,
    Lines,
    is_attached,
    replace_lines,
    touch,
    walk,
)
from enumerator.xform.limits import LONG_TEXT, MAX_EVENTS, MAX_LINES, MAX_NODES, MAX_ROUNDS
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.dependencies import Pick
from enumerator.xform.xpath.syntax import XPathError

VALUE = Aspect.VALUE.value
RELEVANT = Aspect.RELEVANT.value
READONLY = Aspect.READONLY.value
REQUIRED = Aspect.REQUIRED.value
CHOICES = Aspect.CHOICES.value
LINES = Aspect.LINES.value

NEW_REPEAT = "odk-new-repeat"
# What a rule gives whose expression fails: nothing is hidden or locked by mistake.
_BLANKS: Mapping[RuleKind, Any] = {
    RuleKind.CALCULATE: "",
    RuleKind.RELEVANT: True,
    RuleKind.COUNT: math.nan,
    RuleKind.READONLY: False,
    RuleKind.REQUIRED: False,
}
_SHIFT = 40
_MASK = (1 << _SHIFT) - 1


class Recalculator:
    """The live state. ``changes`` maps nodes to what changed in the present step."""

    def __init__(self, program: Program, context: Context, builder: Builder) -> None:
        self.program = program
        self.context = context
        self.builder = builder
        self.changes: dict[InstanceNode, int] = {}
        self.added: list[InstanceNode] = []
        self.removed: list[InstanceNode] = []
        self.log: list[tuple[Any, str, Any]] = []
        self.long_texts = 0  # characters written in this step
        self.restructured = False
        self.failures = Failures()
        self.adoption = Adoption(self)
        # What actions ask of the machine: target, action, event.
        self.requests: list[tuple[InstanceNode, Action, str]] = []
        self._heap: list[int] = []
        self._waiting: dict[int, InstanceNode] = {}
        self._events: list[tuple[Action, InstanceNode, str]] = []
        self._stale: dict[InstanceNode, None] = {}
        self._rounds: dict[object, int] = {}
        self._starting = True
        self._moving = False
        # What jr:count makes while a session starts: new lines once the form's own have begun.
        self._fresh: list[InstanceNode] | None = []
        # The engine asks for the values that a select may have; set by the session.
        self.values_of: Callable[[InstanceNode], Iterable[str] | None] = lambda _node: None
        # What jr:preload puts into a new line; set by the session.
        self.preload_line: Callable[[InstanceNode], None] = lambda _line: None

    # ---------------------------------------------------------------- steps
    def begin(self) -> None:
        self.changes = {}
        self.added = []
        self.removed = []
        self.requests = []
        self.log = []
        self.long_texts = 0
        self._rounds.clear()

    def begin_events(self) -> None:
        """From now on changes set off actions."""
        self._starting = False

    def started(self) -> None:
        """The form's own lines have had their actions: those of jr:count get theirs."""
        fresh, self._fresh = self._fresh or [], None
        known = {id(line) for line in fresh}
        for line in fresh:
            # A line inside another fresh one is welcomed with it.
            if is_attached(line) and not any(id(above) in known for above in line.ancestors()):
                self._welcome(line)

    def go_on(self, failures: Iterable[tuple[tuple[str, str], Problem]]) -> None:
        """The state is one that was kept."""
        self.failures.go_on(failures)
        self._starting, self._fresh = False, None

    def settle(self) -> None:
        """Runs rules, then actions, then checks selections, until nothing is left to do."""
        events = 0
        while True:
            self._drain()
            if self._events:
                events += 1
                action, source, event = self._events.pop(0)
                if events > MAX_EVENTS:
                    self._events.clear()
                    self.failures.note("setvalue", "too many actions", source.shape.path)
                elif self._again((id(action), source), "setvalue", source, action.line):
                    self.perform(action, source, event)
            elif self._stale:
                self._check_selections()
            else:
                return

    def _again(self, what: object, name: str, node: InstanceNode, line: int | None = None) -> bool:
        """False once the same has happened too often in this step: it sets itself off."""
        times = self._rounds[what] = self._rounds.get(what, 0) + 1
        if times > MAX_ROUNDS:
            self.failures.note(name, "it sets itself off without end", node.shape.path, line)
        return times <= MAX_ROUNDS

    def _drain(self) -> None:
        heap, waiting, rules = self._heap, self._waiting, self.program.rules
        context = self.context
        while heap:
            key = heappop(heap)
            node = waiting.pop(key)
            rule = rules[key >> _SHIFT]
            context.current = node
            kind = rule.kind
            try:
                found = rule.evaluate(node, context)
            except XPathError as error:
                found = _BLANKS[kind]
                self.failures.note(kind.name.lower(), error, node.shape.path, rule.line)
            if kind == RuleKind.CALCULATE:
                text = store(node.shape.bind.type, found, context.zone)
                if text != node.text:
                    self.write(node, text)
            elif kind == RuleKind.RELEVANT:
                self._relevance(node, found)
            elif kind == RuleKind.COUNT:
                self._count(rule, node, found)
            elif kind == RuleKind.READONLY:
                self._lock(node, found)
            elif found != node.required:
                self.log.append((node, "required", node.required))
                node.required = found
                self.note(node, REQUIRED)

    def abandon(self) -> None:
        """Drops what is still to be done, after an error."""
        self._heap.clear()
        self._waiting.clear()
        self._events.clear()
        self._stale.clear()

    def is_group(self, node: InstanceNode) -> bool:
        return node.shape.number in self.program.groups

    def note(self, node: InstanceNode, aspect: int) -> None:
        changes = self.changes
        changes[node] = changes.get(node, 0) | aspect

    def push(self, rule: Rule, node: InstanceNode) -> None:
        key = (rule.rank << _SHIFT) | node.serial
        if key not in self._waiting:
            self._waiting[key] = node
            heappush(self._heap, key)

    # ---------------------------------------------------------------- values
    def write(self, node: InstanceNode, text: str) -> None:
        """Stores a value and tells its readers."""
        if node.chosen is not None:
            self.log.append((node, "chosen", node.chosen))
            node.chosen = None
        self.log.append((node, "text", node.text))
        if len(text) > LONG_TEXT:
            self.long_texts += len(text)
        node.put(text)
        changes = self.changes
        changes[node] = changes.get(node, 0) | VALUE
        number = node.shape.number
        routes = self.program.readers[number]
        if routes:
            self._tell(routes, node)
        if not self._starting:
            actions = self.program.value_actions.get(number)
            if actions:
                self._events += [(action, node, "xforms-value-changed") for action in actions]

    def _tell(self, routes: list[Route], node: InstanceNode) -> None:
        waiting, heap = self._waiting, self._heap
        for route in routes:
            rule = route.rule
            if route.pick is not None and self._passes_by(route.pick, node):
                continue
            if rule.kind not in EAGER:
                self._mark(route, node)
            elif route.fixed >= 0:
                target: Any = self.context.fixed[route.fixed]
                key = (rule.rank << _SHIFT) | target.serial
                if key not in waiting:
                    waiting[key] = target
                    heappush(heap, key)
            else:
                for target in self._targets(route, node):
                    key = (rule.rank << _SHIFT) | target.serial
                    if key not in waiting:
                        waiting[key] = target
                        heappush(heap, key)

    def _passes_by(self, pick: Pick, node: InstanceNode) -> bool:
        """Whether the reader of one line reads another one.

        Where lines come or go, whoever reads the first of them or a later line reads anew; of
        those who count from their own line only ones before it, which look ahead."""
        if pick.relative:
            return self._moving and pick.number < 1
        line = _line_above(node, pick.lines).line
        return line > pick.number if self._moving else line != pick.number

    def _mark(self, route: Route, node: InstanceNode) -> None:
        aspect = ASPECTS[route.rule.kind]
        for target in self._targets(route, node):
            self.note(target, aspect)
            if aspect == CHOICES:
                self._stale[target] = None

    def _targets(self, route: Route, node: InstanceNode) -> list[Any]:
        if route.fixed >= 0:
            return [self.context.fixed[route.fixed]]
        start: Any = node
        if route.top:
            start = self.context.primary
        else:
            for _ in range(route.up):
                start = start.parent
        found: list[Any] = [start]
        kind = route.rule.kind
        last = len(route.down) - 1
        pick = route.pick
        for place, (slot, repeated) in enumerate(route.down):
            if not repeated:
                found = [each.slots[slot] for each in found]
            elif pick is not None and pick.relative and not self._moving:
                # The first repeat on the way down is the one that both stand in.
                reader = _line_above(node, pick.lines).line - pick.number
                found = [
                    lines[reader - 1]
                    for each in found
                    if 0 < reader <= len(lines := each.slots[slot])
                ]
                pick = None
            elif place < last:
                found = [line for each in found for line in each.slots[slot]]
            elif kind == RuleKind.COUNT:
                found = [each.slots[slot].anchor for each in found]
            else:
                all_lines = [each.slots[slot] for each in found]
                found = [line for lines in all_lines for line in (*lines, lines.anchor)]
        return found

    # ---------------------------------------------------------------- relevance and readonly
    def _relevance(self, node: InstanceNode, own: bool) -> None:
        if own != node.own:
            self.log.append((node, "own", node.own))
            node.own = own
        parent = node.parent
        shown = own and (parent is None or parent.shown)
        if shown != node.shown:
            self._show(node, shown)

    def _show(self, node: InstanceNode, shown: bool) -> None:
        """Relevance changes are value changes for readers."""
        self.log.append((node, "shown", node.shown))
        node.shown = shown
        if node.shape.gatherings:
            touch(node)
        self.note(node, RELEVANT)
        routes = self.program.readers[node.shape.number]
        if routes:
            self._tell(routes, node)
        if shown and node.shape.number in self.program.choosings:
            self._stale[node] = None
        for entry in node.slots:
            if isinstance(entry, Lines):
                for child in (entry.anchor, *entry):
                    if child.shown != (shown and child.own):
                        self._show(child, shown and child.own)
            elif entry.shown != (shown and entry.own):
                self._show(entry, shown and entry.own)

    def _lock(self, node: InstanceNode, own: bool) -> None:
        if own != node.own_locked:
            self.log.append((node, "own_locked", node.own_locked))
            node.own_locked = own
        parent = node.parent
        locked = own or (isinstance(parent, InstanceNode) and parent.locked)
        if locked != node.locked:
            self._set_locked(node, locked)

    def _set_locked(self, node: InstanceNode, locked: bool) -> None:
        self.log.append((node, "locked", node.locked))
        node.locked = locked
        self.note(node, READONLY)
        for entry in node.slots:
            children = (entry.anchor, *entry) if isinstance(entry, Lines) else (entry,)
            for child in children:
                if child.locked != (locked or child.own_locked):
                    self._set_locked(child, locked or child.own_locked)

    # ---------------------------------------------------------------- lines
    def lines_of(self, anchor: InstanceNode) -> Lines:
        parent = anchor.parent
        assert isinstance(parent, InstanceNode)  # noqa: S101 # mypy: repeats have parents
        lines: Lines = parent.slots[anchor.shape.slot]
        return lines

    def _count(self, rule: Rule, anchor: InstanceNode, number: float) -> None:
        """Ruling 5: surplus lines are parked, and come back when the count rises. A count beyond
        all measure is a slip: it counts as none, and all lines wait parked."""
        if number > MAX_LINES:
            self._refuse_lines(rule, f"{number:.0f} lines are more than {MAX_LINES}")
            number = 0
        wanted = int(number) if number > 0 else 0
        lines = self.lines_of(anchor)
        present = len(lines)
        if wanted == present:
            return
        if wanted < present:
            surplus = list(lines[wanted:])
            self._restructure(lines, lines[:wanted], surplus + lines.parked)
            self.removed += surplus
            self._tell_outside(surplus)
            return
        back = lines.parked[: wanted - present]
        missing = wanted - present - len(back)
        if self.builder.serial + missing * self.program.size(anchor.shape) > MAX_NODES:
            self._refuse_lines(rule, f"the form would grow beyond {MAX_NODES} nodes")
            missing = 0
        if not self._again(anchor, "jr:count", anchor, rule.line):
            return
        fresh = [self.builder.line(lines) for _ in range(missing)]
        self._restructure(lines, [*lines, *back, *fresh], lines.parked[len(back) :])
        for line in back:
            self.adoption.adopt(line)
            # Its lists may offer something else than when it was parked.
            choosings = self.program.choosings
            self._stale.update((n, None) for n in walk(line) if n.shape.number in choosings)
        for line in fresh:
            self._arrived(line)
        self._tell_outside([*back, *fresh])

    def _refuse_lines(self, rule: Rule, reason: str) -> None:
        self.failures.note("jr:count", reason, rule.shape.path, rule.line)

    def add_line(self, lines: Lines) -> InstanceNode:
        """KnownError: too_many_lines."""
        if len(lines) >= MAX_LINES:
            raise KnownError(
                "too_many_lines", f"A repeat may have {MAX_LINES} lines at most.", lines=MAX_LINES
            )
        line = self.builder.line(lines)
        self._restructure(lines, [*lines, line], lines.parked)
        self._arrived(line)
        self._tell_outside([line])
        return line

    def remove_line(self, lines: Lines, line: InstanceNode) -> None:
        place = line.line - 1
        self._restructure(lines, [*lines[:place], *lines[place + 1 :]], lines.parked)
        self.removed.append(line)
        self._tell_outside([line])
        for later in lines[place:]:
            self._tell(self.program.position_readers[later.shape.number], later)

    def _restructure(
        self, lines: Lines, active: list[InstanceNode], parked: list[InstanceNode]
    ) -> None:
        self.log.append((lines, "lines", (list(lines), lines.parked)))
        self.set_lines(lines, active, parked)
        self.note(lines.anchor, LINES)

    def set_lines(
        self, lines: Lines, active: list[InstanceNode], parked: list[InstanceNode]
    ) -> None:
        replace_lines(lines, active)
        lines.parked = parked
        self.restructured = True

    def _arrived(self, line: InstanceNode) -> None:
        """A fresh line: its rules first, then the actions for new lines (ruling 13)."""
        self.adoption.adopt(line)
        self.preload_line(line)
        if self._fresh is None:
            self._welcome(line)
        else:
            self._fresh.append(line)

    def _welcome(self, line: InstanceNode) -> None:
        """Runs the actions of a new line, and of the lines that came with it."""
        actions = self.program.line_actions
        for node in walk(line) if actions else ():
            if node.shape.repeated:
                for action in actions.get(node.shape.number, ()):
                    self._events.append((action, node, NEW_REPEAT))

    def _tell_outside(self, lines: list[InstanceNode]) -> None:
        """Those who read lines of one repeat from outside them: the same ones for each line."""
        told: set[int] = set()
        self._moving = True
        for line in lines:
            for node in walk(line):
                number = node.shape.number
                if number in told:
                    continue
                told.add(number)
                routes = self.program.readers[number]
                outside = [route for route in routes if route.shared < line.shape.lines]
                if outside:
                    self._tell(outside, node)
        self._moving = False

    # ---------------------------------------------------------------- actions
    def open(self, action: Action, event: str) -> None:
        """An action as a session starts; the lines of jr:count are none of its business."""
        fresh = {id(node) for line in self._fresh or () for node in walk(line)}
        self.perform(action, self.context.primary, event, fresh)

    def perform(
        self, action: Action, source: Any, event: str, without: Container[int] = ()
    ) -> None:
        """``without``: the ids of nodes that the action leaves alone."""
        try:
            places = targets(self.program, self.context, action, source)
        except XPathError as error:
            self.failures.note("setvalue", error, action.target.path)
            return
        found = [target for target in places if id(target) not in without]
        if action.device:
            self.requests += [(target, action, event) for target in found]
            return
        for target in found:
            text = value_to_set(self.program, self.context, action, target, self.failures)
            if text != target.text:
                self.write(target, text)

    # ---------------------------------------------------------------- selections
    def _check_selections(self) -> None:
        """Ruling 1: a selection that its list no longer offers is cleared, and readers run.

        What was selected is remembered until the next answer, and comes back with its choice.
        """
        nodes = [node for node in self._stale if self._again(("list", node), "itemset", node)]
        self._stale = {}
        for node in nodes:
            chosen = node.text if node.chosen is None else node.chosen
            if not chosen or not node.shown:
                continue
            offered = self.values_of(node)
            if offered is None:
                continue
            text = _still_chosen(node, chosen, list(offered))
            if text != node.text:
                self.write(node, text)
            if text != chosen and node.chosen != chosen:
                self.log.append((node, "chosen", node.chosen))
                node.chosen = chosen

    # ---------------------------------------------------------------- seen from outside
    def mark_readers(self, node: InstanceNode) -> None:
        """Marks what is shown of a node's value, without recalculating: undo's way."""
        for route in self.program.readers[node.shape.number]:
            if route.rule.kind not in EAGER:
                self._mark(route, node)
        self._stale = {}


def _line_above(node: InstanceNode, lines: int) -> InstanceNode:
    """The line that the node stands in, of the ``lines``-th repeat on the way to it."""
    line: Any = node
    while not (line.shape.repeated and line.shape.lines == lines):
        line = line.parent
    return line  # type: ignore[no-any-return]  # an InstanceNode


def _still_chosen(node: InstanceNode, chosen: str, offered: list[str]) -> str:
    control = node.shape.control
    element = control.element if control is not None else "select1"
    values = chosen.split() if element in ("select", "rank") else [chosen]
    allowed = set(offered)
    kept = [value for value in values if value in allowed]
    if element == "rank" and kept:
        kept += [value for value in offered if value not in kept]
    return " ".join(kept)

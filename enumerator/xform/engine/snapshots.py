"""A session written down, so that a later one goes on exactly as this one would have.

All of it: values of what is hidden, too, parked and removed lines, selections that their list
withdrew, the steps that can be undone, the state of chance. Rebuilding runs no rule: what once()
and random() gave stays. JSON, with nodes named by their serial numbers.
"""

from __future__ import annotations

import hashlib
import json
import random as randomness
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from typing import Any

from enumerator.errors import KnownError
from enumerator.xform.definition.model import FormDefinition, NodeDefinition
from enumerator.xform.engine.steps import Taken
from enumerator.xform.facade import Problem
from enumerator.xform.instance.node import InstanceNode, Lines, relink

FORMAT = 1

_FLAGS = ("own", "shown", "own_locked", "locked", "required")


@dataclass(slots=True)
class Snapshot:
    """``chance``: states of the session's randomness and of the idle one, None where there is
    none to keep; ``serial``: the last that was given to a node; ``taken``: what undo takes back.
    """

    root: InstanceNode
    serial: int
    taken: list[Taken]
    language: str
    seed: int
    chance: list[Any]
    problems: list[Problem]
    failures: list[tuple[tuple[str, str], Problem]]


def signature(definition: FormDefinition) -> str:
    """Of all that decides what a session's state means."""
    parts: list[object] = [definition.id, definition.version]
    for node in definition.nodes:
        bind = node.bind
        rules = (bind.calculate, bind.relevant, bind.readonly, bind.required, bind.constraint)
        parts += [node.path, node.repeated, bind.type, *(rule and rule.text for rule in rules)]
    for action in definition.actions:
        value = action.value.text if action.value is not None else action.literal
        parts += [sorted(action.events), action.target.path, value]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def state_of(random: randomness.Random) -> Any:
    """None where it has no state: the system's own randomness."""
    try:
        return random.getstate()
    except NotImplementedError:
        return None


def set_state(random: randomness.Random, state: Any) -> None:
    if state is not None:
        random.setstate(state)


def _state(written: Any) -> Any:
    """Raises ValueError or TypeError where it is none."""
    if written is None:
        return None
    version, words, gauss = written
    state = version, tuple(words), gauss
    randomness.Random().setstate(state)  # noqa: S311 # only to see whether it is one
    return state


# -------------------------------------------------------------------- writing
def write_snapshot(definition: FormDefinition, snapshot: Snapshot) -> bytes:
    seen: set[int] = set()
    tree = _written(snapshot.root, seen)
    detached = [
        [_serial(line.parent), line.shape.number, _written(line, seen)]
        for line in _lines_of(snapshot.taken)
        if line.serial not in seen
    ]
    found = {
        "format": FORMAT,
        "form": signature(definition),
        "tree": tree,
        "detached": detached,
        "serial": snapshot.serial,
        "taken": [
            [language, [_entry(*entry) for entry in log]] for log, language in snapshot.taken
        ],
        "language": snapshot.language,
        "seed": snapshot.seed,
        "chance": snapshot.chance,
        "problems": [astuple(problem) for problem in snapshot.problems],
        "failures": [[key, astuple(problem)] for key, problem in snapshot.failures],
    }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _serial(node: object) -> int:
    return node.serial if isinstance(node, InstanceNode) else 0


def _lines_of(taken: Iterable[Taken]) -> Iterator[InstanceNode]:
    """Those that an undo may bring back, the outer ones first."""
    found = [
        line
        for log, _ in taken
        for _, attribute, old in log
        if attribute == "lines"
        for line in (*old[0], *old[1])
    ]
    yield from sorted(found, key=lambda line: line.shape.depth)


def _written(node: InstanceNode, seen: set[int]) -> list[Any]:
    seen.add(node.serial)
    flags = sum(getattr(node, name) << place for place, name in enumerate(_FLAGS))
    slots = [
        [
            _written(entry.anchor, seen),
            [_written(line, seen) for line in entry],
            [_written(line, seen) for line in entry.parked],
        ]
        if isinstance(entry, Lines)
        else _written(entry, seen)
        for entry in node.slots
    ]
    found: list[Any] = [node.serial, flags, node.text]
    if slots or node.chosen is not None:
        found += [node.chosen, slots]
    return found


def _entry(target: Any, attribute: str, old: Any) -> list[Any]:
    """A log's entry: lines are named by their anchor."""
    if attribute == "lines":
        active, parked = old
        places = [[line.serial for line in lines] for lines in (active, parked)]
        return [target.anchor.serial, attribute, places]
    return [target.serial, attribute, old]


# -------------------------------------------------------------------- reading
def read_snapshot(definition: FormDefinition, data: bytes) -> Snapshot:
    """KnownError ``bad_snapshot``, ``other_form``."""
    try:
        found = json.loads(data)
        form, written = found["form"], found["format"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _bad() from None
    if written != FORMAT or form != signature(definition):
        raise KnownError(
            "other_form", "What was kept of the interview belongs to another form or version."
        )
    try:
        return _Reader(definition, found).read()
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise _bad() from None


def _bad() -> KnownError:
    return KnownError("bad_snapshot", "What was kept of the interview cannot be read.")


class _Reader:
    def __init__(self, definition: FormDefinition, found: dict[str, Any]) -> None:
        self._definition = definition
        self._found = found
        self._nodes: dict[int, InstanceNode] = {}
        self._lines: dict[int, Lines] = {}

    def read(self) -> Snapshot:
        found = self._found
        root = self._node(self._definition.root, None, found["tree"])
        for parent, shape, written in found["detached"]:
            self._node(self._definition.nodes[shape], self._nodes[parent], written)
        taken = [
            ([self._entry(*entry) for entry in log], language) for language, log in found["taken"]
        ]
        return Snapshot(
            root,
            found["serial"],
            taken,
            found["language"],
            found["seed"],
            [_state(found["chance"][0]), _state(found["chance"][1])],
            [Problem(*each) for each in found["problems"]],
            [((key[0], key[1]), Problem(*each)) for key, each in found["failures"]],
        )

    def _node(
        self, shape: NodeDefinition, parent: InstanceNode | None, written: list[Any]
    ) -> InstanceNode:
        node = InstanceNode(shape, parent, written[0])
        self._nodes[node.serial] = node
        for place, name in enumerate(_FLAGS):
            setattr(node, name, bool(written[1] >> place & 1))
        node.text = written[2]
        if len(written) == 3:
            return node
        node.chosen = written[3]
        shapes = shape.order
        if len(written[4]) > len(shapes) and self._definition.metadata.deprecated_id is not None:
            shapes = [*shapes, self._definition.metadata.deprecated_id]
        for child, entry in zip(shapes, written[4], strict=True):
            node.slots.append(self._slot(child, node, entry))
            if child.attribute:
                node.attributes.append(node.slots[-1])
        relink(node)
        return node

    def _slot(
        self, shape: NodeDefinition, parent: InstanceNode, written: list[Any]
    ) -> InstanceNode | Lines:
        if not isinstance(written[0], list):
            return self._node(shape, parent, written)
        anchor, active, parked = written
        lines = Lines(self._node(shape, parent, anchor))
        self._lines[lines.anchor.serial] = lines
        lines += [self._node(shape, parent, line) for line in active]
        lines.parked = [self._node(shape, parent, line) for line in parked]
        return lines

    def _entry(self, serial: int, attribute: str, old: Any) -> tuple[Any, str, Any]:
        if attribute == "lines":
            active, parked = ([self._nodes[each] for each in places] for places in old)
            return self._lines[serial], attribute, (active, parked)
        if attribute not in (*_FLAGS, "text", "chosen"):
            raise ValueError(attribute)
        return self._nodes[serial], attribute, old

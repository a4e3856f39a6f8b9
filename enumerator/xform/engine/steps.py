"""Steps: one piece of work each, told as a change set, taken back as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from enumerator.xform.engine.body import Body, line_ref
from enumerator.xform.engine.recalculation import Recalculator
from enumerator.xform.engine.rendering import Renderer
from enumerator.xform.facade import Aspect, ChangeSet, DeviceRequest, Ref
from enumerator.xform.instance.node import InstanceNode, is_attached, ref_of, touch, walk
from enumerator.xform.limits import MAX_UNDO, MAX_UNDO_CHANGES

Log = list[tuple[Any, str, Any]]
Taken = tuple[Log, str]

_ASPECTS = [Aspect(number) for number in range(256)]
_OF_ATTRIBUTE = {
    "text": Aspect.VALUE.value,
    "shown": Aspect.RELEVANT.value,
    "locked": Aspect.READONLY.value,
    "required": Aspect.REQUIRED.value,
}


class Steps:
    """``new_moment`` is called as a step begins: a step is all of one moment.

    ``taken``: the logs of the steps that undo can take back, with the language before each.
    """

    def __init__(
        self,
        engine: Recalculator,
        body: Body,
        renderer: Renderer,
        root: InstanceNode,
        new_moment: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._body = body
        self._renderer = renderer
        self._root = root
        self._new_moment = new_moment
        self.taken: list[Taken] = []
        self._weights: list[int] = []

    def take(self, work: Callable[[], object]) -> ChangeSet:
        """A step that fails leaves everything as it was."""
        engine = self._engine
        engine.begin()
        self._new_moment()
        language = self._renderer.language
        try:
            work()
            engine.settle()
        except BaseException:
            engine.abandon()
            self._revert(engine.log)
            if language != self._renderer.language:
                self._renderer.set_language(language)
            engine.begin()
            self._settle_names()
            raise
        if engine.log or language != self._renderer.language:
            self.taken.append((engine.log, language))
            self._forget_old(engine.long_texts // 50)
        return self._changes()

    def go_on(self, taken: list[Taken]) -> None:
        """With the steps of a session that was kept."""
        self.taken = taken
        self._weights = [len(log) for log, _ in taken]

    def _forget_old(self, long_texts: int) -> None:
        """Keeps what can be taken back within bounds; the last step always can be."""
        taken, weights = self.taken, self._weights
        weights.append(len(taken[-1][0]) + long_texts)
        if len(taken) > MAX_UNDO:
            del taken[0], weights[0]
        while len(taken) > 1 and sum(weights) > MAX_UNDO_CHANGES:
            del taken[0], weights[0]

    def undo(self) -> ChangeSet | None:
        if not self.taken:
            return None
        log, language = self.taken.pop()
        self._weights.pop()
        engine = self._engine
        engine.begin()
        before = _lines_in(log)
        self._revert(log)
        after = _lines_in(log)
        engine.added = [line for line in after if line not in before]
        engine.removed = [line for line in before if line not in after]
        if language != self._renderer.language:
            self._renderer.set_language(language)
            self.mark_language()
        for target, attribute, _ in log:
            if attribute == "lines":
                engine.note(target.anchor, Aspect.LINES.value)
            elif attribute in _OF_ATTRIBUTE:
                engine.note(target, _OF_ATTRIBUTE[attribute])
                engine.mark_readers(target)
        return self._changes()

    def _revert(self, log: Log) -> None:
        for target, attribute, old in reversed(log):
            if attribute == "text":
                target.put(old)
            elif attribute == "lines":
                self._engine.set_lines(target, *old)
            else:
                setattr(target, attribute, old)
                if attribute == "shown":
                    touch(target)

    def mark_language(self) -> None:
        """Every word may read differently now."""
        flags = Aspect.LABEL | Aspect.CONSTRAINT
        for node in walk(self._root):
            control = node.shape.control
            if control is not None:
                more = Aspect.CHOICES if control.is_select else Aspect(0)
                self._engine.note(node, (flags | more).value)
            elif node.shape.repeat is not None or self._engine.is_group(node):
                self._engine.note(node, Aspect.LABEL.value)

    # ---------------------------------------------------------------- change sets
    def _settle_names(self) -> None:
        if self._engine.restructured:
            self._body.forget()
            self._engine.restructured = False

    def _changes(self) -> ChangeSet:
        self._settle_names()
        engine = self._engine
        changes = engine.changes
        if engine.removed:
            away = {
                id(node) for line in engine.removed if not is_attached(line) for node in walk(line)
            }
            changes = {node: flags for node, flags in changes.items() if id(node) not in away}
        aspects = _ASPECTS
        changed: dict[Ref, Aspect] = {}
        for node, flags in changes.items():
            key = Ref(ref_of(node)) if not node.line else line_ref(node)
            changed[key] = aspects[flags]
        requests = self.requests() if engine.requests else ()
        if not engine.added and not engine.removed:
            return ChangeSet(changed, requests=requests)
        added = tuple(line_ref(line) for line in engine.added if is_attached(line))
        removed = tuple(line_ref(line) for line in engine.removed if not is_attached(line))
        return ChangeSet(changed, added, removed, requests)

    def requests(self) -> tuple[DeviceRequest, ...]:
        """Those of the present step; one a node."""
        found = {
            node: DeviceRequest(
                action.device,
                Ref(ref_of(node)),
                {"event": event, **action.parameters},
                node.serial,
            )
            for node, action, event in self._engine.requests
            if is_attached(node)
        }
        return tuple(found.values())


def _lines_in(log: Log) -> dict[InstanceNode, None]:
    found: dict[InstanceNode, None] = {}
    for target, attribute, _ in log:
        if attribute == "lines":
            found.update(dict.fromkeys(target))
    return found

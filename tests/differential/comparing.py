"""What two states differ in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

State = dict[str, dict[str, Any]]

ASPECTS = ("readonly", "required", "value", "label", "hint", "choices")
_EMPTY: dict[str, Any] = {
    "readonly": False,
    "required": False,
    "value": "",
    "label": "",
    "hint": "",
    "choices": (),
}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:?\d\d|Z)")
_TIME = re.compile(r"(?<![\dT:])\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:?\d\d)?|Z)")
_NAMESPACED = re.compile(r"(?<=/)(orx|jr):")
_TOLERANCE = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Difference:
    """``aspect``: one of ASPECTS, relevant, exists, an ``@`` attribute, or what a step gave."""

    ref: str
    aspect: str
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        return f"{self.ref} {self.aspect}: ours {self.ours!r}, JavaRosa {self.theirs!r}"


class Mask:
    """Hides what differs by nature: random ids, and instants about now."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def __call__(self, text: Any) -> Any:
        if isinstance(text, (list, tuple)):
            return tuple(self(each) for each in text)
        if not isinstance(text, str) or len(text) < 8:
            return text
        text = _UUID.sub("#", text)
        return _TIME.sub(self._time, _STAMP.sub(self._stamp, text))

    def _stamp(self, found: re.Match[str]) -> str:
        try:
            moment = datetime.fromisoformat(found[0])
        except ValueError:
            return found[0]
        return "#now" if abs(moment - self._now) < _TOLERANCE else found[0]

    def _time(self, found: re.Match[str]) -> str:
        try:
            moment = datetime.fromisoformat(f"{self._now.date()}T{found[0]}")
        except ValueError:
            return found[0]
        return "#now" if abs(moment - self._now) < _TOLERANCE else found[0]

    def state(self, state: Mapping[Any, Mapping[str, Any]]) -> State:
        return {
            _NAMESPACED.sub("", str(ref)): {
                name: self(_tidy(name, value)) for name, value in each.items()
            }
            for ref, each in state.items()
        }


def _tidy(name: str, value: Any) -> Any:
    return value.strip() if name in ("label", "hint") else value


def differences(ours: State, theirs: State) -> Iterator[Difference]:
    for ref, mine in ours.items():
        other = theirs.get(ref)
        if other is None:
            if mine["relevant"]:
                yield Difference(ref, "exists", True, False)
        elif mine != other:
            yield from _of_node(ref, mine, other)
    for ref, other in theirs.items():
        if ref not in ours and other["relevant"]:
            yield Difference(ref, "exists", False, True)


def _of_node(ref: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Difference]:
    if ours["relevant"] != theirs["relevant"]:
        yield Difference(ref, "relevant", ours["relevant"], theirs["relevant"])
        return
    if not ours["relevant"]:
        return
    if "prompt_error" in theirs:
        yield Difference(ref, "prompt_error", "", theirs["prompt_error"])
        aspects = ["readonly", "required", "value", *_attributes(ours, theirs)]
    else:
        aspects = [*ASPECTS, *_attributes(ours, theirs)]
    for aspect in aspects:
        empty = _EMPTY.get(aspect, "")
        mine, other = ours.get(aspect, empty), theirs.get(aspect, empty)
        if mine != other:
            yield Difference(ref, aspect, mine, other)


def _attributes(ours: Iterable[str], theirs: Iterable[str]) -> list[str]:
    return sorted({name for each in (ours, theirs) for name in each if name.startswith("@")})

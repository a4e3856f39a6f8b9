"""One recorded scenario, replayed on our engine: what differs from the record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from enumerator.errors import KnownError
from enumerator.xform.engine.session import Session
from enumerator.xform.form import LoadedForm
from tests.conformance.facts import Facts, plain
from tests.xform.scenario import seeded

Case = Mapping[str, Any]
State = Mapping[str, Mapping[str, Any]]

_UUID = re.compile(r"(?:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?|\d\d:\d\d(:\d\d.*)?")
# Web Forms adds a block of its own where a form has none, and ids to it where it lacks them.
_ADDED = ("/meta/instanceID", "/meta/deprecatedID")
_META = re.compile(r"^/[^/]+/(?:orx:)?meta(?:/(?:orx:)?instanceID)?$")


@dataclass(frozen=True, slots=True)
class Difference:
    """``where``: "load", "initial", "step 3", "final"; ``aspect``: "loads", "exists", "relevant",
    "readonly", "required", "value", "choices", "result", "error" or an attribute "@name"."""

    where: str
    ref: str
    aspect: str
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        return f"{self.where} {self.ref} {self.aspect}: {self.ours!r}, recorded {self.theirs!r}"


@dataclass(frozen=True, slots=True)
class Given:
    """What a session starts with."""

    instance: bytes | None = None
    properties: Mapping[str, str] | None = None
    edit: bool = False


# ---------------------------------------------------------------- comparing
def same_value(ours: str, theirs: str) -> bool:
    """Numbers by their worth: 1.0 and 1 are one value, words that look like numbers are not cut."""
    if ours.strip() == theirs.strip():
        return True
    if len(ours) < 17 and len(theirs) < 17:
        both = _NUMBER.fullmatch(ours), _NUMBER.fullmatch(theirs)
        return all(both) and abs(float(ours) - float(theirs)) < 1e-9
    return False


def same_instant(ours: str, theirs: str, zone: ZoneInfo) -> bool:
    """2026-01-01T00:00:00Z and 2025-12-31T17:00:00.000-07:00 are one."""
    try:
        both = [datetime.fromisoformat(text) for text in (ours, theirs) if "T" in text]
    except ValueError:
        return False
    aware = [each if each.tzinfo else each.replace(tzinfo=zone) for each in both]
    return len(aware) == 2 and aware[0] == aware[1]


def kind_of(text: str) -> str:
    for name, pattern in (("uuid", _UUID), ("number", _NUMBER), ("stamp", _STAMP)):
        if pattern.fullmatch(text):
            return name
    return "text" if text else "blank"


class Replay:
    """One case on one form."""

    def __init__(self, case: Case, form: LoadedForm, zone: ZoneInfo, given: Given) -> None:
        self._case = case
        self._form = form
        self._zone = zone
        self._facts = Facts(form.program)
        self._given = given
        self._session = self._start(given.instance, edit=given.edit)

    def _start(self, instance: bytes | None, *, edit: bool = False) -> Session:
        return self._form.start(
            now=lambda: datetime(2026, 11, 22, 8, 0, tzinfo=self._zone),
            random=seeded(),
            instance=instance,
            edit=edit,
            properties=self._given.properties,
        )

    def differences(self) -> Iterator[Difference]:
        yield from self._compare("initial", self._case["initial"])
        for number, step in enumerate(self._case["steps"], 1):
            yield from self._step(f"step {number}", step)
        yield from self._compare("final", self._case["final"])

    # ---------------------------------------------------------------- states
    def _same(self, ref: str, ours: str, theirs: str) -> bool:
        if same_value(ours, theirs) or same_instant(ours, theirs, self._zone):
            return True
        return self._facts.of_the_moment(ref) and kind_of(ours) == kind_of(theirs)

    def _compare(self, where: str, recorded: State) -> Iterator[Difference]:
        ours = {plain(ref): state for ref, state in self._session.state().items()}
        has_meta = any(_META.match(ref) for ref in self._session.state())
        theirs = {
            plain(ref): state for ref, state in recorded.items() if has_meta or not _META.match(ref)
        }
        for ref in theirs.keys() | ours.keys():
            if ref not in theirs or ref not in ours:
                if ref in ours or not ref.endswith(_ADDED):
                    yield Difference(where, ref, "exists", ref in ours, ref in theirs)
            else:
                yield from self._compare_node(where, ref, ours[ref], theirs[ref])

    def _compare_node(
        self, where: str, ref: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]
    ) -> Iterator[Difference]:
        if ours["relevant"] != theirs["relevant"]:
            yield Difference(where, ref, "relevant", ours["relevant"], theirs["relevant"])
        if not (ours["relevant"] and theirs["relevant"]):
            return  # what nobody sees: Web Forms blanks it, JavaRosa and we keep it
        for aspect in ("readonly", "required"):
            pair = ours.get(aspect, False), theirs.get(aspect, False)
            if pair[0] != pair[1]:
                yield Difference(where, ref, aspect, *pair)
        value, recorded = ours.get("value", ""), theirs.get("value", "")
        if not self._same(ref, value, recorded):
            yield Difference(where, ref, "value", value, recorded)
        if "choices" in theirs:
            offered = [choice[0] for choice in ours.get("choices", ())]
            if offered != theirs["choices"]:
                yield Difference(where, ref, "choices", offered, theirs["choices"])

    # ---------------------------------------------------------------- steps
    def _step(self, where: str, step: Mapping[str, Any]) -> Iterator[Difference]:
        ref = step.get("ref", "")
        try:
            yield from getattr(self, f"_{step['op']}")(where, ref, step)
        except KnownError as error:
            yield Difference(where, ref, "error", error.code, None)

    def _load(self, _where: str, _ref: str, _step: Mapping[str, Any]) -> Iterator[Difference]:
        yield from ()

    def _answer(self, where: str, ref: str, step: Mapping[str, Any]) -> Iterator[Difference]:
        if step["node"] == "root" or (step.get("threw") and "locate" in step["threw"]):
            return  # the test itself did not find its question
        answer = self._session.answer(ref, step["value"], commit="always", force=True)
        wanted = step["violation"] or "ok"
        if answer.result.value != wanted:
            yield Difference(where, ref, "result", answer.result.value, wanted)

    def _read(self, where: str, ref: str, step: Mapping[str, Any]) -> Iterator[Difference]:
        try:
            relevant, readonly = self._session.flags(ref)
        except KnownError:  # a repeat without a line
            relevant, readonly = self._session.element(ref).relevant, step.get("readonly", False)
        if relevant != step["relevant"]:
            yield Difference(where, ref, "relevant", relevant, step["relevant"])
        if not (relevant and step["relevant"]):
            return
        if "readonly" in step and readonly != step["readonly"]:
            yield Difference(where, ref, "readonly", readonly, step["readonly"])
        if "required" in step:
            required = self._session.element(ref).required
            if required != step["required"]:
                yield Difference(where, ref, "required", required, step["required"])
        if "value" in step:
            value = self._session.value(ref)
            if not self._same(ref, value, step["value"]):
                yield Difference(where, ref, "value", value, step["value"])

    def _attribute(self, where: str, ref: str, step: Mapping[str, Any]) -> Iterator[Difference]:
        path = f"{ref}/@{step['name']}"
        value = self._session.value(path)
        if not self._same(path, value, step["value"]):
            yield Difference(where, path, "value", value, step["value"])

    def _choices(self, where: str, ref: str, step: Mapping[str, Any]) -> Iterator[Difference]:
        offered = [choice.value for choice in self._session.choices(ref)]
        if offered != step["choices"]:
            yield Difference(where, ref, "choices", offered, step["choices"])

    def _new_repeat(self, _where: str, ref: str, _step: Mapping[str, Any]) -> Iterator[Difference]:
        self._session.add_repeat(ref)
        yield from ()

    def _delete_repeat(self, _where: str, ref: str, _s: Mapping[str, Any]) -> Iterator[Difference]:
        self._session.remove_repeat(ref)
        yield from ()

    def _language(self, _where: str, _ref: str, step: Mapping[str, Any]) -> Iterator[Difference]:
        self._session.set_language(step["lang"])
        yield from ()

    def _other(self, where: str, _ref: str, step: Mapping[str, Any]) -> Iterator[Difference]:
        """Saving: for a look, for sending, or to go on with what was saved. The record follows
        the session that was saved, not the one that edits it: that must hold the same."""
        name = step["name"].lower()
        if "payload" in name:
            self._session.finalize()
        elif "edit" in name:
            held = self._session.state(prompts=False)
            edited = self._start(self._session.xml(), edit=True)
            for ref, state in edited.state(prompts=False).items():
                mine = held.get(ref, {}).get("value")
                if mine != state.get("value") and not plain(ref).endswith(_ADDED):
                    yield Difference(where, ref, "edited", state.get("value"), mine)
        elif "restore" in name or "deserialize" in name:
            self._session = self._start(self._session.xml())


def replay(case: Case, form: LoadedForm, zone: ZoneInfo, given: Given) -> list[Difference]:
    return list(Replay(case, form, zone, given).differences())

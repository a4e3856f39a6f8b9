"""One run: the same steps in both engines, compared after each.

Where the states part, both engines start anew from OUR instance, from which every calculated
value is taken first. What JavaRosa then has as we had it, it had kept stale; what still differs
needs a ruling, or the run fails.
"""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from enumerator.errors import EnumeratorError, KnownError
from enumerator.xform import MemoryMedia, load_form
from enumerator.xform.engine.session import Session
from enumerator.xform.form import LoadedForm
from enumerator.xform.instance.node import InstanceNode, walk
from enumerator.xform.instance.serial import serialise
from tests.differential.comparing import Difference, Mask, State, differences
from tests.differential.peer import Peer
from tests.differential.rulings import Facts, FormFacts, ruling_of

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A form in one time zone, with one way of treating refused answers."""

    name: str
    form: bytes
    zone: str
    commit: str
    seed: int


@dataclass
class Tally:
    """What runs came to."""

    runs: int = 0
    answers: int = 0
    steps: int = 0
    agreed: int = 0
    rulings: Counter[str] = field(default_factory=Counter)
    unloaded: int = 0

    def add(self, other: Tally) -> None:
        for name in ("runs", "answers", "steps", "agreed", "unloaded"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.rulings.update(other.rulings)


class UnruledError(AssertionError):
    """A difference that no ruling covers, or an engine that disagrees with itself."""

    def __init__(self, case: Case, script: list[Step], found: list[str]) -> None:
        super().__init__("\n".join(found))
        self.case = case
        self.script = script
        self.found = found

    @property
    def kind(self) -> str:
        """What a shortened script must still show: the difference without places and values."""
        return re.sub(r"\[\d+\]", "", self.found[0].split(": ")[0])


class NotLoadedError(Exception):
    """An engine refuses the form: nothing to compare."""


class PeerGaveUpError(Exception):
    """JavaRosa cannot go on with this form, for a reason that a ruling names."""


class Run:
    def __init__(self, case: Case, peer: Peer, folder: Path) -> None:
        self.case = case
        self.tally = Tally(runs=1)
        self.script: list[Step] = []
        self._peer = peer
        self._folder = folder
        self.now = datetime.now(ZoneInfo(case.zone))
        self._mask = Mask(self.now)
        self._known: dict[Difference, str] = {}
        self._form_file = folder / "form.xml"
        self._form_file.write_bytes(case.form)
        try:
            self.form: LoadedForm = load_form(case.form, MemoryMedia())
        except EnumeratorError as error:
            raise NotLoadedError(str(error)) from None
        program = self.form.program
        self._by_chance = any(rule.reads.chance for rules in program.starters for rule in rules)
        self._acts_on_loading = any(_LOADING & each.events for each in program.definition.actions)
        self._facts = FormFacts(self.form, case.form)
        self.session = self._session()
        self._theirs: State = {}
        self._load(None)
        self._compare({"op": "load"})

    # ---------------------------------------------------------------- the engines
    def _session(self, instance: bytes | None = None) -> Session:
        language = None if instance is None else self.session.language
        return self.form.start(
            now=lambda: self.now,
            random=random.Random(self.case.seed),  # noqa: S311 # the same every time
            instance=instance,
            language=language or None,
        )

    def _load(self, instance: bytes | None) -> None:
        command: Step = {"op": "load", "form": str(self._form_file), "commit": self.case.commit}
        command["media"] = str(self._folder)
        if instance is not None:
            file = self._folder / "instance.xml"
            file.write_bytes(instance)
            command["instance"] = str(file)
            if self.session.language:
                command["lang"] = self.session.language
        reply = self._peer.ask(command)
        if not reply["ok"]:
            if instance is None:
                raise NotLoadedError(str(reply.get("error")))
            refused = Difference("instance", "refused", "", str(reply.get("error")))
            if self._ruled(refused, Facts(self._facts, self.session, command)) is None:
                self._fail([str(refused)])
            raise PeerGaveUpError(str(reply.get("error")))
        self._theirs = self._mask.state(reply["state"])

    def _ours(self, step: Step) -> dict[str, Any]:
        session = self.session
        try:
            return _OPERATIONS[step["op"]](session, step, self.case.commit)
        except KnownError as error:
            return {"ok": False, "error": str(error)}

    def _peers(self, step: Step) -> dict[str, Any]:
        reply = self._peer.ask(step)
        for ref, each in self._mask.state(reply.get("changed", {})).items():
            self._theirs[ref] = each
        for ref in self._mask.state({key: {} for key in reply.get("gone", [])}):
            self._theirs.pop(ref, None)
        return reply

    # ---------------------------------------------------------------- steps
    def take(self, step: Step) -> None:
        """Raises UnruledError where the engines part without a ruling."""
        self.script.append(step)
        self.tally.steps += 1
        self.tally.answers += step["op"] == "answer"
        before = self.session.xml()
        ours, theirs = self._ours(step), self._peers(step)
        self._check_own()
        parted = self._outcomes(step, ours, theirs)
        if parted:
            self._judge_outcome(step, before, parted)
        elif self._compare(step):
            self.tally.agreed += 1

    def _outcomes(
        self, step: Step, ours: dict[str, Any], theirs: dict[str, Any]
    ) -> list[Difference]:
        if not ours["ok"] or not theirs["ok"]:
            if ours["ok"] == theirs["ok"]:
                return []
            errors = ours.get("error", ""), theirs.get("error", "")
            return [Difference("step", "refused", *errors)]
        if step["op"] == "validate":
            mine = (ours["result"], ours.get("ref"))
            other = (theirs["result"], theirs.get("ref"))
            at = str(theirs.get("ref") or ours.get("ref"))
            return [] if mine == other else [Difference(at, "validation", mine, other)]
        found = []
        ref = str(step.get("ref", "step")).replace("[1]", "")
        for name in ("result", "message", "relevant", "readonly", "ref"):
            mine, other = self._mask(ours.get(name)), self._mask(theirs.get(name))
            if (mine or None) != (other or None):
                found.append(Difference(ref, name, mine, other))
        return found

    def _judge_outcome(self, step: Step, before: bytes, parted: list[Difference]) -> None:
        """JavaRosa may have judged by stale values: both judge once more from scratch."""
        facts = Facts(self._facts, self.session, step)
        open_ = [each for each in parted if self._ruled(each, facts) is None]
        if open_:
            self.session = self._session(before)
            self._load(_bare(self.session))
            again = self._outcomes(step, self._ours(step), self._peers(step))
            still = [each for each in again if self._ruled(each, facts) is None]
            if still:
                self._fail([str(each) for each in still])
            self.tally.rulings["stale"] += 1
        self._anew(facts)

    def _compare(self, step: Step) -> bool:
        """True where nothing differs. Raises UnruledError."""
        mine = self._mask.state(self.session.state())
        found = [each for each in differences(mine, self._theirs) if each not in self._known]
        if not found:
            return not self._known
        facts = Facts(self._facts, self.session, step)
        self._anew(facts, found)
        return False

    def _anew(self, facts: Facts, found: list[Difference] | None = None) -> None:
        """Both engines from our instance; what differs then, and did before, needs a ruling."""
        stored = [each for each in found or () if facts.is_stored(each)]
        self.session = self._session(self.session.xml())
        self._load(_bare(self.session))
        mine = self._mask.state(self.session.state())
        left = list(differences(mine, self._theirs))
        if left:
            # JavaRosa's first calculation may come before the relevance that it reads; its
            # validation calculates everything once more.
            self._peers({"op": "validate"})
            left = list(differences(mine, self._theirs))
        fresh = Facts(self._facts, self.session, facts.step, scratch=True)
        self._known = {}
        unruled = [each for each in stored if self._ruled(each, facts) is None]
        later = []
        for each in left:
            name = self._ruled(each, fresh)
            if name is None:
                later.append(each)
            else:
                self._known[each] = name
        for each in later:
            name = self._ruled(each, fresh)
            if name is None and self._evaluates_to_ours(each, fresh):
                name = "stale"
                self.tally.rulings[name] += 1
            if name is None:
                unruled.append(each)
            else:
                self._known[each] = name
        if unruled:
            self._fail([str(each) for each in unruled])
        for each in found or ():
            if each not in stored and each not in left:
                self.tally.rulings["stale"] += 1

    def _evaluates_to_ours(self, each: Difference, facts: Facts) -> bool:
        """Whether JavaRosa, asked for the calculation there, gives what we have: then it has
        not carried it out. Its own start is not always complete."""
        calculation = facts.calculation(each.ref)
        if each.aspect != "value" or not calculation:
            return False
        reply = self._peer.ask({"op": "eval", "expr": f"string({calculation})", "ref": each.ref})
        mine, other = str(each.ours), self._mask(str(reply.get("value")))
        return bool(reply["ok"]) and facts.written_alike(mine, other)

    def _ruled(self, each: Difference, facts: Facts) -> str | None:
        name = ruling_of(each, facts, self._known)
        if name is not None:
            self.tally.rulings[name] += 1
        return name

    # ---------------------------------------------------------------- our own consistency
    def _check_own(self) -> None:
        """Incremental equals from scratch."""
        session = self.session
        mine = session.state()
        changes = session.recalculate()
        if changes.changed and not self._by_chance:
            self._fail([f"recalculation: finds {dict(changes.changed)}"])
        again = session.state()
        if again != mine and not self._by_chance:
            self._fail([f"recalculation: changes {_first(mine, again)}"])
        if self._by_chance or self._acts_on_loading:
            return
        fresh = self._session(session.xml()).state()
        for ref, node in mine.items():
            other = fresh.get(ref)
            if node["relevant"] and node != other:
                self._fail([f"from scratch {ref}: {node} becomes {other}"])
        for ref, other in fresh.items():
            if other["relevant"] and ref not in mine:
                self._fail([f"from scratch {ref}: comes from nowhere"])

    def _fail(self, found: list[str]) -> None:
        raise UnruledError(self.case, list(self.script), found)

    # ---------------------------------------------------------------- the end
    def finish(self) -> None:
        """Our submission, read back by JavaRosa, is written the same."""
        self.session = self._session(self.session.xml())
        self._load(self.session.xml())
        ours, theirs = self.session.xml(), self._peer.ask({"op": "xml"})["xml"]
        self.script.append({"op": "xml"})
        facts = Facts(self._facts, self.session, self.script[-1], scratch=True)
        known = {each.ref for each in self._known}
        for each in _flat_differences(self._mask, ours.decode(), theirs):
            if each.ref not in known and self._ruled(each, facts) is None:
                self._fail([str(each)])


_LOADING = {"odk-instance-load", "xforms-ready"}


def _first(one: Any, other: Any) -> str:
    for key in (*one, *other):
        if one.get(key) != other.get(key):
            return f"{key}: {one.get(key)} to {other.get(key)}"
    return ""


def _answer(session: Session, step: Step, commit: str) -> dict[str, Any]:
    relevant, readonly = session.flags(step["ref"])
    found = session.answer(step["ref"], step["value"], commit=commit, force=True)
    reply: dict[str, Any] = {
        "ok": True,
        "result": found.result.value,
        "relevant": relevant,
        "readonly": readonly,
    }
    if found.result.value == "constraint":
        reply["message"] = found.message
    return reply


def _add(session: Session, step: Step, _commit: str) -> dict[str, Any]:
    changes = session.add_repeat(step["ref"])
    return {"ok": True, "ref": changes.added[0].removesuffix("[1]")}


def _remove(session: Session, step: Step, _commit: str) -> dict[str, Any]:
    session.remove_repeat(step["ref"])
    return {"ok": True}


def _language(session: Session, step: Step, _commit: str) -> dict[str, Any]:
    session.set_language(step["lang"])
    return {"ok": True}


def _validate(session: Session, _step: Step, _commit: str) -> dict[str, Any]:
    failures = session.validate()
    if not failures:
        return {"ok": True, "result": "ok"}
    return {"ok": True, "result": failures[0].result.value, "ref": str(failures[0].ref)}


_OPERATIONS: dict[str, Callable[[Session, Step, str], dict[str, Any]]] = {
    "answer": _answer,
    "new_repeat": _add,
    "delete_repeat": _remove,
    "language": _language,
    "validate": _validate,
}


# ---------------------------------------------------------------- instances
def _bare(session: Session) -> bytes:
    """The instance without what is calculated, but for what is calculated from itself."""
    emptied: list[tuple[InstanceNode, str]] = []
    root = session._root
    for node in walk(root):
        calculate = node.shape.bind.calculate
        if (
            calculate is not None
            and node.text
            and node.shape.leaf
            and not _KEEPS.search(calculate.text)
        ):
            emptied.append((node, node.text))
            node.text = ""
    try:
        return serialise(root, session._program.definition.namespaces)
    finally:
        for node, text in emptied:
            node.text = text


_KEEPS = re.compile(r"\bonce\(|(?<![./\w])\.(?![./\w])|uuid\(|random\(")


def _flat_differences(mask: Mask, ours: str, theirs: str) -> Iterator[Difference]:
    """Canonicalised: by reference, attributes in any order, space about texts aside."""
    mine, other = _flat(mask, ours), _flat(mask, theirs)
    for ref in sorted({*mine, *other}):
        yield from (
            Difference(ref, "value", one, two)
            for one, two in [(mine.get(ref), other.get(ref))]
            if one != two
        )


def _flat(mask: Mask, text: str) -> dict[str, str]:
    found: dict[str, str] = {}

    def walk_element(element: ET.Element, path: str) -> None:
        found[path] = mask((element.text or "").strip())
        for name, value in element.attrib.items():
            found[f"{path}/@{_local(name)}"] = mask(value)
        seen: Counter[str] = Counter()
        for child in element:
            name = _local(child.tag)
            seen[name] += 1
            place = f"[{seen[name]}]" if seen[name] > 1 else ""
            walk_element(child, f"{path}/{name}{place}")

    root = ET.fromstring(text)  # noqa: S314 # written by the engines
    walk_element(root, f"/{_local(root.tag)}")
    return found


def _local(name: str) -> str:
    return name.rpartition("}")[2]

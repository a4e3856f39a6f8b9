"""The form-filling scenarios, scored: each difference under its ruling."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zoneinfo import ZoneInfo

from enumerator.xform import FormError, MemoryMedia, load_form
from enumerator.xform.form import LoadedForm
from tests.conformance.facts import Facts
from tests.conformance.judging import Judge, acceptance, refusal
from tests.conformance.replaying import Case, Difference, Given, State, kind_of, replay
from tests.conformance.rulings import UNRECORDED, named
from tests.conformance.scoring import Failing, ScenarioScore

_CHANGING = ("answer", "new_repeat", "delete_repeat", "language", "other")


def score(path: Path) -> ScenarioScore:
    """``path`` is scenario_cases.json of the material."""
    material = json.loads(path.read_text(encoding="utf-8"))
    zone = ZoneInfo(material["tz"])
    found = ScenarioScore()
    for case in material["cases"]:
        if case["form"] is None:
            continue  # the test wrote no form: there is nothing to replay
        failing = examine(case, material["forms"][case["form"]].encode(), zone)
        count = found.agreed if case["javarosa"] == "agrees" else found.others
        count.add(failing is None or failing.passed)
        if failing is not None:
            found.failing.append(failing)
    return found


def examine(case: Case, source: bytes, zone: ZoneInfo) -> Failing | None:
    """None where everything is as recorded."""
    name = f"scenario {case['id']}"
    try:
        form = load_form(source, MemoryMedia())
    except FormError as error:
        if case["loadError"]:
            return None
        return Failing(name, f"refused: {error}", _named(refusal(error)))
    if case["loadError"]:
        return Failing(name, f"loads; recorded: {case['loadError']}", _named(acceptance(case)))
    differences = replay(case, form, zone, Given())
    if not differences:
        return None
    rulings = list(_rulings(case, form, zone, differences))
    open_ones = [each for each, number in zip(differences, rulings, strict=True) if number is None]
    # JavaRosa was asked for the final state: that is what the peers agree on.
    beside = case["javarosa"] == "agrees" and all(each.where == "initial" for each in differences)
    if open_ones:
        return Failing(name, f"{case['test'][-60:]}: {open_ones[0]}", None)
    number = UNRECORDED if UNRECORDED in rulings else rulings[0]
    return Failing(name, str(differences[0]), _named(number), passed=beside)


def _named(number: int | None) -> str | None:
    return None if number is None else named(number)


def _rulings(
    case: Case, form: LoadedForm, zone: ZoneInfo, differences: Sequence[Difference]
) -> Iterator[int | None]:
    facts = Facts(form.program)
    judge = Judge(case, facts)
    rulings = [judge.ruling(each) for each in differences]
    if None in rulings and _is_unrecorded(case, form, zone, facts, judge):
        rulings = [UNRECORDED if number is None else number for number in rulings]
    yield from rulings


# ---------------------------------------------------------------- what the record leaves out
def _is_unrecorded(
    case: Case, form: LoadedForm, zone: ZoneInfo, facts: Facts, judge: Judge
) -> bool:
    """Whether the test used something that its record does not hold: files, answers given in
    another way, a saved instance or device properties. Of the last two the recorded initial
    state tells what they were; with them all must come out as recorded."""
    if case["needs_media"]:
        return True
    changing = any(step["op"] in _CHANGING for step in case["steps"])
    if not changing and case["initial"] != case["final"]:
        return True
    return any(
        all(judge.ruling(each) is not None for each in replay(case, form, zone, given))
        for given in _reconstructed(case["initial"], form, facts)
    )


def _reconstructed(initial: State, form: LoadedForm, facts: Facts) -> Iterator[Given]:
    properties: dict[str, str] = {}
    saved = False
    for ref, state in initial.items():
        node = facts.node(ref)
        text = state.get("value", "")
        if node is None or not text or text == node.default or node.bind.calculate:
            continue
        if node.bind.preload == "property":
            properties[node.bind.preload_parameter] = text
        elif not facts.of_the_moment(ref) or kind_of(text) == "text":
            saved = True
    if properties:
        yield Given(properties=properties)
    if saved:
        yield Given(instance=_instance_of(initial, form))


def _instance_of(state: State, form: LoadedForm) -> bytes:
    """The recorded state as a saved instance: refs come in document order."""
    namespaces = form.program.definition.namespaces
    out: list[str] = []
    open_steps: list[str] = []
    for ref, node in state.items():
        steps = ref.split("/")[1:]
        common = 0
        while common < min(len(steps), len(open_steps)) and steps[common] == open_steps[common]:
            common += 1
        while len(open_steps) > common:
            out.append(f"</{open_steps.pop().partition('[')[0]}>")
        name = steps[-1].partition("[")[0]
        written = "".join(
            f" {key}={quoteattr(value)}" for key, value in node.get("attributes", {}).items()
        )
        if not open_steps:
            written += "".join(f' xmlns:{p}="{uri}"' for p, uri in namespaces.items())
        out.append(f"<{name}{written}>{escape(node.get('value', ''))}")
        open_steps.append(steps[-1])
    while open_steps:
        out.append(f"</{open_steps.pop().partition('[')[0]}>")
    return "".join(out).encode()

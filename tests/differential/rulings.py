"""Which differences are meant, told by what they are and never by form or expression.

The numbers are those of the rulings in ``enumerator/xform/README.md``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from enumerator.errors import KnownError
from enumerator.xform.definition.model import NodeDefinition
from enumerator.xform.engine.rules import Rule, RuleKind
from enumerator.xform.engine.session import Session
from enumerator.xform.form import LoadedForm
from enumerator.xform.instance.codec import BadValueError, canonical
from enumerator.xform.instance.node import InstanceNode, Lines, ref_of, walk
from enumerator.xform.xpath.syntax import XPathError
from tests.differential.comparing import Difference

COUNT = RuleKind.COUNT


class FormFacts:
    """What a ruling may ask of a form."""

    def __init__(self, form: LoadedForm, source: bytes) -> None:
        self.source = source
        self.program = form.program
        self.definition = form.program.definition
        self._rules = list(self.program._all)

    @cached_property
    def by_chance(self) -> frozenset[int]:
        """Numbers of the nodes that chance reaches, by way of what they read."""
        reached = {rule.shape.number for rule in self._rules if rule.reads.chance}
        for action in self.definition.actions:
            if action.value is not None and _CHANCE.search(action.value.text):
                reached.add(action.target.number)
        for shape in self.definition.nodes:
            if shape.bind.preload == "uid":
                reached.add(shape.number)
        return self.downstream(reached)

    @cached_property
    def by_clock(self) -> frozenset[int]:
        """Numbers of the nodes that the time of day reaches."""
        reached = {shape.number for shape in self.definition.nodes if shape.bind.preload}
        for text, number in self.program._reads:
            if _CLOCK.search(text):
                reached.add(number)
        return self.downstream(reached)

    def text_of(self, rule: Rule) -> str:
        bind = rule.shape.bind
        kinds = {"RELEVANT": bind.relevant, "CALCULATE": bind.calculate, "READONLY": bind.readonly}
        kinds |= {"REQUIRED": bind.required, "CONSTRAINT": bind.constraint}
        expression = kinds.get(rule.kind.name)
        return "" if expression is None else expression.text

    @cached_property
    def by_language(self) -> frozenset[int]:
        """Numbers of the nodes that the language reaches."""
        return self.downstream({r.shape.number for r in self._rules if r.reads.language})

    def downstream(self, reached: set[int]) -> frozenset[int]:
        grown = True
        while grown:
            before = len(reached)
            for action in self.definition.actions:
                key = (action.value.text if action.value else "", action.target.number)
                reads = self.program._reads.get(key)
                if reads and any(place.shape.number in reached for place in reads.values):
                    reached.add(action.target.number)
            for rule in self._rules:
                if any(place.shape.number in reached for place in rule.reads.values):
                    reached.update(self._within(rule.shape))
            grown = len(reached) > before
        return frozenset(reached)

    def _within(self, shape: NodeDefinition) -> Iterator[int]:
        """The node, and what hides and locks with it."""
        yield shape.number
        for child in shape.order:
            yield from self._within(child)

    def upstream(self, number: int) -> frozenset[int]:
        """What a node's rules read, and what that reads in turn."""
        reached = {number}
        grown = True
        while grown:
            before = len(reached)
            for rule in self._rules:
                if rule.shape.number in reached:
                    reached.update(place.shape.number for place in rule.reads.values)
            grown = len(reached) > before
        return frozenset(reached)

    @cached_property
    def counted(self) -> list[str]:
        """Paths of the repeats that the form counts."""
        return [
            shape.path
            for shape in self.definition.nodes
            if shape.repeat is not None and shape.repeat.count_fixed
        ]

    def new_line_targets(self) -> set[int]:
        return {
            action.target.number
            for action in self.definition.actions
            if "odk-new-repeat" in action.events
        }


_CHANCE = re.compile(r"\b(random|uuid|randomize)\s*\(")
_CLOCK = re.compile(r"\bnow\s*\(")


@dataclass(slots=True)
class Facts:
    """``scratch``: both engines have just started from one and the same instance."""

    form: FormFacts
    session: Session
    step: Mapping[str, Any]
    scratch: bool = False

    def node(self, ref: str) -> InstanceNode | None:
        try:
            return self.session._body.node(ref)
        except KnownError:
            return None

    def shape(self, ref: str) -> NodeDefinition | None:
        path = re.sub(r"\[\d+\]", "", ref)
        for shape in self.form.definition.nodes:
            if shape.path == path or _bare(shape.path) == path:
                return shape
        return None

    def is_stored(self, difference: Difference) -> bool:
        """A value that somebody or something once put there, not one that is worked out."""
        if difference.aspect == "exists":
            return not self.is_counted(difference.ref)
        shape = self.shape(difference.ref)
        return difference.aspect == "value" and shape is not None and shape.bind.calculate is None

    def is_counted(self, ref: str) -> bool:
        path = re.sub(r"\[\d+\]", "", ref) + "/"
        return any(path.startswith(counted + "/") for counted in self.form.counted)

    def offered(self, ref: str) -> set[str] | None:
        node = self.node(ref)
        if node is None or node.shape.control is None or not node.shape.control.is_select:
            return None
        return {choice.value for choice in self.session.choices(ref)}

    def written_alike(self, one: str, other: str) -> bool:
        return _NUMBER.sub(_number, one) == _NUMBER.sub(_number, other)

    def calculation(self, ref: str) -> str:
        shape = self.shape(ref)
        calculate = None if shape is None else shape.bind.calculate
        return "" if calculate is None else calculate.text


def _bare(path: str) -> str:
    return re.sub(r"(?<=/)(orx|jr):", "", path)


# ---------------------------------------------------------------- the rulings
def withdrawn_choice(each: Difference, facts: Facts) -> bool:
    """1: JavaRosa keeps what the list no longer offers, until somebody looks at the question."""
    if each.aspect != "value" or not isinstance(each.theirs, str):
        return False
    offered = facts.offered(each.ref)
    if offered is None or each.ours == each.theirs:
        return False
    kept = [value for value in each.theirs.split() if value in offered]
    node = facts.node(each.ref)
    if node is not None and node.shape.control is not None and node.shape.control.element == "rank":
        return set(kept) <= set(each.ours.split())
    chosen: list[str] = each.ours.split()
    return kept == chosen


def returned_choice(each: Difference, facts: Facts) -> bool:
    """1: a choice that comes back brings its selection with it."""
    node = facts.node(each.ref)
    offered = facts.offered(each.ref)
    if each.aspect != "value" or node is None or offered is None:
        return False
    return set(each.theirs.split()) < set(each.ours.split()) <= offered


def parked_line(each: Difference, facts: Facts) -> bool:
    """5: JavaRosa never removes a surplus line, and counts by nodes that are not relevant."""
    if each.aspect != "exists" or each.theirs is not True:
        return False
    for shape in facts.form.definition.nodes:
        if not (shape.repeat and shape.repeat.count and _holds(shape, each.ref)):
            continue
        for anchor in _anchors(facts.session._root, shape):
            lines = facts.session._engine.lines_of(anchor)
            if _stands_after(each.ref, anchor, len(lines)):
                rule = next(r for r in facts.form._rules if r.shape is shape and r.kind == COUNT)
                context = facts.session._context
                context.current = anchor
                number = rule.evaluate(anchor, context)
                wanted = int(number) if number == number and number > 0 else 0
                return len(lines) == wanted
    return False


def _holds(shape: NodeDefinition, ref: str) -> bool:
    return (re.sub(r"\[\d+\]", "", ref) + "/").startswith(_bare(shape.path) + "/")


def _anchors(node: InstanceNode, shape: NodeDefinition) -> Iterator[InstanceNode]:
    for entry in node.slots:
        if isinstance(entry, Lines):
            if entry.anchor.shape is shape:
                yield entry.anchor
            for line in entry:
                yield from _anchors(line, shape)
        else:
            yield from _anchors(entry, shape)


def _stands_after(ref: str, anchor: InstanceNode, count: int) -> bool:
    """Whether a reference is of a line beyond the repeat's own, under the same parent."""
    parent = anchor.parent
    start = (ref_of(parent) if isinstance(parent, InstanceNode) else "") + "/" + anchor.shape.key
    found = re.fullmatch(re.escape(_bare(start)) + r"(?:\[(\d+)\])?(/.*)?", ref)
    return found is not None and int(found[1] or 1) > count


def negative_maximum(each: Difference, facts: Facts) -> bool:
    """3: the greatest of zeros and negatives; JavaRosa starts from the least positive number."""
    shape = facts.shape(each.ref)
    if shape is None:
        return False
    for rule in facts.form._rules:
        if rule.shape.number in {shape.number, *_above(shape)}:
            for found in re.finditer(r"\bmax\(([^()]*)\)", facts.form.text_of(rule)):
                try:
                    at = _ref_above(each.ref, rule.shape)
                    value = facts.session.evaluate(f"max({found[1]})", at)
                except (KnownError, XPathError):
                    continue
                if isinstance(value, float) and value <= 0:
                    return True
    return False


def _ref_above(ref: str, shape: NodeDefinition) -> str:
    """The reference of the node of that shape on the way to another."""
    return "/".join(ref.split("/")[: shape.depth + 2])


def _above(shape: NodeDefinition) -> Iterator[int]:
    above = shape.parent
    while above is not None:
        yield above.number
        above = above.parent


def date_in_a_text(each: Difference, facts: Facts) -> bool:
    """4: a day in a text counts as its number; JavaRosa's is not a number."""
    shape = facts.shape(each.ref)
    if shape is None:
        return False
    read = facts.form.upstream(shape.number)
    counts = each.aspect == "value" and not each.theirs and bool(_NUMBER.fullmatch(each.ours))
    counts = counts or any(
        number in read and _MAKES_TEXT.search(text) for text, number in facts.form.program._reads
    )
    return any(
        node.shape.number in read
        and (counts or node.shape.bind.type not in ("date", "dateTime"))
        and re.match(r"\d{4}-\d\d-\d\d", node.text)
        for node in walk(facts.session._root)
    )


_MAKES_TEXT = re.compile(r"\b(string|concat|substr|join|translate|normalize-space)\s*\(")


def infinite(each: Difference, facts: Facts) -> bool:
    """47: a stored Infinity is a text, whose number is none (XPath 1.0)."""
    shape = facts.shape(each.ref)
    if shape is None:
        return False
    read = facts.form.upstream(shape.number) | {
        number for above in _above(shape) for number in facts.form.upstream(above)
    }
    return any(
        node.shape.number in read and node.text in ("Infinity", "-Infinity")
        for node in walk(facts.session._root)
    )


def language_of_the_start(each: Difference, facts: Facts) -> bool:
    """6: what reads labels follows the language; JavaRosa's calculations keep the first one."""
    shape = facts.shape(each.ref)
    return shape is not None and shape.number in facts.form.by_language


def group_without_ref(each: Difference, facts: Facts) -> bool:
    """The driver tells the label of a group without a reference as its parent's."""
    node = facts.node(each.ref)
    return each.aspect == "label" and not each.ours and node is not None and not node.shape.leaf


def same_numbers(each: Difference, _facts: Facts) -> bool:
    """9: plain decimals; JavaRosa writes 1.0 and 1.23E7."""
    if not isinstance(each.ours, str) or not isinstance(each.theirs, str):
        return False
    return _NUMBER.sub(_number, each.ours) == _NUMBER.sub(_number, each.theirs)


_NUMBER = re.compile(r"(?<![\w.])-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])")


def _number(found: re.Match[str]) -> str:
    number = float(found[0])
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else f"{number:.9g}"


def new_line_default(each: Difference, facts: Facts) -> bool:
    """13: JavaRosa sets the defaults of a new line before the line's calculations, and none of
    the lines within it."""
    shape = facts.shape(each.ref)
    return (
        each.aspect == "value"
        and shape is not None
        and shape.number in facts.form.new_line_targets()
        and not facts.scratch
        and each.theirs in ("", shape.markup.text().strip())
    )


def changed_by_an_action(each: Difference, facts: Facts) -> bool:
    """34, 41: what actions change sets off others; JavaRosa stops after the first."""
    shape = facts.shape(each.ref)
    return (
        each.aspect == "value"
        and not facts.scratch
        and any(
            "xforms-value-changed" in action.events and action.target is shape
            for action in facts.form.definition.actions
        )
    )


def not_a_number(each: Difference, facts: Facts) -> bool:
    """18: what is not a number is blank; JavaRosa's sums pass it by, and its int is 0."""
    shape = facts.shape(each.ref)
    if shape is None or not facts.calculation(each.ref) or each.ours != "":
        return False
    read = facts.form.upstream(shape.number)
    return bool(_NUMBER.fullmatch(str(each.theirs))) and any(
        node.shape.number in read and node.text and not _NUMBER.fullmatch(node.text)
        for node in walk(facts.session._root)
    )


def written_utc(each: Difference, _facts: Facts) -> bool:
    """48: no offset is written +00:00; JavaRosa writes Z."""
    if not isinstance(each.ours, str) or not isinstance(each.theirs, str):
        return False
    return each.ours == re.sub(r"(?<=\d)Z\b", "+00:00", each.theirs)


def space_about_a_text(each: Difference, facts: Facts) -> bool:
    """45: space at the ends of a text is the respondent's; JavaRosa drops it when it reads."""
    return (
        facts.scratch
        and isinstance(each.ours, str)
        and isinstance(each.theirs, str)
        and each.ours.strip() == each.theirs.strip()
    )


def several_nodes(each: Difference, _facts: Facts) -> bool:
    """43: the text of a node-set is its first node's (XPath 1.0); JavaRosa refuses."""
    return "This field is repeated" in str(each.theirs)


def group_text(each: Difference, facts: Facts) -> bool:
    """43: the text of a group is that of all within (XPath 1.0); JavaRosa has none."""
    node = facts.node(each.ref)
    if node is None or not isinstance(each.theirs, str) or not facts.calculation(each.ref):
        return False
    rules = [r for r in facts.form._rules if r.shape is node.shape]
    return any(
        not isinstance(place.shape, NodeDefinition) or not place.shape.leaf
        for rule in rules
        for place in rule.reads.values
    )


def unlabelled_choice(each: Difference, _facts: Facts) -> bool:
    """44: a choice without a label shows its value."""
    if each.aspect != "choices" or len(each.ours) != len(each.theirs):
        return False
    return all(
        mine == other or (mine[0] == other[0] == mine[1] and not other[1])
        for mine, other in zip(each.ours, each.theirs, strict=True)
    )


def initial_rubbish(each: Difference, facts: Facts) -> bool:
    """46: what the form itself puts into a node is kept, a value of its type or not."""
    node = facts.node(each.ref)
    if each.aspect != "value" or node is None or each.theirs:
        return False
    for text in {each.ours, node.shape.markup.text().strip()} - {""}:
        try:
            if canonical(node.shape.bind.type, text, facts.session._context.zone) != text:
                return True
        except BadValueError:
            return True
    return False


def large_int(each: Difference, _facts: Facts) -> bool:
    """47: a calculated whole number may need more than 32 bits; JavaRosa cuts it off."""
    if each.ours == "" and each.theirs in ("2147483647", "-2147483648"):
        return True
    try:
        return abs(float(each.ours)) >= 2**31 - 1 and each.theirs in (
            "2147483647",
            "-2147483648",
            "",
        )
    except (TypeError, ValueError):
        return False


def answer_of_spaces(each: Difference, facts: Facts) -> bool:
    """45: spaces alone are no answer."""
    value = facts.step.get("value")
    if not isinstance(value, str) or value.strip():
        return False
    shape = facts.shape(each.ref)
    set_off = shape is not None and any(
        "xforms-value-changed" in action.events and action.target is shape
        for action in facts.form.definition.actions
    )
    return set_off or each.ref in ("step", _plain(str(facts.step["ref"])))


def no_value_of_its_type(each: Difference, facts: Facts) -> bool:
    """48: which texts are values of a type: JavaRosa takes 1e3 for a place, ours 1,5 for 1.5."""
    return each.aspect == "refused" and bool(facts.step.get("rubbish"))


def missing_text(each: Difference, _facts: Facts) -> bool:
    """45: a text that no language has is blank; JavaRosa shows its name."""
    return "[itext:" in str(each.theirs) or str(each.theirs).startswith("jr:itext(")


def at_the_edge_of_the_earth(each: Difference, facts: Facts) -> bool:
    """29, 35: distances and areas of blank, single and equal points; the radius of the Earth."""
    if not re.search(r"\b(distance|area)\s*\(", facts.calculation(each.ref)):
        return False
    try:
        return math.isclose(float(each.ours), float(each.theirs), rel_tol=1e-3)
    except (TypeError, ValueError):
        return each.ours in ("", "0") or each.theirs in ("", "0")


def blank_point(each: Difference, facts: Facts) -> bool:
    """29: a blank point of a trace is left out; JavaRosa takes it for 0 0."""
    if not re.search(r"\b(distance|area)\s*\(", facts.calculation(each.ref)):
        return False
    shape = facts.shape(each.ref)
    texts = [
        other.text
        for rule in facts.form._rules
        if rule.shape is shape
        for place in rule.reads.values
        if (other := facts.session._context.fixed[place.shape.number]) is not None
    ]
    return any(not part.strip() for text in texts for part in text.split(";"))


def spaces_in_traces(each: Difference, _facts: Facts) -> bool:
    """48: semicolons alone part the points of a trace; JavaRosa writes a space after them."""
    if not isinstance(each.theirs, str) or ";" not in each.theirs:
        return False
    return bool(each.theirs.replace("; ", ";").strip("; ") == each.ours)


def indexed_beyond(each: Difference, facts: Facts) -> bool:
    """35: indexed-repeat before the first line is blank; JavaRosa gives the reader's own line."""
    shape = facts.shape(each.ref)
    is_indexed = shape is not None and any(
        "indexed-repeat" in text
        for text, number in facts.form.program._reads
        if number == shape.number
    )
    return is_indexed and each.ours == "" and each.theirs != ""


def broken_bytes(each: Difference, _facts: Facts) -> bool:
    """45: bytes that are no text are blank."""
    return "\ufffd" in str(each.theirs) and not each.ours


def itemset_of_an_input(each: Difference, facts: Facts) -> bool:
    """44: whatever has an itemset offers it, ranges and inputs as well."""
    node = facts.node(each.ref)
    control = None if node is None else node.shape.control
    has_query = b" query=" in facts.form.source
    return (
        each.aspect == "choices"
        and control is not None
        and (has_query or control.element not in ("select", "select1", "rank"))
        and not each.theirs
    )


def chance(each: Difference, facts: Facts) -> bool:
    """Each engine has its own chance."""
    shape = facts.shape(each.ref)
    if shape is None:
        return False
    if each.aspect == "choices":
        return sorted(each.ours) == sorted(each.theirs) and shape.number in facts.form.by_chance
    return shape.number in facts.form.by_chance


def clock(each: Difference, facts: Facts) -> bool:
    """Each engine has its own clock."""
    shape = facts.shape(each.ref)
    return shape is not None and shape.number in facts.form.by_clock


def hidden_by_the_body(each: Difference, facts: Facts) -> bool:
    """49: what stands in a hidden group of the body is not asked, so it cannot be missing."""
    if each.aspect != "validation":
        return False
    asked = {_plain(str(ref)) for ref in facts.session.questions()}
    return any(
        node.shown and node.shape.control is not None and _plain(ref_of(node)) not in asked
        for node in walk(facts.session._root)
    )


def _plain(ref: str) -> str:
    return ref.replace("[1]", "")


def driver_s_pulldata(each: Difference, facts: Facts) -> bool:
    """pulldata() is the driver's own, and knows plain columns only."""
    shape = facts.shape(each.ref)
    read = {shape.number} if shape is not None else set()
    return not each.theirs and any(
        "pulldata(" in text for text, number in facts.form.program._reads if number in read
    )


def missing_list(each: Difference, facts: Facts) -> bool:
    """44: a list whose file is missing offers nothing; JavaRosa names its columns as a choice."""
    files = any(instance.source for instance in facts.form.definition.instances.values())
    if not files or each.aspect != "choices":
        return False
    return len(each.theirs) == len(each.ours) + 1 and set(each.ours) < set(each.theirs)


def no_device(each: Difference, _facts: Facts) -> bool:
    """The driver has no device to ask for a place."""
    return (each.ours, each.theirs) == ("", "no client implementation")


def javarosa_fails(each: Difference, _facts: Facts) -> bool:
    """26: JavaRosa stops on an error of its own making, where ours goes on."""
    return (
        each.aspect in ("refused", "prompt_error")
        and not each.ours
        and bool(_CRASH.search(str(each.theirs)))
    )


_CRASH = re.compile(
    r"NullPointer|NumberFormat|ClassCast|Cannot invoke|Invalid cast|XPathTypeMismatch|"
    r"XPathUnhandled|unsupported construct|IndexOutOfBounds|StringIndex|"
    r"XPathArity|Unsupported|NoLocalizedText"
)


RULINGS: dict[str, Callable[[Difference, Facts], bool]] = {
    "chance": chance,
    "clock": clock,
    "no device": no_device,
    "1 withdrawn choice": withdrawn_choice,
    "1 returned choice": returned_choice,
    "3 greatest of negatives": negative_maximum,
    "4 date in a text": date_in_a_text,
    "5 parked line": parked_line,
    "6 language of the start": language_of_the_start,
    "group without reference": group_without_ref,
    "9 numbers as text": same_numbers,
    "13 default of a new line": new_line_default,
    "34 set by what an action changed": changed_by_an_action,
    "18 not a number": not_a_number,
    "43 several nodes": several_nodes,
    "44 choice without label": unlabelled_choice,
    "46 initial text": initial_rubbish,
    "47 large int": large_int,
    "45 answer of spaces": answer_of_spaces,
    "48 values of a type": no_value_of_its_type,
    "45 missing text": missing_text,
    "29 distances and areas": at_the_edge_of_the_earth,
    "29 blank point": blank_point,
    "48 spaces in traces": spaces_in_traces,
    "35 line 0": indexed_beyond,
    "45 broken bytes": broken_bytes,
    "44 itemset of an input": itemset_of_an_input,
    "43 text of a group": group_text,
    "the driver's pulldata": driver_s_pulldata,
    "48 written UTC": written_utc,
    "49 hidden by the body": hidden_by_the_body,
    "44 missing list": missing_list,
    "47 infinite": infinite,
    "45 space about a text": space_about_a_text,
    "26 JavaRosa fails": javarosa_fails,
}


# Differences of values that stay, and that what reads them therefore shares.
_LASTING = {
    name
    for name in RULINGS
    if name.partition(" ")[0]
    in ("3", "4", "5", "9", "18", "26", "29", "35", "43", "45", "46", "47", "48")
}


def ruling_of(
    difference: Difference, facts: Facts, known: Mapping[Difference, str] | None = None
) -> str | None:
    """``known``: what differs already, by a ruling; what reads it follows."""
    found = next((name for name, rule in RULINGS.items() if rule(difference, facts)), None)
    if found is not None or not known:
        return found
    lasting = {each.ref: name for each, name in known.items() if name in _LASTING}
    shapes = {shape.number for ref in lasting if (shape := facts.shape(ref)) is not None}
    mine = facts.shape(difference.ref)
    if mine is None or mine.number not in facts.form.downstream(shapes):
        return None
    return "follows " + next(iter(lasting.values()))

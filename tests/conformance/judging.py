"""Under which ruling a difference falls, told from what it is: which node, which aspect, what
makes its value, what JavaRosa gives. Never from which case or form it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from enumerator.xform import FormError
from tests.conformance.facts import Facts, plain
from tests.conformance.replaying import Case, Difference, same_value

_PLACES = ("geopoint", "geotrace", "geoshape")


class Judge:
    """The rulings on the differences of one case."""

    def __init__(self, case: Case, facts: Facts) -> None:
        self._facts = facts
        self._javarosa = {
            (plain(ref), aspect): theirs
            for ref, aspect, theirs, _webforms in case["javarosa_diff"] or ()
        }
        self._threw = any(step.get("threw") for step in case["steps"])
        self._steps: list[Mapping[str, Any]] = case["steps"]

    def ruling(self, found: Difference) -> int | None:
        for number, applies in (
            (7, self._is_absolute_path),
            (3, self._is_sum_of_nothing),
            (5, self._is_surplus_line),
            (29, self._is_place),
            (30, self._is_set_while_hidden),
            (31, self._is_set_in_many_lines),
            (32, self._is_blank_condition),
        ):
            if applies(found):
                return number
        return None

    def _is_javarosa_s(self, found: Difference) -> bool:
        """JavaRosa gives what we give; True as well where it was not asked."""
        theirs = self._javarosa.get((plain(found.ref), found.aspect))
        if theirs is None:
            return True
        return same_value(str(found.ours), str(theirs))

    def _is_absolute_path(self, found: Difference) -> bool:
        return (
            found.aspect == "value"
            and self._is_javarosa_s(found)
            and self._facts.reads_own_repeat_absolutely(found.ref)
        )

    def _is_sum_of_nothing(self, found: Difference) -> bool:
        """Web Forms: not a number, so blank. XPath and JavaRosa: 0."""
        return (
            found.aspect == "value"
            and found.theirs == ""
            and found.ours == "0"
            and self._facts.calls(found.ref, "sum")
        )

    def _is_surplus_line(self, found: Difference) -> bool:
        """The peers keep lines that we park."""
        counted = any(
            each.repeat is not None and each.repeat.count is not None
            for each in self._facts.lines_above(found.ref)
        )
        return found.aspect == "exists" and found.theirs is True and counted

    def _is_place(self, found: Difference) -> bool:
        if found.aspect != "value":
            return False
        node = self._facts.node(found.ref)
        if node is not None and node.bind.type in _PLACES:
            ours, theirs = found.ours.split(), found.theirs.split()
            padded = [*theirs, "0.0", "0.0"][:4]
            return found.theirs == "" or all(map(same_value, ours, padded))
        rounded = _number(found.theirs)
        value = _number(found.ours)
        return (
            self._facts.calls(found.ref, "distance", "area")
            and value is not None
            and rounded is not None
            and abs(value - rounded) < 0.0051
        )

    def _is_set_while_hidden(self, found: Difference) -> bool:
        node = self._facts.node(found.ref)
        return (
            found.aspect == "value"
            and found.theirs == ""
            and node is not None
            and bool(self._facts.actions_on(node))
            and any(True for _ in self._facts.conditions_of(node))
            and self._is_javarosa_s(found)
        )

    def _is_set_in_many_lines(self, found: Difference) -> bool:
        """The peers stop at the step with an error, half done."""
        node = self._facts.node(found.ref)
        return (
            self._threw
            and found.aspect == "value"
            and node is not None
            and node.lines > 0
            and any(
                action.control is not None
                and (action.control.node is None or action.control.node.lines < node.lines)
                for action in self._facts.actions_on(node)
            )
        )

    def _is_blank_condition(self, found: Difference) -> bool:
        """Web Forms: a node that exists is true. JavaRosa: by its value."""
        return (
            found.aspect in ("readonly", "required", "relevant")
            and found.theirs is not (found.aspect == "relevant")
            and self._facts.has_path_for_condition(found.ref, found.aspect)
        )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


# ---------------------------------------------------------------- loading
def refusal(error: FormError) -> int | None:
    """Of a form that Web Forms loads."""
    texts = [problem.text for problem in error.problems if problem.severity == "error"]
    if all("depend on each other" in text for text in texts):
        return 27
    if all("no node" in text or "no instance" in text for text in texts):
        return 17
    return None


def acceptance(case: Case) -> int | None:
    """Of a form that Web Forms refuses: JavaRosa decides."""
    return 28 if case["javarosa"] == "javarosa: loads" else None

"""Which result of a family stands, once more and from the published table alone
(``sync/PROTOCOL.md``): what the server made of its rows must agree, in whichever order they came.

Reads a server's database; shares no code with it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Rows = Callable[[str], list[tuple[Any, ...]]]
"""Runs a query."""
_COMPLETE = 4


@dataclass(frozen=True, slots=True)
class _Result:
    number: int
    family: str
    envelope_id: str
    kind: str
    rank: int
    point: int
    is_failing: bool
    key_answers: str
    base_version: int
    instance_id: str
    replaces: str


@dataclass(frozen=True, slots=True)
class _Decision:
    number: int
    kind: str
    chosen: str | None
    incarnation: str
    sequence: int
    place: int
    version: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of a family. ``others``: every interview beside what stands, and the state of its conflict.
    ``by_arrival``: it depends on what came first, as the table says of its last line, of the
    decisions of several laptops, and of returns."""

    standing: int | None
    others: dict[int, str]
    by_arrival: bool


def breaches(rows: Rows) -> Iterator[str]:
    """I3: what stands, what it stands beside, and for which family it counts."""
    for family, verdict in verdicts(rows).items():
        stands = [number for (number,) in rows(_STANDING.format(family))]
        if stands != ([] if verdict.standing is None else [verdict.standing]):
            yield f"I3: of {family} stands {stands}, by the rule {verdict.standing}"
        found = {number: (kept, state) for number, kept, state in rows(_CONFLICTS.format(family))}
        kept = verdict.standing or 0
        if found != {number: (kept, state) for number, state in verdict.others.items()}:
            yield f"I3: conflicts of {family} are {found}, by the rule {kept}: {verdict.others}"


def verdicts(rows: Rows) -> dict[str, Verdict]:
    """By family."""
    places = _places(rows)
    results: dict[str, list[tuple[_Result, bool]]] = {}
    for row in rows(_RESULTS):
        result = _Result(*row)
        family, may_stand = _counts_for(result.family, places)
        results.setdefault(family, []).append((result, may_stand))
    decisions: dict[str, list[_Decision]] = {}
    for family, *decision in rows(_DECISIONS):
        decisions.setdefault(family, []).append(_Decision(*decision))
    answers: dict[str, int] = dict(rows(_ANSWERED))
    families = [family for (family,) in rows("SELECT family_id FROM field_case ORDER BY 1")]
    return {
        family: _judge(results.get(family, []), decisions.get(family, []), answers.get(family))
        for family in families
    }


def _judge(
    results: list[tuple[_Result, bool]], decisions: list[_Decision], answered: int | None
) -> Verdict:
    interviews = {one.envelope_id: one for one, _ in results if one.kind == "interview"}
    redone = {
        interviews[one.chosen].number
        for one in decisions
        if one.kind == "return"
        and one.chosen in interviews
        and any(_answers(other, interviews[one.chosen], one) for other in interviews.values())
    }
    nameable: set[str | None] = {None, *(one.envelope_id for one, _ in results)}
    if answered is not None:
        nameable.add("")
    settled = _last_word(
        [one for one in decisions if one.kind == "settlement" and one.chosen in nameable]
    )
    standing: _Result | None = None
    if settled is not None and settled.chosen is not None:
        standing = next((one for one, _ in results if one.envelope_id == settled.chosen), None)
    else:
        settled = None
        order = sorted(
            (one for one, may_stand in results if may_stand),
            key=lambda one: (
                one.number in redone,
                -one.rank,
                one.is_failing,
                one.point,
                one.number,
            ),
        )
        if order and not _is_answered_first(order[0], answered):
            standing = order[0]
    others = {
        one.number: _state(one, standing, settled, redone)
        for one in interviews.values()
        if one is not standing
    }
    laptops = {one.incarnation for one in decisions}
    returns = [one for one in decisions if one.kind == "return"]
    return Verdict(
        None if standing is None else standing.number, others, len(laptops) > 1 or bool(returns)
    )


def _answers(other: _Result, returned: _Result, decision: _Decision) -> bool:
    """Whether ``other`` is what the return asked for."""
    if other is returned:
        return False
    corrects = returned.instance_id != "" and other.replaces == returned.instance_id
    return corrects or other.base_version >= decision.version


def _last_word(decisions: list[_Decision]) -> _Decision | None:
    """Each laptop's newest; of these the last by the server's order."""
    newest: dict[str, _Decision] = {}
    for one in sorted(decisions, key=lambda one: one.sequence):
        newest[one.incarnation] = one
    return max(newest.values(), key=lambda one: (one.place, one.number), default=None)


def _is_answered_first(best: _Result, answered: int | None) -> bool:
    """A complete self-response ranks as complete; among equals the first stands."""
    return answered is not None and (best.rank < _COMPLETE or answered < best.point)


def _state(
    one: _Result, standing: _Result | None, settled: _Decision | None, redone: set[int]
) -> str:
    if one.number in redone:
        return "settled"
    if settled is not None and (one.point, one.number) < (settled.place, settled.number):
        return "settled"
    if standing is None or standing.kind != "interview" or not one.key_answers:
        return "open"
    is_same = (one.rank, one.key_answers) == (standing.rank, standing.key_answers)
    return "confirmed" if is_same else "open"


def _places(rows: Rows) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Family off the frame: why, and what took its place, by the newest date."""
    newest: dict[str, tuple[str, tuple[str, ...]]] = {}
    for family, reason, successors in rows(
        "SELECT family_id, reason, successors FROM frame_event ORDER BY dated, number"
    ):
        newest[family] = (reason, tuple(json.loads(successors)))
    return {family: event for family, event in newest.items() if event[0] != "restored"}


def _counts_for(family: str, places: dict[str, tuple[str, tuple[str, ...]]]) -> tuple[str, bool]:
    may_stand = True
    while family in places:
        reason, successors = places[family]
        if len(successors) != 1:
            return family, False
        may_stand = may_stand and reason != "duplicate"
        (family,) = successors
    return family, may_stand


_RESULTS = (
    "SELECT r.envelope_number, r.family_id, e.envelope_id, r.kind, r.rank, r.point, r.failing > 0,"
    " r.key_answers, coalesce(r.base_version, 0), r.instance_id, r.replaces"
    " FROM result AS r JOIN envelope AS e ON e.number = r.envelope_number WHERE r.rank > 0"
)
_DECISIONS = (
    "SELECT family_id, envelope_number, kind, chosen, incarnation, sequence, place, version"
    " FROM decision"
)
_ANSWERED = "SELECT family_id, self_response_point FROM field_case WHERE self_response = 'complete'"
_STANDING = "SELECT envelope_number FROM result WHERE canonical AND counts_for = '{}'"
_CONFLICTS = "SELECT other_envelope, kept_envelope, state FROM conflict WHERE family_id = '{}'"

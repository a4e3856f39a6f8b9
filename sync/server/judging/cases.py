"""Whose case it is: who may say something about a family, and families found in the field."""

from __future__ import annotations

from enumerator.store.feed import FamilyBody
from sync.server.judging.arrival import Arrival, Bench, Judgement, held, quarantined
from sync.server.judging.orders import give
from sync.server.questionnaire_reading import InterviewSummary
from sync.server.store import Assignment, Case

FOUND_PREFIX = "BARU-"
"""Ids of families that officers meet in the field begin like this."""


def case_of(bench: Bench, arrival: Arrival, family_id: str | None) -> Case | Judgement:
    """The case, if its author was ever assigned to it; made now for a family that the officer
    found in the field."""
    if family_id is None:
        return quarantined("unknown_family")
    author = arrival.author
    case = bench.tx.cases.get(family_id)
    if case is None and _is_finder(arrival, family_id):
        case = _found(bench, arrival, family_id)
    if case is None:
        return held("unknown_family", family_id)
    entitled = case.officer_id == author.account_id or bench.tx.cases.was_assigned(
        case.family_id, author.account_id
    )
    return case if entitled else held("not_assigned", family_id)


def _is_finder(arrival: Arrival, family_id: str) -> bool:
    """Whoever was shown the case by a server (and names its version) did not find it."""
    return (
        family_id.startswith(FOUND_PREFIX)
        and arrival.author.role == "officer"
        and arrival.envelope.header.base_version is None
    )


def _found(bench: Bench, arrival: Arrival, family_id: str) -> Case | None:
    bench.tx.cases.add_found(family_id)
    give(
        bench,
        Assignment(
            family_id=family_id,
            officer_id=arrival.author.account_id,
            place=0,
            point=arrival.point,
            assigned_at=arrival.received_at,
            assigned_by=arrival.envelope.id,
            reason="found_in_field",
        ),
    )
    return bench.tx.cases.get(family_id)


def describe_found(bench: Bench, family_id: str, summary: InterviewSummary) -> None:
    """A blank description never takes the place of one that was written."""
    if not (summary.head_name or summary.address or summary.village):
        return
    above: dict[str, str] = {}
    code: str | None = summary.village
    while code is not None and (area := bench.tx.areas.get(code)) is not None:
        above[area.level] = area.code
        code = area.parent
    bench.tx.cases.describe_found(
        FamilyBody(
            id=family_id,
            head_name=summary.head_name,
            province=above.get("province", ""),
            regency=above.get("regency", ""),
            district=above.get("district", ""),
            village=summary.village,
            sls=summary.sls,
            address=summary.address,
        )
    )

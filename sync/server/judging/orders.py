"""Who has a case: the orders of supervisors and of the office.

All orders are kept. Of one laptop's only the newest counts, whenever the others come; of what is
left the last by the server's order stands, and the first of all gives way to any. Whoever was
named by any order is entitled: what they did in its time counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from enumerator.store.envelope import ReassignmentBody, read
from sync.server.judging.arrival import STORED, Arrival, Bench, Judgement, held, quarantined
from sync.server.store import Account, Assignment, Case


def judge_reassignment(bench: Bench, arrival: Arrival) -> Judgement:
    try:
        body = read(ReassignmentBody, arrival.envelope.body)
    except ValueError:
        return quarantined("bad_body")
    supervisor = arrival.author
    if supervisor.role != "supervisor":
        return quarantined("not_supervisor")
    team = {one.account_id: one for one in bench.tx.accounts.team(supervisor.account_id)}
    if body.to_account not in team:
        return quarantined("not_your_team")
    if team[body.to_account].revoked:
        return quarantined("revoked_officer")
    cases = teams_cases(bench, sorted(set(body.family_ids)), team)
    if isinstance(cases, Judgement):
        return cases
    header = arrival.envelope.header
    for case in cases:
        give(
            bench,
            Assignment(
                family_id=case.family_id,
                officer_id=body.to_account,
                place=arrival.place,
                point=arrival.point,
                assigned_at=arrival.received_at,
                assigned_by=header.id,
                reason=body.reason,
                number=arrival.number,
                incarnation=header.incarnation,
                sequence=header.sequence,
                with_drafts=body.with_drafts,
            ),
        )
    return STORED


def teams_cases(
    bench: Bench, family_ids: Sequence[str], team: dict[str, Account]
) -> list[Case] | Judgement:
    """All of them, or why a supervisor with this team may not decide about them (yet).

    A case that another team has now is not waited for: when it comes to this one, that is by a
    newer order than what is judged here."""
    found: list[Case] = []
    missing: list[str] = []
    reason = "not_your_team"
    for family_id in family_ids:
        case = bench.tx.cases.get(family_id)
        if case is None or case.officer_id is None:
            reason = "unknown_family" if case is None else reason
            missing.append(family_id)
        elif case.officer_id in team:
            found.append(case)
        else:
            return quarantined("not_your_team")
    return held(reason, *missing) if missing else found


def give(bench: Bench, order: Assignment) -> None:
    """Add an order; the case goes to whom the orders say then."""
    bench.tx.cases.add_assignment(order)
    bench.happened.add(order.family_id)
    case = bench.tx.cases.get(order.family_id)
    standing = standing_order(bench.tx.cases.assignments(order.family_id))
    if case is None or standing is None:
        return
    bench.touched.add(order.family_id)
    if case.officer_id != standing.officer_id:
        bench.tx.cases.assign(standing)
    else:
        bench.tx.cases.note_order(order.family_id, standing.incarnation, standing.sequence)


def standing_order(orders: Sequence[Assignment]) -> Assignment | None:
    """The one that stands among all that were given."""
    newest: dict[str, int] = {}
    for order in orders:
        newest[order.incarnation] = max(order.sequence, newest.get(order.incarnation, 0))
    return max(
        (one for one in orders if not one.incarnation or one.sequence == newest[one.incarnation]),
        key=lambda one: (one.place, one.number),
        default=None,
    )

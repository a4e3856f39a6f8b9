"""Families off the frame, and the case that their results count for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sync.server.judging.arrival import Bench
from sync.server.judging.standing import counting_case, settle
from sync.server.store import FrameEvent, Transaction

RESTORED = "restored"


def holding_event(events: Sequence[FrameEvent]) -> FrameEvent | None:
    """The newest by its date: an older one never overrides it, whenever it is noted."""
    found: FrameEvent | None = None
    for event in events:
        if found is None or event.dated >= found.dated:
            found = event
    return found


def note_event(bench: Bench, event: FrameEvent) -> bool:
    """Whether it holds: no newer one was noted before."""
    family_id = event.family_id
    bench.tx.events.add(event)
    if holding_event(bench.tx.events.of_family(family_id)) != event:
        return False
    before = lineage_of(bench.tx, [family_id])
    gone = "" if event.reason == RESTORED else event.reason
    bench.tx.events.take_off(family_id, gone, event.successors)
    concerned = before | lineage_of(bench.tx, [family_id])
    _count_anew(bench, sorted(concerned), event.noted_at, event.point)
    return True


def lineage_of(transaction: Transaction, family_ids: Iterable[str]) -> set[str]:
    """These families with all that came before them and all that took their place."""
    found: set[str] = set()
    more = set(family_ids)
    while more:
        found |= more
        next_ = set(transaction.events.successors(more))
        for family_id in more:
            next_.update(transaction.events.predecessors(family_id))
        more = next_ - found
    return found


def _count_anew(bench: Bench, families: Sequence[str], when: str, point: int) -> None:
    for one in families:
        case_id, eligible = counting_case(bench.tx, one)
        bench.tx.cases.count_for(one, case_id, eligible=eligible)
    for one in families:
        case = bench.tx.cases.get(one)
        if case is not None:
            settle(bench.tx, case, when, point)
    bench.touched.update(families)
    bench.happened.update(families)

"""I7: the same envelopes by any route, in any order and batches, mean the same; and so do the
office's words on the frame, which are dated."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from random import Random
from typing import Any

from enumerator.store import Envelope
from sync.server import custody
from sync.server.office.altering import alter
from sync.server.office.responses import load_responses
from sync.server.operation import DATABASE_FILE, Operation, open_operation
from sync.server.relaying import OFFICE
from sync.server.sqlite.connecting import connect
from sync.server.store import Assignment, Case
from tests.helpers.hand_clock import HandClock, SeededChance
from tests.simulation import rule
from tests.simulation.world import World, response_file

_MOST_IN_A_BATCH = 7
Step = Callable[[Operation], None]


def any_order(world: World, seed: int) -> Iterator[str]:
    """Two servers as at the start get everything in two orders of their own, what families
    answered online first of all.

    Which of several results stands must follow the rule on both; and be of the same rank where it
    does not depend on what came first. Of orders by different laptops, a clone among them, the
    last to arrive stands.
    """
    found = []
    for number in (1, 2):
        folder = world.folder / f"order-{number}"
        world.template.operation.lay(folder)
        operation = open_operation(folder, clock=HandClock(), chance=SeededChance(number))
        watcher = connect(folder / DATABASE_FILE, read_only=True)
        try:
            _answer_online(world, operation)
            for step in _shuffled(world, Random(seed * 2 + number)):  # noqa: S311
                step(operation)

            def rows(sql: str, db: Any = watcher) -> list[tuple[Any, ...]]:
                return [tuple(row) for row in db.execute(sql)]

            yield from (f"{breach} (order {number})" for breach in rule.breaches(rows))
            verdicts = rule.verdicts(rows)
            found.append((_meaning(operation, verdicts), verdicts))
        finally:
            watcher.close()
            operation.close()
    (one, one_verdicts), (other, other_verdicts) = found
    for family in sorted(one.keys() | other.keys()):
        first, second = one.get(family, {}), other.get(family, {})
        by_arrival = any(
            family not in all_ or all_[family].by_arrival for all_ in (one_verdicts, other_verdicts)
        )
        for name in sorted(first.keys() | second.keys()):
            if first.get(name) != second.get(name) and not (name == "standing" and by_arrival):
                yield (
                    f"I7: two orders differ in {name} of {family}:"
                    f" {first.get(name)} / {second.get(name)}"
                )


def _answer_online(world: World, operation: Operation) -> None:
    rows = world.rows("SELECT family_id, self_response FROM field_case WHERE self_response <> ''")
    for family, status in rows:
        path = response_file(world.folder, int(family.rpartition("-")[2]), status, HandClock())
        load_responses(operation, path)


def _shuffled(world: World, random: Random) -> Sequence[Step]:
    """Envelopes in batches, and the office's words on the frame between them."""
    envelopes = world.wires_of_server()
    random.shuffle(envelopes)
    steps: list[Step] = [
        partial(_take, envelopes=batch) for batch in batches(envelopes, random, _MOST_IN_A_BATCH)
    ]
    for event in world.rows("SELECT family_id, reason, successors, dated FROM frame_event"):
        steps.insert(random.randrange(len(steps) + 1), partial(_alter, event=event))
    return steps


def _take(operation: Operation, envelopes: list[Envelope]) -> None:
    custody.take(operation, OFFICE, envelopes)


def _alter(operation: Operation, event: tuple[str, str, str, str]) -> None:
    family, reason, successors, dated = event
    alter(operation, [family], reason, json.loads(successors), dated=dated)


def _meaning(operation: Operation, families: Iterable[str]) -> dict[str, dict[str, object]]:
    """By family; of what stands only the rank, which of equals came first."""
    found: dict[str, dict[str, object]] = {}
    with operation.store.reading() as transaction:
        for family in families:
            case = transaction.cases.get(family)
            assert case is not None
            results = transaction.cases.results(family)
            decisions = transaction.decisions.of_case(family)
            # Of others nothing follows, whether they are held or kept.
            named = {None, "", *(one.envelope_id for one in results)}
            found[family] = {
                "officer": _officer(case, transaction.cases.assignments(family)),
                "gone": case.gone,
                "results": sorted(
                    (one.envelope_id, one.rank, one.failing, one.eligible, one.family_id)
                    for one in results
                ),
                "standing": [(one.rank, one.failing > 0) for one in results if one.canonical],
                "visits": sorted(one.visit_id for one in transaction.cases.visits(family)),
                "decisions": sorted(
                    (one.incarnation, one.sequence, one.kind, one.chosen or "")
                    for one in decisions
                    if one.chosen in named
                ),
                "drafts": sorted(
                    (one.incarnation, one.sequence) for one in transaction.decisions.drafts(family)
                ),
            }
    return found


def _officer(case: Case, orders: Sequence[Assignment]) -> object:
    """Who has a case; where laptops' newest orders differ, whom any of them names."""
    newest: dict[str, int] = {}
    for one in orders:
        newest[one.incarnation] = max(one.sequence, newest.get(one.incarnation, 0))
    named = {
        one.officer_id
        for one in orders
        if one.incarnation and one.sequence == newest[one.incarnation]
    }
    return sorted(named) if case.officer_id in named else case.officer_id


def batches(envelopes: list[Envelope], random: Random, most: int) -> Iterator[list[Envelope]]:
    position = 0
    while position < len(envelopes):
        size = random.randrange(1, most + 1)
        yield envelopes[position : position + size]
        position += size

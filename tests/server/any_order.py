"""The same envelopes by other orders and batches, each at a copy of the server."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import TypeVar

from enumerator.store.envelope import Envelope
from sync.server import custody
from sync.server.operation import DATABASE_FILE, KEYS_FILE, Operation, open_operation
from tests.helpers.hand_clock import HandClock, SeededChance
from tests.server.places import Place

State = TypeVar("State")


def in_any_order(
    place: Place,
    envelopes: Sequence[Envelope],
    describe: Callable[[Operation], State],
    *,
    orders: int = 40,
) -> list[State]:
    """What ``describe`` says after each of so many orders, the given one first."""
    return [
        describe(operation)
        for operation in _after_each(place, envelopes, orders, Random(7))  # noqa: S311
    ]


def _after_each(
    place: Place, envelopes: Sequence[Envelope], orders: int, random: Random
) -> Iterator[Operation]:
    template = place.root / "template"
    template.mkdir()
    place.operation.store.backup(template, place.operation.lineage)
    shutil.copy2(place.root / "operation" / KEYS_FILE, template / KEYS_FILE)
    for number in range(orders):
        order = list(envelopes)
        if number:
            random.shuffle(order)
        folder = place.root / f"order-{number}"
        folder.mkdir()
        for name in (DATABASE_FILE, KEYS_FILE):
            shutil.copy2(template / name, folder / name)
        operation = open_operation(folder, clock=HandClock(), chance=SeededChance(number))
        try:
            while order:
                size = random.randrange(1, 4)
                custody.take(operation, place.one.account, order[:size])
                del order[:size]
            yield operation
        finally:
            operation.close()
            shutil.rmtree(folder)

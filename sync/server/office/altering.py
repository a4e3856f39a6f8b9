"""The frame after it was loaded: addresses that do not count, are another's duplicate, were split
or merged, or count again.

Nothing is deleted: interviews of such a family are taken, and count for what took its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from enumerator.errors import KnownError
from sync.server.applying import Applying, lock_with_waiting
from sync.server.judging.mapping import RESTORED, lineage_of, note_event
from sync.server.operation import Operation, iso
from sync.server.store import FrameEvent, Transaction
from sync.server.streaming import Streaming


@dataclass(frozen=True, slots=True)
class Altered:
    changed: tuple[str, ...]
    older: tuple[str, ...]
    """Noted without effect: something newer was said of them before."""
    unknown: tuple[str, ...]


def alter(
    operation: Operation,
    family_ids: Sequence[str],
    reason: str,
    successors: Sequence[str] = (),
    *,
    dated: str = "",
    note: str = "",
) -> Altered:
    """``reason`` as a :class:`FrameEvent`'s; ``dated``: when it was decided (ISO), now if blank.
    KnownError ``bad_time``, ``unknown_family`` (a successor), ``circular``."""
    moment = _moment(operation, dated)
    changed: list[str] = []
    older: list[str] = []
    unknown: list[str] = []
    for family_id in dict.fromkeys(family_ids):

        def work(transaction: Transaction, family_id: str = family_id) -> bool | None:
            return _alter(operation, transaction, family_id, reason, successors, moment, note)

        held = operation.store.write(work)
        (unknown if held is None else changed if held else older).append(family_id)
    return Altered(tuple(changed), tuple(older), tuple(unknown))


def _alter(
    operation: Operation,
    transaction: Transaction,
    family_id: str,
    reason: str,
    successors: Sequence[str],
    dated: str,
    note: str,
) -> bool | None:
    """Whether it holds; None for an unknown family."""
    families = lineage_of(transaction, [family_id, *successors])
    applying = Applying(transaction, lock_with_waiting(transaction, families))
    if transaction.cases.get(family_id) is None:
        return None
    _check_successors(transaction, family_id, successors)
    point = transaction.next_point()
    event = FrameEvent(
        family_id=family_id,
        reason=reason,
        successors=tuple(sorted(set(successors))),
        dated=dated,
        noted_at=operation.now(),
        point=point,
        note=note,
    )
    held = note_event(applying.bench, event)
    applying.judge_again(point)
    Streaming(transaction).show_cases(applying.bench.touched)
    return held


def restore(
    operation: Operation, family_ids: Sequence[str], *, dated: str = "", note: str = ""
) -> Altered:
    """They count again; what was said of them before stays written down."""
    return alter(operation, family_ids, RESTORED, dated=dated, note=note)


def _check_successors(transaction: Transaction, family_id: str, successors: Sequence[str]) -> None:
    for successor in successors:
        if transaction.cases.get(successor) is None:
            raise KnownError(
                "unknown_family",
                f"There is no family {successor}. Load it with load-frame first.",
                family=successor,
            )
        after: set[str] = set()
        more = {successor}
        while more:
            after |= more
            more = set(transaction.events.successors(more)) - after
        if family_id in after:
            raise KnownError(
                "circular",
                f"{successor} was itself replaced by {family_id}. Restore one of them first.",
                family=family_id,
            )


def _moment(operation: Operation, dated: str) -> str:
    """In UTC, so that the texts sort as the times do."""
    if not dated:
        return operation.now()
    try:
        moment = datetime.fromisoformat(dated)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise KnownError(
            "bad_time", f"'{dated}' is no time with a zone. Write 2020-09-15T08:00:00+07:00."
        )
    return iso(moment.astimezone(UTC))

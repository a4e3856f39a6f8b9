"""Export: what was decided about results, what contradicts each other, and what the office said
of the frame's families after they were loaded."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from sync.server.store import Transaction

Shown = Callable[[str], str]
"""What may stand in the export of a text that came from the field."""

_CONFLICT_COLUMNS = (
    "family_id",
    "state",
    "kept_envelope",
    "other_envelope",
    "opened_at",
    "closed_at",
    "closed_by",
)
_DECISION_COLUMNS = (
    "envelope_id",
    "family_id",
    "kind",
    "chosen_envelope",
    "decided_by",
    "decided_at",
    "reason",
)
_EVENT_COLUMNS = ("family_id", "reason", "successors", "dated", "noted_at", "note")


def write_judgements(out: Path, transaction: Transaction, shown: Shown) -> None:
    """``conflicts.csv``, ``decisions.csv`` and ``frame_events.csv``; OSError."""
    id_of = transaction.envelopes.id_of
    logins = {one.account_id: one.login for one in transaction.accounts.all()}
    _write(
        out / "conflicts.csv",
        _CONFLICT_COLUMNS,
        (
            (
                one.family_id,
                one.state,
                id_of(one.kept) if one.kept else "",
                id_of(one.other),
                one.opened_at,
                one.closed_at or "",
                id_of(one.closed_by) if one.closed_by else "",
            )
            for one in transaction.decisions.all_conflicts()
        ),
        shown,
    )
    _write(
        out / "decisions.csv",
        _DECISION_COLUMNS,
        (
            (
                id_of(one.number),
                one.family_id,
                one.kind,
                _CHOICES.get(one.chosen, one.chosen or ""),
                logins.get(one.officer_id, ""),
                one.decided_at,
                one.reason,
            )
            for one in transaction.decisions.all()
        ),
        shown,
    )
    _write(
        out / "frame_events.csv",
        _EVENT_COLUMNS,
        (
            (
                one.family_id,
                one.reason,
                " ".join(one.successors),
                one.dated,
                one.noted_at,
                one.note,
            )
            for one in transaction.events.all()
        ),
        shown,
    )


_CHOICES = {None: "by rule", "": "self-response"}


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], shown: Shown) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([shown(value) for value in row] for row in rows)

"""The state of a case, as the caseload shows it, and where its data is."""

from __future__ import annotations

from enum import Enum


class CaseState(Enum):
    """One icon and one word each."""

    NOT_VISITED = "not_visited"
    VISITED = "visited"
    APPOINTMENT = "appointment"
    DRAFT = "draft"
    QUEUED = "queued"
    """Finalised, no receipt yet."""
    RECEIVED = "received"
    CLOSED = "closed"
    """By a visit's outcome, without an interview; may be unsent."""
    RETURNED = "returned"
    ANSWERED_ONLINE = "answered_online"
    REASSIGNED = "reassigned"
    WITHDRAWN = "withdrawn"
    DONE_BY_OTHER = "done_by_other"
    PARKED = "parked"
    """The case left the list while a draft was open: the draft is kept."""


GONE_STATES = frozenset(
    {
        CaseState.ANSWERED_ONLINE,
        CaseState.REASSIGNED,
        CaseState.WITHDRAWN,
        CaseState.DONE_BY_OTHER,
    }
)
"""States of cases that left the list; shown only when a filter names them."""


class Custody(Enum):
    """Where a record is."""

    LAPTOP = "laptop"
    RELAYED = "relayed"
    """A supervisor's laptop carries a sealed copy; nothing has ended."""
    RECEIVED = "received"
    """The server signed a receipt; the laptop keeps its copy."""
    SAFE = "safe"
    """The server's backup covers it."""

"""The laptop's store: encrypted database, sealed spool, outbox and inbox.

Names are loaded when they are first asked for: the window paints before the database's libraries
are imported (0.2 s of a laptop's start).
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from enumerator.store.caseload import Caseload
    from enumerator.store.chain import ChainState
    from enumerator.store.decisions import CaseDetail, ConflictedCase, Decisions, PendingDecision
    from enumerator.store.enrolment import Enrolment
    from enumerator.store.envelope import (
        AcknowledgementBody,
        Envelope,
        Header,
        NoteBody,
        QuestionComment,
        ReassignmentBody,
        SealedEnvelope,
        VisitBody,
    )
    from enumerator.store.families import Assignment, Families, TeamOfficer, VisitRecord
    from enumerator.store.folders import DataFolder, Profile
    from enumerator.store.history import HistoryEvent
    from enumerator.store.keys import KeyCost, WrongPassphrase, change_passphrase
    from enumerator.store.listing import CaseFilter, CaseRow, Sort
    from enumerator.store.outbox import DeliveryState, OutboxSummary, Pending, Recorded
    from enumerator.store.receipt import PushResult, Receipt, ReceiptPayload
    from enumerator.store.store import OfficerStore

_HOMES = {
    "caseload": ("Caseload",),
    "decisions": ("CaseDetail", "ConflictedCase", "Decisions", "PendingDecision"),
    "enrolment": ("Enrolment",),
    "envelope": (
        "AcknowledgementBody",
        "Envelope",
        "Header",
        "NoteBody",
        "QuestionComment",
        "ReassignmentBody",
        "SealedEnvelope",
        "VisitBody",
    ),
    "families": ("Assignment", "Families", "TeamOfficer", "VisitRecord"),
    "folders": ("DataFolder", "Profile"),
    "history": ("HistoryEvent",),
    "keys": ("KeyCost", "WrongPassphrase", "change_passphrase"),
    "listing": ("CaseFilter", "CaseRow", "Sort"),
    "chain": ("ChainState",),
    "outbox": ("DeliveryState", "OutboxSummary", "Pending", "Recorded"),
    "receipt": ("PushResult", "Receipt", "ReceiptPayload"),
    "store": ("OfficerStore",),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AcknowledgementBody",
    "Assignment",
    "CaseDetail",
    "CaseFilter",
    "CaseRow",
    "Caseload",
    "ChainState",
    "ConflictedCase",
    "DataFolder",
    "Decisions",
    "DeliveryState",
    "Enrolment",
    "Envelope",
    "Families",
    "Header",
    "HistoryEvent",
    "KeyCost",
    "NoteBody",
    "OfficerStore",
    "OutboxSummary",
    "Pending",
    "PendingDecision",
    "Profile",
    "PushResult",
    "QuestionComment",
    "ReassignmentBody",
    "Receipt",
    "ReceiptPayload",
    "Recorded",
    "SealedEnvelope",
    "Sort",
    "TeamOfficer",
    "VisitBody",
    "VisitRecord",
    "WrongPassphrase",
    "change_passphrase",
]


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value

"""The laptop's store: encrypted database, sealed spool, outbox and inbox."""

from enumerator.store.caseload import CaseFilter, Caseload, CaseRow
from enumerator.store.enrolment import Enrolment
from enumerator.store.envelope import (
    AcknowledgementBody,
    Envelope,
    Header,
    NoteBody,
    ReassignmentBody,
    SealedEnvelope,
    VisitBody,
)
from enumerator.store.families import Assignment, Families, TeamOfficer, VisitRecord
from enumerator.store.folders import DataFolder, Profile
from enumerator.store.history import HistoryEvent
from enumerator.store.keys import KeyCost, KeySeam, WrongPassphrase, change_passphrase
from enumerator.store.outbox import ChainState, DeliveryState, OutboxSummary, Pending, Recorded
from enumerator.store.receipt import PushResult, Receipt, ReceiptPayload
from enumerator.store.store import OfficerStore

__all__ = [
    "AcknowledgementBody",
    "Assignment",
    "CaseFilter",
    "CaseRow",
    "Caseload",
    "ChainState",
    "DataFolder",
    "DeliveryState",
    "Enrolment",
    "Envelope",
    "Families",
    "Header",
    "HistoryEvent",
    "KeyCost",
    "KeySeam",
    "NoteBody",
    "OfficerStore",
    "OutboxSummary",
    "Pending",
    "Profile",
    "PushResult",
    "ReassignmentBody",
    "Receipt",
    "ReceiptPayload",
    "Recorded",
    "SealedEnvelope",
    "TeamOfficer",
    "VisitBody",
    "VisitRecord",
    "WrongPassphrase",
    "change_passphrase",
]

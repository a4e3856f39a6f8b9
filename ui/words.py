"""The words, icons and tones of the domain's codes; every table and chip takes them from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

from enumerator.model import CaseState, Custody, Outcome
from ui.theme import Tone

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Sign:
    """How a code looks: never by colour alone."""

    tone: Tone
    icon: str
    word: str


_STATES: Final[dict[CaseState, tuple[Tone, str, Callable[[], str]]]] = {
    CaseState.NOT_VISITED: (
        Tone.NEUTRAL,
        "home",
        lambda: translate("words", "Not visited"),
    ),
    CaseState.VISITED: (Tone.INFO, "door", lambda: translate("words", "Visited")),
    CaseState.APPOINTMENT: (Tone.PLAN, "calendar", lambda: translate("words", "Appointment")),
    CaseState.DRAFT: (Tone.CARE, "pencil", lambda: translate("words", "Draft")),
    CaseState.QUEUED: (Tone.CARE, "cloud-up", lambda: translate("words", "Not yet sent")),
    CaseState.RECEIVED: (Tone.GOOD, "cloud-check", lambda: translate("words", "Received")),
    CaseState.CLOSED: (Tone.NEUTRAL, "check-circle", lambda: translate("words", "Closed")),
    CaseState.RETURNED: (Tone.BAD, "return", lambda: translate("words", "Returned")),
    CaseState.ANSWERED_ONLINE: (
        Tone.GOOD,
        "globe-check",
        lambda: translate("words", "Answered online"),
    ),
    CaseState.REASSIGNED: (Tone.NEUTRAL, "swap", lambda: translate("words", "Reassigned")),
    CaseState.WITHDRAWN: (Tone.NEUTRAL, "stop", lambda: translate("words", "Withdrawn")),
    CaseState.DONE_BY_OTHER: (
        Tone.NEUTRAL,
        "person",
        lambda: translate("words", "Done by another"),
    ),
    CaseState.PARKED: (Tone.CARE, "pause", lambda: translate("words", "Draft on hold")),
}


def state_sign(state: CaseState) -> Sign:
    """A case's state."""
    tone, icon, word = _STATES[state]
    return Sign(tone, icon, word())


def custody_sign(custody: Custody) -> Sign:
    """Where a record is."""
    if custody is Custody.LAPTOP:
        return Sign(Tone.CARE, "laptop", translate("words", "On this laptop"))
    if custody is Custody.RELAYED:
        return Sign(Tone.INFO, "people", translate("words", "With the supervisor"))
    if custody is Custody.RECEIVED:
        return Sign(Tone.GOOD, "cloud-check", translate("words", "Received by server"))
    return Sign(Tone.GOOD, "shield-check", translate("words", "Safe"))


_OUTCOMES: Final[dict[Outcome, Callable[[], str]]] = {
    Outcome.COMPLETED: lambda: translate("words", "Completed with the family"),
    Outcome.COMPLETED_PROXY: lambda: translate("words", "Completed by another informant"),
    Outcome.COUNT_ONLY: lambda: translate("words", "Number of people only"),
    Outcome.PARTIAL: lambda: translate("words", "Partly completed"),
    Outcome.NO_CONTACT: lambda: translate("words", "Nobody could be met"),
    Outcome.APPOINTMENT: lambda: translate("words", "Appointment made"),
    Outcome.RESPONDENT_UNABLE: lambda: translate("words", "Respondent unable (ill, language)"),
    Outcome.SOFT_REFUSAL: lambda: translate("words", "Refused, may be asked again"),
    Outcome.HARD_REFUSAL: lambda: translate("words", "Refused firmly"),
    Outcome.THREATENING: lambda: translate("words", "Refused with threats"),
    Outcome.ACCESS_DENIED: lambda: translate("words", "No access to the building"),
    Outcome.ANSWERED_ONLINE_CLAIMED: lambda: translate("words", "Says it answered online"),
    Outcome.ANSWERED_ONLINE_CONFIRMED: lambda: translate("words", "Answered online, receipt shown"),
    Outcome.DUPLICATE: lambda: translate("words", "Duplicate of another family"),
    Outcome.MOVED_OUT: lambda: translate("words", "Whole family moved"),
    Outcome.VACANT_REGULAR: lambda: translate("words", "Vacant, not lived in"),
    Outcome.VACANT_SEASONAL: lambda: translate("words", "Vacant, lived in at seasons"),
    Outcome.VACANT_FOR_SALE: lambda: translate("words", "Vacant, for sale or rent"),
    Outcome.SECOND_HOME: lambda: translate("words", "Second home"),
    Outcome.UNDER_CONSTRUCTION: lambda: translate("words", "Under construction"),
    Outcome.DEMOLISHED: lambda: translate("words", "Demolished"),
    Outcome.NOT_A_DWELLING: lambda: translate("words", "Not a dwelling"),
    Outcome.INSTITUTION: lambda: translate("words", "Institution (dormitory, barracks)"),
    Outcome.NOT_FOUND: lambda: translate("words", "Not found"),
    Outcome.SPLIT: lambda: translate("words", "Family has split"),
    Outcome.MERGED: lambda: translate("words", "Merged with another family"),
    Outcome.NEW_FAMILY: lambda: translate("words", "New family"),
    Outcome.ALL_DEAD: lambda: translate("words", "All members dead"),
    Outcome.NOT_ELIGIBLE: lambda: translate("words", "Not eligible"),
}


def record_word(kind: str) -> str:
    """What a record is; of a kind that only a newer program knows, a plain word."""
    words = {
        "visit": translate("words", "Visit"),
        "interview": translate("words", "Interview"),
        "draft": translate("words", "Begun interview"),
        "note": translate("words", "Remark"),
        "reassignment": translate("words", "Reassignment"),
        "return": translate("words", "Interview returned"),
        "settlement": translate("words", "Decision"),
        "acknowledgement": translate("words", "Confirmation to the office"),
    }
    return words.get(kind, translate("words", "Record"))


def outcome_word(outcome: Outcome) -> str:
    """A visit's outcome."""
    return _OUTCOMES[outcome]()


def role_word(role: str) -> str:
    """``officer`` or ``supervisor``."""
    if role == "supervisor":
        return translate("words", "Supervisor")
    return translate("words", "Officer")


def relationship_word(code: str) -> str:
    """Relationship to the head of the family, as the questionnaire codes it."""
    return {
        "1": translate("words", "Head of family"),
        "2": translate("words", "Wife or husband"),
        "3": translate("words", "Child"),
        "4": translate("words", "Child-in-law"),
        "5": translate("words", "Grandchild"),
        "6": translate("words", "Parent"),
        "7": translate("words", "Parent-in-law"),
        "8": translate("words", "Other relative"),
        "9": translate("words", "Other"),
    }.get(code, "–")


def mode_word(mode: str) -> str:
    """``visit`` or ``phone``."""
    return (
        translate("words", "By telephone") if mode == "phone" else translate("words", "At the door")
    )


REFUSAL_REASONS: Final = ("1", "2", "3", "4", "5", "98")


def refusal_reason_word(code: str) -> str:
    """Why a respondent refused, as the questionnaire codes it."""
    return {
        "1": translate("words", "No time"),
        "2": translate("words", "Worried about confidentiality"),
        "3": translate("words", "Worried about infection"),
        "4": translate("words", "Feels already counted"),
        "5": translate("words", "Sees no use in it"),
        "98": translate("words", "Other reason"),
    }.get(code, code)


def slot_word(slot: str) -> str:
    """A time of day for a visit."""
    return {
        "morning": translate("words", "in the morning"),
        "afternoon": translate("words", "in the afternoon"),
        "evening": translate("words", "in the evening"),
        "weekend": translate("words", "at the weekend"),
    }.get(slot, slot)

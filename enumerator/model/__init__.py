"""What the field is about: frozen types, no input or output."""

from enumerator.model.area import Area
from enumerator.model.case import GONE_STATES, CaseState, Custody
from enumerator.model.family import Family, Member
from enumerator.model.identity import (
    FamilyCardNumber,
    Nik,
    NikSentinel,
    Parsed,
    masked,
    same_person,
)
from enumerator.model.ids import (
    AreaCode,
    EnvelopeId,
    FamilyId,
    InterviewId,
    OfficerId,
    VisitId,
)
from enumerator.model.outcome import (
    FORM_OUTCOMES,
    INTERVIEW_OUTCOMES,
    OUTCOME_RULES,
    Outcome,
    OutcomeRule,
    Reopen,
)
from enumerator.model.trouble import Trouble
from enumerator.model.visit import Visit

__all__ = [
    "FORM_OUTCOMES",
    "GONE_STATES",
    "INTERVIEW_OUTCOMES",
    "OUTCOME_RULES",
    "Area",
    "AreaCode",
    "CaseState",
    "Custody",
    "EnvelopeId",
    "Family",
    "FamilyCardNumber",
    "FamilyId",
    "InterviewId",
    "Member",
    "Nik",
    "NikSentinel",
    "OfficerId",
    "Outcome",
    "OutcomeRule",
    "Parsed",
    "Reopen",
    "Trouble",
    "Visit",
    "VisitId",
    "masked",
    "same_person",
]

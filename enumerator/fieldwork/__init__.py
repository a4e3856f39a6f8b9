"""The use cases of the field: what an officer and a supervisor do."""

from enumerator.fieldwork.binding import SP2020_C1, FormBinding
from enumerator.fieldwork.caseload import CaseloadSummary, CaseloadView
from enumerator.fieldwork.delivery import Delivery, DeliveryLine
from enumerator.fieldwork.interviewing import Interviewing, Offer
from enumerator.fieldwork.news import CaseNews, Difference
from enumerator.fieldwork.open_interview import Finalised, IncompleteError, OpenInterview
from enumerator.fieldwork.parking import Parking
from enumerator.fieldwork.questions import QuestionName
from enumerator.fieldwork.rules import ContactRules
from enumerator.fieldwork.supervising import AnswerPair, Contender, Contest, Supervising, TeamMember
from enumerator.fieldwork.visiting import VisitAdvice, VisitDraft, Visiting
from enumerator.fieldwork.workspace import Workspace

__all__ = [
    "SP2020_C1",
    "AnswerPair",
    "CaseNews",
    "CaseloadSummary",
    "CaseloadView",
    "ContactRules",
    "Contender",
    "Contest",
    "Delivery",
    "DeliveryLine",
    "Difference",
    "Finalised",
    "FormBinding",
    "IncompleteError",
    "Interviewing",
    "Offer",
    "OpenInterview",
    "Parking",
    "QuestionName",
    "Supervising",
    "TeamMember",
    "VisitAdvice",
    "VisitDraft",
    "Visiting",
    "Workspace",
]

"""Identifiers: text that must not be confused with other text."""

from __future__ import annotations

from typing import NewType

FamilyId = NewType("FamilyId", str)
OfficerId = NewType("OfficerId", str)
"""The account id that the server gave; a supervisor's too."""
AreaCode = NewType("AreaCode", str)
"""The interior ministry's (Kemendagri) dotted code; BPS's code of the same area differs."""
InterviewId = NewType("InterviewId", str)
VisitId = NewType("VisitId", str)
EnvelopeId = NewType("EnvelopeId", str)

"""What the server has said of a family while its interview is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from enumerator.errors import KnownError
from enumerator.model import FamilyId
from enumerator.xform import FormSession, Ref

NEEDS_REASON = frozenset({"withdrawn", "duplicate", "split", "merged"})
"""Notices with which an interview is finished only for a reason."""
READ_ONLY = frozenset({"reassigned", "revoked"})
"""Notices with which a closed draft is not taken up again."""
LEAVING = NEEDS_REASON | READ_ONLY | {"answered_online", "done_by_other"}
"""Notices that make the officer choose: stop, or finish anyway."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A question that the officer answered otherwise than the family did online; ``mine`` and
    ``theirs`` as they are shown, ``value`` as it is stored."""

    ref: Ref
    label: str
    mine: str
    theirs: str
    value: str


@dataclass(frozen=True, slots=True)
class CaseNews:
    """``notice``: code of what happened, empty for nothing. ``officer`` and ``at``: whose result
    stands, and since when."""

    family_id: FamilyId
    notice: str
    officer: str = ""
    at: datetime | None = None
    comments: str = ""
    remarks: Mapping[Ref, str] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    officer_name: str = ""
    """Empty for an officer of another team."""

    @property
    def is_leaving(self) -> bool:
        return self.notice in LEAVING

    @property
    def needs_reason(self) -> bool:
        return self.notice in NEEDS_REASON


def differences(session: FormSession, answers: Mapping[str, str]) -> tuple[Difference, ...]:
    """Questions that are asked now and whose answer is not the one given online."""
    found = []
    for path, value in answers.items():
        try:
            element = session.element(path)
        except KnownError:
            continue
        can_take = element.relevant and not element.readonly
        if can_take and element.value != value and element.control != "":
            found.append(
                Difference(
                    element.ref,
                    element.short or element.label or path.rpartition("/")[2],
                    value_words(session, element.ref, element.value),
                    value_words(session, element.ref, value),
                    value,
                )
            )
    return tuple(found)


def value_words(session: FormSession, ref: Ref | str, value: str) -> str:
    """An answer as the officer reads it: the labels of choices, otherwise the text itself."""
    labels = {choice.value: choice.label for choice in session.choices(ref)}
    if not labels:
        return value
    return ", ".join(labels.get(word, word) for word in value.split())

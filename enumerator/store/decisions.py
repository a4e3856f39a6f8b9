"""What stands beside a case: conflicts, a supervisor's pending decisions, and what the server
tells of few cases only. Read here; the inbox and the recording write it."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from enumerator.model import FamilyId, OfficerId
from enumerator.store.connection import Connections, one
from enumerator.store.envelope import QuestionComment
from enumerator.store.feed import ConflictBody, HandedDraft


class CaseDetail(msgspec.Struct, frozen=True, kw_only=True):
    """See :class:`enumerator.store.feed.CaseBody`. New fields are appended with a default."""

    question_comments: list[QuestionComment] = []
    drafts: list[HandedDraft] = []
    successors: list[str] = []
    self_answers: dict[str, str] = {}
    names: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class ConflictedCase:
    """A family with interviews that contradict each other."""

    family_id: FamilyId
    head_name: str
    address: str
    officer_id: OfficerId
    conflicts: int
    """Open ones; 0 where all are settled."""
    is_pending: bool
    """A decision was made here that the server has not confirmed."""


@dataclass(frozen=True, slots=True)
class PendingDecision:
    """``kind``: ``return`` or ``settlement``. ``chosen``: the envelope that it names, empty for
    the family's own answer, None for a decision that was taken back."""

    kind: str
    chosen: str | None


class Decisions:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def detail(self, family_id: FamilyId) -> CaseDetail:
        with self._connections.reading() as db:
            row = one(db, "SELECT detail FROM case_detail WHERE family_id = ?", (family_id,))
        return CaseDetail() if row is None else msgspec.msgpack.decode(row[0], type=CaseDetail)

    def conflicts(self, family_id: FamilyId) -> tuple[ConflictBody, ...]:
        """All of a family, the open ones first."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT body FROM case_conflict WHERE family_id = ?"
                " ORDER BY state <> 'open', other_envelope",
                (family_id,),
            ).fetchall()
        return tuple(msgspec.msgpack.decode(row[0], type=ConflictBody) for row in rows)

    def conflicted(self) -> tuple[ConflictedCase, ...]:
        """Families with a conflict that is open or was settled, the open ones first, then by
        address."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT c.family_id, c.head_name, c.address, c.officer_id, o.open,"
                " EXISTS (SELECT 1 FROM pending_decision p WHERE p.family_id = c.family_id"
                " AND p.kind = 'settlement') FROM (SELECT family_id,"
                " count(*) FILTER (WHERE state = 'open') AS open FROM case_conflict"
                " WHERE state <> 'confirmed' GROUP BY family_id) o"
                " JOIN caseload c ON c.family_id = o.family_id"
                " ORDER BY o.open = 0, c.address_key, c.position"
            ).fetchall()
        return tuple(
            ConflictedCase(family_id, head, address, officer, conflicts, bool(is_pending))
            for family_id, head, address, officer, conflicts, is_pending in rows
        )

    def pending(self, family_id: FamilyId) -> tuple[PendingDecision, ...]:
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT kind, chosen FROM pending_decision WHERE family_id = ? ORDER BY kind",
                (family_id,),
            ).fetchall()
        return tuple(PendingDecision(*row) for row in rows)

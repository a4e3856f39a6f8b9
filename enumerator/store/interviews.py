"""Interviews and their answer journal, which is draft, undo, audit trail and paradata in one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from enumerator.clock import Clock
from enumerator.errors import KnownError
from enumerator.model import EnvelopeId, FamilyId, InterviewId
from enumerator.store.cases import CaseBoard
from enumerator.store.connection import Connections, insert_sql, one
from enumerator.store.history import History

_COLUMNS = (
    "id",
    "family_id",
    "form_id",
    "form_version",
    "seed",
    "started_at",
    "base_version",
    "register",
    "revision_of",
    "base_instance",
    "answers",
)
_SELECT = (
    "SELECT id, family_id, form_id, form_version, seed, started_at, base_version, register,"
    " revision_of, base_instance, position, state, outcome, envelope_id, answers FROM interview "
)

_STEPS_AT_A_QUESTION = ("answer", "force", "typed")


@dataclass(frozen=True, slots=True)
class InterviewRecord:
    """What a replay needs beside the journal. ``seed`` feeds the session's randomness;
    ``register`` is the prelist as it was shown; ``base_instance`` the XML that a revision edits."""

    id: InterviewId
    family_id: FamilyId
    form_id: str
    form_version: str
    seed: str
    started_at: str
    base_version: int | None
    register: bytes
    revision_of: InterviewId | None = None
    base_instance: bytes | None = None
    position: str = ""
    state: str = "draft"
    outcome: str = ""
    envelope_id: EnvelopeId | None = None
    answers: str | None = None
    """See :class:`Header`: it goes with ``base_version``."""


@dataclass(frozen=True, slots=True)
class JournalRow:
    """``op``: answer | force | typed | supply | add | remove | language | undo | finalize.
    ``wall_time``: ISO with zone."""

    seq: int
    op: str
    ref: str
    value: str | None
    wall_time: str
    monotonic_ms: int


class Interviews:
    def __init__(
        self, connections: Connections, history: History, board: CaseBoard, clock: Clock
    ) -> None:
        self._connections = connections
        self._history = history
        self._board = board
        self._clock = clock

    def create(
        self, record: InterviewRecord, first: Iterable[tuple[str, str, str | None, str]] = ()
    ) -> None:
        """Store a new draft with its first journal rows (op, ref, value, wall time).

        KnownError ``draft_exists``.
        """
        with self._connections.writing() as db:
            if self.draft_of(record.family_id) is not None:
                raise KnownError(
                    "draft_exists", "This family has an open draft; resume it.", id=record.family_id
                )
            db.execute(
                insert_sql("interview", _COLUMNS),
                tuple(getattr(record, column) for column in _COLUMNS),
            )
            for step in first:
                self._append(db, record.id, step)
            self._history.add(db, record.family_id, "interview_started", interview=record.id)
            self._board.refresh(db, [record.family_id])

    def append(
        self, interview_id: InterviewId, op: str, ref: str, value: str | None, wall_time: str
    ) -> int:
        """Committed to disk when this returns; the row's number. A question answered or typed at
        is where the officer is: a crash must not lose the place together with the screen."""
        with self._connections.writing() as db:
            seq = self._append(db, interview_id, (op, ref, value, wall_time))
            if op in _STEPS_AT_A_QUESTION:
                _move(db, interview_id, ref)
        return seq

    def journal(self, interview_id: InterviewId) -> tuple[JournalRow, ...]:
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT seq, op, ref, value, wall_time, monotonic_ms FROM answer"
                " WHERE interview_id = ? ORDER BY seq",
                (interview_id,),
            ).fetchall()
        return tuple(JournalRow(*row) for row in rows)

    def move(self, interview_id: InterviewId, ref: str) -> None:
        """Remember where the officer is."""
        with self._connections.writing() as db:
            _move(db, interview_id, ref)

    def set_register(
        self,
        interview_id: InterviewId,
        register: bytes,
        base_version: int | None,
        answers: str | None = None,
    ) -> None:
        """The draft goes on with newer register data."""
        with self._connections.writing() as db:
            db.execute(
                "UPDATE interview SET register = ?, base_version = ?, answers = ?"
                " WHERE id = ? AND state = 'draft'",
                (register, base_version, answers, interview_id),
            )

    def attach(self, interview_id: InterviewId, name: str, content: bytes) -> str:
        """Keep a photo or sound; its SHA-256 in hex."""
        digest = hashlib.sha256(content).hexdigest()
        with self._connections.writing() as db:
            db.execute(
                "INSERT INTO attachment (interview_id, name, sha256, content) VALUES (?, ?, ?, ?)",
                (interview_id, name, digest, content),
            )
        return digest

    def attachment(self, interview_id: InterviewId, name: str) -> bytes | None:
        with self._connections.reading() as db:
            row = one(
                db,
                "SELECT content FROM attachment WHERE interview_id = ? AND name = ?",
                (interview_id, name),
            )
        return None if row is None else bytes(row[0])

    def attachments(self, interview_id: InterviewId) -> dict[str, str]:
        """SHA-256 by name."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT name, sha256 FROM attachment WHERE interview_id = ?", (interview_id,)
            ).fetchall()
        return dict(rows)

    def get(self, interview_id: InterviewId) -> InterviewRecord:
        """KnownError ``no_such_interview``."""
        found = self._one("WHERE id = ?", interview_id)
        if found is None:
            raise KnownError(
                "no_such_interview", "This interview is not on this laptop.", id=interview_id
            )
        return found

    def draft_of(self, family_id: FamilyId) -> InterviewRecord | None:
        return self._one("WHERE family_id = ? AND state = 'draft'", family_id)

    def parked(self) -> tuple[InterviewRecord, ...]:
        """Drafts of cases that left the list."""
        with self._connections.reading() as db:
            rows = db.execute(
                _SELECT  # noqa: S608 (ours)
                + "WHERE state = 'draft' AND family_id IN"
                " (SELECT family_id FROM caseload WHERE state = 'parked') ORDER BY id"
            ).fetchall()
        return tuple(_record(row) for row in rows)

    def last_final(self, family_id: FamilyId) -> InterviewRecord | None:
        """The newest finalised interview with a final outcome, by the order of sealing: a clock
        that was set back must not make an older one the newest."""
        return self._one(
            "WHERE family_id = ? AND state = 'final' AND final_outcome"
            " ORDER BY (SELECT e.position FROM envelope e WHERE e.id = envelope_id) DESC LIMIT 1",
            family_id,
        )

    def _append(
        self, db: Database, interview_id: InterviewId, step: tuple[str, str, str | None, str]
    ) -> int:
        row = one(
            db,
            "SELECT ifnull(max(seq), 0) + 1 FROM answer WHERE interview_id = ?",
            (interview_id,),
        )
        seq = int(row[0]) if row else 1
        db.execute(
            "INSERT INTO answer (interview_id, seq, op, ref, value, wall_time, monotonic_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (interview_id, seq, *step, self._clock.monotonic_ms()),
        )
        return seq

    def _one(self, where: str, parameter: str) -> InterviewRecord | None:
        with self._connections.reading() as db:
            row = one(db, _SELECT + where, (parameter,))
        return None if row is None else _record(row)


def _record(row: tuple[Any, ...]) -> InterviewRecord:
    fields = list(row)
    fields[7] = bytes(row[7])
    fields[9] = None if row[9] is None else bytes(row[9])
    return InterviewRecord(*fields)


def _move(db: Database, interview_id: InterviewId, ref: str) -> None:
    db.execute(
        "UPDATE interview SET position = ? WHERE id = ? AND state = 'draft'", (ref, interview_id)
    )

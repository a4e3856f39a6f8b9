"""Recording: each finished action of the officer is one transaction, then a sealed file.

What is returned is saved: record, envelope, delivery and history are committed together, the
spool file is on disk, and only then does the screen say so.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlite_utils import Database

from enumerator.clock import Clock
from enumerator.errors import KnownError
from enumerator.model import OUTCOME_RULES, FamilyId, InterviewId, Outcome
from enumerator.store.cases import CaseBoard
from enumerator.store.chain import Chain, Sealing
from enumerator.store.connection import Connections, one
from enumerator.store.envelope import (
    DraftBody,
    NoteBody,
    ReassignmentBody,
    ReturnBody,
    SealedEnvelope,
    SettlementBody,
    VisitBody,
    canonical,
)
from enumerator.store.history import History
from enumerator.store.media import Media
from enumerator.store.register import insert_visit
from enumerator.store.spool import Spool

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FinalInterview:
    """A finished interview. ``instance`` is the form's XML, serialised once and never again."""

    interview_id: InterviewId
    family_id: FamilyId
    instance: bytes
    outcome: Outcome
    visit: VisitBody
    base_version: int | None
    form_id: str
    form_version: str
    media: tuple[str, ...] = ()
    reason: str = ""
    """Why it was finished although the case had left the list."""
    head_name: str = ""
    address: str = ""
    village: str = ""
    sls: str = ""
    """Of a family found in the field; ignored for a family of the register."""
    answers: str | None = None
    """The return that it answers; see :class:`Header`."""


@dataclass(frozen=True, slots=True)
class BegunInterview:
    """A draft as it stands: what is sealed of it when it is given up or the case has left."""

    interview_id: InterviewId
    body: DraftBody
    base_version: int | None
    media: tuple[str, ...] = ()


class Recording:
    def __init__(
        self,
        connections: Connections,
        chain: Chain,
        spool: Spool,
        media: Media,
        history: History,
        board: CaseBoard,
        clock: Clock,
    ) -> None:
        self._connections = connections
        self._chain = chain
        self._spool = spool
        self._media = media
        self._history = history
        self._board = board
        self._clock = clock
        self._unspooled: list[SealedEnvelope] = []
        self._seal_lock = threading.Lock()

    def visit(self, body: VisitBody, base_version: int | None) -> SealedEnvelope:
        with self._connections.writing() as db:
            envelope = self._add_visit(db, body, base_version)
            self._board.refresh(db, [body.family_id])
        self._seal(envelope)
        return envelope

    def interview(self, final: FinalInterview) -> SealedEnvelope:
        """The visit's envelope first, then the interview's; both or neither."""
        with self._connections.writing() as db:
            envelopes = [self._add_visit(db, final.visit, final.base_version)]
            if final.reason:
                envelopes.append(
                    self._add_note(db, final.family_id, final.reason, final.base_version)
                )
            interview = self._add_interview(db, final)
            envelopes.append(interview)
            self._board.refresh(db, [final.family_id])
        self._seal(*envelopes)
        return interview

    def new_family(self, family_id: FamilyId, village: str) -> None:
        """A family found in the field; it gets its name when the interview is final."""
        parts = village.split(".") if village else []
        codes = [".".join(parts[: size + 1]) if len(parts) > size else "" for size in range(4)]
        with self._connections.writing() as db:
            db.execute(
                "INSERT INTO family (id, head_name, card_number, province, regency, district,"
                " village, sls, address, online_status, stated_size, found_in_field)"
                " VALUES (?, '', '', ?, ?, ?, ?, '', '', 'belum', NULL, 1)",
                (family_id, *codes),
            )
            self._history.add(db, family_id, "family_found")
            self._board.refresh(db, [family_id])

    def stopped_draft(
        self, begun: BegunInterview, note: str = "", instead: Callable[[], None] | None = None
    ) -> SealedEnvelope:
        """The officer gives a draft up: it is sealed as evidence. ``instead`` begins, in the
        same transaction, what takes its place. KnownError ``not_a_draft``."""
        family_id = begun.body.family_id
        with self._connections.writing() as db:
            envelopes = [self._add_draft(db, begun)]
            if note:
                envelopes.append(self._add_note(db, family_id, note, begun.base_version))
            changed = db.execute(
                "UPDATE interview SET state = 'stopped' WHERE id = ? AND state = 'draft'",
                (begun.interview_id,),
            ).rowcount
            if changed != 1:
                raise KnownError(
                    "not_a_draft", "This interview is no draft any more.", id=begun.interview_id
                )
            self._history.add(
                db,
                family_id,
                "interview_stopped",
                interview=begun.interview_id,
                reason=begun.body.reason,
            )
            if instead is not None:
                instead()
            self._board.refresh(db, [family_id])
        self._seal(*envelopes)
        return envelopes[0]

    def draft_copy(self, begun: BegunInterview) -> SealedEnvelope | None:
        """What was begun of a case that left, sealed as it stands; the draft stays. None when
        this very state of it was sealed before."""
        with self._connections.writing() as db:
            steps = one(
                db,
                "SELECT count(*) FROM answer WHERE interview_id = ?",
                (begun.interview_id,),
            )
            key = (begun.interview_id, steps[0] if steps else 0)
            if one(db, "SELECT 1 FROM draft_copy WHERE interview_id = ? AND steps = ?", key):
                return None
            envelope = self._add_draft(db, begun)
            db.execute(
                "INSERT INTO draft_copy (interview_id, steps, envelope_id) VALUES (?, ?, ?)",
                (*key, envelope.id),
            )
            self._board.refresh(db, [begun.body.family_id])
        self._seal(envelope)
        return envelope

    def settlement(self, body: SettlementBody) -> SealedEnvelope:
        """A supervisor's decision which result stands; pending until the feed confirms it."""
        return self._decide("settlement", canonical(body), body.family_id, body.envelope_id)

    def returned(self, body: ReturnBody) -> SealedEnvelope:
        """A supervisor's return; pending until the feed confirms it."""
        return self._decide("return", canonical(body), body.family_id, body.envelope_id)

    def reassignment(
        self,
        family_ids: Sequence[FamilyId],
        to_account: str,
        reason: str,
        *,
        with_drafts: bool = False,
    ) -> SealedEnvelope:
        """A supervisor's order; shown as pending until the feed confirms it."""
        body = ReassignmentBody(
            family_ids=list(family_ids),
            to_account=to_account,
            reason=reason,
            with_drafts=with_drafts,
        )
        with self._connections.writing() as db:
            envelope = self._chain.add(db, Sealing("reassignment", canonical(body)))
            for family_id in family_ids:
                db.execute(
                    "INSERT INTO pending_reassignment (family_id, to_officer, envelope_id)"
                    " VALUES (?, ?, ?) ON CONFLICT (family_id) DO UPDATE SET"
                    " to_officer = excluded.to_officer, envelope_id = excluded.envelope_id",
                    (family_id, to_account, envelope.id),
                )
                self._history.add(db, family_id, "reassignment_ordered", to=to_account)
            self._board.refresh(db, family_ids)
        self._seal(envelope)
        return envelope

    def note(self, kind: str, body: bytes, family_id: FamilyId | None = None) -> SealedEnvelope:
        """A ``note`` or ``acknowledgement`` with its encoded body."""
        with self._connections.writing() as db:
            envelope = self._chain.add(db, Sealing(kind, body, family_id=family_id))
            if family_id:
                self._board.refresh(db, [family_id])
        self._seal(envelope)
        return envelope

    def seal_again(self, envelopes: Sequence[SealedEnvelope]) -> None:
        """Write sealed files that are missing, now or, where that fails, with the next record."""
        self._seal(*envelopes)

    # ------------------------------------------------------------------ inside

    def _seal(self, *envelopes: SealedEnvelope) -> None:
        """The second copy. The work is committed already: a spool that cannot be written must
        not look like work that was not saved; the file is tried again with the next record and
        at the next opening."""
        with self._seal_lock:
            self._unspooled += envelopes
            while self._unspooled:
                first = self._unspooled[0]
                try:
                    self._spool.ensure(first)
                    for sha256 in first.header.media:
                        self._spool.ensure_media(sha256, partial(self._media.content, sha256))
                except OSError as error:
                    log.warning("no sealed file of %s yet: %s", first.id, type(error).__name__)
                    return
                del self._unspooled[0]

    def _add_visit(self, db: Database, body: VisitBody, base_version: int | None) -> SealedEnvelope:
        envelope = self._chain.add(
            db,
            Sealing("visit", canonical(body), family_id=body.family_id, base_version=base_version),
        )
        insert_visit(db, body, envelope.id, body.family_id)
        self._history.add(
            db, body.family_id, "visit_recorded", visit=body.visit_id, outcome=body.outcome
        )
        return envelope

    def _add_note(
        self, db: Database, family_id: str, text: str, base_version: int | None
    ) -> SealedEnvelope:
        body = canonical(NoteBody(family_id=family_id, text=text))
        return self._chain.add(
            db, Sealing("note", body, family_id=family_id, base_version=base_version)
        )

    def _add_draft(self, db: Database, begun: BegunInterview) -> SealedEnvelope:
        body = begun.body
        envelope = self._chain.add(
            db,
            Sealing(
                "draft",
                canonical(body),
                family_id=body.family_id,
                base_version=begun.base_version,
                form_id=body.form_id,
                form_version=body.form_version,
                media=begun.media,
            ),
        )
        self._history.add(
            db, body.family_id, "draft_sealed", interview=body.interview_id, reason=body.reason
        )
        return envelope

    def _decide(self, kind: str, body: bytes, family_id: str, chosen: str | None) -> SealedEnvelope:
        with self._connections.writing() as db:
            envelope = self._chain.add(db, Sealing(kind, body, family_id=family_id))
            db.execute(
                "INSERT INTO pending_decision (family_id, kind, envelope_id, chosen)"
                " VALUES (?, ?, ?, ?) ON CONFLICT (family_id, kind) DO UPDATE SET"
                " envelope_id = excluded.envelope_id, chosen = excluded.chosen",
                (family_id, kind, envelope.id, chosen),
            )
            self._history.add(db, family_id, f"{kind}_decided", of=chosen or "")
            self._board.refresh(db, [family_id])
        self._seal(envelope)
        return envelope

    def _add_interview(self, db: Database, final: FinalInterview) -> SealedEnvelope:
        envelope = self._chain.add(
            db,
            Sealing(
                "interview",
                final.instance,
                family_id=final.family_id,
                base_version=final.base_version,
                form_id=final.form_id,
                form_version=final.form_version,
                media=final.media,
                answers=final.answers,
            ),
        )
        changed = db.execute(
            "UPDATE interview SET state = 'final', outcome = ?, final_outcome = ?,"
            " finalised_at = ?, envelope_id = ?, position = ''"
            " WHERE id = ? AND state = 'draft'",
            (
                final.outcome.value,
                int(OUTCOME_RULES[final.outcome].final),
                self._clock.now().isoformat(),
                envelope.id,
                final.interview_id,
            ),
        ).rowcount
        if changed != 1:
            raise KnownError(
                "already_final", "This interview is already final.", id=final.interview_id
            )
        self._name_found_family(db, final)
        self._history.add(
            db,
            final.family_id,
            "interview_finalised",
            interview=final.interview_id,
            envelope=envelope.id,
            outcome=final.outcome.value,
        )
        return envelope

    def _name_found_family(self, db: Database, final: FinalInterview) -> None:
        found = one(db, "SELECT found_in_field FROM family WHERE id = ?", (final.family_id,))
        if found and found[0]:
            db.execute(
                "UPDATE family SET head_name = ?, address = ?, sls = ?,"
                " village = CASE WHEN ? <> '' THEN ? ELSE village END WHERE id = ?",
                (
                    final.head_name,
                    final.address,
                    final.sls,
                    final.village,
                    final.village,
                    final.family_id,
                ),
            )

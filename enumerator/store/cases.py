"""The state of a case: derived in one place from what was recorded and what the server said.

``caseload`` is rebuilt from its sources for every family that a transaction touches, inside that
transaction; nothing else writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlite_utils import Database

from enumerator.model import GONE_STATES, OUTCOME_RULES, CaseState, Outcome, masked
from enumerator.store.connection import one, upsert_sql
from enumerator.store.feed import STANDS

_REASON_STATES = {
    "answered_online": CaseState.ANSWERED_ONLINE,
    "reassigned": CaseState.REASSIGNED,
    "withdrawn": CaseState.WITHDRAWN,
    "duplicate": CaseState.WITHDRAWN,
    "done_by_other": CaseState.DONE_BY_OTHER,
}
_STATE_RANKS = {state.value: rank for rank, state in enumerate(CaseState)}
_NUMBER = re.compile(r"\d+")
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything that a case's state depends on."""

    has_draft: bool = False
    final_base: int | None = None
    """Base version of the newest interview with a final outcome; -1 when it had none."""
    final_unsent: bool = False
    photos_wait: bool = False
    """Of that interview, which the server has without them."""
    visits: int = 0
    last_outcome: Outcome | None = None
    appointment_at: str | None = None
    gone: bool = False
    gone_reason: str = ""
    self_response: str = ""
    returned_version: int | None = None
    result_status: str = ""
    result_outcome: str = ""
    result_by_other: bool = False
    attempt_days: int = 0
    conflict: str = ""
    """Of the officer's own interview beside one that stands: a ``ConflictBody`` state; or, where
    the case was taken away, that it stands."""
    open_conflicts: int = 0
    """Between interviews of the team; 0 for an officer."""
    pending_decision: str = ""
    """A supervisor's that the feed has not confirmed: ``return`` or ``settlement``."""


_CONFLICT_NOTICES = {"open": "alternate", "confirmed": "confirmed", "settled": "overruled"}


def derive_state(facts: CaseFacts) -> CaseState:
    """One state; the officer's own recorded work goes before anything the server says."""
    if facts.has_draft:
        return CaseState.PARKED if has_left(facts) else CaseState.DRAFT
    if facts.final_base is not None:
        if facts.final_unsent:
            return CaseState.QUEUED
        if facts.returned_version is None or facts.final_base >= facts.returned_version:
            return CaseState.QUEUED if facts.photos_wait else CaseState.RECEIVED
    if facts.gone:
        return _REASON_STATES.get(facts.gone_reason, CaseState.WITHDRAWN)
    if facts.self_response == "complete":
        return CaseState.ANSWERED_ONLINE
    if facts.returned_version is not None:
        return CaseState.RETURNED
    if facts.result_status:
        return _state_of_result(facts)
    return _state_of_visits(facts)


def has_left(facts: CaseFacts) -> bool:
    """Whether the server's word is that this officer need not go there any more."""
    settled = facts.result_by_other and facts.result_status in ("received", "accepted")
    return facts.gone or facts.self_response == "complete" or settled


def derive_notice(facts: CaseFacts) -> str:
    """The code of what the officer should know beside the state; empty for nothing."""
    if facts.pending_decision:
        return f"{facts.pending_decision}_pending"
    if facts.open_conflicts:
        return "conflict"
    if facts.conflict not in ("", STANDS) and not facts.has_draft:
        return _CONFLICT_NOTICES.get(facts.conflict, "alternate")
    if facts.has_draft or facts.final_base is not None:
        if facts.gone:
            return facts.gone_reason or "withdrawn"
        if facts.self_response == "complete":
            return "answered_online"
        if facts.result_by_other and facts.result_status:
            return "done_by_other"
        if facts.returned_version is not None and (facts.final_base or -1) < facts.returned_version:
            return "returned"
    elif facts.gone and facts.gone_reason != derive_state(facts).value:
        return facts.gone_reason  # the state does not say it
    return ""


def _state_of_result(facts: CaseFacts) -> CaseState:
    if facts.result_by_other:
        return CaseState.DONE_BY_OTHER
    outcome = _outcome(facts.result_outcome)
    if outcome is None or OUTCOME_RULES[outcome].aapor in ("interview", "partial"):
        return CaseState.RECEIVED
    return CaseState.CLOSED if OUTCOME_RULES[outcome].final else _state_of_visits(facts)


def _state_of_visits(facts: CaseFacts) -> CaseState:
    if facts.last_outcome is not None and OUTCOME_RULES[facts.last_outcome].final:
        return CaseState.CLOSED
    if facts.last_outcome is Outcome.APPOINTMENT and facts.appointment_at:
        return CaseState.APPOINTMENT
    if facts.visits or facts.attempt_days:
        return CaseState.VISITED
    return CaseState.NOT_VISITED


def _outcome(text: str | None) -> Outcome | None:
    """An outcome word that a newer server may have invented is none to us."""
    try:
        return Outcome(text)
    except ValueError:
        return None


def state_rank(state: CaseState) -> int:
    """The place of a state when the list is sorted by it: work to do first."""
    return _STATE_RANKS[state.value]


def natural_key(text: str) -> str:
    """Sorts ``RT 2`` before ``RT 10``."""
    return _NUMBER.sub(lambda number: number.group().zfill(6), text.casefold())


_PHOTOS_WAIT = """EXISTS (SELECT 1 FROM envelope_media em JOIN media p USING (sha256)
            WHERE em.envelope_id = e.id AND p.custody = 'laptop')"""
"""An interview is not received while a photo of it is not."""

_FINAL_BASE = """CASE WHEN a.returned_id <> '' AND i.answers IS NOT NULL
            THEN iif(i.answers = a.returned_id, ifnull(a.returned_version, 0), -1)
            ELSE ifnull(i.base_version, -1) END"""
"""An interview names the return that it answers; an older one had its version only."""

_OWN_FINAL = """(SELECT i.envelope_id FROM interview i JOIN envelope e ON e.id = i.envelope_id
            WHERE i.family_id = f.id AND i.final_outcome ORDER BY e.position DESC LIMIT 1)"""

_FACTS = f"""
SELECT f.position, f.id, f.head_name, f.card_number, f.address, f.sls, f.village,
    (SELECT count(*) FROM member m WHERE m.family_id = f.id),
    EXISTS (SELECT 1 FROM interview i WHERE i.family_id = f.id AND i.state = 'draft'),
    (SELECT {_FINAL_BASE} || ' ' || (d.custody = 'laptop') || ' '
            || {_PHOTOS_WAIT} || ' ' || i.outcome
        FROM interview i JOIN envelope e ON e.id = i.envelope_id
        JOIN delivery d ON d.envelope_id = i.envelope_id
        WHERE i.family_id = f.id AND i.final_outcome ORDER BY e.position DESC LIMIT 1),
    (SELECT count(*) FROM visit v WHERE v.family_id = f.id),
    (SELECT count(DISTINCT local_day) FROM visit v WHERE v.family_id = f.id AND is_attempt),
    (SELECT json_array(v.ended_at, v.outcome, v.appointment_at) FROM visit v
        WHERE v.family_id = f.id ORDER BY v.started_at DESC, v.id DESC LIMIT 1),
    (SELECT count(*) FROM envelope e JOIN delivery d ON d.envelope_id = e.id
        WHERE e.family_id = f.id AND (d.custody = 'laptop' OR {_PHOTOS_WAIT})),
    a.family_id IS NOT NULL, a.officer_id, a.gone, a.gone_reason, a.self_response,
    a.returned_version, a.result_status, a.result_outcome, a.result_officer,
    a.progress_days, a.progress_last,
    (SELECT p.to_officer FROM pending_reassignment p WHERE p.family_id = f.id),
    f.stated_size,
    ifnull((SELECT c.state FROM case_conflict c WHERE c.family_id = f.id
        AND c.other_envelope = {_OWN_FINAL}),
        (SELECT w.state FROM interview_word w WHERE a.gone AND w.envelope_id = {_OWN_FINAL})),
    (SELECT count(*) FROM case_conflict c WHERE c.family_id = f.id AND c.state = 'open'),
    (SELECT p.kind FROM pending_decision p WHERE p.family_id = f.id ORDER BY p.kind LIMIT 1)
FROM family f LEFT JOIN assignment a ON a.family_id = f.id
WHERE f.id IN (SELECT value FROM json_each(?))
"""  # noqa: S608 (our own words)

_COLUMNS = (
    "position",
    "family_id",
    "head_name",
    "card_masked",
    "address",
    "sls",
    "village",
    "members",
    "state",
    "listed",
    "outcome",
    "attempt_days",
    "last_visit_at",
    "appointment_at",
    "unsent",
    "officer_id",
    "pending_officer",
    "notice",
    "search",
    "card_reversed",
    "address_key",
    "head_key",
    "area_key",
    "state_rank",
)
_UPSERT = upsert_sql("caseload", "position", _COLUMNS)


class CaseBoard:
    """Keeps ``caseload`` true. ``own`` is the account whose database this is."""

    def __init__(self, own: str, role: str) -> None:
        self._own = own
        self._role = role

    def refresh(self, db: Database, family_ids: Iterable[str]) -> None:
        """Rebuild these families' rows, inside the caller's transaction."""
        ids = sorted(set(family_ids))
        is_revoked = one(db, "SELECT 1 FROM setting WHERE name = 'revoked'") is not None
        for start in range(0, len(ids), _CHUNK):
            chunk = msgspec.json.encode(ids[start : start + _CHUNK]).decode()
            found = db.execute(_FACTS, (chunk,)).fetchall()
            rows = [self._row(each, is_revoked=is_revoked) for each in found]
            db.conn.executemany(_UPSERT, rows)

    def refresh_all(self, db: Database) -> None:
        """Rebuild the whole list, inside the caller's transaction."""
        self.refresh(db, [row[0] for row in db.execute("SELECT id FROM family").fetchall()])

    def _row(self, found: tuple[Any, ...], *, is_revoked: bool) -> tuple[Any, ...]:
        (position, family_id, head, card, address, sls, village, members) = found[:8]
        (has_draft, final, visits, days, last, unsent) = found[8:14]
        (known, officer, gone, reason, self_response, returned) = found[14:20]
        (status, result_outcome, result_officer, progress_days, progress_last) = found[20:25]
        pending, stated_size, conflict, open_conflicts, decision = found[25:]
        final_base, final_unsent, photos_wait, final_outcome = (final or "   ").split(" ", 3)
        last_at, last_outcome, appointment = msgspec.json.decode(last) if last else (None,) * 3
        facts = CaseFacts(
            has_draft=bool(has_draft),
            final_base=int(final_base) if final else None,
            final_unsent=final_unsent == "1",
            photos_wait=photos_wait == "1",
            visits=visits,
            last_outcome=_outcome(last_outcome),
            appointment_at=appointment,
            gone=bool(gone) or is_revoked,
            gone_reason=reason or ("revoked" if is_revoked else ""),
            self_response=self_response or "",
            returned_version=returned,
            result_status=status or "",
            result_outcome=result_outcome or "",
            result_by_other=bool(status)
            and self._role == "officer"
            and result_officer != self._own,
            attempt_days=max(days, progress_days or 0),
            conflict=conflict or "",
            open_conflicts=open_conflicts if self._role == "supervisor" else 0,
            pending_decision=decision or "",
        )
        state = derive_state(facts)
        outcome = final_outcome or last_outcome or result_outcome or None
        address_key = natural_key(f"{village} {sls} {address}")
        return (
            position,
            family_id,
            head,
            masked(card),
            address,
            sls,
            village,
            members or stated_size or 0,
            state.value,
            int(state not in GONE_STATES),
            outcome if _outcome(outcome) else None,
            facts.attempt_days,
            max(filter(None, (last_at, progress_last)), default=None),
            appointment if state is CaseState.APPOINTMENT else None,
            unsent,
            officer if known else self._own,
            pending,
            derive_notice(facts),
            f"{head} {address} {sls} {family_id}".casefold(),
            card[::-1],
            address_key,
            head.casefold(),
            natural_key(f"{village} {sls}"),
            _STATE_RANKS[state.value],
        )

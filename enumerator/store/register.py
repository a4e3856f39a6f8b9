"""Writing the register: families, members, assignments, areas, officers, visits.

Every function works inside the caller's transaction.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlite_utils import Database

from enumerator.model import OUTCOME_RULES, Outcome
from enumerator.store.connection import insert_sql, one, upsert_sql
from enumerator.store.decisions import CaseDetail
from enumerator.store.envelope import VisitBody, canonical
from enumerator.store.feed import (
    AreaBody,
    CaseBody,
    FamilyBody,
    FeedRow,
    InterviewBody,
    MemberBody,
    OfficerBody,
)

_FAMILY = FamilyBody.__struct_fields__
_MEMBER = ("family_id", *MemberBody.__struct_fields__)
_FAMILY_HELD = (
    "SELECT id, head_name, card_number, province, regency, district, village, sls, address,"
    " online_status, stated_size FROM family WHERE id = ?"
)
_MEMBERS_HELD = (
    "SELECT family_id, line_no, name, nik, sex, birth_date, relationship FROM member"
    " WHERE family_id = ? ORDER BY line_no"
)
_OFFICER = (
    *("account_id", "login", "name", "role", "last_contact", "active"),
    *("troubles", "set_aside"),
)
_VISIT = (
    "id",
    "family_id",
    "officer_id",
    "started_at",
    "ended_at",
    "local_day",
    "mode",
    "outcome",
    "is_attempt",
    "appointment_at",
    "body",
    "envelope_id",
)


def store_register(db: Database, family_id: str, body: CaseBody) -> bool:
    """The register's family and members; True when a known family's data changed."""
    family = (family_id, *(getattr(body.family, name) for name in _FAMILY[1:]))
    by_line = {member.line_no: member for member in body.members}
    members = [
        (family_id, *(getattr(by_line[line], name) for name in _MEMBER[1:]))
        for line in sorted(by_line)
    ]
    held = one(db, _FAMILY_HELD, (family_id,))
    if held != family:
        db.execute(upsert_sql("family", "id", _FAMILY), family)
        db.execute("UPDATE family SET found_in_field = 0 WHERE id = ?", (family_id,))
    held_members = [tuple(row) for row in db.execute(_MEMBERS_HELD, (family_id,)).fetchall()]
    if held_members != members:
        db.execute("DELETE FROM member WHERE family_id = ?", (family_id,))
        db.conn.executemany(insert_sql("member", _MEMBER), members)
    return held is not None and (held != family or held_members != members)


def store_assignment(
    db: Database, family_id: str, body: CaseBody, row: FeedRow, returned: int | None
) -> None:
    result, progress = body.result, body.progress
    values: dict[str, Any] = {
        "family_id": family_id,
        "version": body.version,
        "officer_id": body.officer_id,
        "assigned_at": body.assigned_at,
        "self_response": body.self_response,
        "self_responded_at": body.self_responded_at,
        "gone": int(row.gone),
        "gone_reason": row.reason if row.gone else "",
        "returned_version": returned,
        "returned_comments": body.returned_comments,
        "returned_id": body.return_id,
        "result_status": result.status if result else "",
        "result_outcome": result.outcome if result else "",
        "result_officer": result.officer_id if result else "",
        "result_receipt": result.receipt_no if result else "",
        "result_at": result.received_at if result else "",
        "result_envelope": result.envelope_id if result else "",
        "progress_days": progress.attempt_days if progress else 0,
        "progress_last": _moment_or_none(progress.last_visit_at) if progress else None,
    }
    columns = tuple(values)
    db.execute(upsert_sql("assignment", "family_id", columns), tuple(values.values()))


def store_detail(db: Database, family_id: str, body: CaseBody | None) -> None:
    """What only some cases have; None: the server tells nothing of it any more."""
    db.execute("DELETE FROM case_detail WHERE family_id = ?", (family_id,))
    db.execute("DELETE FROM case_conflict WHERE family_id = ?", (family_id,))
    if body is None:
        return
    detail = CaseDetail(
        question_comments=body.question_comments,
        drafts=body.drafts,
        successors=body.successors,
        self_answers=body.self_answers,
        names=body.names,
    )
    if detail != CaseDetail():
        db.execute(
            "INSERT INTO case_detail (family_id, detail) VALUES (?, ?)",
            (family_id, canonical(detail)),
        )
    conflicts = {conflict.other_envelope: conflict for conflict in body.conflicts}
    for envelope_id, conflict in conflicts.items():
        db.execute(
            "INSERT INTO case_conflict (family_id, other_envelope, state, body)"
            " VALUES (?, ?, ?, ?)",
            (family_id, envelope_id, conflict.state, canonical(conflict)),
        )


def store_interview_word(db: Database, envelope_id: str, row: FeedRow) -> None:
    db.execute("DELETE FROM interview_word WHERE envelope_id = ?", (envelope_id,))
    if row.gone:
        return
    body = msgspec.msgpack.decode(row.body, type=InterviewBody)
    db.execute(
        "INSERT INTO interview_word (envelope_id, state) VALUES (?, ?)", (envelope_id, body.state)
    )


def store_officer(db: Database, account_id: str, row: FeedRow) -> None:
    if row.gone:
        db.execute("UPDATE officer SET active = 0 WHERE account_id = ?", (account_id,))
        return
    body = msgspec.msgpack.decode(row.body, type=OfficerBody)
    db.execute(
        upsert_sql("officer", "account_id", _OFFICER),
        (
            account_id,
            body.login,
            body.name,
            body.role,
            body.last_contact,
            int(body.active),
            " ".join(body.troubles),
            body.set_aside,
        ),
    )


def store_area(db: Database, code: str, row: FeedRow) -> None:
    if row.gone:
        return  # its name may still be needed by a family that left the list
    body = msgspec.msgpack.decode(row.body, type=AreaBody)
    db.execute(
        "INSERT INTO area (code, name, level, parent, bps_code) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level,"
        " parent = excluded.parent, bps_code = excluded.bps_code",
        (code, body.name, body.level, body.parent, body.bps_code),
    )


def insert_visit(db: Database, visit: VisitBody, envelope_id: str | None, family_id: str) -> None:
    """Store a visit, own or another officer's; one that is known stays as it is."""
    db.execute(
        insert_sql("visit", _VISIT) + " ON CONFLICT (id) DO NOTHING",
        (
            visit.visit_id,
            family_id,
            visit.officer_id,
            utc_text(visit.started_at),
            utc_text(visit.ended_at),
            visit.started_at[:10],
            visit.mode,
            visit.outcome,
            int(_is_attempt(visit.outcome)),
            utc_text(visit.appointment_at),
            msgspec.msgpack.encode(visit),
            envelope_id,
        ),
    )


def has_readable_times(visit: VisitBody) -> bool:
    """Whether a visit's times are moments; one that is not would stop every reader of the list."""
    return is_moment(visit.started_at) and is_moment(visit.ended_at)


def is_moment(text: str) -> bool:
    """ISO date and time with a zone."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _moment_or_none(text: str | None) -> str | None:
    return utc_text(text) if text and is_moment(text) else None


def utc_text(text: str | None) -> str | None:
    """ISO text in UTC, so that text order is time order; unreadable text sorts as it is."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat()
    except ValueError:
        return text


def _is_attempt(outcome: str) -> bool:
    try:
        return OUTCOME_RULES[Outcome(outcome)].is_attempt
    except ValueError:
        return True

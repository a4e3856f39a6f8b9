"""The inbox: the only door by which the server's data enters.

A page and its cursor are one transaction. Rows are states: an older counter never overrides a
newer one, the same row twice is applied once, and nothing that was recorded here is ever deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlite_utils import Database

from enumerator.model import OUTCOME_RULES, Outcome
from enumerator.store.cases import CaseBoard
from enumerator.store.connection import Connections, one
from enumerator.store.envelope import VisitBody
from enumerator.store.feed import (
    AreaBody,
    CaseBody,
    FamilyBody,
    FeedRow,
    MemberBody,
    OfficerBody,
    digest_of_hashes,
)
from enumerator.store.history import History

_FAMILY_FIELDS = FamilyBody.__struct_fields__
_MEMBER_FIELDS = MemberBody.__struct_fields__


class Inbox:
    def __init__(self, connections: Connections, history: History, board: CaseBoard) -> None:
        self._connections = connections
        self._history = history
        self._board = board

    def cursor(self, stream: str) -> int:
        """Where the next pull starts; 0 before the first."""
        with self._connections.reading() as db:
            row = one(db, "SELECT cursor FROM feed_cursor WHERE stream = ?", (stream,))
        return int(row[0]) if row else 0

    def digest(self, stream: str) -> bytes:
        """Over the stored live rows, to be equal to the server's after the last page."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT key, body_sha256 FROM feed_row WHERE stream = ? AND gone = 0", (stream,)
            ).fetchall()
        return digest_of_hashes((key, bytes(hash_)) for key, hash_ in rows)

    def apply_page(self, stream: str, rows: Sequence[FeedRow], cursor: int) -> int:
        """One page in one transaction; how many rows were news."""
        with self._connections.writing() as db:
            applied = self._apply(db, stream, rows, overrule=False)
            db.execute(
                "INSERT INTO feed_cursor (stream, cursor) VALUES (?, ?)"
                " ON CONFLICT (stream) DO UPDATE SET cursor = max(cursor, excluded.cursor)",
                (stream, cursor),
            )
        return applied

    def replace_stream(self, stream: str, rows: Sequence[FeedRow], cursor: int) -> int:
        """The whole stream anew, after a digest mismatch or a restored server: its counters
        overrule ours, and what it does not hold has left the list. Visits, interviews and
        envelopes are not touched. How many rows were news."""
        with self._connections.writing() as db:
            held = {row.key for row in rows}
            lost = db.execute(
                "SELECT key, counter FROM feed_row WHERE stream = ? AND gone = 0", (stream,)
            ).fetchall()
            gone = [
                FeedRow(key=key, counter=counter, gone=True, reason="withdrawn")
                for key, counter in lost
                if key not in held
            ]
            applied = self._apply(db, stream, [*rows, *gone], overrule=True)
            db.execute(
                "INSERT INTO feed_cursor (stream, cursor) VALUES (?, ?)"
                " ON CONFLICT (stream) DO UPDATE SET cursor = excluded.cursor",
                (stream, cursor),
            )
        return applied

    # ------------------------------------------------------------------ inside

    def _apply(self, db: Database, stream: str, rows: Sequence[FeedRow], *, overrule: bool) -> int:
        touched: set[str] = set()
        applied = 0
        for row in rows:
            if not self._is_news(db, stream, row, overrule=overrule):
                continue
            applied += 1
            kind, _, subject = row.key.partition(":")
            try:
                if kind == "case":
                    self._apply_case(db, subject, row)
                    touched.add(subject)
                elif kind == "officer":
                    _apply_officer(db, subject, row)
                elif kind == "area":
                    _apply_area(db, subject, row)
            except msgspec.MsgspecError:
                # A row that this version cannot read must not block the page: it is remembered
                # (the digest counts it) and a later row or version brings it back.
                self._history.add(db, None, "unreadable_row", kind=kind, counter=str(row.counter))
        self._board.refresh(db, touched)
        return applied

    def _is_news(self, db: Database, stream: str, row: FeedRow, *, overrule: bool) -> bool:
        """Remember the row unless it is older than, or the same as, what is held."""
        body_hash = hashlib.sha256(row.body).digest()
        held = one(
            db,
            "SELECT counter, gone, body_sha256, reason FROM feed_row WHERE stream = ? AND key = ?",
            (stream, row.key),
        )
        if held is not None:
            same = (bool(held[1]), bytes(held[2]), held[3]) == (row.gone, body_hash, row.reason)
            if not overrule and row.counter <= held[0]:
                return False
            if same and row.counter == held[0]:
                return False
        db.execute(
            "INSERT INTO feed_row (stream, key, counter, gone, reason, body_sha256)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (stream, key) DO UPDATE SET"
            " counter = excluded.counter, gone = excluded.gone, reason = excluded.reason,"
            " body_sha256 = excluded.body_sha256",
            (stream, row.key, row.counter, int(row.gone), row.reason, body_hash),
        )
        return True

    def _apply_case(self, db: Database, family_id: str, row: FeedRow) -> None:
        if row.body:
            body = msgspec.msgpack.decode(row.body, type=CaseBody)
            self._store_case(db, family_id, body, row)
        elif row.gone:
            changed = db.execute(
                "UPDATE assignment SET gone = 1, gone_reason = ? WHERE family_id = ?",
                (row.reason, family_id),
            ).rowcount
            if changed:
                self._history.add(db, family_id, "left_list", reason=row.reason)
        db.execute("DELETE FROM pending_reassignment WHERE family_id = ?", (family_id,))

    def _store_case(self, db: Database, family_id: str, body: CaseBody, row: FeedRow) -> None:
        before = one(
            db,
            "SELECT version, gone, returned_version, returned_comments, officer_id"
            " FROM assignment WHERE family_id = ?",
            (family_id,),
        )
        edited = self._store_register(db, family_id, body)
        returned = self._returned_version(body, before)
        _store_assignment(db, family_id, body, row, returned)
        for visit in body.prior_visits:
            insert_visit(db, visit, None, family_id)
        self._note_change(db, family_id, row, body, before, edited=edited, returned=returned)

    def _returned_version(self, body: CaseBody, before: tuple[object, ...] | None) -> int | None:
        """The version at which the case was returned; later edits of it do not move it."""
        if body.result is None or body.result.status != "returned":
            return None
        if before is not None and before[2] is not None and before[3] == body.returned_comments:
            return int(str(before[2]))
        return body.version

    def _store_register(self, db: Database, family_id: str, body: CaseBody) -> bool:
        """The register's family and members; True when a known family's data changed."""
        family = (family_id, *(getattr(body.family, name) for name in _FAMILY_FIELDS[1:]))
        held = one(db, f"SELECT {', '.join(_FAMILY_FIELDS)} FROM family WHERE id = ?", (family_id,))
        members = [
            (family_id, *(getattr(member, name) for name in _MEMBER_FIELDS))
            for member in sorted(body.members, key=lambda member: member.line_no)
        ]
        if held is None:
            db.execute(
                f"INSERT INTO family ({', '.join(_FAMILY_FIELDS)})"
                f" VALUES ({', '.join('?' * len(family))})",
                family,
            )
        elif held != family:
            assignments = ", ".join(f"{name} = ?" for name in _FAMILY_FIELDS[1:])
            db.execute(
                f"UPDATE family SET {assignments}, found_in_field = 0 WHERE id = ?",
                (*family[1:], family_id),
            )
        held_members = db.execute(
            f"SELECT family_id, {', '.join(_MEMBER_FIELDS)} FROM member"
            " WHERE family_id = ? ORDER BY line_no",
            (family_id,),
        ).fetchall()
        if [tuple(found) for found in held_members] != members:
            db.execute("DELETE FROM member WHERE family_id = ?", (family_id,))
            db.conn.executemany(
                f"INSERT OR REPLACE INTO member (family_id, {', '.join(_MEMBER_FIELDS)})"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                members,
            )
        elif held == family:
            return False
        return held is not None

    def _note_change(
        self,
        db: Database,
        family_id: str,
        row: FeedRow,
        body: CaseBody,
        before: tuple[object, ...] | None,
        *,
        edited: bool,
        returned: int | None,
    ) -> None:
        note = self._history.add
        if before is None:
            note(db, family_id, "assigned", officer=body.officer_id)
        elif before[1] and not row.gone:
            note(db, family_id, "back_on_list", officer=body.officer_id)
        elif before[4] != body.officer_id:
            note(db, family_id, "officer_changed", officer=body.officer_id)
        if row.gone and not (before and before[1]):
            note(db, family_id, "left_list", reason=row.reason)
        if edited:
            note(db, family_id, "register_changed", version=str(body.version))
        if returned is not None and (before is None or before[2] != returned):
            note(db, family_id, "returned", version=str(returned))


def _store_assignment(
    db: Database, family_id: str, body: CaseBody, row: FeedRow, returned: int | None
) -> None:
    result, progress = body.result, body.progress
    values = {
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
        "result_status": result.status if result else "",
        "result_outcome": result.outcome if result else "",
        "result_officer": result.officer_id if result else "",
        "result_receipt": result.receipt_no if result else "",
        "result_at": result.received_at if result else "",
        "result_envelope": result.envelope_id if result else "",
        "progress_days": progress.attempt_days if progress else 0,
        "progress_last": utc_text(progress.last_visit_at) if progress else None,
    }
    changes = ", ".join(f"{name} = excluded.{name}" for name in values if name != "family_id")
    db.execute(
        f"INSERT INTO assignment ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})"
        f" ON CONFLICT (family_id) DO UPDATE SET {changes}",
        tuple(values.values()),
    )


def _apply_officer(db: Database, account_id: str, row: FeedRow) -> None:
    if row.gone:
        db.execute("UPDATE officer SET active = 0 WHERE account_id = ?", (account_id,))
        return
    body = msgspec.msgpack.decode(row.body, type=OfficerBody)
    db.execute(
        "INSERT INTO officer (account_id, login, name, role, last_contact, active)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account_id) DO UPDATE SET"
        " login = excluded.login, name = excluded.name, role = excluded.role,"
        " last_contact = excluded.last_contact, active = excluded.active",
        (account_id, body.login, body.name, body.role, body.last_contact, int(body.active)),
    )


def _apply_area(db: Database, code: str, row: FeedRow) -> None:
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
        "INSERT INTO visit (id, family_id, officer_id, started_at, ended_at, local_day, mode,"
        " outcome, is_attempt, appointment_at, body, envelope_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
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

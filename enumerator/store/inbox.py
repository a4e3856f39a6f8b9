"""The inbox: the only door by which the server's data enters.

A page and its cursor are one transaction. Rows are states: an older counter never overrides a
newer one, the same row twice is applied once, and nothing that was recorded here is ever deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec
import sqlcipher3
from sqlite_utils import Database

from enumerator.store.cases import CaseBoard
from enumerator.store.connection import Connections, one
from enumerator.store.feed import CaseBody, FeedRow, digest_of_hashes
from enumerator.store.history import History
from enumerator.store.register import (
    has_readable_times,
    insert_visit,
    store_area,
    store_assignment,
    store_detail,
    store_interview_word,
    store_officer,
    store_register,
)


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

    def end_pending(self) -> None:
        """The stream is up to date: it holds all that came of what the server has of a
        supervisor, and what changed nothing brought no row to tell it."""
        with self._connections.writing() as db:
            ended = [
                row[0]
                for table in ("pending_reassignment", "pending_decision")
                for row in db.execute(
                    f"DELETE FROM {table} WHERE EXISTS (SELECT 1 FROM delivery d"  # noqa: S608
                    f" WHERE d.envelope_id = {table}.envelope_id AND d.custody <> 'laptop')"
                    " RETURNING family_id"
                ).fetchall()
            ]
            self._board.refresh(db, set(ended))

    def retry_unread(self) -> int:
        """Try rows again that an older version of the program could not read; how many can now
        be read."""
        readable = 0
        with self._connections.writing() as db:
            rows = db.execute(
                "SELECT stream, key, counter, gone, reason, unread FROM feed_row"
                " WHERE unread IS NOT NULL"
            ).fetchall()
            for stream, key, counter, gone, reason, body in rows:
                kind, _, subject = key.partition(":")
                row = FeedRow(
                    key=key, counter=counter, gone=bool(gone), reason=reason, body=bytes(body)
                )
                if not self._interpret(db, kind, subject, row):
                    continue
                readable += 1
                db.execute(
                    "UPDATE feed_row SET unread = NULL WHERE stream = ? AND key = ?", (stream, key)
                )
                self._board.refresh(db, self._families_of(db, kind, subject))
        return readable

    # ------------------------------------------------------------------ inside

    def _apply(self, db: Database, stream: str, rows: Sequence[FeedRow], *, overrule: bool) -> int:
        touched: set[str] = set()
        applied = 0
        for row in rows:
            if not self._is_news(db, stream, row, overrule=overrule):
                continue
            applied += 1
            kind, _, subject = row.key.partition(":")
            if self._interpret(db, kind, subject, row):
                touched |= self._families_of(db, kind, subject)
                continue
            self._history.add(db, None, "unreadable_row", of=kind, counter=str(row.counter))
            db.execute(
                "UPDATE feed_row SET unread = ? WHERE stream = ? AND key = ?",
                (row.body, stream, row.key),
            )
        self._board.refresh(db, touched)
        return applied

    def _families_of(self, db: Database, kind: str, subject: str) -> set[str]:
        """Whose place in the list such a row may change."""
        if kind == "interview":
            row = one(db, "SELECT family_id FROM envelope WHERE id = ?", (subject,))
            return set() if row is None or row[0] is None else {row[0]}
        return {subject} if kind == "case" else set()

    def _interpret(self, db: Database, kind: str, subject: str, row: FeedRow) -> bool:
        """False when this version cannot read the row: that must not block the page, so it is
        kept as it came (the digest counts it) for a later version."""
        try:
            with db.atomic():
                if kind == "case":
                    self._apply_case(db, subject, row)
                elif kind == "officer":
                    store_officer(db, subject, row)
                elif kind == "area":
                    store_area(db, subject, row)
                elif kind == "interview":
                    store_interview_word(db, subject, row)
                else:
                    return False  # a newer server's: kept for the program that knows it
        except (ValueError, OverflowError, sqlcipher3.IntegrityError, sqlcipher3.DataError):
            return False
        return True

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
            " body_sha256 = excluded.body_sha256, unread = NULL",
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
            store_detail(db, family_id, None)
            if changed:
                self._history.add(db, family_id, "left_list", reason=row.reason)
        db.execute("DELETE FROM pending_reassignment WHERE family_id = ?", (family_id,))
        # Only what the server has can be what this row answers to.
        db.execute(
            "DELETE FROM pending_decision WHERE family_id = ? AND NOT EXISTS (SELECT 1"
            " FROM delivery d WHERE d.envelope_id = pending_decision.envelope_id"
            " AND d.custody = 'laptop')",
            (family_id,),
        )

    def _store_case(self, db: Database, family_id: str, body: CaseBody, row: FeedRow) -> None:
        before = one(
            db,
            "SELECT version, gone, returned_version, returned_comments, officer_id,"
            " result_envelope"
            " FROM assignment WHERE family_id = ?",
            (family_id,),
        )
        edited = store_register(db, family_id, body)
        returned = _returned_version(body, before)
        store_assignment(db, family_id, body, row, returned)
        store_detail(db, family_id, body)
        for visit in filter(has_readable_times, body.prior_visits):
            insert_visit(db, visit, None, family_id)
        self._note_change(db, family_id, row, body, before, edited=edited, returned=returned)

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


def _returned_version(body: CaseBody, before: tuple[object, ...] | None) -> int | None:
    """The version at which this result was returned; later edits of the case do not move it."""
    if body.result is None or body.result.status != "returned":
        return None
    same = (body.returned_comments, body.result.envelope_id)
    if before is not None and before[2] is not None and (before[3], before[5]) == same:
        return int(str(before[2]))
    return body.version

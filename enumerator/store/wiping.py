"""Wiping a laptop at the office's command: nothing that can be read stays, and no work is lost.

First everything is sealed: drafts become envelopes, photos files beside them, and every envelope
that no backup of the server covers is a file that only the office can open. Then keys and database
go. Each step may be cut off: a wipe that was begun goes on at the next start, without a passphrase.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
from sqlite_utils import Database

from enumerator.clock import Clock
from enumerator.errors import KnownError
from enumerator.model import InterviewId
from enumerator.store.cases import CaseBoard
from enumerator.store.chain import Chain, Sealing
from enumerator.store.connection import Connections, one
from enumerator.store.durable import FolderLock, sync_folder, write_durably
from enumerator.store.enrolment import Enrolment
from enumerator.store.envelope import (
    AcknowledgementBody,
    DraftBody,
    SealedEnvelope,
    canonical,
)
from enumerator.store.folders import (
    PROFILE_FILE,
    RECEIPT_FILE,
    SPOOL_FOLDER,
    WIPING_FILE,
    WipeReceipt,
)
from enumerator.store.interviews import InterviewRecord, Interviews
from enumerator.store.keys import KEYS_FILE
from enumerator.store.outbox import Outbox
from enumerator.store.settings import StoreSettings
from enumerator.store.spool import MEDIA_SUFFIX, SUFFIX, Spool

_KEPT = frozenset({SPOOL_FOLDER, RECEIPT_FILE, WIPING_FILE, "lock"})
CARRIED_PREFIX = "carried-"
"""Of other laptops' items, which a wiped one leaves behind."""
InstanceOf = Callable[[InterviewId], bytes]
"""A draft's answers as XML."""


class _Mark(msgspec.Struct, frozen=True):
    receipt: WipeReceipt
    sealed_name: str
    """The receipt's own sealed file, which is written last."""
    sealed: bytes


class Wiping:
    def __init__(
        self,
        folder: Path,
        connections: Connections,
        settings: StoreSettings,
        interviews: Interviews,
        chain: Chain,
        outbox: Outbox,
        spool: Spool,
        board: CaseBoard,
        clock: Clock,
    ) -> None:
        self._folder = folder
        self._connections = connections
        self._settings = settings
        self._interviews = interviews
        self._chain = chain
        self._outbox = outbox
        self._spool = spool
        self._board = board
        self._clock = clock

    def is_due(self) -> bool:
        """Whether the office ordered a wipe: there is no way back to working here."""
        with self._connections.reading() as db:
            row = one(db, "SELECT 1 FROM command WHERE kind = 'wipe' AND state <> 'refused'")
        return row is not None

    def seal_all(self, instance_of: InstanceOf) -> None:
        """Drafts and the acknowledgement, in one transaction; then every file. May be done again.
        KnownError ``not_ordered``, ``disk_full``: nothing was deleted, and work goes on."""
        with self._connections.writing() as db:
            ordered = self._orders(db, "ordered")
            if not (ordered or self._orders(db, "done")):
                raise _not_ordered()
            drafts = self._seal_drafts(db, instance_of) if ordered else 0
            for command_id in ordered:
                self._acknowledge(db, command_id, drafts)
        try:
            self._seal_media()
            for id_ in self._outbox.unsafe_ids():
                self._spool.ensure(self._outbox.get(id_))
            self._keep_carried()
            sync_folder(self._spool.folder)
        except OSError as error:
            raise KnownError(
                "disk_full",
                "The disk is full or failing: the finished work cannot be sealed, so nothing is "
                "deleted. Make room, then try again.",
            ) from error

    def begin(self) -> tuple[WipeReceipt, SealedEnvelope]:
        """The point of no return: from here on :func:`finish` may be called at any time, after
        the database is closed. Everything must be sealed. The receipt's envelope is in no
        database: whoever reaches the server first may bring it."""
        enrolment = self._settings.enrolment()
        with self._connections.writing() as db:
            done = self._orders(db, "done")
            if not done:
                raise _not_ordered()
            command_id = done[0]
            parameters = self._parameters(db, command_id)
            body = AcknowledgementBody(command_id=command_id, command="wipe", status="wiped")
            last = self._chain.sealed(db, Sealing("acknowledgement", canonical(body)))
        receipt = self._receipt(enrolment, command_id, parameters, last)
        mark = _Mark(receipt, self._spool.path(last.id).name, self._spool.sealed(last))
        write_durably(self._folder / WIPING_FILE, msgspec.msgpack.encode(mark))
        return receipt, last

    # ------------------------------------------------------------------ inside

    def _orders(self, db: Database, state: str) -> list[str]:
        """Ids: an office that is not sure gives the command twice."""
        rows = db.execute(
            "SELECT id FROM command WHERE kind = 'wipe' AND state = ? ORDER BY received_at, id",
            (state,),
        ).fetchall()
        return [id_ for (id_,) in rows]

    def _parameters(self, db: Database, command_id: str) -> dict[str, str]:
        row = one(db, "SELECT parameters FROM command WHERE id = ?", (command_id,))
        return {} if row is None else msgspec.json.decode(row[0], type=dict[str, str])

    def _seal_drafts(self, db: Database, instance_of: InstanceOf) -> int:
        rows = db.execute("SELECT id FROM interview WHERE state = 'draft'").fetchall()
        for (id_,) in rows:
            self._seal_draft(db, self._interviews.get(InterviewId(id_)), instance_of)
        return len(rows)

    def _seal_draft(self, db: Database, record: InterviewRecord, instance_of: InstanceOf) -> None:
        try:
            instance = instance_of(record.id)
        except Exception:
            # Whatever is wrong with a questionnaire, its answers must come along.
            instance = self._journal_xml(record)
        body = DraftBody(
            interview_id=record.id,
            family_id=record.family_id,
            form_id=record.form_id,
            form_version=record.form_version,
            reason="wiped",
            instance=instance,
        )
        sealing = Sealing(
            "draft",
            canonical(body),
            family_id=record.family_id,
            base_version=record.base_version,
            form_id=record.form_id,
            form_version=record.form_version,
            media=tuple(sorted(set(self._interviews.attachments(record.id).values()))),
        )
        self._chain.add(db, sealing)
        db.execute("UPDATE interview SET state = 'stopped' WHERE id = ?", (record.id,))
        self._board.refresh(db, [record.family_id])

    def _journal_xml(self, record: InterviewRecord) -> bytes:
        from xml.sax.saxutils import escape, quoteattr

        lines = [
            f"<step op={quoteattr(row.op)} ref={quoteattr(row.ref)}"
            f" at={quoteattr(row.wall_time)}>{escape(row.value or '')}</step>"
            for row in self._interviews.journal(record.id)
        ]
        return ("<journal>" + "".join(lines) + "</journal>").encode("utf-8", "replace")

    def _acknowledge(self, db: Database, command_id: str, drafts: int) -> None:
        row = one(db, "SELECT count(*) FROM delivery WHERE custody = 'laptop'")
        unsent = 0 if row is None else int(row[0])
        body = AcknowledgementBody(
            command_id=command_id,
            command="wipe",
            status="done",
            detail=f"sealed {unsent}, drafts {drafts}",
        )
        sealed = self._chain.add(db, Sealing("acknowledgement", canonical(body)))
        db.execute(
            "UPDATE command SET state = 'done', acknowledgement = ? WHERE id = ?",
            (sealed.id, command_id),
        )

    def _seal_media(self) -> None:
        """Photos and sounds of what no backup of the server covers."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT DISTINCT sha256 FROM attachment LEFT JOIN media USING (sha256)"
                " WHERE custody IS NOT 'safe'"
            ).fetchall()
        for (sha256,) in rows:
            self._spool.ensure_media(sha256, partial(self._content, sha256))

    def _content(self, sha256: str) -> bytes | None:
        with self._connections.reading() as db:
            row = one(db, "SELECT content FROM attachment WHERE sha256 = ?", (sha256,))
        return None if row is None else bytes(row[0])

    def _keep_carried(self) -> None:
        """Other laptops' items that are still on their way."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT item, kind FROM relay_item WHERE sealed IS NOT NULL"
            ).fetchall()
            for item, kind in rows:
                found = one(db, "SELECT sealed FROM relay_item WHERE item = ?", (item,))
                if found is not None:
                    suffix = SUFFIX if kind == "envelope" else MEDIA_SUFFIX
                    path = self._spool.folder / f"{CARRIED_PREFIX}{bytes(item).hex()}{suffix}"
                    if not path.exists():
                        write_durably(path, bytes(found[0]))

    def _receipt(
        self,
        enrolment: Enrolment,
        command_id: str,
        parameters: dict[str, str],
        last: SealedEnvelope,
    ) -> WipeReceipt:
        return WipeReceipt(
            login=enrolment.login,
            role=enrolment.role,
            server=enrolment.server,
            device_id=enrolment.device_id,
            command_id=command_id,
            reason=parameters.get("reason", ""),
            wiped_at=self._clock.now().isoformat(),
            unsent=len(self._outbox.unreceived_ids()),
            sealed_files=len(list(self._spool.sealed_files())) + 1,
            header=last.header_bytes,
            body=last.body,
            signature=last.signature,
        )


def finish(folder: Path) -> None:
    """Delete what can be read, keys first. Nobody may have the database open; may be done again.
    KnownError ``in_use``."""
    lock = FolderLock(folder)
    try:
        mark = msgspec.msgpack.decode((folder / WIPING_FILE).read_bytes(), type=_Mark)
        _delete(folder / KEYS_FILE)
        for path in sorted(folder.iterdir()):
            if path.name not in _KEPT and path.name != PROFILE_FILE:
                _delete(path)
        write_durably(folder / SPOOL_FOLDER / mark.sealed_name, mark.sealed)
        write_durably(folder / RECEIPT_FILE, msgspec.json.encode(mark.receipt))
        _delete(folder / PROFILE_FILE)
        _delete(folder / WIPING_FILE)
        sync_folder(folder)
    finally:
        lock.release()


def _delete(path: Path) -> None:
    """A file's bytes are overwritten first: a key file's place on the disk is small and old."""
    if path.is_dir():
        shutil.rmtree(path)
        return
    with contextlib.suppress(FileNotFoundError):
        if path.name == KEYS_FILE:
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
        path.unlink()


def _not_ordered() -> KnownError:
    return KnownError("not_ordered", "The office has not ordered this laptop to be wiped.")

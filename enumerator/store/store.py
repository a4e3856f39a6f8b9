"""One officer's store: the encrypted database, its sealed spool and the doors to both."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlite_utils import Database

from enumerator.clock import Chance, Clock
from enumerator.errors import KnownError
from enumerator.store.access import Access
from enumerator.store.answer import Answer, AnswerPayload
from enumerator.store.backup import Backup, forget_damage
from enumerator.store.carriage import AnswersTaken, Carriage, is_before, is_current
from enumerator.store.caseload import Caseload
from enumerator.store.cases import CaseBoard
from enumerator.store.chain import Chain, new_incarnation
from enumerator.store.connection import Connections, damaged
from enumerator.store.decisions import Decisions
from enumerator.store.device_secret import DeviceSecrets
from enumerator.store.durable import FolderLock
from enumerator.store.enrolment import Enrolment
from enumerator.store.escrow import Escrow, EscrowedKey
from enumerator.store.families import Families
from enumerator.store.folders import DATABASE_FILE, SPOOL_FOLDER, write_profile
from enumerator.store.forms import Forms
from enumerator.store.history import History
from enumerator.store.inbox import Inbox
from enumerator.store.interviews import Interviews
from enumerator.store.keys import (
    KeyCost,
    create_key,
    forget_recovery,
    noted_recovery,
    unwrap_key,
)
from enumerator.store.lease import LeaseTerms, Leasing
from enumerator.store.media import Media
from enumerator.store.migrations import SCHEMA
from enumerator.store.obeying import Obeying
from enumerator.store.outbox import Outbox
from enumerator.store.recording import Recording
from enumerator.store.salvage import salvage
from enumerator.store.settings import StoreSettings
from enumerator.store.shelf import Shelf
from enumerator.store.spool import Spool
from enumerator.store.swapping import complete_swaps
from enumerator.store.upgrading import forget_older, upgrade
from enumerator.store.whereabouts import WhereIsMyData
from enumerator.store.wiping import Wiping


class OfficerStore:
    """Usable from any thread. Make one with :meth:`create` or :meth:`open`."""

    def __init__(
        self, folder: Path, key: bytes, lock: FolderLock, clock: Clock, chance: Chance
    ) -> None:
        self.folder = folder
        self.clock = clock
        self.chance = chance
        self._lock = lock
        self._key = key
        self._connections = Connections(folder / DATABASE_FILE, key)
        with self._connections.writing() as db:
            SCHEMA.apply(db)
        self.settings = StoreSettings(self._connections)
        self.backup = Backup(self._connections, key, folder, self.settings, clock)

    def _furnish(self) -> None:
        """Build the parts that need the enrolment."""
        self.enrolment = self.settings.enrolment()
        clock, chance, connections = self.clock, self.chance, self._connections
        board = CaseBoard(self.enrolment.account_id, self.enrolment.role)
        history = History(connections, clock)
        self._board = board
        self.lease = Leasing(connections, self.settings, clock, chance)
        self.access = Access(self.settings, self.lease)
        self.caseload = Caseload(connections, self.access)
        self.decisions = Decisions(connections)
        self.escrow = Escrow(
            connections,
            self.settings,
            history,
            self.enrolment,
            clock,
            EscrowedKey(
                account_id=self.enrolment.account_id,
                device_id=self.enrolment.device_id,
                place=self.folder.name,
                key=self._key,
            ),
        )
        self.families = Families(connections, history)
        self.forms = Forms(connections)
        self.inbox = Inbox(connections, history, board)
        self.interviews = Interviews(connections, history, board, clock)
        self.spool = Spool(self.folder / SPOOL_FOLDER, self.enrolment.seal_key)
        self.chain = Chain(self.enrolment, clock, chance)
        self.outbox = Outbox(
            connections,
            self.enrolment.server_receipt_key,
            self.settings,
            history,
            board,
            self.chain,
        )
        self.media = Media(connections, self.enrolment, self.settings, board)
        self.carriage = Carriage(
            connections,
            self.enrolment,
            self.settings,
            history,
            self.outbox,
            self.spool,
            self.media,
            clock,
        )
        self.whereabouts = WhereIsMyData(connections)
        self.shelf = Shelf(connections, self.enrolment, self.settings, clock)
        self.recording = Recording(
            connections, self.chain, self.spool, self.media, history, board, clock
        )
        self.obeying = Obeying(
            connections,
            self.settings,
            self.access,
            self.chain,
            self.outbox,
            self.recording,
            history,
            clock,
            chance,
            self._rekey,
        )
        self.wiping = Wiping(
            self.folder,
            connections,
            self.settings,
            self.interviews,
            self.chain,
            self.outbox,
            self.spool,
            board,
            clock,
        )

    def _rekey(self, enrolment: Enrolment) -> None:
        self.enrolment = enrolment
        self.chain.rekey(enrolment)

    @classmethod
    def create(
        cls,
        folder: Path,
        passphrase: str,
        enrolment: Enrolment,
        *,
        clock: Clock,
        chance: Chance,
        cost: KeyCost | None = None,
        secrets: DeviceSecrets | None = None,
    ) -> OfficerStore:
        """A fresh database in the officer's folder. KnownError ``short_passphrase``,
        ``already_enrolled``."""
        if (folder / DATABASE_FILE).exists():
            raise KnownError("already_enrolled", "This folder already holds an officer's data.")
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FolderLock(folder)
        try:
            key = create_key(folder, passphrase, chance, cost, secrets)
            store = cls(folder, key, lock, clock, chance)
        except BaseException:
            lock.release()
            raise
        now = clock.now().isoformat()
        with store._connections.writing() as db:
            store.settings.put(db, "enrolment", msgspec.msgpack.encode(enrolment))
            store.settings.put(db, "lineage", enrolment.lineage.encode())
            new_incarnation(db, enrolment.incarnation or chance.uuid(), None, now)
        write_profile(folder, enrolment.login, enrolment.role, enrolment.server, now)
        store._furnish()
        return store

    @classmethod
    def open(
        cls,
        folder: Path,
        passphrase: str,
        *,
        clock: Clock,
        chance: Chance,
        secrets: DeviceSecrets | None = None,
    ) -> OfficerStore:
        """KnownError ``wrong_passphrase``, ``wait``, ``no_keys``, ``in_use``,
        ``damaged_database``, ``old_sqlite``, ``upgrade_failed``, ``disk_full``.

        A database of an older program is upgraded (:mod:`enumerator.store.upgrading`). Missing
        spool files are rewritten. Spool files of envelopes that the database does not know mean
        that an older copy of the database was put back: a new incarnation starts.
        """
        lock = FolderLock(folder)
        try:
            key = unwrap_key(folder, passphrase, clock, chance, secrets)
            complete_swaps(folder)
            if not (folder / DATABASE_FILE).exists():
                raise damaged()  # connecting would make an empty one in its place
            is_upgraded = upgrade(folder, key)
            store = cls(folder, key, lock, clock, chance)
        except BaseException:
            lock.release()
            raise
        try:
            store._furnish()
            store.lease.begin()
            store._note_recovery()
            store._mend()
            if not is_upgraded:
                forget_older(folder)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def restore(
        cls,
        folder: Path,
        passphrase: str,
        *,
        clock: Clock,
        chance: Chance,
        secrets: DeviceSecrets | None = None,
    ) -> OfficerStore:
        """Open what the newest whole backup and the readable rows of a damaged database make
        together; that is kept aside. KnownErrors of :meth:`open`, and ``no_backup``."""
        lock = FolderLock(folder)
        try:
            key = unwrap_key(folder, passphrase, clock, chance, secrets)
            complete_swaps(folder)
            salvage(folder, key, clock, chance)
            forget_damage(folder)
        finally:
            lock.release()
        return cls.open(folder, passphrase, clock=clock, chance=chance, secrets=secrets)

    def close(self) -> None:
        """Also frees the folder for another program."""
        self._connections.close()
        self._lock.release()

    def __enter__(self) -> OfficerStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def stream(self) -> str:
        """The name of this account's feed."""
        return self.enrolment.account_id

    def note_server(
        self,
        *,
        lineage: str,
        safe_point: int,
        policy: Mapping[str, Any] | None = None,
        server_time: datetime | None = None,
        has_signed: bool = False,
        went_back_to: int | None = None,
        lease: LeaseTerms | None = None,
    ) -> None:
        """What hello said: from now on receipts of this lineage count, and those below the safe
        point are covered by a backup. Receipts of another lineage that no backup was known to
        cover are void; ``went_back_to``: see :meth:`Outbox.server_went_back`. All of it or nothing:
        a new lineage that was noted without it would never be heard of again."""
        with self._connections.writing() as db:
            is_known = self.settings.lineage() == lineage
            self.settings.put(db, "lineage", lineage.encode())
            self.settings.put(db, "safe_point", str(safe_point).encode())
            if policy is not None:
                self.settings.put(db, "policy", json.dumps(dict(policy)).encode())
            if server_time is not None:
                offset_s = (server_time - self.clock.now()).total_seconds()
                self.settings.put(db, "clock_offset_s", str(offset_s).encode())
            # Without a time, carried answers count nothing until a hello brings one.
            told_at = server_time.isoformat().encode() if server_time is not None else b""
            self.settings.put(db, "server_time", told_at)
            if not (is_known and self.settings.get("answers_from") != b""):
                self.settings.put(db, "answers_from", told_at)
            if has_signed:
                self.settings.put(db, "server_signs", b"1")
            if lease is not None:
                self.lease.grant(db, lease)
            self.settings.put(db, "last_hello_at", self.clock.now().isoformat().encode())
            if went_back_to is not None:
                self.outbox.server_went_back(went_back_to)
            self.outbox.void_other_lineages(db)
            self.outbox.mark_safe(db)

    def take_answers(self, answers: Iterable[Answer]) -> AnswersTaken:
        """The server's signed answers to carried items, as a stick or a relay brings them. One of
        another lineage, newer than all that is known of the server, means that it was restored:
        everything goes again. An older one counts nothing."""
        payloads, forged = self.carriage.hear(answers)
        with self._connections.writing() as db:
            self._note_restored(db, payloads)
            taken = self.carriage.record(payloads)
            covered = [one.safe_point for one in payloads if is_current(self.settings, one)]
            if covered and max(covered) > self.settings.safe_point():
                self.settings.put(db, "safe_point", str(max(covered)).encode())
            self.outbox.mark_safe(db)
        return dataclasses.replace(taken, forged=taken.forged + forged)

    def _note_restored(self, db: Database, payloads: Sequence[AnswerPayload]) -> None:
        last = (self.settings.get("server_time") or b"").decode()
        lineage = self.settings.lineage()
        new = [
            one
            for one in payloads
            if one.lineage != lineage and last and not is_before(one.server_time, last)
        ]
        if not new:
            return
        newest = max(new, key=lambda one: one.server_time)
        first = min(one.server_time for one in new if one.lineage == newest.lineage)
        self.settings.put(db, "lineage", newest.lineage.encode())
        self.settings.put(db, "safe_point", b"0")
        self.settings.put(db, "server_time", first.encode())
        self.outbox.server_went_back(0)

    def note_revoked(self, *, revoked: bool) -> None:
        """The server has closed this account, or opened it again. The list goes; what was
        recorded stays, is still saved and sent."""
        if self.is_revoked() == revoked:
            return
        with self._connections.writing() as db:
            if revoked:
                self.settings.put(db, "revoked", self.clock.now().isoformat().encode())
            else:
                db.execute("DELETE FROM setting WHERE name = 'revoked'")
            self._board.refresh_all(db)

    def is_revoked(self) -> bool:
        """Whether the server has closed this account, as far as this laptop knows."""
        return self.settings.get("revoked") is not None

    def last_hello_at(self) -> datetime | None:
        """When the server was last reached (laptop clock)."""
        text = self.settings.get("last_hello_at")
        return None if text is None else datetime.fromisoformat(text.decode())

    def is_database_ok(self) -> bool:
        """Whether every page still matches its authentication code and SQLite finds no fault."""
        return self._connections.is_whole()

    def free_disk_bytes(self) -> int:
        """Where the folder is; 0 when the system does not tell."""
        try:
            return shutil.disk_usage(self.folder).free
        except OSError:
            return 0

    def sealed_only(self) -> int:
        """Finished records that only the sealed spool holds: made after the backup that this
        database comes from. This laptop cannot open them; the office can."""
        return len(self.spool.ids() - self.outbox.ids())

    def _note_recovery(self) -> None:
        """What the key file brings of it goes when the database has it."""
        note = noted_recovery(self.folder)
        if note is not None:
            self.escrow.note_recovery(note)
            forget_recovery(self.folder)

    def _mend(self) -> None:
        spooled = self.spool.ids()
        missing = [id_ for id_ in self.outbox.unsafe_ids() if id_ not in spooled]
        missing += self.media.unspooled(self.spool.media_names())
        self.recording.seal_again([self.outbox.get(id_) for id_ in missing])
        unknown = spooled - self.outbox.ids()
        if unknown and self._news_of_restore(unknown):
            self.outbox.start_incarnation()
        self.inbox.retry_unread()

    def _news_of_restore(self, unknown: frozenset[str]) -> bool:
        """False when these strange files were noticed at an earlier opening."""
        names = msgspec.json.encode(sorted(unknown))
        if self.settings.get("strange_spool") == names:
            return False
        with self._connections.writing() as db:
            self.settings.put(db, "strange_spool", names)
        return True

"""What a restarted laptop has of what its screen had called saved."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nacl.exceptions import CryptoError

from enumerator.errors import KnownError
from enumerator.store import OfficerStore
from enumerator.store.connection import connect
from enumerator.store.device_secret import SECRET_FILE
from enumerator.store.folders import (
    BACKUP_FOLDER,
    DATABASE_FILE,
    RECEIPT_FILE,
    SPOOL_FOLDER,
    WIPING_FILE,
)
from enumerator.store.keys import KEYS_FILE, unwrap_key
from enumerator.store.spool import MEDIA_SUFFIX, SUFFIX, open_sealed, unsealed_media
from enumerator.store.swapping import SALVAGED, UPGRADED
from enumerator.store.wiping import finish
from tests.helpers.hand_clock import HandClock, SeededChance
from tests.powercut.disk import Key, Left
from tests.powercut.laying import LaidFile
from tests.powercut.turns import NEW_PASSPHRASE, later_release, take_recovery_file
from tests.powercut.workload import ACKNOWLEDGED
from tests.store.builders import PASSPHRASE, SigningServer

_DATABASE_FILES = (DATABASE_FILE, f"{DATABASE_FILE}-wal")


@dataclass(slots=True)
class Told:
    """What the officer was told: record id -> hash, interview id -> last answer's number, SHA-256
    of photos; and which turns began."""

    records: dict[str, str] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    photos: set[str] = field(default_factory=set)
    turn: str = "work"
    turns: Counter[str] = field(default_factory=Counter)

    def hear(self, line: str) -> None:
        word, id_, value = line.split()
        if word == "record":
            self.records[id_] = value
        elif word == "photo":
            self.photos.add(id_)
        elif word == "turn":
            self.turn = id_
            self.turns[id_] += 1
        else:
            self.answers[id_] = int(value)


@dataclass(frozen=True, slots=True)
class Found:
    """In a database. ``whole`` False: it does not open, or its pages do not hold."""

    records: dict[str, str]
    answers: dict[str, int]
    photos: frozenset[str] = frozenset()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """``lost``: neither in the database nor sealed; ``single``: with one copy of the two that
    were promised; ``damaged``: the database did not open."""

    lost: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    answers_lost: tuple[str, ...] = ()
    photos_lost: tuple[str, ...] = ()
    damaged: bool = False


class Judge:
    """Remembers what it found in a database or a sealed file of the same contents."""

    def __init__(self, scratch: Path, prefix: str) -> None:
        self._program = scratch / prefix  # a recovery file is for a folder of this name
        scratch.mkdir()
        self._laid = tuple(LaidFile(scratch / name) for name in _DATABASE_FILES)
        self._prefix = prefix
        self._key = b""
        self._databases: dict[tuple[Key | None, ...], Found] = {}
        self._sealed: dict[tuple[str, Key], str] = {}
        self._office_key = bytes(SigningServer().office_key)
        self._salvaged: dict[tuple[object, ...], Found] = {}
        self.opened = 0
        """Distinct databases that were really opened."""
        self.salvaged = 0
        """Distinct damaged ones that the program put together again."""

    def judge(self, left: Left, told: Told) -> Verdict:
        if not told.records and not told.answers:
            return Verdict()  # nobody was told anything yet
        sealed = {id_: self._hash_of_sealed(left, id_) for id_ in told.records}
        if self._is_wiped(left, told):
            unsealed = [id_ for id_, hash_ in told.records.items() if sealed[id_] != hash_]
            photos = [photo for photo in told.photos if not self._is_sealed_photo(left, photo)]
            return Verdict(tuple(unsealed), photos_lost=tuple(photos))
        found = self._database(left)
        if not found.whole and told.turn == "salvage":
            found = self._after_salvage(left)
        lost, single = [], []
        for id_, hash_ in told.records.items():
            copies = (found.records.get(id_) == hash_) + (sealed[id_] == hash_)
            if copies == 0:
                lost.append(id_)
            elif copies == 1:
                single.append(id_)
        answers = [
            f"{id_} {seq}" for id_, seq in told.answers.items() if found.answers.get(id_, 0) < seq
        ]
        photos = sorted(told.photos - found.photos)
        return Verdict(tuple(lost), tuple(single), tuple(answers), tuple(photos), not found.whole)

    def is_midway(self, left: Left, told: Told) -> bool:
        """Between two databases or two keys, or in the midst of a wipe: the next start has to go
        on."""
        names = (SALVAGED, UPGRADED, WIPING_FILE)
        return told.turn == "recover" or any(self._name(name) in left.files for name in names)

    def open_as_the_program_does(self, left: Left, told: Told) -> None:
        """The whole opening, mending included, then one more visit. AssertionError."""
        if self._is_wiped(left, told):
            self._finish_the_wipe(left)
            return
        self._lay(left, left.files)
        with self._opened(left, told) as store:
            assert store.is_database_ok(), "the database does not hold"
            missing = set(told.records) - set(store.outbox.ids())
            assert not missing, f"not in the opened store: {missing}"
            unsealed = set(store.outbox.unreceived_ids()) - set(store.spool.ids())
            assert not unsealed, f"not sealed again at the opening: {unsealed}"
            with store._connections.reading() as db:
                for sha256, content in db.execute("SELECT sha256, content FROM attachment"):
                    assert hashlib.sha256(content).hexdigest() == sha256, "a photo was torn"
            store.recording.note("note", b"x")

    def _opened(self, left: Left, told: Told) -> OfficerStore:
        """As an officer does after a damage: salvaged. By a newer program once there was one. In
        the midst of a recovery the new passphrase opens, or the office's file once more."""
        is_damaged = told.turn == "salvage" and not self._database(left).whole
        opening = OfficerStore.restore if is_damaged else OfficerStore.open
        clock, chance = HandClock(), SeededChance(9)
        passphrase = NEW_PASSPHRASE if told.turns["recover"] else PASSPHRASE
        with later_release() if told.turns["upgrade"] else nullcontext():
            try:
                return opening(self._program, passphrase, clock=clock, chance=chance)
            except KnownError:
                if told.turn != "recover":
                    raise
            take_recovery_file(self._program, self._database_key(left), clock, chance)
            return opening(self._program, passphrase, clock=clock, chance=chance)

    def _finish_the_wipe(self, left: Left) -> None:
        """Nothing that can be read is left, and the office knows that."""
        self._lay(left, left.files)
        if (self._program / WIPING_FILE).exists():
            finish(self._program)
        names = {path.name for path in self._program.iterdir()}
        kept = {SPOOL_FOLDER, RECEIPT_FILE, "lock"}
        assert names <= kept, f"left behind by a wipe: {names - kept}"
        assert RECEIPT_FILE in names, "wiped without a receipt"

    def _is_wiped(self, left: Left, told: Told) -> bool:
        """Whether the way back to working here is closed."""
        if told.turn != "wipe":
            return False
        names = left.files
        return self._name(WIPING_FILE) in names or self._name(KEYS_FILE) not in names

    def _after_salvage(self, left: Left) -> Found:
        """What the program makes of a damaged database and its backups."""
        key = tuple(
            sorted(
                (name, file.key)
                for name, file in left.files.items()
                if name in map(self._name, _DATABASE_FILES)
                or name.startswith(self._name(f"{BACKUP_FOLDER}/"))
            )
        )
        if key not in self._salvaged:
            self.salvaged += 1
            self._lay(left, left.files)
            clock, chance = HandClock(), SeededChance(9)
            with later_release():
                store = OfficerStore.restore(self._program, PASSPHRASE, clock=clock, chance=chance)
            with store, store._connections.reading() as db:
                self._salvaged[key] = _found(db.execute)
        return self._salvaged[key]

    # ------------------------------------------------------------------ inside

    def _name(self, name: str) -> str:
        return f"{self._prefix}/{name}"

    def _database(self, left: Left) -> Found:
        """Where a swap was decided, the one that the next start puts in its place."""
        files = [left.files.get(self._name(name)) for name in _DATABASE_FILES]
        for ready in (SALVAGED, UPGRADED):
            if finished := left.files.get(self._name(ready)):
                files = [finished, None]
        key = tuple(file.key if file else None for file in files)
        found = self._databases.get(key)
        if found is None:
            self.opened += 1
            for laid, file in zip(self._laid, files, strict=True):
                laid.lay(file)
            found = self._databases[key] = self._read(left)
        return found

    def _read(self, left: Left) -> Found:
        """The database is moved away while it is closed: so SQLite leaves the log alone, and the
        next state need not write both anew."""
        database, log = self._laid
        times = (database.time(), log.time())
        Path(f"{database.path}-shm").unlink(missing_ok=True)
        try:
            opened = connect(database.path, self._database_key(left))
        except KnownError:
            database.forget()
            log.forget()
            return Found({}, {}, whole=False)
        try:
            return _found(opened.execute)
        except Exception:
            return Found({}, {}, whole=False)
        finally:
            away = database.path.with_name("away")
            database.path.rename(away)
            opened.close()
            away.rename(database.path)
            if (database.time(), log.time()) != times:  # opening mended something
                database.forget()
                log.forget()

    def _database_key(self, left: Left) -> bytes:
        if not self._key:
            self._lay(left, [])
            self._key = unwrap_key(self._program, PASSPHRASE, HandClock(), SeededChance(9))
        return self._key

    def _lay(self, left: Left, names: Iterable[str]) -> None:
        """Write these files of the state, and the keys, into an empty folder."""
        shutil.rmtree(self._program, ignore_errors=True)
        (self._program / SPOOL_FOLDER).mkdir(parents=True)
        for name in {*names, self._name(KEYS_FILE), self._name(SECRET_FILE)}:
            if name in left.files and name != self._name(ACKNOWLEDGED):
                path = self._program / name.removeprefix(f"{self._prefix}/")
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(left.files[name].contents())

    def _hash_of_sealed(self, left: Left, id_: str) -> str:
        """Empty where there is no sealed file, or none that the office can open."""
        entry = left.files.get(self._name(f"{SPOOL_FOLDER}/{id_}{SUFFIX}"))
        if entry is None:
            return ""
        key = (id_, entry.key)
        if key not in self._sealed:
            try:
                self._sealed[key] = open_sealed(entry.contents(), self._office_key).hash.hex()
            except (CryptoError, ValueError):
                self._sealed[key] = ""
        return self._sealed[key]

    def _is_sealed_photo(self, left: Left, sha256: str) -> bool:
        entry = left.files.get(self._name(f"{SPOOL_FOLDER}/{sha256}{MEDIA_SUFFIX}"))
        if entry is None:
            return False
        key = (sha256, entry.key)
        if key not in self._sealed:
            try:
                content = unsealed_media(entry.contents(), self._office_key)
                self._sealed[key] = hashlib.sha256(content).hexdigest()
            except CryptoError:
                self._sealed[key] = ""
        return self._sealed[key] == sha256


def _found(execute: Callable[[str], Any]) -> Found:
    records = _rows(execute, "SELECT id, hex(hash) FROM envelope")
    answers = _rows(execute, "SELECT interview_id, max(seq) FROM answer GROUP BY interview_id")
    photos = frozenset(row[0] for row in execute("SELECT sha256 FROM attachment").fetchall())
    return Found({id_: hash_.lower() for id_, hash_ in records.items()}, answers, photos)


def _rows(execute: Callable[[str], Any], sql: str) -> dict[str, Any]:
    return dict(execute(sql).fetchall())

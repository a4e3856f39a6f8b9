"""What a restarted laptop has of what its screen had called saved."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nacl.exceptions import CryptoError

from enumerator.errors import KnownError
from enumerator.store import OfficerStore
from enumerator.store.connection import connect
from enumerator.store.device_secret import SECRET_FILE
from enumerator.store.folders import DATABASE_FILE, SPOOL_FOLDER
from enumerator.store.keys import KEYS_FILE, unwrap_key
from enumerator.store.spool import SUFFIX, open_sealed
from tests.helpers.hand_clock import HandClock, SeededChance
from tests.powercut.disk import Key, Left
from tests.powercut.laying import LaidFile
from tests.powercut.workload import ACKNOWLEDGED
from tests.store.builders import PASSPHRASE, SigningServer

_DATABASE_FILES = (DATABASE_FILE, f"{DATABASE_FILE}-wal")


@dataclass(slots=True)
class Told:
    """What the officer was told: record id -> hash, interview id -> last answer's number."""

    records: dict[str, str] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)

    def hear(self, line: str) -> None:
        word, id_, value = line.split()
        if word == "record":
            self.records[id_] = value
        else:
            self.answers[id_] = int(value)


@dataclass(frozen=True, slots=True)
class Found:
    """In a database. ``whole`` False: it does not open, or its pages do not hold."""

    records: dict[str, str]
    answers: dict[str, int]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """``lost``: neither in the database nor sealed; ``single``: with one copy of the two that
    were promised; ``damaged``: the database did not open."""

    lost: tuple[str, ...] = ()
    single: tuple[str, ...] = ()
    answers_lost: tuple[str, ...] = ()
    damaged: bool = False


class Judge:
    """Remembers what it found in a database or a sealed file of the same contents."""

    def __init__(self, scratch: Path, prefix: str) -> None:
        self._program = scratch / "program"
        scratch.mkdir()
        self._laid = tuple(LaidFile(scratch / name) for name in _DATABASE_FILES)
        self._prefix = prefix
        self._key = b""
        self._databases: dict[tuple[Key | None, ...], Found] = {}
        self._sealed: dict[tuple[str, Key], str] = {}
        self._office_key = bytes(SigningServer().office_key)
        self.opened = 0
        """Distinct databases that were really opened."""

    def judge(self, left: Left, told: Told) -> Verdict:
        if not told.records and not told.answers:
            return Verdict()  # nobody was told anything yet
        found = self._database(left)
        sealed = {id_: self._hash_of_sealed(left, id_) for id_ in told.records}
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
        return Verdict(tuple(lost), tuple(single), tuple(answers), not found.whole)

    def open_as_the_program_does(self, left: Left, told: Told) -> None:
        """The whole opening, mending included, then one more visit. AssertionError."""
        self._lay(left, left.files)
        clock, chance = HandClock(), SeededChance(9)
        store = OfficerStore.open(self._program, PASSPHRASE, clock=clock, chance=chance)
        with store:
            assert store.is_database_ok(), "the database does not hold"
            missing = set(told.records) - set(store.outbox.ids())
            assert not missing, f"not in the opened store: {missing}"
            unsealed = set(store.outbox.unreceived_ids()) - set(store.spool.ids())
            assert not unsealed, f"not sealed again at the opening: {unsealed}"
            store.recording.note("note", b"x")

    # ------------------------------------------------------------------ inside

    def _name(self, name: str) -> str:
        return f"{self._prefix}/{name}"

    def _database(self, left: Left) -> Found:
        files = [left.files.get(self._name(name)) for name in _DATABASE_FILES]
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
            records = _rows(opened.execute, "SELECT id, hex(hash) FROM envelope")
            answers = _rows(
                opened.execute, "SELECT interview_id, max(seq) FROM answer GROUP BY interview_id"
            )
            return Found({id_: hash_.lower() for id_, hash_ in records.items()}, answers)
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


def _rows(execute: Callable[[str], Any], sql: str) -> dict[str, Any]:
    return dict(execute(sql).fetchall())

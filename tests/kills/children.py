"""What the killed processes do. They say what they are about to do, and what is done.

Each word is one write to a pipe, so that a kill leaves whole words only. ``phase NAME`` is said
before it begins; what was said as ``saved`` or ``answered`` must survive anything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import msgspec
from sqlite_utils import Database

from enumerator.clock import SystemChance, SystemClock
from enumerator.errors import KnownError
from enumerator.model import InterviewId, Outcome
from enumerator.store import CaseFilter, DataFolder, OfficerStore, VisitBody
from enumerator.store.interviews import InterviewRecord
from enumerator.store.migrations import SCHEMA
from enumerator.store.recording import FinalInterview
from sync.client.engine import sync_once
from sync.client.enrolment import enrol
from sync.client.transport import HttpTransport
from sync.server.applying import Applying
from sync.server.desk import Desk
from sync.server.operation import open_operation
from sync.server.serving import listen, make_server
from tests.helpers.field import CHEAP, PASSPHRASE, interview_xml

Reply = TypeVar("Reply")

_ANSWERS = 4
_STALL_S = 20
_FORM = ("sp2020_c1", "2020091501")


def serve(folder: str, port: int, say: Connection) -> None:
    """The central server, until it is killed."""
    logging.disable(logging.CRITICAL)
    say.send(("phase", "server opening"))
    for name in ("enrol", "hello", "push", "pull"):
        _announce(Desk, name, say)
    _announce(Applying, "apply", say)
    operation = open_operation(Path(folder))
    listener = listen("127.0.0.1", port)
    make_server(operation, lambda: say.send(("phase", "server idle"))).run(sockets=[listener])


def _announce(owner: type, name: str, say: Connection) -> None:
    real = getattr(owner, name)

    def announced(*arguments: Any) -> Any:
        say.send(("phase", f"server {name}"))
        found = real(*arguments)
        say.send(("phase", f"server after {name}"))
        return found

    setattr(owner, name, announced)


def work(
    root: str, address: str, code: str, seed: int, release: int, at_rest: bool, say: Connection
) -> None:
    """An officer's program: opened (enrolled, when it is not yet), worked with, synchronised,
    until it is killed. ``at_rest``: no new work, and it ends when nothing moves any more."""
    logging.disable(logging.CRITICAL)
    for number in range(release):
        _add_step(number)
    store = _opened(DataFolder(Path(root)), address, code, say)
    transport = _Announcing(address, say)
    program = _Program(store, transport, say, Random(seed))  # noqa: S311 (work, not secrets)
    program.say_drafts()
    if at_rest:
        program.come_to_rest(release)
        store.close()
        return
    while True:
        program.work_on()
        program.sync()


def _opened(folder: DataFolder, address: str, code: str, say: Connection) -> OfficerStore:
    clock, chance = SystemClock(), SystemChance()
    if profiles := folder.profiles():
        say.send(("phase", "opening"))
        place = folder.officers / profiles[0].key
        return OfficerStore.open(place, PASSPHRASE, clock=clock, chance=chance)
    say.send(("phase", "enrolling"))
    while True:
        transport = HttpTransport(address, stall_s=_STALL_S, connect_s=_STALL_S)
        try:
            return enrol(
                address, code, folder, PASSPHRASE, clock, chance, transport=transport, cost=CHEAP
            )
        except KnownError as error:
            if error.code not in ("no_connection", "bad_reply"):
                raise
        finally:
            transport.close()


def _add_step(number: int) -> None:
    """A later release's change to the database: it copies, counts, and says what it counted."""

    @SCHEMA(name=f"later_{number}")
    def step(db: Database) -> None:
        db.executescript(
            f"""
            CREATE TABLE later_{number} (id TEXT PRIMARY KEY, hash BLOB NOT NULL) STRICT;
            INSERT INTO later_{number} SELECT id, hash FROM envelope;
            CREATE TABLE later_count_{number} (envelopes INTEGER NOT NULL) STRICT;
            INSERT INTO later_count_{number} SELECT count(*) FROM later_{number};
            """  # noqa: S608 (numbers of ours)
        )


class _Announcing(HttpTransport):
    """Says when a request leaves and when its reply is here."""

    def __init__(self, address: str, say: Connection) -> None:
        super().__init__(address, stall_s=_STALL_S, connect_s=_STALL_S)
        self._say = say

    def call(
        self, path: str, request: msgspec.Struct, reply: type[Reply], token: str = ""
    ) -> Reply:
        name = path.rpartition("/")[2]
        self._say.send(("phase", name))
        found = super().call(path, request, reply, token)
        self._say.send(("phase", f"apply {name}"))
        return found


class _Program:
    def __init__(
        self, store: OfficerStore, transport: HttpTransport, say: Connection, random: Random
    ) -> None:
        self._store = store
        self._transport = transport
        self._say = say
        self._random = random
        self._told: set[str] = set()
        self._received: set[str] = set()

    def say_drafts(self) -> None:
        """What a restarted program has of interviews that are not finished."""
        for family in self._families():
            if draft := self._store.interviews.draft_of(family):
                rows = self._store.interviews.journal(draft.id)
                self._say.send(("draft", draft.id, max((row.seq for row in rows), default=0)))

    def work_on(self) -> None:
        families = self._families()
        if not families:
            return
        for _ in range(self._random.randrange(1, 4)):
            family = self._random.choice(families)
            if self._random.random() < 0.4:
                self._visit(family)
            else:
                self._interview(family)

    def sync(self) -> bool:
        """Whether anything moved."""
        self._say.send(("phase", "session"))
        report = sync_once(self._store, self._transport)
        code = report.failed.code if report.failed else ""
        self._tell_received()
        self._say.send(("synced", code))
        return bool(code or report.receipts or report.rows_pulled)

    def come_to_rest(self, release: int) -> None:
        for _ in range(30):
            self._store.outbox.retry_set_aside()
            if not self.sync() and not self._store.outbox.pending().count:
                break
        self._tell_saved()
        counts = {}
        with self._store._connections.reading() as db:
            for number in range(release):
                copied = db.execute(f"SELECT count(*) FROM later_{number}").fetchone()  # noqa: S608
                told = db.execute(f"SELECT * FROM later_count_{number}").fetchall()  # noqa: S608
                counts[number] = [copied[0], *(row[0] for row in told)]
        self._say.send(
            (
                "rest",
                {
                    "account": self._store.enrolment.account_id,
                    "waiting": self._store.outbox.pending().count,
                    "digest": self._store.inbox.digest(self._store.stream),
                    "whole": self._store.is_database_ok(),
                    "unsealed": len(set(self._store.outbox.ids()) - set(self._store.spool.ids())),
                    "later": counts,
                },
            )
        )

    # ------------------------------------------------------------------ inside

    def _families(self) -> list[Any]:
        rows = self._store.caseload.page(self._store.caseload.ids(CaseFilter()))
        return sorted(row.family_id for row in rows)

    def _visit(self, family: Any) -> None:
        self._say.send(("phase", "finalising"))
        self._store.recording.visit(self._visit_body(family, Outcome.NO_CONTACT), None)
        self._tell_saved()

    def _interview(self, family: Any) -> None:
        self._say.send(("phase", "typing"))
        interviews = self._store.interviews
        draft = interviews.draft_of(family)
        if draft is None:
            id_ = InterviewId(self._store.chance.uuid())
            now = self._store.clock.now().isoformat()
            interviews.create(
                InterviewRecord(
                    id=id_,
                    family_id=family,
                    form_id=_FORM[0],
                    form_version=_FORM[1],
                    seed="00",
                    started_at=now,
                    base_version=None,
                    register=b"",
                )
            )
        else:
            id_ = draft.id
        for number in range(_ANSWERS):
            now = self._store.clock.now().isoformat()
            seq = interviews.append(id_, "answer", f"/data/{number}", str(number), now)
            self._say.send(("answered", id_, seq))
        self._say.send(("phase", "finalising"))
        self._store.recording.interview(
            FinalInterview(
                interview_id=id_,
                family_id=family,
                instance=interview_xml("LENGKAP", self._random.randbytes(400).hex()),
                outcome=Outcome.COMPLETED,
                visit=self._visit_body(family, Outcome.COMPLETED, id_),
                base_version=None,
                form_id=_FORM[0],
                form_version=_FORM[1],
            )
        )
        self._say.send(("final", id_))
        self._tell_saved()

    def _visit_body(self, family: Any, outcome: Outcome, interview: str | None = None) -> VisitBody:
        now = self._store.clock.now().isoformat()
        return VisitBody(
            visit_id=self._store.chance.uuid(),
            family_id=family,
            officer_id=self._store.enrolment.account_id,
            started_at=now,
            ended_at=now,
            mode="visit",
            outcome=outcome.value,
            interview_id=interview,
        )

    def _tell_saved(self) -> None:
        for id_ in sorted(self._store.outbox.ids() - self._told):
            self._told.add(id_)
            self._say.send(("saved", id_, self._store.outbox.get(id_).hash))

    def _tell_received(self) -> None:
        outbox = self._store.outbox
        now = outbox.ids() - set(outbox.unreceived_ids())
        for id_ in sorted(now - self._received):
            self._say.send(("received", id_, outbox.get(id_).hash))
        self._received |= now


Work = Callable[..., None]

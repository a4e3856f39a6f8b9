"""A writing transaction in three bursts: lock and ask, ask for what hangs on it, write and commit.

An interview costs some 24 statements; each on its own is a way to the database and back. Here
what a batch needs is fetched for all its families at once, and what it writes is kept until the
end, a statement a table. Statements that nobody foresaw go out as they come, behind whatever was
kept: they are slower, never wrong.

What it cannot do is a savepoint. A batch that needs one, or that the database refuses, is undone
and done again by ``PostgresTransaction``, statement by statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import psycopg

from enumerator.store.feed import AreaBody, FamilyBody, MemberBody
from sync.server.postgres.connecting import (
    Connection,
    FamilyLocks,
    Statement,
    at_once,
    writing_begun,
)
from sync.server.postgres.keeping import Kept
from sync.server.postgres.loading import (
    ACCOUNTS,
    DEVICES,
    HELD,
    OF_FAMILIES,
    POINT_AND_NUMBERS,
    to_held,
)
from sync.server.rows import to_account, to_case, to_device, to_family, to_member, to_result
from sync.server.store import (
    Account,
    Assignment,
    Case,
    Conflict,
    Decision,
    Device,
    DraftRow,
    HeldEnvelope,
    NewEnvelope,
    Result,
    TakenEnvelope,
    TryAgainError,
    VisitRow,
    Wanted,
)

Row = tuple[Any, ...]
Shown = tuple[bool, str, bytes | None]
"""Of a stream's row: gone, reason, hash of its body."""


class NotInBatchError(TryAgainError):
    """This work needs savepoints: again, statement by statement."""


@dataclass(slots=True)
class Known:
    """What the transaction has read, and what it made of that; all of a family or nothing."""

    cases: dict[str, Case | None] = field(default_factory=dict)
    families: dict[str, FamilyBody] = field(default_factory=dict)
    members: dict[str, list[MemberBody]] = field(default_factory=dict)
    visits: dict[str, list[VisitRow]] = field(default_factory=dict)
    results: dict[str, list[Result]] = field(default_factory=dict)
    orders: dict[str, list[Assignment]] = field(default_factory=dict)
    decisions: dict[str, list[Decision]] = field(default_factory=dict)
    conflicts: dict[str, list[Conflict]] = field(default_factory=dict)
    drafts: dict[str, list[DraftRow]] = field(default_factory=dict)
    waiting: dict[str, list[TakenEnvelope]] = field(default_factory=dict)
    shown: dict[str, dict[str, Shown]] = field(default_factory=dict)
    """Key of a case → account → its row."""
    areas: dict[str, AreaBody] = field(default_factory=dict)
    areas_shown: dict[str, dict[str, Shown]] = field(default_factory=dict)
    """Account → key of an area → its row."""
    accounts: dict[str, Account] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)


class Batch:
    """In a connection's place for whoever runs statements; ends with :meth:`commit`.
    psycopg's errors, as they come."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._locks = FamilyLocks()
        self._queue: list[Statement] = [("BEGIN", ()), writing_begun()]
        self.known = Known()
        self.held: dict[str, list[HeldEnvelope]] = {}
        self.kept = Kept()
        self.told: dict[int, NewEnvelope] = {}
        """By number: what this transaction took into custody."""
        self.point: int | None = None
        self.numbers: list[int] = []

    # ------------------------------------------------------------------------- statements
    def execute(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> psycopg.Cursor[Row]:
        """Now, behind whatever was kept. Unless it only reads, what is known is doubtful then."""
        self._queue += self.kept.statements()
        self.kept = Kept()
        if not sql.startswith("SELECT"):
            self.known = Known()
        return self._burst([(sql, parameters)])[-1]

    def cursor(self, *_: object) -> NoReturn:
        """For readers, who stream rows by it."""
        raise NotInBatchError

    def commit(self) -> None:
        self._queue += self.kept.statements()
        done = self._burst([("COMMIT", ())])[-1]
        if done.statusmessage != "COMMIT":
            raise TryAgainError(done.statusmessage or "")

    def _burst(
        self, statements: Sequence[tuple[str, Sequence[Any] | Mapping[str, Any]]]
    ) -> list[psycopg.Cursor[Row]]:
        """Sends what is queued and these, and waits for all their answers at once."""
        queued, self._queue = self._queue, []
        return at_once(self._connection, [*queued, *statements])[len(queued) :]

    # ------------------------------------------------------------------------------ asking
    def lock(self, family_ids: Iterable[str]) -> None:
        self._queue += self._locks.statements(family_ids)

    def prefetch(self, wanted: Wanted) -> None:
        envelopes = _comparable(wanted.envelopes)
        held, devices, accounts = self._burst(
            [
                (HELD, (envelopes,)),
                (DEVICES, (sorted(set(wanted.devices)),)),
                (ACCOUNTS, (sorted(set(wanted.accounts)),)),
            ]
        )
        self.held |= {id_: [] for id_ in envelopes}
        for id_, *columns in held:
            self.held[id_].append(to_held(columns))
        self.known.devices |= {row[0]: to_device(row) for row in devices}
        self._note_accounts(accounts)
        new = sum(not self.held[id_] for id_ in envelopes)
        above = {account.supervisor_id or "" for account in self.known.accounts.values()}
        self.load(wanted.families, {*wanted.accounts, *above}, numbers=new)

    def load(
        self, family_ids: Iterable[str], account_ids: Iterable[str] = (), *, numbers: int = 0
    ) -> None:
        """Everything about these families; ``numbers``: how many new envelopes may need one."""
        ids = _comparable(set(family_ids) - set(self.known.cases))
        of = {"families": ids, "keys": [f"case:{id_}" for id_ in ids]}
        of["accounts"] = sorted(set(account_ids))
        statements: list[tuple[str, Sequence[Any] | Mapping[str, Any]]] = []
        if numbers and self.point is None:
            statements.append((POINT_AND_NUMBERS, (numbers,)))
        first = len(statements)
        if ids or of["accounts"]:
            statements += [(sql, of) for sql in OF_FAMILIES]
        if not statements:
            return
        answers = self._burst(statements)
        if first:
            found = answers[0].fetchall()
            self.point = found[0][0]
            self.numbers = [number for _, number in found]
        if len(statements) > first:
            self._note(ids, of["accounts"], answers[first:])

    def _note(
        self, ids: list[str], account_ids: list[str], answers: Sequence[psycopg.Cursor[Row]]
    ) -> None:
        known = self.known
        cases, families, members, visits, results, *others = answers
        orders, decisions, conflicts, drafts, waiting, areas, shown, accounts = others
        self._note_accounts(accounts)
        known.cases |= dict.fromkeys(ids)
        for id_ in ids:
            known.members[id_], known.visits[id_], known.results[id_] = [], [], []
            known.orders[id_], known.waiting[id_] = [], []
            known.decisions[id_], known.conflicts[id_], known.drafts[id_] = [], [], []
            known.shown[f"case:{id_}"] = {}
        for id_ in account_ids:
            known.areas_shown.setdefault(id_, {})
        known.cases |= {row[0]: to_case(row) for row in cases}
        known.families |= {row[0]: to_family(row) for row in families}
        for row in members:
            known.members[row[0]].append(to_member(row[1:]))
        for row in visits:
            known.visits[row[2]].append(VisitRow(*row))
        for row in results:
            result = to_result(row)
            known.results[result.counts_for].append(result)
        for row in orders:
            known.orders[row[0]].append(Assignment(*row))
        for row in decisions:
            known.decisions[row[1]].append(Decision(*row))
        for row in conflicts:
            known.conflicts[row[0]].append(Conflict(*row))
        for row in drafts:
            known.drafts[row[1]].append(DraftRow(*row))
        for row in waiting:
            known.waiting[row[0]].append(TakenEnvelope(*row[1:]))
        for code, name, level, parent, bps_code in areas:
            known.areas[code] = AreaBody(
                code=code, name=name, level=level, parent=parent, bps_code=bps_code
            )
        for account_id, key, gone, reason, sha256 in shown:
            if key.startswith("area:"):
                known.areas_shown[account_id][key] = (gone, reason, sha256)
            else:
                known.shown[key][account_id] = (gone, reason, sha256)

    def _note_accounts(self, rows: Iterable[Row]) -> None:
        self.known.accounts |= {row[0]: to_account(row) for row in rows}


def _comparable(ids: Iterable[str]) -> list[str]:
    """Sorted. NotInBatchError for an id that the database writes otherwise than it was given."""
    found = sorted(set(ids))
    if any("\0" in id_ for id_ in found):
        raise NotInBatchError
    return found

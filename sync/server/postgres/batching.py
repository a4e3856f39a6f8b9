"""A writing transaction in two bursts: lock and ask, write and commit.

An interview costs some 24 statements; each on its own is a way to the database and back. Here
what a batch needs is asked for in two statements, and what it writes is kept until the end, a
statement a table. Statements that nobody foresaw go out as they come, behind whatever was
kept: they are slower, never wrong.

What it cannot do is a savepoint. A batch that needs one, or that the database refuses, is undone
and done again by ``PostgresTransaction``, statement by statement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import psycopg

from enumerator.store.feed import AreaBody, FamilyBody, MemberBody
from sync.server.postgres.bursting import Answer, Connection, Statement, at_once
from sync.server.postgres.connecting import FamilyLocks, writing_begun
from sync.server.postgres.keeping import Kept
from sync.server.postgres.loading import READS, Rows, answered, to_held
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
_AREA = ("code", "name", "level", "parent", "bps_code")


class NotInBatchError(TryAgainError):
    """This work needs savepoints: again, statement by statement."""


class MoreCasesError(TryAgainError):
    """This work needs more cases than it locked at first: again, with all of ``family_ids``."""

    def __init__(self, family_ids: frozenset[str]) -> None:
        super().__init__("more cases")
        self.family_ids = family_ids


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
    successors: dict[str, list[str]] = field(default_factory=dict)
    shown: dict[str, dict[str, Shown]] = field(default_factory=dict)
    """Key of a case → account → its row."""
    areas: dict[str, AreaBody] = field(default_factory=dict)
    areas_shown: dict[tuple[str, str], Shown | None] = field(default_factory=dict)
    """By account and key; None: no row."""
    accounts: dict[str, Account] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)

    def note(self, ids: Sequence[str], account_ids: Sequence[str], rows: dict[str, Rows]) -> None:
        """Answers about these families, and about these accounts at least."""
        self._note_cases(ids, rows)
        for row in rows["decisions"]:
            self.decisions[row[1]].append(Decision(*row))
        for row in rows["conflicts"]:
            self.conflicts[row[0]].append(Conflict(*row))
        for row in rows["drafts"]:
            self.drafts[row[1]].append(DraftRow(*row))
        for family_id, *columns in rows["waiting"]:
            self.waiting[family_id].append(TakenEnvelope(*columns))
        for family_id, successor_id in rows["successors"]:
            self.successors[family_id].append(successor_id)
        for account_id, key, *shown in rows["shown"]:
            self.shown[key][account_id] = _shown(shown)
        self._note_accounts(account_ids, rows)

    def _note_cases(self, ids: Sequence[str], rows: dict[str, Rows]) -> None:
        self.cases |= dict.fromkeys(ids)
        for id_ in ids:
            self.members[id_], self.visits[id_], self.results[id_] = [], [], []
            self.orders[id_], self.waiting[id_], self.successors[id_] = [], [], []
            self.decisions[id_], self.conflicts[id_], self.drafts[id_] = [], [], []
            self.shown[f"case:{id_}"] = {}
        self.cases |= {row[0]: to_case(row) for row in rows["cases"]}
        self.families |= {row[0]: to_family(row) for row in rows["families"]}
        for family_id, *columns in rows["members"]:
            self.members[family_id].append(to_member(columns))
        for row in rows["visits"]:
            self.visits[row[2]].append(VisitRow(*row))
        for row in rows["results"]:
            result = to_result(row)
            self.results[result.counts_for].append(result)
        for row in rows["orders"]:
            self.orders[row[0]].append(Assignment(*row))

    def _note_accounts(self, ids: Sequence[str], rows: dict[str, Rows]) -> None:
        """With the areas that are shown to them and to those above them."""
        self.devices |= {row[0]: to_device(row) for row in rows["devices"]}
        accounts = [to_account(row) for row in rows["accounts"]]
        self.accounts |= {account.account_id: account for account in accounts}
        areas = [AreaBody(**dict(zip(_AREA, row, strict=True))) for row in rows["areas"]]
        self.areas |= {area.code: area for area in areas}
        asked = {*ids, *(one.account_id for one in accounts)}
        asked |= {one.supervisor_id for one in accounts if one.supervisor_id is not None}
        self.areas_shown |= {(id_, f"area:{area.code}"): None for id_ in asked for area in areas}
        for account_id, key, *shown in rows["areas_shown"]:
            self.areas_shown[account_id, key] = _shown(shown)


class Batch:
    """In a connection's place for whoever runs statements; ends with :meth:`commit`.
    psycopg's errors, as they come."""

    def __init__(self, connection: Connection, more: Collection[str] = ()) -> None:
        """``more``: cases to lock besides those that are prefetched."""
        self._connection = connection
        self._more = more
        self._has_asked = False
        self._locks = FamilyLocks()
        self._queue: list[Statement] = [("BEGIN", ()), _begun()]
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
        if self._queue:
            self._burst([])
        return self._connection.execute(sql, parameters or None)

    def cursor(self, *_: object) -> NoReturn:
        """For readers, who stream rows by it."""
        raise NotInBatchError

    def commit(self) -> None:
        self._queue += self.kept.statements()
        done = self._burst([("COMMIT", ())])[-1]
        if done.command_status != b"COMMIT":
            raise TryAgainError((done.command_status or b"").decode())

    def _burst(self, statements: Sequence[Statement]) -> list[Answer]:
        """Sends what is queued and these, and waits for all their answers at once."""
        queued, self._queue = self._queue, []
        return at_once(self._connection, [*queued, *statements])[len(queued) :]

    # ------------------------------------------------------------------------------ asking
    def lock(self, family_ids: Iterable[str]) -> None:
        self._queue += self._locks.statements(family_ids)

    def lock_all(self, family_ids: Iterable[str]) -> None:
        """MoreCasesError when not all of them were locked before the first question: then it has
        a point already, and who comes later to a case must have the larger one."""
        wanted = frozenset(family_ids)
        statements = self._locks.statements(wanted)
        if statements and self._has_asked:
            raise MoreCasesError(wanted)
        self._queue += statements

    def prefetch(self, wanted: Wanted) -> None:
        self.lock({*wanted.families, *self._more})
        self._has_asked = True
        envelopes = _comparable(wanted.envelopes)
        self.held |= {id_: [] for id_ in envelopes}
        self._ask(
            {*wanted.families, *self._more},
            envelopes=envelopes,
            devices=sorted(set(wanted.devices)),
            accounts=sorted(set(wanted.accounts)),
        )

    def load(self, family_ids: Iterable[str]) -> None:
        """Everything about these families."""
        self._ask(set(family_ids))

    def _ask(
        self,
        family_ids: set[str],
        *,
        envelopes: Sequence[str] = (),
        devices: Sequence[str] = (),
        accounts: Sequence[str] = (),
    ) -> None:
        ids = _comparable(family_ids - set(self.known.cases))
        asked = {
            "families": ids,
            "keys": [f"case:{id_}" for id_ in ids],
            "envelopes": list(envelopes),
            "devices": list(devices),
            "accounts": list(accounts),
        }
        found = self._burst([(sql, asked) for sql in READS])
        texts = (one.get_value(0, place) for one in found for place in range(one.nfields))
        answers = answered(texts)
        for point, number in answers["places"]:
            self.point = point
            self.numbers.append(number)
        for id_, *columns in answers["held"]:
            self.held[id_].append(to_held(columns))
        self.known.note(ids, accounts, answers)


def _comparable(ids: Iterable[str]) -> list[str]:
    """Sorted. NotInBatchError for an id that the database writes otherwise than it was given."""
    found = sorted(set(ids))
    if any("\0" in id_ for id_ in found):
        raise NotInBatchError
    return found


def _shown(columns: Sequence[Any]) -> Shown:
    gone, reason, sha256 = columns
    return gone, reason, sha256


def _begun() -> Statement:
    """A batch asks always alike, for a few rows by their keys. To plan that anew each time takes
    longer than to answer; and a plan that was made while a table was small must not read all of
    it when it has grown."""
    sql, parameters = writing_begun()
    planned = (
        ", set_config('plan_cache_mode', 'force_generic_plan', true)"
        ", set_config('enable_seqscan', 'off', true)"
    )
    return sql + planned, parameters

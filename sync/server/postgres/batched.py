"""The groups of rows in a batch: what it knows is not asked for, what it writes is kept.

Whatever is not here is inherited, and runs its statements as they come.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator
from typing import cast

from enumerator.store.feed import AreaBody, FamilyBody, MemberBody
from sync.server.postgres.accounts import PostgresAccounts
from sync.server.postgres.areas import PostgresAreas
from sync.server.postgres.batching import Batch, NotInBatchError
from sync.server.postgres.cases import PostgresCases
from sync.server.postgres.commands import PostgresCommands
from sync.server.postgres.connecting import Connection
from sync.server.postgres.decisions import PostgresDecisions
from sync.server.postgres.envelopes import PostgresEnvelopes
from sync.server.postgres.escrows import PostgresEscrows
from sync.server.postgres.events import PostgresEvents
from sync.server.postgres.media import PostgresMedia
from sync.server.postgres.streams import PostgresStreams
from sync.server.postgres.transactions import PostgresTransaction
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
    StreamState,
    TakenEnvelope,
    TryAgainError,
    VisitRow,
    Wanted,
)


class BatchedTransaction(PostgresTransaction):
    def __init__(self, batch: Batch) -> None:
        super().__init__(cast(Connection, batch), None)
        self._batch = batch
        self.accounts = BatchedAccounts(batch)
        self.envelopes = BatchedEnvelopes(batch)
        self.cases = BatchedCases(batch)
        self.decisions = BatchedDecisions(batch, self.cases)
        self.events = BatchedEvents(batch)
        self.streams = BatchedStreams(batch)
        self.areas = BatchedAreas(batch)
        self.media = BatchedMedia(batch)
        self.commands = PostgresCommands(cast(Connection, batch), is_writing=True)
        self.escrows = PostgresEscrows(cast(Connection, batch), is_writing=True)

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        try:
            yield
        except TryAgainError:
            raise
        except Exception as error:
            raise NotInBatchError from error

    def lock_families(self, family_ids: Iterable[str]) -> None:
        self._batch.lock_all(family_ids)

    def prefetch(self, wanted: Wanted) -> None:
        self._batch.prefetch(wanted)

    def next_point(self) -> int:
        return super().next_point() if self._batch.point is None else self._batch.point


class BatchedAccounts(PostgresAccounts):
    def __init__(self, batch: Batch) -> None:
        super().__init__(cast(Connection, batch), is_writing=True)
        self._known = batch

    def get(self, account_id: str) -> Account | None:
        return self._known.known.accounts.get(account_id) or super().get(account_id)

    def device(self, device_id: str) -> Device | None:
        return self._known.known.devices.get(device_id) or super().device(device_id)


class BatchedEnvelopes(PostgresEnvelopes):
    def __init__(self, batch: Batch) -> None:
        super().__init__(cast(Connection, batch))
        self._batch = batch

    def held(self, envelope_id: str) -> list[HeldEnvelope]:
        if envelope_id not in self._batch.held:
            self._batch.held[envelope_id] = super().held(envelope_id)
        return list(self._batch.held[envelope_id])

    def next_number(self) -> int:
        return self._batch.numbers.pop(0) if self._batch.numbers else super().next_number()

    def add(self, envelope: NewEnvelope) -> None:
        held = self.held(envelope.envelope_id)
        one = HeldEnvelope(envelope.hash, envelope.signature, envelope.reason, envelope.receipt)
        self._batch.held[envelope.envelope_id] = [*held, one]
        self._batch.kept.envelopes.append(envelope)
        self._batch.told[envelope.number] = envelope

    def waiting(self, family_ids: Iterable[str]) -> list[TakenEnvelope]:
        """Who waits for a case, waits since it had the case's lock."""
        wanted = set(family_ids)
        known = self._batch.known.waiting
        if not wanted.issubset(known):
            return super().waiting(wanted)
        found = {one.number: one for family_id in wanted for one in known[family_id]}
        return [found[number] for number in sorted(found)]


class BatchedCases(PostgresCases):
    def __init__(self, batch: Batch) -> None:
        super().__init__(cast(Connection, batch), None)
        self._batch = batch

    def get(self, family_id: str) -> Case | None:
        self._load(family_id)
        return self._batch.known.cases[family_id]

    def family(self, family_id: str) -> FamilyBody | None:
        self._load(family_id)
        return self._batch.known.families.get(family_id)

    def members(self, family_id: str) -> list[MemberBody]:
        self._load(family_id)
        return list(self._batch.known.members[family_id])

    def add_assignment(self, assignment: Assignment) -> None:
        self._load(assignment.family_id)
        orders = self._batch.known.orders[assignment.family_id]
        place = (assignment.place, assignment.number)
        if all((one.place, one.number) != place for one in orders):
            orders.append(assignment)
            orders.sort(key=lambda one: (one.place, one.number))
            self._batch.kept.assignments.append(assignment)

    def assignments(self, family_id: str) -> list[Assignment]:
        self._load(family_id)
        return list(self._batch.known.orders[family_id])

    def assign(self, assignment: Assignment) -> None:
        case = self.get(assignment.family_id)
        if case is not None:
            self._hand(
                dataclasses.replace(
                    case,
                    officer_id=assignment.officer_id,
                    assigned_at=assignment.assigned_at,
                    assigned_point=assignment.point,
                    assigned_incarnation=assignment.incarnation,
                    assigned_sequence=assignment.sequence,
                )
            )

    def note_order(self, family_id: str, incarnation: str, sequence: int) -> None:
        case = self.get(family_id)
        if case is not None:
            self._hand(
                dataclasses.replace(
                    case, assigned_incarnation=incarnation, assigned_sequence=sequence
                )
            )

    def was_assigned(self, family_id: str, officer_id: str) -> bool:
        return any(one.officer_id == officer_id for one in self.assignments(family_id))

    def save_body(self, family_id: str, version: int, body: bytes, sha256: bytes) -> None:
        case = self.get(family_id)
        if case is not None:
            self._batch.known.cases[family_id] = dataclasses.replace(
                case, version=version, body_sha256=sha256
            )
            self._batch.kept.bodies[family_id] = (family_id, version, body, sha256)

    def add_visit(self, visit: VisitRow) -> bool:
        """One that another family has already is refused by the database, and done again without
        a batch."""
        self._load(visit.family_id)
        visits = self._batch.known.visits[visit.family_id]
        if any(one.visit_id == visit.visit_id for one in visits):
            return False
        visits.append(visit)
        self._batch.kept.visits.append(visit)
        return True

    def visits(self, family_id: str) -> list[VisitRow]:
        self._load(family_id)
        return list(self._batch.known.visits[family_id])

    def add_result(self, result: Result) -> None:
        self._load(result.counts_for)
        self._batch.known.results[result.counts_for].append(result)
        self._batch.kept.results[result.number] = result

    def results(self, family_id: str) -> list[Result]:
        self._load(family_id)
        return [self._with_receipt(one) for one in self._batch.known.results[family_id]]

    def set_canonical(self, family_id: str, number: int | None) -> None:
        self._load(family_id)
        kept = self._batch.kept
        results = self._batch.known.results[family_id]
        for place, result in enumerate(results):
            canonical = result.number == number
            if result.canonical == canonical:
                continue
            results[place] = dataclasses.replace(result, canonical=canonical)
            if result.number in kept.results:
                kept.results[result.number] = results[place]
            else:
                kept.canonical[result.number] = canonical

    def _hand(self, case: Case) -> None:
        self._batch.known.cases[case.family_id] = case
        self._batch.kept.hands[case.family_id] = case

    def _load(self, family_id: str) -> None:
        if family_id not in self._batch.known.cases:
            self._batch.lock([family_id])
            self._batch.load([family_id])

    def _with_receipt(self, result: Result) -> Result:
        """Those of this batch have no envelope in the database yet."""
        envelope = self._batch.told.get(result.number)
        if envelope is None or result.envelope_id:
            return result
        return dataclasses.replace(
            result,
            envelope_id=envelope.envelope_id,
            receipt_no=envelope.receipt_no,
            received_at=envelope.received_at,
        )


class BatchedDecisions(PostgresDecisions):
    def __init__(self, batch: Batch, cases: BatchedCases) -> None:
        super().__init__(cast(Connection, batch))
        self._batch = batch
        self._cases = cases

    def of_case(self, family_id: str) -> list[Decision]:
        self._cases.get(family_id)
        return list(self._batch.known.decisions[family_id])

    def drafts(self, family_id: str) -> list[DraftRow]:
        self._cases.get(family_id)
        return list(self._batch.known.drafts[family_id])

    def conflicts(self, family_id: str) -> list[Conflict]:
        self._cases.get(family_id)
        return list(self._batch.known.conflicts[family_id])

    def put_conflict(self, conflict: Conflict) -> None:
        known = {one.other: one for one in self.conflicts(conflict.family_id)}
        before = known.get(conflict.other)
        if before is not None:
            conflict = dataclasses.replace(conflict, opened_at=before.opened_at, point=before.point)
        known[conflict.other] = conflict
        self._batch.known.conflicts[conflict.family_id] = [known[key] for key in sorted(known)]
        self._batch.kept.conflicts[conflict.family_id, conflict.other] = conflict


class BatchedEvents(PostgresEvents):
    def __init__(self, batch: Batch) -> None:
        super().__init__(cast(Connection, batch))
        self._batch = batch

    def successors(self, family_ids: Iterable[str]) -> list[str]:
        wanted = set(family_ids)
        known = self._batch.known.successors
        if not wanted.issubset(known):
            return super().successors(wanted)
        return sorted({one for family_id in wanted for one in known[family_id]})


class BatchedStreams(PostgresStreams):
    def __init__(self, batch: Batch) -> None:
        super().__init__(cast(Connection, batch))
        self._batch = batch

    def put(self, account_id: str, state: StreamState) -> bool:
        """Counters are drawn at the end, by account in one order."""
        known = self._batch.known
        shown = (state.gone, state.reason, state.body_sha256)
        if state.key in known.shown:
            is_same = known.shown[state.key].get(account_id) == shown
            known.shown[state.key][account_id] = shown
        elif (account_id, state.key) in known.areas_shown:
            is_same = known.areas_shown[account_id, state.key] == shown
            known.areas_shown[account_id, state.key] = shown
        else:
            return super().put(account_id, state)
        if is_same:
            return False
        self._batch.kept.streams[account_id, state.key] = state
        return True

    def accounts_with(self, key: str) -> list[str]:
        rows = self._batch.known.shown.get(key)
        if rows is None:
            return super().accounts_with(key)
        return sorted(
            account_id
            for account_id, (gone, _, sha256) in rows.items()
            if not gone or sha256 is not None
        )


class BatchedAreas(PostgresAreas):
    def __init__(self, batch: Batch) -> None:
        super().__init__(cast(Connection, batch))
        self._batch = batch

    def get(self, code: str) -> AreaBody | None:
        return self._batch.known.areas.get(code) or super().get(code)


class BatchedMedia(PostgresMedia):
    def __init__(self, batch: Batch) -> None:
        super().__init__(cast(Connection, batch), is_writing=True)
        self._batch = batch

    def name(self, number: int, sha256s: Iterable[str]) -> None:
        self._batch.kept.named.update((sha256, number) for sha256 in sha256s)

"""What a batch writes, kept until its end: a statement a table, however many rows."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.server.postgres.connecting import Statement
from sync.server.rows import ASSIGNMENT_COLUMNS, CONFLICT_COLUMNS
from sync.server.store import (
    Assignment,
    Case,
    Conflict,
    NewEnvelope,
    Result,
    StreamState,
    VisitRow,
)


def _given(types: str) -> str:
    """Columns as arrays, which a statement takes in one parameter each."""
    return "unnest(" + ", ".join(f"%b::{name}[]" for name in types.split()) + ")"


# A family's region is looked up on the way.
_ENVELOPES = (
    "WITH news AS (SELECT * FROM "
    + _given(
        "bigint text bytea bytea bytea bytea text text text text bigint text text bigint text text"
        " text text bytea bytea"
    )
    + " AS n (number, envelope_id, envelope_hash, header, body, signature, kind, account_id,"
    " device_id, incarnation, sequence, family_id, carried_by, point, received_at, status, reason,"
    " receipt_no, receipt_payload, receipt_signature)),"
    " stored AS (INSERT INTO custody (number, envelope_id, envelope_hash, signature, kind,"
    "  account_id, device_id, incarnation, sequence, family_id, carried_by, point, received_at,"
    "  status, reason, receipt_no, receipt_payload, receipt_signature, region)"
    "  SELECT number, envelope_id, envelope_hash, signature, kind, account_id, device_id,"
    "  incarnation, sequence, family_id, carried_by, point, received_at, status, reason,"
    "  receipt_no, receipt_payload, receipt_signature,"
    "  coalesce((SELECT province FROM family WHERE family.family_id = news.family_id), '')"
    "  FROM news RETURNING number, region)"
    " INSERT INTO envelope_body (region, number, header, body)"
    " SELECT region, number, header, body FROM stored JOIN news USING (number)"
)
_NAMED = (
    "INSERT INTO envelope_media (sha256, envelope_number) SELECT * FROM "
    + _given("text bigint")
    + " ON CONFLICT DO NOTHING"
)
_VISITS = (
    "INSERT INTO visit (visit_id, envelope_number, family_id, officer_id, started_at,"
    " outcome, late_assignee, body) SELECT * FROM "
    + _given("text bigint text text text text bool bytea")
)
_RESULTS = (
    "INSERT INTO result (envelope_number, family_id, officer_id, kind, outcome, rank,"
    " point, form_id, form_version, base_version, late_assignee, canonical, failing,"
    " key_answers, instance_id, replaces, counts_for, eligible, answers) SELECT * FROM "
    + _given(
        "bigint text text text text bigint bigint text text bigint bool bool bigint text text text"
        " text bool text"
    )
)
_CANONICAL = (
    "UPDATE result SET canonical = n.canonical FROM "
    + _given("bigint bool")
    + " AS n (number, canonical) WHERE envelope_number = n.number"
)
_CONFLICTS = (
    f"INSERT INTO conflict ({CONFLICT_COLUMNS}) SELECT * FROM "
    + _given("text bigint bigint text bigint text text bigint")
    + " ON CONFLICT (family_id, other_envelope) DO UPDATE"
    " SET kept_envelope = excluded.kept_envelope, state = excluded.state,"
    " closed_at = excluded.closed_at, closed_by = excluded.closed_by"
)
_ASSIGNMENTS = f"INSERT INTO assignment ({ASSIGNMENT_COLUMNS}) SELECT * FROM " + _given(
    "text text bigint bigint text text text bigint text bigint bool"
)
_HANDS = (
    "UPDATE field_case AS c SET officer_id = n.officer_id, assigned_at = n.assigned_at,"
    " assigned_point = n.point, assigned_incarnation = n.incarnation,"
    " assigned_sequence = n.sequence FROM "
    + _given("text text text bigint text bigint")
    + " AS n (family_id, officer_id, assigned_at, point, incarnation, sequence)"
    " WHERE c.family_id = n.family_id"
)
_BODIES = (
    "UPDATE field_case AS c SET version = n.version, body = n.body, body_sha256 = n.sha256 FROM "
    + _given("text bigint bytea bytea")
    + " AS n (family_id, version, body, sha256) WHERE c.family_id = n.family_id"
)
# The row locks that order the streams, held until commit.
_LOCK_STREAMS = (
    "SELECT account_id FROM stream WHERE account_id = ANY (%b::text[])"
    " ORDER BY account_id FOR UPDATE"
)
_STREAMS = (
    "WITH news AS (SELECT * FROM "
    + _given("text bigint text bool text text bytea bytea")
    + " AS n (account_id, nth, key, gone, reason, family_id, body, body_sha256)),"
    " raised AS (UPDATE stream SET counter = stream.counter + many.news"
    "  FROM (SELECT account_id, count(*) AS news FROM news GROUP BY account_id) AS many"
    "  WHERE stream.account_id = many.account_id"
    "  RETURNING stream.account_id, stream.counter - many.news AS before)"
    " INSERT INTO stream_row"
    " (account_id, key, counter, gone, reason, family_id, body, body_sha256)"
    " SELECT account_id, key, before + nth, gone, reason, family_id, body, body_sha256"
    " FROM news JOIN raised USING (account_id)"
    " ON CONFLICT (account_id, key) DO UPDATE SET counter = excluded.counter,"
    " gone = excluded.gone, reason = excluded.reason, family_id = excluded.family_id,"
    " body = excluded.body, body_sha256 = excluded.body_sha256"
)


@dataclass(slots=True)
class Kept:
    """By table; of what is written twice only the last remains."""

    envelopes: list[NewEnvelope] = field(default_factory=list)
    named: set[tuple[str, int]] = field(default_factory=set)
    """Content and the number of the envelope that names it."""
    visits: list[VisitRow] = field(default_factory=list)
    results: dict[int, Result] = field(default_factory=dict)
    canonical: dict[int, bool] = field(default_factory=dict)
    """Of results that the database holds already."""
    conflicts: dict[tuple[str, int], Conflict] = field(default_factory=dict)
    assignments: list[Assignment] = field(default_factory=list)
    hands: dict[str, Case] = field(default_factory=dict)
    bodies: dict[str, tuple[str, int, bytes, bytes]] = field(default_factory=dict)
    streams: dict[tuple[str, str], StreamState] = field(default_factory=dict)
    """By account and key."""

    def statements(self) -> list[Statement]:
        """In the order in which they refer to each other; the streams, whose locks others wait
        for, last."""
        found: list[Statement] = []
        for sql, rows in (
            (_ENVELOPES, map(_envelope_row, self.envelopes)),
            (_NAMED, sorted(self.named)),
            (_VISITS, map(_visit_row, self.visits)),
            (_RESULTS, map(_result_row, self.results.values())),
            (_CANONICAL, iter(self.canonical.items())),
            (_CONFLICTS, map(_conflict_row, self.conflicts.values())),
            (_ASSIGNMENTS, map(_assignment_row, self.assignments)),
            (_HANDS, map(_hands_row, self.hands.values())),
            (_BODIES, iter(self.bodies.values())),
        ):
            columns = _columns(rows)
            if columns:
                found.append((sql, columns))
        if self.streams:
            found += self._stream_statements()
        return found

    def _stream_statements(self) -> list[Statement]:
        nth: dict[str, int] = {}
        rows = []
        for (account_id, key), state in sorted(self.streams.items(), key=lambda entry: entry[0]):
            nth[account_id] = nth.get(account_id, 0) + 1
            rows.append(
                (
                    account_id,
                    nth[account_id],
                    key,
                    state.gone,
                    state.reason,
                    state.family_id,
                    state.body,
                    state.body_sha256,
                )
            )
        return [(_LOCK_STREAMS, (sorted(nth),)), (_STREAMS, _columns(rows))]


def _columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _envelope_row(envelope: NewEnvelope) -> tuple[Any, ...]:
    return (
        envelope.number,
        envelope.envelope_id,
        envelope.hash,
        envelope.header,
        envelope.body,
        envelope.signature,
        envelope.kind,
        envelope.account_id,
        envelope.device_id,
        envelope.incarnation,
        envelope.sequence,
        envelope.family_id,
        envelope.carried_by,
        envelope.point,
        envelope.received_at,
        envelope.status,
        envelope.reason,
        envelope.receipt_no,
        envelope.receipt.payload,
        envelope.receipt.signature,
    )


def _visit_row(visit: VisitRow) -> tuple[Any, ...]:
    return (
        visit.visit_id,
        visit.number,
        visit.family_id,
        visit.officer_id,
        visit.started_at,
        visit.outcome,
        visit.late_assignee,
        visit.body,
    )


def _result_row(result: Result) -> tuple[Any, ...]:
    return (
        result.number,
        result.family_id,
        result.officer_id,
        result.kind,
        result.outcome,
        result.rank,
        result.point,
        result.form_id,
        result.form_version,
        result.base_version,
        result.late_assignee,
        result.canonical,
        result.failing,
        result.key_answers,
        result.instance_id,
        result.replaces,
        result.counts_for,
        result.eligible,
        result.answers,
    )


def _conflict_row(conflict: Conflict) -> tuple[Any, ...]:
    return (
        conflict.family_id,
        conflict.kept,
        conflict.other,
        conflict.opened_at,
        conflict.point,
        conflict.state,
        conflict.closed_at,
        conflict.closed_by,
    )


def _assignment_row(assignment: Assignment) -> tuple[Any, ...]:
    return (
        assignment.family_id,
        assignment.officer_id,
        assignment.place,
        assignment.point,
        assignment.assigned_at,
        assignment.assigned_by,
        assignment.reason,
        assignment.number,
        assignment.incarnation,
        assignment.sequence,
        assignment.with_drafts,
    )


def _hands_row(case: Case) -> tuple[Any, ...]:
    return (
        case.family_id,
        case.officer_id,
        case.assigned_at,
        case.assigned_point,
        case.assigned_incarnation,
        case.assigned_sequence,
    )

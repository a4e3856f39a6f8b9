"""Custody: envelopes as they came, with their receipts. Rows are added; only what holds of one
may change."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from collections.abc import Iterable, Iterator

from enumerator.store.envelope import Header
from enumerator.store.receipt import Receipt
from sync.server.postgres.connecting import Connection, only
from sync.server.rows import TAKEN_COLUMNS, stored_sequence
from sync.server.store import Chain, HeldEnvelope, NewEnvelope, TakenEnvelope

_OF_CHAIN = (
    "hashtextextended(incarnation, 0) = hashtextextended(%(incarnation)s::text, 0)"
    " AND incarnation = %(incarnation)s AND device_id = %(device)s"
    " AND sequence > 0 AND reason <> 'bad_signature'"
)

# Distinct sequence numbers in their order: those that stand at their own place have no gap below.
_CHAIN = (
    f"WITH chain AS (SELECT sequence, envelope_hash FROM custody WHERE {_OF_CHAIN}),"
    " numbered AS (SELECT sequence, row_number() OVER (ORDER BY sequence) AS nth"
    "  FROM (SELECT DISTINCT sequence FROM chain) AS whole)"
    " SELECT count(*), count(*) FILTER (WHERE sequence = nth), max(sequence),"
    " (SELECT envelope_hash FROM chain ORDER BY sequence DESC, envelope_hash LIMIT 1),"
    " (SELECT count(DISTINCT (sequence, envelope_hash)) FROM chain) > count(*)"
    " FROM numbered"
)


class PostgresEnvelopes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def held(self, envelope_id: str) -> list[HeldEnvelope]:
        rows = self._connection.execute(
            "SELECT envelope_hash, signature, reason, receipt_payload, receipt_signature"
            " FROM custody WHERE envelope_id = %s ORDER BY number",
            (envelope_id,),
        )
        return [
            HeldEnvelope(hash_, signature, reason, Receipt(payload, mark))
            for hash_, signature, reason, payload, mark in rows
        ]

    def next_number(self) -> int:
        """With gaps: a transaction that is undone has used its numbers."""
        return only(self._connection.execute("SELECT nextval('envelope_number')"))

    def add(self, envelope: NewEnvelope) -> None:
        self._connection.execute(
            "INSERT INTO custody (number, envelope_id, envelope_hash, signature, kind, account_id,"
            " device_id, incarnation, sequence, family_id, carried_by, point, received_at, status,"
            " reason, receipt_no, receipt_payload, receipt_signature, region)"
            " VALUES (" + ", ".join(["%s"] * 18) + ","
            " coalesce((SELECT province FROM family WHERE family_id = %s), ''))",
            (
                envelope.number,
                envelope.envelope_id,
                envelope.hash,
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
                envelope.family_id,
            ),
        )
        self._connection.execute(
            "INSERT INTO envelope_body (region, number, header, body)"
            " SELECT region, number, %s, %s FROM custody WHERE number = %s",
            (envelope.header, envelope.body, envelope.number),
        )

    def chain(self, incarnation: str, device_id: str) -> Chain:
        row = self._connection.execute(
            _CHAIN, {"incarnation": incarnation, "device": device_id}
        ).fetchone()
        if row is None or not row[0]:
            return Chain(0, 0, 0, b"", False)
        held, whole_to, longest, head, is_forked = row
        return Chain(held, whole_to, longest, head, is_forked)

    def bodies(self, numbers: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        for number in numbers:
            row = self._connection.execute(
                "SELECT body FROM envelope WHERE number = %s", (number,)
            ).fetchone()
            if row is not None:
                yield number, row[0]

    def id_of(self, number: int) -> str:
        row = self._connection.execute(
            "SELECT envelope_id FROM custody WHERE number = %s", (number,)
        ).fetchone()
        return "" if row is None else str(row[0])

    def quarantined_for(self, reasons: Iterable[str], device_id: str | None = None) -> list[int]:
        rows = self._connection.execute(
            "SELECT number FROM custody WHERE status = 'quarantined'"
            " AND reason = ANY (%s::text[]) AND (%s::text IS NULL OR device_id = %s)"
            " ORDER BY number",
            (list(reasons), device_id, device_id),
        )
        return [int(number) for (number,) in rows]

    def taken(self, number: int) -> TakenEnvelope | None:
        row = self._connection.execute(
            f"SELECT {TAKEN_COLUMNS} FROM envelope WHERE number = %s", (number,)
        ).fetchone()
        return None if row is None else TakenEnvelope(*row)

    def judged(self, number: int, status: str, reason: str) -> None:
        self._connection.execute(
            "UPDATE custody SET status = %s, reason = %s WHERE number = %s",
            (status, reason, number),
        )

    def describe(self, number: int, header: Header) -> None:
        self._connection.execute(
            "UPDATE custody SET kind = %s, account_id = %s, device_id = %s, incarnation = %s,"
            " sequence = %s, family_id = %s WHERE number = %s",
            (
                header.kind,
                header.account_id,
                header.device_id,
                header.incarnation,
                stored_sequence(header),
                header.family_id,
                number,
            ),
        )

    def wait(self, number: int, family_ids: Iterable[str]) -> None:
        self._connection.execute("DELETE FROM waiting WHERE envelope_number = %s", (number,))
        self._connection.execute(
            "INSERT INTO waiting (family_id, envelope_number)"
            " SELECT DISTINCT family_id, %s::bigint FROM unnest(%s::text[]) AS family_id",
            (number, sorted(set(family_ids))),
        )

    def waiting(self, family_ids: Iterable[str]) -> list[TakenEnvelope]:
        rows = self._connection.execute(
            f"SELECT {TAKEN_COLUMNS} FROM envelope WHERE number IN"
            " (SELECT envelope_number FROM waiting"
            " WHERE family_id = ANY (%s::text[])) ORDER BY number",
            (sorted(set(family_ids)),),
        )
        return [TakenEnvelope(*row) for row in rows]

    def awaited(self) -> list[str]:
        rows = self._connection.execute(
            "SELECT DISTINCT family_id FROM waiting JOIN field_case USING (family_id)"
            " ORDER BY family_id"
        )
        return [family_id for (family_id,) in rows]

    def headers(self, above: int, limit: int) -> list[tuple[int, bytes]]:
        rows = self._connection.execute(
            "SELECT number, header FROM envelope WHERE number > %s ORDER BY number LIMIT %s",
            (above, limit),
        )
        return [(number, header) for number, header in rows]

    def count_by_status(self) -> dict[str, int]:
        return self._counts("SELECT status, count(*) FROM custody GROUP BY status")

    def count_by_kind(self) -> dict[str, int]:
        return self._counts("SELECT kind, count(*) FROM custody GROUP BY kind")

    def count_by_reason(self) -> dict[str, int]:
        return self._counts(
            "SELECT reason, count(*) FROM custody WHERE status = 'quarantined' GROUP BY reason"
        )

    def _counts(self, sql: str) -> dict[str, int]:
        return {str(word): int(count) for word, count in self._connection.execute(sql)}

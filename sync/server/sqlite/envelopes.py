"""Custody: envelopes as they came, with their receipts. Rows are added; only what holds of one
may change."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from enumerator.store.envelope import Header
from enumerator.store.receipt import Receipt
from sync.server.rows import TAKEN_COLUMNS, stored_sequence
from sync.server.sqlite.connecting import Connection
from sync.server.store import Chain, HeldEnvelope, NewEnvelope, TakenEnvelope

_OF_CHAIN = "incarnation = ? AND device_id = ? AND sequence > 0 AND reason <> 'bad_signature'"


class SqliteEnvelopes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def held(self, envelope_id: str) -> list[HeldEnvelope]:
        rows = self._connection.execute(
            "SELECT envelope_hash, signature, reason, receipt_payload, receipt_signature"
            " FROM envelope WHERE envelope_id = ? ORDER BY number",
            (envelope_id,),
        )
        return [
            HeldEnvelope(hash_, signature, reason, Receipt(payload, mark))
            for hash_, signature, reason, payload, mark in rows
        ]

    def next_number(self) -> int:
        (newest,) = self._connection.execute("SELECT max(number) FROM envelope").fetchone()
        return int(newest or 0) + 1

    def add(self, envelope: NewEnvelope) -> None:
        self._connection.execute(
            "INSERT INTO envelope (number, envelope_id, envelope_hash, header, body, signature,"
            " kind, account_id, device_id, incarnation, sequence, family_id, carried_by, point,"
            " received_at, status, reason, receipt_no, receipt_payload, receipt_signature)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
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
            ),
        )

    def chain(self, incarnation: str, device_id: str) -> Chain:
        count, longest = self._connection.execute(
            f"SELECT count(DISTINCT sequence), max(sequence) FROM envelope WHERE {_OF_CHAIN}",
            (incarnation, device_id),
        ).fetchone()
        if not count:
            return Chain(0, 0, 0, b"", False)
        heads = self._connection.execute(
            f"SELECT DISTINCT envelope_hash FROM envelope WHERE {_OF_CHAIN} AND sequence = ?",
            (incarnation, device_id, longest),
        ).fetchall()
        (forked,) = self._connection.execute(
            f"SELECT EXISTS (SELECT 1 FROM envelope WHERE {_OF_CHAIN}"
            " GROUP BY sequence HAVING count(DISTINCT envelope_hash) > 1)",
            (incarnation, device_id),
        ).fetchone()
        whole_to = longest if count == longest else self._first_gap(incarnation, device_id)
        return Chain(count, whole_to, longest, heads[0][0], bool(forked))

    def bodies(self, numbers: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        for number in numbers:
            row = self._connection.execute(
                "SELECT body FROM envelope WHERE number = ?", (number,)
            ).fetchone()
            if row is not None:
                yield number, row[0]

    def id_of(self, number: int) -> str:
        row = self._connection.execute(
            "SELECT envelope_id FROM envelope WHERE number = ?", (number,)
        ).fetchone()
        return "" if row is None else str(row[0])

    def quarantined_for(self, reasons: Iterable[str], device_id: str | None = None) -> list[int]:
        rows = self._connection.execute(
            "SELECT number FROM envelope WHERE status = 'quarantined'"
            " AND reason IN (SELECT value FROM json_each(?)) AND (? IS NULL OR device_id = ?)"
            " ORDER BY number",
            (json.dumps(list(reasons)), device_id, device_id),
        )
        return [int(number) for (number,) in rows]

    def taken(self, number: int) -> TakenEnvelope | None:
        row = self._connection.execute(
            f"SELECT {TAKEN_COLUMNS} FROM envelope WHERE number = ?", (number,)
        ).fetchone()
        return None if row is None else TakenEnvelope(*row)

    def judged(self, number: int, status: str, reason: str) -> None:
        self._connection.execute(
            "UPDATE envelope SET status = ?, reason = ? WHERE number = ?", (status, reason, number)
        )

    def describe(self, number: int, header: Header) -> None:
        self._connection.execute(
            "UPDATE envelope SET kind = ?, account_id = ?, device_id = ?, incarnation = ?,"
            " sequence = ?, family_id = ? WHERE number = ?",
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
        self._connection.execute("DELETE FROM waiting WHERE envelope_number = ?", (number,))
        self._connection.executemany(
            "INSERT INTO waiting (family_id, envelope_number) VALUES (?, ?)",
            [(family_id, number) for family_id in sorted(set(family_ids))],
        )

    def waiting(self, family_ids: Iterable[str]) -> list[TakenEnvelope]:
        rows = self._connection.execute(
            f"SELECT {TAKEN_COLUMNS} FROM envelope WHERE number IN"
            " (SELECT envelope_number FROM waiting"
            " WHERE family_id IN (SELECT value FROM json_each(?))) ORDER BY number",
            (json.dumps(sorted(set(family_ids))),),
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
            "SELECT number, header FROM envelope WHERE number > ? ORDER BY number LIMIT ?",
            (above, limit),
        )
        return [(number, header) for number, header in rows]

    def count_by_status(self) -> dict[str, int]:
        return dict(
            self._connection.execute("SELECT status, count(*) FROM envelope GROUP BY status")
        )

    def count_by_kind(self) -> dict[str, int]:
        return dict(self._connection.execute("SELECT kind, count(*) FROM envelope GROUP BY kind"))

    def count_by_reason(self) -> dict[str, int]:
        return dict(
            self._connection.execute(
                "SELECT reason, count(*) FROM envelope WHERE status = 'quarantined' GROUP BY reason"
            )
        )

    def _first_gap(self, incarnation: str, device_id: str) -> int:
        row = self._connection.execute(
            "SELECT min(sequence) FROM"
            " (SELECT 0 AS sequence UNION SELECT sequence FROM envelope"
            "  WHERE incarnation = ?1 AND device_id = ?2 AND sequence > 0"
            "  AND reason <> 'bad_signature') AS here"
            " WHERE NOT EXISTS (SELECT 1 FROM envelope AS next WHERE next.incarnation = ?1"
            "  AND next.device_id = ?2 AND next.sequence = here.sequence + 1"
            "  AND next.reason <> 'bad_signature')",
            (incarnation, device_id),
        ).fetchone()
        return int(row[0])

"""The questions of a batch: each for all its families, envelopes or accounts, all at once."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from enumerator.store.receipt import Receipt
from sync.server.rows import (
    ACCOUNT_COLUMNS,
    ASSIGNMENT_COLUMNS,
    CASE_COLUMNS,
    CONFLICT_COLUMNS,
    DECISION_COLUMNS,
    DEVICE_COLUMNS,
    DRAFT_COLUMNS,
    FAMILY_COLUMNS,
    MEMBER_COLUMNS,
    RESULTS,
    TAKEN_COLUMNS,
    VISIT_COLUMNS,
)
from sync.server.store import HeldEnvelope

POINT_BASE = "coalesce((SELECT number FROM state WHERE name = 'point_base'), 0)"

RESULTS_IN_CUSTODY = RESULTS.replace("envelope AS e", "custody AS e")
"""Without a look at the bodies."""
_OF = "family_id = ANY (%(families)b::text[])"
_SHOWN = "account_id, key, gone, reason, body_sha256"


_OF_FAMILIES: Mapping[str, str] = {
    # A new envelope's place; nothing is drawn for those that are here already.
    "places": (
        f"SELECT pg_current_xact_id()::text::bigint + {POINT_BASE} AS point,"
        " nextval('envelope_number') AS number FROM unnest(%(envelopes)b::text[]) AS id"
        " WHERE NOT EXISTS (SELECT FROM custody WHERE envelope_id = id)"
    ),
    "held": (
        "SELECT envelope_id, envelope_hash, signature, reason, receipt_payload, receipt_signature"
        " FROM custody WHERE envelope_id = ANY (%(envelopes)b::text[]) ORDER BY number"
    ),
    "devices": f"SELECT {DEVICE_COLUMNS} FROM device WHERE device_id = ANY (%(devices)b::text[])",
    "cases": f"SELECT {CASE_COLUMNS} FROM field_case WHERE {_OF}",
    "families": f"SELECT {FAMILY_COLUMNS} FROM family WHERE {_OF}",
    "members": (
        f"SELECT family_id, {MEMBER_COLUMNS} FROM member_of_family WHERE {_OF}"
        " ORDER BY family_id, line_no"
    ),
    "visits": f"SELECT {VISIT_COLUMNS} FROM visit WHERE {_OF} ORDER BY envelope_number",
    "results": (
        f"{RESULTS_IN_CUSTODY} WHERE r.counts_for = ANY (%(families)b::text[])"
        " ORDER BY r.envelope_number"
    ),
    "orders": (
        f"SELECT {ASSIGNMENT_COLUMNS} FROM assignment WHERE {_OF} ORDER BY place, envelope_number"
    ),
    "decisions": f"SELECT {DECISION_COLUMNS} FROM decision WHERE {_OF} ORDER BY envelope_number",
    "conflicts": f"SELECT {CONFLICT_COLUMNS} FROM conflict WHERE {_OF} ORDER BY other_envelope",
    "drafts": f"SELECT {DRAFT_COLUMNS} FROM draft WHERE {_OF} ORDER BY envelope_number",
    "waiting": (
        f"SELECT w.family_id, {TAKEN_COLUMNS} FROM (SELECT family_id, envelope_number FROM waiting"
        f" WHERE {_OF}) AS w JOIN (SELECT {TAKEN_COLUMNS} FROM envelope) AS e"
        " ON e.number = w.envelope_number"
    ),
    "successors": f"SELECT family_id, successor_id FROM successor WHERE {_OF}",
    "shown": f"SELECT {_SHOWN} FROM stream_row WHERE key = ANY (%(keys)b::text[])",
}
_OF_ACCOUNTS: Mapping[str, str] = {
    "accounts": (
        f"SELECT {ACCOUNT_COLUMNS} FROM account WHERE account_id IN (SELECT * FROM concerned)"
    ),
    "areas": "SELECT code, name, level, parent, bps_code FROM above",
    "areas_shown": (
        f"SELECT {_SHOWN} FROM (SELECT account_id AS id FROM concerned UNION"
        "  SELECT supervisor_id FROM account WHERE account_id IN (SELECT * FROM concerned)) AS who"
        " CROSS JOIN above CROSS JOIN LATERAL (SELECT * FROM stream_row"
        "  WHERE account_id = who.id AND key = 'area:' || above.code OFFSET 0) AS row"
    ),
}
QUESTIONS: Mapping[str, str] = {**_OF_FAMILIES, **_OF_ACCOUNTS}
"""By the name under which ``Batch`` takes the answer."""
# OFFSET 0: by the index, row by row. The planner cannot know how short a way up is.
_AMONG = (
    "WITH RECURSIVE concerned (account_id) AS ("
    "  SELECT unnest(%(accounts)b::text[])"
    f"  UNION SELECT officer_id FROM field_case WHERE {_OF} AND officer_id IS NOT NULL"
    "), above AS ("
    f"  SELECT area.* FROM area WHERE code IN (SELECT village FROM family WHERE {_OF})"
    "  UNION SELECT up.* FROM above CROSS JOIN LATERAL"
    "   (SELECT * FROM area WHERE code = above.parent OFFSET 0) AS up"
    ")"
)


def _one(questions: Mapping[str, str]) -> str:
    """Each statement costs its way through the client and the server, however little it asks."""
    return "SELECT " + ", ".join(
        f"(SELECT json_agg(q)::text FROM ({question}) AS q)" for question in questions.values()
    )


READS = (_one(_OF_FAMILIES), f"{_AMONG} {_one(_OF_ACCOUNTS)}")
Rows = list[list[Any]]


def answered(row: Iterable[bytes | None]) -> dict[str, Rows]:
    """What :data:`READS` answered, one after the other: rows by the question's name."""
    return {
        name: [] if text is None else [_row(one) for one in _OBJECTS.decode(text)]
        for name, text in zip(QUESTIONS, row, strict=True)
    }


def to_row(text: bytes) -> list[Any]:
    """The columns of a row that came as JSON."""
    return _row(_OBJECT.decode(text))


def _row(found: dict[str, Any]) -> list[Any]:
    for name in found.keys() & _BINARY:
        if found[name] is not None:
            found[name] = bytes.fromhex(found[name][2:])  # after its \x
    return list(found.values())


_BINARY = frozenset(
    {
        *("header", "body", "signature", "envelope_hash", "receipt_payload", "receipt_signature"),
        *("body_sha256", "device_key", "account_key"),
    }
)
"""Columns of bytes, whatever the table."""
_OBJECTS = msgspec.json.Decoder(list[dict[str, Any]])
_OBJECT = msgspec.json.Decoder(dict[str, Any])


def to_held(columns: Sequence[Any]) -> HeldEnvelope:
    hash_, signature, reason, payload, mark = columns
    return HeldEnvelope(hash_, signature, reason, Receipt(payload, mark))

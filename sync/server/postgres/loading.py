"""The questions of a batch: each for all its families, envelopes or accounts at once."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
POINT_AND_NUMBERS = (
    f"SELECT (SELECT pg_current_xact_id()::text::bigint + {POINT_BASE}),"
    " nextval('envelope_number') FROM generate_series(1, %s)"
)
HELD = (
    "SELECT envelope_id, envelope_hash, signature, reason, receipt_payload, receipt_signature"
    " FROM custody WHERE envelope_id = ANY (%b::text[]) ORDER BY number"
)
DEVICES = f"SELECT {DEVICE_COLUMNS} FROM device WHERE device_id = ANY (%b::text[])"
ACCOUNTS = f"SELECT {ACCOUNT_COLUMNS} FROM account WHERE account_id = ANY (%b::text[])"

_OF = "family_id = ANY (%(families)b::text[])"
_COUNTS_FOR = "r.counts_for = ANY (%(families)b::text[])"
_MEMBERS = f"SELECT family_id, {MEMBER_COLUMNS} FROM member_of_family"
_AREAS = (
    "WITH RECURSIVE above AS ("
    f"  SELECT area.* FROM area WHERE code IN (SELECT village FROM family WHERE {_OF})"
    "  UNION SELECT area.* FROM area JOIN above ON area.code = above.parent"
    ") SELECT code, name, level, parent, bps_code FROM above"
)
# Areas: of the accounts only that are surely concerned; others' are asked for when needed.
_SHOWN = (
    "SELECT account_id, key, gone, reason, body_sha256 FROM stream_row"
    " WHERE key = ANY (%(keys)b::text[])"
    " UNION ALL SELECT account_id, key, gone, reason, body_sha256 FROM stream_row"
    " WHERE account_id = ANY (%(accounts)b::text[]) AND key >= 'area:' AND key < 'area;'"
)
_OFFICERS = (
    f"SELECT {ACCOUNT_COLUMNS} FROM account"
    f" WHERE account_id IN (SELECT officer_id FROM field_case WHERE {_OF})"
)
_WAITING = (
    f"SELECT w.family_id, {TAKEN_COLUMNS} FROM (SELECT family_id, envelope_number FROM waiting"
    f" WHERE {_OF}) AS w JOIN (SELECT {TAKEN_COLUMNS} FROM envelope) AS e"
    " ON e.number = w.envelope_number"
)
OF_FAMILIES = (
    f"SELECT {CASE_COLUMNS} FROM field_case WHERE {_OF}",
    f"SELECT {FAMILY_COLUMNS} FROM family WHERE {_OF}",
    f"{_MEMBERS} WHERE {_OF} ORDER BY family_id, line_no",
    f"SELECT {VISIT_COLUMNS} FROM visit WHERE {_OF} ORDER BY envelope_number",
    f"{RESULTS_IN_CUSTODY} WHERE {_COUNTS_FOR} ORDER BY r.envelope_number",
    f"SELECT {ASSIGNMENT_COLUMNS} FROM assignment WHERE {_OF} ORDER BY place, envelope_number",
    f"SELECT {DECISION_COLUMNS} FROM decision WHERE {_OF} ORDER BY envelope_number",
    f"SELECT {CONFLICT_COLUMNS} FROM conflict WHERE {_OF} ORDER BY other_envelope",
    f"SELECT {DRAFT_COLUMNS} FROM draft WHERE {_OF} ORDER BY envelope_number",
    _WAITING,
    _AREAS,
    _SHOWN,
    _OFFICERS,
)
"""In the order in which ``Batch`` takes the answers."""


def to_held(columns: Sequence[Any]) -> HeldEnvelope:
    hash_, signature, reason, payload, mark = columns
    return HeldEnvelope(hash_, signature, reason, Receipt(payload, mark))

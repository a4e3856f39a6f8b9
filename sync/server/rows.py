"""Columns in the order in which both databases are asked for them, and what a row becomes."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from enumerator.store.envelope import Header
from enumerator.store.feed import FamilyBody, MemberBody
from sync.server.store import (
    Account,
    ActRow,
    Case,
    Device,
    EscrowRow,
    FrameEvent,
    KnownCaller,
    LaptopReport,
    LaptopStanding,
    Result,
)

ACCOUNT_COLUMNS = (
    "account_id, login, name, role, supervisor_id, revoked_at IS NOT NULL, last_contact_at"
)
DEVICE_COLUMNS = "device_id, account_id, device_key, account_key, revoked_at IS NOT NULL"
CALLER = (
    f"SELECT d.*, a.*, coalesce((SELECT command FROM command WHERE device_id = {{device}}"
    "  AND command IN ('freeze', 'unfreeze') ORDER BY point DESC, command_id DESC LIMIT 1), '')"
    f" FROM (SELECT {DEVICE_COLUMNS} FROM device WHERE device_id = {{device}}) AS d,"
    f" (SELECT {ACCOUNT_COLUMNS} FROM account WHERE account_id = {{account}}) AS a"
)
"""To be formatted with a database's own placeholders."""
ESCROW_COLUMNS = "device_id, account_id, mark, sealed, stored_at, recovered"
REPORT_COLUMNS = (
    "device_id, account_id, at, program, platform, incarnation, chain_length, set_aside,"
    " media_waiting, free_disk_bytes, database_ok, clock_difference_s"
)
REPORT_CHANGES = ", ".join(f"{name} = excluded.{name}" for name in REPORT_COLUMNS.split(", ")[1:])
STANDINGS = (
    "SELECT d.device_id, d.account_id, d.device_key, d.account_key, d.revoked_at IS NOT NULL,"
    " coalesce(({held}), 0), "
    + ", ".join(f"r.{name}" for name in REPORT_COLUMNS.split(", "))
    + " FROM device AS d LEFT JOIN laptop_report AS r USING (device_id)"
    " ORDER BY d.enrolled_at, d.device_id"
)
"""To be formatted with a database's own way to count what is held of a chain."""
ACT_COLUMNS = "at, act, account_id, device_id, by_user, reference, detail"
FAMILY_COLUMNS = (
    "family_id, head_name, card_number, province, regency, district, village, sls, address,"
    " online_status, stated_size"
)
MEMBER_COLUMNS = "line_no, name, nik, sex, birth_date, relationship"
VISIT_COLUMNS = (
    "visit_id, envelope_number, family_id, officer_id, started_at, outcome, late_assignee, body"
)
CASE_COLUMNS = (
    "family_id, version, found_in_field, officer_id, assigned_at, assigned_point,"
    " assigned_incarnation, assigned_sequence, self_response, self_responded_at,"
    " self_response_point, body_sha256, gone"
)
ASSIGNMENT_COLUMNS = (
    "family_id, officer_id, place, point, assigned_at, assigned_by, reason, envelope_number,"
    " incarnation, sequence, with_drafts"
)
TAKEN_COLUMNS = "number, header, body, signature, account_id, point, received_at, status, reason"
DECISION_COLUMNS = (
    "envelope_number, family_id, kind, chosen, officer_id, incarnation, sequence, place, point,"
    " version, decided_at, reason, body, envelope_id"
)
CONFLICT_COLUMNS = (
    "family_id, kept_envelope, other_envelope, opened_at, point, state, closed_at, closed_by"
)
EVENT_COLUMNS = "family_id, reason, successors, dated, noted_at, point, note"
DRAFT_COLUMNS = "envelope_number, family_id, officer_id, incarnation, sequence"
RESULTS = (
    "SELECT r.envelope_number, r.family_id, r.officer_id, r.kind, r.outcome, r.rank, r.point,"
    " r.form_id, r.form_version, r.base_version, r.late_assignee, r.canonical,"
    " e.envelope_id, e.receipt_no, e.received_at, r.failing, r.key_answers, r.instance_id,"
    " r.replaces, r.counts_for, r.eligible, r.answers"
    " FROM result AS r LEFT JOIN envelope AS e ON e.number = r.envelope_number"
)


MAX_SEQUENCE = 2**62
"""Larger numbers are nobody's, and no column takes them."""


def stored_sequence(header: Header) -> int:
    """What the chain's column says of it."""
    return stored_count(header.sequence)


_MOST_LETTERS = 60


def stored_word(word: str) -> str:
    """A laptop's word as it may stand in any database and on any terminal."""
    return "".join(one for one in word[:_MOST_LETTERS] if one.isascii() and one.isprintable())


def stored_count(count: int) -> int:
    """A laptop's number as any column takes it."""
    return max(0, min(count, MAX_SEQUENCE))


def to_account(row: Sequence[Any]) -> Account:
    account_id, login, name, role, supervisor_id, revoked, last_contact_at = row
    return Account(account_id, login, name, role, supervisor_id, bool(revoked), last_contact_at)


def to_escrow(row: Sequence[Any]) -> EscrowRow:
    device_id, account_id, mark, sealed, stored_at, recovered = row
    return EscrowRow(device_id, account_id, bytes(mark), bytes(sealed), stored_at, recovered)


def to_report(row: Sequence[Any]) -> LaptopReport:
    report = LaptopReport(*row)
    return dataclasses.replace(report, database_ok=bool(report.database_ok))


def report_values(report: LaptopReport) -> tuple[Any, ...]:
    """In the order of :data:`REPORT_COLUMNS`."""
    return dataclasses.astuple(report)


def to_standing(row: Sequence[Any]) -> LaptopStanding:
    """Of a device's columns, what is held, and a report's columns, which may be blank."""
    report = None if row[6] is None else to_report(row[6:])
    return LaptopStanding(to_device(row[:5]), report, row[5])


def to_act(row: Sequence[Any]) -> ActRow:
    return ActRow(*row)


def to_device(row: Sequence[Any]) -> Device:
    device_id, account_id, device_key, account_key, revoked = row
    return Device(device_id, account_id, device_key, account_key, bool(revoked))


def to_caller(row: Sequence[Any]) -> KnownCaller:
    return KnownCaller(to_device(row[:5]), to_account(row[5:12]), row[12])


def to_family(row: Sequence[Any]) -> FamilyBody:
    return FamilyBody(
        id=row[0],
        head_name=row[1],
        card_number=row[2],
        province=row[3],
        regency=row[4],
        district=row[5],
        village=row[6],
        sls=row[7],
        address=row[8],
        online_status=row[9],
        stated_size=row[10],
    )


def to_member(row: Sequence[Any]) -> MemberBody:
    return MemberBody(
        line_no=row[0],
        name=row[1],
        nik=row[2],
        sex=row[3],
        birth_date=row[4],
        relationship=row[5],
    )


def to_case(row: Sequence[Any]) -> Case:
    return Case(row[0], row[1], bool(row[2]), *row[3:])


def to_result(row: Sequence[Any]) -> Result:
    return Result(
        number=row[0],
        family_id=row[1],
        officer_id=row[2],
        kind=row[3],
        outcome=row[4],
        rank=row[5],
        point=row[6],
        form_id=row[7],
        form_version=row[8],
        base_version=row[9],
        late_assignee=bool(row[10]),
        canonical=bool(row[11]),
        envelope_id=row[12] or "",
        receipt_no=row[13] or "",
        received_at=row[14] or "",
        failing=row[15],
        key_answers=row[16],
        instance_id=row[17],
        replaces=row[18],
        counts_for=row[19],
        eligible=bool(row[20]),
        answers=row[21],
    )


def to_event(row: tuple[Any, ...]) -> FrameEvent:
    return FrameEvent(row[0], row[1], tuple(json.loads(row[2])), *row[3:])


def event_values(event: FrameEvent) -> tuple[Any, ...]:
    return (
        event.family_id,
        event.reason,
        json.dumps(event.successors),
        event.dated,
        event.noted_at,
        event.point,
        event.note,
    )

"""Cases: families, who has them, what was found there and which result stands."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from collections.abc import Iterator

from enumerator.store.feed import FamilyBody, MemberBody
from sync.server.rows import (
    ASSIGNMENT_COLUMNS,
    CASE_COLUMNS,
    FAMILY_COLUMNS,
    MEMBER_COLUMNS,
    RESULTS,
    VISIT_COLUMNS,
    to_case,
    to_family,
    to_member,
    to_result,
)
from sync.server.sqlite.connecting import Connection
from sync.server.store import (
    Assignment,
    Case,
    ExportRow,
    Result,
    VisitRow,
)


class SqliteCases:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, family_id: str) -> Case | None:
        row = self._connection.execute(
            f"SELECT {CASE_COLUMNS} FROM field_case WHERE family_id = ?", (family_id,)
        ).fetchone()
        return None if row is None else to_case(row)

    def family(self, family_id: str) -> FamilyBody | None:
        row = self._connection.execute(
            f"SELECT {FAMILY_COLUMNS} FROM family WHERE family_id = ?", (family_id,)
        ).fetchone()
        return None if row is None else to_family(row)

    def members(self, family_id: str) -> list[MemberBody]:
        rows = self._connection.execute(
            f"SELECT {MEMBER_COLUMNS} FROM member WHERE family_id = ? ORDER BY line_no",
            (family_id,),
        )
        return [to_member(row) for row in rows]

    def add_found(self, family_id: str) -> None:
        self._connection.execute(
            "INSERT INTO family (family_id, head_name, card_number, province, regency, district,"
            " village, sls, address, online_status) VALUES (?, '', '', '', '', '', '', '', '', '')",
            (family_id,),
        )
        self._connection.execute(
            "INSERT INTO field_case (family_id, found_in_field) VALUES (?, 1)", (family_id,)
        )

    def describe_found(self, family: FamilyBody) -> None:
        self._connection.execute(
            "UPDATE family SET head_name = ?, province = ?, regency = ?, district = ?,"
            " village = ?, sls = ?, address = ?, online_status = ? WHERE family_id = ?",
            (
                family.head_name,
                family.province,
                family.regency,
                family.district,
                family.village,
                family.sls,
                family.address,
                family.online_status,
                family.id,
            ),
        )

    def add_assignment(self, assignment: Assignment) -> None:
        self._connection.execute(
            f"INSERT INTO assignment ({ASSIGNMENT_COLUMNS})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (
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
            ),
        )

    def assignments(self, family_id: str) -> list[Assignment]:
        rows = self._connection.execute(
            f"SELECT {ASSIGNMENT_COLUMNS} FROM assignment WHERE family_id = ?"
            " ORDER BY place, envelope_number",
            (family_id,),
        )
        return [Assignment(*row) for row in rows]

    def assign(self, assignment: Assignment) -> None:
        self._connection.execute(
            "UPDATE field_case SET officer_id = ?, assigned_at = ?, assigned_point = ?,"
            " assigned_incarnation = ?, assigned_sequence = ? WHERE family_id = ?",
            (
                assignment.officer_id,
                assignment.assigned_at,
                assignment.point,
                assignment.incarnation,
                assignment.sequence,
                assignment.family_id,
            ),
        )

    def note_order(self, family_id: str, incarnation: str, sequence: int) -> None:
        self._connection.execute(
            "UPDATE field_case SET assigned_incarnation = ?, assigned_sequence = ?"
            " WHERE family_id = ?",
            (incarnation, sequence, family_id),
        )

    def was_assigned(self, family_id: str, officer_id: str) -> bool:
        row = self._connection.execute(
            "SELECT 1 FROM assignment WHERE family_id = ? AND officer_id = ? LIMIT 1",
            (family_id, officer_id),
        ).fetchone()
        return row is not None

    def self_responded(self, family_id: str, status: str, when: str, point: int) -> None:
        self._connection.execute(
            "UPDATE field_case SET self_response = ?, self_responded_at = ?,"
            " self_response_point = ? WHERE family_id = ?",
            (status, when, point, family_id),
        )

    def save_body(self, family_id: str, version: int, body: bytes, sha256: bytes) -> None:
        self._connection.execute(
            "UPDATE field_case SET version = ?, body = ?, body_sha256 = ? WHERE family_id = ?",
            (version, body, sha256, family_id),
        )

    def add_visit(self, visit: VisitRow) -> bool:
        return bool(
            self._connection.execute(
                "INSERT INTO visit (visit_id, envelope_number, family_id, officer_id, started_at,"
                " outcome, late_assignee, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (visit_id) DO NOTHING",
                (
                    visit.visit_id,
                    visit.number,
                    visit.family_id,
                    visit.officer_id,
                    visit.started_at,
                    visit.outcome,
                    visit.late_assignee,
                    visit.body,
                ),
            ).rowcount
        )

    def visits(self, family_id: str) -> list[VisitRow]:
        rows = self._connection.execute(
            f"SELECT {VISIT_COLUMNS} FROM visit WHERE family_id = ? ORDER BY envelope_number",
            (family_id,),
        )
        return [
            VisitRow(visit_id, number, family, officer, started, outcome, bool(late), body)
            for visit_id, number, family, officer, started, outcome, late, body in rows
        ]

    def add_result(self, result: Result) -> None:
        self._connection.execute(
            "INSERT INTO result (envelope_number, family_id, officer_id, kind, outcome, rank,"
            " point, form_id, form_version, base_version, late_assignee, canonical, failing,"
            " key_answers, instance_id, replaces, counts_for, eligible, answers)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
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
            ),
        )

    def results(self, family_id: str) -> list[Result]:
        rows = self._connection.execute(
            RESULTS + " WHERE r.counts_for = ? ORDER BY r.envelope_number", (family_id,)
        )
        return [to_result(row) for row in rows]

    def count_for(self, family_id: str, case_id: str, *, eligible: bool) -> None:
        self._connection.execute(
            "UPDATE result SET counts_for = ?, eligible = ? WHERE family_id = ?",
            (case_id, eligible, family_id),
        )

    def set_canonical(self, family_id: str, number: int | None) -> None:
        self._connection.execute(
            "UPDATE result SET canonical = (envelope_number IS ?) WHERE counts_for = ?",
            (number, family_id),
        )

    def interviews(self) -> Iterator[Result]:
        rows = self._connection.execute(
            RESULTS + " WHERE r.kind = 'interview' ORDER BY r.envelope_number"
        )
        return (to_result(row) for row in rows)

    def held_by(self, officer_id: str) -> list[str]:
        rows = self._connection.execute(
            "SELECT family_id FROM field_case WHERE officer_id = ? ORDER BY family_id",
            (officer_id,),
        )
        return [family_id for (family_id,) in rows]

    def in_area(self, area: str, *, unassigned_only: bool) -> list[str]:
        condition = " AND officer_id IS NULL" if unassigned_only else ""
        rows = self._connection.execute(
            "SELECT family_id FROM family JOIN field_case USING (family_id)"
            f" WHERE ?1 IN (village, district, regency, province){condition}"
            " ORDER BY village, sls, address, family_id",
            (area,),
        )
        return [family_id for (family_id,) in rows]

    def by_identity(self, card_number: str, nik: str) -> list[str]:
        rows = self._connection.execute(
            "SELECT DISTINCT family_id FROM family JOIN member USING (family_id)"
            " WHERE card_number = ? AND nik = ?",
            (card_number, nik),
        )
        return [family_id for (family_id,) in rows]

    def export(self) -> Iterator[ExportRow]:
        family = ", ".join(f"f.{name.strip()}" for name in FAMILY_COLUMNS.split(","))
        case = ", ".join(f"c.{name.strip()}" for name in CASE_COLUMNS.split(","))
        rows = self._connection.execute(
            f"SELECT {family}, {case}, coalesce(a.login, ''),"
            " (SELECT count(*) FROM visit AS v WHERE v.family_id = f.family_id),"
            " r.envelope_number"
            " FROM family AS f JOIN field_case AS c USING (family_id)"
            " LEFT JOIN account AS a ON a.account_id = c.officer_id"
            " LEFT JOIN result AS r ON r.counts_for = f.family_id AND r.canonical"
            " ORDER BY f.family_id"
        )
        for row in rows:
            *columns, login, visits, number = row
            result = None if number is None else self._result(number)
            yield ExportRow(
                to_family(row[:11]), to_case(tuple(columns[11:])), login, visits, result
            )

    def counts(self) -> dict[str, int]:
        names = (
            "families",
            "assigned",
            "with_result",
            "answered_online",
            "visits",
            "conflicts",
            "off_the_frame",
        )
        row = self._connection.execute(
            "SELECT (SELECT count(*) FROM family),"
            " (SELECT count(*) FROM field_case WHERE officer_id IS NOT NULL),"
            " (SELECT count(*) FROM result WHERE canonical),"
            " (SELECT count(*) FROM field_case WHERE self_response = 'complete'),"
            " (SELECT count(*) FROM visit),"
            " (SELECT count(*) FROM conflict WHERE closed_at IS NULL),"
            " (SELECT count(*) FROM field_case WHERE gone <> '')"
        ).fetchone()
        return dict(zip(names, row, strict=True))

    def _result(self, number: int) -> Result:
        row = self._connection.execute(
            RESULTS + " WHERE r.envelope_number = ?", (number,)
        ).fetchone()
        return to_result(row)

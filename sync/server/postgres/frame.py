"""Loading a frame by set: staged into temporary tables, judged by joins, merged by upserts.

Memory stays bounded however long the files are, because rows live in temporary tables.
"""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sync.server.postgres.connecting import Connection, begin_writing, only
from sync.server.rows import FAMILY_COLUMNS, MEMBER_COLUMNS
from sync.server.store import BadRow, FrameChange, StagedFamily, StagedMember

_STAGING = """
CREATE TEMP TABLE staged_family (
    line bigint PRIMARY KEY, family_id word, head_name word, card_number word, province word,
    regency word, district word, village word, sls word, address word, online_status word,
    stated_size bigint
);
CREATE TEMP TABLE staged_member (
    line bigint PRIMARY KEY, family_id word, line_no bigint, name word, nik word, sex word,
    birth_date word, relationship word
);
CREATE TEMP TABLE bad_row (file word, line bigint, reason word, subject word);
-- families with a rejected member row: none of their lines is taken as gone
CREATE TEMP TABLE spared_family (family_id word PRIMARY KEY);
CREATE TEMP TABLE touched_family (family_id word PRIMARY KEY);
"""

_JUDGEMENT = """
INSERT INTO bad_row SELECT 'families', line, 'duplicate_id', family_id FROM (
    SELECT line, family_id, row_number() OVER (PARTITION BY family_id ORDER BY line) AS nth
    FROM staged_family
) AS counted WHERE nth > 1;
INSERT INTO bad_row SELECT 'families', line, 'unknown_area', village FROM staged_family
    WHERE NOT EXISTS (SELECT 1 FROM area WHERE code = village AND level = 'village');
INSERT INTO bad_row SELECT 'families', s.line, 'inconsistent_area', s.village
    FROM staged_family AS s JOIN area AS v ON v.code = s.village AND v.level = 'village'
    LEFT JOIN area AS d ON d.code = v.parent LEFT JOIN area AS r ON r.code = d.parent
    WHERE (s.district, s.regency, s.province) IS DISTINCT FROM (d.code, r.code, r.parent);
DELETE FROM staged_family WHERE line IN (SELECT line FROM bad_row WHERE file = 'families');
INSERT INTO bad_row SELECT 'members', line, 'unknown_family', family_id FROM staged_member
    WHERE family_id NOT IN (SELECT family_id FROM staged_family)
    AND NOT EXISTS (SELECT 1 FROM family WHERE family.family_id = staged_member.family_id);
INSERT INTO bad_row SELECT 'members', line, 'duplicate_line', family_id FROM (
    SELECT line, family_id, row_number() OVER (PARTITION BY family_id, line_no ORDER BY line) AS nth
    FROM staged_member
) AS counted WHERE nth > 1;
DELETE FROM staged_member WHERE line IN (SELECT line FROM bad_row WHERE file = 'members');
INSERT INTO spared_family SELECT subject FROM bad_row WHERE file = 'members'
    ON CONFLICT DO NOTHING;
ANALYZE staged_family;
ANALYZE staged_member;
"""

_FAMILY_VALUES = FAMILY_COLUMNS.removeprefix("family_id, ")
_MEMBER_VALUES = MEMBER_COLUMNS.removeprefix("line_no, ")


def _prefixed(table: str, columns: str) -> str:
    return ", ".join(f"{table}.{name.strip()}" for name in columns.split(","))


def _assignments(columns: str) -> str:
    return ", ".join(f"{name.strip()} = excluded.{name.strip()}" for name in columns.split(","))


_FAMILY_DIFFERS = (
    f"({_prefixed('f', _FAMILY_VALUES)}) IS DISTINCT FROM ({_prefixed('s', _FAMILY_VALUES)})"
)
_MEMBER_DIFFERS = (
    f"({_prefixed('m', _MEMBER_VALUES)}) IS DISTINCT FROM ({_prefixed('s', _MEMBER_VALUES)})"
)
_LINES_GONE = (
    "FROM member_of_family AS m WHERE m.family_id IN (SELECT family_id FROM staged_member)"
    " AND m.family_id NOT IN (SELECT family_id FROM spared_family)"
    " AND NOT EXISTS (SELECT 1 FROM staged_member AS s"
    "  WHERE s.family_id = m.family_id AND s.line_no = m.line_no)"
)


class PostgresFrame:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        connection.execute(_STAGING)

    def stage_families(self, rows: Iterable[StagedFamily]) -> None:
        self._copy("staged_family", (_family_row(row) for row in rows))

    def stage_members(self, rows: Iterable[StagedMember]) -> None:
        self._copy("staged_member", (_member_row(row) for row in rows))
        self._connection.execute(
            "CREATE INDEX staged_member_by_family ON staged_member (family_id, line_no)"
        )

    def spare(self, family_id: str) -> None:
        self._connection.execute(
            "INSERT INTO spared_family VALUES (%s) ON CONFLICT DO NOTHING", (family_id,)
        )

    def reject(self) -> Iterator[tuple[str, BadRow]]:
        self._connection.execute("BEGIN")
        begin_writing(self._connection, alone=True)
        self._connection.execute(_JUDGEMENT)
        rows = self._connection.execute(
            "SELECT DISTINCT ON (file, line) file, line, reason, subject FROM bad_row"
            " ORDER BY file, line, reason"
        )
        for file, line, reason, subject in rows:
            yield file, BadRow(line, reason, subject)

    def merge(self) -> FrameChange:
        changed_families = self._execute(
            "INSERT INTO touched_family SELECT s.family_id FROM staged_family AS s"
            f" JOIN family AS f USING (family_id) WHERE {_FAMILY_DIFFERS}"
        )
        families = self._count("staged_family")
        new_families = families - self._count("staged_family JOIN family USING (family_id)")
        self._execute(
            f"INSERT INTO family ({FAMILY_COLUMNS}) SELECT {FAMILY_COLUMNS} FROM staged_family"
            " WHERE family_id IN (SELECT family_id FROM touched_family)"
            " OR NOT EXISTS (SELECT 1 FROM family AS f WHERE f.family_id = staged_family.family_id)"
            f" ON CONFLICT (family_id) DO UPDATE SET {_assignments(_FAMILY_VALUES)}"
        )
        self._execute(
            "INSERT INTO field_case (family_id) SELECT family_id FROM staged_family WHERE true"
            " ON CONFLICT (family_id) DO NOTHING"
        )
        members = self._count("staged_member")
        new, changed, gone = self._merge_members()
        return FrameChange(
            families_new=new_families,
            families_changed=changed_families,
            families_same=families - new_families - changed_families,
            members_new=new,
            members_changed=changed,
            members_same=members - new - changed,
            members_gone=gone,
        )

    def touched(self) -> Iterator[str]:
        rows = self._connection.execute(
            "SELECT family_id FROM touched_family JOIN field_case USING (family_id)"
            " WHERE officer_id IS NOT NULL ORDER BY family_id"
        ).fetchall()
        return (family_id for (family_id,) in rows)

    def _merge_members(self) -> tuple[int, int, int]:
        """New, changed and gone lines; their families are noted as touched."""
        joined = "member_of_family AS m USING (family_id, line_no)"
        known = self._count(f"staged_member AS s JOIN {joined}")
        new = self._count("staged_member") - known
        changed = self._count(f"staged_member AS s JOIN {joined} WHERE {_MEMBER_DIFFERS}")
        gone = self._count_rows(f"SELECT count(*) {_LINES_GONE}")
        self._execute(
            f"INSERT INTO touched_family SELECT DISTINCT m.family_id {_LINES_GONE}"
            " ON CONFLICT DO NOTHING"
        )
        self._execute(
            "INSERT INTO touched_family SELECT DISTINCT s.family_id"
            f" FROM staged_member AS s LEFT JOIN {joined}"
            f" WHERE m.line_no IS NULL OR {_MEMBER_DIFFERS} ON CONFLICT DO NOTHING"
        )
        self._execute(
            "DELETE FROM member WHERE (region, family_id, line_no) IN"
            f" (SELECT m.region, m.family_id, m.line_no {_LINES_GONE})"
        )
        self._execute(
            f"INSERT INTO member (region, family_id, {MEMBER_COLUMNS})"
            f" SELECT province, family_id, {_prefixed('s', MEMBER_COLUMNS)}"
            " FROM staged_member AS s JOIN family USING (family_id)"
            " WHERE family_id IN (SELECT family_id FROM touched_family)"
            " ON CONFLICT (region, family_id, line_no)"
            f" DO UPDATE SET {_assignments(_MEMBER_VALUES)}"
        )
        return new, changed, gone

    def _copy(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY pg_temp.{table} FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def _execute(self, sql: str) -> int:
        return int(self._connection.execute(sql).rowcount)

    def _count(self, source: str) -> int:
        return self._count_rows(f"SELECT count(*) FROM {source}")

    def _count_rows(self, sql: str) -> int:
        return only(self._connection.execute(sql))


def _family_row(row: StagedFamily) -> tuple[object, ...]:
    family = row.family
    return (
        row.line,
        family.id,
        family.head_name,
        family.card_number,
        family.province,
        family.regency,
        family.district,
        family.village,
        family.sls,
        family.address,
        family.online_status,
        family.stated_size,
    )


def _member_row(row: StagedMember) -> tuple[object, ...]:
    member = row.member
    return (
        row.line,
        row.family_id,
        member.line_no,
        member.name,
        member.nik,
        member.sex,
        member.birth_date,
        member.relationship,
    )

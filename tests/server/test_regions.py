"""PostgreSQL: what grows lies in its province's partition."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from importlib import resources
from typing import Any

import psycopg
import pytest

from enumerator.store.envelope import Envelope
from sync.server.office.frame import load_areas, load_frame
from sync.server.postgres.loading import QUESTIONS
from sync.server.postgres_store import PostgresStore
from tests.helpers.field import (
    FAMILY_HEADING,
    MEMBER_HEADING,
    family_id,
    family_row,
    member_rows,
    write_csv,
)
from tests.helpers.postgres import postgres
from tests.server.places import Place, id_of

_EAST = "64.02.02.2008"
_MEMBERS = QUESTIONS["members"]
_LIES = "SELECT tableoid::regclass::text, count(*) FROM {} GROUP BY 1 ORDER BY 1"
_ELSEWHERE = "UPDATE family SET province = '65' WHERE family_id = '{}'"
_BODY = "SELECT header, body FROM envelope WHERE number = %s"
_BEFORE = 7
"""The last release in which nothing lay by province."""


@pytest.fixture
def database() -> Iterator[str]:
    address = postgres().new_database()
    yield address
    postgres().drop(address)


def _load_east(place: Place, *numbers: int) -> None:
    """Another province, with these families."""
    areas = [
        ("64", "Kalimantan Timur", "province", ""),
        ("64.02", "Kutai", "regency", "64"),
        ("64.02.02", "Muara", "district", "64.02"),
        (_EAST, "Tanjung", "village", "64.02.02"),
    ]
    heading = ("code", "name", "level", "parent")
    load_areas(place.operation, write_csv(place.root / "east.csv", heading, areas))
    families = [
        [*row[:3], "64", "64.02", "64.02.02", *row[6:]]
        for row in (family_row(number, _EAST) for number in numbers)
    ]
    members = [row for number in numbers for row in member_rows(number)]
    loaded = load_frame(
        place.operation,
        write_csv(place.root / "east_families.csv", FAMILY_HEADING, families),
        write_csv(place.root / "east_members.csv", MEMBER_HEADING, members),
    )
    assert loaded.faults.error_count == 0


def _lying(place: Place, table: str) -> dict[str, int]:
    return {str(name): count for name, count in place.rows(_LIES.format(table))}


def _body(place: Place, envelope: Envelope) -> bytes:
    """As it is read back."""
    ((number,),) = place.rows("SELECT number FROM custody WHERE envelope_id = ?", id_of(envelope))
    with place.operation.store.reading() as tx:
        return dict(tx.envelopes.bodies([number]))[number]


def test_rows_lie_in_the_partition_of_their_province(place: Place) -> None:
    _load_east(place, 11, 12)
    place.assign("ppl-01", 11, 12)
    east = place.one.interview(11)

    place.one.push(place.one.visit(1), east, place.one.visit(12))

    assert _lying(place, "member") == {"member_63": 18, "member_64": 4}
    assert _lying(place, "envelope_body") == {"envelope_body_63": 1, "envelope_body_64": 2}
    assert _body(place, east) == east.body
    assert place.one.case(11) is not None


def test_family_that_another_province_gets_takes_its_members_along(place: Place) -> None:
    before = place.one.push_one(place.one.interview(1))

    _load_east(place, 1)
    place.one.push(place.one.visit(1))

    case = place.one.case(1)
    assert before.status == "stored"
    assert case is not None
    assert case.family.province == "64"
    assert len(case.members) == 2
    assert _lying(place, "member") == {"member_63": 16, "member_64": 2}
    assert _lying(place, "envelope_body") == {"envelope_body_63": 1, "envelope_body_64": 1}


def test_what_belongs_to_no_family_of_the_frame_lies_apart(place: Place) -> None:
    found = "BARU-1b0d6a9e"

    results = place.one.push(place.one.visit(found), place.one.interview(found))

    assert [result.status for result in results] == ["stored", "stored"]
    assert _lying(place, "envelope_body") == {"envelope_body_other": 2}


def test_province_that_is_added_later_gets_what_lay_apart(place: Place) -> None:
    place.execute(_ELSEWHERE.format(family_id(1)))
    sent = place.one.interview(1)
    place.one.push(sent, place.one.visit(2))
    apart = _lying(place, "member"), _lying(place, "envelope_body")

    place.execute("SELECT add_region('65')")
    place.execute("SELECT add_region('65')")

    assert apart == (
        {"member_63": 16, "member_other": 2},
        {"envelope_body_63": 1, "envelope_body_other": 1},
    )
    assert _lying(place, "member") == {"member_63": 16, "member_65": 2}
    assert _lying(place, "envelope_body") == {"envelope_body_63": 1, "envelope_body_65": 1}
    assert _body(place, sent) == sent.body


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM envelope_body",
        "TRUNCATE envelope_body",
        "UPDATE envelope_body SET body = header",
        "DELETE FROM envelope_body_63",
        "TRUNCATE envelope_body_63",
        "UPDATE envelope_body_63 SET region = '64'",
        "TRUNCATE envelope_body_other",
        "UPDATE custody SET region = '64'",
        "DELETE FROM custody",
    ],
)
def test_no_partition_lets_custody_be_touched(place: Place, statement: str) -> None:
    _load_east(place, 11)
    place.one.push(place.one.visit(1))

    with pytest.raises(psycopg.errors.RaiseException, match="custody"):
        place.execute(statement)


def test_added_province_lets_what_lies_apart_be_touched_no_more_than_before(place: Place) -> None:
    place.one.push(place.one.visit("BARU-1b0d6a9e"))
    place.execute("SELECT add_region('65')")

    with pytest.raises(psycopg.errors.RaiseException, match="custody"):
        place.execute("DELETE FROM envelope_body_other")


# --------------------------------------------------------------------------------- pruning


def _looked_into(plan: dict[str, Any]) -> set[str]:
    """Tables that the plan read when it ran."""
    own = {plan["Relation Name"]} if "Relation Name" in plan and plan["Actual Loops"] else set()
    return own.union(*(_looked_into(below) for below in plan.get("Plans", ())))


def _run(
    connection: psycopg.Connection[Any], sql: str, parameters: Sequence[Any] | Mapping[str, Any]
) -> set[str]:
    ((found,),) = connection.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, parameters).fetchall()
    return _looked_into(found[0]["Plan"])


_CROWD = """
INSERT INTO family SELECT '63-' || n, '', '', '63', '', '', '', '', '', ''
    FROM generate_series(1, 3000) AS n;
INSERT INTO member SELECT '63', '63-' || n, line, 'A', '', '', '', ''
    FROM generate_series(1, 3000) AS n, generate_series(1, 4) AS line;
INSERT INTO custody SELECT 630000 + n, '63' || n, ('63' || n)::bytea, '', 'visit', '', '', '', 0,
    '63-' || n, '', 1, '', 'stored', '', '63' || n, '', '', '63'
    FROM generate_series(1, 3000) AS n;
"""


@pytest.fixture
def crowded(place: Place) -> Iterator[psycopg.Connection[Any]]:
    """Two provinces with 3000 families and as many envelopes each; statistics up to date."""
    _load_east(place)
    with closing(psycopg.connect(str(place.database), autocommit=True)) as connection:
        for province in ("63", "64"):
            connection.execute(_CROWD.replace("63", province))
        connection.execute("INSERT INTO envelope_body SELECT region, number, 'h', 'b' FROM custody")
        connection.execute("ANALYZE")
        yield connection


@pytest.mark.parametrize("plans", ["force_custom_plan", "force_generic_plan"])
def test_questions_about_a_province_look_into_its_partition_only(
    crowded: psycopg.Connection[Any], plans: str
) -> None:
    crowded.execute(f"SET plan_cache_mode = {plans}")

    members = _run(crowded, _MEMBERS, {"families": ["63-7", "63-8"]})
    bodies = _run(crowded, _BODY, (630007,))

    assert members == {"family", "member_63"}
    assert bodies == {"custody", "envelope_body_63"}


def test_custody_is_asked_without_a_look_at_the_bodies(
    crowded: psycopg.Connection[Any],
) -> None:
    tables = _run(crowded, QUESTIONS["results"], {"families": ["63-7"]})

    assert not any("body" in name for name in tables)


# --------------------------------------------------------------------------- earlier releases


def _make_earlier(address: str) -> None:
    scripts = sorted(
        entry.name
        for entry in resources.files("sync.server.postgres.migrations").iterdir()
        if entry.name.endswith(".sql")
    )
    with contextlib.closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute(
            "CREATE TABLE migration (number integer PRIMARY KEY,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        for number, name in enumerate(scripts[:_BEFORE], start=1):
            script = resources.files("sync.server.postgres.migrations") / name
            connection.execute(script.read_bytes())
            connection.execute("INSERT INTO migration (number) VALUES (%s)", (number,))
        connection.execute(
            "INSERT INTO area VALUES ('63', 'K', 'province', NULL, NULL),"
            " ('64', 'T', 'province', NULL, NULL);"
            "INSERT INTO family VALUES ('F', '', '', '63', '', '', '', '', '', ''),"
            " ('G', '', '', '64', '', '', '', '', '', ''),"
            " ('H', '', '', '', '', '', '', '', '', '');"
            "INSERT INTO field_case (family_id) VALUES ('F'), ('G'), ('H');"
            "INSERT INTO member VALUES ('F', 1, 'Siti', '', '', '', ''),"
            " ('G', 1, 'Budi', '', '', '', ''), ('G', 2, 'Ani', '', '', '', '');"
        )
        for number, family in enumerate(("F", "G", "H", None, "none"), start=1):
            connection.execute(
                "INSERT INTO envelope VALUES (%s, %s, %s, %s, %s, '', 'visit', 'a', 'd', 'j', %s,"
                " %s, 'a', 3, '', 'stored', '', %s, '', '')",
                (
                    number,
                    f"e{number}",
                    bytes([number]),
                    b"header %d" % number,
                    b"body %d" % number,
                    number,
                    family,
                    f"r{number}",
                ),
            )
        connection.execute(
            "INSERT INTO visit VALUES ('v', 1, 'F', 'a', '', 'completed', false, '')"
        )


def test_rows_of_an_earlier_release_are_laid_by_province() -> None:
    address = postgres().empty_database()
    _make_earlier(address)

    with closing(PostgresStore(address)) as store, store.reading() as tx:
        taken = [tx.envelopes.taken(number) for number in range(1, 6)]
        members = [[one.name for one in tx.cases.members(id_)] for id_ in "FGH"]
        lying: list[dict[str, int]] = [
            dict(tx._connection.execute(_LIES.format(table)).fetchall())
            for table in ("member", "envelope_body")
        ]
        chain = tx.envelopes.chain("j", "d")
    postgres().drop(address)

    assert [(one.header, one.body) for one in taken if one is not None] == [
        (b"header %d" % number, b"body %d" % number) for number in range(1, 6)
    ]
    assert members == [["Siti"], ["Budi", "Ani"], []]
    assert lying == [
        {"member_63": 1, "member_64": 2},
        {"envelope_body_63": 1, "envelope_body_64": 1, "envelope_body_other": 3},
    ]
    assert (chain.held, chain.whole_to) == (5, 5)

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enumerator.model import AreaCode, CaseState, Outcome
from enumerator.store import CaseFilter, OfficerStore
from enumerator.store.envelope import VisitBody, canonical
from enumerator.store.feed import (
    AreaBody,
    FeedRow,
    OfficerBody,
    ProgressBody,
    ResultBody,
    feed_digest,
)
from tests.store.builders import (
    STREAM,
    VILLAGE,
    Laptop,
    case,
    family_id,
    gone,
    returned,
)

FAMILY = family_id(1)


def state(laptop: Laptop, number: int = 1) -> CaseState:
    row = laptop.store.caseload.row(family_id(number))
    assert row is not None
    return row.state


def everything(store: OfficerStore) -> list[object]:
    """All that the feed decides: register, assignments, list, digest."""
    with store._connections.reading() as db:
        tables = [
            [tuple(row.items()) for row in db[table].rows_where(order_by="1, 2")]
            for table in ("member", "assignment", "feed_row", "area", "officer")
        ]
        families = db.execute(
            "SELECT id, head_name, address, card_number FROM family ORDER BY id"
        ).fetchall()
    listed = [
        (row.family_id, row.state, row.notice, row.members, row.officer_id, row.attempt_days)
        for row in store.caseload.page(store.caseload.ids(CaseFilter(states=frozenset(CaseState))))
    ]
    return [*tables, families, sorted(listed, key=str), store.inbox.digest(STREAM)]


# ---------------------------------------------------------------------- pages


def test_page_brings_families_members_and_cursor(laptop: Laptop) -> None:
    assert laptop.pull(case(1), case(2, counter=2, members=3)) == 2
    assert laptop.store.inbox.cursor(STREAM) == 2
    assert [m.line_no for m in laptop.store.families.members(family_id(2))] == [1, 2, 3]
    assert state(laptop) is CaseState.NOT_VISITED


def test_page_and_cursor_are_both_absent_when_the_page_fails_midway(laptop: Laptop) -> None:
    class TornFeed(Sequence[FeedRow]):
        def __len__(self) -> int:
            return 2

        def __getitem__(self, index: object) -> FeedRow:  # type: ignore[override]  # int only
            if index == 0:
                return case(1)
            raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        laptop.store.inbox.apply_page(STREAM, TornFeed(), 5)
    assert laptop.store.inbox.cursor(STREAM) == 0
    assert laptop.store.caseload.ids() == []
    assert laptop.store.inbox.digest(STREAM) == feed_digest([])


def test_cursor_never_goes_back_when_an_old_page_comes_late(laptop: Laptop) -> None:
    laptop.store.inbox.apply_page(STREAM, [case(1)], 9)
    laptop.store.inbox.apply_page(STREAM, [], 4)
    assert laptop.store.inbox.cursor(STREAM) == 9


def test_digest_is_of_the_live_rows(laptop: Laptop) -> None:
    first, second = case(1), case(2, counter=2)
    laptop.pull(first, second)
    assert laptop.store.inbox.digest(STREAM) == feed_digest(
        [(first.key, first.body), (second.key, second.body)]
    )
    laptop.pull(gone(1, 3, "withdrawn"))
    assert laptop.store.inbox.digest(STREAM) == feed_digest([(second.key, second.body)])


# ---------------------------------------------------------------------- order


def test_older_instruction_never_overrides_a_newer_one(laptop: Laptop) -> None:
    laptop.pull(case(1, counter=5, version=2, head_name="Baru Contoh"))
    assert laptop.pull(case(1, counter=4, head_name="Lama Contoh")) == 0
    assert laptop.pull(gone(1, 3, "withdrawn")) == 0
    assert laptop.store.families.family(FAMILY).head_name == "Baru Contoh"
    assert state(laptop) is CaseState.NOT_VISITED


def test_cancel_then_update_reopens(laptop: Laptop) -> None:
    laptop.pull(case(1), gone(1, 2, "withdrawn"))
    assert state(laptop) is CaseState.WITHDRAWN
    laptop.pull(case(1, counter=3, version=2))
    assert state(laptop) is CaseState.NOT_VISITED


def test_cancel_before_its_create_waits_and_wins_when_it_is_newer(laptop: Laptop) -> None:
    laptop.pull(gone(1, 5, "withdrawn"))
    assert laptop.store.caseload.ids() == []
    assert laptop.pull(case(1, counter=4)) == 0
    assert laptop.store.caseload.ids() == []


ROWS = [
    case(1, counter=1),
    case(1, counter=2, version=2, head_name="Siti Contoh", members=3),
    gone(1, 3, "reassigned"),
    case(1, counter=4, version=3, members=1),
    case(2, counter=5),
    case(2, counter=6, gone=True, reason="answered_online", self_response="complete"),
    case(3, counter=7, result=ResultBody(status="received", outcome="completed", officer_id="x")),
    returned(3, counter=8, version=2),
    FeedRow(
        key=f"area:{VILLAGE}",
        counter=9,
        body=canonical(AreaBody(code=VILLAGE, name="Contoh", level="village")),
    ),
    FeedRow(
        key="officer:acc-02",
        counter=10,
        body=canonical(OfficerBody(account_id="acc-02", login="ppl-02", name="Contoh")),
    ),
    FeedRow(key="case:torn", counter=11, body=b"\xc1"),
]


@settings(max_examples=40)
@given(st.data())
def test_any_order_repetition_and_batching_gives_the_same_state(data: st.DataObject) -> None:
    repeated = data.draw(st.lists(st.sampled_from(ROWS), max_size=8))
    order = data.draw(st.permutations(ROWS + repeated))
    cuts = data.draw(st.lists(st.integers(0, len(order)), max_size=4).map(sorted))
    with tempfile.TemporaryDirectory() as folder:
        shuffled, straight = Laptop(Path(folder, "a")), Laptop(Path(folder, "b"))
        for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True):
            shuffled.pull(*order[start:end])
        straight.pull(*ROWS)
        assert everything(shuffled.store) == everything(straight.store)
        shuffled.store.close()
        straight.store.close()


# ---------------------------------------------------------------------- odd rows


@pytest.mark.parametrize(
    "row",
    [
        FeedRow(key="case:torn", counter=1, body=b"\xc1\x00"),
        FeedRow(key="case:other", counter=1, body=canonical(AreaBody(code="", name="", level=""))),
        FeedRow(
            key="case:huge",
            counter=1,
            body=canonical(ProgressBody(attempt_days=2**62)),
        ),
        FeedRow(key="officer:torn", counter=1, body=b""),
        FeedRow(key="area:torn", counter=1, body=b"\x01"),
        FeedRow(key="mystery:1", counter=1, body=b"?"),
        FeedRow(key="", counter=1, body=b""),
    ],
    ids=lambda row: row.key or "empty key",
)
def test_row_that_cannot_be_read_does_not_stop_the_page_and_counts_in_the_digest(
    laptop: Laptop, row: FeedRow
) -> None:
    good = case(1, counter=2)
    laptop.pull(row, good)
    assert state(laptop) is CaseState.NOT_VISITED
    assert laptop.store.inbox.digest(STREAM) == feed_digest(
        [(row.key, row.body), (good.key, good.body)]
    )


def test_version_number_that_sqlite_cannot_hold_does_not_stop_the_page(laptop: Laptop) -> None:
    laptop.pull(case(1, version=2**63), case(2, counter=2))
    assert laptop.store.caseload.row(FAMILY) is None
    assert state(laptop, 2) is CaseState.NOT_VISITED


def test_unreadable_row_is_read_when_a_program_that_can_read_it_opens_the_store(
    laptop: Laptop,
) -> None:
    laptop.pull(case(1))
    newer = msgspec.msgpack.decode(case(2).body) | {"version": "2 bis"}
    laptop.pull(FeedRow(key=f"case:{family_id(2)}", counter=2, body=msgspec.msgpack.encode(newer)))
    assert laptop.store.caseload.row(family_id(2)) is None
    readable = case(2).body  # what the newer program would make of it
    with laptop.store._connections.writing() as db:
        db.execute("UPDATE feed_row SET unread = ? WHERE unread IS NOT NULL", (readable,))
    laptop.reopen()
    assert state(laptop, 2) is CaseState.NOT_VISITED
    assert laptop.store.inbox.retry_unread() == 0


def test_unread_body_is_kept_as_it_came(laptop: Laptop) -> None:
    laptop.pull(FeedRow(key="case:torn", counter=1, body=b"\xc1\x00"))
    with laptop.store._connections.reading() as db:
        assert bytes(db.execute("SELECT unread FROM feed_row").fetchone()[0]) == b"\xc1\x00"


def test_field_that_only_a_newer_server_knows_is_ignored(laptop: Laptop) -> None:
    newer = msgspec.msgpack.decode(case(1).body) | {"weather": "rain"}
    laptop.pull(FeedRow(key=f"case:{FAMILY}", counter=1, body=msgspec.msgpack.encode(newer)))
    assert state(laptop) is CaseState.NOT_VISITED


def test_members_with_the_same_line_number_leave_the_last_one(laptop: Laptop) -> None:
    body = msgspec.msgpack.decode(case(1).body)
    body["members"][1]["line_no"] = 1
    laptop.pull(FeedRow(key=f"case:{FAMILY}", counter=1, body=msgspec.msgpack.encode(body)))
    assert [m.name for m in laptop.store.families.members(FAMILY)] == ["Anggota Contoh B"]


# ---------------------------------------------------------------------- the whole stream anew


def test_refetched_stream_overrules_newer_counters_of_a_lost_server(laptop: Laptop) -> None:
    laptop.pull(case(1, counter=90, version=9, head_name="Hilang Contoh"), case(2, counter=91))
    fresh = [case(1, counter=3, version=2), case(3, counter=4)]
    laptop.store.inbox.replace_stream(STREAM, fresh, 4)
    assert laptop.store.inbox.cursor(STREAM) == 4
    assert laptop.store.inbox.digest(STREAM) == feed_digest([(row.key, row.body) for row in fresh])
    assert laptop.store.families.family(FAMILY).head_name == "Ahmad Contoh A"
    assert state(laptop, 2) is CaseState.WITHDRAWN
    assert state(laptop, 3) is CaseState.NOT_VISITED


def test_refetched_stream_touches_no_work(laptop: Laptop) -> None:
    laptop.pull(case(1), case(2, counter=2))
    laptop.visit(FAMILY)
    draft = laptop.draft(FAMILY)
    laptop.store.inbox.replace_stream(STREAM, [case(2, counter=2)], 2)
    assert state(laptop) is CaseState.PARKED
    assert laptop.store.interviews.get(draft).state == "draft"
    assert len(laptop.store.interviews.journal(draft)) == 1
    assert len(laptop.store.families.visits(FAMILY)) == 1
    assert laptop.store.outbox.pending().count == 1


def test_refetching_what_is_held_is_no_news(laptop: Laptop) -> None:
    rows = [case(1), case(2, counter=2)]
    laptop.pull(*rows)
    assert laptop.store.inbox.replace_stream(STREAM, rows, 2) == 0


# ---------------------------------------------------------------------- others' work


def other_visit(day: int, outcome: str = "no_contact") -> VisitBody:
    at = f"2020-09-{day:02}T09:00:00+08:00"
    return VisitBody(
        visit_id=f"other-{day}",
        family_id=FAMILY,
        officer_id="acc-02",
        started_at=at,
        ended_at=at,
        mode="visit",
        outcome=outcome,
    )


def test_visits_of_another_officer_come_with_the_case_and_are_known_once(laptop: Laptop) -> None:
    laptop.pull(case(1, prior_visits=[other_visit(1), other_visit(2)]))
    laptop.pull(case(1, counter=2, version=2, prior_visits=[other_visit(1), other_visit(2)]))
    records = laptop.store.families.visits(FAMILY)
    assert [record.visit.id for record in records] == ["other-1", "other-2"]
    assert [record.custody for record in records] == [None, None]
    row = laptop.store.caseload.row(FAMILY)
    assert row is not None
    assert (row.state, row.attempt_days, row.unsent) == (CaseState.VISITED, 2, 0)


def test_own_visit_that_comes_back_in_the_feed_stays_ones_own(laptop: Laptop) -> None:
    laptop.pull(case(1))
    own = laptop.visit(FAMILY)
    laptop.push()
    laptop.pull(case(1, counter=2, version=2, prior_visits=[own]))
    (record,) = laptop.store.families.visits(FAMILY)
    assert record.receipt == "R-101"


def test_outcome_that_only_a_newer_server_knows_is_read_as_a_visit(laptop: Laptop) -> None:
    laptop.pull(case(1, prior_visits=[other_visit(1, "abducted")]))
    assert state(laptop) is CaseState.VISITED
    assert len(laptop.store.families.visits(FAMILY)) == 1


def test_area_and_officer_rows_fill_their_tables(laptop: Laptop) -> None:
    laptop.pull(case(1), *ROWS[8:10])
    area = laptop.store.families.area(AreaCode(VILLAGE))
    assert area is not None
    assert (area.name, area.bps_code) == ("Contoh", None)
    row = laptop.store.caseload.row(FAMILY)
    assert row is not None
    assert row.village_name == "Contoh"
    (officer,) = laptop.store.families.team()
    assert (officer.login, officer.active) == ("ppl-02", 1)
    laptop.pull(FeedRow(key="officer:acc-02", counter=11, gone=True))
    assert laptop.store.families.team()[0].active == 0


def test_empty_body_hash_is_that_of_no_bytes_when_a_row_is_gone(laptop: Laptop) -> None:
    laptop.pull(gone(1, 1, "withdrawn"))
    with laptop.store._connections.reading() as db:
        stored = bytes(db.execute("SELECT body_sha256 FROM feed_row").fetchone()[0])
    assert stored == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("time", ["kemarin", "2020-09-15T09:00:00"])
def test_visit_with_an_unusable_time_stops_neither_its_family_nor_the_list(
    laptop: Laptop, time: str
) -> None:
    laptop.visit_body(family_id(1), Outcome.NO_CONTACT)
    poison = msgspec.structs.replace(
        laptop.visit_body(family_id(1), Outcome.NO_CONTACT),
        officer_id="acc-02",
        started_at=time,
        ended_at=time,
    )
    sound = msgspec.structs.replace(
        laptop.visit_body(family_id(1), Outcome.NO_CONTACT), officer_id="acc-02"
    )
    progress = ProgressBody(attempt_days=1, last_visit_at=time)
    laptop.pull(case(1, prior_visits=[poison, sound], progress=progress))

    (record,) = laptop.store.families.visits(family_id(1))
    (row,) = laptop.store.caseload.page(laptop.store.caseload.ids())
    assert record.visit.id == sound.visit_id
    assert row.last_visit_at == record.visit.ended_at

"""Cases that change hands and answers that cross: what both sides see after syncing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enumerator.clock import SystemChance, SystemClock
from enumerator.model import Outcome
from enumerator.store import OfficerStore
from enumerator.store.feed import FeedRow
from sync.client.engine import sync_once
from sync.protocol import PullRequest
from sync.server import accounts, pulling
from tests.helpers.field import (
    PASSPHRASE,
    FieldOperation,
    Laptop,
    card_number,
    family_id,
    nik,
    write_csv,
)
from tests.helpers.server import office
from tests.server.places import Place


def _self_response(operation: FieldOperation, number: int, status: str = "complete") -> None:
    path = write_csv(
        operation.root / "responses.csv",
        ("no_kk", "nik", "status", "submitted_at"),
        [(card_number(number), nik(number, 2), status, "2020-09-14T20:00:00+08:00")],
    )
    assert office(operation.folder, "load-responses", path).status == 0


def test_family_leaves_the_list_when_it_answered_online(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()

    _self_response(operation, 2)
    laptop.sync()

    assert laptop.families() == {family_id(1), family_id(3)}
    assert laptop.state_of(2) == "answered_online"


def test_visits_are_kept_when_the_family_answered_online_meanwhile(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.visit(2)
    _self_response(operation, 2)

    report = laptop.sync()

    assert report.receipts == 1
    assert laptop.state_of(2) == "answered_online"
    assert len(laptop.store.families.visits(family_id(2))) == 1


def test_interview_on_its_way_is_kept_beside_the_earlier_online_answer(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(2)
    _self_response(operation, 2)

    laptop.sync()

    status = {line.kind: line.status for line in laptop.store.outbox.of_family(family_id(2))}
    assert status == {"visit": "stored", "interview": "alternate"}
    assert office(operation.folder, "status").facts["conflicts"] == 1


def test_reassigned_family_moves_from_one_laptop_to_the_other(operation: FieldOperation) -> None:
    one, two = operation.laptop("ppl-01"), operation.laptop("ppl-02")
    supervisor = operation.laptop("pml-01")
    for laptop in (one, two, supervisor):
        laptop.sync()
    one.visit(1, Outcome.SOFT_REFUSAL)
    one.sync()
    supervisor.reassign([1], two)
    supervisor.sync()

    for laptop in (one, two):
        laptop.sync()

    assert family_id(1) not in one.families()
    assert one.state_of(1) == "reassigned"
    assert family_id(1) in two.families()
    (visit,) = two.store.families.visits(family_id(1))
    assert visit.visit.officer_id == one.account_id
    assert visit.visit.outcome is Outcome.SOFT_REFUSAL
    rows = {row.family_id: row for row in _rows(supervisor)}
    assert rows[family_id(1)].officer_id == two.account_id
    assert rows[family_id(1)].pending_officer is None


def _rows(laptop: Laptop) -> list:  # type: ignore[type-arg]
    from enumerator.store import CaseFilter

    return list(laptop.store.caseload.page(laptop.store.caseload.ids(CaseFilter())))


def test_late_interview_of_the_former_officer_shows_the_new_one_that_it_is_done(
    operation: FieldOperation,
) -> None:
    one, two = operation.laptop("ppl-01"), operation.laptop("ppl-02")
    supervisor = operation.laptop("pml-01")
    for laptop in (one, two, supervisor):
        laptop.sync()
    one.interview(1)
    supervisor.reassign([1], two)
    supervisor.sync()
    two.sync()
    assert family_id(1) in two.families()

    one.sync()
    two.sync()

    assert two.state_of(1) == "done_by_other"
    (line,) = [
        line for line in one.store.outbox.of_family(family_id(1)) if line.kind == "interview"
    ]
    assert (line.status, line.reason) == ("stored", "late_assignee")


def test_both_interviews_are_kept_when_two_officers_finish_one_family(
    operation: FieldOperation,
) -> None:
    one, two = operation.laptop("ppl-01"), operation.laptop("ppl-02")
    supervisor = operation.laptop("pml-01")
    for laptop in (one, supervisor):
        laptop.sync()
    one.interview(1, text="pertama")
    supervisor.reassign([1], two)
    supervisor.sync()
    two.sync()
    two.interview(1, text="kedua")
    two.sync()

    one.sync()

    bodies = [row[4] for row in operation.dump()["envelope"] if row[6] == "interview"]
    assert sorted(b"kedua" in body for body in bodies if isinstance(body, bytes)) == [False, True]
    assert office(operation.folder, "status").facts["conflicts"] == 1


def test_upload_is_still_taken_after_the_account_was_closed(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    office(operation.folder, "revoke", "--login", "ppl-01")

    report = sync_once(laptop.store, laptop.transport)

    assert report.failed is not None
    assert (report.failed.code, report.receipts) == ("revoked", 2)
    assert office(operation.folder, "status").facts["quarantined"] == {"revoked": 2}


def test_restored_laptop_goes_on_in_a_new_incarnation(operation: FieldOperation) -> None:
    """Its database is older than what the server already holds of it."""
    import shutil

    laptop = operation.laptop("ppl-01")
    laptop.sync()
    folder = laptop.store.folder
    laptop.store.close()
    shutil.copytree(folder, operation.root / "old")
    laptop.store = _open(folder)
    laptop.visit(1)
    laptop.sync()
    laptop.store.close()
    restored = Laptop(_open(operation.root / "old"), laptop.transport)
    incarnation = restored.store.outbox.chain().incarnation

    restored.visit(2)
    report = restored.sync()

    assert report.verdict == "fork"
    assert report.receipts == 1
    assert restored.store.outbox.chain().incarnation != incarnation
    assert office(operation.folder, "status").facts["visits"] == 2
    restored.visit(3)
    assert restored.sync().verdict == "ok"
    restored.store.close()


def _open(folder: Path) -> OfficerStore:
    return OfficerStore.open(folder, PASSPHRASE, clock=SystemClock(), chance=SystemChance())


def test_restored_server_gets_everything_again(operation: FieldOperation) -> None:
    from tests.helpers.server import start_server

    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.visit(1)
    laptop.sync()
    office(operation.folder, "backup", "--out", operation.root / "backup")
    laptop.interview(2)
    laptop.sync()
    assert laptop.store.outbox.summary().safe == 1
    operation.server.stop()

    with start_server(operation.root / "backup") as restored:
        report = sync_once(laptop.store, operation.transport(restored.address))

        assert report.failed is None
        assert (report.verdict, report.receipts) == ("behind", 2)
        assert office(operation.root / "backup", "status").facts["visits"] == 2
        assert laptop.state_of(2) == "received"
        again = sync_once(laptop.store, operation.transport(restored.address))
        assert (again.verdict, again.pushed) == ("ok", 0)


def test_server_restored_from_an_older_backup_gets_what_a_newer_one_had_made_safe(
    operation: FieldOperation,
) -> None:
    from tests.helpers.server import start_server

    laptop = operation.laptop("ppl-01")
    laptop.sync()
    office(operation.folder, "backup", "--out", operation.root / "older")
    laptop.visit(1)
    laptop.sync()
    office(operation.folder, "backup", "--out", operation.root / "newer")
    laptop.sync()
    assert laptop.store.outbox.summary().safe == 1
    operation.server.stop()

    with start_server(operation.root / "older") as restored:
        report = sync_once(laptop.store, operation.transport(restored.address))

    assert (report.failed, report.verdict, report.receipts) == (None, "behind", 1)
    assert office(operation.root / "older", "status").facts["visits"] == 1


def test_restored_server_gets_the_envelopes_of_earlier_incarnations_too(
    operation: FieldOperation,
) -> None:
    from tests.helpers.server import start_server

    laptop = operation.laptop("ppl-01")
    laptop.sync()
    office(operation.folder, "backup", "--out", operation.root / "backup")
    laptop.visit(1)
    laptop.sync()
    laptop.store.outbox.start_incarnation()
    operation.server.stop()

    with start_server(operation.root / "backup") as restored:
        report = sync_once(laptop.store, operation.transport(restored.address))

    assert (report.failed, report.receipts) == (None, 1)
    assert office(operation.root / "backup", "status").facts["visits"] == 1


def test_lost_reply_before_a_restore_is_answered_in_the_new_lineage(
    operation: FieldOperation,
) -> None:
    from tests.helpers.server import start_server
    from tests.sync.strangers import Lossy, no_connection

    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.visit(1)

    def lose(path: str, reply: object) -> object:
        if path == "/v1/push":
            raise no_connection()
        return reply

    def dead(path: str, _message: object) -> None:
        if path == "/v1/health":
            raise no_connection()

    sync_once(laptop.store, Lossy(laptop.transport, before=dead, after=lose))
    office(operation.folder, "backup", "--out", operation.root / "backup")
    operation.server.stop()

    with start_server(operation.root / "backup") as restored:
        report = sync_once(laptop.store, operation.transport(restored.address))

    assert (report.failed, report.receipts) == (None, 1)


# ---------------------------------------------------------------------- pages in any order


Recorded = tuple[list[list[FeedRow]], bytes]


@pytest.fixture(scope="module")
def recorded(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[list[list[FeedRow]], bytes]]:
    """Every page that a supervisor's laptop could ever have been given, from each cursor on, at
    three moments; and the digest at the end."""
    place = Place(tmp_path_factory.mktemp("recorded"))
    pages: list[list[FeedRow]] = []

    def record() -> None:
        cursor, more = 0, True
        while more:
            reply = pulling.pull(
                place.operation,
                place.supervisor.account,
                PullRequest(cursor=cursor, budget_bytes=4096),
            )
            pages.append(list(reply.rows))
            cursor, more = reply.cursor, reply.more

    record()
    place.one.push(place.one.visit(1), place.one.interview(2))
    place.supervisor.push(place.supervisor.reassign([3], place.two))
    record()
    place.self_response(4)
    place.assign("ppl-09", 5, move=True)
    accounts.revoke(place.operation, "ppl-02")
    record()
    final = pulling.pull(
        place.operation, place.supervisor.account, PullRequest(cursor=10**6)
    ).digest
    assert final is not None
    yield pages, final
    place.operation.close()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_pages_in_any_order_and_repetition_give_the_same_list(
    operation: FieldOperation,
    recorded: Recorded,
    data: st.DataObject,
) -> None:
    pages, final = recorded
    order = data.draw(st.permutations(range(len(pages))))
    repeats = data.draw(st.lists(st.sampled_from(range(len(pages))), max_size=4))
    store = _supervisors_store(operation)
    stream = f"stream-{SystemChance().uuid()}"
    with store._connections.writing() as db:
        db.execute("DELETE FROM feed_row")

    for index in [*repeats, *order, *repeats]:
        rows = pages[index]
        store.inbox.apply_page(stream, rows, max((row.counter for row in rows), default=0))

    assert store.inbox.digest(stream) == final


_stores: dict[int, OfficerStore] = {}


def _supervisors_store(operation: FieldOperation) -> OfficerStore:
    """One for all examples of a test: making one is dear."""
    if id(operation) not in _stores:
        _stores.clear()
        _stores[id(operation)] = operation.laptop("pml-01").store
    return _stores[id(operation)]


def test_counters_only_rise_within_a_stream(recorded: Recorded) -> None:
    for page in recorded[0]:
        counters = [row.counter for row in page]
        assert all(one < next_ for one, next_ in pairwise(counters))


def test_family_found_in_the_field_comes_back_as_an_ordinary_case(
    operation: FieldOperation,
) -> None:
    from enumerator.model import AreaCode, FamilyId

    laptop, supervisor = operation.laptop("ppl-01"), operation.laptop("pml-01")
    laptop.sync()
    found = FamilyId("BARU-5f0c2f6e-0b51-4a52-9f0e-5b6e2b1f4a11")
    laptop.store.recording.new_family(found, AreaCode("63.02.02.2008"))
    laptop.interview(found, text="baru")

    laptop.sync()
    supervisor.sync()

    row = laptop.store.caseload.row(found)
    assert row is not None
    assert row.state.value == "received"
    assert found in supervisor.families()


def test_server_put_back_in_its_own_lineage_is_noticed_when_an_earlier_incarnation_waits(
    operation: FieldOperation,
) -> None:
    """A copied disk has the lineage of its original: only the chain tells."""
    import shutil

    from tests.helpers.server import start_server

    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.visit(1)
    laptop.store.outbox.start_incarnation()
    for _ in range(4):
        laptop.store.outbox.record_failure([laptop.store.outbox.next_batch(1)[0].id])
    operation.server.stop()
    shutil.copytree(operation.folder, operation.root / "copied")
    with start_server(operation.folder) as server:
        laptop.visit(2)
        sync_once(laptop.store, operation.transport(server.address))
    summary = laptop.store.outbox.summary()
    assert (summary.received, summary.rejected) == (1, 1)

    with start_server(operation.root / "copied") as restored:
        report = sync_once(laptop.store, operation.transport(restored.address))

    assert (report.failed, report.verdict, report.receipts) == (None, "behind", 1)
    assert office(operation.root / "copied", "status").facts["visits"] == 1

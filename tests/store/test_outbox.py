from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from nacl.signing import SigningKey

from enumerator.model import CaseState, Custody, Outcome
from enumerator.store import PushResult, ReceiptPayload
from enumerator.store.envelope import chain_fault, is_signature_valid
from enumerator.store.receipt import Receipt, sign_receipt
from tests.store.builders import Laptop, case, family_id

FAMILY = family_id(1)


@pytest.fixture
def worked(laptop: Laptop) -> Laptop:
    """Three visits wait: envelopes 1 to 3."""
    laptop.pull(case(1))
    for _ in range(3):
        laptop.visit(FAMILY)
    return laptop


def custody(laptop: Laptop) -> list[Custody]:
    return [state.custody for state in laptop.store.outbox.of_family(FAMILY)]


# ---------------------------------------------------------------------- the chain


def test_envelopes_form_one_signed_chain_in_the_order_of_the_work(worked: Laptop) -> None:
    worked.interview(FAMILY)
    batch = worked.store.outbox.next_batch()
    assert [each.header.sequence for each in batch] == [1, 2, 3, 4, 5]
    assert [each.header.kind for each in batch] == ["visit"] * 4 + ["interview"]
    assert chain_fault(batch) is None
    public = bytes(SigningKey(b"d" * 32).verify_key)
    assert all(is_signature_valid(each, public) for each in batch)
    chain = worked.store.outbox.chain()
    assert (chain.length, chain.head) == (5, batch[-1].hash)


def test_base_version_is_the_server_row_that_the_work_was_based_on(worked: Laptop) -> None:
    draft = worked.draft(FAMILY)
    worked.pull(case(1, counter=9, version=4))
    envelope = worked.finish(draft)
    assert envelope.header.base_version == 1
    worked.visit(FAMILY)
    assert worked.store.outbox.next_batch()[-1].header.base_version == 4


def test_chain_goes_on_where_it_was_when_the_store_is_reopened(worked: Laptop) -> None:
    before = worked.store.outbox.chain()
    worked.reopen()
    worked.visit(FAMILY)
    last = worked.store.outbox.next_batch()[-1]
    assert last.header.previous == before.head
    assert last.header.sequence == before.length + 1


def test_new_incarnation_starts_a_chain_and_still_sends_the_old_one(worked: Laptop) -> None:
    old = worked.store.outbox.chain()
    new = worked.store.outbox.start_incarnation()
    assert (new.parent, new.length, new.head) == (old.incarnation, 0, b"")
    worked.visit(FAMILY)
    batch = worked.store.outbox.next_batch()
    assert [each.header.sequence for each in batch] == [1, 2, 3, 1]
    assert batch[-1].header.incarnation == new.incarnation
    assert [each.header.incarnation for each in batch[:3]] == [old.incarnation] * 3


# ---------------------------------------------------------------------- batches


def test_batch_keeps_to_count_and_size_but_holds_at_least_one(worked: Laptop) -> None:
    outbox = worked.store.outbox
    assert len(outbox.next_batch(max_envelopes=2)) == 2
    two = sum(each.size_bytes for each in outbox.next_batch()[:2])
    assert len(outbox.next_batch(max_bytes=two)) == 2
    assert len(outbox.next_batch(max_bytes=two - 1)) == 1
    assert len(outbox.next_batch(max_bytes=1)) == 1


def test_pending_counts_what_the_server_does_not_have(worked: Laptop) -> None:
    outbox = worked.store.outbox
    total = sum(each.size_bytes for each in outbox.next_batch())
    assert outbox.pending() == type(outbox.pending())(3, total)
    worked.push()
    assert (outbox.pending().count, outbox.next_batch()) == (0, [])


def test_envelope_that_fails_three_times_goes_alone_after_the_others_then_is_set_aside(
    worked: Laptop,
) -> None:
    outbox = worked.store.outbox
    poison = outbox.next_batch()[0].id
    for _ in range(3):
        outbox.record_failure([poison])
    assert [each.header.sequence for each in outbox.next_batch()] == [2, 3]
    outbox.record_results(worked.server.results(outbox.next_batch()))
    assert [each.id for each in outbox.next_batch()] == [poison]
    outbox.record_failure([poison])
    assert outbox.next_batch() == []
    assert (outbox.pending().count, outbox.summary().rejected) == (1, 1)
    assert outbox.retry_set_aside() == 1
    assert [each.id for each in outbox.next_batch()] == [poison]


# ---------------------------------------------------------------------- receipts


@pytest.mark.parametrize("status", ["stored", "duplicate", "alternate", "quarantined"])
def test_valid_receipt_ends_custody_whatever_the_server_thinks_of_the_content(
    worked: Laptop, status: str
) -> None:
    assert worked.push(status) == 3
    assert custody(worked) == [Custody.RECEIVED] * 3
    first = worked.store.outbox.of_family(FAMILY)[0]
    assert (first.status, first.receipt_no) == (status, "R-101")


@pytest.mark.parametrize("status", ["retry", "id_reuse", "unheard_of"])
def test_envelope_stays_when_the_server_does_not_take_it(worked: Laptop, status: str) -> None:
    first = worked.store.outbox.next_batch()[0]
    result = PushResult(
        envelope_id=first.id, status=status, reason="busy", receipt=worked.server.receipt(first)
    )
    recorded = worked.store.outbox.record_results([result])
    assert (recorded.received, recorded.stayed) == (0, 1)
    state = worked.store.outbox.of_family(FAMILY)[0]
    assert (state.custody, state.status, state.reason) == (Custody.LAPTOP, status, "busy")


def forged(laptop: Laptop, how: str) -> Receipt | None:
    server = laptop.server
    first, second, _ = laptop.store.outbox.next_batch()
    good = server.receipt(first)
    payload = msgspec.msgpack.decode(good.payload, type=ReceiptPayload)
    key = bytes(server.receipt_key)
    replace = msgspec.structs.replace
    changed: dict[str, Callable[[], Receipt | None]] = {
        "other envelope": lambda: server.receipt(second),
        "other id": lambda: sign_receipt(replace(payload, envelope_id=second.id), key),
        "other hash": lambda: sign_receipt(replace(payload, envelope_hash=second.hash), key),
        "other lineage": lambda: sign_receipt(replace(payload, lineage="lineage-0"), key),
        "other key": lambda: sign_receipt(payload, b"m" * 32),
        "refusal": lambda: sign_receipt(replace(payload, status="retry"), key),
        "flipped bit": lambda: Receipt(good.payload[:-1] + b"\x00", good.signature),
        "short signature": lambda: Receipt(good.payload, good.signature[:-1]),
        "empty": lambda: Receipt(b"", b""),
        "garbage": lambda: Receipt(b"<html>200 OK</html>", bytes(64)),
        "none": lambda: None,
    }
    return changed[how]()


@pytest.mark.parametrize(
    "how",
    [
        "other envelope",
        "other id",
        "other hash",
        "other lineage",
        "other key",
        "refusal",
        "flipped bit",
        "short signature",
        "empty",
        "garbage",
        "none",
    ],
)
def test_receipt_that_does_not_hold_does_not_end_custody(worked: Laptop, how: str) -> None:
    first = worked.store.outbox.next_batch()[0]
    result = PushResult(envelope_id=first.id, status="stored", receipt=forged(worked, how))
    recorded = worked.store.outbox.record_results([result])
    assert (recorded.received, recorded.forged) == (0, 1)
    assert custody(worked) == [Custody.LAPTOP] * 3
    assert worked.store.outbox.pending().count == 3


def test_well_signed_garbage_does_not_end_custody(worked: Laptop) -> None:
    first = worked.store.outbox.next_batch()[0]
    payload = msgspec.msgpack.encode({"receipt_no": "R-1"})
    signature = worked.server.receipt_key.sign(payload).signature
    result = PushResult(envelope_id=first.id, status="stored", receipt=Receipt(payload, signature))
    assert worked.store.outbox.record_results([result]).forged == 1
    assert custody(worked) == [Custody.LAPTOP] * 3


def test_result_for_an_envelope_of_somebody_else_changes_nothing(worked: Laptop) -> None:
    stranger = PushResult(envelope_id="stranger", status="stored", receipt=None)
    assert worked.store.outbox.record_results([stranger]).forged == 1
    assert custody(worked) == [Custody.LAPTOP] * 3


def test_second_receipt_changes_nothing_when_the_first_was_recorded(worked: Laptop) -> None:
    batch = worked.store.outbox.next_batch()
    worked.push()
    before = worked.store.outbox.of_family(FAMILY)
    worked.store.outbox.record_results(worked.server.results(batch, "duplicate"))
    assert worked.store.outbox.of_family(FAMILY) == before


def test_forged_receipt_among_good_ones_does_not_stop_them(worked: Laptop) -> None:
    results = worked.server.results(worked.store.outbox.next_batch())
    results[1] = PushResult(
        envelope_id=results[1].envelope_id, status="stored", receipt=results[0].receipt
    )
    recorded = worked.store.outbox.record_results(results)
    assert (recorded.received, recorded.forged) == (2, 1)
    assert custody(worked) == [Custody.RECEIVED, Custody.LAPTOP, Custody.RECEIVED]


# ---------------------------------------------------------------------- safe, and back


def test_received_is_safe_only_below_the_safe_point_of_the_same_lineage(worked: Laptop) -> None:
    worked.push()  # points 101 to 103
    store, lineage = worked.store, worked.server.lineage
    store.note_server(lineage=lineage, safe_point=101)
    assert custody(worked) == [Custody.RECEIVED] * 3
    store.note_server(lineage=lineage, safe_point=103)
    assert custody(worked) == [Custody.SAFE, Custody.SAFE, Custody.RECEIVED]
    assert store.outbox.summary() == type(store.outbox.summary())(0, 1, 2, 0)


def test_safe_point_does_not_make_unreceived_work_safe(worked: Laptop) -> None:
    worked.store.note_server(lineage=worked.server.lineage, safe_point=10_000)
    assert custody(worked) == [Custody.LAPTOP] * 3


def test_restored_server_gets_again_what_it_lost(worked: Laptop) -> None:
    worked.push()
    worked.store.note_server(lineage=worked.server.lineage, safe_point=102)
    assert worked.store.outbox.server_went_back(common_sequence=1) == 2
    assert custody(worked) == [Custody.SAFE, Custody.LAPTOP, Custody.LAPTOP]
    worked.server.lineage = "lineage-2"
    worked.store.note_server(lineage="lineage-2", safe_point=0)
    assert [each.header.sequence for each in worked.store.outbox.next_batch()] == [2, 3]
    assert worked.push() == 2
    assert custody(worked) == [Custody.SAFE, Custody.RECEIVED, Custody.RECEIVED]


def test_new_lineage_voids_what_no_backup_was_known_to_cover(worked: Laptop) -> None:
    worked.push()  # points 101 to 103
    worked.store.note_server(lineage=worked.server.lineage, safe_point=102)
    worked.store.note_server(lineage="lineage-2", safe_point=10_000)
    assert custody(worked) == [Custody.SAFE, Custody.LAPTOP, Custody.LAPTOP]
    assert worked.push() == 0, "a receipt of the old lineage counts no more"
    worked.server.lineage = "lineage-2"
    assert worked.push() == 2


def test_restored_server_gets_earlier_incarnations_again_too(worked: Laptop) -> None:
    worked.store.outbox.start_incarnation()
    worked.visit(FAMILY)
    worked.push()
    assert worked.store.outbox.server_went_back(common_sequence=1) == 3
    assert [each.header.sequence for each in worked.store.outbox.next_batch()] == [1, 2, 3]


def test_case_is_received_with_its_interview_and_counts_its_unsent_visit(
    laptop: Laptop,
) -> None:
    laptop.pull(case(1))
    laptop.interview(FAMILY, Outcome.COMPLETED)
    row = laptop.store.caseload.row(FAMILY)
    assert row is not None
    assert (row.state, row.unsent) == (CaseState.QUEUED, 2)
    visit, interview = laptop.store.outbox.next_batch()
    laptop.store.outbox.record_results(laptop.server.results([interview]))
    row = laptop.store.caseload.row(FAMILY)
    assert row is not None
    assert (row.state, row.unsent) == (CaseState.RECEIVED, 1)
    laptop.store.outbox.record_results(laptop.server.results([visit]))
    row = laptop.store.caseload.row(FAMILY)
    assert row is not None
    assert (row.state, row.unsent) == (CaseState.RECEIVED, 0)


def test_newest_interview_is_the_last_one_sealed_when_the_clock_was_set_back(
    laptop: Laptop,
) -> None:
    laptop.pull(case(1))
    laptop.interview(FAMILY, Outcome.PARTIAL)
    laptop.push()
    laptop.clock.set_wall(laptop.clock.now() - timedelta(days=30))
    second = laptop.draft(FAMILY)
    laptop.finish(second, Outcome.COMPLETED)

    row = laptop.store.caseload.row(FAMILY)
    assert row is not None
    assert (row.state, row.outcome) == (CaseState.QUEUED, Outcome.COMPLETED)
    newest = laptop.store.interviews.last_final(FAMILY)
    assert newest is not None
    assert newest.id == second


def test_pending_of_the_chain_leaves_out_earlier_incarnations(worked: Laptop) -> None:
    worked.store.outbox.start_incarnation()
    worked.visit(FAMILY)

    assert worked.store.outbox.chain().unreceived == 1
    assert worked.store.outbox.pending().count == 4


def test_refused_order_is_no_longer_pending_when_the_first_reply_was_lost(
    supervisor: Laptop,
) -> None:
    supervisor.pull(case(1, officer="acc-02"))
    order = supervisor.store.recording.reassignment([FAMILY], "acc-03", "alasan")
    again = PushResult(
        envelope_id=order.id,
        status="duplicate",
        reason="not_your_team",
        receipt=supervisor.server.receipt(order, "quarantined"),
    )

    supervisor.store.outbox.record_results([again])

    row = supervisor.store.caseload.row(FAMILY)
    assert row is not None
    assert row.pending_officer is None
    assert "reassignment_refused" in [
        event.kind for event in supervisor.store.families.history(FAMILY)
    ]

"""Photos on their way from the laptop: cut anywhere, never in the way of an envelope."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec
import pytest

from enumerator.clock import SystemChance, SystemClock
from enumerator.errors import KnownError
from enumerator.model import Custody
from enumerator.store import OfficerStore
from enumerator.store.receipt import Receipt
from sync.client import uploading
from sync.client.engine import Progress, sync_once
from sync.client.uploading import ChunkPace
from sync.protocol import HaveReply, MediaChunk, MediaHeld
from sync.server import sessions
from sync.server.policy import POLICY
from tests.helpers.field import PASSPHRASE, FieldOperation, Laptop, family_id
from tests.helpers.server import office, start_server
from tests.sync.strangers import Lossy, no_connection


def photo(size: int = 100_000, seed: int = 1) -> bytes:
    return Random(seed).randbytes(size)  # noqa: S311  (no secret: a photo)


def name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def custody(laptop: Laptop) -> tuple[int, int, int]:
    """(waiting, received, safe)"""
    summary = laptop.store.media.summary()
    return summary.waiting, summary.received, summary.safe


def at_server(operation: FieldOperation, content: bytes) -> bytes:
    with operation.server.operation.store.reading() as transaction:
        return b"".join(transaction.media.content(name_of(content), 0))


class Counting(Lossy):
    """Counts the bytes of media that were sent; ``cut`` may raise or change a chunk."""

    sent = 0
    cut: Callable[[MediaChunk], MediaChunk] = staticmethod(lambda chunk: chunk)

    def call(self, path, request, reply, token=""):  # type: ignore[no-untyped-def]
        if isinstance(request, MediaChunk):
            self.sent += len(request.data)
            request = self.cut(request)
        return super().call(path, request, reply, token)


def dead(path: str, _message: object) -> None:
    if path == "/v1/health":
        raise no_connection()


def test_photo_follows_its_interview(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    content = photo()
    laptop.interview(1, photos=[content])
    assert laptop.store.whereabouts.totals().media_waiting == 1
    steps: list[Progress] = []

    report = sync_once(laptop.store, laptop.transport, progress=steps.append)

    assert (report.failed, report.receipts, report.media_sent) == (None, 2, 1)
    assert at_server(operation, content) == content
    (state,) = _states(laptop)
    assert (state.custody, state.size_bytes) == ("received", len(content))
    assert laptop.store.whereabouts.totals().media_waiting == 0
    media = [step for step in steps if step.step == "media"]
    assert [step.step for step in steps][-len(media) :] == ["media"] * len(media)
    assert media[-1].done == media[-1].total == len(content)
    assert office(operation.folder, "status").facts["interviews_without_media"] == 0


def test_photo_that_was_sent_is_not_sent_again(operation: FieldOperation) -> None:
    laptop, colleague = operation.laptop("ppl-01"), operation.laptop("ppl-02")
    for one in (laptop, colleague):
        one.sync()
    laptop.interview(1, photos=[photo()])
    colleague.interview(4, photos=[photo()])
    laptop.sync()
    wire = Counting(colleague.transport)

    sync_once(colleague.store, wire)

    assert (custody(colleague), wire.sent) == ((0, 1, 0), 0)
    assert laptop.sync().media_sent == 0


_SIZE = 300_000


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("chunk", range(1, 6))
def test_upload_goes_on_where_it_was_cut(operation: FieldOperation, chunk: int, when: str) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo(_SIZE)])
    left = [chunk]

    def cut() -> None:
        left[0] -= 1
        if not left[0]:
            raise no_connection()

    def before(path: str, message: object) -> None:
        dead(path, message)
        if path == "/v1/media" and when == "before":
            cut()

    def after(path: str, reply: object) -> object:
        if path == "/v1/media" and when == "after":
            cut()
        return reply

    wire = Counting(laptop.transport, before, after)
    first = sync_once(laptop.store, wire)
    begun = laptop.store.media.waiting()[0].held_bytes if custody(laptop)[0] else _SIZE
    second = Counting(laptop.transport)
    assert sync_once(laptop.store, second).failed is None

    assert first.failed is not None
    assert first.failed.code == "no_connection"
    assert custody(laptop) == (0, 1, 0)
    assert at_server(operation, photo(_SIZE)) == photo(_SIZE)
    lost = 0 if when == "after" else max(0, wire.sent + second.sent - _SIZE)
    assert wire.sent + second.sent == _SIZE + lost
    assert begun <= _SIZE


def test_lost_reply_to_the_last_chunk_costs_no_byte(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo(1000)])

    def lose(path: str, reply: object) -> object:
        if path == "/v1/media":
            raise no_connection()
        return reply

    assert sync_once(laptop.store, Lossy(laptop.transport, dead, lose)).failed is not None
    wire = Counting(laptop.transport)
    report = sync_once(laptop.store, wire)

    assert (report.media_sent, wire.sent) == (1, 0)


def test_link_that_passes_16_kb_at_a_time_brings_photos_through(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    contents = [photo(60_000, seed) for seed in (1, 2)]
    for number, content in enumerate(contents, start=1):
        laptop.interview(number, photos=[content])

    def cut(chunk: MediaChunk) -> MediaChunk:
        if len(chunk.data) > 16_384:
            raise no_connection()
        return chunk

    wire = Counting(laptop.transport)
    wire.cut = cut

    report = sync_once(laptop.store, wire)

    assert (report.failed, custody(laptop)) == (None, (0, 2, 0))
    assert wire.sent <= 1.3 * 120_000


def test_photo_damaged_on_the_way_is_sent_again(
    operation: FieldOperation, expect_log: Callable[[str], None]
) -> None:
    expect_log("came with another content")
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo()])
    damaged = iter([True])

    def damage(chunk: MediaChunk) -> MediaChunk:
        if next(damaged, False):
            return msgspec.structs.replace(chunk, data=bytes(len(chunk.data)))
        return chunk

    wire = Counting(laptop.transport)
    wire.cut = damage
    assert sync_once(laptop.store, wire).failed is None
    assert custody(laptop) == (1, 0, 0)

    assert laptop.sync().media_sent == 1
    assert at_server(operation, photo()) == photo()


def test_failing_photo_is_set_aside_and_hinders_nothing(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    bad, good = photo(seed=1), photo(seed=2)
    laptop.interview(1, photos=[bad])

    def refuse(chunk: MediaChunk) -> MediaChunk:
        if chunk.sha256 == name_of(bad):
            raise KnownError("server_fault", "The server failed.")
        return chunk

    wire = Counting(laptop.transport)
    wire.cut = refuse
    for number in (2, 3):
        laptop.interview(number, photos=[photo(seed=number)])
        report = sync_once(laptop.store, wire)
        assert (report.failed, report.media_sent) == (None, 1)
        assert laptop.store.outbox.pending().count == 0
    sync_once(laptop.store, wire)

    assert at_server(operation, good) == good
    (state,) = [one for one in _states(laptop) if one.sha256 == name_of(bad)]
    assert (state.custody, state.set_aside, state.reason) == ("laptop", 1, "server_fault")
    assert laptop.store.outbox.pending().count == 0
    assert sync_once(laptop.store, laptop.transport).media_sent == 0
    laptop.store.media.retry_set_aside()
    assert laptop.sync().media_sent == 1


class _State(NamedTuple):
    """What the laptop has noted of a photo."""

    sha256: str
    size_bytes: int
    custody: str
    set_aside: int
    reason: str


def _states(laptop: Laptop) -> list[_State]:
    with laptop.store._connections.reading() as db:
        rows = db.execute("SELECT sha256, size_bytes, custody, set_aside, reason FROM media")
        return [_State(*row) for row in rows.fetchall()]


def test_photo_that_rotted_on_the_laptop_is_set_aside_without_a_byte(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo(seed=1)])
    laptop.interview(2, photos=[photo(seed=2)])
    with laptop.store._connections.writing() as db:
        db.execute("DROP TRIGGER attachment_of_a_final_interview_stays")
        db.execute(
            "UPDATE attachment SET content = zeroblob(100000) WHERE sha256 = ?",
            (name_of(photo(seed=1)),),
        )
    wire = Counting(laptop.transport)

    report = sync_once(laptop.store, wire)

    assert (report.failed, report.media_sent, wire.sent) == (None, 1, 100_000)
    assert [one.reason for one in _states(laptop) if one.set_aside] == ["damaged"]


def test_budget_ends_the_session_and_the_next_goes_on(
    operation: FieldOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "POLICY", {**POLICY, "media_budget_kib": 48})
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo(100_000)])

    reports = [laptop.sync() for _ in range(3)]

    assert [report.media_sent for report in reports] == [0, 0, 1]
    assert [report.receipts for report in reports] == [2, 0, 0]
    assert office(operation.folder, "status").facts["interviews_without_media"] == 0


def test_interview_is_not_shown_as_received_while_its_photo_waits(
    operation: FieldOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "POLICY", {**POLICY, "media_budget_kib": 16})
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo()])

    laptop.sync()

    assert laptop.store.outbox.summary().received == 2
    assert laptop.state_of(1) == "queued"
    totals = laptop.store.whereabouts.totals()
    assert (totals.waiting, totals.received, totals.media_waiting) == (1, 1, 1)
    (_, interview) = laptop.store.whereabouts.of_family(family_id(1))
    assert (interview.place, interview.media_waiting) == (Custody.LAPTOP, 1)
    assert interview.receipt_no is not None
    assert office(operation.folder, "status").facts["interviews_without_media"] == 1
    assert 0 < laptop.store.media.summary().waiting_bytes < 100_000


def test_upload_goes_on_after_the_laptop_was_restarted(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo()])

    def cut(chunk: MediaChunk) -> MediaChunk:
        if chunk.offset > 40_000:
            raise no_connection()
        return chunk

    wire = Counting(laptop.transport, dead)
    wire.cut = cut
    sync_once(laptop.store, wire)
    held = laptop.store.media.waiting()[0].held_bytes
    folder = laptop.store.folder
    laptop.store.close()
    store = OfficerStore.open(folder, PASSPHRASE, clock=SystemClock(), chance=SystemChance())
    operation.closing.callback(store.close)
    again = Counting(laptop.transport)

    assert sync_once(store, again).media_sent == 1
    assert held > 40_000
    assert again.sent == 100_000 - held


def test_cancelling_stops_between_chunks_and_loses_none(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo()])
    steps: list[Progress] = []

    report = sync_once(
        laptop.store,
        laptop.transport,
        progress=steps.append,
        cancelled=lambda: len([one for one in steps if one.step == "media"]) > 2,
    )

    assert report.failed is not None
    assert (report.failed.code, report.receipts) == ("cancelled", 2)
    assert laptop.store.media.waiting()[0].held_bytes > 0
    assert laptop.sync().media_sent == 1


def test_forged_media_receipt_ends_no_custody(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo(1000)])

    def forge(_path: str, reply: object) -> object:
        if isinstance(reply, MediaHeld) and reply.receipt is not None:
            forged = Receipt(reply.receipt.payload, bytes(64))
            return msgspec.structs.replace(reply, receipt=forged)
        return reply

    report = sync_once(laptop.store, Lossy(laptop.transport, after=forge))

    assert report.failed is not None
    assert (report.failed.code, custody(laptop)) == ("bad_receipt", (1, 0, 0))


def test_server_that_says_nonsense_about_offsets_is_left_alone(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo()])

    def stuck(_path: str, reply: object) -> object:
        if isinstance(reply, MediaHeld):
            return MediaHeld(sha256=reply.sha256, held_bytes=-7)
        return reply

    wire = Lossy(laptop.transport, after=stuck)
    report = sync_once(laptop.store, wire)

    assert report.failed is None
    assert custody(laptop) == (1, 0, 0)
    assert wire.calls.count("/v1/media") <= 2 * uploading._TURNS_A_CHUNK


def test_older_server_without_media_hinders_no_session(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo()])

    def unknown(path: str, _message: object) -> None:
        if path in ("/v1/have", "/v1/media"):
            raise KnownError("not_found", "No such route.")

    report = sync_once(laptop.store, Lossy(laptop.transport, before=unknown))

    assert (report.failed, report.receipts, custody(laptop)) == (None, 2, (1, 0, 0))


def test_photo_of_a_closed_account_is_taken_all_the_same(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo()])
    office(operation.folder, "revoke", "--login", "ppl-01")

    report = sync_once(laptop.store, laptop.transport)

    assert report.failed is not None
    assert (report.failed.code, report.receipts, report.media_sent) == ("revoked", 2, 1)


# ---------------------------------------------------------------------- backups and restores


def test_photo_is_safe_once_a_backup_covers_it(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo(seed=1)])
    laptop.sync()
    office(operation.folder, "backup", "--out", operation.root / "backup")
    laptop.interview(2, photos=[photo(seed=2)])

    laptop.sync()

    assert custody(laptop) == (0, 1, 1)


def test_restored_server_is_asked_and_gets_only_what_it_lacks(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo(seed=1)])
    laptop.sync()
    office(operation.folder, "backup", "--out", operation.root / "backup")
    laptop.interview(2, photos=[photo(seed=2)])
    operation.server.stop()
    replies: list[HaveReply] = []

    def watch(_path: str, reply: object) -> object:
        if isinstance(reply, HaveReply):
            replies.append(reply)
        return reply

    with start_server(operation.root / "backup") as restored:
        wire = Counting(operation.transport(restored.address), after=watch)
        report = sync_once(laptop.store, wire)

    assert (report.failed, report.pushed, report.receipts) == (None, 2, 4)
    assert [(len(one.held), len(one.lacking)) for one in replies if one.held] == [(2, 2)]
    assert (wire.sent, custody(laptop)) == (100_000, (0, 2, 0))
    assert laptop.store.outbox.marks_to_ask() == []


def test_photo_that_a_restored_server_lost_is_sent_again(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    office(operation.folder, "backup", "--out", operation.root / "backup")
    laptop.interview(1, photos=[photo()])
    laptop.sync()
    operation.server.stop()

    with start_server(operation.root / "backup") as restored:
        report = sync_once(laptop.store, operation.transport(restored.address))
        status = office(operation.root / "backup", "status").facts

    assert (report.failed, report.pushed, report.media_sent) == (None, 2, 1)
    assert (status["media"], status["interviews_without_media"]) == (1, 0)


# ---------------------------------------------------------------------- sealed files, export


def test_photo_has_a_sealed_file_that_the_office_takes(
    operation: FieldOperation, tmp_path: Path
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    content = b"\xff\xd8\xff" + photo(300_000)
    laptop.interview(1, photos=[content])
    spool = laptop.store.spool.folder
    assert laptop.store.spool.media_names() == {name_of(content)}
    assert content[:200] not in laptop.store.spool.media_path(name_of(content)).read_bytes()

    run = office(operation.folder, "take-sealed", spool)
    exported = office(operation.folder, "export", "--out", tmp_path / "out", "--identified")
    masked = office(operation.folder, "export", "--out", tmp_path / "masked")

    assert (run.status, run.facts["media"], run.facts["unreadable"]) == (0, 1, [])
    assert (exported.facts["media_held"], exported.facts["media_missing"]) == (1, 0)
    path = tmp_path / "out" / "media" / f"{name_of(content)}.jpg"
    assert path.read_bytes() == content
    lines = (tmp_path / "out" / "media.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1].endswith(f"{name_of(content)},{len(content)},media/{path.name}")
    assert not (tmp_path / "masked" / "media").exists()
    assert json.loads((tmp_path / "masked" / "export.json").read_text())["media_held"] == 1
    assert masked.facts["media_held"] == 1


def test_missing_sealed_photo_is_written_again_when_the_store_is_opened(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo()])
    laptop.store.spool.media_path(name_of(photo())).unlink()
    folder = laptop.store.folder
    laptop.store.close()

    store = OfficerStore.open(folder, PASSPHRASE, clock=SystemClock(), chance=SystemChance())
    operation.closing.callback(store.close)

    assert store.spool.media_names() == {name_of(photo())}


def test_torn_sealed_photo_is_told_and_the_rest_taken(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo(seed=1), photo(seed=2)])
    torn = laptop.store.spool.media_path(name_of(photo(seed=1)))
    torn.write_bytes(torn.read_bytes()[:-1])

    run = office(operation.folder, "take-sealed", laptop.store.spool.folder)

    assert (run.status, run.facts["media"]) == (1, 1)
    assert run.facts["unreadable"] == [torn.name]


def test_photo_of_unsent_work_cannot_be_deleted_from_the_laptop(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[photo()])
    laptop.sync()

    for table in ("media", "attachment"):
        with (
            pytest.raises(Exception, match=r"backup covers|never deleted"),
            laptop.store._connections.writing() as db,
        ):
            db.execute(f"DELETE FROM {table}")  # noqa: S608  (our own names)


# ---------------------------------------------------------------------- the pace


def test_chunks_grow_with_the_link_up_to_their_limit() -> None:
    pace = ChunkPace(10**9, 10**9)
    sizes = []
    for _ in range(8):
        sizes.append(pace.chunk_bytes)
        pace.passed(pace.chunk_bytes, 10)

    assert sizes == [k * 1024 for k in (16, 32, 64, 128, 256, 256, 256, 256)]


def test_chunks_stay_small_on_a_slow_link_and_after_a_failure() -> None:
    slow = ChunkPace(10**9, 10**9)
    slow.passed(16_384, 20_000)
    assert slow.chunk_bytes == 16_384

    cut = ChunkPace(10**9, 10**9)
    cut.passed(16_384, 10)
    cut.failed()
    for _ in range(3):
        cut.passed(cut.chunk_bytes, 10)
    assert cut.chunk_bytes == 16_384


def test_slow_link_spends_the_session_in_time_rather_than_in_bytes() -> None:
    fast, slow = ChunkPace(1_000_000, 120), ChunkPace(1_000_000, 120)
    fast.passed(500_000, 5_000)
    slow.passed(16_384, 125_000)  # about 1 kbit/s

    assert (fast.is_spent(), slow.is_spent()) == (False, True)
    fast.passed(500_000, 5_000)
    assert fast.is_spent()
    assert not ChunkPace(0, 0).is_spent()  # a first chunk always goes

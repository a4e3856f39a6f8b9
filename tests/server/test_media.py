"""Photos and sounds in custody: by content, in chunks, durable before they are called held."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from random import Random

import msgspec
import pytest
import requests

from enumerator.store.envelope import read_header
from enumerator.store.receipt import MediaReceiptPayload, verified, verified_media
from sync.protocol import (
    JSON,
    MAX_CHUNK_BYTES,
    MAX_MEDIA_BYTES,
    MSGPACK,
    EnvelopeMark,
    HaveRequest,
    MediaChunk,
    MediaHeld,
    MediaMark,
    pack,
)
from sync.server import media, naming
from sync.server.desk import Desk
from sync.server.office.backing_up import back_up
from sync.server.operation import Operation, open_operation
from sync.server.sessions import Caller
from tests.helpers.server import serve
from tests.server.places import HandLaptop, Place, envelope_hash


def photo(size: int = 1000, seed: int = 1) -> bytes:
    return Random(seed).randbytes(size)  # noqa: S311  (no secret: a photo)


def name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def chunk(content: bytes, offset: int, length: int, **changes: object) -> MediaChunk:
    values: dict[str, object] = {
        "sha256": name_of(content),
        "size_bytes": len(content),
        "offset": offset,
        "data": content[offset : offset + length],
    }
    return MediaChunk(**(values | changes))  # type: ignore[arg-type]  # fields by name


def send(laptop: HandLaptop, content: bytes, step: int = 300, start: int = 0) -> MediaHeld:
    """From ``start`` to the end; the last reply."""
    for offset in range(start, len(content), step):
        held = media.take_chunk(
            laptop.place.operation, laptop.account, chunk(content, offset, step)
        )
        assert held.held_bytes == min(len(content), offset + step)
    return held


def have(laptop: HandLaptop, *contents: bytes) -> list[MediaHeld]:
    marks = [MediaMark(sha256=name_of(one), size_bytes=len(one)) for one in contents]
    return _desk_of(laptop).have(_caller(laptop), HaveRequest(envelopes=[], media=marks)).media


def _desk_of(laptop: HandLaptop) -> Desk:
    return Desk(laptop.place.operation)


def _caller(laptop: HandLaptop) -> Caller:
    with laptop.place.operation.store.reading() as transaction:
        device = transaction.accounts.device(laptop.device_id)
    assert device is not None
    return Caller(laptop.account, device)


def payload_of(operation: Operation, held: MediaHeld) -> MediaReceiptPayload:
    assert held.receipt is not None
    payload = verified_media(held.receipt, operation.keys.receipt_public)
    assert payload is not None
    return payload


def content_of(operation: Operation, content: bytes, start: int = 0) -> bytes:
    with operation.store.reading() as transaction:
        return b"".join(transaction.media.content(name_of(content), start))


def counts(place: Place) -> dict[str, int]:
    with place.operation.store.reading() as transaction:
        return transaction.media.counts()


# ---------------------------------------------------------------------- chunks


def test_photo_is_held_with_a_signed_receipt_when_its_last_byte_came(place: Place) -> None:
    content = photo(1000)

    held = send(place.one, content)

    payload = payload_of(place.operation, held)
    assert (payload.sha256, payload.size_bytes) == (name_of(content), 1000)
    assert payload.lineage == place.operation.lineage
    assert content_of(place.operation, content) == content
    assert content_of(place.operation, content, 450) == content[450:]


def test_media_receipt_is_no_envelopes_receipt(place: Place) -> None:
    held = send(place.one, photo())

    assert held.receipt is not None
    assert verified(held.receipt, place.operation.keys.receipt_public) is None


@pytest.mark.parametrize("offset", [0, 299, 301, 999])
def test_chunk_that_does_not_begin_where_the_held_bytes_end_changes_nothing(
    place: Place, offset: int
) -> None:
    content = photo(1000)
    media.take_chunk(place.operation, place.one.account, chunk(content, 0, 300))

    held = media.take_chunk(place.operation, place.one.account, chunk(content, offset, 200))

    assert (held.held_bytes, held.receipt) == (300, None)
    assert content_of(place.operation, content) == b""
    assert send(place.one, content, start=300).receipt is not None


def test_chunk_that_goes_beyond_the_size_changes_nothing(place: Place) -> None:
    content = photo(1000)
    long = chunk(content, 0, 300, size_bytes=299)

    held = media.take_chunk(place.operation, place.one.account, long)

    assert (held.held_bytes, held.receipt) == (0, None)
    assert counts(place)["media_unfinished"] == 0


def test_wrong_content_is_thrown_away_and_told(
    place: Place, expect_log: Callable[[str], None]
) -> None:
    expect_log("came with another content")
    content = photo(600)
    media.take_chunk(place.operation, place.one.account, chunk(content, 0, 300))
    bad = chunk(content, 300, 300, data=bytes(300))

    held = media.take_chunk(place.operation, place.one.account, bad)

    assert (held.held_bytes, held.reason, held.receipt) == (0, "wrong_hash", None)
    assert have(place.one, content)[0].held_bytes == 0
    assert place.rows("SELECT count(*) FROM media_piece") == [(0,)]
    assert send(place.one, content).receipt is not None


def test_other_accounts_wrong_bytes_do_not_spoil_an_upload(place: Place) -> None:
    content = photo(900)
    media.take_chunk(place.operation, place.one.account, chunk(content, 0, 300))
    bad = chunk(content, 0, 300, data=bytes(300))
    media.take_chunk(place.operation, place.stranger.account, bad)

    assert send(place.one, content, start=300).receipt is not None
    assert content_of(place.operation, content) == content


def test_resent_last_chunk_gets_the_same_receipt(place: Place) -> None:
    content = photo(600)
    first = send(place.one, content)

    again = media.take_chunk(place.operation, place.one.account, chunk(content, 300, 300))

    assert again == first
    assert place.rows("SELECT count(*) FROM media") == [(1,)]


def test_same_photo_of_two_accounts_is_held_once(place: Place) -> None:
    content = photo(600)
    media.take_chunk(place.operation, place.two.account, chunk(content, 0, 300))
    first = send(place.one, content)

    second = media.take_chunk(place.operation, place.two.account, chunk(content, 300, 300))

    assert second == first
    assert have(place.stranger, content) == [first]


def test_empty_sound_is_held(place: Place) -> None:
    held = media.take_chunk(place.operation, place.one.account, chunk(b"", 0, 0))

    assert payload_of(place.operation, held).size_bytes == 0


def test_other_size_of_the_same_hash_begins_anew(place: Place) -> None:
    content = photo(600)
    media.take_chunk(place.operation, place.one.account, chunk(content, 0, 300, size_bytes=700))

    assert have(place.one, content)[0].held_bytes == 0
    assert send(place.one, content).receipt is not None


# ---------------------------------------------------------------------- durability, restart


def test_upload_goes_on_after_the_server_was_restarted(
    tmp_path: Path, database: str | None
) -> None:
    place = Place(tmp_path, database)
    content = photo(900)
    media.take_chunk(place.operation, place.one.account, chunk(content, 0, 500))
    place.operation.close()
    place.operation = open_operation(
        tmp_path / "operation", database, clock=place.clock, chance=place.chance
    )

    assert have(place.one, content)[0].held_bytes == 500
    assert send(place.one, content, start=500).receipt is not None
    place.operation.close()


def test_point_of_a_photo_is_covered_by_the_next_backup_only(tmp_path: Path) -> None:
    place = Place(tmp_path)
    before = payload_of(place.operation, send(place.one, photo(seed=1)))
    covered = back_up(place.operation, tmp_path / "operation", tmp_path / "backup")
    after = payload_of(place.operation, send(place.one, photo(seed=2)))

    with place.operation.store.reading() as transaction:
        safe_point = transaction.fact("safe_point")

    assert before.point <= covered < after.point
    assert safe_point == covered + 1
    place.operation.close()


def test_backup_holds_photos_whole_and_half_and_renews_their_receipts(tmp_path: Path) -> None:
    place = Place(tmp_path)
    whole, half = photo(700, seed=1), photo(700, seed=2)
    old = send(place.one, whole)
    media.take_chunk(place.operation, place.one.account, chunk(half, 0, 300))
    back_up(place.operation, tmp_path / "operation", tmp_path / "backup")
    place.operation.close()

    place.operation = open_operation(tmp_path / "backup", clock=place.clock, chance=place.chance)

    held, begun = have(place.one, whole, half)
    assert payload_of(place.operation, held).lineage == place.operation.lineage
    assert held != old
    assert begun.held_bytes == 300
    assert content_of(place.operation, whole) == whole
    assert send(place.one, half, start=300).receipt is not None
    place.operation.close()


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM media",
        "UPDATE media SET size_bytes = 0",
        "DELETE FROM media_piece",
        "UPDATE media_piece SET position = 7",
    ],
)
def test_photo_in_custody_is_neither_changed_nor_deleted(place: Place, sql: str) -> None:
    send(place.one, photo())

    with pytest.raises(Exception, match=r"never (changed|deleted)"):
        place.execute(sql)


# ---------------------------------------------------------------------- limits


def test_account_that_begins_too_much_loses_what_rested_longest(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "UNFINISHED_BYTES", 2500)
    photos = [photo(1000, seed) for seed in (1, 2, 3)]
    for content in photos[:2]:
        media.take_chunk(place.operation, place.one.account, chunk(content, 0, 100))
        place.clock.advance(minutes=1)
    media.take_chunk(place.operation, place.two.account, chunk(photos[0], 0, 100))
    media.take_chunk(place.operation, place.one.account, chunk(photos[0], 100, 100))

    media.take_chunk(place.operation, place.one.account, chunk(photos[2], 0, 100))

    assert [one.held_bytes for one in have(place.one, *photos)] == [200, 0, 100]
    assert have(place.two, photos[0])[0].held_bytes == 100
    assert counts(place)["media_unfinished_bytes"] == 400


def test_what_no_envelope_names_is_taken_up_to_a_limit(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "UNNAMED_BYTES", 1500)
    named, first, second = (photo(1000, seed) for seed in (1, 2, 3))
    place.one.push(place.one.interview(1, media=[name_of(named)]))

    assert send(place.one, first, step=1000).receipt is not None
    refused = media.take_chunk(place.operation, place.one.account, chunk(second, 0, 1000))

    assert (refused.reason, refused.held_bytes) == ("not_named", 0)
    assert send(place.one, named, step=1000).receipt is not None
    place.one.push(place.one.interview(2, media=[name_of(first)]))
    assert send(place.one, second, step=1000).receipt is not None
    assert counts(place)["media_unnamed"] == 1


# ---------------------------------------------------------------------- what envelopes name


def test_interview_misses_its_photos_until_all_are_held(place: Place) -> None:
    first, second = photo(seed=1), photo(seed=2)
    place.one.push(
        place.one.interview(1, media=[name_of(first), name_of(second)]),
        place.one.interview(2),
        place.one.seal("note", b"?", 1, media=[name_of(photo(seed=3))]),
    )

    assert counts(place)["interviews_without_media"] == 1
    send(place.one, first)
    assert counts(place)["interviews_without_media"] == 1
    send(place.one, second)
    assert counts(place)["interviews_without_media"] == 0
    with place.operation.store.reading() as transaction:
        ((number,),) = place.rows("SELECT min(number) FROM envelope")
        sizes = dict(transaction.media.named_by(number))
    assert sizes == {name_of(first): 1000, name_of(second): 1000}


def test_header_that_names_nonsense_is_held_and_names_nothing(place: Place) -> None:
    names = ["../../etc/passwd", "", "A" * 64, "f" * 63, name_of(b"x"), name_of(b"x")]

    result = place.one.push_one(place.one.interview(1, media=names))

    assert result.status == "stored"
    assert place.rows("SELECT sha256 FROM envelope_media") == [(name_of(b"x"),)]


def test_photos_of_envelopes_from_before_are_named_when_the_operation_is_opened(
    place: Place,
) -> None:
    content = photo()
    place.one.push(place.one.interview(1, media=[name_of(content)]))
    place.execute("DELETE FROM envelope_media")
    place.execute("DELETE FROM state WHERE name = 'media_named'")

    naming.name_older(place.operation.store)
    naming.name_older(place.operation.store)

    assert place.rows("SELECT sha256 FROM envelope_media") == [(name_of(content),)]


# ---------------------------------------------------------------------- have


def test_have_tells_lacking_envelopes_and_repeats_the_receipts_of_others(place: Place) -> None:
    here, lost = place.one.interview(1), place.one.visit(2)
    (pushed,) = place.one.push(here)
    marks = [
        EnvelopeMark(id=_id(here.header), hash=envelope_hash(here.header)),
        EnvelopeMark(id=_id(lost.header), hash=envelope_hash(lost.header)),
        EnvelopeMark(id=_id(here.header), hash=bytes(32)),
    ]

    reply = _desk_of(place.one).have(_caller(place.one), HaveRequest(envelopes=marks[:2]))
    other = _desk_of(place.one).have(_caller(place.one), HaveRequest(envelopes=marks[2:]))

    assert reply.lacking == [_id(lost.header)]
    (held,) = reply.held
    assert (held.status, held.receipt) == ("duplicate", pushed.receipt)
    assert (other.held, other.lacking) == ([], [_id(here.header)])


def test_have_does_not_count_an_envelope_whose_signature_was_spoiled(place: Place) -> None:
    envelope = place.one.interview(1)
    spoiled = type(envelope)(envelope.header, envelope.body, bytes(64))
    (result,) = place.one.push(spoiled)
    assert result.reason == "bad_signature"
    mark = EnvelopeMark(id=_id(envelope.header), hash=envelope_hash(envelope.header))

    reply = _desk_of(place.one).have(_caller(place.one), HaveRequest(envelopes=[mark]))

    assert reply.lacking == [mark.id]


def _id(header: bytes) -> str:
    return read_header(header).id


# ---------------------------------------------------------------------- whole, and over HTTP


def test_content_from_a_stick_is_taken_whole_and_finishes_what_had_begun(place: Place) -> None:
    content = photo(MAX_CHUNK_BYTES * 2 + 17)
    media.take_chunk(place.operation, place.one.account, chunk(content, 0, 300))

    held = media.take_whole(place.operation, place.one.account, content)

    assert payload_of(place.operation, held).size_bytes == len(content)
    assert content_of(place.operation, content) == content
    assert media.take_whole(place.operation, place.two.account, content) == held


def test_content_from_a_stick_is_taken_although_what_had_begun_was_wrong(
    place: Place, expect_log: Callable[[str], None]
) -> None:
    expect_log("came with another content")
    content = photo(900)
    bad = chunk(content, 0, 300, data=bytes(300))
    media.take_chunk(place.operation, place.one.account, bad)

    held = media.take_whole(place.operation, place.one.account, content)

    assert held.receipt is not None
    assert content_of(place.operation, content) == content


def test_too_large_content_from_a_stick_is_not_taken(place: Place) -> None:
    held = media.take_whole(place.operation, place.one.account, bytes(MAX_MEDIA_BYTES + 1))

    assert (held.reason, held.receipt) == ("too_large", None)


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "Kepala"},
        {"sha256": "A" * 64},
        {"size_bytes": MAX_MEDIA_BYTES + 1},
        {"offset": -1},
        {"data": bytes(MAX_CHUNK_BYTES + 1)},
    ],
    ids=["word", "capitals", "size", "offset", "chunk"],
)
def test_chunk_of_another_shape_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    place = Place(tmp_path)
    with serve(place.operation) as address:
        reply = requests.post(
            f"{address}/v1/media",
            data=pack(msgspec.structs.replace(chunk(photo(), 0, 100), **change)),
            headers={"Content-Type": MSGPACK, "Accept": JSON},
            timeout=20,
        )
    place.operation.close()

    assert (reply.status_code, reply.json()["code"]) == (400, "bad_request")

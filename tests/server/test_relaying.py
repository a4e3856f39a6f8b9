"""Sealed items that others carried: held as a push, answered one by one for their owners."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import msgspec
import pytest
from nacl.public import PublicKey, SealedBox

from enumerator.store.answer import Answer, AnswerPayload, heard, item_hash
from enumerator.store.envelope import Envelope
from enumerator.store.receipt import verified, verified_media
from sync.protocol import SealedItem
from sync.server import relaying
from tests.server.places import Place


def sealed(place: Place, envelope: Envelope) -> bytes:
    box = SealedBox(PublicKey(place.operation.keys.seal_public))
    return bytes(box.encrypt(msgspec.msgpack.encode(envelope)))


def payloads(place: Place, answers: list[Answer]) -> list[AnswerPayload]:
    found = [heard(answer, place.operation.keys.receipt_public) for answer in answers]
    assert None not in found
    return [one for one in found if one is not None]


def take(place: Place, *items: bytes) -> list[AnswerPayload]:
    sealed_items = [SealedItem(sealed=item) for item in items]
    return payloads(place, relaying.take(place.operation, place.supervisor.account, sealed_items))


def test_sealed_envelope_is_applied_as_its_author_s_own_push(place: Place) -> None:
    item = sealed(place, place.one.interview(1))

    (answer,) = take(place, item)

    assert (answer.item, answer.result.status) == (item_hash(item), "stored")
    assert (answer.lineage, answer.safe_point) == (place.operation.lineage, 0)
    assert place.payload(answer.result).envelope_id == answer.result.envelope_id
    assert place.rows("SELECT status, account_id, carried_by FROM envelope") == [
        ("stored", place.one.account_id, place.supervisor.account_id)
    ]


def test_item_over_two_routes_is_one_envelope_with_one_receipt(place: Place) -> None:
    envelope = place.one.visit(1)
    pushed = place.one.push_one(envelope)

    first, second = take(place, sealed(place, envelope), sealed(place, envelope))

    assert first.result.receipt == second.result.receipt == pushed.receipt
    assert place.rows("SELECT count(*) FROM envelope") == [(1,)]


def test_item_that_cannot_be_opened_is_held_and_told_and_blocks_nothing(place: Place) -> None:
    whole = sealed(place, place.one.visit(1))

    broken, fine, again = take(place, b"not sealed to anybody", whole, b"not sealed to anybody")

    assert (broken.result.status, broken.result.reason) == ("quarantined", "unreadable")
    assert broken.result.receipt is not None
    receipt = verified(broken.result.receipt, place.operation.keys.receipt_public)
    assert receipt is not None
    assert receipt.envelope_hash == item_hash(b"not sealed to anybody")
    assert fine.result.status == "stored"
    assert again.result.receipt == broken.result.receipt
    held = place.rows("SELECT header FROM envelope WHERE reason = 'unreadable'")
    assert [bytes(row[0]) for row in held] == [b"not sealed to anybody"]


def test_answer_says_what_the_backup_covers(place: Place) -> None:
    item = sealed(place, place.one.visit(1))
    take(place, item)
    with place.operation.store.writing() as transaction:
        transaction.set_fact("safe_point", 10**6)

    (answer,) = take(place, item)

    assert answer.safe_point == 10**6


def test_answer_holds_for_its_own_words_only(place: Place) -> None:
    (answer,) = relaying.take(
        place.operation,
        place.supervisor.account,
        [SealedItem(sealed=sealed(place, place.one.visit(1)))],
    )
    key = place.operation.keys.receipt_public
    payload = heard(answer, key)
    assert payload is not None
    better = msgspec.structs.replace(payload, safe_point=10**9)

    forged = Answer(msgspec.msgpack.encode(better), answer.signature)

    assert heard(forged, key) is None
    assert payload.result.receipt is not None
    assert (
        heard(Answer(payload.result.receipt.payload, payload.result.receipt.signature), key) is None
    )


def test_photo_that_was_carried_gets_its_media_receipt(place: Place) -> None:
    photo = b"isi foto " * 40_000
    name = hashlib.sha256(photo).hexdigest()
    box = SealedBox(PublicKey(place.operation.keys.seal_public))
    items = [
        SealedItem(sealed=box.encrypt(photo), kind="media"),
        SealedItem(sealed=sealed(place, place.one.interview(1, media=[name]))),
        SealedItem(sealed=b"no photo of this office", kind="media"),
    ]

    answers = relaying.take(place.operation, place.supervisor.account, items)
    again = relaying.take(place.operation, place.two.account, items[:1])

    whole, interview, rubbish = payloads(place, answers)
    assert (whole.media, whole.result.status, interview.result.status) == (name, "stored", "stored")
    assert whole.result.receipt is not None
    receipt = verified_media(whole.result.receipt, place.operation.keys.receipt_public)
    assert receipt is not None
    assert (receipt.sha256, receipt.size_bytes) == (name, len(photo))
    assert (rubbish.media, rubbish.result.reason) == ("", "unreadable")
    assert payloads(place, again)[0].result.receipt == whole.result.receipt
    with place.operation.store.reading() as transaction:
        assert transaction.media.counts()["interviews_without_media"] == 0


def test_kind_that_a_carrier_changed_changes_nothing(place: Place) -> None:
    photo = b"isi foto " * 400
    name = hashlib.sha256(photo).hexdigest()
    box = SealedBox(PublicKey(place.operation.keys.seal_public))
    swapped = [
        SealedItem(sealed=box.encrypt(photo), kind="envelope"),
        SealedItem(sealed=sealed(place, place.one.interview(1, media=[name])), kind="media"),
    ]

    answers = relaying.take(place.operation, place.supervisor.account, swapped)

    carried, interview = payloads(place, answers)
    assert (carried.media, carried.result.status) == (name, "stored")
    assert (interview.media, interview.result.status) == ("", "stored")
    assert place.rows("SELECT kind, status FROM envelope") == [("interview", "stored")]
    with place.operation.store.reading() as transaction:
        counts = transaction.media.counts()
    assert (counts["media"], counts["media_unnamed"], counts["interviews_without_media"]) == (
        1,
        0,
        0,
    )


def test_what_is_neither_envelope_nor_named_is_held_as_unreadable(place: Place) -> None:
    box = SealedBox(PublicKey(place.operation.keys.seal_public))
    item = box.encrypt(b"of a program to come")

    (answer,) = take(place, item)

    assert (answer.media, answer.result.reason) == ("", "unreadable")
    assert place.rows("SELECT count(*) FROM media") == [(0,)]


def test_batches_are_bounded_by_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "BATCH_BYTES", 100)
    taken: list[int] = []

    def items() -> Iterator[bytes]:
        for size in (10, 99, 1, 100, 300, 5):
            taken.append(size)
            yield bytes(size)

    found = relaying.batches(items(), len)

    assert [len(one) for one in next(found)] == [10, 99]
    assert taken == [10, 99]  # no more is read than what is taken now
    assert [[len(one) for one in batch] for batch in found] == [[1, 100], [300], [5]]
    assert [len(batch) for batch in relaying.batches([b""] * 130, len)] == [64, 64, 2]

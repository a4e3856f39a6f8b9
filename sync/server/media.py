"""Taking photos and sounds into custody: by content, in chunks, with a receipt for the whole.

A chunk is on the disk before the reply says so. What an account has begun is its own until it is
whole and has its hash; then it is everybody's, and one receipt ends the custody of every laptop
that has it. Nothing here looks into the content.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable

import msgspec

from enumerator.store.receipt import MediaReceiptPayload, sign_media_receipt
from sync.protocol import MAX_CHUNK_BYTES, MAX_MEDIA_BYTES, MediaChunk, MediaHeld, MediaMark
from sync.server.operation import Operation
from sync.server.store import Account, HeldMedia, Transaction, Upload

log = logging.getLogger(__name__)

UNFINISHED_BYTES = 64 * 1024 * 1024
"""An account's on their way; beyond it the one that rested longest begins anew."""
UNNAMED_BYTES = 64 * 1024 * 1024
"""Of content that no envelope names, by account: nobody fills the disk unnoticed, and a photo
that comes before its interview is taken all the same."""


def take_chunk(operation: Operation, carrier: Account, chunk: MediaChunk) -> MediaHeld:
    """One transaction, synced to the disk. ``carrier``: whose session brings it."""
    return operation.store.write(lambda tx: _Taking(operation, tx, carrier).take(chunk))


def take_whole(operation: Operation, carrier: Account, content: bytes) -> MediaHeld:
    """Content that came by another way, a stick or a laptop's sealed files. Without a receipt it
    was not taken: see ``reason``, which is ``too_large`` too."""
    sha256 = hashlib.sha256(content).hexdigest()
    if len(content) > MAX_MEDIA_BYTES:
        return MediaHeld(sha256=sha256, held_bytes=0, reason="too_large")

    def work(transaction: Transaction) -> MediaHeld:
        taking = _Taking(operation, transaction, carrier)
        begun = transaction.media.upload(carrier.account_id, sha256)
        held = MediaHeld(sha256=sha256, held_bytes=0 if begun is None else begun.held_bytes)
        while held.receipt is None and not held.reason:
            start = held.held_bytes
            held = taking.take(
                MediaChunk(
                    sha256=sha256,
                    size_bytes=len(content),
                    offset=start,
                    data=content[start : start + MAX_CHUNK_BYTES],
                )
            )
            if held.reason == "wrong_hash" and start:  # what had begun was not this content
                held = MediaHeld(sha256=sha256, held_bytes=0)
        return held

    return operation.store.write(work)


def held_of(
    operation: Operation, transaction: Transaction, carrier: Account, marks: Iterable[MediaMark]
) -> list[MediaHeld]:
    """In the order of ``marks``."""
    return [_held_of(operation, transaction, carrier, mark) for mark in marks]


def _held_of(
    operation: Operation, transaction: Transaction, carrier: Account, mark: MediaMark
) -> MediaHeld:
    held = transaction.media.held(mark.sha256)
    if held is not None:
        return _told(operation, held)
    upload = transaction.media.upload(carrier.account_id, mark.sha256)
    is_same = upload is not None and upload.size_bytes == mark.size_bytes
    return MediaHeld(sha256=mark.sha256, held_bytes=upload.held_bytes if upload and is_same else 0)


class _Taking:
    def __init__(self, operation: Operation, transaction: Transaction, carrier: Account) -> None:
        self._operation = operation
        self._media = transaction.media
        self._tx = transaction
        self._account_id = carrier.account_id
        self._now = operation.now()

    def take(self, chunk: MediaChunk) -> MediaHeld:
        held = self._media.held(chunk.sha256)
        if held is not None:
            return _told(self._operation, held)
        upload = self._media.upload(self._account_id, chunk.sha256)
        if upload is not None and upload.size_bytes != chunk.size_bytes:
            self._media.drop(upload)
            upload = None
        at = 0 if upload is None else upload.held_bytes
        if chunk.offset != at or at + len(chunk.data) > chunk.size_bytes:
            return MediaHeld(sha256=chunk.sha256, held_bytes=at)
        if upload is None:
            if self._is_too_much_unnamed(chunk):
                return MediaHeld(sha256=chunk.sha256, held_bytes=0, reason="not_named")
            self._make_room(chunk.size_bytes)
            upload = self._media.begin(self._account_id, chunk.sha256, chunk.size_bytes, self._now)
        if chunk.data:
            upload = self._media.append(upload, chunk.data, self._now)
        if upload.held_bytes < upload.size_bytes:
            return MediaHeld(sha256=chunk.sha256, held_bytes=upload.held_bytes)
        return self._finish(upload)

    def _finish(self, upload: Upload) -> MediaHeld:
        digest = hashlib.sha256()
        for piece in self._media.uploaded(upload):
            digest.update(piece)
        if digest.hexdigest() != upload.sha256:
            log.warning("media %s came with another content", upload.sha256)
            self._media.drop(upload)
            return MediaHeld(sha256=upload.sha256, held_bytes=0, reason="wrong_hash")
        payload = MediaReceiptPayload(
            sha256=upload.sha256,
            size_bytes=upload.size_bytes,
            point=self._tx.next_point(),
            lineage=self._operation.lineage,
            received_at=self._now,
        )
        held = HeldMedia(
            sha256=upload.sha256,
            size_bytes=upload.size_bytes,
            account_id=self._account_id,
            point=payload.point,
            received_at=self._now,
            receipt=sign_media_receipt(payload, self._operation.keys.receipt_seed),
        )
        self._media.finish(upload, held)
        return _told(self._operation, held)

    def _is_too_much_unnamed(self, chunk: MediaChunk) -> bool:
        if self._media.is_named(chunk.sha256):
            return False
        return self._media.unnamed_bytes(self._account_id) + chunk.size_bytes > UNNAMED_BYTES

    def _make_room(self, size_bytes: int) -> None:
        unfinished = self._media.unfinished(self._account_id)
        excess = sum(one.size_bytes for one in unfinished) + size_bytes - UNFINISHED_BYTES
        for upload in unfinished:
            if excess <= 0:
                return
            self._media.drop(upload)
            excess -= upload.size_bytes


def _told(operation: Operation, held: HeldMedia) -> MediaHeld:
    """With the receipt as it was given; after a restored backup, of the new lineage."""
    receipt = held.receipt
    payload = msgspec.msgpack.decode(receipt.payload, type=MediaReceiptPayload)
    if payload.lineage != operation.lineage:
        renewed = msgspec.structs.replace(payload, lineage=operation.lineage)
        receipt = sign_media_receipt(renewed, operation.keys.receipt_seed)
    return MediaHeld(sha256=held.sha256, held_bytes=held.size_bytes, receipt=receipt)

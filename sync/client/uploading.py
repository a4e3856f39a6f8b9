"""Sending photos and sounds, after everything else, as far as the session's budget goes.

Each reply says how much the server holds, and the next chunk begins there: it may be cut anywhere,
on either side. One that fails while the server itself can be reached goes last, is then set aside,
and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from enumerator.errors import KnownError
from sync.client.asking import ask_for_media, bad_receipt
from sync.client.connection import LINK_CODES, Transport
from sync.client.probing import probe
from sync.protocol import MAX_CHUNK_BYTES, MAX_MARKS, MAX_MEDIA_BYTES, MediaChunk, MediaHeld

if TYPE_CHECKING:
    from enumerator.store import OfficerStore
    from enumerator.store.media import WaitingMedia

FIRST_CHUNK_BYTES = 16 * 1024
LEAST_CHUNK_BYTES = 4 * 1024
"""After failures only: on links that cut before the usual least has passed."""
AIM_S = 8.0
"""What one chunk may take: that much at most is sent in vain when the link is cut."""
DEFAULT_BUDGET_KIB = 8192
DEFAULT_SECONDS = 120
_GIVE_UP_CODES = frozenset(
    {"session_expired", "cancelled", "unknown_device", "bad_certificate", "bad_receipt"}
)
_FAULTS_A_SESSION = 12
_TURNS_A_CHUNK = 3
"""Replies that move an item neither on nor to its end before it counts as failed."""


class ChunkPace:
    """How much one chunk carries, and how much the session's budget allows at that rate."""

    def __init__(self, budget_bytes: int, seconds: float) -> None:
        self.chunk_bytes = FIRST_CHUNK_BYTES
        self._budget_bytes = budget_bytes
        self._seconds = seconds
        self._sent_bytes = 0
        self._took_ms = 0
        self._most_bytes = MAX_CHUNK_BYTES

    def passed(self, size_bytes: int, took_ms: int) -> None:
        self._sent_bytes += size_bytes
        self._took_ms += took_ms
        if size_bytes < self.chunk_bytes:  # a file's end tells of the delay, not of the rate
            return
        fits = round(size_bytes * 1000 / max(1, took_ms) * AIM_S)
        least = min(FIRST_CHUNK_BYTES, self._most_bytes)
        self.chunk_bytes = max(least, min(fits, self.chunk_bytes * 2, self._most_bytes))

    def failed(self) -> None:
        """Half as much, and no more than what passed before for the rest of the session."""
        self.chunk_bytes = max(LEAST_CHUNK_BYTES, self.chunk_bytes // 2)
        self._most_bytes = self.chunk_bytes

    def is_spent(self) -> bool:
        """The budget in bytes, or in time at the rate that was measured: a slow link carries
        less, yet always a first chunk."""
        if self._sent_bytes == 0:
            return False
        return self._sent_bytes >= self._budget_bytes or self._took_ms >= self._seconds * 1000


class Uploading:
    """``on_progress(done, total)`` counts bytes. ``sent``: whole items whose custody ended."""

    def __init__(
        self, store: OfficerStore, transport: Transport, on_progress: Callable[[int, int], None]
    ) -> None:
        self._store = store
        self._transport = transport
        self._on_progress = on_progress
        policy = store.settings.policy()
        self._pace = ChunkPace(
            int(policy.get("media_budget_kib", DEFAULT_BUDGET_KIB)) * 1024,
            float(policy.get("media_seconds", DEFAULT_SECONDS)),
        )
        self._faults = 0
        self._done_bytes = 0
        self.sent = 0

    def upload_all(self, token: str) -> None:
        """KnownError of the link or the server, ``bad_receipt``."""
        failed: set[str] = set()
        while not self._pace.is_spent():
            batch = [
                one
                for one in self._store.media.waiting(MAX_MARKS)
                if one.sha256 not in failed and self._fits(one)
            ]
            if not batch:
                return
            held = ask_for_media(self._transport, batch, token)
            if held is None:
                return
            for one in batch:
                if self._pace.is_spent():
                    return
                if not self._upload(one, held.get(one.sha256), token):
                    failed.add(one.sha256)

    def _upload(self, one: WaitingMedia, held: MediaHeld | None, token: str) -> bool:
        """Whether it is whole at the server, or the budget was spent on it."""
        if held is None:
            return self._fail(one, "unanswered")
        content = b""
        turns = 0
        while True:
            if held.receipt is not None:
                self._end(one, held)
                return True
            if held.reason:
                return self._fail(one, held.reason)
            if self._pace.is_spent():
                return True
            content = content or self._content(one)
            if not content and one.size_bytes:
                return False
            start = held.held_bytes if 0 <= held.held_bytes <= one.size_bytes else 0
            try:
                held = self._send(one, content, start, token)
            except KnownError as error:
                self._failed(error)
                turns += self._pace.chunk_bytes == LEAST_CHUNK_BYTES
                if turns >= _TURNS_A_CHUNK:
                    return self._fail(one, error.code)
                continue
            turns = 0 if held.held_bytes > start else turns + 1
            if turns >= _TURNS_A_CHUNK:
                return self._fail(one, "no_progress")

    def _fits(self, one: WaitingMedia) -> bool:
        """The server takes none that is larger: it is set aside at once."""
        if one.size_bytes > MAX_MEDIA_BYTES:
            self._store.media.set_aside(one.sha256, "too_large")
            return False
        return True

    def _content(self, one: WaitingMedia) -> bytes:
        """Empty, and the item set aside at once, when it is not what its name says: the server
        would throw it away, too."""
        content = self._store.media.content(one.sha256)
        if content is None:
            self._store.media.set_aside(one.sha256, "damaged")
            return b""
        return content

    def _send(self, one: WaitingMedia, content: bytes, start: int, token: str) -> MediaHeld:
        data = content[start : start + self._pace.chunk_bytes]
        self._on_progress(self._done_bytes, self._total_bytes())
        chunk = MediaChunk(sha256=one.sha256, size_bytes=one.size_bytes, offset=start, data=data)
        started_ms = self._store.clock.monotonic_ms()
        held = self._transport.call("/v1/media", chunk, MediaHeld, token)
        self._pace.passed(len(data), self._store.clock.monotonic_ms() - started_ms)
        if held.sha256 != one.sha256:
            raise bad_receipt()
        self._done_bytes += max(0, held.held_bytes - start)
        self._store.media.note_held(one.sha256, held.held_bytes)
        return held

    def _end(self, one: WaitingMedia, held: MediaHeld) -> None:
        if held.receipt is None or not self._store.media.end_custody(one.sha256, held.receipt):
            raise bad_receipt()
        self.sent += 1
        self._on_progress(self._done_bytes, self._total_bytes())

    def _fail(self, one: WaitingMedia, reason: str) -> bool:
        self._store.media.record_failure(one.sha256, reason)
        return False

    def _failed(self, error: KnownError) -> None:
        """Raises ``error`` when the session cannot go on."""
        self._faults += 1
        if error.code in _GIVE_UP_CODES or self._faults >= _FAULTS_A_SESSION:
            raise error
        if error.code in LINK_CODES:
            self._ask_whether_server_is_there(error)
        self._pace.failed()

    def _ask_whether_server_is_there(self, error: KnownError) -> None:
        try:
            probe(self._transport, self._store.enrolment.server_receipt_key, self._store.chance)
        except KnownError:
            raise error from None

    def _total_bytes(self) -> int:
        return self._done_bytes + self._store.media.summary().waiting_bytes

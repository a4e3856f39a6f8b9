"""How much goes into one push: about ten seconds' worth at the rate that the link shows, and on a
link that cuts, what it is known to carry from one cut to the next.

Where a link cuts after so many bytes, whatever is under way is lost: a push that ends before the
cut costs nothing twice. What passed since the last cut is known from the replies; the first push
after a cut fills that but for a margin, small ones feel for the rest and grow as they pass.
"""

from __future__ import annotations

from sync.protocol import MAX_ENVELOPES, PUSH_BYTES

AIM_S = 10.0
FIRST_BYTES = 32 * 1024
LEAST_BYTES = 4 * 1024
HEADS_BYTES = 750
"""Of a request and its reply, beside their bodies."""
_GROWTH = 4
_MARGIN = 16
"""A sixteenth of what passes is left for what compresses worse than the push before, and that
much the first small push is."""


class Pace:
    """``max_bytes`` and ``size_bytes`` are of envelopes before compression, which is what the
    outbox counts; ``carried_bytes`` travelled."""

    def __init__(self) -> None:
        self.max_envelopes = MAX_ENVELOPES
        self._most_bytes = FIRST_BYTES
        self._since_cut = 0
        self._known = 0
        """Passes between two cuts; 0 before the first cut."""
        self._step = 0
        self._carried_per_byte = 1.0

    @property
    def max_bytes(self) -> int:
        if not self._known:
            return self._most_bytes
        room = self._known - self._known // _MARGIN - self._since_cut
        fits = (max(room, self._step) - HEADS_BYTES) / self._carried_per_byte
        return max(LEAST_BYTES, min(self._most_bytes, round(fits)))

    def passed(self, envelopes: int, size_bytes: int, took_ms: int, carried_bytes: int) -> None:
        per_s = size_bytes * 1000 / max(1, took_ms)
        fits = round(per_s * AIM_S)
        self._most_bytes = max(LEAST_BYTES, min(PUSH_BYTES, fits, self._most_bytes * _GROWTH))
        self.max_envelopes = min(MAX_ENVELOPES, max(self.max_envelopes, envelopes) * _GROWTH)
        self._carried_per_byte = carried_bytes / max(1, size_bytes)
        self._since_cut += carried_bytes + HEADS_BYTES
        if self._known and self._since_cut > self._known:
            self._known = self._since_cut
            self._step *= 2

    def failed(self, envelopes: int, *, is_cut: bool) -> None:
        """After a cut, what passed before is the measure. If nothing did, or it was no cut: half
        of what was on the wire, down to one envelope."""
        if is_cut and self._since_cut:
            self._known = self._since_cut
        else:
            self._known //= 2
            self._most_bytes = max(LEAST_BYTES, self._most_bytes // 2)
            self.max_envelopes = max(1, envelopes // 2)
        self._step = self._known // _MARGIN
        self._since_cut = 0

"""How much goes into one push: about ten seconds' worth at the rate that the link shows."""

from __future__ import annotations

from sync.protocol import MAX_ENVELOPES, PUSH_BYTES

AIM_S = 10.0
FIRST_BYTES = 32 * 1024
"""A link that passes this much an attempt drains the queue."""
LEAST_BYTES = 4 * 1024
CAREFUL_BYTES = 24 * 1024
"""Once a push failed, the next is no larger and growth beyond it slow: on a link that cuts every
32 kB large pushes are thrown away whole, and many small ones compress badly. Measured there: 1.5
times the bytes of a whole link with 256 KiB again and again or with halving at every cut, 1.3
with this."""
_GROWTH = 4
_CAREFUL_GROWTH = 16


class Pace:
    """Sizes are of envelopes before compression, which is what the outbox counts."""

    def __init__(self) -> None:
        self.max_bytes = FIRST_BYTES
        self.max_envelopes = MAX_ENVELOPES
        self._is_careful = False

    def passed(self, envelopes: int, size_bytes: int, took_ms: int) -> None:
        per_s = size_bytes * 1000 / max(1, took_ms)
        fits = round(per_s * AIM_S)
        self.max_bytes = max(LEAST_BYTES, min(PUSH_BYTES, fits, self._grown_bytes()))
        self.max_envelopes = min(MAX_ENVELOPES, max(self.max_envelopes, envelopes) * _GROWTH)

    def failed(self, envelopes: int) -> None:
        """Half of what was on the wire, down to one envelope."""
        self.max_bytes = max(LEAST_BYTES, min(self.max_bytes // 2, CAREFUL_BYTES))
        self.max_envelopes = max(1, envelopes // 2)
        self._is_careful = True

    def _grown_bytes(self) -> int:
        fast = self.max_bytes * _GROWTH
        if not self._is_careful:
            return fast
        return max(min(fast, CAREFUL_BYTES), self.max_bytes + self.max_bytes // _CAREFUL_GROWTH)

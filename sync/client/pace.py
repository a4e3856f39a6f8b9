"""How much goes into one push: about ten seconds' worth at the rate that the link shows."""

from __future__ import annotations

from sync.protocol import MAX_ENVELOPES, PUSH_BYTES

AIM_S = 10.0
FIRST_BYTES = 32 * 1024
"""A link that passes this much an attempt drains the queue."""
LEAST_BYTES = 4 * 1024
_GROWTH = 4


class Pace:
    """Sizes are of envelopes before compression, which is what the outbox counts."""

    def __init__(self) -> None:
        self.max_bytes = FIRST_BYTES
        self.max_envelopes = MAX_ENVELOPES

    def passed(self, envelopes: int, size_bytes: int, took_ms: int) -> None:
        per_s = size_bytes * 1000 / max(1, took_ms)
        fits = round(per_s * AIM_S)
        self.max_bytes = max(LEAST_BYTES, min(PUSH_BYTES, fits, self.max_bytes * _GROWTH))
        self.max_envelopes = min(MAX_ENVELOPES, max(self.max_envelopes, envelopes) * _GROWTH)

    def failed(self, envelopes: int) -> None:
        """Half of what was on the wire, down to one envelope."""
        self.max_bytes = max(LEAST_BYTES, self.max_bytes // 2)
        self.max_envelopes = max(1, envelopes // 2)

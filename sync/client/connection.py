"""The seam between the engine and the network: what a transport can do, and how it fails.

Failures are KnownErrors with these codes:

``no_connection``   no answer: offline, refused, reset, stalled. A normal state
``captive_portal``  somebody else answered: a page to log in to the network
``bad_reply``       an answer that was cut off or is not of our protocol
``bad_certificate`` the server's certificate does not hold
``server_busy``     the server or a gateway before it cannot answer now
``cancelled``       the user stopped it

and the server's own codes (``session_expired``, ``revoked``, ``server_fault`` …).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

import msgspec

from sync.protocol import HealthReply

Reply = TypeVar("Reply")

LINK_CODES = frozenset({"no_connection", "captive_portal", "bad_reply", "server_busy"})
"""The link or a stranger on it: nothing is known of what the server did."""


class Transport(Protocol):
    """One server. Calls come from one thread at a time."""

    @property
    def bytes_up(self) -> int:
        """Bodies sent so far, as they travelled."""

    @property
    def bytes_down(self) -> int: ...

    def call(
        self, path: str, request: msgspec.Struct, reply: type[Reply], token: str = ""
    ) -> Reply:
        """POST and decode. KnownError, see above."""

    def probe(self, nonce: str) -> HealthReply:
        """GET /v1/health. KnownError."""

    def fetch(self, sha256: str, start: int, token: str) -> Iterator[bytes]:
        """Content from byte ``start`` on, as it arrives. KnownError, in mid-flight too."""

    def stop_when(self, cancelled: Callable[[], bool]) -> None:
        """Ask ``cancelled`` between blocks of bytes."""

    def close(self) -> None: ...

"""Is it really our server? A captive portal can answer 200, but it cannot sign a nonce."""

from __future__ import annotations

from enumerator.clock import Chance
from enumerator.errors import KnownError
from sync.client.connection import Transport
from sync.protocol import health_bytes


def probe(transport: Transport, server_receipt_key: bytes, chance: Chance) -> None:
    """Returns when the enrolled server answered. KnownError of the link, or ``captive_portal``
    when something else answered in its place."""
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    nonce = chance.token(16).hex()
    reply = transport.probe(nonce)
    try:
        VerifyKey(server_receipt_key).verify(
            health_bytes(nonce, reply.server_time), reply.signature
        )
    except (BadSignatureError, ValueError) as error:
        raise KnownError(
            "captive_portal",
            "Something else answers in the server's place. Log in to the network, or try another.",
        ) from error

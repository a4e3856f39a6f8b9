"""What of a hello's reply is believed: what the server signed, and of an older server little."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from enumerator.errors import KnownError
from sync.protocol import (
    FormOffer,
    HelloFacts,
    HelloReply,
    HelloRequest,
    facts_bytes,
    forms_hash,
)

if TYPE_CHECKING:
    from enumerator.store import OfficerStore


def believed(store: OfficerStore, request: HelloRequest, reply: HelloReply) -> HelloFacts:
    """KnownError ``bad_reply`` when what is signed is not the answer to this request."""
    if not reply.signature:
        return _unsigned(store, request, reply)
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    try:
        key = VerifyKey(store.enrolment.server_receipt_key)
        key.verify(facts_bytes(reply.facts), reply.signature)
        facts = msgspec.msgpack.decode(reply.facts, type=HelloFacts)
    except (BadSignatureError, ValueError) as error:
        raise _not_the_servers() from error
    if (facts.device_id, facts.nonce) != (request.device_id, request.nonce):
        raise _not_the_servers()
    return facts


def believed_forms(store: OfficerStore, reply: HelloReply, facts: HelloFacts) -> list[FormOffer]:
    """Those that the server vouches for; of one that does not do so yet, those that it names.
    Once the server has signed, an unsigned answer names none. KnownError ``bad_reply``."""
    if facts.forms_sha256:
        if forms_hash(reply.forms) != facts.forms_sha256:
            raise _not_the_servers()
        return reply.forms
    is_stripped = not reply.signature and store.settings.has_server_signed()
    return [] if is_stripped else reply.forms


def _unsigned(store: OfficerStore, request: HelloRequest, reply: HelloReply) -> HelloFacts:
    """An older server does not sign. It is taken at its word where that costs nothing but
    sending again; no receipt becomes safe by it, and no order counts. Once the server has signed,
    an unsigned answer tells nothing: somebody may have cut the signature off."""
    settings = store.settings
    known = settings.lineage()
    stranger = settings.has_server_signed()
    lineage = known if stranger else reply.lineage
    return HelloFacts(
        device_id=request.device_id,
        nonce=request.nonce,
        server_time="" if stranger else reply.server_time,
        lineage=lineage,
        safe_point=settings.safe_point() if lineage == known else 0,
        verdict="ok" if stranger else reply.verdict,
        common_sequence=0 if stranger else reply.common_sequence,
        policy=settings.policy() if stranger else reply.policy,
    )


def _not_the_servers() -> KnownError:
    return KnownError(
        "bad_reply",
        "The answer is not the server's own, or was damaged on the way. It will be tried again.",
        what="the signature of the hello",
    )

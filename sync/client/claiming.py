"""Asking who else is at a family's door, when a visit begins on a good link. Only advice: whatever
goes wrong, nobody is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enumerator.errors import KnownError
from sync.client.connection import Transport
from sync.client.engine import open_session
from sync.protocol import Claimant, ClaimReply, ClaimRequest

if TYPE_CHECKING:
    from enumerator.model import FamilyId
    from enumerator.store import OfficerStore

STALL_S = 4.0
"""Of the transport for this: the officer stands at the door."""


def claim(store: OfficerStore, transport: Transport, family_id: FamilyId) -> list[Claimant]:
    """The others of the last two hours, the latest first. Never raises for the link's or the
    server's sake; an older server knows nothing of it."""
    try:
        token = open_session(store, transport)
        request = ClaimRequest(family_id=family_id)
        return transport.call("/v1/claim", request, ClaimReply, token).others
    except KnownError:
        return []

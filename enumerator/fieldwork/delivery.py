"""Delivery: per family and in all, where the data is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from enumerator.model import Custody, EnvelopeId, FamilyId
from enumerator.store import OfficerStore
from enumerator.store.media import MediaSummary
from enumerator.store.whereabouts import Totals, Whereabouts


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One record's place. ``status`` is the server's word (``stored``, ``alternate``,
    ``quarantined`` …), empty before it has spoken."""

    envelope_id: EnvelopeId
    kind: str
    custody: Custody
    status: str
    reason: str
    set_aside: bool
    receipt_no: str | None
    received_at: datetime | None
    created_at: datetime
    relayed_at: datetime | None = None
    """When a supervisor's laptop took a copy over."""
    relay_login: str = ""
    media_waiting: int = 0
    """Photos and sounds of it that the server lacks: until none does, it is not received."""


class Delivery:
    def __init__(self, store: OfficerStore) -> None:
        self._store = store

    def where(self, family_id: FamilyId) -> tuple[DeliveryLine, ...]:
        """The family's records, in the order they were made."""
        return tuple(_line(state) for state in self._store.whereabouts.of_family(family_id))

    def waiting(self) -> tuple[DeliveryLine, ...]:
        """Everything that the server does not have whole."""
        return tuple(_line(state) for state in self._store.whereabouts.not_received())

    def totals(self) -> Totals:
        return self._store.whereabouts.totals()

    def carried(self) -> int:
        """Sealed records of others that this laptop is to send on."""
        return self._store.shelf.summary().waiting

    def media(self) -> MediaSummary:
        """Photos and sounds, by where they are."""
        return self._store.media.summary()

    def last_contact(self) -> datetime | None:
        """When the server was last reached."""
        return self._store.last_hello_at()


def _line(state: Whereabouts) -> DeliveryLine:
    return DeliveryLine(
        state.envelope_id,
        state.kind,
        state.place,
        state.status,
        state.reason,
        state.set_aside,
        state.receipt_no,
        datetime.fromisoformat(state.received_at) if state.received_at else None,
        datetime.fromisoformat(state.created_at),
        datetime.fromisoformat(state.relayed_at) if state.relayed_at else None,
        state.relay_login or "",
        state.media_waiting,
    )

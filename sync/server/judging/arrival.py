"""An envelope before its judges, and what they may say of it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

from enumerator.store.envelope import ReassignmentBody, SealedEnvelope, read
from sync.server.store import Account, Transaction

_MOST_AWAITED = 1000
_LONGEST_ID = 200
"""Longer ids are nobody's, and no index takes them."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """``status`` of the receipt and, as a stable word, why."""

    status: str
    reason: str = ""
    awaits: tuple[str, ...] = ()
    """Families: when something happens to one of them the envelope is judged again."""


STORED = Judgement("stored")


def quarantined(reason: str) -> Judgement:
    """For good."""
    return Judgement("quarantined", reason)


def held(reason: str, *family_ids: str) -> Judgement:
    """Quarantined until something happens to one of these families."""
    wanted = [one for one in family_ids if len(one) <= _LONGEST_ID]
    return Judgement("quarantined", reason, tuple(wanted[:_MOST_AWAITED]))


@dataclass(frozen=True, slots=True)
class Arrival:
    """An admitted envelope with its place in the server's order."""

    envelope: SealedEnvelope
    author: Account
    number: int
    point: int
    """At which it takes effect: of the transaction that judges it."""
    received_at: str
    place: int
    """The point at which it was taken into custody."""


@dataclass
class Bench:
    """Where envelopes are judged: one transaction."""

    tx: Transaction
    touched: set[str] = field(default_factory=set)
    """Families whose streams are to be shown anew."""
    happened: set[str] = field(default_factory=set)
    """Families of which others may have waited to hear."""
    rekeyed: set[str] = field(default_factory=set)
    """Laptops that sign with new keys from here on."""


def families_of(envelope: SealedEnvelope) -> list[str]:
    """The cases that it may change."""
    family_id = envelope.header.family_id
    found = [] if family_id is None else [family_id]
    if envelope.header.kind == "reassignment":
        with contextlib.suppress(ValueError):
            found += read(ReassignmentBody, envelope.body).family_ids
    return found

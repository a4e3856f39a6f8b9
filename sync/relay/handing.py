"""Handing work over to a relay, and fetching the server's answers from it. Pure of threads.

What a relay has is still sent by every other way: only the server's signed answer ends custody.
What it does not have any more is no longer shown as being there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from enumerator.errors import KnownError
from enumerator.store.shelf import MAX_ITEM_BYTES
from sync.protocol import SealedItem
from sync.relay.finding import find_relays
from sync.relay.link import RelayLink
from sync.relay.messages import (
    DEPOSIT_BYTES,
    MAX_ASKED,
    MAX_ITEMS,
    Collect,
    Collected,
    Deposit,
    Deposited,
    Enter,
    Entered,
)

if TYPE_CHECKING:
    from enumerator.store import OfficerStore
    from enumerator.store.bundle import Item

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class HandOver:
    """What a visit did. ``failed`` None: everything; else what ended it, the rest stands."""

    login: str = ""
    """Whose laptop the relay is."""
    given: int = 0
    """Records that the relay took over now."""
    received: int = 0
    """Records that the server holds, as answers say that were fetched here."""
    lost: int = 0
    """Records that the relay had taken over and has no more: they are given again."""
    failed: KnownError | None = None


def find_and_hand_over(
    store: OfficerStore,
    code: str,
    *,
    address: str = "",
    cancelled: Callable[[], bool] | None = None,
    find: Callable[[], Sequence[str]] | None = None,
) -> HandOver:
    """To the relay at ``address``; without one, to that relay of this network which knows the
    code. KnownError ``bad_code``, ``bad_relay_address``, ``no_relay``, ``wrong_code`` …"""
    asked = [address] if address else list((find or _find(store))())
    failure = KnownError(
        "no_relay_found",
        "No supervisor's laptop was found in this network. Type the address that it shows.",
    )
    for one in asked:
        link = RelayLink(one, code, store.chance)
        link.stop_when(cancelled or (lambda: False))
        try:
            login = _enter(link)
            return hand_over(store, link, login)
        except KnownError as error:
            failure = error
        finally:
            link.close()
    raise failure


def _find(store: OfficerStore) -> Callable[[], Sequence[str]]:
    return lambda: find_relays(store.chance)


def _enter(link: RelayLink) -> str:
    link.greet()
    return link.ask("/enter", Enter(), Entered).login


def hand_over(store: OfficerStore, link: RelayLink, login: str) -> HandOver:
    """On an open visit. Does not raise what a link or a relay can cause: see ``failed``."""
    visit = _Visit(store, link)
    failed = None
    try:
        visit.run()
    except KnownError as error:
        failed = error
    return HandOver(login, visit.given, visit.received, visit.lost, failed)


class _Visit:
    def __init__(self, store: OfficerStore, link: RelayLink) -> None:
        self._store = store
        self._link = link
        self.given = 0
        self.received = 0
        self.lost = 0

    def run(self) -> None:
        """What is too large for a shelf goes by the laptop's own chunks or a stick."""
        carried = self._collect(self._store.carriage.gather().items)
        rest = [
            item
            for item in self._store.carriage.gather().items
            if item.entry.sha256 not in carried and item.entry.size_bytes <= MAX_ITEM_BYTES
        ]
        for batch in _batches(rest):
            self._deposit(batch)

    def _collect(self, items: Sequence[Item]) -> set[bytes]:
        """The server's answers first; what the relay still carries."""
        carried: set[bytes] = set()
        for part in _parts([item.entry.sha256 for item in items], MAX_ASKED):
            reply = self._link.ask("/collect", Collect(items=part), Collected)
            taken = self._store.take_answers(reply.answers)
            self.received += taken.received
            here = self._store.carriage.record_relayed(reply.carried, self._link.relay_key)
            self.lost += self._store.carriage.forget_relayed(
                [item for item in part if item not in here], self._link.relay_key
            )
            carried |= here
        return carried

    def _deposit(self, batch: Sequence[Item]) -> None:
        request = Deposit(
            items=[SealedItem(sealed=item.load(), kind=item.entry.kind) for item in batch]
        )
        reply = self._link.ask("/deposit", request, Deposited)
        self.given += len(self._store.carriage.record_relayed(reply.receipts, self._link.relay_key))


def _batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    size = 0
    for item in items:
        if batch and (len(batch) == MAX_ITEMS or size + item.entry.size_bytes > DEPOSIT_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += item.entry.size_bytes
    if batch:
        yield batch


def _parts(whole: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(whole), size):
        yield whole[start : start + size]

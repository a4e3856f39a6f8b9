"""What the officer may see and begin. Finishing drafts, saving and sending are never refused."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from enumerator.errors import KnownError
from enumerator.store.lease import Leasing
from enumerator.store.settings import StoreSettings

FROZEN_SETTING = "frozen"


class Freeze(msgspec.Struct, frozen=True, kw_only=True):
    """The newest word of the office. Points compare within a lineage only."""

    is_frozen: bool
    reason: str
    lineage: str
    point: int
    issued_at: str


@dataclass(frozen=True, slots=True)
class Restriction:
    """``code``: ``lease_over`` (too long without the server), or ``frozen`` (by the office;
    ``reason`` in its words)."""

    code: str
    reason: str = ""


class Access:
    def __init__(self, settings: StoreSettings, lease: Leasing) -> None:
        self._settings = settings
        self._lease = lease

    def restriction(self) -> Restriction | None:
        """None when everything is open. Else the list shows families with a draft only, and
        none at all after the lease."""
        if self._lease.is_over():
            return Restriction("lease_over")
        freeze = self.freeze()
        if freeze is not None and freeze.is_frozen:
            return Restriction("frozen", freeze.reason)
        return None

    def is_frozen(self) -> bool:
        """By the office: nothing is pulled."""
        freeze = self.freeze()
        return freeze is not None and freeze.is_frozen

    def check(self) -> None:
        """Before something new is begun. KnownError ``frozen``, ``lease_over``."""
        self._lease.check()
        found = self.restriction()
        if found is not None:
            raise KnownError(
                found.code,
                "The office has frozen this laptop. Finish what you began and synchronise; "
                "ask your supervisor about the rest.",
                reason=found.reason,
            )

    def check_reading(self) -> None:
        """Before anything of a family is shown. KnownError ``lease_over``."""
        self._lease.check()

    def freeze(self) -> Freeze | None:
        data = self._settings.get(FROZEN_SETTING)
        return None if data is None else msgspec.json.decode(data, type=Freeze)

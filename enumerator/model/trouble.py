"""What is wrong with a laptop that a person must see to."""

from __future__ import annotations

from enum import Enum


class Trouble(Enum):
    """In the order in which they are told."""

    DATABASE_DAMAGED = "database_damaged"
    SET_ASIDE = "set_aside"
    """Finished work, or photos of it, that cannot be handed over."""
    DISK_LOW = "disk_low"
    CLOCK_WRONG = "clock_wrong"

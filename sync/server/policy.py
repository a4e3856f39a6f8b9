"""The rules that the office publishes with every hello: for contacts, and for photos.

Defaults after the 2020 operations in the United States and Indonesia; the laptop warns and
suggests by them, nothing is refused because of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

POLICY: Mapping[str, int] = MappingProxyType(
    {
        "max_attempt_days": 6,
        "min_hours_between_visits": 4,
        "proxy_eligible_after": 3,
        "proxy_tries": 3,
        "hold_after": 4,
        "lease_days": 7,
        "auto_lock_minutes": 10,
        # Of photos and sounds in one session: no more KiB, and no longer at the measured rate.
        "media_budget_kib": 8192,
        "media_seconds": 120,
        "media_max_edge_px": 1600,
        "media_quality": 80,
    }
)

"""The contact rules that the office publishes with every hello.

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
    }
)

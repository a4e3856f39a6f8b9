"""The contact rules: data of the operation, which the office publishes with every hello.

Defaults after the 2020 operations in the United States (attempt days, proxies) and Indonesia's
2026 field manual (hours between same-day visits). They warn and suggest; none refuses a visit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class ContactRules:
    """``max_attempt_days`` and ``proxy_eligible_after`` count days on which contact was tried,
    not knocks. Slots end at these local hours; from the last on it is evening."""

    max_attempt_days: int = 6
    min_hours_between_visits: float = 4
    proxy_eligible_after: int = 3
    proxy_tries: int = 3
    hold_after: int = 4
    lease_days: int = 7
    morning_ends_h: int = 12
    afternoon_ends_h: int = 17
    max_speed_km_h: float = 120
    closes_per_hour: int = 12
    min_seconds_per_person: float = 60

    @classmethod
    def from_policy(cls, policy: Mapping[str, Any]) -> ContactRules:
        """The server's values over the defaults; unknown names and unusable values are ignored,
        so that a newer server cannot stop an older laptop."""
        usable = {name: value for name, value in policy.items() if _is_usable(value)}
        return cls(
            **{field.name: usable[field.name] for field in fields(cls) if field.name in usable}
        )


def _is_usable(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value >= 0
    )

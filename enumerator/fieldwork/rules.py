"""The rules for contacts and photos, which the office publishes with every hello.

Defaults after the 2020 operations in the United States (attempt days, proxies) and Indonesia's
2026 field manual (hours between same-day visits). They warn and suggest; none refuses a visit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

_MAX_EDGE_PX = 1600
_QUALITY = 80


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


@dataclass(frozen=True, slots=True)
class PhotoRules:
    """What a photo may weigh: on 2G every 100 kB is a minute. ``quality`` is JPEG's, 1 to 100."""

    max_edge_px: int = _MAX_EDGE_PX
    quality: int = _QUALITY

    @classmethod
    def from_policy(cls, policy: Mapping[str, Any]) -> PhotoRules:
        """The server's values over the defaults, within what leaves a card readable."""
        return cls(
            max_edge_px=_within(policy.get("media_max_edge_px"), 640, 4096, _MAX_EDGE_PX),
            quality=_within(policy.get("media_quality"), 40, 95, _QUALITY),
        )


def _within(value: object, least: int, most: int, default: int) -> int:
    if not isinstance(value, int | float) or not _is_usable(value):
        return default
    return max(least, min(most, round(value)))


def _is_usable(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value >= 0
    )

"""Areas: province, regency, district, village."""

from __future__ import annotations

from dataclasses import dataclass

from enumerator.model.ids import AreaCode

LEVELS = ("province", "regency", "district", "village")


@dataclass(frozen=True, slots=True)
class Area:
    """An administrative area under the interior ministry's code.

    ``bps_code`` is the statistics office's code of the same area. The two systems differ: each
    is stored as given, neither is ever computed from the other.
    """

    code: AreaCode
    name: str
    level: str
    parent: AreaCode | None
    bps_code: str | None = None

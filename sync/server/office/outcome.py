"""What an office command came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SHOWN_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """``facts`` is what ``--json`` prints, ``lines`` what a person reads."""

    lines: list[str]
    facts: dict[str, Any]
    status: int = 0

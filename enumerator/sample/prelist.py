"""The office's files: the register list (prelist) and the self-responses, as CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

from enumerator.fieldwork.prelist import (
    FAMILIES_FILE,
    FAMILY_COLUMNS,
    MEMBER_COLUMNS,
    MEMBERS_FILE,
    family_row,
    member_row,
)
from enumerator.sample.population import INCOMPLETE, RegisteredFamily

__all__ = [
    "FAMILIES_FILE",
    "LATE_SHARE",
    "MEMBERS_FILE",
    "RESPONSES_FILE",
    "RESPONSE_COLUMNS",
    "SelfResponse",
    "Written",
    "self_responses",
    "write_prelist",
]

RESPONSES_FILE = "responses.csv"

RESPONSE_COLUMNS = ("no_kk", "nik", "status", "submitted_at")

_WITA = timezone(timedelta(hours=8))  # South Kalimantan's zone
# The online census ran from 15 February to 29 May 2020; officers went out in September.
_ONLINE_FROM = datetime(2020, 2, 15, tzinfo=_WITA)
_ONLINE_DAYS = 104
_FOLLOW_UP_FROM = datetime(2020, 9, 1, tzinfo=_WITA)
_FOLLOW_UP_DAYS = 14
LATE_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class SelfResponse:
    """One online answer of a family, handed in by its head."""

    card_number: str
    nik: str
    status: str
    """``partial`` or ``complete``."""
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    families: int
    members: int
    responses: int


def self_responses(
    families: Iterable[RegisteredFamily], *, seed: int = 2020, late_share: float = LATE_SHARE
) -> Iterator[SelfResponse]:
    """What these families sent online: the incomplete answers of the online census and, of
    ``late_share`` of all families, a complete one while officers are already out."""
    random = Random(f"{seed}:responses")  # noqa: S311 -- reproducible sample data
    for registered in families:
        card, nik = registered.family.card_number, registered.members[0].nik
        if registered.family.online_status == INCOMPLETE:
            moment = _moment(random, _ONLINE_FROM, _ONLINE_DAYS)
            yield SelfResponse(card, nik, "partial", moment)
        if random.random() < late_share:
            moment = _moment(random, _FOLLOW_UP_FROM, _FOLLOW_UP_DAYS)
            yield SelfResponse(card, nik, "complete", moment)


def write_prelist(
    folder: Path,
    families: Iterable[RegisteredFamily],
    *,
    seed: int = 2020,
    late_share: float = LATE_SHARE,
) -> Written:
    """Write the three files into ``folder`` in one pass over ``families``; replaces old ones."""
    folder.mkdir(parents=True, exist_ok=True)
    members = responses = 0
    with ExitStack() as stack:

        def table(name: str, columns: Sequence[str]) -> Callable[[Sequence[str]], object]:
            path = folder / name
            file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            write = csv.writer(file).writerow
            write(columns)
            return write

        write_family = table(FAMILIES_FILE, FAMILY_COLUMNS)
        write_member = table(MEMBERS_FILE, MEMBER_COLUMNS)
        write_response = table(RESPONSES_FILE, RESPONSE_COLUMNS)
        counted = 0

        def recorded() -> Iterator[RegisteredFamily]:
            nonlocal counted, members
            for registered in families:
                write_family(family_row(registered.family, len(registered.members)))
                for member in registered.members:
                    write_member(member_row(member))
                counted += 1
                members += len(registered.members)
                yield registered

        for response in self_responses(recorded(), seed=seed, late_share=late_share):
            write_response(_response_row(response))
            responses += 1
    return Written(counted, members, responses)


def _moment(random: Random, start: datetime, days: int) -> datetime:
    """A second of the waking hours (6 to 22) of one of ``days`` days."""
    return start + timedelta(
        days=random.randrange(days), hours=6, seconds=random.randrange(16 * 3600)
    )


def _response_row(response: SelfResponse) -> tuple[str, ...]:
    return (
        response.card_number,
        response.nik,
        response.status,
        response.submitted_at.isoformat(),
    )

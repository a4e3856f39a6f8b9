"""The demonstration's census: six villages, two officers, a supervisor, and who answered online."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from enumerator.model import FamilyId
from enumerator.sample import QUESTIONNAIRE_SOURCE, REGIONS
from enumerator.sample.population import VILLAGES, RegisteredFamily, population
from enumerator.sample.prelist import (
    FAMILIES_FILE,
    MEMBERS_FILE,
    RESPONSE_COLUMNS,
    RESPONSES_FILE,
    write_prelist,
)
from ui.demo.operation import Operation

SUPERVISOR: Final = "pml-01"
OFFICERS: Final = ("ppl-01", "ppl-02")
PASSPHRASES: Final = {
    "pml-01": "riam kanan berkabut",
    "ppl-01": "kelotok sungai barito",
    "ppl-02": "pasar terapung pagi",
}
"""Of the demonstration only; whoever runs it is told."""
_NAMES: Final = {
    "pml-01": "Pengawas Satu",
    "ppl-01": "Petugas Satu",
    "ppl-02": "Petugas Dua",
}


@dataclass(frozen=True, slots=True)
class Account:
    """``code`` enrols one laptop, once."""

    login: str
    account_id: str
    code: str


@dataclass(frozen=True, slots=True)
class Census:
    """An operation that officers can enrol with."""

    operation: Operation
    register: dict[FamilyId, RegisteredFamily]
    accounts: dict[str, Account]
    loaded: int
    """Families that the office's frame holds."""
    partial_responses: int


def prepare(operation: Operation, families: int, seed: int) -> Census:
    """All that the office does before the first officer sets out."""
    register = {one.family.id: one for one in population(families, seed=seed)}
    office_folder = operation.folder / "office"
    write_prelist(office_folder, register.values(), seed=seed, late_share=0.0)
    data = files("enumerator.sample") / "data"
    with as_file(data / REGIONS) as regions, as_file(data / QUESTIONNAIRE_SOURCE) as questionnaire:
        operation.office("load-areas", str(regions))
        operation.office("publish", str(questionnaire), "--media", str(regions))
    frame = operation.office(
        "load-frame", str(office_folder / FAMILIES_FILE), str(office_folder / MEMBERS_FILE)
    )
    answered = operation.office("load-responses", str(office_folder / RESPONSES_FILE))
    accounts = {SUPERVISOR: _add(operation, "add-supervisor", SUPERVISOR)}
    for login in OFFICERS:
        accounts[login] = _add(operation, "add-officer", login, "--supervisor", SUPERVISOR)
    half = len(VILLAGES) // len(OFFICERS)
    for place, login in enumerate(OFFICERS):
        own = VILLAGES[place * half : (place + 1) * half]
        operation.office("assign", "--officer", login, "--village", *own)
    return Census(operation, register, accounts, frame["families_new"], answered["partial"])


def answer_online(census: Census, families: Iterable[FamilyId], name: str) -> int:
    """These families send a complete answer on the web; how many the office matched."""
    rows = [census.register[family] for family in families]
    path = census.operation.folder / "office" / f"{name}.csv"
    _write_responses(path, rows)
    matched: int = census.operation.office("load-responses", str(path))["complete"]
    return matched


def _write_responses(path: Path, families: Sequence[RegisteredFamily]) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(RESPONSE_COLUMNS)
        for one in families:
            writer.writerow((one.family.card_number, one.members[0].nik, "complete", now))


def _add(operation: Operation, command: str, login: str, *more: str) -> Account:
    made = operation.office(command, "--login", login, "--name", _NAMES[login], *more)
    return Account(login, made["account_id"], made["code"])

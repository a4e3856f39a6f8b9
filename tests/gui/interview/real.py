"""The real questionnaire in a real store: an officer's laptop with assigned families."""

from __future__ import annotations

from datetime import timedelta, timezone
from pathlib import Path
from typing import Final

from enumerator.fieldwork.open_interview import OpenInterview
from enumerator.fieldwork.workspace import Workspace
from enumerator.sample import QUESTIONNAIRE, REGIONS, sample_file
from enumerator.sample.population import VILLAGES, RegisteredFamily, population
from enumerator.xform import Form, LayeredMedia, MemoryMedia, load_form
from tests.gui.operation import Operation

WITA: Final = timezone(timedelta(hours=8), "WITA")


class Laptop:
    """An operation with the questionnaire published and some families assigned."""

    def __init__(self, root: Path, families: int = 6) -> None:
        self.operation = Operation(root)
        self.operation.load_areas()
        self.families: list[RegisteredFamily] = self.operation.assign(
            population(families, villages=VILLAGES[:1])
        )
        self.operation.store.forms.put(
            "sp2020_c1",
            "2020091501",
            sample_file(QUESTIONNAIRE),
            {REGIONS: sample_file(REGIONS)},
        )
        self.workspace = Workspace(self.operation.store, zone=WITA)

    def family_of(self, size: int) -> RegisteredFamily:
        """The first family of at least ``size`` members."""
        return next(family for family in self.families if len(family.members) >= size)

    def start(self, family: RegisteredFamily) -> OpenInterview:
        return self.workspace.interviewing.start(family.family.id)

    def close(self) -> None:
        self.workspace.close()


def real_form() -> Form:
    """The questionnaire without any store."""
    return load_form(
        sample_file(QUESTIONNAIRE), LayeredMedia(MemoryMedia({REGIONS: sample_file(REGIONS)}))
    )

"""Interviews to measure with: the real questionnaire, filled in for invented families."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

from enumerator.bench.questionnaire import answer_all
from enumerator.fieldwork.prelist import lists_of
from enumerator.sample import QUESTIONNAIRE, REGIONS, sample_file
from enumerator.sample.population import family_of
from enumerator.sample.respondent import Respondent
from enumerator.xform import FolderMedia, load_form

_SIZES = (1, 2, 3, 3, 4, 4, 4, 5, 5, 6, 7)


def interviews(count: int, seed: int) -> Iterator[bytes]:
    """Instances as they are finalised; other seeds give other families."""
    chance = Random(seed)  # noqa: S311 (people, not secrets)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in (QUESTIONNAIRE, REGIONS):
            (folder / file).write_bytes(sample_file(file))
        for _ in range(count):
            number = chance.getrandbits(32)
            registered = family_of(chance.choice(_SIZES), seed=number)
            for list_, data in lists_of(registered.family, registered.members).items():
                (folder / list_).write_bytes(data)
            session = load_form(folder / QUESTIONNAIRE, FolderMedia(folder)).start()
            answer_all(session, registered.family.id, Respondent(number))
            yield session.finalize()

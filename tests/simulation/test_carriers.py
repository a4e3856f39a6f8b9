"""A few histories with sticks and relays; ``python -m tests.simulation --carriers`` runs more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.carriers import CarriedHistory
from tests.simulation.history import run
from tests.simulation.world import Template

_HISTORIES = 15


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("template"))


def test_every_invariant_holds_whichever_way_work_travels(
    template: Template, tmp_path: Path
) -> None:
    breaches = {
        seed: found
        for seed in range(_HISTORIES)
        if (found := run(template, tmp_path / str(seed), seed, CarriedHistory).breaches)
    }
    assert not breaches

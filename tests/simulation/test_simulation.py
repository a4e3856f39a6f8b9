"""A few histories at every run; ``python -m tests.simulation`` runs thousands.

A seed means another history with each step that is added, so a fault that one has shown gets a test
of its own where it was mended: work that came before the order that entitles its officer, in
``tests/server/test_held.py``.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.history import run
from tests.simulation.world import Template

_HISTORIES = 25


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("template"))


def test_every_invariant_holds_when_anything_goes_wrong(template: Template, tmp_path: Path) -> None:
    breaches = {
        seed: found
        for seed in range(_HISTORIES)
        if (found := run(template, tmp_path / str(seed), seed).breaches)
    }
    assert not breaches


def test_history_is_the_same_when_its_seed_is(template: Template, tmp_path: Path) -> None:
    first, second = (run(template, tmp_path / name, 77) for name in ("first", "second"))
    assert (first.steps, first.faults, first.envelopes) == (
        second.steps,
        second.faults,
        second.envelopes,
    )

"""The lines to break are still there; ``python -m tests.mutations`` breaks them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutations.__main__ import broken_files
from tests.mutations.catalogue import MUTATIONS, Mutation

_ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_mutation_breaks_places_that_are_there_and_still_compiles(mutation: Mutation) -> None:
    for file, text in broken_files(mutation, _ROOT).items():
        compile(text, file, "exec")

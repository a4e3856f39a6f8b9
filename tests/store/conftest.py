from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.builders import Laptop


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    """An officer's laptop with an empty list."""
    made = Laptop(tmp_path / "officer")
    yield made
    made.store.close()


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Laptop]:
    """A supervisor's laptop."""
    made = Laptop(tmp_path / "supervisor", role="supervisor")
    yield made
    made.store.close()

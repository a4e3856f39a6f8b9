from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fieldwork.builders import Desk
from tests.store.builders import case


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An officer with three families on the list."""
    made = Desk(tmp_path / "officer")
    made.pull(case(1, members=3), case(2, counter=2), case(3, counter=3))
    yield made
    made.store.close()


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "supervisor", role="supervisor")
    yield made
    made.store.close()

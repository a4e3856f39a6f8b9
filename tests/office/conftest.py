from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.places import Place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    found = Place(tmp_path)
    yield found
    found.operation.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of an operation that does not exist yet."""
    return tmp_path / "operation"

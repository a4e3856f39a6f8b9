from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.postgres import postgres
from tests.server.places import Place


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> str | None:
    """Both stores, for every test that uses this or ``place``: PostgreSQL's address, or None."""
    return postgres().new_database() if request.param == "postgres" else None


@pytest.fixture
def place(tmp_path: Path, database: str | None) -> Iterator[Place]:
    found = Place(tmp_path, database)
    yield found
    found.operation.close()

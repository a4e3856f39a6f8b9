from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.postgres import postgres
from tests.server.places import Place


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """Both stores, for every test that uses this or ``place``: PostgreSQL's address, or None."""
    if request.param != "postgres":
        yield None
        return
    address = postgres().new_database()
    yield address
    postgres().drop(address)


@pytest.fixture
def place(tmp_path: Path, database: str | None) -> Iterator[Place]:
    found = Place(tmp_path, database)
    yield found
    found.operation.close()

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.field import FieldOperation


@pytest.fixture
def operation(tmp_path: Path) -> Iterator[FieldOperation]:
    """Six families: 1 to 3 with ppl-01, 4 to 6 with ppl-02, both of pml-01's team."""
    with FieldOperation.begin(tmp_path) as begun:
        yield begun

"""A small random run beside JavaRosa; the long one is ``python -m tests.differential``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.differential.__main__ import MATERIAL, differential
from tests.differential.peer import what_is_missing

_MISSING = what_is_missing(MATERIAL)


@pytest.mark.conformance
@pytest.mark.skipif(bool(_MISSING), reason=_MISSING or "all is there")
def test_engines_part_only_where_a_ruling_says_so(tmp_path: Path) -> None:
    result = differential(48, 2026, answers=600, keep_in=tmp_path)
    kept = [file.read_text(encoding="utf-8") for file in tmp_path.glob("*.json")]
    assert result["ok"], kept
    assert result["answers"] >= 300

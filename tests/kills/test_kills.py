"""Some kills at every run; ``python -m tests.kills`` does a thousand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.kills.running import outcomes_of, summarise

_KILLS = 20


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_nothing_acknowledged_is_lost_when_processes_are_killed(tmp_path: Path) -> None:
    summary = summarise(outcomes_of(_KILLS, 7, 1, tmp_path))

    assert summary["ok"], summary
    assert int(str(summary["kills"])) >= _KILLS
    assert int(str(summary["killed_servers"])) >= 3
    assert int(str(summary["saved"])) > 20

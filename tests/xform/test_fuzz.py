"""A short hunt; ``python -m tests.fuzz`` hunts as long as it is told to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fuzz import __main__ as command
from tests.fuzz.child import run
from tests.fuzz.hunt import Hunt
from tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_found_in_a_short_time(target: str, tmp_path: Path) -> None:
    """Slowness apart: that is for the long hunt to judge, not for a busy machine."""
    report = Hunt([target], 1, tmp_path).run(7)
    found = [json.loads(Path(file).read_text(encoding="utf-8")) for file in report["findings"]]
    assert [finding for finding in found if finding["trouble"] != "slow"] == []
    assert report["targets"][target] > 20


def test_finding_is_told_when_an_input_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_given: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setitem(TARGETS, "xpath", (TARGETS["xpath"][0], fails))
    assert run("xpath", {})[0] == "ZeroDivisionError"


def test_finding_is_told_when_an_input_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.clock.SLOW_S", 0.05)

    def hangs(_given: object) -> str:
        while True:
            pass

    monkeypatch.setitem(TARGETS, "xpath", (TARGETS["xpath"][0], hangs))
    assert run("xpath", {})[0] == "slow"


def test_input_runs_again_from_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.fuzz.child.limit", lambda: None)
    kept = tmp_path / "finding.json"
    kept.write_text(json.dumps({"input": {"target": "xpath", "expression": "1 + 1"}}))
    assert command.replay(kept) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["ok"]

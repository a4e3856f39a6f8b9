"""The whole main job by its one command, as a user types it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from enumerator.model import CaseState
from ui.demo.reckoning import LaptopCount, Reckoning, find_plaintext


@pytest.mark.timeout(900)
def test_story_agrees_in_every_count(tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "enumerator", "demo", "--story", "--out", str(out)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=880,
        check=False,
    )
    assert done.stderr == ""
    summary = json.loads(done.stdout.strip().splitlines()[-1])
    assert (done.returncode, summary["ok"]) == (0, True), summary["checks"]
    assert set(summary["checks"].values()) == {"ok"}
    assert summary["families_loaded"] == 500
    assert summary["families_interviewed_or_closed"] >= 40
    assert summary["taken_off_while_assigned"] == summary["self_responses_applied"] > 0
    assert summary["at_the_laptops"] == summary["at_the_server"]
    pictures = [(out / "screenshots" / name).read_bytes() for name in summary["screenshots"]]
    assert len(set(pictures)) == len(pictures) >= 12
    assert (out / "server").is_dir()
    assert (out / "laptops").is_dir()


def test_story_refuses_a_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("kept", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "enumerator", "demo", "--story", "--out", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def _status(visits: int) -> dict[str, object]:
    return {
        "envelopes": {"stored": 90, "alternate": 1},
        "kinds": {"visit": 50, "interview": 40, "reassignment": 1},
        "visits": visits,
        "quarantined": {},
    }


_LAPTOP = LaptopCount(envelopes=90, waiting=0, visits=50, interviews=40, done=41)
_BOSS = LaptopCount(envelopes=1, waiting=0, visits=0, interviews=0, done=0)


def test_reckoning_holds_when_both_ends_count_the_same() -> None:
    reckoning = Reckoning()
    reckoning.compare([_LAPTOP], _BOSS, _status(50))
    assert reckoning.holds()


def test_reckoning_fails_when_the_server_lacks_a_visit() -> None:
    reckoning = Reckoning()
    reckoning.compare([_LAPTOP], _BOSS, _status(49))
    assert not reckoning.holds()
    assert reckoning.checks["visits at the server"] == "expected 50, found 49"


def test_reckoning_says_which_ones_are_lacking() -> None:
    reckoning = Reckoning()
    reckoning.equal("families", {"a", "b"}, {"b", "c"})
    reckoning.equal("state", CaseState.PARKED, CaseState.DRAFT)
    assert reckoning.checks == {
        "families": "1 lacking ['a'], 1 more ['c']",
        "state": "expected parked, found draft",
    }


def test_an_untold_story_does_not_hold() -> None:
    assert not Reckoning().holds()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_plaintext_is_found_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "clean.bin").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "leaky.bin").write_bytes(b"\x00\x07" + "Ahmad Pahrudin".encode(encoding) + b"\x01")
    assert find_plaintext(tmp_path, ["Ahmad Pahrudin"]) == ["leaky.bin"]

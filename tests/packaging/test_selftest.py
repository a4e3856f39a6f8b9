"""``enumerator --selftest`` as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from enumerator.cli import selftest
from enumerator.errors import KnownError
from enumerator.sample.population import population
from enumerator.store.folders import DATABASE_FILE


def test_selftest_passes_quietly_and_leaves_nothing_behind(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "enumerator", "--selftest"],
        env={**os.environ, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "TMP": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    figures = json.loads(run.stdout)
    assert figures["ok"] is True
    assert figures["answers"] > 20
    assert figures["envelopes"] == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (DATABASE_FILE, "SQLite format 3\0"),
        ("crash.log", "the NIK {nik} is not valid"),
    ],
    ids=["database", "log"],
)
def test_selftest_fails_when_a_file_can_be_read_by_anybody(
    tmp_path: Path, name: str, content: str
) -> None:
    registered = next(population(1))
    (tmp_path / DATABASE_FILE).write_bytes(bytes(4096))
    (tmp_path / name).write_text(content.format(nik=registered.members[0].nik), encoding="utf-8")
    with pytest.raises(KnownError, match=f"{name}|the database") as failure:
        selftest.check_encrypted(tmp_path, registered)
    assert failure.value.code == "selftest_failed"

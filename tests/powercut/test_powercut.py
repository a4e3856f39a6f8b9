"""A short workload at every run; ``python -m tests.powercut`` cuts far more often."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from random import Random

import pytest

from tests.powercut.cutting import cut_everywhere, record
from tests.powercut.disk import SECTOR, Disk, Operation
from tests.powercut.laying import LaidFile

needs_recording = pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("cc") is None,
    reason="recording needs Linux and a C compiler",
)


@needs_recording
def test_nothing_acknowledged_is_lost_when_the_power_goes_after_any_operation(
    tmp_path: Path,
) -> None:
    trace = record(tmp_path, rounds=2)
    summary = cut_everywhere(trace, tmp_path, each=3, seed=1, jobs=1)
    assert summary["ok"], summary
    assert int(str(summary["told"])) >= 15
    assert int(str(summary["states"])) >= 1500
    assert summary["turns"] == {"upgrade": 1, "salvage": 1, "recover": 1, "wipe": 1}
    assert summary["photos"] == 1
    assert int(str(summary["salvaged_again"])) >= 1


def _disk(*operations: Operation) -> Disk:
    disk = Disk()
    for operation in operations:
        disk.apply(operation)
    return disk


def _write(data: bytes, offset: int = 0) -> Operation:
    return Operation("w", "a", offset, data)


NEW, SYNC, FOLDER = (
    Operation(kind, name, 0, b"") for kind, name in (("o", "a"), ("s", "a"), ("s", ""))
)


def test_synced_file_is_gone_when_its_folder_was_not_synced() -> None:
    left = _disk(NEW, _write(b"x"), SYNC).cut(None)
    assert left.files == {}


def test_unsynced_write_is_dropped_kept_or_torn_by_sectors() -> None:
    disk = _disk(NEW, FOLDER, _write(b"old" * SECTOR), SYNC, _write(b"new" * SECTOR))
    assert disk.cut(None).files["a"].contents() == b"old" * SECTOR
    assert disk.cut(None, keep=True).files["a"].contents() == b"new" * SECTOR
    seen = {disk.cut(Random(seed)).files["a"].contents() for seed in range(60)}  # noqa: S311
    assert len(seen) > 4
    for contents in seen:
        sectors = [contents[at : at + SECTOR] for at in range(0, len(contents), SECTOR)]
        assert all(set(sector) <= set(b"old") or set(sector) <= set(b"new") for sector in sectors)


def test_rename_holds_as_a_whole_or_not_at_all() -> None:
    part = Operation("o", "a.part", 0, b"")
    data = Operation("w", "a.part", 0, b"whole")
    sync = Operation("s", "a.part", 0, b"")
    disk = _disk(part, data, sync, Operation("r", "a.part", 0, b"a"))
    names = {tuple(sorted(disk.cut(Random(seed)).files)) for seed in range(40)}  # noqa: S311
    assert names == {(), ("a.part",), ("a",)}
    disk.apply(FOLDER)
    assert disk.cut(None).files["a"].contents() == b"whole"


def test_laid_file_is_as_whole_contents_when_only_the_difference_is_written(tmp_path: Path) -> None:
    random = Random(5)  # noqa: S311
    laid = LaidFile(tmp_path / "a")
    disk = _disk(NEW, FOLDER)
    for _ in range(300):
        step = random.randrange(8)
        if step == 0:
            disk.apply(SYNC)
        elif step == 1:
            disk.apply(Operation("t", "a", random.randrange(5 * SECTOR), b""))
        else:
            data = random.randbytes(random.randrange(1, 3 * SECTOR))
            disk.apply(_write(data, random.randrange(4 * SECTOR)))
        for _ in range(3):
            file = disk.cut(random).files["a"]
            laid.lay(file)
            assert laid.path.read_bytes() == file.contents()

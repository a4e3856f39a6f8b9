"""``python packaging/build.py``: freeze the officer's program, then prove that it works.

Builds ``packaging/dist/enumerator/`` with PyInstaller, refuses it when the server's side got in,
runs the frozen program's selftest (exit status 0, nothing on stderr) and measures the time to the
first window. Prints one JSON line; exit status 1 and the reason on stderr when anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

# The build steers by the same table as the spec. It stands beside this file, not in a package:
# a package named "packaging" would hide the library of that name.
sys.path.insert(0, str(HERE))
import contents  # noqa: E402

_SELFTEST_LIMIT_S = 120
_WINDOW_LIMIT_S = 60
_WINDOW_RUNS = 3


class BuildError(Exception):
    """The program could not be built, or what was built is not fit to be given out."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--work", type=Path, default=HERE, help="holds build/ and dist/")
    options = parser.parse_args()
    try:
        print(json.dumps(build(options.work.resolve())))
    except BuildError as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    return 0


def build(work: Path) -> dict[str, object]:
    """Freeze and prove; returns the figures. Raises BuildError."""
    begun = time.monotonic()
    freeze(work)
    folder = work / "dist" / "enumerator"
    strip(folder)
    build_s = time.monotonic() - begun
    if found := contents.intruders(frozen_modules(work / "build")):
        raise BuildError(f"not for the officer's program: {', '.join(found)}")
    program = folder / ("enumerator.exe" if sys.platform == "win32" else "enumerator")
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {
        "program": str(program),
        "build_s": round(build_s, 1),
        "size_bytes": sum(path.stat().st_size for path in files),
        "files": len(files),
        "selftest_s": round(selftest(program), 2),
        "first_window_s": round(statistics.median(first_windows(program)), 2),
    }


def freeze(work: Path) -> None:
    """Run PyInstaller; its log is shown only when it fails."""
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    places = ["--workpath", str(work / "build"), "--distpath", str(work / "dist")]
    log = work / "build" / "pyinstaller.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as output:
        run = subprocess.run(
            [*command, *places, str(HERE / "enumerator.spec")],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if run.returncode:
        raise BuildError(f"PyInstaller failed:\n{log.read_text(encoding='utf-8')}")


def strip(folder: Path) -> None:
    """Take debugging symbols out of the libraries: 45 MB on Linux. Qt's wheels have none, and
    the program itself carries an archive behind its last section, so neither is touched."""
    tool = shutil.which("strip")
    if sys.platform != "linux" or not tool:
        return
    libraries = [
        str(path)
        for path in folder.rglob("*.so*")
        if not path.is_symlink() and {"PySide6", "shiboken6"}.isdisjoint(path.parts)
    ]
    subprocess.run([tool, "--strip-debug", *libraries], check=True)


def frozen_modules(build_folder: Path) -> list[str]:
    """Names of all Python modules in the program's archive."""
    from PyInstaller.archive.readers import ZlibArchiveReader

    archives = list(build_folder.rglob("PYZ-*.pyz"))
    if len(archives) != 1:
        raise BuildError(f"expected one archive of modules in {build_folder}")
    return list(ZlibArchiveReader(str(archives[0])).toc)


def selftest(program: Path) -> float:
    """Seconds that the frozen selftest takes."""
    begun = time.monotonic()
    run_quietly([str(program), "--selftest"], {}, _SELFTEST_LIMIT_S)
    return time.monotonic() - begun


def first_windows(program: Path) -> list[float]:
    """Seconds from the start of the process until the first window has been painted and the
    program has ended itself, of a few starts in an empty folder."""
    seconds = []
    for _ in range(_WINDOW_RUNS):
        with tempfile.TemporaryDirectory() as folder:
            begun = time.monotonic()
            run_quietly(
                [str(program), "--folder", folder],
                {"ENUMERATOR_EXIT_AFTER_PAINT": "1"},
                _WINDOW_LIMIT_S,
            )
            seconds.append(time.monotonic() - begun)
    return seconds


def run_quietly(command: list[str], extra: dict[str, str], limit_s: float) -> str:
    """What a frozen command prints; BuildError unless it ends well and stderr stays empty."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "VIRTUAL_ENV"))  # it must stand on its own
    }
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        run = subprocess.run(
            command,
            env={**environment, **extra},
            cwd=Path(command[0]).anchor,
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise BuildError(f"{' '.join(command)}: no end after {limit_s} s") from late
    if run.returncode or run.stderr:
        raise BuildError(
            f"{' '.join(command)}: exit status {run.returncode}\n{run.stdout}{run.stderr}"
        )
    return run.stdout


if __name__ == "__main__":
    sys.exit(main())

"""``python packaging/lock.py [--upgrade]``: resolve all dependencies anew.

Writes two files beside pyproject.toml, for Linux, Windows and macOS and Python 3.11 to 3.14:

constraints.txt    every package of every extra, versions only. It stands beside an editable
                   install (``-e ".[all]" -c constraints.txt``), where pip refuses hashes.
requirements.lock  the installed field program and what freezes it, with hashes, at the same
                   versions: ``python -m pip install --require-hashes -r requirements.lock``.

Needs uv (``python -m pip install uv``). Without ``--upgrade`` versions stay where they are as long
as pyproject.toml allows them. Neither file names a package index or a folder of this machine.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
LOCK = ROOT / "requirements.lock"

_RESOLVE = (
    *("-m", "uv", "pip", "compile", "pyproject.toml", "--quiet"),
    *("--universal", "--python-version", "3.11"),
    *("--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
    *("--custom-compile-command", "python packaging/lock.py"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    # sqlite-utils requires pip itself; a constraint on it would make pip replace itself midway.
    resolve(CONSTRAINTS, "--all-extras", "--no-emit-package", "pip", *upgrade)
    resolve(LOCK, "--extra", "package", "--generate-hashes", "-c", CONSTRAINTS.name, *upgrade)
    return 0


def resolve(target: Path, *options: str) -> None:
    """Run the resolver in the project's root; SystemExit when it fails or names a place."""
    command = [sys.executable, *_RESOLVE, *options, "--output-file", target.name]
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status:
        raise SystemExit(status)
    if places := [line for line in target.read_text().splitlines() if names_a_place(line)]:
        target.unlink()
        raise SystemExit(f"{target.name} must not name an index or a folder: {places[0]}")
    print(
        f"{target.name}: {sum('==' in line for line in target.read_text().splitlines())} packages"
    )


def names_a_place(line: str) -> bool:
    """Whether a requirement line leads anywhere but to a package's name and version."""
    return not line.startswith("#") and ("://" in line or " @ " in line or line.startswith("-"))


if __name__ == "__main__":
    sys.exit(main())

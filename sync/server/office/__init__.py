"""``enumerator office``: the office's commands, directly on the server's folder.

They are safe while the server runs: the same store code writes the same database, and SQLite
puts the writers in line.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from enumerator.errors import KnownError
from sync.server.office.commands import add_commands
from sync.server.operation import DATABASE_FILE, open_operation

_BEGINNINGS = ("load-areas", "load-frame", "publish", "add-supervisor")
"""What an office does first; every other command asks for what is there already."""


def main(argv: Sequence[str]) -> int:
    """0: done; 1: done, but rows of a file were rejected; 2: wrong usage. KnownError when
    nothing was done."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    folder: Path = arguments.folder
    is_new = not (folder / DATABASE_FILE).exists()
    if is_new and arguments.command not in _BEGINNINGS:
        raise KnownError(
            "no_operation",
            f"There is no operation in {folder}. Check --folder; an operation begins with "
            + ", ".join(_BEGINNINGS)
            + ".",
        )
    operation = open_operation(folder)
    if is_new:
        print(f"A new operation was begun in {folder}.", file=sys.stderr)
    try:
        outcome = arguments.run(operation, arguments)
    finally:
        operation.close()
    if arguments.json:
        print(json.dumps(outcome.facts, ensure_ascii=False, indent=1))
    else:
        print("\n".join(outcome.lines))
    return int(outcome.status)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="enumerator office",
        description="Load the frame, publish the questionnaire, make accounts, export the data.",
    )
    parser.add_argument("--folder", type=Path, required=True, help="the server's folder")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    add_commands(parser.add_subparsers(required=True, metavar="COMMAND", dest="command"))
    return parser

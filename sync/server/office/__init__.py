"""``enumerator office``: the office's commands, directly on the server's folder.

They are safe while the server runs: the same store code writes the same database, which puts the
writers in line.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from enumerator.errors import KnownError
from sync.server.office.commands import add_commands
from sync.server.operation import add_database_option, is_begun, open_operation

_BEGINNINGS = ("load-areas", "load-frame", "publish", "add-supervisor")
"""What an office does first; every other command asks for what is there already."""


def main(argv: Sequence[str]) -> int:
    """0: done; 1: done, but rows of a file were rejected; 2: wrong usage. KnownError when
    nothing was done."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    folder: Path = arguments.folder
    is_new = not is_begun(folder, arguments.database)
    if is_new and arguments.command not in _BEGINNINGS:
        raise KnownError(
            "no_operation",
            f"There is no operation in {folder}. Check --folder and --database; "
            "an operation begins with " + ", ".join(_BEGINNINGS) + ".",
        )
    operation = open_operation(folder, arguments.database)
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
    add_database_option(parser)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    add_commands(parser.add_subparsers(required=True, metavar="COMMAND", dest="command"))
    return parser

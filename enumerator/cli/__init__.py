"""The command line: ``enumerator`` opens the window, ``enumerator COMMAND`` does one thing.

The table below names modules instead of importing them: the core never imports the window or
the server, and a command pays for its own imports only.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NamedTuple

from enumerator.errors import KnownError


class Command(NamedTuple):
    module: str
    extra: str
    summary: str


COMMANDS: dict[str, Command] = {
    "open": Command("ui.app", "", "open the window (also without a command)"),
    "demo": Command("ui.demo", "server", "server, officers and families to try everything with"),
    "form": Command("enumerator.cli.form", "", "run questionnaires on the command line"),
    "bench": Command("enumerator.cli.bench", "", "measure how fast this program is here"),
    "bundle": Command(
        "sync.client.bundle_command", "", "save an officer's sealed files for the office"
    ),
    "server": Command("sync.server.command", "server", "run the central server"),
    "office": Command(
        "sync.server.office", "server", "load the frame, publish, make accounts, export"
    ),
}

# What a shell says of a program that Ctrl-C ended.
_INTERRUPTED = 130

_SELFTEST = Command("enumerator.cli.selftest", "", "check that this installation works")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. A KnownError is printed, not traced."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in ("-h", "--help"):
        _print_help()
        return 0
    if words and words[0] == "--version":
        from importlib.metadata import version

        print(f"enumerator {version('enumerator')}")
        return 0
    if words and words[0] == "--selftest":
        command, rest = _SELFTEST, words[1:]
    elif not words or words[0].startswith("-"):
        command, rest = COMMANDS["open"], words
    elif words[0] in COMMANDS:
        command, rest = COMMANDS[words[0]], words[1:]
    else:
        print(
            f"enumerator: there is no command '{words[0]}'. Try: enumerator --help", file=sys.stderr
        )
        return 2
    return _run(command, rest)


def _run(command: Command, rest: list[str]) -> int:
    try:
        module = importlib.import_module(command.module)
    except ModuleNotFoundError as error:
        if command.extra and getattr(sys, "frozen", False):
            print(
                "enumerator: this command is not part of the installed program. It comes with "
                f'the Python package: python -m pip install "enumerator[{command.extra}]"',
                file=sys.stderr,
            )
            return 2
        missing = (error.name or "").partition(".")[0]
        if not command.extra or missing in ("enumerator", "sync", "ui"):
            raise
        print(
            f"enumerator: this command needs the package '{missing}'. "
            f'Install it with: python -m pip install "enumerator[{command.extra}]"',
            file=sys.stderr,
        )
        return 2
    # What is imported stays for good. Each full collection went through all of it: 20 ms in the
    # middle of an answer.
    gc.freeze()
    try:
        status: int = module.main(rest)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KnownError as error:
        print(f"enumerator: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _drop_output()
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _drop_output()
        print(f"enumerator: {error.strerror}.", file=sys.stderr)
        return 1
    return status


def _drop_output() -> None:
    """Nobody reads it any more: what is still to be written would fail again at the exit."""
    with contextlib.suppress(OSError, ValueError):  # an output that is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_help() -> None:
    print("usage: enumerator [COMMAND] [options]\n\ncommands:")
    for word, command in COMMANDS.items():
        print(f"  {word:8} {command.summary}")
    print("\nenumerator COMMAND --help tells more; --version, --selftest")

"""A census operation in one folder: a central server of its own and the office's commands.

Server and office run as the processes that an office would start, so what the demonstration shows
is what a user gets.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from enumerator.errors import KnownError

_SERVER_STOPS_WITHIN_S = 20
_OFFICE_COMMAND_WITHIN_S = 300


class Operation:
    """Owns the server's folder and process below ``folder``; loopback only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server_folder = folder / "server"
        self.server_folder.mkdir(parents=True, exist_ok=True)
        self.address = ""
        self._process: subprocess.Popen[str] | None = None
        self._port = 0

    def start_server(self) -> str:
        """Start the central server, on the same port as before; returns its address.

        Raises KnownError ``server_did_not_start`` with the log's place.
        """
        log_path = self.folder / "server.log"
        with log_path.open("a", encoding="utf-8") as log:
            process = subprocess.Popen(  # noqa: S603  our own program
                [
                    *_enumerator("server"),
                    *("--folder", str(self.server_folder)),
                    *("--host", "127.0.0.1", "--port", str(self._port)),
                ],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
                env=_environment(),
                start_new_session=sys.platform != "win32",
            )
        line = process.stdout.readline() if process.stdout else ""
        try:
            self.address = str(json.loads(line)["listening"])
        except (ValueError, KeyError):
            process.kill()
            process.wait(_SERVER_STOPS_WITHIN_S)
            raise KnownError(
                "server_did_not_start",
                f"The central server did not start. Its log: {log_path}",
            ) from None
        self._port = int(self.address.rpartition(":")[2])
        self._process = process
        return self.address

    def stop_server(self) -> None:
        """Stop the server as an office would: let it finish what it has begun."""
        process, self._process = self._process, None
        if process is None:
            return
        if sys.platform == "win32":
            process.terminate()
        else:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(_SERVER_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_SERVER_STOPS_WITHIN_S)
        with suppress(OSError):
            if process.stdout:
                process.stdout.close()

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def office(self, *words: str) -> dict[str, Any]:
        """Run one office command and return its facts.

        Raises KnownError ``office_command_failed`` with what the command said.
        """
        done = subprocess.run(  # noqa: S603  our own program
            [*_enumerator("office"), "--folder", str(self.server_folder), *words, "--json"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=_environment(),
            timeout=_OFFICE_COMMAND_WITHIN_S,
            check=False,
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip()[-800:]
            raise KnownError("office_command_failed", f"office {words[0]}: {said}")
        facts: dict[str, Any] = json.loads(done.stdout)
        return facts


def _enumerator(command: str) -> Sequence[str]:
    return (sys.executable, "-m", "enumerator", command)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}

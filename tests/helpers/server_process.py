"""``enumerator server`` as a process of its own."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass
class ServerProcess:
    process: subprocess.Popen[str]
    address: str

    def hang_up(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def stop(self) -> tuple[int, str]:
        """On SIGTERM: exit status and what was said on stderr."""
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors


@contextlib.contextmanager
def server_process(folder: Path, *options: str | Path) -> Iterator[ServerProcess]:
    command = [sys.executable, "-m", "enumerator", "server", "--folder", str(folder)]
    process = subprocess.Popen(
        [*command, "--port", "0", *map(str, options)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise AssertionError(process.communicate()[1])
        yield ServerProcess(process, json.loads(line)["listening"])
    finally:
        process.kill()
        process.communicate()

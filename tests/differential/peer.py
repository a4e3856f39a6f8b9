"""JavaRosa in a process of its own, spoken to in JSON lines."""

from __future__ import annotations

import importlib.util
import json
import os
import select
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PATIENCE_S = 15.0

Command = Mapping[str, Any]
Reply = dict[str, Any]


class PeerStoppedError(RuntimeError):
    """The other engine died, or did not answer in time."""


def find_jar() -> Path | None:
    """JavaRosa's classes, inside pyxform's validator."""
    spec = importlib.util.find_spec("pyxform")
    if spec is None or spec.origin is None:
        return None
    jar = Path(spec.origin).parent / "validators/odk_validate/bin/ODK_Validate.jar"
    return jar if jar.is_file() else None


def what_is_missing(material: Path) -> str:
    """Empty where a run is possible."""
    if not (material / "oracle/java/Oracle.java").is_file():
        return f"no driver at {material}"
    if not (material / "forms.tar.xz").is_file():
        return f"no forms at {material}"
    if shutil.which("java") is None or shutil.which("javac") is None:
        return "no Java"
    if find_jar() is None:
        return "no JavaRosa: pyxform is not installed"
    return ""


def build(material: Path, folder: Path) -> str:
    """Compiles the driver; the class path."""
    jar = str(find_jar())
    source = material / "oracle/java/Oracle.java"
    subprocess.run(
        ["javac", "-nowarn", "-cp", jar, "-d", folder, source], check=True, capture_output=True
    )
    return f"{folder}{os.pathsep}{jar}"


class Peer:
    """One JVM, in one time zone."""

    def __init__(self, class_path: str, zone: str) -> None:
        self._command = [
            "java",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx512m",
            "-Xss8m",
            f"-Duser.timezone={zone}",
            "-Dfile.encoding=UTF-8",
            "-cp",
            class_path,
            "Oracle",
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""

    def ask(self, command: Command) -> Reply:
        """Raises PeerStoppedError; the next load starts it anew."""
        process = self._process or self._start()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(command).encode() + b"\n")
            process.stdin.flush()
            reply: Reply = json.loads(self._line(process))
        except (OSError, ValueError) as error:
            self.close()
            raise PeerStoppedError(str(error)) from None
        return reply

    def _start(self) -> subprocess.Popen[bytes]:
        self._rest = b""
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._process

    def _line(self, process: subprocess.Popen[bytes]) -> bytes:
        assert process.stdout is not None
        handle = process.stdout.fileno()
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            ready, _, _ = select.select([handle], [], [], PATIENCE_S)
            part = os.read(handle, 1 << 16) if ready else b""
            if not part:
                raise OSError("no answer" if not ready else "it stopped")
            parts.append(part)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        return line

    def close(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue  # what was still to be written has nobody to read it

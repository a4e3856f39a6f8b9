"""JavaRosa beside this program's engine: the driver of the material, one JVM a form.

Its first run is the fresh one, its third the warm one, as far as a JVM warms to the same work.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from enumerator.bench.measuring import Command, Run, peak_mb

DRIVER = Path("oracle", "java", "Oracle.java")
_JAR = Path("validators", "odk_validate", "bin", "ODK_Validate.jar")
_COMPILE_S = 120


class JavaRosa:
    """``absence`` says why it cannot run; empty where it can."""

    def __init__(self, material: Path | None, folder: Path) -> None:
        self._classes = folder
        self._jar = _jar()
        driver = material / DRIVER if material is not None else None
        if shutil.which("javac") is None or shutil.which("java") is None:
            self.absence = "there is no Java (JDK) on this computer"
        elif self._jar is None:
            self.absence = "the package pyxform, which brings JavaRosa, is not installed"
        elif driver is None or not driver.is_file():
            self.absence = "the material with its driver is not there"
        else:
            self.absence = self._compile(driver)

    def _compile(self, driver: Path) -> str:
        self._classes.mkdir(parents=True, exist_ok=True)
        command = ["javac", "-nowarn", "-cp", str(self._jar), "-d", str(self._classes), str(driver)]
        try:
            done = subprocess.run(  # noqa: S603 # a fixed program, our own arguments
                command, capture_output=True, text=True, timeout=_COMPILE_S, check=False
            )
        except subprocess.TimeoutExpired:
            return f"its driver did not compile in {_COMPILE_S} s"
        return "" if done.returncode == 0 else f"its driver does not compile: {done.stderr[-300:]}"

    def runs(
        self, form: Path, media: Path, script: Iterable[Command], runs: int, limit_s: float
    ) -> list[Run]:
        """As many runs as ended in time."""
        lines = [line for line in script if line.get("op") != "load"]
        commit = next((line["commit"] for line in script if "commit" in line), "valid")
        load: dict[str, Any] = {"op": "load", "form": str(form.resolve())}
        load |= {"media": str(media.resolve()), "state": "none", "prompts": False, "commit": commit}
        found: list[Run] = []
        classes = f"{self._classes}{os.pathsep}{self._jar}"
        with subprocess.Popen(  # noqa: S603 # a fixed program, our own arguments
            [_java(), "-Dfile.encoding=UTF-8", "-cp", classes, "Oracle"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        ) as process:
            timer = threading.Timer(limit_s, process.kill)
            timer.start()
            try:
                for _ in range(runs):
                    run = _one_run(process, [load, *lines])
                    if run is None:
                        break
                    found.append(run)
            finally:
                timer.cancel()
                process.kill()
        return found


def _one_run(process: subprocess.Popen[str], lines: Iterable[Command]) -> Run | None:
    """None where the engine stopped or could not load the form."""
    run: Run | None = None
    for line in lines:
        reply = _ask(process, line)
        if reply is None:
            return None
        if line["op"] == "load":
            if not reply.get("ok"):
                return None
            run = Run(reply["parse_ms"], reply["init_ms"])
            continue
        if run is None:
            return None
        if "us" in reply:
            run.times_us.setdefault(line["op"], []).append(reply["us"])
        is_answer = line["op"] == "answer"
        run.refused += is_answer and (not reply.get("ok") or reply.get("result", "ok") != "ok")
    if run is not None:
        run.peak_mb = peak_mb(process.pid)
    return run


def _ask(process: subprocess.Popen[str], line: Command) -> dict[str, Any] | None:
    if process.stdin is None or process.stdout is None:
        return None
    try:
        process.stdin.write(json.dumps(line) + "\n")
        process.stdin.flush()
    except OSError:
        return None
    answer = process.stdout.readline()
    if not answer:
        return None
    reply: dict[str, Any] = json.loads(answer)
    return reply


def _jar() -> Path | None:
    spec = importlib.util.find_spec("pyxform")
    if spec is None or spec.origin is None:
        return None
    jar = Path(spec.origin).parent / _JAR
    return jar if jar.is_file() else None


def _java() -> str:
    return shutil.which("java") or "java"

"""Running children for a time, collecting what they find, making it small."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Thread
from typing import Any

from tests.fuzz.shrinking import shrunk

STALLED_S = 120.0  # by the wall clock, without a word: the child hangs where no signal reaches
_ROOT = Path(__file__).parents[2]


class Hunt:
    """``findings`` are told apart by what failed where, and kept once."""

    def __init__(self, targets: list[str], seed: int, out: Path) -> None:
        self._targets = targets
        self._seed = seed
        self._out = out
        self._next = 0
        self._done: dict[str, int] = dict.fromkeys(targets, 0)
        self._slowest_ms = 0.0
        self._findings: dict[str, dict[str, Any]] = {}
        self._heard = 0.0

    def run(self, seconds: float) -> dict[str, Any]:
        begun = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            noted = Path(folder) / "input.json"
            while time.monotonic() - begun < seconds:
                self._one_child(noted, begun + seconds)
        took = time.monotonic() - begun
        for finding in self._findings.values():
            self._keep(finding)
        return {
            "ok": not self._findings,
            "inputs": sum(self._done.values()),
            "seconds": round(took, 1),
            "findings": [finding["file"] for finding in self._findings.values()],
            "slowest_ms": round(self._slowest_ms, 1),
            "targets": self._done,
        }

    def _one_child(self, noted: Path, until: float) -> None:
        noted.unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.fuzz.child", ",".join(self._targets)]
        command += [str(self._seed), str(self._next), str(noted)]
        environment = os.environ | {"PYTHONPATH": str(_ROOT), "PYTHONHASHSEED": "0"}
        told = noted.with_name("errors.txt")
        with told.open("w") as errors:
            process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=_ROOT,
                env=environment,
            )
        self._heard = time.monotonic()
        listener = Thread(target=self._listen, args=(process,), daemon=True)
        listener.start()
        while process.poll() is None and time.monotonic() < until:
            time.sleep(0.2)
            if time.monotonic() - self._heard > STALLED_S:
                break
        ended = process.poll()
        stalled = ended is None and time.monotonic() < until
        process.kill()
        process.wait()
        listener.join(5)
        if process.stdout is not None:
            process.stdout.close()
        if (ended is not None or stalled) and noted.exists():
            given = json.loads(noted.read_text(encoding="utf-8"))
            trouble = "stalled" if stalled else f"died ({ended})"
            self._found(trouble, told.read_text()[-4000:], STALLED_S * 1e3, given["target"], given)
            self._next += 1000  # past the input that killed it

    def _listen(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            self._heard = time.monotonic()
            facts = json.loads(line)
            if "trouble" in facts:
                given = {"target": facts["target"], **facts["input"]}
                self._found(facts["trouble"], facts["detail"], facts["ms"], facts["target"], given)
                continue
            for target, count in facts["done"].items():
                self._done[target] += count
            self._next = facts["next"]
            self._slowest_ms = max(self._slowest_ms, facts["slowest_ms"])

    def _found(
        self, trouble: str, detail: str, took_ms: float, target: str, given: dict[str, Any]
    ) -> None:
        key = f"{target} {trouble} {_place_of(detail)}"
        if key in self._findings:
            return
        print(f"found: {key}", flush=True)
        self._findings[key] = {
            "target": target,
            "trouble": trouble,
            "detail": detail,
            "ms": round(took_ms, 1),
            "input": given,
        }
        self._write(self._findings[key])

    def _write(self, finding: dict[str, Any]) -> None:
        self._out.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(
            f"{finding['trouble']}{_place_of(finding['detail'])}".encode()
        ).hexdigest()[:12]
        path = self._out / f"{finding['target']}-{name}.json"
        finding["file"] = str(path)
        path.write_text(json.dumps(finding, indent=1), encoding="utf-8")

    def _keep(self, finding: dict[str, Any]) -> None:
        finding["input"] = shrunk(finding["input"], finding["trouble"])
        self._write(finding)


def _place_of(detail: str) -> str:
    """The innermost place of ours in a traceback: file and function."""
    places = re.findall(r'File "[^"]*?(enumerator/[^"]+)", line \d+, in (\S+)', detail)
    return " ".join(places[-1]) if places else detail[-80:]

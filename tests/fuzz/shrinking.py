"""Making a finding small: pieces are taken out as long as it stays the same finding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE_S = 40.0
_ROOT = Path(__file__).parents[2]


def shrunk(given: dict[str, Any], trouble: str) -> dict[str, Any]:
    """The same input with less in it; each try is a process of its own."""
    until = time.monotonic() + PATIENCE_S

    def fails(tried: dict[str, Any]) -> bool:
        return time.monotonic() < until and _trouble_of(tried) == trouble

    if not fails(given):
        return given
    for key in ("lines", "expression", "form", "data"):
        part = given.get(key)
        if part:
            given[key] = _smaller(part, lambda less, key=key: fails({**given, key: less}))  # type: ignore[misc]  # mypy takes no defaults for lambdas' types
    return given


def _smaller(part: Any, still: Callable[[Any], bool]) -> Any:
    """Halves, quarters, eighths … are taken out."""
    size = max(len(part) // 2, 1)
    while size:
        place = 0
        while place < len(part):
            less = part[:place] + part[place + size :]
            if still(less):
                part = less
            else:
                place += size
        size //= 2
    return part


def _trouble_of(given: dict[str, Any]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "input.json"
        path.write_text(json.dumps(given), encoding="utf-8")
        try:
            done = subprocess.run(
                [sys.executable, "-m", "tests.fuzz", "--replay", str(path)],
                capture_output=True,
                text=True,
                timeout=60,
                cwd=_ROOT,
                env=os.environ | {"PYTHONPATH": str(_ROOT)},
                check=False,
            )
        except subprocess.TimeoutExpired:
            return "stalled"
    if done.returncode not in (0, 1) or not done.stdout:
        return f"died ({done.returncode})"
    return str(json.loads(done.stdout.splitlines()[-1])["trouble"])

"""Shortens a script that shows a difference, and keeps it so that it replays alone."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tests.differential.peer import Peer, PeerStoppedError
from tests.differential.running import (
    Case,
    NotLoadedError,
    PeerGaveUpError,
    Run,
    Step,
    UnruledError,
)

PATIENCE_S = 20.0


def replay(case: Case, script: list[Step], peer: Peer, folder: Path) -> UnruledError | None:
    """What goes wrong, if anything does."""
    try:
        run = Run(case, peer, folder)
        for step in script:
            if step["op"] == "xml":
                run.finish()
            else:
                run.take(step)
    except UnruledError as error:
        return error
    except (NotLoadedError, PeerGaveUpError, PeerStoppedError):
        return None
    return None


def shortened(error: UnruledError, peer: Peer, folder: Path) -> UnruledError:
    """The same kind of difference, after as few steps as can be found in a while."""
    until = time.monotonic() + PATIENCE_S
    best = error
    size = max(len(best.script) // 2, 1)
    while size and time.monotonic() < until:
        place = 0
        shorter = False
        while place < len(best.script) and time.monotonic() < until:
            script = best.script[:place] + best.script[place + size :]
            found = replay(best.case, script, peer, folder)
            if found is not None and found.kind == error.kind:
                best, shorter = found, True
            else:
                place += size
        if not shorter or size > 1:
            size //= 2
    return best


def keep(error: UnruledError, file: Path) -> None:
    case = error.case
    content: dict[str, Any] = {
        "name": case.name,
        "zone": case.zone,
        "commit": case.commit,
        "seed": case.seed,
        "found": error.found,
        "script": error.script,
        "form": case.form.decode(),
    }
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def kept(file: Path) -> tuple[Case, list[Step]]:
    content = json.loads(file.read_text(encoding="utf-8"))
    case = Case(
        content["name"],
        content["form"].encode(),
        content["zone"],
        content["commit"],
        content["seed"],
    )
    return case, content["script"]

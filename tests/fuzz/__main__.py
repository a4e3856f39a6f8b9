"""See the package."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.fuzz import child
from tests.fuzz.hunt import Hunt
from tests.fuzz.targets import TARGETS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", choices=(*TARGETS, "all"), default="all")
    parser.add_argument("--out", type=Path, default=Path("fuzz-findings"), help="for findings")
    parser.add_argument("--replay", type=Path, help="run one finding again, here")
    options = parser.parse_args()
    if options.replay is not None:
        return replay(options.replay)
    targets = list(TARGETS) if options.target == "all" else [options.target]
    hunt = Hunt(targets, options.seed, options.out)
    report = hunt.run(options.minutes * 60)
    print(json.dumps(report))
    return 0 if report["ok"] else 1


def replay(path: Path) -> int:
    given = json.loads(path.read_text(encoding="utf-8"))
    given = given.get("input", given)
    child.limit()
    trouble, outcome, took_ms = child.run(given["target"], given)
    print(outcome)
    print(json.dumps({"ok": not trouble, "trouble": trouble, "ms": round(took_ms, 1)}))
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main())

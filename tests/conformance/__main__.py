"""Scores the engine against the peers' cases.

Prints every failing case that no ruling covers, then one line of JSON. The status is 0 only when
there was something to score and no case is left without a ruling.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.conformance import xpath
from tests.conformance.scoring import Failing, XPathScore, by_ruling

BESIDE = Path(__file__).parents[2].parent / "shared" / "conformance"


def material_folder() -> Path:
    return Path(os.environ.get("ENUMERATOR_CONFORMANCE", BESIDE))


def score(folder: Path) -> tuple[dict[str, Any], list[Failing]]:
    """The report, and every failing case. A file that is not there scores 0 of 0."""
    on_xpath = XPathScore()
    if (folder / "xpath_cases.json").is_file():
        on_xpath = xpath.score(folder / "xpath_cases.json")
    failing = on_xpath.failing
    report = {
        "xpath": {"agreed": asdict(on_xpath.agreed), "scored": asdict(on_xpath.scored)},
        "rulings": by_ruling(failing),
        "unruled": sum(each.ruling is None for each in failing),
    }
    return report, failing


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("--material", type=Path, default=material_folder(), metavar="DIR")
    parser.add_argument("--all", action="store_true", help="list the ruled cases as well")
    options = parser.parse_args(arguments)
    if not options.material.is_dir():
        print(f"there is no material at {options.material}", file=sys.stderr)
        return 2
    report, failing = score(options.material)
    for each in failing:
        if options.all or each.ruling is None:
            print(f"{each.case}: {each.what} [{each.ruling or 'no ruling'}]")
    print(json.dumps(report, ensure_ascii=False))
    return 1 if report["unruled"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

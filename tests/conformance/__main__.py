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

from tests.conformance import load, scenarios, xpath
from tests.conformance.scoring import Failing, LoadScore, ScenarioScore, XPathScore, by_ruling

FILES = ("xpath_cases.json", "scenario_cases.json", "forms_load.json")
BESIDE = Path(__file__).parents[2].parent / "shared" / "conformance"


def material_folder() -> Path:
    return Path(os.environ.get("ENUMERATOR_CONFORMANCE", BESIDE))


def score(folder: Path) -> tuple[dict[str, Any], list[Failing]]:
    """The report, and every failing case. A file that is not there scores 0 of 0."""
    on_xpath, on_scenarios, on_load = XPathScore(), ScenarioScore(), LoadScore()
    if (folder / "xpath_cases.json").is_file():
        on_xpath = xpath.score(folder / "xpath_cases.json")
    if (folder / "scenario_cases.json").is_file():
        on_scenarios = scenarios.score(folder / "scenario_cases.json")
    if (folder / "forms.tar.xz").is_file() and (folder / "forms_load.json").is_file():
        on_load = load.score(folder)
    failing = [*on_xpath.failing, *on_scenarios.failing, *on_load.failing]
    report = {
        "xpath": {"agreed": asdict(on_xpath.agreed), "scored": asdict(on_xpath.scored)},
        "scenarios": {"agreed": asdict(on_scenarios.agreed), "others": asdict(on_scenarios.others)},
        "load": asdict(on_load.load),
        "rulings": by_ruling(failing),
        "unruled": sum(each.ruling is None for each in failing),
    }
    return report, failing


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("--material", type=Path, default=material_folder(), metavar="DIR")
    parser.add_argument("--all", action="store_true", help="list the ruled cases as well")
    options = parser.parse_args(arguments)
    if not any((options.material / name).is_file() for name in FILES):
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

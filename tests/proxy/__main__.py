"""``python -m tests.proxy --recipes 40 --seeds 10 --seed S``: every bad road, many times.

Prints every breach with the recipe and seed that show it (``--only NAME`` plays one recipe), then
one line of JSON. Exit status 0 only when nothing was lost, nothing doubled, no list differed, and
a link that cuts every 32 kB cost at most 1.3 times the bytes of a whole one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.proxy.recipes import RECIPES
from tests.proxy.running import outcomes_of, summarise
from tests.proxy.thin_link import MOST_RATIO, bytes_ratio

_LINKS = 3
"""Seeds whose thin links are measured; the worst counts."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--recipes", type=int, default=len(RECIPES), help="the first so many")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1, help="the first")
    parser.add_argument("--only", help="one recipe, by its name")
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1))  # mostly they wait
    options = parser.parse_args()
    chosen = RECIPES[: options.recipes]
    if options.only:
        chosen = tuple(recipe for recipe in RECIPES if recipe.name == options.only)
        if not chosen:
            parser.error("there is no such recipe: " + " ".join(one.name for one in RECIPES))
    seeds = range(options.seed, options.seed + options.seeds)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="proxy-") as folder:
        summary = summarise(outcomes_of(chosen, seeds, options.jobs, Path(folder)))
        ratio = max(bytes_ratio(Path(folder) / f"thin-{seed}", seed) for seed in seeds[:_LINKS])
    summary["bytes_ratio_32k"] = round(ratio, 3)
    summary["ok"] = bool(summary["ok"]) and ratio <= MOST_RATIO
    summary["seconds"] = round(time.monotonic() - begun)
    print(json.dumps(summary))
    return 0 if summary["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())

"""``python -m tests.simulation --histories N --seed S``: many histories, or one again.

Prints every breach with the seed that shows it (``--replay SEED`` runs that one alone), then one
line of JSON. Exit status 0 only when nothing was lost, duplicated or overwritten and every other
invariant held.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.simulation.running import fast_folder, outcomes_of, summarise


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--histories", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1, help="of the first history")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--replay", type=int, help="one seed, alone")
    parser.add_argument(
        "--carriers", action="store_true", help="also by sticks and supervisors' laptops"
    )
    options = parser.parse_args()
    if options.replay is not None:
        seeds = range(options.replay, options.replay + 1)
    else:
        seeds = range(options.seed, options.seed + options.histories)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="simulation-", dir=fast_folder()) as folder:
        found = outcomes_of(seeds, options.jobs, Path(folder), with_carriers=options.carriers)
        summary = summarise(found)
    summary["seconds"] = round(time.monotonic() - begun)
    print(json.dumps(summary))
    return 0 if summary["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())

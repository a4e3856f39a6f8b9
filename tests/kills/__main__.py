"""``python -m tests.kills --kills 1000 --seed S``: kill -9, everywhere.

Prints everything acknowledged that was lost or doubled, then one line of JSON. Exit status 0 only
when there was nothing of the kind. The seed chooses victims, aims and work; the exact moment is
the machine's.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.kills.running import outcomes_of, summarise


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        outcomes = outcomes_of(options.kills, options.seed, options.jobs, Path(folder))
        summary = summarise(outcomes)
    summary["seconds"] = round(time.monotonic() - begun)
    print(json.dumps(summary))
    return 0 if summary["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())

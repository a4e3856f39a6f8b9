"""``python -m tests.powercut --states N --seed S``: cut the power everywhere.

Records a workload of the real store and spool (interviews, visits, photos, backups, an upgrade, a
salvage of a damaged database, a recovery with the office's file, a wipe) with a preloaded library
(Linux, a C compiler), then for each operation on the disk makes the states that a cut right after
it may leave, and opens them. Prints every state in which something acknowledged is missing, then
one line of JSON. Exit status 0 only when nothing was lost.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.powercut.cutting import cut_everywhere, fast_folder, is_told, record
from tests.powercut.disk import read_trace


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--states", type=int, default=60_000, help="at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=24, help="interviews in the workload")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="powercut-", dir=fast_folder()) as folder:
        trace = record(Path(folder), options.rounds)
        operations = sum(1 for operation in read_trace(trace) if not is_told(operation))
        each = max(2, -(-options.states // operations))
        summary = cut_everywhere(trace, Path(folder), each, options.seed, options.jobs)
    summary["seconds"] = round(time.monotonic() - begun)
    print(json.dumps(summary))
    return 0 if summary["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())

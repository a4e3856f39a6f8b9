"""``python -m enumerator.sample FOLDER``: write the sample operation's files for the office."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from enumerator.sample import QUESTIONNAIRE, QUESTIONNAIRE_SOURCE, REGIONS, sample_file
from enumerator.sample.population import population
from enumerator.sample.prelist import LATE_SHARE, write_prelist


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m enumerator.sample", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--families", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument(
        "--late-share",
        type=float,
        default=LATE_SHARE,
        help="of all families, those that answer online during the follow-up (%(default)s)",
    )
    options = parser.parse_args()
    if options.families < 1:
        parser.error("--families: at least 1")
    families = population(options.families, seed=options.seed)
    try:
        written = write_prelist(
            options.folder, families, seed=options.seed, late_share=options.late_share
        )
        for name in (QUESTIONNAIRE, QUESTIONNAIRE_SOURCE, REGIONS):
            (options.folder / name).write_bytes(sample_file(name))
    except OSError as error:
        parser.exit(1, f"{options.folder} cannot be written ({error.strerror}). Choose another.\n")
    json.dump(asdict(written), sys.stdout)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

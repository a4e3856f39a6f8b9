"""``python -m sync.bench.training``: make the zstd dictionary that ships with the program.

Trained on what a session carries: interviews of the real questionnaire with their visits, their
receipts, and the pages of an officer's list. Only for a new number: who has a released one needs
it as it is.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import zstandard

from sync.bench.interviews import interviews
from sync.bench.site import Site
from sync.compression import DICTIONARY, THOROUGH
from sync.protocol import PullRequest, PushReply, PushRequest, pack
from sync.server import custody, pulling

_SIZE_BYTES = 64 * 1024
_INTERVIEWS = 220
_SEED = 2020


def samples(root: Path, instances: Sequence[bytes]) -> list[bytes]:
    site = Site(root, None, families=len(instances) + 20, seed=_SEED)
    (officer,) = site.officers(1, len(instances))
    found = list(instances)
    with site.opened() as operation:
        with operation.store.reading() as transaction:
            account = transaction.accounts.get(officer.sealer.account_id)
        if account is None:
            raise LookupError(officer.login)
        cursor, more = 0, True
        while more:
            page = pulling.pull(operation, account, PullRequest(cursor=cursor, budget_bytes=4096))
            cursor, more = page.cursor, page.more
            found.append(pack(page))
        for family_id, instance in zip(officer.families, instances, strict=True):
            envelopes = officer.sealer.interview(family_id, instance)
            results = custody.take(operation, account, envelopes)
            found += [pack(PushRequest(envelopes=envelopes)), pack(PushReply(results=results))]
    return found


def trained(found: Sequence[bytes]) -> bytes:
    dictionary = zstandard.train_dictionary(
        _SIZE_BYTES, list(found), dict_id=DICTIONARY, level=THOROUGH, k=1000, d=8
    )
    return dictionary.as_bytes()


def main() -> int:
    target = Path(__file__).parents[1] / f"dictionary-{DICTIONARY}.zdict"
    if target.exists():
        sys.stderr.write(f"{target.name} is there, and stays as it is.\n")
        return 1
    with tempfile.TemporaryDirectory() as name:
        target.write_bytes(trained(samples(Path(name), list(interviews(_INTERVIEWS, _SEED)))))
    sys.stdout.write(json.dumps({"made": target.name, "bytes": target.stat().st_size}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

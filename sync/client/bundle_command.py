"""``enumerator bundle``: an officer's sealed files as a bundle, without the passphrase.

For a laptop that cannot be unlocked any more. Where it can, the window saves bundles, reads their
answers, and leaves out what the server has.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from enumerator.clock import SystemClock
from enumerator.errors import KnownError
from enumerator.store.folders import SPOOL_FOLDER, DataFolder
from sync.client.carrying import save_sealed_files


def main(argv: Sequence[str]) -> int:
    """0 when the bundle was read back whole, 1 when sealed files that cannot be read are left out
    of it. KnownError ``no_such_officer`` and those of
    ``save_sealed_files``."""
    parser = argparse.ArgumentParser(
        prog="enumerator bundle",
        description="Save all sealed files of an officer of this laptop as one bundle. The office "
        "takes it with: enumerator office … take-bundle FILE",
    )
    parser.add_argument("file", type=Path, help="the bundle to be written, on a stick")
    parser.add_argument("--login", required=True, help="whose sealed files")
    parser.add_argument("--data", type=Path, help="the program's folder, if it is not the usual")
    options = parser.parse_args(argv)
    folder = DataFolder(options.data) if options.data else DataFolder.default()
    profiles = [one for one in folder.profiles() if one.login == options.login]
    if not profiles:
        raise KnownError(
            "no_such_officer",
            f"This laptop has no officer {options.login}. It has: "
            + (", ".join(one.login for one in folder.profiles()) or "nobody"),
        )
    spool = folder.officers / profiles[-1].key / SPOOL_FOLDER
    made_at = SystemClock().now().isoformat()
    written = save_sealed_files(spool, options.login, made_at, options.file)
    facts = {
        "file": str(written.path),
        "items": written.items,
        "bytes": written.size_bytes,
        "left_out": written.left_out,
    }
    sys.stdout.write(json.dumps(facts) + "\n")
    return 1 if written.left_out else 0

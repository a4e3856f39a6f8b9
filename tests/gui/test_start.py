"""What a start costs: nothing heavy is imported before the first paint."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "argon2",
    "litestar",
    "nacl",
    "pyxform",
    "requests",
    "sqlcipher3",
    "sqlite_utils",
)
_BEFORE_FIRST_PAINT = """
import sys
import enumerator.logs, enumerator.settings, enumerator.store.folders
import ui.account, ui.app, ui.operations, ui.window
print(*(name for name in {heavy!r} if name in sys.modules))
"""


def test_nothing_heavy_is_imported_before_the_first_paint() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _BEFORE_FIRST_PAINT.format(heavy=HEAVY)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []

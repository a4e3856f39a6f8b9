"""``enumerator demo``: a census to try everything with.

On a screen it opens the officer's window, already enrolled, with a server of its own beside it.
With ``--story``, or where there is no screen, it tells the whole main job through the same window
classes offscreen and prints a JSON summary as its last line.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from enumerator.errors import KnownError

FAMILIES = 500
SEED = 2020


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status is 0 only if every count of the story agrees."""
    options = _parse(argv)
    # Asked to end, it still stops its server.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    folder = _empty_folder(options.out)
    if options.story or not _has_display():
        return _tell_the_story(folder, options.families, options.seed)
    from ui.demo.trying import try_out

    return try_out(folder, options.families, options.seed)


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="enumerator demo", description="A census to try everything with, on this machine only."
    )
    parser.add_argument("--story", action="store_true", help="tell the whole story offscreen")
    parser.add_argument("--out", type=Path, help="an empty folder for data and screenshots")
    parser.add_argument("--families", type=int, default=FAMILIES, help=f"default {FAMILIES}")
    parser.add_argument("--seed", type=int, default=SEED, help=f"default {SEED}")
    options = parser.parse_args(argv)
    if options.families < 200:
        parser.error("--families: the story needs at least 200")
    return options


def _empty_folder(chosen: Path | None) -> Path:
    if chosen is None:
        return Path(tempfile.mkdtemp(prefix="enumerator-demo-"))
    folder = chosen.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise KnownError("bad_folder", f"{folder} cannot be used: {error.strerror}.") from error
    if not is_empty:
        raise KnownError(
            "bad_folder", f"{folder} is not empty. Name an empty or a new folder with --out."
        )
    return folder


def _has_display() -> bool:
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _tell_the_story(folder: Path, families: int, seed: int) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from ui import language, theme
    from ui.app import make_app
    from ui.demo.story import Story
    from ui.language import Language
    from ui.theme import ThemeName

    app = make_app()
    language.install(app, Language.INDONESIAN)
    theme.install(app, ThemeName.LIGHT)
    sys.stdout.write(f"The story leaves its data and screenshots in {folder}\n")
    story = Story(folder, families, seed, _say)
    story.tell()
    summary = story.summary()
    (folder / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    for what, word in summary["checks"].items():
        if word != "ok":
            _say(f"NOT OK: {what}: {word}")
    sys.stdout.write(json.dumps(summary) + "\n")
    return 0 if summary["ok"] else 1


def _say(line: str) -> None:
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()

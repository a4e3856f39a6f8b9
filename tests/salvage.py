"""Damages every page of a laptop's database in turn, and salvages what is left.

``python -m tests.salvage [--every N]`` ends in one line of JSON; status 0 only when nothing that
was acknowledged was lost. A short form runs with the tests.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from enumerator.clock import SystemChance
from enumerator.model import Outcome
from enumerator.store import OfficerStore
from tests.helpers.hand_clock import HandClock
from tests.store.builders import PASSPHRASE, Laptop, case, family_id

PAGE_BYTES = 4096
_FAMILIES = 60
_ANSWERS = 40
_COUNTED = ("answer", "interview", "visit", "history", "family", "member", "envelope", "delivery")
_MOST_ON_THE_BACKUP = 10
"""One page of so many at most may be one without which nothing of the database can be read."""


@dataclass
class Salvages:
    """What came of them. ``missing``: rows of the damaged database that are not there."""

    pages: int = 0
    lost: list[str] = field(default_factory=list)
    missing: Counter[str] = field(default_factory=Counter)
    whole: int = 0
    """Salvages after which not a row was missing."""
    backup_only: int = 0
    """The pages that describe the tables: nothing else could be read."""


@dataclass(frozen=True)
class Original:
    """A laptop's folder after some weeks, the newest work younger than its backup."""

    folder: Path
    rows: dict[str, frozenset[object]]
    envelopes: frozenset[str]
    incarnation: str
    pages: int
    newer: int
    """Envelopes and answers since the backup."""


def make_original(root: Path) -> Original:
    laptop = Laptop(root / "laptop")
    laptop.pull(*(case(number, counter=number) for number in range(1, _FAMILIES + 1)))
    for number in range(1, 16):
        laptop.visit(family_id(number))
        laptop.interview(family_id(number))
    laptop.push()
    _write_drafts(laptop, range(20, 26))
    laptop.store.backup.make()
    rows = _rows(laptop.store)
    for number in range(30, 45):
        laptop.visit(family_id(number), Outcome.NO_CONTACT)
        laptop.interview(family_id(number))
    _write_drafts(laptop, range(46, 52))
    before, rows = rows, _rows(laptop.store)
    newer = sum(len(rows[name] - before[name]) for name in ("envelope", "answer"))
    envelopes = frozenset(laptop.store.outbox.ids())
    incarnation = laptop.store.outbox.chain().incarnation
    laptop.store.close()
    pages = (laptop.folder / "database.db").stat().st_size // PAGE_BYTES
    return Original(laptop.folder, rows, envelopes, incarnation, pages, newer)


def damage_and_salvage(original: Original, page: int, root: Path, found: Salvages) -> None:
    """``page`` counts from 1. What is wrong afterwards is added to ``found.lost``."""
    folder = root / f"page-{page}"
    shutil.copytree(original.folder, folder)
    database = folder / "database.db"
    with database.open("rb+") as file:
        file.seek((page - 1) * PAGE_BYTES + PAGE_BYTES // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 0x40]))
    store = OfficerStore.restore(folder, PASSPHRASE, clock=HandClock(), chance=SystemChance())
    try:
        found.lost += [f"page {page}: {what}" for what in _breaches(original, store)]
        rows = _rows(store)
    finally:
        store.close()
    missing = Counter({name: len(original.rows[name] - rows[name]) for name in _COUNTED})
    found.pages += 1
    found.missing += missing
    found.whole += not missing.total()
    found.backup_only += missing["envelope"] + missing["answer"] == original.newer
    shutil.rmtree(folder)


def _breaches(original: Original, store: OfficerStore) -> list[str]:
    found = []
    if gone := original.envelopes - store.outbox.ids() - store.spool.ids():
        found.append(f"{len(gone)} envelopes are nowhere")
    if not store.is_database_ok():
        found.append("the salvaged database is not whole")
    with store._connections.reading() as db:
        if db.execute("PRAGMA foreign_key_check").fetchone() is not None:
            found.append("rows belong to nothing")
        damaged_envelopes = [id_ for id_ in store.outbox.ids() if store.outbox.get(id_).id != id_]
        triggers = db.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'")
        if triggers.fetchone()[0] < 12:
            found.append("the database does not protect its rows any more")
    if damaged_envelopes:
        found.append("an envelope is not what it was")
    chain = store.outbox.chain()
    if chain.incarnation == original.incarnation or chain.length:
        found.append("the old life goes on")
    before = store.outbox.pending().count
    store.recording.note("note", b"after the damage")
    if store.outbox.pending().count != before + 1:
        found.append("it takes no new work")
    return found


def _rows(store: OfficerStore) -> dict[str, frozenset[object]]:
    with store._connections.reading() as db:
        return {
            name: frozenset(map(tuple, db.execute(f"SELECT * FROM {name}").fetchall()))  # noqa: S608
            for name in _COUNTED
        }


def _write_drafts(laptop: Laptop, numbers: range) -> None:
    for number in numbers:
        interview_id = laptop.draft(family_id(number))
        now = laptop.clock.now().isoformat()
        for step in range(_ANSWERS):
            laptop.store.interviews.append(
                interview_id, "answer", f"/data/q{step}", "jawaban" * 4, now
            )


def main() -> int:
    logging.disable(logging.CRITICAL)
    parser = argparse.ArgumentParser(prog="python -m tests.salvage", description=__doc__)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each Nth page only")
    options = parser.parse_args()
    found = Salvages()
    with tempfile.TemporaryDirectory(prefix="enumerator-salvage-") as root:
        original = make_original(Path(root))
        for page in range(1, original.pages + 1, options.every):
            damage_and_salvage(original, page, Path(root), found)
    if found.backup_only * _MOST_ON_THE_BACKUP > found.pages:
        found.lost.append(f"of {found.backup_only} pages only the backup was left")
    summary = {
        "ok": not found.lost,
        "pages": found.pages,
        "whole": found.whole,
        "backup_only": found.backup_only,
        "missing_rows": dict(found.missing),
        "lost": found.lost[:20],
    }
    print(json.dumps(summary))
    return 0 if summary["ok"] else 1


if __name__ == "__main__":
    raise SystemExit(main())

"""Random runs beside JavaRosa; the last line is JSON, the status 1 where a ruling is missing."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from enumerator.errors import EnumeratorError
from tests.differential.choosing import Chooser
from tests.differential.forms import random_form
from tests.differential.peer import Peer, PeerStoppedError, build, what_is_missing
from tests.differential.running import (
    Case,
    NotLoadedError,
    PeerGaveUpError,
    Run,
    Tally,
    UnruledError,
)
from tests.differential.shrinking import keep, kept, replay, shortened

ZONES = ("UTC", "Asia/Jakarta", "Asia/Jayapura", "America/Phoenix")
COMMITS = ("valid", "always")
_BESIDE = Path(__file__).parents[2].parent / "shared" / "conformance"
MATERIAL = Path(os.environ.get("ENUMERATOR_CONFORMANCE", _BESIDE))


def archived_forms(material: Path) -> dict[str, bytes]:
    found = {}
    with tarfile.open(material / "forms.tar.xz") as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None and member.name.endswith(".xml"):
                found[Path(member.name).stem] = file.read()
    return dict(sorted(found.items()))


def chosen_forms(
    material: Path, count: int, seed: int, name: str | None
) -> Iterator[tuple[str, bytes]]:
    """Half of them of the archive, each once before any comes again; half made for the run."""
    if name is not None:
        form = random_form(name) if name.startswith("random") else archived_forms(material)[name]
        yield from [(name, form)] * count
        return
    archive = list(archived_forms(material).items())
    random.Random(seed).shuffle(archive)  # noqa: S311 # the same for the same seed
    for place in range(count):
        if place % 2:
            made = f"random-{seed}-{place}"
            yield made, random_form(made)
        else:
            yield archive[place // 2 % len(archive)]


@dataclass
class Runs:
    """Runs one case after another, each zone's in a JVM of its own."""

    class_path: str
    folder: Path
    keep_in: Path
    tally: Tally = field(default_factory=Tally)
    unruled: int = 0
    stopped: int = 0
    gave_up: int = 0
    peers: dict[str, Peer] = field(default_factory=dict)

    def peer(self, zone: str) -> Peer:
        if zone not in self.peers:
            self.peers[zone] = Peer(self.class_path, zone)
        return self.peers[zone]

    def run(self, case: Case, answers: int) -> None:
        peer = self.peer(case.zone)
        run = None
        try:
            run = Run(case, peer, self.folder)
            chance = random.Random(f"{case.name} {case.seed}")  # noqa: S311 # repeatable
            chooser = Chooser(chance, case.form, run.now)
            while run.tally.answers < answers and run.tally.steps < 2 * answers:
                run.take(chooser.step(run.session))
            run.finish()
        except NotLoadedError:
            self.tally.unloaded += 1
        except PeerGaveUpError:
            self.gave_up += 1
        except PeerStoppedError as error:
            self.stopped += 1
            print(f"{case.name} in {case.zone}: JavaRosa {error}", flush=True)
        except UnruledError as error:
            self._report(error, peer)
        if run is not None:
            self.tally.add(run.tally)

    def _report(self, error: UnruledError, peer: Peer) -> None:
        self.unruled += 1
        short = shortened(error, peer, self.folder)
        file = self.keep_in / f"differential-{error.case.name}-{error.case.seed}.json"
        keep(short, file)
        case = error.case
        print(f"UNRULED form {case.name} seed {case.seed} {case.zone} {case.commit}: {file}")
        for step in short.script:
            print(f"    {json.dumps(step, ensure_ascii=False)}")
        for line in short.found[:6]:
            print(f"    {line[:400]}", flush=True)

    def close(self) -> None:
        for peer in self.peers.values():
            peer.close()

    def result(self) -> dict[str, Any]:
        tally = self.tally
        return {
            "ok": self.unruled == 0,
            "forms": tally.runs + tally.unloaded,
            "runs": tally.runs,
            "answers": tally.answers,
            "steps": tally.steps,
            "agreed": tally.agreed,
            "rulings": dict(sorted(tally.rulings.items())),
            "unruled": self.unruled,
            "unloaded": tally.unloaded,
            "javarosa_gave_up": self.gave_up,
            "javarosa_stopped": self.stopped,
        }


def differential(
    forms: int,
    seed: int,
    *,
    answers: int | None = None,
    zones: Sequence[str] = ZONES,
    commits: Sequence[str] = COMMITS,
    name: str | None = None,
    material: Path = MATERIAL,
    keep_in: Path | None = None,
) -> dict[str, Any]:
    """``answers``: about so many in all. Zones and ways to commit take turns."""
    each = 25 if answers is None else max(-(-answers // forms), 1)
    with tempfile.TemporaryDirectory(prefix="differential-") as made:
        folder = Path(made)
        runs = Runs(build(material, folder), folder, keep_in or Path.cwd())
        try:
            ways = [(zone, commit) for commit in commits for zone in zones]
            begun = time.monotonic()
            for place, (form_name, form) in enumerate(chosen_forms(material, forms, seed, name)):
                zone, commit = ways[(place // 2) % len(ways)]
                runs.run(Case(form_name, form, zone, commit, seed + place), each)
                if answers is not None and runs.tally.answers >= answers:
                    break
            return {**runs.result(), "seconds": round(time.monotonic() - begun)}
        finally:
            runs.close()


def replay_file(file: Path, material: Path) -> int:
    case, script = kept(file)
    with tempfile.TemporaryDirectory(prefix="differential-") as made:
        folder = Path(made)
        peer = Peer(build(material, folder), case.zone)
        try:
            error = replay(case, script, peer, folder)
        finally:
            peer.close()
    print(f"{case.name} in {case.zone}: {error or 'no difference without a ruling'}")
    return 0 if error is None else 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.differential", description=__doc__)
    parser.add_argument("--forms", type=int, default=100, help="how many forms, one run each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--answers", type=int, help="stop after so many; else 25 a form")
    parser.add_argument("--zone", choices=ZONES, help="one time zone only")
    parser.add_argument("--commit", choices=COMMITS, help="one way to treat refused answers only")
    parser.add_argument("--form", help="one form only, of the archive or random-…")
    parser.add_argument("--material", type=Path, default=MATERIAL)
    parser.add_argument("--keep", type=Path, help="the folder for scripts that show differences")
    parser.add_argument("--replay", type=Path, help="a kept script to run again")
    options = parser.parse_args()
    missing = what_is_missing(options.material)
    if missing:
        print(json.dumps({"ok": False, "error": missing}))
        return 2
    if options.replay:
        return replay_file(options.replay, options.material)
    try:
        result = differential(
            options.forms,
            options.seed,
            answers=options.answers,
            zones=[options.zone] if options.zone else ZONES,
            commits=[options.commit] if options.commit else COMMITS,
            name=options.form,
            material=options.material,
            keep_in=options.keep,
        )
    except EnumeratorError as error:
        print(json.dumps({"ok": False, "error": str(error)}))
        return 2
    print(json.dumps(result, ensure_ascii=False))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())

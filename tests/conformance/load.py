"""The load gate: every form that both peers load must load, and begin as it does with them."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from enumerator.xform import FormError, MemoryMedia, load_form
from tests.conformance.scenarios import examine
from tests.conformance.scoring import Failing, LoadScore


def forms_of_both(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and source of every form that JavaRosa and Web Forms load."""
    loads = json.loads((folder / "forms_load.json").read_text(encoding="utf-8"))
    with tarfile.open(folder / "forms.tar.xz") as archive:
        for member in archive:
            name = Path(member.name).stem
            peers = loads.get(name, {})
            file = archive.extractfile(member)
            if file is not None and peers.get("javarosa") is peers.get("webforms") is True:
                yield name, file.read()


def score(folder: Path) -> LoadScore:
    """A form whose initial state is recorded with a scenario must begin with that state, but for
    what a ruling covers."""
    scenarios: dict[str, Any] = {"cases": [], "tz": "UTC"}
    if (folder / "scenario_cases.json").is_file():
        scenarios = json.loads((folder / "scenario_cases.json").read_text(encoding="utf-8"))
    zone = ZoneInfo(scenarios["tz"])
    begins: dict[str, Mapping[str, Any]] = {}
    for case in scenarios["cases"]:
        if case["initial"]:
            begins.setdefault(case["form"], case)
    found = LoadScore()
    for name, source in forms_of_both(folder):
        failing = _load(name, source)
        if failing is None and name in begins:
            case = {**begins[name], "steps": [], "final": begins[name]["initial"]}
            begun = examine(case, source, zone)
            if begun is not None:
                failing = Failing(f"form {name}", begun.what, begun.ruling)
        found.load.add(failing is None or failing.ruling is not None)
        if failing is not None:
            found.failing.append(failing)
    return found


def _load(name: str, source: bytes) -> Failing | None:
    try:
        load_form(source, MemoryMedia()).start().validate()
    except FormError as error:
        return Failing(f"form {name}", str(error), None)
    return None

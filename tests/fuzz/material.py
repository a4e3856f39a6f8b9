"""What mutation starts from: forms and expressions of our own, and the peers' where they are."""

from __future__ import annotations

import json
import os
import tarfile
from functools import lru_cache
from pathlib import Path
from random import Random

from tests.fuzz import expressions, forms

_BESIDE = Path(__file__).parents[2].parent / "shared" / "conformance"
FOLDER = Path(os.environ.get("ENUMERATOR_CONFORMANCE", _BESIDE))
_OWN = 40


@lru_cache(maxsize=1)
def some_forms() -> tuple[bytes, ...]:
    chance = Random(7)  # noqa: S311 # no secret, but repeatable
    found = [forms.form(chance) for _ in range(_OWN)]
    archive = FOLDER / "forms.tar.xz"
    if archive.is_file():
        with tarfile.open(archive) as files:
            for member in files:
                opened = files.extractfile(member) if member.isfile() else None
                if opened is not None and member.size < 60_000:
                    found.append(opened.read())
    return tuple(found)


@lru_cache(maxsize=1)
def some_expressions() -> tuple[str, ...]:
    chance = Random(7)  # noqa: S311 # no secret, but repeatable
    found = {expressions.expression(chance, 3): None for _ in range(200)}
    cases = FOLDER / "xpath_cases.json"
    if cases.is_file():
        document = json.loads(cases.read_text(encoding="utf-8"))
        listed = document if isinstance(document, list) else document["cases"]
        for case in listed:
            text = case.get("expr") or case.get("expression")
            if isinstance(text, str) and len(text) < 2000:
                found[text] = None
    return tuple(found)


@lru_cache(maxsize=1)
def some_commands() -> tuple[str, ...]:
    return tuple(
        json.dumps(command)
        for command in (
            {"op": "load", "state": "none"},
            {"op": "load", "form": "form.xml", "lang": "id", "prompts": False},
            {"op": "answer", "ref": "/data/a", "value": "3"},
            {"op": "answer", "ref": "/data/p[2]/n", "value": ["1", "2"], "force": True},
            {"op": "answer", "ref": "/data/g/s", "value": None},
            {"op": "new_repeat", "ref": "/data/p"},
            {"op": "delete_repeat", "ref": "/data/p[2]"},
            {"op": "language", "lang": "en"},
            {"op": "eval", "expr": "count(//*)", "ref": "/data/p", "repeat": 3},
            {"op": "choices", "ref": "/data/g/s"},
            {"op": "walk"},
            {"op": "validate", "state": "none"},
            {"op": "finalize", "state": "full"},
            {"op": "xml"},
            {"op": "state"},
        )
    )

"""The XPath cases, scored."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conformance.scoring import Failing, XPathScore
from tests.xform.xpath_material import is_scored, passes


def score(path: Path) -> XPathScore:
    """``path`` is xpath_cases.json of the material."""
    material = json.loads(path.read_text(encoding="utf-8"))
    found = XPathScore()
    for case in material["cases"]:
        if not is_scored(case):
            continue
        try:
            ok, got = passes(case, material, strict="XPathEvalTest" not in case["source"])
        except (AttributeError, IndexError) as error:
            ok, got = False, repr(error)
        if case.get("javarosa", {}).get("agrees") is True:
            found.agreed.add(ok)
        found.scored.add(ok)
        if not ok:
            what = f"{case['expr']!r} gives {got!r}, not {case['expected']!r}"
            found.failing.append(Failing(f"xpath {case['id']}", what, None))
    return found

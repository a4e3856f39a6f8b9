"""An interview's XML as a flat list of answers, and how two of them differ.

Only for XML that was checked at arrival (see ``questionnaire_reading``).
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter

from enumerator.store.feed import FieldDifference
from sync.server.questionnaire_reading import SP2020_KEYS

MOST_DIFFERENCES = 200
_LONGEST_VALUE = 500


def differences(kept: bytes, other: bytes) -> list[FieldDifference]:
    """Questions that the two answer differently, the first 200 in the order of the form. Ids of
    the instance, and when and by whom it was filled in, are no answers."""
    one, two = answers(kept), answers(other)
    found = []
    for path in dict.fromkeys((*one, *two)):
        mine, theirs = one.get(path, ""), two.get(path, "")
        if mine != theirs:
            found.append(
                FieldDifference(
                    path=path, kept=mine[:_LONGEST_VALUE], other=theirs[:_LONGEST_VALUE]
                )
            )
            if len(found) == MOST_DIFFERENCES:
                break
    return found


def answers(instance: bytes) -> dict[str, str]:
    """By path, with positions where a name stands more than once or a member is meant."""
    try:
        root = ET.fromstring(instance)  # noqa: S314  (checked at arrival)
    except ET.ParseError:
        return {}
    found: dict[str, str] = {}
    _walk(root, f"/{_name(root)}", f"/{_name(root)}", found)
    return found


def _walk(element: ET.Element, path: str, place: str, found: dict[str, str]) -> None:
    counts = Counter(_name(child) for child in element)
    seen: Counter[str] = Counter()
    for child in element:
        name = _name(child)
        below = f"{path}/{name}"
        if below in SP2020_KEYS.not_answers:
            continue
        seen[name] += 1
        is_repeated = counts[name] > 1 or below == SP2020_KEYS.members
        here = f"{place}/{name}[{seen[name]}]" if is_repeated else f"{place}/{name}"
        if len(child):
            _walk(child, below, here, found)
        else:
            found[here] = (child.text or "").strip()


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]

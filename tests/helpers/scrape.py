"""Prometheus's text format as a reader takes it; strict about what the format asks."""

from __future__ import annotations

import re

_SAMPLE = re.compile(
    r"^(?P<name>[a-z_]+)(?:\{(?P<labels>[^}]*)\})? (?P<value>[0-9.e+-]+)$", re.ASCII
)
_LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


def parsed(text: str) -> dict[str, float]:
    """By name and labels in the order of the alphabet; ValueError for a line that is none."""
    found: dict[str, float] = {}
    kinds: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            if name in kinds:
                raise ValueError(f"told twice: {name}")
            kinds[name] = kind
            continue
        if line.startswith("# HELP "):
            continue
        sample = _SAMPLE.match(line)
        if sample is None:
            raise ValueError(f"no sample: {line}")
        name = sample["name"]
        base = re.sub("_(bucket|sum|count)$", "", name)
        if kinds.get(name, kinds.get(base)) is None:
            raise ValueError(f"without a type: {line}")
        labels = sorted(_LABEL.findall(sample["labels"] or ""))
        key = name + "".join(f" {label}={value}" for label, value in labels)
        if key in found:
            raise ValueError(f"told twice: {line}")
        found[key] = float(sample["value"])
    return found

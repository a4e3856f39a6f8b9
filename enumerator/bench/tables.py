"""Figures as aligned text, and how they grow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

Row = dict[str, Any]

_COLUMNS = (
    ("load", "load_ms", "ms"),
    ("start", "start_ms", "ms"),
    ("cached load", "cached_load_ms", "ms"),
    ("start", "cached_start_ms", "ms"),
    ("answers", "answers", ""),
    ("median", "median_us", "us"),
    ("p95", "p95_us", "us"),
    ("max", "max_us", "us"),
    ("all", "all_ms", "ms"),
    ("memory", "peak_mb", "MB"),
)
_GROWING = ("load_ms", "start_ms", "cached_load_ms", "cached_start_ms")
_GROWING_ANSWERS = ("median_us", "p95_us", "max_us", "all_ms")


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """The first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [
            first.ljust(widths[0]),
            *(c.rjust(w) for c, w in zip(others, widths[1:], strict=True)),
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def figure(value: float | None, unit: str) -> str:
    """Three digits that matter; microseconds and milliseconds pass over to the next unit."""
    if value is None:
        return "-"
    if unit == "us" and value >= 1000:
        value, unit = value / 1000, "ms"
    if unit == "ms" and value >= 1000:
        value, unit = value / 1000, "s"
    digits = 0 if value >= 100 or not unit else 1 if value >= 10 else 2
    return f"{value:.{digits}f}{' ' if unit else ''}{unit}"


def form_table(rows: Iterable[Row]) -> str:
    table = [["", *(title for title, _, _ in _COLUMNS)]]
    for row in rows:
        name = f"{row['name']} {row['size']:,}: {row['engine']}, {row['state']}"
        table.append([name, *(figure(row[key], unit) for _, key, unit in _COLUMNS)])
    return aligned(table)


def operation_table(rows: Sequence[Row]) -> str:
    """Medians by size of what scripts did, and by what factor the last exceeds the first."""
    sizes = list(dict.fromkeys(row["size"] for row in rows))
    series: dict[str, dict[int, float]] = {}
    for row in rows:
        for name, found in row["operations"].items():
            label = f"{name}: {row['engine']}, {row['state']}"
            series.setdefault(label, {})[row["size"]] = found["median_us"]
    table = [[rows[0]["name"] if rows else "", *(f"{size:,}" for size in sizes), "grows by"]]
    for label in sorted(series):
        medians = [series[label].get(size) for size in sizes]
        cells = [figure(median, "us") for median in medians]
        table.append([label, *cells, times(ratio_of(medians[0], medians[-1]))])
    return aligned(table)


def spread_cells(spread: dict[str, float]) -> list[str]:
    cells = [figure(spread["n"], "")]
    cells += [figure(spread[name], "us") for name in ("median_us", "p95_us", "max_us")]
    return [*cells, figure(spread["all_ms"], "ms")]


# ---------------------------------------------------------------- growth
def growth_of(rows: Iterable[Row]) -> list[Row]:
    """From each size to the next: by what factor each figure grew, and what changed."""
    by_series: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        by_series.setdefault((row["group"], row["engine"], row["state"]), []).append(row)
    found: list[Row] = []
    for series in by_series.values():
        found += [_growth(before, after) for before, after in pairwise(series)]
    return found


def _growth(before: Row, after: Row) -> Row:
    step: Row = {name: after[name] for name in ("group", "name", "engine", "state")}
    step |= {"from": before["size"], "to": after["size"]}
    step["size"] = ratio_of(before["size"], after["size"])
    for name in ("answers", "changes", *_GROWING, *_GROWING_ANSWERS, "peak_mb"):
        step[name] = ratio_of(before[name], after[name])
    return step


def ratio_of(before: float | None, after: float | None) -> float | None:
    return after / before if before and after else None


def growth_table(steps: Iterable[Row]) -> str:
    titles = ["size", "answers", "changes", "load", "start", "cached load", "start"]
    keys = ["size", "answers", "changes", *_GROWING, *_GROWING_ANSWERS, "peak_mb"]
    table = [["grows by", *titles, "median", "p95", "max", "all", "memory"]]
    for step in steps:
        name = f"{step['name']} {step['from']:,} to {step['to']:,}: "
        name += f"{step['engine']}, {step['state']}"
        table.append([name, *(times(step[key]) for key in keys)])
    return aligned(table)


def times(ratio: float | None) -> str:
    return "-" if ratio is None else f"x {ratio:.1f}"

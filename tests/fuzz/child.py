"""The process that runs inputs: limited in memory, stopped when one takes too long.

It makes its inputs itself from seeds (target, number), notes each in a file before running it,
and writes one line of JSON for every finding and every so many inputs.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz.clock import CLOCK, TooLongError
from tests.fuzz.targets import TARGETS, Input

MEMORY_BYTES = 1500 * 2**20
_TOLD_EVERY = 50


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(target: str, given: Input) -> tuple[str, str, float]:
    """(what went wrong or "", the outcome or the traceback, milliseconds of the longest call)"""
    trouble, outcome = "", ""
    CLOCK.start()
    try:
        outcome = TARGETS[target][1](given)
    except TooLongError:
        trouble, outcome = "slow", _end_of(traceback.format_exc())
    except MemoryError:
        trouble, outcome = "memory", _end_of(traceback.format_exc())
    except Exception as error:
        trouble, outcome = f"{type(error).__name__}", _end_of(traceback.format_exc())
    finally:
        CLOCK.stop()
    return trouble, outcome, CLOCK.longest_ms


def _end_of(text: str) -> str:
    return text if len(text) < 6000 else text[:2000] + "\n...\n" + text[-4000:]


def inputs(targets: list[str], seed: int, first: int) -> Iterator[tuple[str, Input]]:
    """The same ones for the same seed, from the given number on."""
    number = first
    while True:
        target = targets[number % len(targets)]
        chance = Random(f"{seed} {number}")  # noqa: S311 # no secret, but repeatable
        yield target, TARGETS[target][0](chance)
        number += 1


def tell(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


def main() -> None:
    targets, seed, first, noted = sys.argv[1].split(","), *map(int, sys.argv[2:4]), sys.argv[4]
    limit()
    os.environ["PYTHONHASHSEED"] = "0"
    slowest = 0.0
    since: dict[str, int] = {}
    for done, (target, given) in enumerate(inputs(targets, seed, first), 1):
        Path(noted).write_text(json.dumps({"target": target, **given}), encoding="utf-8")
        trouble, outcome, took_ms = run(target, given)
        since[target] = since.get(target, 0) + 1
        slowest = max(slowest, took_ms)
        if trouble:
            tell(trouble=trouble, detail=outcome, ms=took_ms, target=target, input=given)
        if trouble or done % _TOLD_EVERY == 0:
            tell(done=since, slowest_ms=slowest, next=first + done)
            since = {}


if __name__ == "__main__":
    main()

"""The office's commands for single families of the frame: withdraw, restore, split, merge."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from sync.server.office.altering import Altered, alter, restore
from sync.server.office.assigning import families_named_in
from sync.server.office.outcome import SHOWN_FAULTS, Outcome
from sync.server.operation import Operation

Add = Callable[
    [str, Callable[[Operation, argparse.Namespace], Outcome], str], argparse.ArgumentParser
]


def add_frame_commands(add: Add) -> None:
    one = add("withdraw", _withdraw, "take families off the frame")
    _add_families(one)
    one.add_argument("--reason", choices=("withdrawn", "duplicate"), required=True)
    one.add_argument("--of", metavar="FAMILY", help="the family that it is a duplicate of")
    _add_facts(one)
    one = add("restore", _restore, "put families back on the frame")
    _add_families(one)
    _add_facts(one)
    one = add("split", _split, "one family is several")
    one.add_argument("family", metavar="FAMILY")
    one.add_argument("--into", required=True, metavar="A,B", help="loaded families")
    _add_facts(one)
    one = add("merge", _merge, "several families are one")
    one.add_argument("families", metavar="A,B")
    one.add_argument("--into", required=True, metavar="C", help="a loaded family")
    _add_facts(one)


def _add_families(one: argparse.ArgumentParser) -> None:
    one.add_argument("family", nargs="*", metavar="FAMILY")
    one.add_argument("--families", type=Path, metavar="FILE", help="CSV with id_keluarga")


def _add_facts(one: argparse.ArgumentParser) -> None:
    one.add_argument("--dated", default="", help="when it was decided: ISO time with a zone")
    one.add_argument("--note", default="", help="kept with it")


def _withdraw(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    return _told(
        alter(
            operation,
            _families_of(arguments),
            arguments.reason,
            [arguments.of] if arguments.of else [],
            dated=arguments.dated,
            note=arguments.note,
        )
    )


def _restore(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    return _told(
        restore(operation, _families_of(arguments), dated=arguments.dated, note=arguments.note)
    )


def _split(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    return _replaced(operation, arguments, [arguments.family], "split")


def _merge(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    return _replaced(operation, arguments, _listed(arguments.families), "merged")


def _replaced(
    operation: Operation, arguments: argparse.Namespace, families: Sequence[str], reason: str
) -> Outcome:
    return _told(
        alter(
            operation,
            families,
            reason,
            _listed(arguments.into),
            dated=arguments.dated,
            note=arguments.note,
        )
    )


def _families_of(arguments: argparse.Namespace) -> list[str]:
    named = [] if arguments.families is None else families_named_in(arguments.families)
    return [*arguments.family, *named]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _told(done: Altered) -> Outcome:
    lines = [f"{len(done.changed)} families changed"]
    lines += [
        f"{family_id}: something newer holds; noted only" for family_id in done.older[:SHOWN_FAULTS]
    ]
    lines += [f"unknown family {family_id}" for family_id in done.unknown[:SHOWN_FAULTS]]
    return Outcome(lines, asdict(done), 1 if done.unknown else 0)

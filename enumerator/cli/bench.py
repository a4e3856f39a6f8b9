"""``enumerator bench``: how fast this program is on this computer.

``forms`` measures the questionnaire engine: a large form, the real questionnaire, growing lists
and growing rosters; beside JavaRosa where the conformance material and Java are there.
``sync`` measures pushes, lists and hellos between real processes.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from enumerator.bench.forms import measure_as_child, measure_forms
from enumerator.bench.tables import form_table, growth_of, growth_table, operation_table
from enumerator.errors import KnownError

MATERIAL = Path("..", "shared", "conformance")


def main(arguments: Sequence[str]) -> int:
    if list(arguments) == ["measure"]:  # this program's own child process
        measure_as_child()
        return 0
    if list(arguments[:1]) == ["sync"]:  # by name: the core never imports the server
        return _bench_sync(arguments[1:])
    parser = argparse.ArgumentParser(prog="enumerator bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    forms = commands.add_parser("forms", help="measure the questionnaire engine")
    forms.add_argument("--material", type=Path, help=f"the conformance material ({MATERIAL})")
    forms.add_argument("--quick", action="store_true", help="small sizes: does it work at all?")
    forms.add_argument("--json", action="store_true", help="the figures only, as JSON")
    commands.add_parser("sync", help="measure synchronising, on both stores", add_help=False)
    options = parser.parse_args(list(arguments))
    return bench_forms(_material(options.material), quick=options.quick, only_json=options.json)


def _bench_sync(arguments: Sequence[str]) -> int:
    """KnownError no_server_part where the server's side is not installed."""
    try:
        module = importlib.import_module("sync.bench.command")
    except ModuleNotFoundError as error:
        raise KnownError(
            "no_server_part",
            "This measures the server as well, which is not installed here. It comes with the "
            'Python package: python -m pip install "enumerator[server]"',
        ) from error
    measured: int = module.main(arguments)
    return measured


def _material(named: Path | None) -> Path | None:
    """KnownError no_material where a folder was asked for that is not there."""
    if named is not None and not named.is_dir():
        raise KnownError("no_material", f"There is no folder {named}.", path=str(named))
    if named is None and MATERIAL.is_dir():
        return MATERIAL.resolve()
    return None if named is None else named.resolve()


def bench_forms(material: Path | None, *, quick: bool, only_json: bool) -> int:
    """Prints tables, then all figures as one line of JSON."""
    report = measure_forms(material, quick=quick, said=lambda text: print(text, file=sys.stderr))
    rows = report["rows"]
    growing = [row for row in rows if row["group"] in ("list", "roster", "lines")]
    report["growth"] = growth_of(growing)
    if not only_json:
        if report["peer_absent"]:
            print(f"Without JavaRosa: {report['peer_absent']}.\n")
        print(form_table(row for row in rows if row["group"] != "lines"))
        print(f"\n{operation_table([row for row in rows if row['group'] == 'lines'])}")
        print(f"\n{growth_table(report['growth'])}\n")
    print(json.dumps(report))
    return 0

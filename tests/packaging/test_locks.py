"""constraints.txt and requirements.lock: complete, of one mind, bound to no place."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
CONSTRAINTS = ROOT / "constraints.txt"
LOCK = ROOT / "requirements.lock"


def requirements(path: Path) -> dict[str, Requirement]:
    """Name to pinned requirement, hashes left out."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found = [Requirement(line.partition(" --hash")[0]) for line in lines]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def declared() -> dict[str, list[Requirement]]:
    """Extra ("" for none) to what pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    return {extra: [Requirement(line) for line in lines] for extra, lines in groups.items()}


@pytest.mark.parametrize("path", [CONSTRAINTS, LOCK], ids=lambda path: path.name)
def test_every_line_is_one_version_and_no_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"://|^-|file:| @ ", text, re.MULTILINE)
    for requirement in requirements(path).values():
        assert [specifier.operator for specifier in requirement.specifier] == ["=="]
        assert not requirement.extras  # pip refuses extras in constraints


def test_constraints_satisfy_every_extra() -> None:
    pinned = requirements(CONSTRAINTS)
    for wanted in (requirement for group in declared().values() for requirement in group):
        if wanted.name == "enumerator":
            continue
        version = next(iter(pinned[canonicalize_name(wanted.name)].specifier)).version
        assert wanted.specifier.contains(version), wanted


def test_lock_holds_the_field_program_at_the_versions_that_are_tested() -> None:
    pinned, locked = requirements(CONSTRAINTS), requirements(LOCK)
    needed = declared()
    for wanted in needed[""] + needed["package"]:
        assert canonicalize_name(wanted.name) in locked
    assert {"litestar", "uvicorn", "pyxform", "pytest"}.isdisjoint(locked)
    for name, requirement in locked.items():
        if name != "pip":  # constraints.txt leaves pip alone, which runs the installation
            assert requirement == pinned[name]


def test_every_locked_package_has_hashes() -> None:
    text = LOCK.read_text(encoding="utf-8")
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(packages) == len(requirements(LOCK))
    assert all("--hash=sha256:" in package for package in packages)


def test_qt_stays_below_the_release_that_loses_references() -> None:
    version = next(iter(requirements(CONSTRAINTS)["pyside6-essentials"].specifier)).version
    assert version == "6.11.3"

"""The officer's program holds what it needs and nothing of the server's side."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def contents() -> Iterator[ModuleType]:
    """packaging/contents.py, which stands in no package."""
    sys.path.insert(0, str(ROOT / "packaging"))
    try:
        yield importlib.import_module("contents")
    finally:
        sys.path.remove(str(ROOT / "packaging"))


@pytest.fixture(scope="module")
def reached(contents: ModuleType) -> set[str]:
    """Every module that the program's own modules import, at the top or inside a function."""
    graph = grimp.build_graph(
        *contents.OWN_PACKAGES, include_external_packages=True, cache_dir=None
    )
    own = {
        module
        for module in graph.modules
        if module.partition(".")[0] in contents.OWN_PACKAGES and not contents.intruders([module])
    }
    return own.union(*(graph.find_modules_directly_imported_by(module) for module in own))


def test_no_import_leads_from_the_program_to_the_server_side(
    contents: ModuleType, reached: set[str]
) -> None:
    assert contents.intruders(reached) == []


def test_commands_without_an_extra_are_entries(contents: ModuleType) -> None:
    assert {"ui.app", "enumerator.cli.form", "enumerator.cli.selftest"} <= set(
        contents.ENTRY_MODULES
    )
    assert contents.intruders(contents.ENTRY_MODULES) == []


def test_spec_excludes_nothing_that_the_program_imports(
    contents: ModuleType, reached: set[str]
) -> None:
    top_level = {module.partition(".")[0] for module in reached}
    assert top_level.isdisjoint(contents.EXCLUDED)
    assert "PySide6" in top_level


def test_qt_modules_in_use_are_kept(contents: ModuleType) -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "ui").rglob("*.py"))
    for excluded in contents.EXCLUDED:
        if excluded.startswith("PySide6."):
            assert f"from {excluded} " not in source


def test_intruders_names_the_server_side_and_its_parts(contents: ModuleType) -> None:
    modules = ["sync", "sync.client", "sync.server", "sync.server.app", "pyxform", "pyxformed"]
    assert contents.intruders(modules) == ["pyxform", "sync.server", "sync.server.app"]


@pytest.mark.parametrize(
    "destination",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        r"PySide6\plugins\platforms\qwindows.dll",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "PySide6/Qt/plugins/imageformats/libqjpeg.so",
        "PySide6/Qt/lib/libQt6Widgets.so.6",
        "libQt6Svg.so.6",
        r"PySide6\Qt6Gui.dll",
        "ui/translations/enumerator_id.qm",
        "libz.so.1",
    ],
)
def test_file_is_wanted_when_a_window_needs_it(contents: ModuleType, destination: str) -> None:
    assert contents.is_wanted(destination)


@pytest.mark.parametrize(
    "destination",
    [
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        "PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so",
        "PySide6/Qt/plugins/sqldrivers/libqsqlite.so",
        r"PySide6\plugins\tls\qopensslbackend.dll",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "PySide6/Qt/lib/libQt6QmlModels.so.6",
        "libQt6EglFsKmsSupport.so.6",
        r"PySide6\Qt6Network.dll",
    ],
)
def test_file_is_left_out_when_no_window_loads_it(contents: ModuleType, destination: str) -> None:
    assert not contents.is_wanted(destination)


def test_system_library_stays_when_something_kept_links_to_it(contents: ModuleType) -> None:
    links = {
        "/qt/libqxcb.so": ["libxcb.so.1", "libc.so.6"],
        "/lib/libxcb.so.1": ["libXau.so.6"],
        "/lib/libgtk-3.so.0": ["libcairo.so.2"],
    }
    entries = [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/qt/libqxcb.so", "BINARY"),
        ("libXau.so.6", "/lib/libXau.so.6", "BINARY"),
        ("libcairo.so.2", "/lib/libcairo.so.2", "BINARY"),
        ("libgtk-3.so.0", "/lib/libgtk-3.so.0", "BINARY"),
        ("libpython3.13.so.1.0", "/lib/libpython3.13.so.1.0", "BINARY"),
        ("libxcb.so.1", "/lib/libxcb.so.1", "BINARY"),
    ]
    kept = contents.without_orphans(entries, lambda source: links.get(source, []))
    assert {destination for destination, _, _ in kept} == {
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "libXau.so.6",
        "libpython3.13.so.1.0",
        "libxcb.so.1",
    }


def test_data_that_the_program_reads_is_package_data_too(contents: ModuleType) -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["*"]
    assert {f"*{suffix}" for suffix in contents.DATA_SUFFIXES} <= set(patterns)


def test_every_file_of_the_packages_is_code_source_or_data(contents: ModuleType) -> None:
    """A new kind of file must not be forgotten by the installed program."""
    left_out = {".py", ".pyc", ".ts", ".typed", ".xlsx"}
    suffixes = {
        path.suffix
        for package in contents.OWN_PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file()
    }
    assert suffixes <= left_out | set(contents.DATA_SUFFIXES)

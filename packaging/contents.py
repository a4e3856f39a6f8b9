"""What goes into the officer's program and what stays out: read by the spec, the build, a test."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePosixPath, PureWindowsPath

from enumerator.cli import COMMANDS

Entry = tuple[str, str, str]

ENTRY_MODULES = (
    "enumerator.cli",
    "enumerator.cli.selftest",
    *(command.module for command in COMMANDS.values() if not command.extra),
)
"""Where the frozen program begins: all commands that need no extra, named in a table only."""

OWN_PACKAGES = ("enumerator", "sync", "ui")
OWN_EXCLUDED = ("sync.bench", "sync.server", "ui.demo")

FORBIDDEN = ("litestar", "pyxform", "uvicorn", *OWN_EXCLUDED)
"""Never in the officer's program: the server's side. The build fails when one gets in."""

EXCLUDED = (
    *FORBIDDEN,
    # What sqlite-utils and msgspec use where it is there; a second backend of zstandard.
    *("IPython", "numpy", "pandas", "pip", "setuptools", "sqlite_utils.cli", "pkg_resources"),
    *("yaml", "zstandard._cffi", "zstandard.backend_cffi"),
    # Of the standard library: other windows, development.
    *("tkinter", "idlelib", "lib2to3", "pydoc_data", "ensurepip", "venv", "test"),
    # Development tools that stand in the same environment.
    *("hypothesis", "mypy", "pytest", "_pytest", "PyInstaller", "grimp", "importlinter"),
    *("PySide6.QtNetwork", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtOpenGL"),
)

DATA_SUFFIXES = (
    ".csv",
    ".md",
    ".otf",
    ".png",
    ".qm",
    ".sql",
    ".svg",
    ".ttf",
    ".txt",
    ".xml",
    ".zdict",
)
"""Files of our packages that the program reads (pyproject.toml's package data less the sources
.ts and .xlsx)."""

# One of each kind of plugin that a window needs on Windows (qwindows), macOS (qcocoa) and Linux:
# X11, Wayland, and offscreen for the selftest.
_QT_PLUGINS = {
    "platforms": ("qwindows", "qcocoa", "qxcb", "qwayland", "qoffscreen"),
    "imageformats": ("qjpeg", "qsvg", "qwebp", "qico"),
    "iconengines": ("qsvgicon",),
    "platforminputcontexts": (
        "composeplatforminputcontextplugin",
        "ibusplatforminputcontextplugin",
    ),
    "platformthemes": ("qxdgdesktopportal",),
    "styles": ("qmodernwindowsstyle", "qmacstyle"),
    "wayland-decoration-client": ("bradient", "adwaita"),
    "wayland-graphics-integration-client": ("qt-plugin-wayland-egl",),
    "wayland-shell-integration": ("xdg-shell",),
    "xcbglintegrations": ("qxcb-egl-integration", "qxcb-glx-integration"),
}

# Libraries that only plugins and modules left out above would load.
_QT_UNUSED_LIBRARY = re.compile(
    r"(?:lib)?Qt6?(?:Egl[Ff][Ss]\w*|Labs\w+|Network|Pdf|Qml\w*|Quick\w*|VirtualKeyboard\w*)"
    r"(?:\.so[.\d]*|\.dll|\.dylib)?"
)


def is_wanted(destination: str) -> bool:
    """Whether a file that PyInstaller found at ``destination`` belongs into the program."""
    parts = _parts(destination)
    if "PySide6" not in parts and not any(part.startswith(("libQt6", "Qt6")) for part in parts):
        return True
    if "translations" in parts:
        return False  # Qt has no Indonesian one; our catalogues have the buttons' words
    if "plugins" in parts:
        return _is_wanted_plugin(parts)
    return not any(_QT_UNUSED_LIBRARY.fullmatch(part) for part in parts)


def _is_wanted_plugin(parts: tuple[str, ...]) -> bool:
    kind, name = parts[-2], parts[-1].partition(".")[0]
    return name.removeprefix("lib") in _QT_PLUGINS.get(kind, ())


def without_orphans(
    entries: Sequence[Entry], imports_of: Callable[[str], Iterable[str]]
) -> list[Entry]:
    """``entries`` less the system's libraries that nothing loads any more.

    An entry is (destination, source, kind). System libraries are those that PyInstaller puts at
    the top of the folder; ``imports_of`` tells the names that a file at a source links to.
    """
    system = {entry[0]: entry for entry in entries if _is_system_library(entry[0])}
    wanted = [entry for entry in entries if entry[0] not in system]
    queue = list(wanted)
    while queue:
        for name in imports_of(queue.pop()[1]):
            if loaded := system.pop(name, None):
                wanted.append(loaded)
                queue.append(loaded)
    return wanted


def _is_system_library(destination: str) -> bool:
    """Linux only: libx.so.1 without a folder, but not Python itself."""
    is_library = re.fullmatch(r"lib[^/]+\.so[.\d]*", destination) is not None
    return is_library and not destination.startswith("libpython")


def intruders(modules: Iterable[str]) -> list[str]:
    """Those of ``modules`` that must not be in the officer's program."""
    return sorted(
        module
        for module in modules
        if any(module == name or module.startswith(name + ".") for name in FORBIDDEN)
    )


def _parts(path: str) -> tuple[str, ...]:
    pure = PureWindowsPath(path) if "\\" in path else PurePosixPath(path)
    return pure.parts

"""Starting the window: ``enumerator``, ``enumerator open``, ``python -m enumerator``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from ui import icons, language, theme
from ui.first_paint import FirstPaint
from ui.language import Language
from ui.leaving import Leaving
from ui.theme import ThemeName

if TYPE_CHECKING:
    from ui.window import MainWindow


def main(argv: Sequence[str] | None = None) -> int:
    """Runs until the window is closed; returns the exit status."""
    return run(parse(list(sys.argv[1:] if argv is None else argv)))


def run(options: Options, opened: Callable[[MainWindow], object] | None = None) -> int:
    """The window by its options; ``opened`` gets it once it is shown."""
    app = make_app()
    from enumerator.errors import KnownError
    from enumerator.logs import start_logging, stop_logging
    from enumerator.settings import load_settings
    from enumerator.store.device_secret import KeyringSecrets
    from enumerator.store.folders import DataFolder
    from ui.account import Accounts
    from ui.operations import Operations
    from ui.window import MainWindow

    folder = DataFolder(options.folder) if options.folder else DataFolder.default()
    try:
        logging = start_logging(folder.logs)
    except OSError as error:
        raise KnownError(
            "folder_unusable",
            f"The laptop's folder {folder.root} cannot be used ({error.strerror}). "
            "Choose a folder that you may write to with --folder.",
            path=str(folder.root),
        ) from error
    settings = load_settings(folder.settings_file)
    language.install(app, options.language or _named(Language, settings.language))
    theme.install(app, options.theme or _named(ThemeName, settings.theme))
    operations = Operations()
    window = MainWindow(Accounts(folder, secrets=KeyringSecrets()), operations)
    catch_strays(window)
    size = window.screen().availableGeometry().size()
    window.resize(min(1180, size.width()), min(760, size.height()))
    FirstPaint(window)
    window.show()
    if opened is not None:
        opened(window)
    leaving = Leaving(app.quit)
    status = app.exec()
    leaving.stop()
    operations.close()
    stop_logging(logging)
    return status


Named = TypeVar("Named", Language, ThemeName)
_DEFAULTS: Final = {Language: Language.INDONESIAN, ThemeName: ThemeName.AUTO}


def _named(kind: type[Named], word: str) -> Named:
    """A remembered word; the default where it is empty or of another version."""
    try:
        return kind(word)
    except ValueError:
        return kind(_DEFAULTS[kind])


class Options(argparse.Namespace):
    folder: Path | None
    language: Language | None
    theme: ThemeName | None


def parse(words: Sequence[str]) -> Options:
    """The command line's options."""
    parser = argparse.ArgumentParser(prog="enumerator open", description="Open the window.")
    parser.add_argument("--folder", type=Path, help="where this laptop's data is")
    parser.add_argument("--language", type=Language, choices=list(Language), help="id or en")
    parser.add_argument(
        "--theme", type=ThemeName, choices=list(ThemeName), help="light, dark, sunlight or auto"
    )
    return parser.parse_args(words, namespace=Options())


def make_app() -> QApplication:
    """The one QApplication, dressed; also for tests and the demo."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Enumerator")
    app.setDesktopFileName("enumerator")
    theme.install(app)
    app.setWindowIcon(icons.icon("clipboard", theme.colours().accent, 64))
    return app


def catch_strays(window: object) -> None:
    """An exception in a slot is shown like any other bug, instead of a line on a terminal that
    no officer sees."""
    from ui.window import MainWindow

    before = sys.excepthook

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        before(kind, error, trace)
        if isinstance(error, Exception) and isinstance(window, MainWindow):
            window.telling.show_error(error)

    sys.excepthook = show

"""KnownError codes as sentences of the interface: what happened and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

from enumerator.errors import KnownError

# lupdate knows the name ``translate``; it has to be called with literals.
translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Explanation:
    """A failure in words: the title says what happened, the advice what to do next."""

    title: str
    advice: str
    is_calm: bool = False
    """A normal state (no connection), not an error."""


def explain(error: Exception) -> Explanation:
    """The words for an error; a code that has none yet shows the error's own English text."""
    if not isinstance(error, KnownError):
        return Explanation(
            translate("errors", "Something went wrong in the program"),
            translate(
                "errors",
                "Your saved work is not affected. Copy the report and send it to your supervisor; "
                "it holds no names, no NIK and no answers.",
            ),
        )
    maker = EXPLANATIONS.get(error.code)
    if maker is None:
        return Explanation(translate("errors", "This could not be done"), str(error))
    return maker(error)


def report_of(error: BaseException) -> str:
    """A report that holds the kind of error and the places in the program, never its text: the
    text of an exception may quote an answer."""
    import platform
    import traceback
    from importlib.metadata import version

    machine = f"Python {platform.python_version()}, {platform.system()} {platform.release()}"
    lines = [f"enumerator {version('enumerator')}, {machine}", type(error).__qualname__]
    if isinstance(error, KnownError):
        lines[-1] += f" code={error.code}"
    for frame in traceback.extract_tb(error.__traceback__):
        place = frame.filename.replace("\\", "/").rpartition("/site-packages/")[2]
        lines.append(f"  {'/'.join(place.split('/')[-3:])}:{frame.lineno} {frame.name}")
    return "\n".join(lines)


def _wrong_passphrase(_error: KnownError) -> Explanation:
    return Explanation(
        translate("errors", "The passphrase is not right"),
        translate("errors", "Check capital letters and the keyboard layout, then try again."),
    )


def _no_connection(_error: KnownError) -> Explanation:
    return Explanation(
        translate("errors", "No connection to the server"),
        translate(
            "errors",
            "You can go on working: everything is kept on this laptop and is sent as soon as "
            "there is a network.",
        ),
        is_calm=True,
    )


EXPLANATIONS: Final[dict[str, Callable[[KnownError], Explanation]]] = {
    "no_connection": _no_connection,
    "wrong_passphrase": _wrong_passphrase,
}

"""The two kinds of failure.

::

    EnumeratorError
     ├── KnownError   the user can do something about it; the text says what
     └── BugError     ours: shown as such, logged, reported
"""

from __future__ import annotations


class EnumeratorError(Exception):
    """Base of every error that this project raises on purpose."""


class KnownError(EnumeratorError):
    """A failure that the user can act on.

    ``code`` is a stable word (``wrong_passphrase``) by which the window finds its translated
    text; ``str(error)`` is the English text for the command line, and says what to do next.
    ``facts`` fill the translated text; they hold ids and numbers, never names, NIK or answers.
    """

    def __init__(self, code: str, text: str, **facts: str | int | float) -> None:
        super().__init__(text)
        self.code = code
        self.facts = facts


class BugError(EnumeratorError):
    """An assumption of ours that did not hold."""

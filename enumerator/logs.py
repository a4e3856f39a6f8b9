"""Log files that hold ids only.

Two nets below the rule that no record names a person: runs of 16 digits are masked, and a
traceback is written without the exceptions' own words and without the source lines, because a
foreign exception may quote the data that it choked on.
"""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from enumerator.errors import KnownError

_LONG_NUMBER = re.compile(r"(?<!\d)(\d{6})\d{8}(\d{2})(?!\d)")
_FILE_BYTES = 1_000_000
_FILES_KEPT = 5
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


def scrubbed(text: str) -> str:
    """``text`` with every run of 16 digits masked like a NIK."""
    return _LONG_NUMBER.sub(r"\1********\2", text)


def describe(error: BaseException) -> str:
    """An exception without its words: type, code of a KnownError, and where; causes follow."""
    lines = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        code = f" [{current.code}]" if isinstance(current, KnownError) else ""
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}{code}")
        lines += _frames(current.__traceback__)
        current = current.__cause__ or current.__context__
    return "\n".join(lines)


class IdsOnlyFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        # A text that another handler cached on the record has the exception's words in it.
        cached, record.exc_text = record.exc_text, None
        try:
            return scrubbed(super().format(record))
        finally:
            record.exc_text = cached

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 (logging's name)
        return describe(ei[1]) if ei[1] is not None else ""


def start_logging(folder: Path, level: int = logging.INFO) -> logging.Handler:
    """Write the program's log to ``folder``; five files of 1 MB. Returns the handler, for
    :func:`stop_logging`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = RotatingFileHandler(
        folder / "enumerator.log",
        maxBytes=_FILE_BYTES,
        backupCount=_FILES_KEPT,
        encoding="utf-8",
        delay=True,
    )
    handler.setFormatter(IdsOnlyFormatter(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(min(level, root.level) if root.level else level)
    return handler


def stop_logging(handler: logging.Handler) -> None:
    logging.getLogger().removeHandler(handler)
    handler.close()


def _frames(traceback: TracebackType | None) -> list[str]:
    lines = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        lines.append(f"  {Path(code.co_filename).name}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return lines

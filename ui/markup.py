"""The little markdown that a questionnaire's labels may hold."""

from __future__ import annotations

import html
import re

_BOLD = re.compile(r"\*\*(.+?)\*\*|__(.+?)__", re.DOTALL)
_ITALIC = re.compile(r"(?<!\w)[*_](\S(?:.*?\S)?)[*_](?!\w)", re.DOTALL)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_MARKUP = re.compile(r"[*_\[<&>\n]")
_TAG = re.compile(r"<[^>]+>")


def rich_text(markdown: str) -> str:
    """A label's markdown as the few tags a QLabel shows; links become their words."""
    safe = html.escape(_LINK.sub(r"\1", _TAG.sub("", markdown)), quote=False)
    safe = _BOLD.sub(lambda match: f"<b>{match[1] or match[2]}</b>", safe)
    safe = _ITALIC.sub(r"<i>\1</i>", safe)
    return safe.replace("\n", "<br>")


def plain_text(markdown: str) -> str:
    """The same without any tag: for accessible names and lists."""
    if not _MARKUP.search(markdown):
        return markdown.strip()
    bare = _BOLD.sub(lambda match: match[1] or match[2], _LINK.sub(r"\1", _TAG.sub("", markdown)))
    return _ITALIC.sub(r"\1", bare).strip()


def has_markup(markdown: str) -> bool:
    return bool(_MARKUP.search(markdown)) and rich_text(markdown) != html.escape(
        markdown, quote=False
    )

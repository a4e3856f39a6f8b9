"""regex(): patterns as Java reads them, bounded in time.

A pattern that cannot backtrack much runs on ``re`` (0.2 µs a match); any other on ``regex``,
which can be told to stop (2 µs a match). Only ASCII counts for \\d, \\w, \\s and \\b, as in Java
and JavaScript.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from enumerator.xform.limits import MAX_PATTERN, PATTERN_SECONDS, PATTERN_VISITS_A_SECOND
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.syntax import XPathError

Matches = Callable[[str, Context], bool]

_LONG = 1000  # characters of a text for the fast way
_MOST = 5_000_000  # ways to match one: some 50 ms, as a bound that is hardly ever reached
_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|$)", re.DOTALL)


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Matches:
    """Whether a whole text matches. Raises XPathError for a pattern that is none."""
    if len(pattern) > MAX_PATTERN:
        raise XPathError(f"a regular expression of more than {MAX_PATTERN} characters")
    written = _QUOTED.sub(lambda found: re.escape(found[1]), pattern)
    if ways_to_match(written) > _MOST:
        return _bounded(pattern, written)
    try:
        fast = re.compile(written, re.ASCII).fullmatch
    except re.error as error:
        raise _no_pattern(pattern, error) from None
    slow: list[Matches] = []

    def matches(text: str, context: Context) -> bool:
        if len(text) <= _LONG:
            return fast(text) is not None
        if not slow:
            slow.append(_bounded(pattern, written))
        return slow[0](text, context)

    return matches


def _bounded(pattern: str, written: str) -> Matches:
    """The time it takes counts like nodes walked over: many slow ones end as well."""
    match = _compiled(pattern, written).fullmatch

    def matches(text: str, context: Context) -> bool:
        context.visit(1)
        begun = time.process_time()
        try:
            return match(text, timeout=PATTERN_SECONDS) is not None
        except (TimeoutError, MemoryError):
            raise XPathError(f"the pattern takes too long: {pattern!r}") from None
        finally:
            context.visit(int((time.process_time() - begun) * PATTERN_VISITS_A_SECOND))

    return matches


def _compiled(pattern: str, written: str) -> Any:
    import regex  # 11 ms, for the few forms that need it

    flags = regex.V1 if "&&" in written or "[[" in written else regex.V0
    if "\\p" not in written and "\\P" not in written:
        flags |= regex.ASCII
    try:
        return regex.compile(written, flags)
    except (regex.error, OverflowError, RecursionError, MemoryError, LookupError) as error:
        raise _no_pattern(pattern, error) from None


def _no_pattern(pattern: str, error: Exception) -> XPathError:
    return XPathError(f"not a regular expression: {pattern!r} ({error})")


# -------------------------------------------------------------------- what is harmless
_ESCAPED = re.compile(r"\\[dDwWsStnr\W_]", re.ASCII)
_CLASS = re.compile(r"\[\^?(?:\\[dDwWsStnr\W_]|[^\\\[\]&~|-]|(?<![&~|-])[&~|-](?![&~|-]))+\]")
_TIMES = re.compile(r"([*+?]|\{(\d{1,4})(,(\d{0,4}))?\})\??(?![*+?{])", re.ASCII)
_PLAIN = re.compile(r"[^\\\[\](){}*+?|]")
_UNKNOWN = float("inf")


def ways_to_match(pattern: str) -> float:
    """At most how many ways a backtracking matcher may try on a text of ``_LONG`` characters;
    infinite for what is not understood here, or not a pattern at all."""
    counter = _Counter(pattern)
    found = counter.alternatives(0)
    return found if counter.at == len(pattern) else _UNKNOWN


class _Counter:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self.at = 0

    def alternatives(self, depth: int) -> float:
        total = self._sequence(depth)
        while self._take("|"):
            total += self._sequence(depth)
        return total

    def _sequence(self, depth: int) -> float:
        ways = 1.0
        while self.at < len(self._pattern) and self._pattern[self.at] not in "|)":
            found = self._item(depth)
            if found == _UNKNOWN:
                return _UNKNOWN
            ways *= found
        return ways

    def _item(self, depth: int) -> float:
        for simple in (_PLAIN, _ESCAPED, _CLASS):
            found = simple.match(self._pattern, self.at)
            if found is not None:
                self.at = found.end()
                return self._repeated()
        if depth > 20 or not self._take("(") or (self._take("?") and not self._take(":")):
            return _UNKNOWN
        inner = self.alternatives(depth + 1)
        return self._group(inner) if self._take(")") else _UNKNOWN

    def _take(self, sign: str) -> bool:
        if self._pattern.startswith(sign, self.at):
            self.at += 1
            return True
        return False

    def _times(self) -> tuple[int, int]:
        """(least, most)"""
        found = _TIMES.match(self._pattern, self.at)
        if found is None:
            return 1, 1
        self.at = found.end()
        if found[2] is None:
            return int(found[1] == "+"), 1 if found[1] == "?" else _LONG
        least = int(found[2])
        return least, least if found[3] is None else int(found[4] or _LONG)

    def _repeated(self) -> float:
        least, most = self._times()
        return float(max(most - least + 1, 1))

    def _group(self, inner: float) -> float:
        least, most = self._times()
        if most == 1:
            return inner if least else inner + 1
        if most > 50 or inner > _MOST:
            return _UNKNOWN
        return float((inner + 1) ** most) if least != most else float(inner**most)

"""Functions on strings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from enumerator.xform.limits import LONG_TEXT, MAX_TEXT
from enumerator.xform.xpath.compiled import Compiled
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.patterns import compile_pattern
from enumerator.xform.xpath.registry import eager, lazy
from enumerator.xform.xpath.scope import Scope
from enumerator.xform.xpath.syntax import SELF, Call, Path, XPathError
from enumerator.xform.xpath.values import Cells, Value, text_of, to_text

if TYPE_CHECKING:
    from enumerator.xform.xpath.compiler import Compiler

CONTEXT_NODE = Path(".", (SELF,))
_SPACES = re.compile(r"[ \t\r\n]+")


def argument_or_item(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    """The only argument, or the context node where it is left out."""
    return compiler.compile(call.arguments[0] if call.arguments else CONTEXT_NODE, scope)


@lazy("string", 0, 1)
def _string(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    return Compiled("text", argument_or_item(compiler, call, scope).text())


@lazy("string-length", 0, 1)
def _string_length(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    text = argument_or_item(compiler, call, scope).text()
    return Compiled("number", lambda item, context: float(len(text(item, context))))


@lazy("normalize-space", 0, 1)
def _normalize_space(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    text = argument_or_item(compiler, call, scope).text()
    return Compiled("text", lambda item, context: _SPACES.sub(" ", text(item, context)).strip(" "))


@eager("concat", "c*", "text", context=True)
def _concat(context: Context, *values: Value | Cells) -> str:
    """A node-set gives all its nodes, as ODK has it."""
    return _joined(context, "", values)


@eager("join", "tc*", "text", context=True)
def _join(context: Context, separator: str, *values: Value | Cells) -> str:
    return _joined(context, separator, values)


def _joined(context: Context, separator: str, values: tuple[Value | Cells, ...]) -> str:
    """Raises XPathError before a text is made that is too long."""
    parts: list[str] = []
    for value in values:
        if isinstance(value, list):
            parts.extend(text_of(node, context) for node in value)
        elif isinstance(value, Cells):
            parts.extend(value)
        else:
            parts.append(to_text(value))
    size = sum(map(len, parts)) + len(separator) * len(parts)
    if size > MAX_TEXT:
        raise XPathError(f"a text of more than {MAX_TEXT} characters")
    if size > LONG_TEXT:
        context.visit(size // 10)
    return separator.join(parts)


@eager("contains", "tt", "boolean")
def _contains(text: str, part: str) -> bool:
    return part in text


@eager("starts-with", "tt", "boolean")
def _starts_with(text: str, part: str) -> bool:
    return text.startswith(part)


@eager("ends-with", "tt", "boolean")
def ends_with(text: str, part: str) -> bool:
    return text.endswith(part)


@eager("substring-before", "tt", "text")
def _substring_before(text: str, part: str) -> str:
    return text.partition(part)[0] if part and part in text else ""


@eager("substring-after", "tt", "text")
def _substring_after(text: str, part: str) -> str:
    return text.partition(part)[2] if part else text


@eager("substring", "tn?n", "text")
def _substring(text: str, start: float, length: float | None = None) -> str:
    """XPath's: positions from 1, rounded."""
    if start != start or (length is not None and length != length):
        return ""
    if start in (float("inf"), float("-inf")):
        return text if length is None and start < 0 else ""
    first = _half_up(start)
    if length is None or length == float("inf"):
        last = len(text) + 1
    elif length == float("-inf"):
        return ""
    else:
        last = first + _half_up(length)
    return text[max(first, 1) - 1 : max(last - 1, 0)]


def _half_up(number: float) -> int:
    from math import floor

    return floor(number + 0.5)


@eager("substr", "tn?n", "text")
def _substr(text: str, start: float, end: float | None = None) -> str:
    """ODK's: from ``start`` to before ``end``, from 0, negative ones from the end."""
    size = len(text)
    first = _offset(start, size)
    last = size if end is None else _offset(end, size)
    return text[first:last] if last > first else ""


def _offset(number: float, size: int) -> int:
    if number != number:
        return 0
    if number in (float("inf"), float("-inf")):
        return size if number > 0 else 0
    place = int(number)
    if place < 0:
        place += size
    return min(max(place, 0), size)


@eager("translate", "ttt", "text")
def _translate(text: str, old: str, new: str) -> str:
    table: dict[int, str | None] = {}
    for place, sign in enumerate(old):
        table.setdefault(ord(sign), new[place] if place < len(new) else None)
    return text.translate(table)


@lazy("regex", 2, 2)
def _regex(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    """Ruling 8: the whole string has to match."""
    text = compiler.compile(call.arguments[0], scope).text()
    pattern = compiler.compile(call.arguments[1], scope)
    pattern_text = pattern.text()
    if pattern.constant:
        matches = compile_pattern(pattern_text(None, None))  # type: ignore[arg-type]  # a constant asks for nothing
        return Compiled("boolean", lambda item, context: matches(text(item, context), context))

    def value(item: Any, context: Context) -> bool:
        return compile_pattern(pattern_text(item, context))(text(item, context), context)

    return Compiled("boolean", value)

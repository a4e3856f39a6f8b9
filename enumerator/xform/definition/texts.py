"""Labels, hints, messages and itext, with their outputs as expressions."""

from __future__ import annotations

import re
from collections.abc import Callable

from enumerator.xform.definition.markup import Markup
from enumerator.xform.definition.model import Expression, Segment, Text, Translation
from enumerator.xform.xpath.syntax import Call, Literal

ReadExpression = Callable[[str, Markup], Expression | None]

_SPACES = re.compile(r"\s+")


def read_segments(element: Markup, read: ReadExpression) -> tuple[Segment, ...]:
    """Text with its outputs; other inner markup gives its text."""
    found: list[Segment] = []
    _gather(element, read, found)
    merged: list[Segment] = []
    for segment in found:
        if isinstance(segment, str) and merged and isinstance(merged[-1], str):
            merged[-1] += segment
        else:
            merged.append(segment)
    if merged and isinstance(merged[0], str):
        merged[0] = merged[0].lstrip()
    if merged and isinstance(merged[-1], str):
        merged[-1] = merged[-1].rstrip()
    return tuple(segment for segment in merged if segment != "")


def _gather(element: Markup, read: ReadExpression, found: list[Segment]) -> None:
    for part in element.parts:
        if isinstance(part, str):
            found.append(part)
        elif part.name == "output":
            expression = read(part.get("value") or part.get("ref"), part)
            if expression is not None:
                found.append(expression)
        else:
            _gather(part, read, found)


def read_text(element: Markup, read: ReadExpression) -> Text | None:
    """A label, hint or help element."""
    reference = element.get("ref").strip()
    if reference:
        expression = read(reference, element)
        return None if expression is None else text_of(expression)
    segments = read_segments(element, read)
    return Text(segments=segments) if segments else None


def text_of(expression: Expression) -> Text:
    syntax = expression.syntax
    if (
        isinstance(syntax, Call)
        and syntax.name == "jr:itext"
        and len(syntax.arguments) == 1
        and isinstance(syntax.arguments[0], Literal)
    ):
        return Text(itext=syntax.arguments[0].value)
    return Text(segments=(expression,))


def read_message(text: str, element: Markup, read: ReadExpression) -> Text | None:
    """jr:constraintMsg and its kin: a plain text, or jr:itext('id')."""
    if not text.strip():
        return None
    if text.strip().startswith("jr:itext("):
        expression = read(text, element)
        return None if expression is None else text_of(expression)
    return Text(segments=(text,))


def read_translations(
    itext: Markup | None, read: ReadExpression
) -> tuple[tuple[Translation, ...], str]:
    """All languages and the default one."""
    found: list[Translation] = []
    default = ""
    for element in itext.named("translation") if itext is not None else ():
        name = element.get("lang")
        texts: dict[str, dict[str, tuple[Segment, ...]]] = {}
        for text in element.named("text"):
            forms: dict[str, tuple[Segment, ...]] = {}
            for value in text.named("value"):
                forms.setdefault(value.get("form"), read_segments(value, read))
            texts[text.get("id")] = forms
        found.append(Translation(name, texts))
        if "default" in element.attributes and element.get("default") not in ("false()", "false"):
            default = default or name
    if found and not default:
        default = found[0].name
    return tuple(found), default

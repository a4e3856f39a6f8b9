"""Tokens of XPath 1.0, with the rules of §3.7 that tell ``*`` and ``div`` apart."""

from __future__ import annotations

import re
from typing import NamedTuple

from enumerator.xform.xpath.syntax import XPathError


class Token(NamedTuple):
    """``kind``: number literal name function axis type operator variable punctuation end."""

    kind: str
    text: str
    position: int


_NAME = r"[^\W\d][\w.\-·]*"
_TOKEN = re.compile(
    rf"""\s*(?:
    (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<literal>"[^"]*"|'[^']*')
  | (?P<variable>\${_NAME}(?::{_NAME})?)
  | (?P<name>{_NAME}(?::(?!:)(?:{_NAME}|\*))?)
  | (?P<mark>\.\.|::|//|!=|<=|>=|[()\[\].@,/|+\-=<>*])
  )""",
    re.VERBOSE,
)
_NODE_TYPES = frozenset({"node", "text", "comment", "processing-instruction"})
# "1 div2": peers take the number; a name cannot follow an operand anyway.
_GLUED_OPERATOR = re.compile(r"\s*(and|or|mod|div)(?=[\d.])")
_OPERATOR_NAMES = frozenset({"and", "or", "mod", "div"})
_OPERATORS = frozenset({"/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">="})
_NOT_BEFORE_OPERATOR = frozenset({"@", "::", "(", "[", ","})
_CALL = re.compile(r"\s*\(")
_AXIS = re.compile(r"\s*::")


def tokens(text: str) -> list[Token]:
    """Raises XPathError where no token starts."""
    found: list[Token] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        operand_ended = bool(found) and not (
            found[-1].kind == "operator" or found[-1].text in _NOT_BEFORE_OPERATOR
        )
        if operand_ended and (glued := _GLUED_OPERATOR.match(text, position)):
            found.append(Token("operator", glued.group(1), position))
            position = glued.end()
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            where = text[position : position + 12].strip()
            more = ": its closing quotation mark is missing" if where[:1] in ("'", '"') else ""
            raise XPathError(f"unexpected {where!r} in {text!r}{more}")
        kind = match.lastgroup or ""
        word = match.group(kind)
        position = match.end()
        if kind == "mark":
            if word == "*":
                kind = "operator" if operand_ended else "name"
            elif word in _OPERATORS:
                kind = "operator"
            else:
                kind = "punctuation"
        elif kind == "name":
            if operand_ended and word in _OPERATOR_NAMES:
                kind = "operator"
            elif _CALL.match(text, position):
                kind = "type" if word in _NODE_TYPES else "function"
            elif _AXIS.match(text, position):
                kind = "axis"
        elif kind == "literal":
            word = word[1:-1]
            found.append(Token("literal", word, match.start()))
            continue
        found.append(Token(kind, word, match.start()))
    found.append(Token("end", "", end))
    return found

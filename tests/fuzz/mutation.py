"""Small damage done to text and bytes."""

from __future__ import annotations

from random import Random
from typing import TypeVar

from tests.fuzz.expressions import NUMBERS, TEXTS, TOKENS

MOST = 200_000
_MARKUP = (
    *("<a>", "</a>", "<!--", "-->", "<![CDATA[", "]]>", "&amp;", "&a;", "&#0;", "&#xd800;"),
    *(' relevant="', ' calculate="', ' jr:count="', ' nodeset="', ' ref="', ' bind="x"', ' type="'),
    *("<repeat>", "<group>", "<itemset>", "<output value='", "<item>", "<value>", "xmlns=''"),
    *("jr:template=''", "jr:itext('", " id='x'", "<instance", "<translation", "<setvalue", "/>"),
    *("odk-new-repeat", "xforms-value-changed", "<model>", "<bind", "<submission", "<text", "..."),
)
_JSON = ("{", "}", "[", "]", "null", "true", '"op"', '"ref": 5', "1e999", '"\\ud800"', ":", ",")
_TOKENS = {
    "xpath": (*TOKENS, *NUMBERS, *TEXTS),
    "form": (*TOKENS, *NUMBERS, *TEXTS, *_MARKUP),
    "lists": (*_MARKUP, *_JSON, *TEXTS, "\0", '"', ";", "\r", "\n", ",,,,"),
    "script": (*_JSON, *TOKENS, *TEXTS),
}
_Text = TypeVar("_Text", str, bytes)


def mutated(chance: Random, text: _Text, target: str, others: tuple[_Text, ...]) -> _Text:
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        text = _once(chance, text, target, others)
    return text[:MOST]


def _once(chance: Random, text: _Text, target: str, others: tuple[_Text, ...]) -> _Text:
    size = len(text)
    start = chance.randint(0, size)
    end = min(size, start + chance.choice((1, 2, 5, 20, 100, 1000)))
    kind = chance.randrange(7)
    if kind == 0:
        return text[:start] + text[end:]
    if kind == 1:
        times = chance.choice((2, 2, 3, 10, 100, 1000))
        return (text[:end] + text[start:end] * times + text[end:])[:MOST]
    if kind == 2:
        other = chance.choice(others)
        cut = chance.randint(0, len(other))
        return text[:start] + other[cut : cut + chance.choice((3, 30, 300, 3000))] + text[end:]
    if kind == 3:
        spot = chance.randint(0, size)
        return text[:spot] + text[start:end] + text[spot:]
    if kind == 4 and size:
        spot = chance.randrange(size)
        return text[:spot] + _sign(chance, text) + text[spot + 1 :]
    return text[:start] + _token(chance, target, text) + text[start if kind == 5 else end :]


def _sign(chance: Random, like: _Text) -> _Text:
    if isinstance(like, bytes):
        return bytes([chance.randrange(256)])
    return chr(chance.choice((chance.randrange(128), chance.randrange(0xD800), 0xD800, 0x1F600)))


def _token(chance: Random, target: str, like: _Text) -> _Text:
    token = chance.choice(_TOKENS[target])
    return token.encode("utf-8", "surrogatepass") if isinstance(like, bytes) else token

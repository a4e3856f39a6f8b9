"""Random expressions by the grammar of XPath, with what is known to hurt."""

from __future__ import annotations

from random import Random

from enumerator.xform.xpath.functions import FUNCTIONS
from enumerator.xform.xpath.parser import AXES

NAMES = ("a", "b", "k", "p", "n", "g", "s", "item", "name", "label", "root", "*", "gone", "div")
PATHS = (
    *("/data/a", "/data/b", "/data/k", "/data/p", "/data/p/n", "/data/p/q/m", "/data/g/s"),
    *("/data", "/", ".", "..", "../a", "../n", "../../p/n", "current()/../a", "current()/.", "//*"),
    *("instance('l')/root/item", "instance('l')/root/item[name = /data/a]/label", "/data/p[2]/n"),
    *("instance('ext')/root/item[name = current()/../s]", "instance('ext')/root/item", "//n"),
)
NUMBERS = (
    *("0", "1", "2", "-1", "0.5", ".5", "3.", "10", "1e3", "1e308", "1e-320", "1e999", "0.1"),
    *("2147483648", "9007199254740993", "1000000000", "-99999999999", "9" * 400, "0." + "1" * 400),
)
TEXTS = (
    *("", " ", "a", "1", "abc", "a b c", "2020-09-15", "2020-02-30", "9999-12-31", "0001-01-01"),
    *("2020-09-15T10:00:00.000+08:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"),
    *("10:00", "25:61", "%Y-%m-%d", "%H:%M:%S.%3", "%", "%%", "%Q", "1 2", "-6.2 106.8 0 0"),
    *("1 1;2 2;3 1;1 1", "91 181", "NaN", "Infinity", "9" * 5000, "x" * 3000, "a " * 500, "l"),
    *("MD5", "SHA-256", "hex", "YWJj", "(a+)+$", "(a|aa)+$", "(.*)*x", "[", "a{1,99999}", "\\"),
    *("(?:(?:a?){50}){50}b", "(x+x+)+y", "a" * 40, "jr:itext", "lbl", "fr", "é", "𝔘", "e\u0301"),
    *("\u0660\u0661", "\u202e", "\x7f", "\ufffe", "\u2028", "/data/a", "../n", "p", "ext", "gone"),
)
OPERATORS = ("or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "|")
TOKENS = (
    *("(", ")", "[", "]", "/", "//", "..", ".", "@", ",", "::", "|", "-", "--", "$x", "node()"),
    *("text()", "comment()", "*", "'", '"', " ", "e", "1e", "\t", "\n"),
    "processing-instruction('x')",
    *OPERATORS,
)
_FUNCTIONS = sorted(FUNCTIONS)
_AXES = sorted(AXES)


def expression(chance: Random, depth: int = 4) -> str:
    """Well-formed as a rule; functions have the right number of arguments nearly always."""
    kind = chance.random()
    if depth <= 0 or kind < 0.25:
        return _leaf(chance)
    if kind < 0.60:
        return call(chance, depth)
    if kind < 0.80:
        left, right = expression(chance, depth - 1), expression(chance, depth - 1)
        return f"{left} {chance.choice(OPERATORS)} {right}"
    if kind < 0.92:
        return path(chance, depth)
    if kind < 0.95:
        return f"({expression(chance, depth - 1)})[{expression(chance, depth - 2)}]"
    if kind < 0.98:
        return f"-({expression(chance, depth - 1)})"
    return monster(chance)


def _leaf(chance: Random) -> str:
    kind = chance.random()
    if kind < 0.5:
        return chance.choice(PATHS)
    return chance.choice(NUMBERS) if kind < 0.7 else literal(chance.choice(TEXTS))


def literal(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def call(chance: Random, depth: int) -> str:
    function = FUNCTIONS[chance.choice(_FUNCTIONS)]
    most = function.least + 3 if function.most is None else function.most
    count = chance.randint(function.least, max(most, function.least))
    if chance.random() < 0.02:
        count += chance.choice((-1, 1))
    arguments = [expression(chance, depth - 1) for _ in range(max(count, 0))]
    return f"{function.name}({', '.join(arguments)})"


def path(chance: Random, depth: int) -> str:
    start = chance.choice(("", "/", "//", "../", "./", "current()/", "/data/", "instance('l')/"))
    steps = [_step(chance, depth) for _ in range(chance.randint(1, 4))]
    return start + chance.choice(("/", "/", "//")).join(steps)


def _step(chance: Random, depth: int) -> str:
    axis = f"{chance.choice(_AXES)}::" if chance.random() < 0.3 else ""
    test = chance.choice((*NAMES, "node()", "text()")) if axis else chance.choice((*NAMES, ".."))
    if test == "..":
        return test
    predicate = f"[{expression(chance, depth - 2)}]" if chance.random() < 0.35 else ""
    return f"{axis}{test}{predicate}"


def monster(chance: Random) -> str:
    """Deep, long or growing without end."""
    size = chance.choice((10, 60, 79, 81, 200, 1000, 5000))
    inner = _leaf(chance)
    makers = (
        lambda: "(" * size + inner + ")" * size,
        lambda: "a[" * size + "1" + "]" * size,
        lambda: "//*[" * min(size, 12) + "1" + "]" * min(size, 12),
        lambda: "not(" * size + inner + ")" * size,
        lambda: "concat(" * size + inner + ")" * size,
        lambda: "if(" * size + "1" + ", 1, 2)" * size,
        lambda: f" {chance.choice(OPERATORS)} ".join([inner] * size),
        lambda: "-" * size + inner,
        lambda: "/".join(["*", ".."] * min(size, 200)),
        lambda: "//".join(["*"] * min(size, 60)),
        lambda: "../" * size + "a",
        lambda: f"concat({', '.join([inner] * size)})",
        lambda: "a" + "[1]" * size,
        lambda: "coalesce('', " * size + "''" + ")" * size,
        lambda: f"//*/following::*[{inner}]/preceding::*",
        lambda: f"count(//*[count(//*[count(//*[count(//*) > {inner}]) > 1]) > 1])",
        lambda: f"regex('{'a' * 40}', '(a+)+b')",
        lambda: f"regex('{'a' * min(size, 200)}', concat('(a|aa)', '+', 'b'))",
        lambda: f"translate('{'x' * size}', '{'x' * size}', '{'y' * size}')",
        lambda: f"substr('abc', {chance.choice(NUMBERS)}, {chance.choice(NUMBERS)})",
        lambda: f"pow({chance.choice(NUMBERS)}, {chance.choice(NUMBERS)})",
        lambda: f"round({chance.choice(NUMBERS)}, {chance.choice(NUMBERS)})",
        lambda: f"join('{'x' * size}', //*, //*)",
        lambda: f"randomize(//*, {chance.choice(NUMBERS)})",
    )
    return str(chance.choice(makers)())

"""Recursive descent over the grammar of XPath 1.0."""

from __future__ import annotations

from functools import lru_cache

from enumerator.xform.limits import LONG_CHAIN, MAX_EXPRESSION, MAX_FRAMES, MAX_NESTING
from enumerator.xform.xpath import syntax
from enumerator.xform.xpath.lexer import Token, tokens
from enumerator.xform.xpath.syntax import (
    Binary,
    Call,
    Expr,
    Filter,
    KindTest,
    Literal,
    NameTest,
    Negate,
    Number,
    Path,
    Step,
    Variable,
    XPathError,
)

AXES = frozenset(
    {
        "ancestor",
        "ancestor-or-self",
        "attribute",
        "child",
        "descendant",
        "descendant-or-self",
        "following",
        "following-sibling",
        "namespace",
        "parent",
        "preceding",
        "preceding-sibling",
        "self",
    }
)
PRECEDENCE = {
    **dict.fromkeys(("or",), 1),
    **dict.fromkeys(("and",), 2),
    **dict.fromkeys(("=", "!="), 3),
    **dict.fromkeys(("<", "<=", ">", ">="), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "div", "mod"), 6),
}
_PREDICATE = 3  # levels
_SHORT = 60  # tokens: no expression of so few is deep


@lru_cache(maxsize=4096)
def parse(text: str) -> Expr:
    """The syntax tree of one expression. Raises XPathError."""
    if len(text) > MAX_EXPRESSION:
        raise XPathError(f"an expression of more than {MAX_EXPRESSION} characters")
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0

    def whole(self) -> Expr:
        if self._next.kind == "end":
            raise XPathError("an empty expression")
        expr = self._expr()
        if self._next.kind != "end":
            raise self._unexpected()
        if len(self._tokens) > _SHORT and syntax.frames(expr) > MAX_FRAMES:
            raise XPathError(
                "an expression nested too deep: split it into several calculations, "
                "and add up long rows of questions with sum()"
            )
        return expr

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _is(self, text: str) -> bool:
        token = self._tokens[self._at]
        return token.text == text and token.kind in ("operator", "punctuation")

    def _accept(self, text: str) -> bool:
        if self._is(text):
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            raise self._unexpected(f", {text!r} expected")

    def _unexpected(self, more: str = "") -> XPathError:
        token = self._next
        what = repr(token.text) if token.kind != "end" else "end"
        return XPathError(f"unexpected {what} in {self._text!r}{more or self._advice()}")

    def _advice(self) -> str:
        """What is written like that in other languages, and how it is written here."""
        token = self._next
        before = self._tokens[self._at - 1].text if self._at else ""
        if token.text == "=" and before == "=":
            return ": equal is a single ="
        if token.text in ("AND", "OR", "DIV", "MOD"):
            return f": write {token.text.lower()}, in small letters"
        return ""

    def _expr(self) -> Expr:
        return self._deeper(1)

    def _deeper(self, levels: int) -> Expr:
        self._depth += levels
        if self._depth > MAX_NESTING:
            raise XPathError(f"an expression nested more than {MAX_NESTING} deep")
        expr = self._binary(1)
        self._depth -= levels
        return expr

    def _binary(self, least: int) -> Expr:
        """Precedence climbing: operators of at least that rank."""
        left = self._unary()
        while self._next.kind == "operator":
            rank = PRECEDENCE.get(self._next.text, 0)
            if rank < least:
                break
            operator = self._take().text
            right = self._binary(rank + 1)
            if rank > 2 or not self._is(operator):
                left = Binary(operator, left, right)
                continue
            operands = [left, right]
            while self._accept(operator):
                operands.append(self._binary(rank + 1))
            left = chain(operator, operands)
        return left

    def _unary(self) -> Expr:
        negative = 0
        while self._accept("-"):
            negative += 1
        expr = self._union()
        if not negative:
            return expr
        if negative % 2:
            return Negate(expr)
        return Negate(Negate(expr))

    def _union(self) -> Expr:
        operands = [self._path()]
        while self._accept("|"):
            operands.append(self._path())
        return chain("|", operands)

    def _path(self) -> Expr:
        token = self._next
        if token.kind in ("number", "literal", "function", "variable") or self._is("("):
            expr = self._filtered()
            if self._is("/") or self._is("//"):
                return Path(expr, self._more_steps())
            return expr
        if self._accept("/"):
            if self._starts_step():
                return Path("/", (self._step(), *self._more_steps()))
            return Path("/", ())
        if self._accept("//"):
            return Path("/", (syntax.DESCENDANTS, self._step(), *self._more_steps()))
        return Path(".", (self._step(), *self._more_steps()))

    def _more_steps(self) -> tuple[Step, ...]:
        steps: list[Step] = []
        while True:
            if self._accept("//"):
                steps.append(syntax.DESCENDANTS)
            elif not self._accept("/"):
                return tuple(steps)
            steps.append(self._step())

    def _starts_step(self) -> bool:
        token = self._next
        return token.kind in ("name", "axis", "type") or token.text in (".", "..", "@")

    def _step(self) -> Step:
        if self._accept("."):
            return Step("self", syntax.ANY_NODE, self._predicates())
        if self._accept(".."):
            return Step("parent", syntax.ANY_NODE, self._predicates())
        axis = "child"
        if self._accept("@"):
            axis = "attribute"
        elif self._next.kind == "axis":
            axis = self._take().text
            if axis not in AXES:
                raise XPathError(f"there is no axis {axis!r}, in {self._text!r}")
            self._expect("::")
        return Step(axis, self._node_test(), self._predicates())

    def _node_test(self) -> NameTest | KindTest:
        token = self._next
        if token.kind == "name":
            self._take()
            prefix, colon, local = token.text.rpartition(":")
            return NameTest(prefix if colon else None, local)
        if token.kind == "type":
            self._take()
            self._expect("(")
            target = None
            if token.text == "processing-instruction" and self._next.kind == "literal":
                target = self._take().text
            self._expect(")")
            return KindTest(token.text, target)
        raise self._unexpected()

    def _predicates(self) -> tuple[Expr, ...]:
        found: list[Expr] = []
        while self._accept("["):
            found.append(self._deeper(_PREDICATE))
            self._expect("]")
        return tuple(found)

    def _filtered(self) -> Expr:
        token = self._take()
        expr: Expr
        if token.kind == "number":
            expr = Number(float(token.text))
        elif token.kind == "literal":
            expr = Literal(token.text)
        elif token.kind == "variable":
            expr = Variable(token.text[1:])
        elif token.kind == "function":
            expr = Call(token.text, self._arguments())
        else:
            expr = self._expr()
            self._expect(")")
        predicates = self._predicates()
        return Filter(expr, predicates) if predicates else expr

    def _arguments(self) -> tuple[Expr, ...]:
        self._expect("(")
        found: list[Expr] = []
        if self._accept(")"):
            return ()
        while True:
            found.append(self._expr())
            if self._accept(")"):
                return tuple(found)
            self._expect(",")


def chain(operator: str, operands: list[Expr]) -> Expr:
    """To the left, as the grammar has it; a long one balanced, which means the same."""
    if len(operands) > LONG_CHAIN:
        half = len(operands) // 2
        first, second = operands[:half], operands[half:]
        return Binary(operator, chain(operator, first), chain(operator, second))
    left = operands[0]
    for right in operands[1:]:
        left = Binary(operator, left, right)
    return left

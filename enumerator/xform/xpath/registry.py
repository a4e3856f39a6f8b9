"""How functions are declared: name, arity, what their arguments become, what they give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from enumerator.xform.xpath.compiled import Compiled
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.scope import Scope
from enumerator.xform.xpath.syntax import Call
from enumerator.xform.xpath.values import Cells

if TYPE_CHECKING:
    from enumerator.xform.xpath.compiler import Compiler

Build = Callable[["Compiler", Call, Scope], Compiled]


@dataclass(frozen=True, slots=True)
class Function:
    """``most`` is None for any number of arguments."""

    name: str
    least: int
    most: int | None
    build: Build

    def arity(self) -> str:
        if self.most is None:
            return f"{self.least} or more arguments"
        if self.least == self.most:
            return f"{self.least} argument{'' if self.least == 1 else 's'}"
        return f"{self.least} to {self.most} arguments"


FUNCTIONS: dict[str, Function] = {}


def lazy(name: str, least: int, most: int | None) -> Callable[[Build], Build]:
    """A function that compiles its own arguments."""

    def register(build: Build) -> Build:
        FUNCTIONS[name] = Function(name, least, most, build)
        return build

    return register


def alias(name: str, known: str) -> None:
    """Another name, which older forms have for a function."""
    FUNCTIONS[name] = replace(FUNCTIONS[known], name=name)


def eager(
    name: str, signature: str, kind: str, *, context: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A function of values.

    signature  one letter an argument: t text, n number, b boolean, a atom, v value, s node-set,
               c a value, or the Cells of a list's column, without nodes of them;
               "?" makes the ones after it optional, "*" repeats the one before it
    context    the Context is passed first
    """
    repeated = signature.endswith("*")
    plain = signature.rstrip("*")
    required, _, optional = plain.partition("?")
    letters = required + optional
    least = len(required) - (1 if repeated else 0)
    most = None if repeated else len(letters)

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        def build(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
            arguments = []
            for index, argument in enumerate(call.arguments):
                letter = letters[min(index, len(letters) - 1)]
                if letter == "s":
                    arguments.append(compiler.nodes(argument, scope))
                else:
                    arguments.append(_convert(compiler.compile(argument, scope), letter))
            return Compiled(kind, _caller(function, arguments, context=context))

        FUNCTIONS[name] = Function(name, least, most, build)
        return function

    return register


def _convert(compiled: Compiled, letter: str) -> Callable[[Any, Context], Any]:
    if letter == "t":
        return compiled.text()
    if letter == "n":
        return compiled.number()
    if letter == "b":
        return compiled.boolean()
    if letter == "a":
        return compiled.atom()
    return _cells_or_value(compiled) if letter == "c" else compiled.value


def _cells_or_value(compiled: Compiled) -> Callable[[Any, Context], Any]:
    cells, value = compiled.cells, compiled.value
    if cells is None:
        return value

    def converted(item: Any, context: Context) -> Any:
        found = cells(item, context)
        return value(item, context) if found is None else Cells(found)

    return converted


def _caller(
    function: Callable[..., Any],
    arguments: list[Callable[[Any, Context], Any]],
    *,
    context: bool,
) -> Callable[[Any, Context], Any]:
    if context:
        if len(arguments) == 1:
            only = arguments[0]
            return lambda item, state: function(state, only(item, state))
        return lambda item, state: function(state, *[each(item, state) for each in arguments])
    if not arguments:
        return lambda _item, _state: function()
    if len(arguments) == 1:
        first = arguments[0]
        return lambda item, state: function(first(item, state))
    if len(arguments) == 2:
        first, second = arguments
        return lambda item, state: function(first(item, state), second(item, state))
    if len(arguments) == 3:
        first, second, third = arguments
        return lambda item, state: function(
            first(item, state), second(item, state), third(item, state)
        )
    return lambda item, state: function(*[each(item, state) for each in arguments])

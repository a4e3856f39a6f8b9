"""Expressions that failed while a form was filled in."""

from __future__ import annotations

from collections.abc import Iterable

from enumerator.xform.facade import Problem
from enumerator.xform.limits import MAX_PROBLEMS
from enumerator.xform.xpath.syntax import XPathError


class Failures:
    """One warning an expression and reason, however often it fails.

    What an expression that fails gives: a blank. A question whose relevance fails is shown, a
    constraint that fails holds: nobody is kept from going on by a mistake of the form.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Problem] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._found.values())

    def kept(self) -> list[tuple[tuple[str, str], Problem]]:
        return list(self._found.items())

    def go_on(self, kept: Iterable[tuple[tuple[str, str], Problem]]) -> None:
        self._found = dict(kept)

    def note(self, what: str, error: XPathError | str, place: str, line: int | None = None) -> None:
        """``what`` failed: "calculate"; ``place`` is a node's path."""
        key = (what + place, str(error))
        if key not in self._found and len(self._found) < MAX_PROBLEMS:
            text = f"{what} stays without effect: {error}"
            self._found[key] = Problem("warning", text, place, line)

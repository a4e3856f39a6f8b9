"""What is wrong with a form, as it is found: each once, and not without end."""

from __future__ import annotations

from collections.abc import Iterable

from enumerator.xform.facade import Problem
from enumerator.xform.limits import MAX_PROBLEMS


class Problems(list[Problem]):
    """So many errors and so many warnings at most; the first ones are told."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        super().__init__()
        self._known: set[Problem] = set()
        self._counts: dict[str, int] = {}
        self.extend(problems)

    def append(self, problem: Problem) -> None:
        count = self._counts.get(problem.severity, 0)
        if count < MAX_PROBLEMS and problem not in self._known:
            self._known.add(problem)
            self._counts[problem.severity] = count + 1
            super().append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.append(problem)

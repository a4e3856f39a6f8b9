"""What the parts of the command have in common: counts, and failing cases under their rulings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Count:
    passed: int = 0
    total: int = 0

    def add(self, passed: bool) -> None:
        self.passed += passed
        self.total += 1


@dataclass(frozen=True, slots=True)
class Failing:
    """A case that does not give what is recorded.

    ``ruling`` is a name of ``rulings.RULINGS`` ("3 blanks in sum, min, max"), None where no
    ruling covers the case; ``what`` says the difference in one line. ``passed``: on what the
    peers agree the case is right, the ruling concerns something beside.
    """

    case: str
    what: str
    ruling: str | None
    passed: bool = False


@dataclass(slots=True)
class XPathScore:
    """``agreed``: the cases on which JavaRosa gives the same; ``scored``: all that count."""

    agreed: Count = field(default_factory=Count)
    scored: Count = field(default_factory=Count)
    failing: list[Failing] = field(default_factory=list)


@dataclass(slots=True)
class ScenarioScore:
    agreed: Count = field(default_factory=Count)
    others: Count = field(default_factory=Count)
    failing: list[Failing] = field(default_factory=list)


@dataclass(slots=True)
class LoadScore:
    load: Count = field(default_factory=Count)
    failing: list[Failing] = field(default_factory=list)


def by_ruling(failing: Iterable[Failing]) -> dict[str, int]:
    counts = Counter(each.ruling for each in failing if each.ruling is not None)
    return {
        name: counts[name] for name in sorted(counts, key=lambda name: int(name.partition(" ")[0]))
    }

"""What supervisors decide, officers give up or find, and the office says of the frame: steps of a
history."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from enumerator.model import FamilyId
from enumerator.store.envelope import QuestionComment, ReturnBody, SettlementBody
from tests.simulation.laptop import SimulatedLaptop
from tests.simulation.world import FAMILIES, World


class Deciding:
    def __init__(
        self, world: World, random: Random, sync: Callable[[SimulatedLaptop], None]
    ) -> None:
        self._sync = sync
        self._world = world
        self._random = random

    def actions(self) -> dict[Callable[[], None], float]:
        return {
            self._settle: 1.2,
            self._send_back: 1,
            self._begin_interview: 0.6,
            self._stop_draft: 0.8,
            self._find_family: 0.4,
            self._withdraw: 0.5,
            self._replace_family: 0.7,
            self._restore_family: 0.5,
        }

    def _settle(self) -> None:
        """Mostly where interviews contradict each other, and one of those, sent or not."""
        laptop = self._supervisor()
        family, interviews = self._contested(laptop)
        if family is None:
            return
        choices: list[str | None] = [None, "", *interviews, *interviews]
        chosen = self._random.choice(choices)
        laptop.settle(SettlementBody(family_id=family, envelope_id=chosen, reason="alasan"))

    def _send_back(self) -> None:
        """Mostly what stands, as the supervisor's laptop knows it. Half of the time everybody
        meets in between, and the officer does it again."""
        laptop = self._supervisor()
        family, choices = self._contested(laptop)
        if family is None:
            return
        officers = [
            one for one in self._world.laptops if one is not laptop and family in one.families()
        ]
        they_meet = self._random.random() < 0.5
        if they_meet:
            for one in (*officers, laptop):
                self._sync(one)
        assignment = laptop.store.families.assignment(FamilyId(family))
        if assignment is not None and assignment.result_envelope:
            choices += [assignment.result_envelope] * 3
        if not choices:
            return
        remark = QuestionComment(path="/data/catatan", text="Periksa")
        laptop.send_back(
            ReturnBody(
                family_id=family,
                envelope_id=self._random.choice(choices),
                comments="Periksa lagi",
                questions=[remark],
            )
        )
        if they_meet:
            for one in (laptop, *officers):
                self._sync(one)
            for one in officers:
                if one.is_returned(family):
                    one.interview(family, "diperiksa")

    def _begin_interview(self) -> None:
        laptop = self._officer()
        if families := laptop.families():
            laptop.begin(self._random.choice(families))

    def _stop_draft(self) -> None:
        laptop = self._officer()
        if families := laptop.families():
            laptop.give_up(self._random.choice(families), stays=self._random.random() < 0.3)

    def _find_family(self) -> None:
        laptop = self._officer()
        laptop.interview(laptop.find_family(), "keluarga baru")

    def _withdraw(self) -> None:
        number = self._random.randrange(1, FAMILIES)
        if self._random.random() < 0.5:
            self._alter([number], "withdrawn", [])
        else:
            others = self._later(number, self._random.randrange(2))
            self._alter([number], "duplicate", others)

    def _replace_family(self) -> None:
        """By later ones, so that none ever replaces itself."""
        number = self._random.randrange(1, FAMILIES)
        if self._random.random() < 0.5:
            self._alter([number], "split", self._later(number, 2))
        else:
            numbers = [number, *self._later(0, 1)]
            self._alter([one for one in numbers if one < FAMILIES], "merged", [FAMILIES])

    def _restore_family(self) -> None:
        off = self._world.rows("SELECT family_id FROM field_case WHERE gone <> '' ORDER BY 1")
        if off:
            (family,) = self._random.choice(off)
            self._alter([int(family.rpartition("-")[2])], "restored", [])

    # ------------------------------------------------------------------ inside

    def _alter(self, numbers: list[int], reason: str, successors: list[int]) -> None:
        hours_ago = self._random.choice((0, 0, 0, 12, 60))
        self._world.office_alters(numbers, reason, successors, hours_ago)

    def _later(self, number: int, count: int) -> list[int]:
        after = range(number + 1, FAMILIES + 1)
        return sorted(self._random.sample(after, min(count, len(after))))

    def _contested(self, laptop: SimulatedLaptop) -> tuple[str | None, list[str]]:
        """A family on this supervisor's list, mostly one with the most interviews; and those."""
        found = {family: self._interviews_of(family) for family in laptop.families()}
        if not found:
            return None, []
        family = self._random.choice(sorted(found))
        if self._random.random() < 0.8:
            family = max(sorted(found), key=lambda one: len(found[one]))
        return family, found[family]

    def _interviews_of(self, family: str) -> list[str]:
        """By anybody, sent or not."""
        return [
            saved.id
            for laptop in self._world.laptops
            for saved in laptop.saved
            if (saved.kind, saved.family_id) == ("interview", family)
        ]

    def _supervisor(self) -> SimulatedLaptop:
        """Who has nothing to decide about asks the server first."""
        laptop = self._random.choice(
            [one for one in self._world.laptops if one.login.startswith("pml")]
        )
        if not laptop.families():
            self._sync(laptop)
        return laptop

    def _officer(self) -> SimulatedLaptop:
        return self._random.choice(
            [one for one in self._world.laptops if one.login.startswith("ppl")]
        )

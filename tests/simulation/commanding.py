"""The office's commands to laptops, what laptops make of them, and advice at the door: steps of a
history."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from enumerator.model import FamilyId
from enumerator.store.command import FREEZE, RESEND, ROTATE, UNFREEZE, WIPE
from sync.client.claiming import claim
from sync.server import commanding
from tests.simulation import invariants
from tests.simulation.laptop import SimulatedLaptop
from tests.simulation.link import Link
from tests.simulation.world import World

Links = Callable[[], Link]


class Commanding:
    """``replaced`` is told of a laptop that was wiped."""

    def __init__(
        self,
        world: World,
        random: Random,
        link: Links,
        replaced: Callable[[SimulatedLaptop], None],
    ) -> None:
        self._world = world
        self._random = random
        self._link = link
        self._replaced = replaced
        self._split: set[str] = set()
        self._rotating: set[str] = set()

    def actions(self) -> dict[Callable[[], None], float]:
        return {
            self._freeze: 0.3,
            self._unfreeze: 0.5,
            self._resend: 0.4,
            self._rotate: 0.4,
            self._order_wipe: 0.2,
            self._wipe: 0.4,
            self._claim: 0.6,
        }

    def _freeze(self) -> None:
        self._issue(FREEZE, self._laptop())

    def _unfreeze(self) -> None:
        self._issue(UNFREEZE, self._laptop())

    def _resend(self) -> None:
        self._issue(RESEND, self._laptop(), from_sequence=self._random.randrange(4))

    def _rotate(self) -> None:
        """Not where two lives of a disk could both make new keys: the first to be heard is
        believed, and what the other signs is held for people to judge."""
        laptop = self._laptop()
        if laptop.device_id not in self._split:
            self._rotating.add(laptop.device_id)
            self._issue(ROTATE, laptop)

    def _order_wipe(self) -> None:
        self._issue(WIPE, self._laptop())

    def _wipe(self) -> None:
        due = [one for one in self._world.laptops if one.store.wiping.is_due()]
        if due:
            self._carry_out(self._random.choice(due), has_link=self._random.random() < 0.5)

    def _claim(self) -> None:
        laptop = self._laptop()
        if families := laptop.families():
            family = FamilyId(self._random.choice(families))
            with laptop.surviving_kills():
                claim(laptop.store, self._link(), family)

    # ------------------------------------------------------------------ for the history

    def may_split(self, laptop: SimulatedLaptop) -> bool:
        """Whether an older or a second life of this disk may come about; noted if so."""
        if laptop.device_id in self._rotating:
            return False
        self._split.add(laptop.device_id)
        return True

    def wipe_all_due(self) -> None:
        for laptop in list(self._world.laptops):
            if laptop.store.wiping.is_due():
                self._carry_out(laptop, has_link=True)

    def unfreeze_all(self) -> None:
        for laptop in self._world.laptops:
            if self.is_frozen(laptop):
                self._issue(UNFREEZE, laptop)

    def is_frozen(self, laptop: SimulatedLaptop) -> bool:
        """By its own belief or the server's: of two lives of a disk only one may have heard."""
        return laptop.store.access.is_frozen() or self._world.is_frozen(laptop.device_id)

    # ------------------------------------------------------------------ inside

    def _laptop(self) -> SimulatedLaptop:
        return self._random.choice(self._world.laptops)

    def _issue(self, command: str, laptop: SimulatedLaptop, *, from_sequence: int = 0) -> None:
        commanding.issue(
            self._world.operation,
            laptop.login,
            command,
            reason="alasan",
            from_sequence=from_sequence,
            device_id=laptop.device_id,
        )

    def _carry_out(self, laptop: SimulatedLaptop, *, has_link: bool) -> None:
        """Cut off anywhere it goes on at the next start. The officer is given another laptop,
        unless the account is closed."""
        if laptop.account_id in self._world.revoked and not self._world.has_another(laptop):
            return
        if laptop.wipe(self._link() if has_link else None):
            self._world.breaches += invariants.nothing_readable(laptop)
            self._world.replace_laptop(laptop)
            self._replaced(laptop)

"""Disks that rot: a page of a laptop's database is not what was written, and what is left of it is
salvaged. Steps of a history."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from random import Random

import sqlcipher3

from tests.simulation.commanding import Commanding
from tests.simulation.laptop import SimulatedLaptop
from tests.simulation.world import World


class Rotting:
    """``lost`` is told of ids that stood in a database only, whose disk had refused to seal them;
    ``replaced`` of a laptop of which only the sealed files are left."""

    def __init__(
        self,
        world: World,
        random: Random,
        commanding: Commanding,
        lost: Callable[[set[str]], None],
        replaced: Callable[[SimulatedLaptop], None],
    ) -> None:
        self._world = world
        self._random = random
        self._commanding = commanding
        self._lost = lost
        self._replaced = replaced
        with contextlib.closing(sqlcipher3.connect(":memory:")) as connection:
            # The library would tell of every bad page on the terminal.
            connection.execute("PRAGMA cipher_log_level = NONE").fetchall()

    def actions(self) -> dict[Callable[[], None], float]:
        return {self._local_backup: 0.6, self._bit_rot: 0.2}

    def _local_backup(self) -> None:
        self._random.choice(self._world.laptops).store.backup.make()

    def _bit_rot(self) -> None:
        """Whatever page it is: of what was acknowledged nothing is lost but what a backup of the
        server covers, and what had no second copy."""
        laptop = self._random.choice(self._world.laptops)
        is_closed = laptop.account_id in self._world.revoked
        if is_closed and not self._world.has_another(laptop):
            return
        if not self._commanding.may_split(laptop):
            return
        before, single = laptop.held(), laptop.in_the_database_only()
        is_salvaged = laptop.rot()
        covered = {id_ for id_, _hash in self._world.backed_up}
        for id_ in sorted(before - laptop.held() - single - covered):
            self._world.breaches.append(f"I1: {id_} is lost to a bad page of {laptop.login}")
        self._lost(single)
        if not is_salvaged:
            self._world.replace_laptop(laptop)
            self._replaced(laptop)

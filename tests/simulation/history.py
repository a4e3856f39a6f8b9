"""One history: a seeded schedule of work, office, faults and catastrophes, then rest and checks."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from enumerator.errors import KnownError
from enumerator.store.folders import SPOOL_FOLDER
from sync.client.engine import sync_once
from sync.server import custody
from sync.server.office.sealed import take_sealed
from sync.server.relaying import OFFICE
from tests.simulation import invariants
from tests.simulation.commanding import Commanding
from tests.simulation.deciding import Deciding
from tests.simulation.full_disk import full_disk
from tests.simulation.images import Image
from tests.simulation.laptop import Saved, SimulatedLaptop
from tests.simulation.link import Link
from tests.simulation.reordering import any_order
from tests.simulation.rotting import Rotting
from tests.simulation.world import FAMILIES, TEAMS, Template, World

_REST_ROUNDS = 12
_RIGHT_CLOCKS_EVERY = 10
_SHUFFLED_EVERY = 5


@dataclass
class Outcome:
    """What one history came to; ``breaches`` empty: every invariant held."""

    seed: int
    steps: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    envelopes: int = 0
    destroyed: int = 0
    """Saved on a disk that was then put back to an older image, before anybody else had it."""
    breaches: list[str] = field(default_factory=list)


def run(template: Template, folder: Path, seed: int, kind: type[History] | None = None) -> Outcome:
    """Everything in ``folder``, which is removed. ``kind``: with further actions."""
    history = kind or History
    outcome, canonical = _run(template, folder, seed, history, right_clocks=False)
    if seed % _RIGHT_CLOCKS_EVERY == 0 and not outcome.breaches:
        _, expected = _run(template, folder, seed, history, right_clocks=True)
        if canonical != expected:
            outcome.breaches.append("I8: the clocks of laptops changed what the server made of it")
    return outcome


def _run(
    template: Template, folder: Path, seed: int, kind: type[History], *, right_clocks: bool
) -> tuple[Outcome, object]:
    folder.mkdir()
    history = kind(template, folder, seed, right_clocks=right_clocks)
    try:
        history.live()
        history.rest()
        breaches = [*history.world.breaches, *history.check()]
        if seed % _SHUFFLED_EVERY == 0:
            breaches += any_order(history.world, seed)
        return history.outcome(breaches), invariants.canonical_state(history.world)
    finally:
        history.world.close()
        shutil.rmtree(folder)


class History:
    def __init__(self, template: Template, folder: Path, seed: int, *, right_clocks: bool) -> None:
        self.world = World(template, folder, seed, right_clocks=right_clocks)
        self._random = Random(seed + 2)  # noqa: S311 (a schedule, not a secret)
        self._seed = seed
        self._rate = self._random.choice((0.0, 0.05, 0.15, 0.3, 0.5))
        self._deciding = Deciding(self.world, self._random, self._sync_with)
        self._commanding = Commanding(self.world, self._random, self._link, self._forget)
        self._rotting = Rotting(
            self.world,
            self._random,
            self._commanding,
            lambda ids: self._count_the_lost(ids, server_restored=False),
            self._forget,
        )
        self._steps: Counter[str] = Counter()
        self._images: dict[SimulatedLaptop, Image] = {}
        self._server_only: set[str] = set()
        self._destroyed: set[str] = set()
        self._texts = 0

    def live(self) -> None:
        actions = self.actions()
        names, weights = list(actions), list(actions.values())
        for action in self._random.choices(names, weights, k=self._random.randrange(15, 60)):
            self._steps[action.__name__.strip("_")] += 1
            action()

    def actions(self) -> dict[Callable[[], None], float]:
        """What may happen, and how often beside the rest."""
        own: dict[Callable[[], None], float] = {
            self._visit: 4,
            self._interview: 6,
            self._sync: 9,
            self._late: 2,
            self._office_moves: 1.5,
            self._supervisor_reassigns: 2,
            self._orders_overtake: 0.7,
            self._self_response: 1.5,
            self._poison: 0.7,
            self._time: 3,
            self._clock: 1,
            self._backup: 1,
            self._disk_full: 0.8,
            self._sealing_fails: 0.5,
            self._restart: 0.5,
            self._server_restored: 0.5,
            self._image: 1,
            self._database_put_back: 0.5,
            self._disk_put_back: 0.3,
            self._clone: 0.3,
            self._revoke: 0.1,
        }
        own |= self._deciding.actions() | self._commanding.actions()
        return own | self._rotting.actions()

    # ------------------------------------------------------------------ steps

    def _laptop(self) -> SimulatedLaptop:
        return self._random.choice(self.world.laptops)

    def _officer(self) -> SimulatedLaptop:
        return self._random.choice(
            [one for one in self.world.laptops if one.login.startswith("ppl")]
        )

    def _visit(self) -> None:
        laptop = self._officer()
        if families := laptop.families():
            laptop.visit(self._random.choice(families))

    def _interview(self) -> None:
        laptop = self._officer()
        if families := laptop.families():
            self._texts += 1
            laptop.interview(self._random.choice(families), f"jawaban {self._texts}")

    def _sync(self) -> None:
        self._sync_with(self._laptop())

    def _sync_with(self, laptop: SimulatedLaptop) -> None:
        link = self._link()
        with laptop.surviving_kills():
            report = sync_once(laptop.store, link)
            if report.failed is None:
                self._check_honesty(laptop)

    def _link(self) -> Link:
        return Link(self.world.wire, self._random, self._rate)

    def _check_honesty(self, laptop: SimulatedLaptop) -> None:
        self.world.breaches += invariants.honest(self.world, laptop)

    def _late(self) -> None:
        self.world.wire.deliver_late()

    def _office_moves(self) -> None:
        officers = [login for team in TEAMS.values() for login in team]
        login = self._random.choice(officers)
        if self.world.template.accounts[login] not in self.world.revoked:
            count = self._random.randrange(1, 4)
            self.world.office_moves(self._random.sample(range(1, FAMILIES + 1), count), login)

    def _supervisor_reassigns(self) -> None:
        laptop = self._random.choice(
            [one for one in self.world.laptops if one.login.startswith("pml")]
        )
        families = laptop.families()
        if families:
            chosen = self._random.sample(families, min(len(families), self._random.randrange(1, 4)))
            login = self._random.choice(TEAMS[laptop.login])
            laptop.reassign(chosen, self.world.template.accounts[login])

    def _orders_overtake(self) -> None:
        """Two orders about one family, of which the newer comes to the server first."""
        laptop = self._random.choice(
            [one for one in self.world.laptops if one.login.startswith("pml")]
        )
        families = laptop.families()
        if not families:
            return
        family = self._random.choice(families)
        known = laptop.store.outbox.ids()
        for login in self._random.sample(TEAMS[laptop.login], 2):
            laptop.reassign([family], self.world.template.accounts[login])
        orders = [laptop.store.outbox.get(id_) for id_ in laptop.store.outbox.ids() - known]
        for order in sorted(orders, key=lambda one: -one.header.sequence):
            custody.take(self.world.operation, OFFICE, [order.wire()])

    def _self_response(self) -> None:
        self.world.self_response(
            self._random.randrange(1, FAMILIES + 1), self._random.choice(("complete", "partial"))
        )

    def _poison(self) -> None:
        kind = self._random.choice(("visit", "reassignment", "hologram", "note", "interview"))
        body = self._random.choice((b"", b"\xff\x00<", b"<data>", self._random.randbytes(3000)))
        self._laptop().poison(kind, body)

    def _time(self) -> None:
        self.world.pass_time(self._random.choice((0.05, 1, 8, 30)))

    def _clock(self) -> None:
        self.world.jump_clock(self._laptop())

    def _backup(self) -> None:
        self.world.back_up()

    def _restart(self) -> None:
        self.world.wire.restart()

    def _disk_full(self) -> None:
        """Work and a session on a laptop whose disk ends somewhere in them."""
        laptop = self._officer()
        families = laptop.families()
        with full_disk(laptop.store._connections._writer, self._random.randrange(4)):
            try:
                if families:
                    self._texts += 1
                    laptop.interview(self._random.choice(families), f"jawaban {self._texts}" * 90)
            except KnownError as error:
                if error.code != "disk_full":
                    raise
        with full_disk(laptop.store._connections._writer, self._random.randrange(4)):
            sync_once(laptop.store, Link(self.world.wire, self._random, 0))
        self._check_honesty(laptop)

    def _sealing_fails(self) -> None:
        """The second copy cannot be written, and is when it next can be."""
        laptop = self._officer()
        if families := laptop.families():
            with laptop.broken_spool():
                laptop.visit(self._random.choice(families))

    def _server_restored(self) -> None:
        if self.world.restore():
            self._count_the_lost(None, server_restored=True)

    def _image(self) -> None:
        laptop = self._laptop()
        if self._commanding.may_split(laptop):
            self._images[laptop] = laptop.snapshot()

    def _database_put_back(self) -> None:
        if self._images:
            laptop, image = self._random.choice(list(self._images.items()))
            single = laptop.in_the_database_only()
            laptop.put_database_back(image)
            self._count_the_lost(single, server_restored=False)

    def _disk_put_back(self) -> None:
        if self._images:
            laptop, image = self._random.choice(list(self._images.items()))
            laptop.put_disk_back(image)
            self._count_the_lost(None, server_restored=False)

    def _clone(self) -> None:
        if len(self.world.laptops) < 9:
            laptop = self._laptop()
            if not self._commanding.may_split(laptop):
                return
            twin = self.world.add_laptop(laptop.login, laptop.snapshot())
            del twin.saved[:]

    def _forget(self, wiped: SimulatedLaptop) -> None:
        self._images.pop(wiped, None)

    def _revoke(self) -> None:
        self.world.revoke(self._officer().login)

    def _count_the_lost(self, among: set[str] | None, *, server_restored: bool) -> None:
        """What no disk holds any more, ``among`` these ids only. A disk put back to an older image
        loses what only it had, a database what its disk refused to seal as well; a restored server
        may lose what such a laptop had handed over. Nothing else may."""
        on_laptops = set().union(*(laptop.held() for laptop in self._disks()))
        # A copy that was damaged on the way is in custody, too, and is not what was saved.
        at_server = set(self.world.held_by_server())
        for saved in self.all_saved():
            if saved.id in on_laptops or (among is not None and saved.id not in among):
                continue
            if (saved.id, saved.hash) in at_server:
                self._server_only.add(saved.id)
            elif not server_restored or saved.id in self._server_only:
                self._destroyed.add(saved.id)

    # ------------------------------------------------------------------ rest

    def rest(self) -> None:
        """All links hold; everybody synchronises, and again who still has something to send or
        to hear. What only a sealed file still has goes to the office by hand."""
        self.world.wire.deliver_late()
        restless = self.world.laptops
        for _ in range(_REST_ROUNDS):
            self.world.pass_time(7)  # what was set aside gets its other chance
            self._commanding.unfreeze_all()
            for laptop in restless:
                self._sync_at_rest(laptop)
            self._commanding.wipe_all_due()
            for laptop in self._disks():
                self._take_sealed(laptop)
            restless = [one for one in self.world.laptops if not self._is_at_rest(one)]
            if not restless:
                return
        self.world.breaches.append(f"I9: no rest within {_REST_ROUNDS} rounds")

    def _is_at_rest(self, laptop: SimulatedLaptop) -> bool:
        """Nothing to send, and nothing to hear for who may still hear it."""
        if any(state.status != "id_reuse" for state in laptop.store.outbox.all_waiting()):
            return False
        if laptop.store.media.summary().waiting or laptop.store.wiping.is_due():
            return False
        if self._commanding.is_frozen(laptop):
            return False  # it has not heard of the last word, which is issued anew each round
        if laptop.account_id in self.world.revoked:
            return True
        return (
            laptop.store.settings.lineage() == self.world.operation.lineage
            and laptop.store.inbox.digest(laptop.store.stream)
            == self.world.digest_of(laptop.account_id)
        )

    def _take_sealed(self, laptop: SimulatedLaptop) -> None:
        folder = laptop.folder / SPOOL_FOLDER
        if not any(folder.iterdir()):
            return
        if laptop.has_sealed_only or laptop.is_salvaged or laptop.store.sealed_only():
            take_sealed(self.world.operation, folder)

    def _sync_at_rest(self, laptop: SimulatedLaptop) -> None:
        report = sync_once(laptop.store, Link(self.world.wire, self._random, 0))
        if report.failed is not None:
            is_revoked = laptop.account_id in self.world.revoked
            if not (is_revoked and report.failed.code == "revoked"):
                self.world.breaches.append(
                    f"I9: {laptop.login} cannot synchronise at rest: {report.failed.code}"
                )

    def check(self) -> list[str]:
        saved = {one.id: one for one in self.all_saved() if one.id not in self._destroyed}
        return invariants.at_rest(self.world, list(saved.values()))

    def all_saved(self) -> list[Saved]:
        return [saved for laptop in self._disks() for saved in laptop.saved]

    def _disks(self) -> list[SimulatedLaptop]:
        return [*self.world.laptops, *self.world.wiped]

    def outcome(self, breaches: list[str]) -> Outcome:
        return Outcome(
            self._seed,
            self._steps,
            self.world.wire.faults,
            len(self.all_saved()),
            len(self._destroyed),
            breaches,
        )

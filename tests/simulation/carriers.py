"""Histories in which work also goes by stick and over supervisors' laptops, which lie and lose."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import msgspec
from nacl.signing import SigningKey

from enumerator.errors import KnownError
from enumerator.model import Custody
from enumerator.store.bundle import ANSWER_SUFFIX
from sync.client.carrying import read_answer_file, save_bundle, take_bundle
from sync.protocol import pack, unpack
from sync.relay.desk import RelayDesk
from sync.relay.handing import hand_over
from sync.relay.messages import Collect, Collected
from sync.server.office.bundles import take_bundles
from tests.simulation import invariants
from tests.simulation.history import History
from tests.simulation.laptop import SimulatedLaptop

Message = TypeVar("Message")


@dataclass
class Stick:
    """One officer's, with what anybody wrote onto it; old files stay."""

    owner: SimulatedLaptop
    bundle: Path

    @property
    def answer(self) -> Path:
        return self.bundle.with_name(self.bundle.name + ANSWER_SUFFIX)


class MemoryLink:
    """A visit to a relay: the relay's own code answers, requests and replies get lost."""

    def __init__(
        self, desk: RelayDesk, relay: SimulatedLaptop, random: Random, rate: float
    ) -> None:
        self._desk = desk
        self._random = random
        self._rate = rate
        key = relay.store.enrolment.officer_key
        self.relay_key = SigningKey(key).verify_key.encode()

    def ask(self, path: str, request: msgspec.Struct, reply: type[Message]) -> Message:
        if self._random.random() < self._rate / 2:
            raise KnownError("no_relay", "The request got lost.")
        answer = self._desk._serve(path, pack(request))
        if self._random.random() < self._rate / 2:
            raise KnownError("no_relay", "The reply got lost.")
        if answer.status != 200:
            raise KnownError("no_relay", f"The relay refused: {answer.body!r}")
        return unpack(answer.body, reply)


class Liar(RelayDesk):
    """Says that it carries whatever it is asked for."""

    def _collect(self, request: Collect) -> Collected:
        return Collected(answers=[], carried=[self._receipt(item) for item in request.items])


class CarriedHistory(History):
    """Further actions: a bundle is saved, taken, its answer read; work goes over a relay."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._carriers = Random(self._seed + 3)  # noqa: S311
        self._sticks: list[Stick] = []
        self._rotten: set[str] = set()

    def actions(self) -> dict[Callable[[], None], float]:
        return super().actions() | {
            self._save_stick: 4,
            self._office_takes: 3,
            self._supervisor_takes: 3,
            self._read_answer: 5,
            self._relay: 5,
            self._relay_lies: 0.5,
            self._relay_loses: 0.7,
            self._sealed_file_rots: 0.7,
        }

    def _supervisor(self) -> SimulatedLaptop:
        return self._carriers.choice(
            [one for one in self.world.laptops if one.login.startswith("pml")]
        )

    def _stick(self) -> Stick | None:
        return self._carriers.choice(self._sticks) if self._sticks else None

    def _save_stick(self) -> None:
        laptop = self._laptop()
        path = self.world.folder / f"stick-{len(self._sticks)}.bundle"
        try:
            save_bundle(laptop.store, path, until_safe=self._carriers.random() < 0.3)
        except KnownError as error:
            if error.code != "nothing_to_save":
                raise
            return
        self._sticks.append(Stick(laptop, path))
        if self._carriers.random() < 0.2:
            self._damage(path)

    def _damage(self, path: Path) -> None:
        data = bytearray(path.read_bytes())
        place = self._carriers.randrange(len(data))
        if self._carriers.random() < 0.5:
            del data[place:]
        else:
            data[place] ^= 1 << self._carriers.randrange(8)
        path.write_bytes(data)

    def _office_takes(self) -> None:
        stick = self._stick()
        if stick is not None:
            self._tolerating(lambda: take_bundles(self.world.operation, [stick.bundle]))

    def _supervisor_takes(self) -> None:
        stick = self._stick()
        if stick is not None:
            relay = self._supervisor()
            self._tolerating(lambda: take_bundle(relay.store, stick.bundle))

    def _read_answer(self) -> None:
        """Any answer, however old, by anybody of that account."""
        stick = self._stick()
        if stick is None or not stick.answer.exists():
            return
        readers = [one for one in self.world.laptops if one.login == stick.owner.login]
        if not readers:
            return  # closed, and wiped
        reader = self._carriers.choice(readers)
        if self._carriers.random() < 0.1:
            copy = stick.answer.with_suffix(".torn")
            shutil.copy(stick.answer, copy)
            self._damage(copy)
            self._tolerating(lambda: read_answer_file(reader.store, copy))
        else:
            self._tolerating(lambda: read_answer_file(reader.store, stick.answer))
        self._check_honesty(reader)

    def _relay(self) -> None:
        self._visit_relay(RelayDesk)

    def _relay_lies(self) -> None:
        self._visit_relay(Liar)

    def _visit_relay(self, kind: type[RelayDesk]) -> None:
        officer, relay = self._officer(), self._supervisor()
        desk = kind(relay.store, "2222-2222")
        link = MemoryLink(desk, relay, self._carriers, self._rate)
        before = {state.envelope_id for state in officer.store.outbox.all_waiting()}
        done = hand_over(officer.store, link, relay.login)  # type: ignore[arg-type]
        after = {state.envelope_id for state in officer.store.outbox.all_waiting()}
        if len(before - after) != done.received:
            self.world.breaches.append("I6: a relay's visit ended custody without an answer")
        self._check_honesty(officer)

    def _relay_loses(self) -> None:
        with self._supervisor().store._connections.writing() as db:
            db.execute("DELETE FROM relay_item WHERE position % 2 = 0")

    def _sealed_file_rots(self) -> None:
        laptop = self._laptop()
        waiting = {state.envelope_id for state in laptop.store.outbox.all_waiting()}
        files = [
            path
            for path in laptop.store.spool.sealed_files()
            if path.name.partition(".")[0] in waiting
        ]
        if files:
            path = self._carriers.choice(files)
            self._damage(path)
            self._rotten.add(path.name.partition(".")[0])

    def _tolerating(self, work: Callable[[], object]) -> None:
        """What a damaged, old or foreign file may be told as."""
        try:
            work()
        except KnownError as error:
            if error.code not in _TOLD:
                raise

    # ------------------------------------------------------------------ rest

    def _is_at_rest(self, laptop: SimulatedLaptop) -> bool:
        return super()._is_at_rest(laptop) and not laptop.store.shelf.summary().waiting

    def _count_the_rotten(self) -> None:
        """A sealed file that rotted is no second copy: when the database is put back to before it
        as well, both copies of this disk are gone."""
        safe = {id_ for id_, _hash in self.world.held_by_server()}
        safe = safe.union(*(laptop.store.outbox.ids() for laptop in self.world.laptops))
        self._destroyed |= self._rotten - safe

    def check(self) -> list[str]:
        """Once more from all sticks: what comes late changes nothing, unless it was lost."""
        self._count_the_rotten()
        breaches = super().check()
        before, held = invariants.canonical_state(self.world), set(self.world.held_by_server())
        for stick in self._sticks:
            self._tolerating(partial(take_bundles, self.world.operation, [stick.bundle]))
            if not stick.owner.has_sealed_only:
                self._tolerating(partial(read_answer_file, stick.owner.store, stick.answer))
        brought = {id_ for id_, _hash in set(self.world.held_by_server()) - held}
        is_found = bool(brought & self._destroyed)
        if invariants.canonical_state(self.world) != before and not is_found:
            breaches.append("I7: sticks that came late changed what the server made of it")
        for laptop in self.world.laptops:
            breaches += invariants.honest(self.world, laptop)
            breaches += [
                f"I6: {state.envelope_id} is relayed and received"
                for state in laptop.store.outbox.all_waiting()
                if state.custody is Custody.RELAYED and state.receipt_no is not None
            ]
        return breaches


_TOLD = frozenset(
    {"not_a_bundle", "damaged_bundle", "newer_bundle", "foreign_bundle", "no_file"}
    | {"not_an_answer", "damaged_answer", "other_account", "old_answer"}
)

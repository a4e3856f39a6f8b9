"""One laptop through one recipe, and many of them.

Work goes both ways: in sessions of the laptop's own, and over the supervisor's laptop, whose
visitors and sessions meet the recipe's faults too. The office's commands come meanwhile.
"""

from __future__ import annotations

import hashlib
import logging
import multiprocessing
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from enumerator.errors import KnownError
from enumerator.store import OfficerStore
from enumerator.store.feed import digest_of_hashes
from sync.client.engine import Progress, SyncReport, sync_once
from sync.client.transport import HttpTransport
from sync.relay.handing import hand_over
from sync.relay.link import RelayLink
from sync.relay.messages import Enter, Entered
from sync.server.operation import open_operation
from tests.helpers.field import Laptop, family_id
from tests.proxy.place import (
    Officer,
    ServerProcess,
    enrolled,
    make_operation,
    order,
    rows,
    supervisors_code,
)
from tests.proxy.proxy import TIME_SCALE, Fault, FaultProxy, Link
from tests.proxy.recipes import RECIPES, RELAY, Playing, Recipe
from tests.proxy.supervisor import SupervisorProcess

FAMILIES_EACH = 3
_SESSIONS = 40
"""A recipe is over by then, or the client makes no progress."""
_NEW_WORK_SESSIONS = 4
_COMMANDS = ("rotate", "resend", "freeze", "unfreeze")
"""One before each of the first sessions; no recipe is over before the last was given."""
_PHOTO_BYTES = 40_000
_SMALL_PHOTO_BYTES = 6_000
"""For links that carry little."""
_STALL_S = 30 / TIME_SCALE


@dataclass
class Outcome:
    """``breaches`` empty: nothing lost, nothing doubled, nothing better than the truth."""

    recipe: str
    seed: int
    sessions: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    """Sessions that ended early, by the code of what ended them."""
    faults: Counter[str] = field(default_factory=Counter)
    envelopes: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def breaches(self) -> list[str]:
        return [*self.lost, *self.duplicated, *self.others]


def outcomes_of(
    recipes: Sequence[Recipe], seeds: Sequence[int], jobs: int, folder: Path
) -> Iterator[Outcome]:
    """Each seed: an operation with a server of its own, and a laptop for every recipe."""
    names = tuple(recipe.name for recipe in recipes)
    work = [(names, seed, str(folder)) for seed in seeds]
    if jobs == 1 or len(work) == 1:
        for one in work:
            yield from _run_seed(one)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for outcomes in pool.imap_unordered(_run_seed, work):
            yield from outcomes


def summarise(outcomes: Iterator[Outcome]) -> dict[str, object]:
    faults: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    names: set[str] = set()
    for outcome in outcomes:
        names.add(outcome.recipe)
        faults += outcome.faults
        failed += outcome.failed
        counts["runs"] += 1
        counts["sessions"] += outcome.sessions
        counts["envelopes"] += outcome.envelopes
        counts["lost"] += len(outcome.lost)
        counts["duplicated"] += len(outcome.duplicated)
        counts["others"] += len(outcome.others)
        for breach in outcome.breaches:
            print(f"{outcome.recipe}, seed {outcome.seed}: {breach}", flush=True)
    return {
        "ok": not (counts["lost"] or counts["duplicated"] or counts["others"]),
        "recipes": len(names),
        "runs": counts["runs"],
        "sessions": counts["sessions"],
        "envelopes": counts["envelopes"],
        "faults": dict(sorted(faults.items())),
        "sessions_ended_by": dict(sorted(failed.items())),
        "lost": counts["lost"],
        "duplicated": counts["duplicated"],
        "other_breaches": counts["others"],
    }


def _run_seed(work: tuple[tuple[str, ...], int, str]) -> list[Outcome]:
    names, seed, folder = work
    logging.disable(logging.CRITICAL)
    root = Path(tempfile.mkdtemp(prefix=f"seed-{seed}-", dir=folder))
    chosen = [recipe for recipe in RECIPES if recipe.name in names]
    officers = make_operation(root, len(chosen), FAMILIES_EACH)
    server = ServerProcess(root)
    supervisor = SupervisorProcess(root, server.address, supervisors_code(root))
    try:
        return [
            _guarded(root, server, supervisor, officer, recipe, seed)
            for officer, recipe in zip(officers, chosen, strict=True)
        ]
    finally:
        supervisor.stop()
        server.stop()
        shutil.rmtree(root)
        logging.disable(logging.NOTSET)


def _guarded(
    root: Path,
    server: ServerProcess,
    supervisor: SupervisorProcess,
    officer: Officer,
    recipe: Recipe,
    seed: int,
) -> Outcome:
    try:
        return _Run(root, server, supervisor, officer, recipe, seed).run()
    except Exception as error:  # a bug is a breach, of the program or of the proxy
        return Outcome(recipe.name, seed, others=[f"!! {error!r}\n{traceback.format_exc()}"])


class _Run:
    def __init__(
        self,
        root: Path,
        server: ServerProcess,
        supervisor: SupervisorProcess,
        officer: Officer,
        recipe: Recipe,
        seed: int,
    ) -> None:
        self._root = root
        self._server = server
        self._supervisor = supervisor
        self._officer = officer
        self._recipe = recipe
        self._seed = seed
        self._random = Random(f"{recipe.name}/{seed}")  # noqa: S311 (work, not secrets)
        self._playing = Playing(recipe, f"{recipe.name}/{seed}")
        self._outcome = Outcome(recipe.name, seed)
        self._photos: list[bytes] = []

    def run(self) -> Outcome:
        relay, self._code = self._supervisor.open_relay()
        with ExitStack() as closing:
            store = closing.enter_context(enrolled(self._root, self._officer, self._server.address))
            self._laptop = Laptop(store, HttpTransport(self._server.address))
            closing.callback(self._laptop.transport.close)
            self._fetch_list(store)
            self._work_a_day()
            self._road = closing.enter_context(FaultProxy(self._server.address))
            self._visits = closing.enter_context(FaultProxy(relay))
            self._beyond = closing.enter_context(FaultProxy(self._server.address))
            self._live_through()
            for proxy in self._proxies():
                proxy.heal()
                self._outcome.faults += proxy.faults
            store.outbox.retry_set_aside()  # as after six hours
            store.media.retry_set_aside()
            self._sync_cleanly()
            self._check(store)
        return self._outcome

    def _proxies(self) -> tuple[FaultProxy, ...]:
        return self._road, self._visits, self._beyond

    def _play(self) -> None:
        """Only the road to the server is a poor link; of the supervisor's own sessions, only what
        is carried for the officer is spoilt: the rest is what the laptop's own sessions show."""

        def carried_only(path: str) -> tuple[str, Fault] | None:
            return self._playing(path) if path == RELAY else None

        seed = f"{self._recipe.name}/{self._seed}"
        self._road.play(self._playing, self._recipe.link, f"{seed}/bytes")
        self._visits.play(self._playing, Link(), f"{seed}/visits")
        self._beyond.play(carried_only, Link(), f"{seed}/beyond")

    def _fetch_list(self, store: OfficerStore) -> None:
        """All but the questionnaire, which is to come through the recipe."""
        at_forms = False

        def note(progress: Progress) -> None:
            nonlocal at_forms
            at_forms = progress.step == "forms"

        report = sync_once(store, self._laptop.transport, progress=note, cancelled=lambda: at_forms)
        assert report.rows_pulled, "the list did not come"

    def _work_a_day(self) -> None:
        first, second, third = self._officer.families
        text = self._random.randbytes(self._random.randrange(20, 3000)).hex()
        self._laptop.interview(first, text=text)
        self._laptop.visit(third)
        self._laptop.interview(second, text=text[:400])
        self._laptop.visit(third)

    def _live_through(self) -> None:
        self._play()
        while not self._playing.is_over or self._outcome.sessions < len(_COMMANDS):
            if self._outcome.sessions < len(_COMMANDS):
                order(self._root, self._officer.login, _COMMANDS[self._outcome.sessions])
            self._outcome.sessions += 1
            if self._outcome.sessions > _SESSIONS:
                self._outcome.others.append("the faults never ended: no progress")
                return
            self._work_on()
            transport = HttpTransport(self._road.address, stall_s=_STALL_S, connect_s=_STALL_S)
            report = sync_once(self._laptop.store, transport)
            transport.close()
            self._note(report)
            self._check_honesty("after a session")
            self._work_on()
            self._hand_over()
            failed = self._supervisor.send_on(self._beyond.address, _STALL_S)
            if failed:
                self._outcome.failed[f"supervisor: {failed}"] += 1
            if self._random.random() < 0.5:
                self._hand_over()
            self._check_honesty("after a visit")

    def _work_on(self) -> None:
        """There is always something to send."""
        third = self._officer.families[2]
        if self._outcome.sessions <= _NEW_WORK_SESSIONS or not self._waiting():
            self._laptop.visit(third)
        if not self._laptop.store.media.summary().waiting:
            self._laptop.interview(third, photos=[self._photo()])

    def _photo(self) -> bytes:
        is_poor = self._recipe.link.bits_per_s or self._recipe.link.cut_every
        content = self._random.randbytes(_SMALL_PHOTO_BYTES if is_poor else _PHOTO_BYTES)
        self._photos.append(content)
        return content

    def _hand_over(self) -> None:
        """A visit at the supervisor's laptop, over what the proxy makes of it."""
        store = self._laptop.store
        address = self._visits.address.removeprefix("http://")
        link = RelayLink(address, self._code, store.chance, stall_s=_STALL_S)
        failed: KnownError | None
        try:
            link.greet()
            login = link.ask("/enter", Enter(), Entered).login
            failed = hand_over(store, link, login).failed
        except KnownError as error:
            failed = error
        finally:
            link.close()
        if failed is not None:
            self._outcome.failed[f"visit: {failed.code}"] += 1
        items = [item.entry.sha256 for item in store.carriage.gather().items]
        if store.whereabouts.totals().relayed > self._supervisor.held(items):
            self._outcome.lost.append("what is called relayed is not with the supervisor")

    def _note(self, report: SyncReport) -> None:
        if report.failed is not None:
            self._outcome.failed[report.failed.code] += 1

    def _waiting(self) -> int:
        return self._laptop.store.outbox.pending().count

    def _sync_cleanly(self) -> None:
        failed = self._supervisor.send_on(self._server.address, _STALL_S)
        if failed or self._supervisor.waiting():
            self._outcome.others.append(f"the supervisor's laptop still carries: {failed}")
        for _ in range(2):  # the second brings what the first one's work gave rise to
            report = sync_once(self._laptop.store, self._laptop.transport)
            if report.failed is not None:
                self._outcome.others.append(f"a clean session failed: {report.failed.code}")

    # ------------------------------------------------------------------ what both ends hold

    def _check(self, store: OfficerStore) -> None:
        self._check_honesty("at rest")
        for state in store.outbox.all_waiting():
            self._outcome.others.append(
                f"{state.kind} {state.envelope_id} still waits ({state.status} {state.reason})"
            )
        self._check_rows(store)
        self._check_list(store)
        self._check_photos(store)
        self._check_commands()
        if not store.forms.versions():
            self._outcome.others.append("the questionnaire did not arrive")
        if not store.is_database_ok():
            self._outcome.others.append("the laptop's database does not hold")

    def _check_rows(self, store: OfficerStore) -> None:
        account = store.enrolment.account_id
        own = [store.outbox.get(id_) for id_ in store.outbox.ids()]
        self._outcome.envelopes = len(own)
        for envelope in own:
            found = rows(
                self._root,
                "SELECT envelope_hash, status, reason, number FROM envelope WHERE envelope_id = ?",
                envelope.id,
            )
            true = [
                (status, reason, number)
                for hash_, status, reason, number in found
                if bytes(hash_) == envelope.hash and reason != "bad_signature"
            ]
            name = f"{envelope.header.kind} {envelope.id}"
            if not true:
                self._outcome.lost.append(f"{name} is not at the server: {found}")
                continue
            if len(true) > 1:
                self._outcome.duplicated.append(f"{name} is held {len(true)} times")
            further = family_id(self._officer.families[2])  # interviewed again and again
            may_be = {"stored", "alternate" if envelope.header.family_id == further else "stored"}
            if true[0][0] not in may_be:
                self._outcome.lost.append(f"{name} is without effect: {true[0]}")
        visits = rows(self._root, "SELECT envelope_number FROM visit WHERE officer_id = ?", account)
        made = sum(envelope.header.kind == "visit" for envelope in own)
        if len(visits) != made or len(set(visits)) != len(visits):
            self._outcome.duplicated.append(f"{made} visits count {len(visits)} times")
        for number in self._officer.families[:2]:
            results = rows(
                self._root,
                "SELECT canonical FROM result WHERE family_id = ? AND kind = 'interview'",
                family_id(number),
            )
            if results != [(1,)]:
                self._outcome.duplicated.append(f"{family_id(number)} has {len(results)} results")

    def _check_list(self, store: OfficerStore) -> None:
        operation = open_operation(self._root / "operation")
        try:
            with operation.store.reading() as transaction:
                hashes = transaction.streams.live_hashes(store.enrolment.account_id)
                expected = digest_of_hashes(hashes)
        finally:
            operation.close()
        if store.inbox.digest(store.stream) != expected:
            self._outcome.others.append("the list differs from the server's")

    def _check_photos(self, store: OfficerStore) -> None:
        if store.media.summary().waiting:
            self._outcome.others.append("a photo still waits")
        operation = open_operation(self._root / "operation")
        try:
            with operation.store.reading() as transaction:
                held = [transaction.media.content(_name(one), 0) for one in self._photos]
                if [b"".join(content) for content in held] != self._photos:
                    self._outcome.lost.append("a photo is not at the server, or not whole")
        finally:
            operation.close()

    def _check_commands(self) -> None:
        login = self._officer.login
        found = rows(
            self._root,
            "SELECT c.command, c.status FROM command c JOIN account a USING (account_id)"
            " WHERE a.login = ? ORDER BY c.point",
            login,
        )
        if found != [(command, "done") for command in _COMMANDS]:
            self._outcome.others.append(f"commands are not acknowledged as done: {found}")

    def _check_honesty(self, when: str) -> None:
        """ "Received" never without the server having it."""
        store = self._laptop.store
        waiting = set(store.outbox.unreceived_ids())
        for id_ in store.outbox.ids() - waiting:
            envelope = store.outbox.get(id_)
            held = rows(
                self._root,
                "SELECT 1 FROM envelope WHERE envelope_id = ? AND envelope_hash = ?",
                id_,
                envelope.hash,
            )
            if not held:
                self._outcome.lost.append(f"{when}: {id_} is called received and is not there")
        lacking = set(store.media.waiting_names())
        for content in self._photos:
            if _name(content) not in lacking and not self._is_held(_name(content)):
                self._outcome.lost.append(f"{when}: a photo is called received and is not there")

    def _is_held(self, sha256: str) -> bool:
        sql = "SELECT 1 FROM media WHERE sha256 = ?"
        return bool(rows(self._root, sql, sha256))


def _name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

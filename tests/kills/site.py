"""One server, a few laptops, and somebody who kills them."""

from __future__ import annotations

import multiprocessing
import shutil
import tempfile
import time
import traceback
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from enumerator.store.envelope import VisitBody
from enumerator.store.feed import digest_of_hashes
from sync.server.operation import open_operation
from sync.server.serving import address_of, listen
from tests.kills import children
from tests.proxy.place import Officer, make_operation, rows

LAPTOPS = 3
FAMILIES_EACH = 3
PRELOADED = ["tests.kills.children"]
_FIRST_STARTS = 3
"""Kills of a server that makes its folder."""
_CLIENT_PHASES = {
    "opening": 0.02,
    "migrating": 0.02,
    "typing": 0.004,
    "finalising": 0.012,
    "hello": 0.02,
    "apply hello": 0.006,
    "push": 0.02,
    "apply push": 0.008,
    "pull": 0.015,
    "apply pull": 0.008,
}
"""What is aimed at, and how many seconds from its beginning a kill may come."""
_SERVER_PHASES = {
    "server opening": 0.1,
    "server hello": 0.01,
    "server push": 0.012,
    "server apply": 0.006,
    "server after apply": 0.006,
    "server after push": 0.006,
    "server pull": 0.008,
}
_ENROLLING_S = 0.15
_PATIENCE_S = 3.0
_REST_S = 120


@dataclass
class Outcome:
    """``breaches`` empty: nothing acknowledged was lost or doubled."""

    kills: Counter[str] = field(default_factory=Counter)
    """By what the victim had said last."""
    saved: int = 0
    received: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


@dataclass
class Program:
    """A child process that may be killed; the pipe tells what it was at."""

    name: str
    process: Any
    ear: Connection
    phase: str = "starting"


@dataclass
class Told:
    """What the programs said over all their lives."""

    saved: dict[str, bytes] = field(default_factory=dict)
    received: dict[str, bytes] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    finals: set[str] = field(default_factory=set)
    rest: dict[str, dict[str, Any]] = field(default_factory=dict)


def run_site(work: tuple[int, int, str]) -> Outcome:
    """(seed, kills, folder): one site's life."""
    seed, kills, folder = work
    root = Path(tempfile.mkdtemp(prefix=f"site-{seed}-", dir=folder))
    site = Site(root, seed)
    try:
        return site.live(kills)
    except Exception as error:  # a bug is a breach, of the program or of the killer
        site.outcome.others.append(f"!! {error!r}\n{traceback.format_exc()}")
        return site.outcome
    finally:
        site.end()
        shutil.rmtree(root, ignore_errors=True)


class Site:
    def __init__(self, root: Path, seed: int) -> None:
        self.outcome = Outcome()
        self._root = root
        self._random = Random(seed)  # noqa: S311 (moments, not secrets)
        methods = multiprocessing.get_all_start_methods()
        self._context: Any = multiprocessing.get_context(
            "forkserver" if "forkserver" in methods else "spawn"
        )
        if "forkserver" in methods:
            self._context.set_forkserver_preload(PRELOADED)
        with listen("127.0.0.1", 0) as listener:
            self._port = listener.getsockname()[1]
            self._address = address_of(listener)
        self._told = Told()
        self._checked: set[str] = set()
        self._programs: dict[str, Program] = {}
        self._officers: list[Officer] = []
        self._releases: Counter[str] = Counter()
        """How many releases newer a laptop's program is; each changes the database once."""
        self._settled: Counter[str] = Counter()
        """The release whose changes a laptop's database is known to have."""

    def live(self, kills: int) -> Outcome:
        self._first_starts(min(_FIRST_STARTS, kills))
        self._officers = make_operation(self._root, LAPTOPS, FAMILIES_EACH)
        self._start("server")
        for officer in self._officers:
            self._start(officer.login)
        self._first_enrolments(kills)
        while self.outcome.kills.total() < kills:
            self._kill_somebody()
        self._rest()
        self._check()
        self.outcome.saved = len(self._told.saved)
        self.outcome.received = len(self._told.received)
        return self.outcome

    def end(self) -> None:
        for program in self._programs.values():
            program.process.kill()
            program.process.join()

    # ------------------------------------------------------------------ killing

    def _first_starts(self, times: int) -> None:
        """A server that is killed while it makes its folder and its database."""
        for _ in range(times):
            self._start("server")
            self._wait_until("server", lambda program: program.phase == "server opening")
            time.sleep(self._random.random() * _SERVER_PHASES["server opening"])
            self._kill("server")

    def _first_enrolments(self, kills: int) -> None:
        """Laptops that are killed while they enrol and make their databases."""
        for officer in self._officers:
            while self.outcome.kills.total() < kills and self._random.random() < 0.6:
                self._wait_until(officer.login, lambda program: program.phase == "enrolling")
                time.sleep(self._random.random() * _ENROLLING_S)
                self._kill(officer.login)
                self._start(officer.login)

    def _kill_somebody(self) -> None:
        names = [officer.login for officer in self._officers]
        name = self._random.choice([*names, "server", "server"])
        phases = _SERVER_PHASES if name == "server" else _CLIENT_PHASES
        aim = self._random.choice(list(phases))
        if aim in ("opening", "migrating", "server opening"):
            # One who opens was started a moment ago: by a kill.
            self._kill(name)
            self._releases[name] += aim == "migrating"
            self._start(name)
        said = "opening" if aim == "migrating" else aim
        self._wait_until(name, lambda program: program.phase == said)
        time.sleep(self._random.random() * phases[aim])
        self._kill(name)
        self._start(name)
        self._check_received()

    def _kill(self, name: str) -> None:
        program = self._programs.pop(name)
        program.process.kill()
        program.process.join()
        self._drain(program)
        program.ear.close()
        if program.process.exitcode != -9:
            self.outcome.others.append(
                f"{name} ended by itself in '{program.phase}': status {program.process.exitcode}"
            )
        is_newer = self._settled[name] < self._releases[name]
        phase = "migrating" if program.phase == "opening" and is_newer else program.phase
        self.outcome.kills[phase] += 1

    def _start(self, name: str, *, at_rest: bool = False) -> None:
        ear, mouth = self._context.Pipe(duplex=False)
        if name == "server":
            target: children.Work = children.serve
            arguments: tuple[Any, ...] = (str(self._root / "operation"), self._port, mouth)
        else:
            target = children.work
            officer = next(one for one in self._officers if one.login == name)
            arguments = (
                *(str(self._root / name), self._address, officer.code),
                *(self._random.getrandbits(32), self._releases[name], at_rest, mouth),
            )
        process = self._context.Process(target=target, args=arguments, daemon=True)
        process.start()
        mouth.close()
        self._programs[name] = Program(name, process, ear)

    # ------------------------------------------------------------------ hearing

    def _wait_until(self, name: str, fits: Any) -> None:
        """… or until patience ends: a phase may not come for lack of work."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            ears = {program.ear: program for program in self._programs.values()}
            for ready in wait(list(ears), timeout=0.2):
                assert isinstance(ready, Connection)
                program = ears[ready]
                if not self._hear(program):
                    raise AssertionError(f"{program.name} ended by itself in '{program.phase}'")
                if program.name == name and fits(program):
                    return

    def _drain(self, program: Program) -> None:
        while self._hear(program):
            pass

    def _hear(self, program: Program) -> bool:
        """One word; False when the program is silent for ever."""
        try:
            word, *rest = program.ear.recv()
        except (EOFError, OSError):
            return False
        told = self._told
        if word == "phase":
            program.phase = rest[0]
            if rest[0] not in ("opening", "enrolling"):
                self._settled[program.name] = self._releases[program.name]
        elif word == "saved":
            told.saved[rest[0]] = rest[1]
        elif word == "received":
            told.received[rest[0]] = rest[1]
        elif word == "answered":
            told.answers[rest[0]] = rest[1]
        elif word == "final":
            told.finals.add(rest[0])
        elif word == "draft":
            if rest[1] < told.answers.get(rest[0], 0):
                self.outcome.lost.append(f"answers of {rest[0]}: {rest[1]} are left")
            if rest[0] in told.finals:
                self.outcome.lost.append(f"{rest[0]} was final and is a draft again")
        elif word == "rest":
            told.rest[program.name] = rest[0]
        return True

    # ------------------------------------------------------------------ checking

    def _check_received(self) -> None:
        """ "Received" is never said without the server having it."""
        new = set(self._told.received) - self._checked
        if not new:
            return
        held = self._held()
        for id_ in new:
            if (id_, self._told.received[id_]) not in held:
                self.outcome.lost.append(f"{id_} was called received and is not there")
        self._checked |= new

    def _held(self) -> Counter[tuple[str, bytes]]:
        found = rows(self._root, "SELECT envelope_id, envelope_hash FROM envelope")
        return Counter((id_, bytes(hash_)) for id_, hash_ in found)

    def _rest(self) -> None:
        """Nobody is killed any more; everybody synchronises until nothing moves."""
        for officer in self._officers:
            self._kill(officer.login)
            self._start(officer.login, at_rest=True)
        deadline = time.monotonic() + _REST_S
        while len(self._told.rest) < len(self._officers) and time.monotonic() < deadline:
            running = [one for one in self._programs.values() if one.name not in self._told.rest]
            for ready in wait([one.ear for one in running], timeout=1):
                program = next(one for one in running if one.ear is ready)
                if not self._hear(program) and program.name not in self._told.rest:
                    raise AssertionError(f"{program.name} ended in '{program.phase}'")
        for officer in self._officers:
            program = self._programs.pop(officer.login)
            program.process.join(_REST_S)
            program.ear.close()

    def _check(self) -> None:
        self._check_received()
        held = self._held()
        ids = Counter(id_ for id_, _hash in held.elements())
        for key in self._told.saved.items():
            if key not in held:
                self.outcome.lost.append(f"{key[0]} was called saved and is not at the server")
        self.outcome.duplicated += [f"{id_} is held {n} times" for id_, n in ids.items() if n > 1]
        self._check_effects()
        for officer in self._officers:
            self._check_laptop(officer)
        operation = rows(self._root, "PRAGMA integrity_check")
        if operation != [("ok",)]:
            self.outcome.others.append(f"the server's database does not hold: {operation[:3]}")

    def _check_effects(self) -> None:
        """Each envelope counts, and once."""
        odd = rows(
            self._root,
            "SELECT envelope_id, status, reason FROM envelope"
            " WHERE status NOT IN ('stored', 'alternate')",
        )
        self.outcome.lost += [f"{id_} is without effect: {why}" for id_, *why in odd]
        bodies = rows(self._root, "SELECT body FROM envelope WHERE kind = 'visit'")
        interviews = Counter(
            msgspec.msgpack.decode(bytes(body), type=VisitBody).interview_id for (body,) in bodies
        )
        interviews.pop(None, None)
        self.outcome.duplicated += [
            f"interview {id_} was finished {n} times" for id_, n in interviews.items() if n > 1
        ]
        self.outcome.lost += [
            f"interview {id_} was final and is not there"
            for id_ in sorted(self._told.finals - {str(one) for one in interviews})
        ]
        for table, kind in (("visit", "visit"), ("result", "interview")):
            (counted,) = rows(
                self._root,
                f"SELECT count(*), count(DISTINCT t.envelope_number) FROM {table} AS t"  # noqa: S608
                " JOIN envelope AS e ON e.number = t.envelope_number WHERE e.kind = ?",
                kind,
            )
            ((sent,),) = rows(self._root, "SELECT count(*) FROM envelope WHERE kind = ?", kind)
            if counted != (sent, sent):
                self.outcome.duplicated.append(f"{sent} envelopes of {kind} count as {counted}")

    def _check_laptop(self, officer: Officer) -> None:
        rest = self._told.rest.get(officer.login)
        if rest is None:
            self.outcome.others.append(f"{officer.login} did not come to rest")
            return
        if rest["waiting"] or rest["unsealed"] or not rest["whole"]:
            self.outcome.others.append(f"{officer.login} at rest: {rest}")
        for number, counts in rest["later"].items():
            if len(counts) != 2 or counts[0] != counts[1]:
                self.outcome.others.append(f"step {number} of {officer.login} is half: {counts}")
        operation = open_operation(self._root / "operation")
        with suppress(Exception), operation.store.reading() as transaction:
            expected = digest_of_hashes(transaction.streams.live_hashes(rest["account"]))
        operation.close()
        if rest["digest"] != expected:
            self.outcome.others.append(f"the list of {officer.login} differs from the server's")

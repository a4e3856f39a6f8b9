"""The whole main job as one story, told by the real window, server and office commands.

A chapter is a method; each is timed. Whatever the story counts is counted twice, where it was
recorded and where it arrived, and :mod:`ui.demo.reckoning` holds one against the other.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from enumerator.errors import BugError
from enumerator.model import CaseState, FamilyId, Outcome
from enumerator.sample.respondent import Respondent
from enumerator.store import CaseRow
from ui.demo.album import FIELD_LAPTOP, OFFICE_SCREEN, Album
from ui.demo.census import OFFICERS, PASSPHRASES, SUPERVISOR, Census, answer_online, prepare
from ui.demo.hand import Hand
from ui.demo.operation import Operation
from ui.demo.reckoning import Reckoning, count_laptop, find_plaintext
from ui.language import Language
from ui.theme import ThemeName

FIRST, SECOND = OFFICERS
_INTERVIEWS: Final = {FIRST: 21, SECOND: 20}
_LATE_ONLINE: Final = 10
_REASSIGNED: Final = 12
_ANSWERS_BEFORE_KILL: Final = 31
_KILL_WITHIN_S: Final = 120.0

VISITS: Final = (
    (Outcome.NO_CONTACT, "Pagar terkunci, lampu menyala"),
    (Outcome.NO_CONTACT, "Tidak ada orang, tetangga tidak tahu"),
    (Outcome.NO_CONTACT, ""),
    (Outcome.APPOINTMENT, "Minta datang sore hari"),
    (Outcome.SOFT_REFUSAL, "Sedang sibuk"),
    (Outcome.MOVED_OUT, "Pindah ke Banjarbaru menurut tetangga"),
    (Outcome.VACANT_REGULAR, "Rumah tidak dihuni"),
)
"""What the first officer finds behind the doors that no interview comes of."""


@dataclass
class Story:
    """``tell`` it once; ``summary`` afterwards."""

    folder: Path
    families: int
    seed: int
    say: Callable[[str], None]
    reckoning: Reckoning = field(init=False)
    album: Album = field(init=False)
    _seconds: dict[str, float] = field(default_factory=dict)
    _hands: dict[str, Hand] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.operation = Operation(self.folder)
        self.album = Album(self.folder / "screenshots")
        self.reckoning = Reckoning()

    def tell(self) -> None:
        """Every chapter in order. Errors of any chapter end the story; the server is stopped."""
        try:
            for chapter in (
                self.prepare_the_census,
                self.enrol_the_team,
                self.answer_online_while_assigned,
                self.work_without_a_network,
                self.survive_a_kill,
                self.answer_online_during_the_work,
                self.work_beside_a_colleague,
                self.synchronise,
                self.reassign,
                self.synchronise_again,
                self.count,
            ):
                self.say(chapter.__name__.replace("_", " "))
                start = time.perf_counter()
                chapter()
                self._seconds[chapter.__name__] = round(time.perf_counter() - start, 2)
        finally:
            for login in list(self._hands):
                self._dismiss(login)
            self.operation.stop_server()

    def summary(self) -> dict[str, Any]:
        """The last line of ``enumerator demo --story``."""
        return {
            "ok": self.reckoning.holds(),
            **self.reckoning.facts,
            "checks": self.reckoning.checks,
            "seconds": {**self._seconds, "total": round(sum(self._seconds.values()), 2)},
            "screenshots": self.album.names,
            "folder": str(self.folder),
        }

    # ------------------------------------------------------------------ chapters

    def prepare_the_census(self) -> None:
        self.census: Census = prepare(self.operation, self.families, self.seed)
        self.operation.start_server()
        status = self.operation.office("status")
        self.reckoning.note("families_loaded", self.census.loaded)
        self.reckoning.note("partial_self_responses", self.census.partial_responses)
        self.reckoning.equal("families at the server", self.families, status["families"])
        self.reckoning.equal("families assigned", self.families, status["assigned"])

    def enrol_the_team(self) -> None:
        for login, account in self.census.accounts.items():
            hand = self._laptop(login)
            if login == FIRST:
                hand.fill_in_enrolment(self.operation.address, account.code, PASSPHRASES[login])
                self.album.take(hand, "enrol")
                self.album.take(hand, "enrol-english", tongue=Language.ENGLISH)
            hand.enrol(self.operation.address, account.code, PASSPHRASES[login])
        first = self._laptop(FIRST)
        self.album.take(first, "caseload")
        self.album.take(first, "caseload-dark-wide", size=OFFICE_SCREEN, dress=ThemeName.DARK)
        lists = {login: len(self._laptop(login).cases()) for login in OFFICERS}
        self.reckoning.equal("families on the officers' lists", self.families, sum(lists.values()))
        team = len(self._laptop(SUPERVISOR).cases())
        self.reckoning.equal("families on the supervisor's list", self.families, team)
        self._check_the_lock(first)

    def answer_online_while_assigned(self) -> None:
        """Families answer on the web after the officers have downloaded their lists."""
        chosen = {
            login: [case.family_id for case in self._laptop(login).cases()[-_LATE_ONLINE:]]
            for login in OFFICERS
        }
        matched = answer_online(
            self.census, [one for ids in chosen.values() for one in ids], "late"
        )
        self.reckoning.note("self_responses_applied", matched)
        taken_off = 0
        for login, ids in chosen.items():
            hand = self._laptop(login)
            hand.synchronise()
            still_listed = {case.family_id for case in hand.cases()}
            taken_off += len([one for one in ids if one not in still_listed])
        self.reckoning.note("taken_off_while_assigned", taken_off)
        self.reckoning.equal("answered online and taken off", matched, taken_off)
        first = self._laptop(FIRST)
        first.open_family(chosen[FIRST][0])
        self.album.take(first, "family-answered-online")

    def work_without_a_network(self) -> None:
        self.operation.stop_server()
        hand = self._laptop(FIRST)
        waiting = hand.cases(CaseState.NOT_VISITED)
        self.album_of_a_visit(hand, waiting[0])
        for case, (outcome, note) in zip(waiting[1:], VISITS, strict=False):
            hand.visit(case.family_id, outcome, note)
        doors = _of_every_size(waiting[len(VISITS) + 1 :], _INTERVIEWS[FIRST])
        self.album_of_an_interview(hand, doors[0])
        for number, case in enumerate(doors[1:-1]):
            hand.interview(case.family_id, self._respondent(number, case))
        hand.interview(doors[-1].family_id, Respondent(self.seed, finding="refused"))
        self._find_a_new_family(hand)
        report = hand.synchronise()
        is_offline = report.failed is not None and report.failed.code == "no_connection"
        self.reckoning.check("working offline is a normal state", is_offline)
        unsent = hand.account.workspace.caseload.summary().unsent_envelopes
        self.reckoning.note("recorded_while_the_server_was_stopped", unsent)
        hand.window.go_home()
        self.album.take(hand, "offline-unsent")
        hand.window.show_custody()
        hand.rest()
        self.album.take(hand, "where-is-my-data")

    def survive_a_kill(self) -> None:
        """A real process in mid-interview gets SIGKILL; the next one goes on from there."""
        hand = self._laptop(FIRST)
        victim = next(case for case in hand.cases(CaseState.NOT_VISITED) if case.members >= 4)
        self._dismiss(FIRST)
        said = self._answer_until_killed(victim.family_id)
        hand = self._laptop(FIRST)
        hand.unlock(PASSPHRASES[FIRST])
        hand.begin_interview(victim.family_id)
        session = hand.session
        kept = [line for line in said if session.value(line["ref"]) == line["value"]]
        self.reckoning.note("answers_before_the_kill", len(said))
        self.reckoning.equal("answers kept after kill -9", len(said), len(kept))
        screen = hand.window.interview()
        order = [str(ref) for ref in session.questions()]
        here = str(screen.page.current()) if screen is not None else ""
        steps = order.index(here) - order.index(said[-1]["ref"]) if here in order else -1
        self.reckoning.note("resumed_at", here)
        self.reckoning.check("resumed where the officer was", 0 <= steps <= 3)
        self.album.take(hand, "resumed-after-kill")
        hand.ask_all(Respondent(self.seed))
        hand.finish_interview()
        hand.leave_interview()

    def answer_online_during_the_work(self) -> None:
        """One family answers online while its interview is half done, one after it is final."""
        hand = self._laptop(FIRST)
        half_done = hand.cases(CaseState.NOT_VISITED)[0]
        hand.begin_interview(half_done.family_id)
        for ref, value in (("/data/blok_i/temuan", "1"), ("/data/persetujuan/setuju", "1")):
            hand.enter(hand.session.element(ref).ref, value)
        hand.leave_interview()
        final = hand.cases(CaseState.QUEUED)[0]
        answer_online(self.census, [half_done.family_id, final.family_id], "during")
        self._half_done, self._final = half_done.family_id, final.family_id

    def work_beside_a_colleague(self) -> None:
        hand = self._laptop(SECOND)
        waiting = hand.cases(CaseState.NOT_VISITED)
        self._visited_by_second = waiting[0].family_id
        hand.visit(waiting[0].family_id, Outcome.NO_CONTACT, "Rumah sepi")
        doors = _of_every_size(waiting[1:], _INTERVIEWS[SECOND])
        for number, case in enumerate(doors[1:]):
            hand.interview(case.family_id, self._respondent(number, case))
        hand.interview(doors[0].family_id, Respondent(self.seed, finding="moved"))

    def synchronise(self) -> None:
        self.operation.start_server()
        receipts = 0
        for login in OFFICERS:
            receipts += self._laptop(login).synchronise().receipts
        self._laptop(SUPERVISOR).synchronise()
        self.reckoning.note("receipts", receipts)
        hand = self._laptop(FIRST)
        self.reckoning.equal(
            "a draft whose family answered online", CaseState.PARKED, hand.state_of(self._half_done)
        )
        self.reckoning.equal(
            "a final interview whose family answered online",
            CaseState.RECEIVED,
            hand.state_of(self._final),
        )
        hand.open_family(self._half_done)
        self.album.take(hand, "family-answered-online-with-draft")
        hand.open_family(hand.cases(CaseState.RECEIVED)[1].family_id)
        self.album.take(hand, "family-received")
        self.album.take(hand, "family-received-dark", dress=ThemeName.DARK)

    def reassign(self) -> None:
        boss, first, second = (self._laptop(login) for login in (SUPERVISOR, FIRST, SECOND))
        boss.window.go_home()
        self.album.take(boss, "team")
        self.album.take(boss, "team-wide-english", size=OFFICE_SCREEN, tongue=Language.ENGLISH)
        before = {login: self._listed(login) for login in OFFICERS}
        from_first = self.census.accounts[FIRST].account_id
        visited = boss.cases(CaseState.VISITED, officer=from_first)[:2]
        untouched = boss.cases(CaseState.NOT_VISITED, officer=from_first)
        chosen = [*visited, *untouched][:_REASSIGNED]
        moving = {case.family_id for case in chosen}
        to_second = self.census.accounts[SECOND].account_id
        boss.reassign(chosen, to_second, "Meratakan beban tugas")
        self.album.take(boss, "reassign")
        boss.confirm_reassignment()
        for hand in (boss, first, second):
            hand.synchronise()
        after = {login: self._listed(login) for login in OFFICERS}
        self.reckoning.note("reassigned", len(moving))
        self.reckoning.equal("left the first list", before[FIRST] - moving, after[FIRST])
        self.reckoning.equal("came to the second list", before[SECOND] | moving, after[SECOND])
        history = second.account.workspace.store.families.visits(visited[0].family_id)
        self.reckoning.check("the earlier visit came along", len(history) == 1)
        second.open_family(visited[0].family_id)
        self.album.take(second, "family-reassigned-with-history")
        for case in visited:
            second.interview(case.family_id, Respondent(self.seed))
        second.synchronise()

    def synchronise_again(self) -> None:
        """Once more from everybody: nothing may change."""
        for login in (*OFFICERS, SUPERVISOR):
            self._laptop(login).synchronise()
        before = self.operation.office("status")
        for login in (*OFFICERS, SUPERVISOR):
            self._laptop(login).synchronise()
        self.reckoning.equal("a repeated synchronisation", before, self.operation.office("status"))

    def count(self) -> None:
        status = self.operation.office("status")
        laptops = [count_laptop(self._laptop(login).account.workspace) for login in OFFICERS]
        boss = count_laptop(self._laptop(SUPERVISOR).account.workspace)
        self.reckoning.compare(laptops, boss, status)
        exported = self.operation.office("export", "--out", str(self.folder / "export"))
        self.reckoning.equal("families exported", self.families + 1, exported["families"])
        for login in list(self._hands):
            self._dismiss(login)
        people = [
            word
            for one in self.census.register.values()
            for member in one.members
            for word in (member.name, member.nik)
        ]
        found = find_plaintext(self.folder / "laptops", people)
        self.reckoning.equal("names and NIK readable on the laptops", [], found)

    # ------------------------------------------------------------------ pictures on the way

    def album_of_a_visit(self, hand: Hand, case: CaseRow) -> None:
        hand.open_family(case.family_id)
        self.album.take(hand, "family")
        hand.begin_visit(case.family_id, Outcome.NO_CONTACT, "Pagar terkunci")
        self.album.take(hand, "visit")
        hand.finish_visit()

    def album_of_an_interview(self, hand: Hand, case: CaseRow) -> None:
        """One interview with its pages, a refused answer, and what is missing at the end."""
        respondent = Respondent(self.seed, newborns=1, corrected_line=2)
        hand.begin_interview(case.family_id)
        self.album.take(hand, "interview")
        hand.enter(hand.session.element("/data/blok_i/no_bangunan").ref, "12000")
        self.album.take(hand, "interview-refused-answer")
        screen = hand.window.interview()
        if screen is None:
            raise BugError("no interview is open")

        def on_the_way(asked: int) -> None:
            if asked == 30:
                self.album.take(hand, "interview-member")
                self.album.take(
                    hand, "interview-member-dark-wide", size=OFFICE_SCREEN, dress=ThemeName.DARK
                )
                screen.switch_language()
                hand.rest()
                self.album.take(hand, "interview-member-english", tongue=Language.ENGLISH)
                screen.switch_language()
                hand.rest()
                screen.show_roster()
                hand.rest()
                self.album.take(hand, "interview-roster")
                screen.show_end()
                hand.rest()
                self.album.take(hand, "interview-missing")

        hand.ask_all(respondent, after_each=on_the_way)
        screen.show_end()
        hand.rest()
        self.album.take(hand, "interview-complete")
        hand.finish_interview()
        self.album.take(hand, "interview-saved")
        hand.leave_interview()

    # ------------------------------------------------------------------ inside

    def _laptop(self, login: str) -> Hand:
        if login not in self._hands:
            self._hands[login] = Hand(self._folder_of(login), FIELD_LAPTOP)
        return self._hands[login]

    def _folder_of(self, login: str) -> Path:
        return self.folder / "laptops" / login

    def _dismiss(self, login: str) -> None:
        self._hands.pop(login).leave()

    def _listed(self, login: str) -> set[FamilyId]:
        return {case.family_id for case in self._laptop(login).cases()}

    def _respondent(self, number: int, case: CaseRow) -> Respondent:
        """Families differ: some have moved members, newborns, or data to correct."""
        can_move = case.members > 2 and number % 5 == 2
        return Respondent(
            self.seed + number,
            newborns=1 if number % 6 == 3 else 0,
            moved_line=case.members if can_move else None,
            corrected_line=2 if case.members > 1 and number % 4 == 1 else None,
        )

    def _check_the_lock(self, hand: Hand) -> None:
        hand.lock()
        was_let_in = hand.unlock("bukan frasa sandinya")
        self.reckoning.check("a wrong passphrase is refused", not was_let_in)
        self.album.take(hand, "wrong-passphrase")
        self.reckoning.check("the right one opens", hand.unlock(PASSPHRASES[FIRST]))

    def _find_a_new_family(self, hand: Hand) -> None:
        """A family that is on no list, met in the field: typed from the first letter."""
        hand.begin_new_family()
        hand.ask_all(Respondent(self.seed, newborns=2))
        hand.finish_interview()
        hand.leave_interview()
        self.reckoning.note("new_families_found", 1)

    def _answer_until_killed(self, family_id: FamilyId) -> list[dict[str, str]]:
        command = [sys.executable, "-m", "ui.demo.interrupted"]
        arguments = [str(self._folder_of(FIRST)), family_id, str(self.seed)]
        said: list[dict[str, str]] = []
        end = time.monotonic() + _KILL_WITHIN_S
        with subprocess.Popen(  # noqa: S603  our own program
            [*command, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as process:
            if process.stdin is None or process.stdout is None:
                raise BugError("the officer's process has no pipes")
            process.stdin.write(PASSPHRASES[FIRST] + "\n")
            process.stdin.flush()
            for line in process.stdout:
                said.append(json.loads(line))
                if len(said) == _ANSWERS_BEFORE_KILL:
                    process.kill()  # SIGKILL: nothing of its own runs any more
                if time.monotonic() > end:
                    process.kill()
        if len(said) < _ANSWERS_BEFORE_KILL:
            raise BugError(f"the officer's process stopped after {len(said)} answers")
        return said


def _of_every_size(cases: list[CaseRow], count: int) -> list[CaseRow]:
    """``count`` families, as many different sizes as there are, the largest first."""
    by_size: dict[int, list[CaseRow]] = {}
    for case in cases:
        by_size.setdefault(case.members, []).append(case)
    chosen: list[CaseRow] = []
    while len(chosen) < count and by_size:
        for size in sorted(by_size, reverse=True):
            chosen.append(by_size[size].pop(0))
            if not by_size[size]:
                del by_size[size]
    return chosen[:count]

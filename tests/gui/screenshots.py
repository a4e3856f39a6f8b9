"""Pictures of every screen: ``python -m tests.gui.screenshots --out DIR``.

Each at 1024x600 and 1440x900, light and dark, Indonesian and English; a person looks at them.
``--only caseload`` and ``--quick`` (one size, one theme, Indonesian) make the round shorter.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from enumerator.errors import KnownError
from enumerator.model import CaseState, Outcome, Trouble
from enumerator.store import CaseFilter
from enumerator.store.lease import LeaseState
from tests.gui.driving import close_window, open_on, open_window, settle
from tests.gui.operation import (
    Operation,
    hand_to_relay,
    lively,
    set_some_aside,
    supervised,
    tell_troubles,
)
from ui import language, theme
from ui.account import Accounts, RelayFacts
from ui.app import make_app
from ui.language import Language
from ui.theme import ThemeName
from ui.window import MainWindow

SIZES: Final = ((1024, 600), (1440, 900))
SMALL: Final = (800, 480)

Shot = tuple[str, Callable[[], object]]


def family_in(window: MainWindow, state: CaseState) -> str:
    """A family in this state."""
    account = window.account()
    assert account is not None
    caseload = account.workspace.caseload
    row = caseload.page(caseload.ids(CaseFilter(states=frozenset({state}))))[0]
    return str(row.family_id)


def officer_shots(window: MainWindow) -> Iterator[Shot]:
    """The officer's screens, one after the other."""

    def visit(outcome: Outcome) -> None:
        window.record_visit(family_in(window, CaseState.VISITED))
        settle(window)
        window.visit.picker.set_outcome(outcome)

    def nothing_found() -> None:
        window.go_home()
        window.caseload.search.setText("tidak ada yang bernama ini")
        window.caseload.search.searched.emit("")

    def error() -> None:
        visit(Outcome.NO_CONTACT)
        window.visit.submit()

    yield "caseload", window.go_home
    yield "caseload-empty", nothing_found
    window.caseload.clear_filters()
    yield "family", lambda: window.open_family(family_in(window, CaseState.VISITED))
    yield "family-returned", lambda: window.open_family(family_in(window, CaseState.RETURNED))
    yield "family-parked", lambda: window.open_family(family_in(window, CaseState.PARKED))
    yield "visit", lambda: window.record_visit(family_in(window, CaseState.VISITED))
    yield "visit-appointment", lambda: visit(Outcome.APPOINTMENT)
    yield "visit-refusal", lambda: visit(Outcome.SOFT_REFUSAL)
    yield "visit-error", error
    yield "custody", window.show_custody
    yield "custody-set-aside", lambda: set_aside(window)
    yield "custody-relayed", lambda: relayed(window)
    yield "help", window.show_help


def set_aside(window: MainWindow) -> None:
    """Two records do not go with the others."""
    account = window.account()
    assert account is not None
    set_some_aside(account.workspace.store)
    window.go_home()
    window.show_custody()


def relayed(window: MainWindow) -> None:
    """Three records are with the supervisor."""
    account = window.account()
    assert account is not None
    hand_to_relay(account.workspace.store, 3)
    window.go_home()
    window.show_custody()


def supervisor_shots(window: MainWindow) -> Iterator[Shot]:
    """The supervisor's screens."""

    def choose() -> None:
        window.team.families.click()
        settle(window)
        window.caseload.table.selectAll()
        window.caseload.table.setFocus()

    def reassign() -> None:
        choose()
        window.caseload.reassign_asked.emit()

    def helping() -> None:
        window.show_custody()
        window.custody.show_relay(RelayFacts("K7QM-2F9T", ("192.168.43.17:8418",), 12, 3))

    def not_helping() -> None:
        window.show_custody()
        window.custody.show_relay(None)

    def settle_conflict() -> None:
        window.decisions.show_conflicts()
        settle(window)
        window.decisions.conflicts.rows()[0].click()

    def send_back() -> None:
        window.open_family(window.decisions.conflicts.rows()[0].key)
        settle(window)
        window.family.send_back.click()

    def troubled() -> None:
        account = window.account()
        assert account is not None
        store = account.workspace.store
        every = [trouble.value for trouble in Trouble]
        tell_troubles(store, "acc-ppl-02", "ppl-02", "Nurul Aini", ["set_aside"], 3)
        tell_troubles(store, "acc-ppl-04", "ppl-04", "Siti Mahmudah", every, 1)
        window.team.refresh()

    yield "team", window.go_home
    yield "team-troubles", troubled
    yield "conflicts", window.decisions.show_conflicts
    yield "conflict-settle", settle_conflict
    yield "return", send_back
    window.go_home()
    yield "team-custody", not_helping
    yield "team-custody-relay", helping
    window.go_home()
    yield "team-families", choose
    yield "team-reassign", reassign


def dialog_shots(window: MainWindow) -> Iterator[Shot]:
    """What opens over the supervisor's screens."""

    def give_code() -> None:
        window.go_home()
        settle(window)
        dialog = window.decisions.open_laptop()
        dialog.challenge.setText("7KQM-2F9T")
        dialog.show_code("3A7K-99QX-2MRT")

    yield "team-code", give_code


def gate_shots(window: MainWindow) -> Iterator[Shot]:
    """What is seen before work begins."""
    yield "unlock", window.gatekeeper().show_gate

    def keyring_lost() -> None:
        window.unlock_screen.show_error(KnownError("no_device_secret", "lost"))

    yield "unlock-keyring", keyring_lost
    yield "recover", window.unlock_screen.forgotten.click

    def wrong_recovery_code() -> None:
        screen = window.recover_screen
        screen.set_file(Path("ppl-01.recovery"))
        screen.code.setText("7KQM-2F9T-XWRA-3")
        screen.passphrase.setText("kain sasirangan baru")
        screen.again.setText("kain sasirangan baru")
        screen.show_error(KnownError("wrong_recovery_code", "wrong", tries=2))

    def recovery_elsewhere() -> None:
        window.unlock_screen.forgotten.click()
        window.recover_screen.show_error(KnownError("recovery_elsewhere", "else"))

    yield "recover-wrong", wrong_recovery_code
    yield "recover-elsewhere", recovery_elsewhere
    window.go_back()
    yield "enrol", window.unlock_screen.add.click

    def lease() -> None:
        since = window.accounts().clock.now() - timedelta(days=8)
        state = LeaseState(True, timedelta(), "7KQM-2F9T", since)
        window.lease_screen.set_state("ppl-01", state)
        window.stack.setCurrentWidget(window.lease_screen)
        window.lease_screen.focus_first()

    def wrong_lease_code() -> None:
        lease()
        window.lease_screen.show_error(KnownError("no_connection", "offline"))
        window.lease_screen.show_error(KnownError("wrong_lease_code", "wrong", tries=2))

    yield "lease", lease
    yield "lease-wrong", wrong_lease_code


def take(window: MainWindow, shots: Iterator[Shot], out: Path, tail: str, only: str) -> None:
    """Shows and saves each screen."""
    for name, show in shots:
        if only and only not in name:
            continue
        show()
        settle(window)
        dialog = QApplication.activeModalWidget()
        (dialog or window).grab().save(str(out / f"{name}{tail}.png"))
        if dialog is not None:
            dialog.close()


def rounds(quick: bool) -> Iterator[tuple[tuple[int, int], ThemeName, Language]]:
    """Every size, theme and language that is looked at."""
    if quick:
        yield SIZES[0], ThemeName.LIGHT, Language.INDONESIAN
        return
    for size in SIZES:
        for name in (ThemeName.LIGHT, ThemeName.DARK):
            for tongue in Language:
                yield size, name, tongue
    yield SIZES[0], ThemeName.SUNLIGHT, Language.INDONESIAN
    yield SMALL, ThemeName.LIGHT, Language.INDONESIAN


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(argv)
    options.out.mkdir(parents=True, exist_ok=True)
    app = make_app()
    with tempfile.TemporaryDirectory() as scratch:
        windows: list[tuple[MainWindow, Callable[[MainWindow], Iterator[Shot]]]] = [
            (open_window(lively(Path(scratch, "officer"))), officer_shots),
            (
                open_window(supervised(Path(scratch, "supervisor"))),
                lambda window: chain(supervisor_shots(window), dialog_shots(window)),
            ),
            (_gate(Path(scratch, "gate")), gate_shots),
        ]
        for size, name, tongue in rounds(options.quick):
            language.install(app, tongue)
            theme.install(app, name)
            tail = f"-{size[0]}x{size[1]}-{name}-{tongue}"
            for window, shots in windows:
                window.resize(*size)
                take(window, shots(window), options.out, tail, options.only)
        for window, _ in windows:
            close_window(window)
    return 0


def _gate(root: Path) -> MainWindow:
    first = Operation(root)
    second = Operation(root, login="ppl-02", account="acc-ppl-02", seed=2)
    first.close()
    second.close()
    return open_on(Accounts(first.folder, first.clock, first.chance), unlocked=False)


if __name__ == "__main__":
    sys.exit(main())

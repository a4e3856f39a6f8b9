"""The demonstration on a screen: a server beside the window, three people on one laptop."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from enumerator.sample.population import VILLAGES
from enumerator.store.folders import DataFolder
from ui.account import Account, Accounts
from ui.app import Options, run
from ui.demo.census import OFFICERS, PASSPHRASES, SUPERVISOR, Census, answer_online, prepare
from ui.demo.operation import Operation
from ui.window import MainWindow

_WORDS: Final = """
The demonstration runs on this machine only; all people in it are made up.

  central server   {address}
  data             {folder}

The window opens as the officer {officer}. To sign in as somebody else, lock it (Ctrl+L), choose the
account and type its passphrase:

{accounts}

The server stops when you close the window.
"""
_ANSWERED_ONLINE: Final = 6


def try_out(folder: Path, families: int, seed: int) -> int:
    """Until the window is closed; the server is stopped then."""
    operation = Operation(folder)
    sys.stdout.write("Preparing a census of six villages …\n")
    sys.stdout.flush()
    try:
        census = prepare(operation, families, seed)
        operation.start_server()
        laptop = DataFolder(folder / "laptop")
        keys = {login: _enrol(laptop, census, login) for login in (SUPERVISOR, *OFFICERS)}
        _answer_some_online(census)
        sys.stdout.write(_told(operation, folder))
        sys.stdout.flush()

        def sign_in(window: MainWindow) -> None:
            window.unlock(keys[OFFICERS[0]], PASSPHRASES[OFFICERS[0]])

        return run(Options(folder=laptop.root, language=None, theme=None), sign_in)
    finally:
        operation.stop_server()


def _enrol(laptop: DataFolder, census: Census, login: str) -> str:
    """The new profile's key; its list is on the laptop when this returns. KnownErrors of enrolment
    and of the first session."""
    account: Account = Accounts(laptop).enrol(
        census.operation.address, census.accounts[login].code, PASSPHRASES[login]
    )
    try:
        report = account.synchronise(lambda _progress: None, lambda: False)
        if report.failed is not None:
            raise report.failed
    finally:
        account.close()
    return account.profile_key


def _answer_some_online(census: Census) -> None:
    """After the lists were downloaded: the next synchronisation takes these families off."""
    late = [
        family_id for family_id, one in census.register.items() if one.family.village == VILLAGES[0]
    ]
    answer_online(census, late[:_ANSWERED_ONLINE], "late")


def _told(operation: Operation, folder: Path) -> str:
    accounts = "\n".join(
        f"  {login}   {role:10}   {PASSPHRASES[login]}"
        for login, role in ((SUPERVISOR, "supervisor"), *((one, "officer") for one in OFFICERS))
    )
    return _WORDS.format(
        address=operation.address, folder=folder, officer=OFFICERS[0], accounts=accounts
    )

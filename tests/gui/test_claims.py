"""A quiet note when somebody else is with the family; nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from enumerator.model import CaseState, FamilyId
from sync.protocol import Claimant
from tests.gui.driving import settle
from tests.gui.screenshots import family_in
from ui.account import Account
from ui.window import MainWindow


def _at_the_door(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, *others: Claimant, online: bool = True
) -> list[FamilyId]:
    """Begins a visit; of which families the server was asked."""
    asked: list[FamilyId] = []

    def claim(_account: Account, family_id: FamilyId) -> list[Claimant]:
        asked.append(family_id)
        return list(others)

    monkeypatch.setattr(Account, "claim", claim)
    window.synchronising._set(replace(window.synchronising.status(), is_online=online))
    window.record_visit(family_in(window, CaseState.VISITED))
    settle(window)
    return asked


def _other(minutes_ago: int) -> Claimant:
    return Claimant(login="ppl-02", name="Petugas Dua", role="officer", minutes_ago=minutes_ago)


@pytest.mark.parametrize(
    ("minutes_ago", "text"),
    [
        (3, "Petugas Dua is with this family now"),
        (40, "Petugas Dua was with this family 40 minutes ago"),
    ],
)
def test_note_names_who_is_there(
    officer: MainWindow, monkeypatch: pytest.MonkeyPatch, minutes_ago: int, text: str
) -> None:
    asked = _at_the_door(officer, monkeypatch, _other(minutes_ago))

    assert len(asked) == 1
    assert text in officer.toast.message()
    assert officer.current() is officer.visit


def test_nothing_is_said_when_nobody_is_there(
    officer: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    _at_the_door(officer, monkeypatch)

    assert not officer.toast.isVisible()


def test_nobody_is_asked_when_offline(officer: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _at_the_door(officer, monkeypatch, _other(3), online=False) == []

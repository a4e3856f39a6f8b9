"""``enumerator`` without a window: help, versions, and words for what is not installed."""

from __future__ import annotations

import sys

import pytest

from enumerator import cli


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert all(command in printed for command in cli.COMMANDS)


def test_unknown_command_fails_with_a_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["synchronize"]) == 2
    assert "enumerator --help" in capsys.readouterr().err


def test_missing_extra_is_explained_when_a_command_needs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(cli.COMMANDS, "server", cli.Command("litestar_of_nowhere", "server", ""))
    assert cli.main(["server"]) == 2
    assert 'pip install "enumerator[server]"' in capsys.readouterr().err


def test_frozen_program_explains_a_command_that_it_does_not_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(cli.COMMANDS, "demo", cli.Command("ui.demo_of_nowhere", "server", ""))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert cli.main(["demo"]) == 2
    assert "not part of the installed program" in capsys.readouterr().err


def test_own_missing_module_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cli.COMMANDS, "demo", cli.Command("ui.demo_of_nowhere", "server", ""))
    with pytest.raises(ModuleNotFoundError):
        cli.main(["demo"])

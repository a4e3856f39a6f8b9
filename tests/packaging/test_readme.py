"""What README.md tells a reader to type works."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from enumerator.cli import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks() -> list[list[str]]:
    """Command lines of every shell block, comments left out."""
    found = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return [[line.partition("  #")[0].rstrip() for line in block.splitlines()] for block in found]


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """One of the project's own commands, with this interpreter."""
    words = shlex.split(line)
    start = ["-m", "enumerator"] if words[0] == "enumerator" else []
    return subprocess.run(
        [sys.executable, *start, *words[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_both_promised_commands_stand_alone_on_their_line() -> None:
    install = 'python -m pip install -e ".[all]" -c constraints.txt'
    assert [f"{install} && enumerator demo"] in blocks()
    assert [f"{install} && pytest"] in blocks()


def test_commands_that_are_named_exist() -> None:
    named = {
        shlex.split(line)[1]
        for block in blocks()
        for line in block
        if line.startswith("enumerator ")
    }
    assert named <= set(COMMANDS)


def test_files_and_folders_that_are_named_exist() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert targets
    for target in targets:
        assert (ROOT / target).exists(), target
    for row in re.findall(r"^\| ((?:`[\w/]+`(?:, )?)+) \|", README, re.MULTILINE):
        for folder in re.findall(r"`([^`]+)`", row):
            assert (ROOT / folder).is_dir(), folder


def test_small_operation_can_be_set_up_as_told(tmp_path: Path) -> None:
    block = next(block for block in blocks() if block[0].startswith("python -m enumerator.sample"))
    assert block.pop() == "enumerator server --folder data"
    for line in block:
        done = run(line, tmp_path)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
    status = json.loads(run("enumerator office --folder data status", tmp_path).stdout)
    assert status["families"] == 500
    assert 80 <= status["assigned"] <= 84  # a village's share, less who answered online


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "open"])
def test_command_explains_itself_when_asked_for_help(command: str, tmp_path: Path) -> None:
    done = run(f"enumerator {command} --help", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: enumerator {command}")

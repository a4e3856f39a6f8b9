from __future__ import annotations

from collections.abc import Callable

from tests.fieldwork.builders import Desk


def test_closing_makes_a_backup_when_one_is_due(desk: Desk) -> None:
    desk.workspace.close()
    assert (desk.folder / "backup" / "latest.db").exists()


def test_closing_goes_on_when_no_backup_can_be_made(
    desk: Desk, expect_log: Callable[[str], None]
) -> None:
    expect_log("WARNING enumerator.fieldwork.workspace: no backup was made: FileExistsError")
    (desk.folder / "backup").write_text("in the way")
    desk.workspace.close()
    desk.reopen()
    assert len(desk.store.caseload.ids()) == 3

"""Where is my data: what does not go with the others, in words that are true."""

from __future__ import annotations

import pytest

from tests.gui.driving import settle
from tests.gui.operation import set_some_aside
from ui.window import MainWindow


def show(window: MainWindow) -> list[str]:
    """What the list says of each record's place."""
    window.show_custody()
    settle(window)
    words = window.custody.waiting.words
    return [str(words.data(words.index(row, 2))) for row in range(words.rowCount())]


def test_record_that_was_set_aside_says_what_becomes_of_it(officer: MainWindow) -> None:
    account = officer.account()
    assert account is not None
    before = show(officer)
    assert set(before) == {"Waiting for a connection"}
    assert not officer.custody.set_aside.isVisible()
    set_some_aside(account.workspace.store)
    officer.go_home()

    standing = show(officer)

    assert standing[:2] == [
        "Set aside; it is tried again by itself",
        "The server has another record under this number",
    ]
    assert standing[2:] == before[2:]
    words = officer.custody.set_aside.text()
    assert officer.custody.set_aside.isVisible()
    assert "could not be handed over several times" in words
    assert "both are kept, and the office decides" in words
    assert words.endswith("Your supervisor sees it with the next connection.")
    assert "id_reuse" not in words + "".join(standing)


@pytest.mark.parametrize("is_other_record", [False, True])
def test_only_what_is_the_case_is_explained(officer: MainWindow, is_other_record: bool) -> None:
    account = officer.account()
    assert account is not None
    store = account.workspace.store
    set_some_aside(store)
    first, second = store.outbox.all_waiting()[:2]
    settled = first if is_other_record else second
    with store._connections.writing() as db:
        db.execute(
            "UPDATE delivery SET set_aside = 0, status = '' WHERE envelope_id = ?",
            (settled.envelope_id,),
        )

    show(officer)

    words = officer.custody.set_aside.text()
    assert ("another record" in words) is is_other_record
    assert ("handed over several times" in words) is not is_other_record

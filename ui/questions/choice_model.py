"""A long list of choices and the search in it: row numbers, not copies."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from enumerator.xform import Choice
from ui.markup import plain_text

_Index = QModelIndex | QPersistentModelIndex
# QListView lays out every row (1.4 ms a thousand); nobody scrolls through more than this.
_MOST_ROWS = 400


class ChoiceModel(QAbstractListModel):
    """Row numbers into the list of choices; filtering makes another list of numbers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choices: Sequence[Choice] = ()
        self._folded: list[str] | None = None
        self._rows: Sequence[int] = ()
        self._found = 0

    def set_choices(self, choices: Sequence[Choice]) -> None:
        self.beginResetModel()
        self._choices = choices
        self._folded = None
        self._rows = range(min(len(choices), _MOST_ROWS))
        self._found = len(choices)
        self.endResetModel()

    def filter(self, text: str, around: str = "") -> None:
        """Keeps the choices that hold every word of ``text``; those that begin with it first.
        Without words, the rows ``around`` a value. At most 400 rows; :meth:`found` counts all."""
        words = text.casefold().split()
        self.beginResetModel()
        if not words:
            self._rows = self._window(around)
            self._found = len(self._choices)
        else:
            found = self._matching(words)
            self._rows = self._foremost(found, " ".join(words))
            self._found = len(found)
        self.endResetModel()

    def found(self) -> int:
        """How many choices match, shown or not."""
        return self._found

    def _window(self, value: str) -> range:
        count = len(self._choices)
        if count <= _MOST_ROWS or not value:
            return range(min(count, _MOST_ROWS))
        place = next((i for i, choice in enumerate(self._choices) if choice.value == value), 0)
        first = max(0, min(place - _MOST_ROWS // 2, count - _MOST_ROWS))
        return range(first, first + _MOST_ROWS)

    def _matching(self, words: list[str]) -> list[int]:
        if self._folded is None:
            self._folded = [
                f"{choice.label}\n{choice.value}".casefold() for choice in self._choices
            ]
        folded = self._folded
        found = list(range(len(folded)))
        for word in words:
            found = [row for row in found if word in folded[row]]
        return found

    def _foremost(self, found: list[int], whole: str) -> list[int]:
        """As many as are shown, those that begin with the whole text before the others."""
        folded = self._folded or []
        first = list(islice((row for row in found if folded[row].startswith(whole)), _MOST_ROWS))
        known = set(first)
        others = (row for row in found if row not in known)
        return first + list(islice(others, _MOST_ROWS - len(first)))

    def choice(self, row: int) -> Choice:
        return self._choices[self._rows[row]]

    def row_of(self, value: str) -> int:
        """The visible row of a value, or -1."""
        return next(
            (i for i, row in enumerate(self._rows) if self._choices[row].value == value), -1
        )

    # Qt's own names from here on.

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return plain_text(self.choice(index.row()).label)
        return None

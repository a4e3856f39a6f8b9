"""Choosing a visit's outcome: grouped, found by typing its number or part of its word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from enumerator.model import Outcome
from ui import paint, theme
from ui.theme import TARGET, Radius, Space, Text
from ui.widgets.fields import SearchBox
from ui.widgets.item_views import set_up_list
from ui.widgets.layouts import column
from ui.words import outcome_word

translate = QCoreApplication.translate

# The first figure is the group, the second the place in it. The numbers are printed on the
# officers' card: they do not move when an outcome is added.
CODES: Final[dict[Outcome, str]] = {
    Outcome.NO_CONTACT: "11",
    Outcome.APPOINTMENT: "12",
    Outcome.RESPONDENT_UNABLE: "13",
    Outcome.ACCESS_DENIED: "14",
    Outcome.SOFT_REFUSAL: "21",
    Outcome.HARD_REFUSAL: "22",
    Outcome.THREATENING: "23",
    Outcome.ANSWERED_ONLINE_CLAIMED: "31",
    Outcome.ANSWERED_ONLINE_CONFIRMED: "32",
    Outcome.DUPLICATE: "33",
    Outcome.MOVED_OUT: "41",
    Outcome.SPLIT: "42",
    Outcome.MERGED: "43",
    Outcome.ALL_DEAD: "44",
    Outcome.NOT_ELIGIBLE: "45",
    Outcome.VACANT_REGULAR: "51",
    Outcome.VACANT_SEASONAL: "52",
    Outcome.VACANT_FOR_SALE: "53",
    Outcome.SECOND_HOME: "54",
    Outcome.UNDER_CONSTRUCTION: "55",
    Outcome.DEMOLISHED: "56",
    Outcome.NOT_A_DWELLING: "57",
    Outcome.INSTITUTION: "58",
    Outcome.NOT_FOUND: "59",
}

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()
_OUTCOME_ROLE: Final = int(Qt.ItemDataRole.UserRole)


def group_word(group: str) -> str:
    """The heading of a group, by the first figure of its numbers."""
    return {
        "1": translate("outcomes", "Not met"),
        "2": translate("outcomes", "Refused"),
        "3": translate("outcomes", "Already answered"),
        "4": translate("outcomes", "The family"),
        "5": translate("outcomes", "The dwelling"),
    }[group]


@dataclass(frozen=True, slots=True)
class _Line:
    code: str
    word: str
    outcome: Outcome | None


class OutcomeListModel(QAbstractListModel):
    """Headings and outcomes, those that match."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: list[_Line] = []
        self.set_search("")

    def set_search(self, text: str) -> None:
        """Figures match the beginning of a number, letters any part of a word."""
        wanted = text.strip().casefold()
        lines: list[_Line] = []
        group = ""
        for outcome, code in CODES.items():
            word = outcome_word(outcome)
            matches = code.startswith(wanted) if wanted.isdigit() else wanted in word.casefold()
            if not matches:
                continue
            if code[0] != group:
                group = code[0]
                lines.append(_Line("", group_word(group), None))
            lines.append(_Line(code, word, outcome))
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def outcomes(self) -> list[Outcome]:
        return [line.outcome for line in self._lines if line.outcome is not None]

    def index_of(self, outcome: Outcome) -> QModelIndex:
        for place, line in enumerate(self._lines):
            if line.outcome is outcome:
                return self.index(place, 0)
        return QModelIndex()

    # Qt's own names from here on.

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        line = self._lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.word
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{line.code} {line.word}".strip()
        if role == Qt.ItemDataRole.StatusTipRole:
            return line.code
        return line.outcome if role == _OUTCOME_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self._lines[index.row()].outcome is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class _OutcomeDelegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, TARGET if index.data(_OUTCOME_ROLE) else 34)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme.colours()
        area = QRectF(option.rect)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.save()
        if index.data(_OUTCOME_ROLE) is None:
            painter.setFont(theme.font(Text.CAPTION))
            painter.setPen(tokens.ink_faint)
            painter.drawText(area.adjusted(Space.S, 8, 0, 0), middle, index.data())
            painter.restore()
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        ground = area.adjusted(1, 1, -1, -1)
        if selected:
            paint.box(painter, ground, Radius.FIELD, tokens.accent_soft, tokens.accent)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            paint.box(painter, ground, Radius.FIELD, tokens.raised)
        badge = QRectF(area.left() + Space.S, area.center().y() - 12, 32, 24)
        paint.box(painter, badge, Radius.SMALL, tokens.raised, tokens.line)
        painter.setFont(theme.figures(Text.SMALL_STRONG))
        painter.setPen(tokens.accent_ink)
        painter.drawText(
            badge, Qt.AlignmentFlag.AlignCenter, index.data(int(Qt.ItemDataRole.StatusTipRole))
        )
        painter.setFont(theme.font(Text.STRONG if selected else Text.BODY))
        painter.setPen(tokens.accent_ink if selected else tokens.ink)
        words = area.adjusted(Space.S + 32 + Space.M, 0, -Space.S, 0)
        shown = painter.fontMetrics().elidedText(
            index.data(), Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, middle, shown)
        painter.restore()


class _OutcomeList(QListView):
    """Enter takes what is under the cursor; figures and letters go to the search field."""

    taken = Signal()
    typed = Signal(str)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        elif event.text().isalnum():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)


class OutcomePicker(QWidget):
    """Signals: ``chosen(Outcome)``: another outcome is chosen; ``taken()``: Enter, go on."""

    chosen = Signal(object)
    taken = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = column(self, gap=Space.S)
        self.search = SearchBox()
        self.model = OutcomeListModel(self)
        self.view = _OutcomeList()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_OutcomeDelegate(self.view))
        set_up_list(self.view)
        self.view.viewport().setAutoFillBackground(False)
        layout.addWidget(self.search)
        layout.addWidget(self.view, 1)
        self._chosen: Outcome | None = None
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._take_first)
        self.view.selectionModel().currentChanged.connect(self._choose)
        self.view.taken.connect(self.taken)
        self.view.typed.connect(self._search_for)

    def outcome(self) -> Outcome | None:
        """None while none is chosen."""
        return self._chosen

    def set_outcome(self, outcome: Outcome | None) -> None:
        self._chosen = None
        self.search.clear_quietly()
        self.model.set_search("")
        if outcome is None:
            self.view.clearSelection()
        else:
            self.view.setCurrentIndex(self.model.index_of(outcome))

    def retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Number or word of the outcome"))
        self.search.setAccessibleName(self.tr("Search outcomes"))
        self.search.set_clear_word(self.tr("Clear the search"))
        self.view.setAccessibleName(self.tr("Visit outcome"))
        self._filter(self.search.text())

    def _search_for(self, text: str) -> None:
        self.search.setFocus()
        self.search.setText(text)

    def _filter(self, text: str) -> None:
        chosen = self._chosen
        self.model.set_search(text)
        left = self.model.outcomes()
        if text.strip() and len(left) == 1:
            self._take(left[0])
        elif chosen in left:
            self.view.setCurrentIndex(self.model.index_of(chosen))

    def _take_first(self) -> None:
        left = self.model.outcomes()
        if left and self._chosen not in left:
            self._take(left[0])
        if self._chosen is not None:
            self.taken.emit()

    def _take(self, outcome: Outcome) -> None:
        self.view.setCurrentIndex(self.model.index_of(outcome))

    def _choose(self, current: QModelIndex) -> None:
        outcome = self.model.data(current, _OUTCOME_ROLE) if current.isValid() else None
        if isinstance(outcome, Outcome) and outcome is not self._chosen:
            self._chosen = outcome
            self.chosen.emit(outcome)

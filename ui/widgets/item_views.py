"""What the window's lists and tables have in common: no frame, nothing edited in place, rows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QListView, QTableView


def set_up_list(view: QListView) -> None:
    """A list that is moved through and pressed, and scrolls down only."""
    _set_up(view)
    view.setMouseTracking(True)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)


def set_up_table(view: QTableView, *, row_px: int, head_px: int) -> None:
    """A table chosen from by whole rows, one at a time; Tab leaves it."""
    _set_up(view)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    rows = view.verticalHeader()
    rows.hide()
    rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    rows.setDefaultSectionSize(row_px)
    head = view.horizontalHeader()
    head.setFixedHeight(head_px)
    head.setHighlightSections(False)


def _set_up(view: QAbstractItemView) -> None:
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

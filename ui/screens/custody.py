"""Where is my data: on this laptop, received by the server, covered by its backup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from enumerator.model import Custody
from ui import formats
from ui.operations import Operations
from ui.paint import Kind
from ui.theme import Ink, Space, Text
from ui.widgets.buttons import Button
from ui.widgets.labels import Icon, Label
from ui.widgets.layouts import ScrollArea, column, row
from ui.widgets.screen import Screen, ScreenHeader
from ui.widgets.surfaces import Card
from ui.widgets.tables import WordTable
from ui.words import custody_sign

if TYPE_CHECKING:
    from enumerator.fieldwork import DeliveryLine, Workspace
    from enumerator.store import OutboxSummary

_WAITING_SHOWN = 50


@dataclass(frozen=True, slots=True)
class CustodyFacts:
    """Everything that the screen shows, read in one go."""

    totals: OutboxSummary
    waiting: tuple[DeliveryLine, ...]
    last_contact: datetime | None
    now: datetime


class CustodyCard(Card):
    """One place and how many records are there."""

    def __init__(self, custody: Custody) -> None:
        super().__init__(gap=Space.XS)
        self._custody = custody
        sign = custody_sign(custody)
        self._count = Label("0", Text.DISPLAY)
        self._word = Label("", Text.STRONG, wrap=True)
        self._text = Label("", Text.SMALL, Ink.SOFT, wrap=True)
        head = row(gap=Space.M)
        head.addWidget(Icon(sign.icon, 32, tone=sign.tone))
        head.addWidget(self._count)
        head.addStretch(1)
        self.body.addLayout(head)
        self.body.addWidget(self._word)
        self.body.addWidget(self._text)
        self.body.addStretch(1)

    def count(self) -> str:
        """As it is shown."""
        return self._count.text()

    def set_count(self, count: int, text: str) -> None:
        self._count.setText(formats.number(count))
        self._word.setText(custody_sign(self._custody).word)
        self._text.setText(text)
        self.setAccessibleName(f"{self._word.text()}: {self._count.text()}. {text}")


class CustodyScreen(Screen):
    """Signals: ``sync_asked()``."""

    sync_asked = Signal()

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._workspace: Workspace | None = None
        self._facts: CustodyFacts | None = None
        self.header = ScreenHeader()
        self.sync = Button(icon="sync", kind=Kind.PRIMARY)
        self.cards = {custody: CustodyCard(custody) for custody in Custody}
        self._promise = Label("", Text.BODY, Ink.SOFT, wrap=True)
        self._contact = Label("", Text.SMALL_STRONG, Ink.SOFT, wrap=True)
        self._list = Card(gap=Space.S)
        self.waiting = WordTable()
        self._rest = Label("", Text.SMALL, Ink.FAINT, wrap=True)
        self._lay_out()
        self.header.back_pressed.connect(self.back_asked)
        self.sync.clicked.connect(self.sync_asked)
        self.retranslate()

    def _lay_out(self) -> None:
        whole = column(self, gap=Space.M)
        whole.setContentsMargins(Space.L, Space.M, Space.L, 0)
        self.header.buttons.addWidget(self.sync)
        whole.addWidget(self.header)
        inside = QWidget()
        content = column(inside, gap=Space.M)
        content.setContentsMargins(0, 0, Space.XS, Space.L)
        cards = row(gap=Space.M)
        for card in self.cards.values():
            cards.addWidget(card, 1)
        content.addLayout(cards)
        content.addWidget(self._promise)
        content.addWidget(self._contact)
        self._list.body.addWidget(self.waiting)
        self._list.body.addWidget(self._rest)
        content.addWidget(self._list)
        content.addStretch(1)
        whole.addWidget(ScrollArea(inside), 1)

    def set_workspace(self, workspace: Workspace | None) -> None:
        self._workspace = workspace
        self._facts = None

    def refresh(self) -> None:
        """Asks for everything again: something was recorded or received."""
        workspace = self._workspace
        if workspace is None:
            return

        def ask() -> CustodyFacts:
            return CustodyFacts(
                workspace.delivery.totals(),
                workspace.delivery.waiting(),
                workspace.delivery.last_contact(),
                workspace.store.clock.now(),
            )

        self._operations.read(ask, self._take_facts, latest="facts", owner=self)

    def _take_facts(self, facts: CustodyFacts) -> None:
        self._facts = facts
        self.cards[Custody.LAPTOP].set_count(
            facts.totals.waiting, self.tr("Not yet sent. Kept encrypted, in two places.")
        )
        self.cards[Custody.RELAYED].set_count(
            facts.totals.relayed, self.tr("Sealed and on its way. Kept here as well.")
        )
        self.cards[Custody.RECEIVED].set_count(
            facts.totals.received, self.tr("The server has signed a receipt for each.")
        )
        self.cards[Custody.SAFE].set_count(
            facts.totals.safe, self.tr("Covered by the server's backup as well.")
        )
        self._show_waiting(facts)
        contact = (
            self.tr("The server was last reached {when}.").format(
                when=formats.moment_short(facts.last_contact, facts.now)
            )
            if facts.last_contact is not None
            else self.tr("The server has not been reached yet.")
        )
        self._contact.setText(contact)

    def _show_waiting(self, facts: CustodyFacts) -> None:
        shown = facts.waiting[:_WAITING_SHOWN]
        headings = (self.tr("Recorded"), self.tr("What"), self.tr("Where it stands"))
        rows = [
            (
                formats.moment_short(line.created_at, facts.now),
                self._kind(line.kind),
                self.tr("Set aside, your supervisor is told: {reason}").format(
                    reason=line.reason or line.status
                )
                if line.set_aside
                else self.tr("Waiting for a connection"),
            )
            for line in shown
        ]
        self._list.setVisible(bool(rows))
        self.waiting.set_rows(headings, rows, stretch=2)
        more = len(facts.waiting) - len(shown)
        self._rest.setVisible(more > 0)
        self._rest.setText(self.tr("and %n more", "", more))

    def _kind(self, kind: str) -> str:
        return {
            "visit": self.tr("Visit"),
            "interview": self.tr("Interview"),
            "note": self.tr("Remark"),
            "reassignment": self.tr("Reassignment"),
            "acknowledgement": self.tr("Acknowledgement"),
        }.get(kind, kind)

    # What every screen has.

    def retranslate(self) -> None:
        self.header.set_trail(self.tr("Families"))
        self.header.title.setText(self.tr("Where is my data?"))
        self.header.back.set_word(self.tr("Back"), "Esc")
        self.sync.setText(self.tr("Synchronise now"))
        self._promise.setText(
            self.tr(
                "Nothing is removed from this laptop before the server's signed receipt is here "
                "and its backup covers the record. You never need to back up or clear anything."
            )
        )
        self._list.set_title(self.tr("Waiting to be sent"))
        self.waiting.setAccessibleName(self.tr("Waiting to be sent"))
        if self._facts is not None:
            self._take_facts(self._facts)

    def focus_first(self) -> None:
        self.sync.setFocus()

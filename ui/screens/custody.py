"""Where is my data: on this laptop, with the supervisor, received by the server, covered by its
backup; and the ways to get it there without a connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from enumerator.model import Custody
from ui import choosing, formats
from ui.account import RelayFacts
from ui.operations import Operations
from ui.paint import Kind
from ui.theme import Ink, Space, Text
from ui.widgets.buttons import Button
from ui.widgets.carriers import HandOverCard, RelayCard, StickCard
from ui.widgets.labels import Icon, Label
from ui.widgets.layouts import ScrollArea, column, row
from ui.widgets.screen import Screen, ScreenHeader
from ui.widgets.surfaces import Card
from ui.widgets.tables import WordTable
from ui.words import custody_sign, record_word

if TYPE_CHECKING:
    from enumerator.fieldwork import DeliveryLine, Workspace
    from enumerator.store.media import MediaSummary
    from enumerator.store.whereabouts import Totals

_WAITING_SHOWN = 50
_OTHER_RECORD = "id_reuse"
"""The server's word on a record whose number it knows with other content."""


@dataclass(frozen=True, slots=True)
class CustodyFacts:
    """Everything that the screen shows, read in one go."""

    totals: Totals
    carried: int
    """Records of others that this laptop is to send on."""
    waiting: tuple[DeliveryLine, ...]
    media: MediaSummary
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

    def set_count(self, count: int, text: str, word: str = "") -> None:
        """``word``: in place of the custody's own."""
        self._count.setText(formats.number(count))
        self._word.setText(word or custody_sign(self._custody).word)
        self._text.setText(text)
        self.setAccessibleName(f"{self._word.text()}: {self._count.text()}. {text}")


class CustodyScreen(Screen):
    """Signals: ``sync_asked()``; ``save_asked(Path)``: onto a stick; ``read_asked(list)``: answer
    files; ``take_asked(list)``: bundles; ``hand_over_asked(str, str)``: code and address;
    ``relay_asked(bool)``: help officers send, or stop."""

    sync_asked = Signal()
    save_asked = Signal(object)
    read_asked = Signal(object)
    take_asked = Signal(object)
    hand_over_asked = Signal(str, str)
    relay_asked = Signal(bool)

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._workspace: Workspace | None = None
        self._facts: CustodyFacts | None = None
        self.header = ScreenHeader()
        self.sync = Button(icon="sync", kind=Kind.PRIMARY)
        self.cards = {custody: CustodyCard(custody) for custody in Custody}
        self.stick = StickCard()
        self.hand_over = HandOverCard()
        self.relay = RelayCard()
        self.choose_target: Callable[..., Path | None] = choosing.choose_target
        self.choose_files: Callable[..., Sequence[Path]] = choosing.choose_files
        self._promise = Label("", Text.BODY, Ink.SOFT, wrap=True)
        self._contact = Label("", Text.SMALL_STRONG, Ink.SOFT, wrap=True)
        self._list = Card(gap=Space.S)
        self.waiting = WordTable()
        self._rest = Label("", Text.SMALL, Ink.FAINT, wrap=True)
        self.set_aside = Label("", Text.SMALL, Ink.SOFT, wrap=True)
        self._lay_out()
        self.header.back_pressed.connect(self.back_asked)
        self.sync.clicked.connect(self.sync_asked)
        self.stick.save_asked.connect(self._ask_save)
        self.stick.read_asked.connect(self._ask_read)
        self.stick.take_asked.connect(self._ask_take)
        self.hand_over.hand_over_asked.connect(self.hand_over_asked)
        self.relay.switch_asked.connect(self.relay_asked)
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
        ways = row(gap=Space.M)
        for way in (self.stick, self.hand_over, self.relay):
            ways.addWidget(way, 1)
        content.addLayout(ways)
        # What waits stands before the promises: its first lines are in sight on a small screen.
        self._list.body.addWidget(self.set_aside)
        self._list.body.addWidget(self.waiting)
        self._list.body.addWidget(self._rest)
        content.addWidget(self._list)
        content.addWidget(self._promise)
        content.addWidget(self._contact)
        content.addStretch(1)
        whole.addWidget(ScrollArea(inside), 1)

    def set_workspace(self, workspace: Workspace | None) -> None:
        self._workspace = workspace
        self._facts = None
        is_supervisor = workspace is not None and workspace.is_supervisor
        self.stick.set_supervisor(is_supervisor=is_supervisor)
        self.hand_over.setVisible(not is_supervisor)
        self.relay.setVisible(is_supervisor)
        self.hand_over.forget()

    def set_busy(self, *, is_busy: bool) -> None:
        """Something is being carried: one thing at a time."""
        for way in (self.stick, self.hand_over, self.relay):
            way.set_busy(is_busy=is_busy)

    def show_relay(self, facts: RelayFacts | None) -> None:
        """How it stands with helping others; None while that is off."""
        self.relay.set_facts(facts)

    def _ask_save(self) -> None:
        workspace = self._workspace
        if workspace is None:
            return
        moment = formats.stamp(workspace.store.clock.now())
        name = f"{workspace.store.enrolment.login}-{moment}.bundle"
        path = self.choose_target(self, self.tr("Save to USB"), name, ".bundle")
        if path is not None:
            self.save_asked.emit(path)

    def _ask_read(self) -> None:
        paths = self.choose_files(self, self.tr("Read answer"), ".answer")
        if paths:
            self.read_asked.emit(list(paths))

    def _ask_take(self) -> None:
        paths = self.choose_files(self, self.tr("Take officers' work"), ".bundle")
        if paths:
            self.take_asked.emit(list(paths))

    def refresh(self) -> None:
        """Asks for everything again: something was recorded or received."""
        workspace = self._workspace
        if workspace is None:
            return

        def ask() -> CustodyFacts:
            return CustodyFacts(
                workspace.delivery.totals(),
                workspace.delivery.carried(),
                workspace.delivery.waiting(),
                workspace.delivery.media(),
                workspace.delivery.last_contact(),
                workspace.store.clock.now(),
            )

        self._operations.read(ask, self._take_facts, latest="facts", owner=self)

    def _take_facts(self, facts: CustodyFacts) -> None:
        self._facts = facts
        self.cards[Custody.LAPTOP].set_count(facts.totals.waiting, self._laptop_words(facts.media))
        self._show_relayed(facts)
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

    def _laptop_words(self, media: MediaSummary) -> str:
        text = self.tr("Not yet sent. Kept encrypted, in two places.")
        if not media.waiting:
            return text
        photos = self.tr("%n photo(s) to be sent: {size}.", "", media.waiting)
        text = f"{text} {photos.format(size=formats.size(media.waiting_bytes))}"
        if not media.set_aside:
            return text
        failed = self.tr("%n of them could not be sent and are tried again.", "", media.set_aside)
        return f"{text} {failed}"

    def _show_relayed(self, facts: CustodyFacts) -> None:
        card = self.cards[Custody.RELAYED]
        if self._workspace is not None and self._workspace.is_supervisor:
            card.set_count(
                facts.carried,
                self.tr("Sealed records of others, to be sent from here."),
                self.tr("Of your officers"),
            )
        else:
            card.set_count(
                facts.totals.relayed, self.tr("Sealed and on its way. Kept here as well.")
            )

    def _show_waiting(self, facts: CustodyFacts) -> None:
        shown = facts.waiting[:_WAITING_SHOWN]
        headings = (self.tr("Recorded"), self.tr("What"), self.tr("Where it stands"))
        rows = [
            (
                formats.moment_short(line.created_at, facts.now),
                record_word(line.kind),
                self._standing(line, facts.now),
            )
            for line in shown
        ]
        self._list.setVisible(bool(rows))
        self.waiting.set_rows(headings, rows, stretch=2)
        words = self._set_aside_words(facts.waiting)
        self.set_aside.setVisible(bool(words))
        self.set_aside.setText(words)
        more = len(facts.waiting) - len(shown)
        self._rest.setVisible(more > 0)
        self._rest.setText(self.tr("and %n more", "", more))

    def _standing(self, line: DeliveryLine, now: datetime) -> str:
        if line.custody is Custody.RELAYED and line.relayed_at is not None:
            return self.tr("With {login} · handed over {when}").format(
                login=line.relay_login, when=formats.moment_short(line.relayed_at, now)
            )
        if line.receipt_no and line.media_waiting:
            return self.tr(
                "%n photo(s) or sounds wait, the answers are received", "", line.media_waiting
            )
        if line.status == _OTHER_RECORD:
            return self.tr("The server has another record under this number")
        if line.set_aside:
            return self.tr("Set aside; it is tried again by itself")
        return self.tr("Waiting for a connection")

    def _set_aside_words(self, waiting: Sequence[DeliveryLine]) -> str:
        """What it means that some of these do not go with the others; blank where none is."""
        here = [line for line in waiting if line.custody is not Custody.RELAYED]
        words = []
        if any(line.set_aside and line.status != _OTHER_RECORD for line in here):
            words.append(
                self.tr(
                    "What is set aside could not be handed over several times; the rest goes on "
                    "without it. It is tried again by itself after a longer pause."
                )
            )
        if any(line.status == _OTHER_RECORD for line in here):
            words.append(
                self.tr(
                    "Where the server has another record under the number, both are kept, and the "
                    "office decides."
                )
            )
        if words:
            is_supervisor = self._workspace is not None and self._workspace.is_supervisor
            words.append(
                self.tr("The office sees it with the next connection.")
                if is_supervisor
                else self.tr("Your supervisor sees it with the next connection.")
            )
        return " ".join(words)

    # What every screen has.

    def retranslate(self) -> None:
        self.header.set_trail(self.tr("Families"))
        self.header.title.setText(self.tr("Where is my data?"))
        self.header.back.set_word(self.tr("Back"), "Esc")
        self.sync.setText(self.tr("Synchronise now"))
        for way in (self.stick, self.hand_over, self.relay):
            way.retranslate()
        self._promise.setText(
            self.tr(
                "Nothing is removed from this laptop before the server's signed receipt is here "
                "and its backup covers the record. You never need to back up or clear anything."
            )
        )
        self._list.set_title(self.tr("Not yet received by the server"))
        self.waiting.setAccessibleName(self.tr("Not yet received by the server"))
        if self._facts is not None:
            self._take_facts(self._facts)

    def focus_first(self) -> None:
        self.sync.setFocus()

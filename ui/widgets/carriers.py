"""The ways that need no connection of one's own: a stick, and the supervisor's laptop nearby."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui import formats
from ui.account import RelayFacts
from ui.paint import Kind
from ui.theme import Ink, Space, Text, Tone
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, LineEdit
from ui.widgets.labels import Icon, Label
from ui.widgets.layouts import FlowLayout, column, row
from ui.widgets.surfaces import Card

_NARROW_PX: Final = 420
_BESIDE: Final = QBoxLayout.Direction.LeftToRight


class _WayCard(Card):
    """An icon, a title, a sentence; what is done goes below."""

    def __init__(self, icon: str) -> None:
        super().__init__(gap=Space.S)
        self.head.insertWidget(0, Icon(icon, 24, tone=Tone.ACCENT))
        self.text = Label("", Text.SMALL, Ink.SOFT, wrap=True)
        self.body.addWidget(self.text)


class StickCard(_WayCard):
    """Signals: ``save_asked()``; ``read_asked()``; ``take_asked()``: officers' bundles."""

    save_asked = Signal()
    read_asked = Signal()
    take_asked = Signal()

    def __init__(self) -> None:
        super().__init__("stick")
        self.save = Button(icon="stick", kind=Kind.SECONDARY)
        self.read = Button(icon="mail", kind=Kind.SECONDARY)
        self.take = Button(icon="people", kind=Kind.SECONDARY)
        self._is_supervisor = False
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=Space.S)
        for button in (self.save, self.read, self.take):
            flow.addWidget(button)
        self.body.addStretch(1)
        self.body.addWidget(buttons)
        self.save.clicked.connect(self.save_asked)
        self.read.clicked.connect(self.read_asked)
        self.take.clicked.connect(self.take_asked)
        self.set_supervisor(is_supervisor=False)

    def set_supervisor(self, *, is_supervisor: bool) -> None:
        """Only supervisors take work of others."""
        self._is_supervisor = is_supervisor
        self.take.setVisible(is_supervisor)
        self.retranslate()

    def set_busy(self, *, is_busy: bool) -> None:
        for button in (self.save, self.read, self.take):
            button.setEnabled(not is_busy)

    def retranslate(self) -> None:
        self.set_title(self.tr("By stick"))
        self.text.setText(
            self.tr(
                "Sealed work of your team goes to the office on a stick, and its answers come "
                "back. Nobody on the way can read it."
            )
            if self._is_supervisor
            else self.tr(
                "Everything that waits goes sealed onto a stick, for your supervisor or the "
                "office. Nobody on the way can read it."
            )
        )
        self.save.setText(self.tr("Save to USB"))
        self.read.setText(self.tr("Read answer"))
        self.take.setText(self.tr("Take officers' work"))
        self.take.setToolTip(
            self.tr("Take officers' sealed work from a stick, and leave the answers on it")
        )


class HandOverCard(_WayCard):
    """Signals: ``hand_over_asked(str, str)``: code and address, which may be blank."""

    hand_over_asked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__("people")
        self.code = LineEdit()
        self.code.setMaxLength(12)
        self.code.setPlaceholderText("K7QM-2F9T")
        self.address = LineEdit()
        self.address.setPlaceholderText("192.168.1.7:8418")
        self._code = Field(self.code)
        self._address = Field(self.address)
        self.give = Button(icon="cloud-up", kind=Kind.SECONDARY)
        fields = row(gap=Space.S)
        fields.addWidget(self._code, 2)
        fields.addWidget(self._address, 3)
        self._line = row(gap=Space.S)
        self._line.addLayout(fields, 1)
        self._line.addWidget(self.give, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addStretch(1)
        self.body.addLayout(self._line)
        self.give.clicked.connect(self._ask)
        self.code.returnPressed.connect(self._ask)
        self.address.returnPressed.connect(self._ask)
        self.code.textChanged.connect(self._allow)
        self._is_busy = False
        self.retranslate()
        self._allow()

    def set_busy(self, *, is_busy: bool) -> None:
        self._is_busy = is_busy
        self._allow()

    def forget(self) -> None:
        """Another officer is at work."""
        self.code.clear()
        self.address.clear()

    def _allow(self) -> None:
        self.give.setEnabled(bool(self.code.text().strip()) and not self._is_busy)

    def _ask(self) -> None:
        if self.give.isEnabled():
            self.hand_over_asked.emit(self.code.text(), self.address.text().strip())

    def retranslate(self) -> None:
        self.set_title(self.tr("Through your supervisor"))
        self.text.setText(
            self.tr(
                "In one network, your supervisor's laptop takes your sealed work along. Its "
                "screen shows the code."
            )
        )
        self._code.set_word(self.tr("Code"))
        self._address.set_word(self.tr("Address, if needed"))
        self.give.setText(self.tr("Hand over"))

    # Qt's own name.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = event.size().width() < _NARROW_PX
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else _BESIDE
        if self._line.direction() is not direction:
            self._line.setDirection(direction)


class RelayCard(_WayCard):
    """Signals: ``switch_asked(bool)``: help officers send, or stop."""

    switch_asked = Signal(bool)

    def __init__(self) -> None:
        super().__init__("people")
        self._facts: RelayFacts | None = None
        self.switch = Button(icon="cloud-up", kind=Kind.SECONDARY)
        self.code = Label("", Text.DISPLAY)
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.address = Label("", Text.SMALL_STRONG, wrap=True)
        self.carried = Label("", Text.SMALL, Ink.SOFT, wrap=True)
        self._shown = QWidget()
        words = column(gap=0)
        words.addWidget(self.address)
        words.addWidget(self.carried)
        line = row(self._shown, gap=Space.L)
        line.addWidget(self.code)
        line.addLayout(words, 1)
        self.body.addWidget(self._shown)
        self.body.addStretch(1)
        buttons = row()
        buttons.addWidget(self.switch)
        buttons.addStretch(1)
        self.body.addLayout(buttons)
        self.switch.clicked.connect(lambda: self.switch_asked.emit(self._facts is None))
        self.set_facts(None)

    def set_facts(self, facts: RelayFacts | None) -> None:
        """None while it is off."""
        self._facts = facts
        self._shown.setVisible(facts is not None)
        self.switch.set_icon_name("cloud-up" if facts is None else "close")
        self.retranslate()

    def set_busy(self, *, is_busy: bool) -> None:
        self.switch.setEnabled(not is_busy)

    def retranslate(self) -> None:
        facts = self._facts
        self.set_title(self.tr("Help officers send"))
        if facts is None:
            self.text.setText(
                self.tr(
                    "Officers in the same network hand their sealed work to this laptop, which "
                    "sends it on. You cannot read it."
                )
            )
            self.switch.setText(self.tr("Switch on"))
            return
        self.text.setText(self.tr("Officers in this network type this code. Keep this unlocked."))
        self.switch.setText(self.tr("Switch off"))
        self.code.setText(facts.code)
        self.code.setAccessibleName(self.tr("Code {code}").format(code=facts.code))
        self.address.setText(
            self.tr("Address {address}").format(address=" · ".join(facts.addresses))
        )
        self.carried.setText(
            self.tr("Taken {taken} · waiting to be sent {waiting}").format(
                taken=formats.number(facts.taken), waiting=formats.number(facts.waiting)
            )
        )

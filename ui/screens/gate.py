"""Before work begins: enrolling this laptop, and unlocking an officer's data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from enumerator.errors import KnownError
from ui import formats, icons, paint, theme
from ui.errors import explain
from ui.paint import Kind
from ui.screens.strength import LEAST_PASSPHRASE, StrengthMeter
from ui.theme import Ink, Radius, Space, Text, Tone
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, LineEdit, PassphraseEdit, Select
from ui.widgets.labels import Label
from ui.widgets.layouts import ScrollArea, column, row
from ui.widgets.screen import Screen
from ui.widgets.surfaces import Banner, Card
from ui.words import role_word

if TYPE_CHECKING:
    from enumerator.store.folders import Profile

_CARD_PX: Final = 460
_BRAND_FROM_PX: Final = 860
_RECOVERABLE: Final = frozenset({"no_keys", "no_device_secret"})
_OFFERED: Final = _RECOVERABLE | {"damaged_database"}
"""Failures with a way out that a button shows."""


class BrandPanel(QWidget):
    """What the program promises, beside the form, where there is room."""

    def __init__(self) -> None:
        super().__init__()
        layout = column(self, gap=Space.L)
        layout.setContentsMargins(Space.XXL, Space.XXL, Space.XXL, Space.XXL)
        layout.addSpacing(64)
        self._name = Label("Enumerator", Text.DISPLAY)
        self._aim = Label("", Text.BODY, Ink.SOFT, wrap=True)
        layout.addWidget(self._name)
        layout.addWidget(self._aim)
        layout.addSpacing(Space.M)
        self._promises = [Label("", Text.BODY, wrap=True) for _ in range(3)]
        for promise in self._promises:
            promise.setContentsMargins(40, 0, 0, 0)
            layout.addWidget(promise)
        layout.addStretch(1)
        self.setMinimumWidth(300)
        theme.tint_for_bar(self)
        self.retranslate()

    def retranslate(self) -> None:
        self._aim.setText(self.tr("Visiting the families that the census has not reached yet"))
        for label, text in zip(
            self._promises,
            (
                self.tr("Works for days without a network"),
                self.tr("What is saved is never lost"),
                self.tr("Shows for each family where its data is"),
            ),
            strict=True,
        ):
            label.setText(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "_promises"):
            theme.tint_for_bar(self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        painter.fillRect(self.rect(), tokens.bar)
        mark = QRectF(Space.XXL, Space.XXL, 52, 52)
        paint.box(painter, mark, Radius.CARD, tokens.bar_raised)
        icons.paint(painter, "clipboard", mark.adjusted(9, 9, -9, -9), tokens.on_bar)
        for name, label in zip(
            ("cloud-off", "shield-check", "laptop"), self._promises, strict=True
        ):
            place = QRectF(Space.XXL, label.y() - 1, 24, 24)
            icons.paint(painter, name, place, tokens.on_bar_soft)


class GateScreen(Screen):
    """A form on a card, the brand beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._brand = BrandPanel()
        self.card = Card(margin=Space.L, gap=Space.S)
        self.title = Label("", Text.TITLE)
        self.lead = Label("", Text.BODY, Ink.SOFT, wrap=True)
        self.banner = Banner()
        self.card.body.addWidget(self.title)
        self.card.body.addWidget(self.lead)
        self.card.body.addWidget(self.banner)
        self.card.setFixedWidth(_CARD_PX)
        inside = QWidget()
        centred = column(inside, margin=Space.L)
        # Stretches, not an alignment: an aligned item is not asked for its height at its width.
        across = row()
        across.addStretch(1)
        across.addWidget(self.card)
        across.addStretch(1)
        centred.addStretch(1)
        centred.addLayout(across)
        centred.addStretch(1)
        whole = row(self, gap=0)
        whole.addWidget(self._brand, 2)
        self._scroll = ScrollArea(inside)
        whole.addWidget(self._scroll, 3)

    def show_error(self, error: KnownError) -> None:
        """What went wrong and what to do, above the form."""
        told = explain(error)
        tone, icon = (Tone.INFO, "cloud-off") if told.is_calm else (Tone.BAD, "alert")
        self.banner.show_message(tone, icon, told.title, told.advice)
        # Once it has its place: the button that was pressed may stand far below.
        QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.banner))

    def show_wiping(self) -> None:
        """The office's order is being carried out."""
        self.banner.show_message(
            Tone.CARE,
            "hourglass",
            self.tr("The office has ordered this data to be deleted"),
            self.tr("Your finished work and your drafts are sealed and sent first. Please wait."),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        self._brand.setVisible(width >= _BRAND_FROM_PX)
        self.card.setFixedWidth(min(_CARD_PX, width - 2 * Space.L))


class EnrolScreen(GateScreen):
    """Signals: ``enrol_asked(str, str, str)``: server address, one-time code, passphrase."""

    enrol_asked = Signal(str, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.address = LineEdit()
        self.code = LineEdit()
        self.passphrase = PassphraseEdit()
        self.again = PassphraseEdit()
        self.submit = Button(icon="key", kind=Kind.PRIMARY)
        self.back = Button(kind=Kind.QUIET)
        self._fields = {
            "address": Field(self.address),
            "code": Field(self.code),
            "passphrase": Field(self.passphrase),
            "again": Field(self.again),
        }
        body = self.card.body
        for name in ("address", "code", "passphrase"):
            body.addWidget(self._fields[name])
        body.addWidget(StrengthMeter(self.passphrase))
        body.addWidget(self._fields["again"])
        buttons = row(gap=Space.S)
        buttons.addWidget(self.submit, 1)
        buttons.addWidget(self.back)
        body.addLayout(buttons)
        for field in (self.address, self.code, self.passphrase, self.again):
            field.returnPressed.connect(self._submit)
        self.submit.clicked.connect(self._submit)
        self.back.clicked.connect(self.back_asked)
        self._is_busy = False
        self.retranslate()

    def set_address(self, address: str) -> None:
        """The server that this laptop knows already."""
        self.address.setText(address)

    def set_may_go_back(self, may: bool) -> None:
        """Whether another officer is enrolled here."""
        self.back.setVisible(may)

    def set_busy(self, busy: bool) -> None:
        """While the server is asked."""
        self._is_busy = busy
        self.submit.setEnabled(not busy)
        self.retranslate()

    def clear(self) -> None:
        """Forgets what was typed."""
        for field in (self.code, self.passphrase, self.again):
            field.clear()
        self.banner.hide()

    def show_error(self, error: KnownError) -> None:
        super().show_error(error)
        if error.code.startswith("code_"):
            self.code.setFocus()
            self.code.selectAll()

    def _submit(self) -> None:
        if self._is_busy:
            return
        self.banner.hide()
        faults = self._faults()
        for name, field in self._fields.items():
            field.set_error(faults.get(name, ""))
        if faults:
            self._fields[next(iter(faults))].control.setFocus()
            return
        self.enrol_asked.emit(
            self.address.text().strip(), self.code.text().strip(), self.passphrase.text()
        )

    def errors(self) -> dict[str, str]:
        """What is said below the fields."""
        return {name: field.error() for name, field in self._fields.items() if field.error()}

    def _faults(self) -> dict[str, str]:
        faults: dict[str, str] = {}
        if not self.address.text().strip():
            faults["address"] = self.tr("Enter the server's address.")
        if not self.code.text().strip():
            faults["code"] = self.tr("Enter the code that your supervisor gave you.")
        if len(self.passphrase.text()) < LEAST_PASSPHRASE:
            faults["passphrase"] = self.tr("At least {least} characters.").format(
                least=LEAST_PASSPHRASE
            )
        elif self.passphrase.text() != self.again.text():
            faults["again"] = self.tr("The two passphrases differ.")
        return faults

    def retranslate(self) -> None:
        self.title.setText(self.tr("Enrol this laptop"))
        self.lead.setText(
            self.tr("Once, with a network: your supervisor gives you the address and a code.")
        )
        fields = self._fields
        fields["address"].set_word(self.tr("Server address"))
        self.address.setPlaceholderText("https://")
        fields["code"].set_word(self.tr("One-time code"))
        fields["passphrase"].set_word(
            self.tr("Choose a passphrase"),
            self.tr("It locks your data on this laptop. Several words are best."),
        )
        fields["again"].set_word(self.tr("Repeat the passphrase"))
        for edit in (self.passphrase, self.again):
            edit.set_show_word(self.tr("Show or hide the passphrase"))
        self.submit.setText(self.tr("Asking the server…") if self._is_busy else self.tr("Enrol"))
        self.back.setText(self.tr("Cancel"))

    def focus_first(self) -> None:
        (self.code if self.address.text() else self.address).setFocus()


class UnlockScreen(GateScreen):
    """Signals: ``unlock_asked(str, str)``: the profile's key, the passphrase;
    ``restore_asked(str, str)``: the same, for the backup of damaged data; ``enrol_asked()``;
    ``recover_asked(str)``: the profile's key: its passphrase is forgotten."""

    unlock_asked = Signal(str, str)
    restore_asked = Signal(str, str)
    enrol_asked = Signal()
    recover_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.account = Select()
        self.passphrase = PassphraseEdit()
        self.submit = Button(icon="key", kind=Kind.PRIMARY)
        self.forgotten = Button(icon="help", kind=Kind.QUIET)
        self.add = Button(icon="plus", kind=Kind.QUIET)
        self._account_field = Field(self.account)
        self._passphrase_field = Field(self.passphrase)
        body = self.card.body
        body.addWidget(self._account_field)
        body.addWidget(self._passphrase_field)
        body.addSpacing(Space.S)
        body.addWidget(self.submit)
        body.addWidget(self.forgotten)
        body.addWidget(self.add)
        self._profiles: Sequence[Profile] = ()
        self._is_busy = False
        self._wait_s = 0
        self._shown = ""
        self._countdown = QTimer(self)
        self._countdown.setInterval(1000)
        self._countdown.timeout.connect(self.tick)
        self.passphrase.returnPressed.connect(self._submit)
        self.submit.clicked.connect(self._submit)
        self.banner.pressed.connect(self._press_banner)
        self.forgotten.clicked.connect(self._ask_recover)
        self.add.clicked.connect(self.enrol_asked)
        self.retranslate()

    def set_profiles(self, profiles: Sequence[Profile], chosen: str = "") -> None:
        """The officers of this laptop; ``chosen`` is a profile's key."""
        self._profiles = profiles
        self._fill()
        if chosen:
            self.account.set_value(chosen)

    def set_busy(self, busy: bool) -> None:
        """While the key is made from the passphrase."""
        self._is_busy = busy
        self.retranslate()

    def clear(self) -> None:
        """Forgets what was typed."""
        self.passphrase.clear()
        self._passphrase_field.set_error("")
        self.banner.hide()

    def show_error(self, error: KnownError) -> None:
        if error.code == "wait":
            self._wait_s = int(error.facts["seconds"])
            self._countdown.start()
            self._show_wait()
            return
        self._shown = error.code
        if error.code in _OFFERED:
            told = explain(error)
            offer = self.tr("Recover") if error.code in _RECOVERABLE else self.tr("Open the backup")
            self.banner.show_message(Tone.BAD, "alert", told.title, told.advice, offer)
            return
        if error.code != "wrong_passphrase":
            super().show_error(error)
            return
        tries = int(error.facts.get("tries", 1))
        told = explain(error)
        self._passphrase_field.set_error(f"{told.title}. " + self.tr("Wrong tries: %n", "", tries))
        self.passphrase.selectAll()
        self.passphrase.setFocus()

    def passphrase_error(self) -> str:
        """What is said below the passphrase."""
        return self._passphrase_field.error()

    def wait_s(self) -> int:
        """Seconds that are still to be waited."""
        return self._wait_s

    def _submit(self) -> None:
        if self._is_busy or self._wait_s > 0:
            return
        self.banner.hide()
        self._passphrase_field.set_error("")
        if not self.passphrase.text():
            self._passphrase_field.set_error(self.tr("Enter your passphrase."))
            self.passphrase.setFocus()
            return
        self.unlock_asked.emit(str(self.account.currentData()), self.passphrase.text())

    def _press_banner(self) -> None:
        self.banner.hide()
        if self._shown in _RECOVERABLE:
            self._ask_recover()
            return
        self.restore_asked.emit(str(self.account.currentData()), self.passphrase.text())

    def _ask_recover(self) -> None:
        if not self._is_busy:
            self.recover_asked.emit(str(self.account.currentData()))

    def tick(self) -> None:
        """A second of the wait is over."""
        self._wait_s -= 1
        self._show_wait()

    def _show_wait(self) -> None:
        is_waiting = self._wait_s > 0
        # Read-only, not disabled: the focus stays here. Elsewhere the rest of a passphrase that is
        # being typed would press a button, or be read by whoever stands near.
        self.passphrase.setReadOnly(is_waiting)
        self.submit.setEnabled(not is_waiting and not self._is_busy)
        if is_waiting:
            self.banner.show_message(
                Tone.CARE,
                "hourglass",
                self.tr("Too many wrong tries"),
                self.tr("You can try again in {time}.").format(time=formats.duration(self._wait_s)),
            )
            return
        self._countdown.stop()
        self.banner.hide()
        self.passphrase.clear()
        if self.isVisible():
            self.passphrase.setFocus()

    def _fill(self) -> None:
        self.account.set_items(
            [
                (f"{profile.login} · {role_word(profile.role)}", profile.key)
                for profile in self._profiles
            ]
        )
        self._account_field.setVisible(len(self._profiles) > 1)
        alone = self._profiles[0] if len(self._profiles) == 1 else None
        self.lead.setText(
            f"{alone.login} · {role_word(alone.role)}"
            if alone is not None
            else self.tr("Several officers share this laptop. Choose your account.")
        )

    def retranslate(self) -> None:
        self.title.setText(self.tr("Unlock"))
        self._account_field.set_word(self.tr("Account"))
        self._passphrase_field.set_word(self.tr("Passphrase"))
        self.passphrase.set_show_word(self.tr("Show or hide the passphrase"))
        self.submit.setText(self.tr("Unlocking…") if self._is_busy else self.tr("Unlock"))
        self.submit.setEnabled(not self._is_busy and self._wait_s <= 0)
        self.forgotten.setText(self.tr("Passphrase forgotten?"))
        self.add.setText(self.tr("Enrol another officer"))
        self._fill()
        if self._wait_s > 0:
            self._show_wait()

    def focus_first(self) -> None:
        self.passphrase.setFocus()

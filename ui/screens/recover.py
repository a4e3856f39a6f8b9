"""The way back in: the office's file, its code, a new passphrase."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from enumerator.errors import KnownError
from enumerator.store.folders import laptop_number
from ui import choosing, formats
from ui.errors import explain
from ui.paint import Kind
from ui.screens.gate import GateScreen
from ui.screens.strength import LEAST_PASSPHRASE, StrengthMeter
from ui.theme import Space
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, LineEdit, PassphraseEdit
from ui.widgets.layouts import row

if TYPE_CHECKING:
    from enumerator.store.folders import Profile

_NAME_PX: Final = 320
_OF_THE_CODE = frozenset({"mistyped_recovery_code", "wrong_recovery_code", "wait"})


class RecoverScreen(GateScreen):
    """Signals: ``recover_asked(str, Path, str, str)``: the profile's key, the office's file, its
    code, the new passphrase."""

    recover_asked = Signal(str, object, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choose_file: Callable[[QWidget, str], Path | None] = choosing.choose_file
        self.choose = Button(icon="stick")
        self.code = LineEdit()
        self.passphrase = PassphraseEdit()
        self.again = PassphraseEdit()
        self.submit = Button(icon="key", kind=Kind.PRIMARY)
        self.back = Button(kind=Kind.QUIET)
        self._fields = {
            "file": Field(self.choose),
            "code": Field(self.code),
            "passphrase": Field(self.passphrase),
            "again": Field(self.again),
        }
        body = self.card.body
        for name in ("file", "code", "passphrase"):
            body.addWidget(self._fields[name])
        body.addWidget(StrengthMeter(self.passphrase))
        body.addWidget(self._fields["again"])
        buttons = row(gap=Space.S)
        buttons.addWidget(self.submit, 1)
        buttons.addWidget(self.back)
        body.addLayout(buttons)
        for field in (self.code, self.passphrase, self.again):
            field.returnPressed.connect(self._submit)
        self.choose.clicked.connect(self._choose)
        self.submit.clicked.connect(self._submit)
        self.back.clicked.connect(self.back_asked)
        self._profile: Profile | None = None
        self._file: Path | None = None
        self._is_busy = False
        self.retranslate()

    def set_profile(self, profile: Profile) -> None:
        """Who forgot; forgets what was typed before."""
        self._profile = profile
        self.clear()

    def clear(self) -> None:
        """Forgets what was chosen and typed."""
        self._file = None
        for edit in (self.code, self.passphrase, self.again):
            edit.clear()
        for field in self._fields.values():
            field.set_error("")
        self.banner.hide()
        self.retranslate()

    def set_file(self, path: Path) -> None:
        """The one that the officer chose."""
        self._file = path
        self._fields["file"].set_error("")
        self.retranslate()

    def set_busy(self, busy: bool) -> None:
        """While the file is opened and the key wrapped."""
        self._is_busy = busy
        self.retranslate()

    def show_error(self, error: KnownError) -> None:
        if error.code not in _OF_THE_CODE:
            super().show_error(error)
            return
        if error.code == "wait":
            left = formats.duration(int(error.facts["seconds"]))
            text = self.tr("Too many wrong codes. You can try again in {time}.").format(time=left)
        else:
            told = explain(error)
            text = f"{told.title}. {told.advice}"
        self._fields["code"].set_error(text)
        self.code.selectAll()
        self.code.setFocus()

    def errors(self) -> dict[str, str]:
        """What is said below the fields."""
        return {name: field.error() for name, field in self._fields.items() if field.error()}

    def _choose(self) -> None:
        path = self.choose_file(self, self.tr("Recovery file"))
        if path is not None:
            self.banner.hide()
            self.set_file(path)
            self.code.setFocus()

    def _submit(self) -> None:
        profile, path = self._profile, self._file
        if self._is_busy or profile is None:
            return
        self.banner.hide()
        faults = self._faults()
        for name, field in self._fields.items():
            field.set_error(faults.get(name, ""))
        if faults or path is None:
            self._fields[next(iter(faults))].control.setFocus()
            return
        self.recover_asked.emit(profile.key, path, self.code.text(), self.passphrase.text())

    def _faults(self) -> dict[str, str]:
        faults: dict[str, str] = {}
        if self._file is None:
            faults["file"] = self.tr("Choose the file that the office made.")
        if not self.code.text().strip():
            faults["code"] = self.tr("Enter the code that you were told.")
        if len(self.passphrase.text()) < LEAST_PASSPHRASE:
            faults["passphrase"] = self.tr("At least {least} characters.").format(
                least=LEAST_PASSPHRASE
            )
        elif self.passphrase.text() != self.again.text():
            faults["again"] = self.tr("The two passphrases differ.")
        return faults

    def retranslate(self) -> None:
        profile, fields = self._profile, self._fields
        self.title.setText(self.tr("Passphrase forgotten"))
        self.lead.setText(
            self.tr(
                "{login}: call your office and tell it the number of this laptop: {number}. It "
                "makes a recovery file and reads a code out to you. Your drafts and your finished "
                "work stay as they are."
            ).format(
                login="" if profile is None else profile.login,
                number="" if profile is None else laptop_number(profile.key),
            )
        )
        fields["file"].set_word(self.tr("Recovery file"))
        self.choose.setText(self.tr("Choose the file…") if self._file is None else self._name())
        self.choose.setToolTip("" if self._file is None else self._file.name)
        fields["code"].set_word(self.tr("Code from the office"))
        fields["passphrase"].set_word(self.tr("Choose a new passphrase"))
        fields["again"].set_word(self.tr("Repeat the passphrase"))
        for edit in (self.passphrase, self.again):
            edit.set_show_word(self.tr("Show or hide the passphrase"))
        self.submit.setText(self.tr("Opening…") if self._is_busy else self.tr("Open"))
        self.back.setText(self.tr("Cancel"))
        for button in (self.choose, self.submit, self.back):
            button.setEnabled(not self._is_busy)

    def _name(self) -> str:
        """Of the file; a long one loses its middle, or the card would be cut."""
        name = "" if self._file is None else self._file.name
        metrics = self.choose.fontMetrics()
        return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_PX)

    def focus_first(self) -> None:
        (self.choose if self._file is None else self.code).setFocus()

"""Where something stands: coordinates typed by hand, since a laptop rarely has a receiver."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.questions.fields import FieldsInput, Part
from ui.questions.lexical import NotUnderstood, parse_decimal, parse_degrees, split_place


class PlaceInput(FieldsInput):
    """Latitude, longitude, accuracy in metres; a pasted pair fills both coordinates."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__([Part("", 152)] * 3, parent)
        self._parts = (
            Part(self.tr("Latitude"), 132),
            Part(self.tr("Longitude"), 132),
            Part(self.tr("Accuracy (m)"), 108),
        )
        self._edits[0].setPlaceholderText("-3,3186")
        self._edits[1].setPlaceholderText("114,5944")
        self._edits[0].textEdited.connect(self._unpack)

    def _unpack(self, text: str) -> None:
        pair = split_place(text)
        if pair is not None:
            self._edits[0].setText(pair[0].replace(".", ","))
            self._edits[1].setText(pair[1].replace(".", ","))

    def _read(self, texts: list[str]) -> str:
        latitude, longitude, accuracy = texts
        if not latitude.strip() or not longitude.strip():
            raise NotUnderstood("half")
        north = parse_degrees(latitude, 90)
        east = parse_degrees(longitude, 180)
        metres = parse_decimal(accuracy) if accuracy.strip() else "0"
        if metres.startswith("-"):
            raise NotUnderstood("accuracy")
        return f"{north} {east} 0 {metres}"

    def _write(self, lexical: str) -> list[str]:
        numbers = lexical.split()
        if len(numbers) < 2:
            return ["", "", ""]
        metres = numbers[3] if len(numbers) > 3 and float(numbers[3]) else ""
        return [text.replace(".", ",") for text in (numbers[0], numbers[1], metres)]

    def _say(self, texts: list[str]) -> str:
        try:
            north = float(parse_degrees(texts[0], 90))
            east = float(parse_degrees(texts[1], 180))
        except NotUnderstood:
            return ""
        vertical = self.tr("N") if north >= 0 else self.tr("S")
        horizontal = self.tr("E") if east >= 0 else self.tr("W")
        written = f"{abs(north):.4f}° {vertical}  {abs(east):.4f}° {horizontal}"
        return written.replace(".", ",")

    def _why(self, word: str) -> str:
        if word == "half":
            return self.tr("Type both latitude and longitude, or leave both blank.")
        if word == "degrees":
            return self.tr("Type decimal degrees: latitude -90 to 90, longitude -180 to 180.")
        return self.tr("Type the accuracy in metres, for example 12.")

"""A photo taken from a file: chosen or dropped, shrunk, kept in the encrypted store only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMimeData,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QImageReader,
    QImageWriter,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFileDialog, QWidget

from enumerator.errors import KnownError
from ui import formats, icons, paint, theme
from ui.paint import Kind
from ui.questions.base import EnterFilter, QuestionInput
from ui.questions.views import QuestionView
from ui.theme import TARGET, Radius, Space, Text
from ui.widgets.buttons import Button

_PREVIEW = QSize(144, 100)
_MAX_SOURCE_BYTES = 64 * 1024 * 1024
SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")


def shrink(content: bytes, max_pixels: int, quality: int) -> bytes:
    """The picture as JPEG, its longer edge at most ``max_pixels``, turned upright. Its pixels and
    nothing else: what a camera writes beside them tells where and when.

    Callable from any thread. KnownError ``not_a_picture``.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    longer = max(size.width(), size.height())
    if longer > max_pixels:
        # The JPEG decoder scales while it reads: a camera's 12 megapixels never fill the memory.
        reader.setScaledSize(
            size.scaled(max_pixels, max_pixels, Qt.AspectRatioMode.KeepAspectRatio)
        )
    picture = reader.read()
    if picture.isNull():
        raise KnownError(
            "not_a_picture", "This file is no picture that can be read. Choose a JPEG or PNG file."
        )
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(out, QByteArray(b"jpeg"))
    writer.setQuality(quality)
    writer.write(_bare(picture))
    return bytes(out.data().data())


def _bare(picture: QImage) -> QImage:
    """Without texts, profile and transparency, which JPEG would make black."""
    bare = QImage(picture.size(), QImage.Format.Format_RGB32)
    bare.fill(Qt.GlobalColor.white)
    painter = QPainter(bare)
    painter.drawImage(0, 0, picture)
    painter.end()
    return bare


def read_picture(path: Path) -> bytes:
    """KnownError ``file_too_large``, ``file_unreadable``."""
    try:
        if path.stat().st_size > _MAX_SOURCE_BYTES:
            raise KnownError(
                "file_too_large", "This file is larger than 64 MB. Choose a smaller picture."
            )
        return path.read_bytes()
    except OSError:
        raise KnownError("file_unreadable", "This file cannot be read. Choose another.") from None


class PictureInput(QuestionInput):
    """Choose or drop a file, see it, take it away.

    Signals: ``chosen(path)``: a file to attach; ``wanted()``: the stored picture is to be shown.
    """

    chosen = Signal(str)
    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QImage | None = None
        self._size_bytes = 0
        self._shown = ""
        self._choose = Button(icon="plus", parent=self)
        self._choose.clicked.connect(self._ask)
        self._remove = Button(icon="close", kind=Kind.QUIET, parent=self)
        self._remove.clicked.connect(lambda: self.answered.emit("", ""))
        self._enter = EnterFilter(self)
        self._enter.stepped.connect(self.step)
        for button in (self._choose, self._remove):
            button.installEventFilter(self._enter)
        self.setAcceptDrops(True)

    def focus_target(self) -> QWidget:
        return self._choose

    def enter(self, value: str) -> None:
        """``value`` is the path of a picture."""
        self._choose.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit(value)
        self.step(1)

    def set_picture(self, content: bytes) -> None:
        """The stored picture, to be previewed."""
        picture = QImage.fromData(QByteArray(content))
        self._size_bytes = len(content)
        self._picture = None
        if not picture.isNull():
            self._picture = picture.scaled(
                _PREVIEW * 2,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        self.update()

    def _take(self, view: QuestionView) -> None:
        value = view.element.value
        self._choose.setText(
            self.tr("Choose another picture") if value else self.tr("Choose a picture")
        )
        self._choose.setEnabled(not view.element.readonly)
        self._remove.setText(self.tr("Remove"))
        self._remove.setVisible(bool(value) and not view.element.readonly)
        if value != self._shown:
            was_empty = not self._shown
            self._shown = value
            self._picture = None
            self._arrange()
            if value:
                self.wanted.emit()
            if was_empty or not value:
                self.resized.emit()
        self._arrange()

    def _name_parts(self, name: str) -> None:
        self._choose.setAccessibleName(f"{self.tr('Choose a picture')}: {name}")
        self._remove.setAccessibleName(f"{self.tr('Remove')}: {name}")

    def _ask(self) -> None:
        wanted = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        path, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose a picture"), "", f"{self.tr('Pictures')} ({wanted})"
        )
        if path:
            self.chosen.emit(path)

    def _preview_area(self) -> QRect:
        return QRect(0, 0, _PREVIEW.width(), _PREVIEW.height())

    def _arrange(self) -> None:
        left = _PREVIEW.width() + Space.L if self._shown else 0
        width = self._choose.sizeHint().width()
        self._choose.setGeometry(left, 0, width, TARGET)
        remove = self._remove.sizeHint().width()
        self._remove.setGeometry(left, TARGET + Space.XS, remove, TARGET)
        self.update()

    # Qt's own names from here on.

    def heightForWidth(self, _width: int) -> int:
        return _PREVIEW.height() if self._shown else TARGET

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event.mimeData()) and not self.view.element.readonly:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event.mimeData())
        if path:
            event.acceptProposedAction()
            self.chosen.emit(path)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        painter.setFont(theme.font(Text.SMALL))
        painter.setPen(tokens.ink_faint)
        middle = Qt.AlignmentFlag.AlignVCenter
        if not self._shown:
            left = self._choose.geometry().right() + Space.M
            place = QRect(left, 0, self.width() - left, TARGET)
            painter.drawText(place, middle, self.tr("or drop a file here"))
            return
        frame = QRectF(self._preview_area())
        paint.box(painter, frame, Radius.SMALL, tokens.raised, tokens.line)
        if self._picture is None:
            box = QRectF(0, 0, 28, 28)
            box.moveCenter(frame.center())
            icons.paint(painter, "hourglass", box, tokens.ink_faint)
            return
        fitted = QRectF(self._picture.rect())
        scale = min((frame.width() - 8) / fitted.width(), (frame.height() - 8) / fitted.height())
        fitted = QRectF(0, 0, fitted.width() * scale, fitted.height() * scale)
        fitted.moveCenter(frame.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(fitted, self._picture)
        painter.setPen(tokens.ink_faint)
        left = self._choose.geometry().right() + Space.M
        place = QRect(left, 0, self.width() - left, TARGET)
        painter.drawText(place, middle, formats.size(self._size_bytes))


def _dropped(data: QMimeData) -> str:
    for url in data.urls():
        path = url.toLocalFile()
        if path.lower().endswith(SUFFIXES):
            return path
    return ""

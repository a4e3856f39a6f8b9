"""The window's own icons: strokes on a 24 by 24 grid, tinted when painted.

An icon never stands for a meaning alone; a word stands beside it or in its accessible name.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

FOLDER: Final = Path(__file__).parent / "resources" / "icons"
"""One SVG an icon; its strokes are ``currentColor``."""


def names() -> list[str]:
    """Every icon there is."""
    return sorted(file.stem for file in FOLDER.glob("*.svg"))


def paint(
    painter: QPainter, name: str, box: QRectF, tint: QColor, *, stroke_px: float = 1.8
) -> None:
    """Draws an icon centred in ``box``, as large as its shorter side."""
    side = min(box.width(), box.height())
    target = QRectF(0, 0, side, side)
    target.moveCenter(box.center())
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    picture = _picture(name, tint.name(), max(1, round(side)), ratio, stroke_px)
    painter.drawPixmap(target.topLeft(), picture)


def pixmap(name: str, tint: QColor, size_px: int, ratio: float = 1.0) -> QPixmap:
    """One icon as a picture, ``size_px`` logical pixels square."""
    return _picture(name, tint.name(), size_px, ratio, 1.8)


def icon(name: str, tint: QColor, size_px: int = 20) -> QIcon:
    """For Qt's own widgets, which want a QIcon; make it again when the theme changes."""
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(_picture(name, tint.name(), size_px, ratio, 1.8))
    return made


@lru_cache(maxsize=1024)
def _picture(name: str, tint: str, size_px: int, ratio: float, stroke_px: float) -> QPixmap:
    # The stroke is given in pixels of the screen so that small icons are as heavy as large ones.
    stroke = stroke_px * 24 / max(size_px, 1) if size_px < 24 else stroke_px
    source = _source(name).replace("currentColor", tint)
    source = source.replace('stroke-width="1.8"', f'stroke-width="{stroke:.2f}"')
    drawn = QPixmap(QSize(size_px, size_px) * ratio)
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, size_px, size_px))
    painter.end()
    return drawn


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")

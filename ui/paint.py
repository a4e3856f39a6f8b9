"""The few shapes of which the window's widgets are drawn."""

from __future__ import annotations

from enum import Enum
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ui import theme
from ui.theme import Colours, Radius, Tone

NO_BRUSH: Final = Qt.BrushStyle.NoBrush


class Kind(Enum):
    """How much a button weighs on its screen; one PRIMARY at most is in sight."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"
    DANGER = "danger"
    BAR = "bar"


def box(
    painter: QPainter,
    area: QRectF,
    radius: float,
    fill: QColor | None,
    line: QColor | None = None,
    width: float | None = None,
) -> None:
    """A rounded rectangle whose outline lies inside ``area``, crisp at any scale."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if line is None:
        painter.setPen(Qt.PenStyle.NoPen)
        inner = area
    else:
        pen_width = theme.colours().line_width if width is None else width
        painter.setPen(QPen(line, pen_width))
        inner = area.adjusted(pen_width / 2, pen_width / 2, -pen_width / 2, -pen_width / 2)
    if fill is None:
        painter.setBrush(NO_BRUSH)
    else:
        painter.setBrush(fill)
    radius = min(radius, inner.height() / 2, inner.width() / 2)
    painter.drawRoundedRect(inner, radius, radius)


def focus_ring(painter: QPainter, area: QRectF, radius: float = Radius.FIELD) -> None:
    """What shows where the keyboard is: two pixels, in a colour of its own."""
    box(painter, area, radius, None, theme.colours().focus, 2.0)


def field(
    painter: QPainter, area: QRectF, *, focused: bool, enabled: bool, invalid: bool = False
) -> None:
    """The ground of anything that is typed or chosen in."""
    tokens = theme.colours()
    fill = tokens.sunken if enabled else tokens.raised
    if invalid:
        box(painter, area, Radius.FIELD, fill, tokens.ink_bad, 2.0)
    elif focused:
        box(painter, area, Radius.FIELD, fill, tokens.focus, 2.0)
    else:
        box(painter, area, Radius.FIELD, fill, tokens.edge if enabled else tokens.line)


def button(
    painter: QPainter,
    area: QRectF,
    kind: Kind,
    *,
    enabled: bool,
    hovered: bool,
    pressed: bool,
    focused: bool,
    checked: bool = False,
) -> None:
    """The ground of a button."""
    tokens = theme.colours()
    fill, line = _button_colours(tokens, kind, hovered=hovered, pressed=pressed, checked=checked)
    if not enabled:
        fill = None if kind in (Kind.QUIET, Kind.BAR) else tokens.raised
        line = None if kind in (Kind.QUIET, Kind.BAR) else tokens.line
    box(painter, area, Radius.FIELD, fill, line)
    if focused:
        gap = 3.0 if kind in (Kind.PRIMARY, Kind.DANGER) else 0.0
        ring = area.adjusted(gap, gap, -gap, -gap)
        colour = button_ink(kind, enabled=True) if gap or kind is Kind.BAR else tokens.focus
        box(painter, ring, Radius.FIELD - gap, None, colour, 2.0)


def button_ink(kind: Kind, *, enabled: bool, checked: bool = False) -> QColor:
    """The colour of a button's word and icon."""
    tokens = theme.colours()
    if kind is Kind.BAR:
        return tokens.on_bar if enabled else tokens.on_bar_soft
    if not enabled:
        return tokens.ink_faint
    if kind is Kind.PRIMARY:
        return tokens.on_accent
    if kind is Kind.DANGER:
        return tokens.on_danger
    if kind is Kind.QUIET or checked:
        return tokens.accent_ink
    return tokens.ink


def _button_colours(
    tokens: Colours, kind: Kind, *, hovered: bool, pressed: bool, checked: bool
) -> tuple[QColor | None, QColor | None]:
    if kind is Kind.PRIMARY:
        if pressed:
            return tokens.accent_pressed, None
        return (tokens.accent_hover if hovered else tokens.accent), None
    if kind is Kind.DANGER:
        return (tokens.danger_hover if hovered or pressed else tokens.danger), None
    if kind is Kind.BAR:
        return (tokens.bar_raised if hovered or pressed or checked else None), None
    if checked:
        return tokens.accent_soft, tokens.accent
    if kind is Kind.QUIET:
        return (tokens.accent_soft if hovered or pressed else None), None
    return (tokens.raised if hovered or pressed else tokens.surface), tokens.edge


def check_mark(
    painter: QPainter, area: QRectF, *, on: bool, partly: bool, enabled: bool, round_: bool
) -> None:
    """A check box, or with ``round_`` a radio button."""
    tokens = theme.colours()
    radius = area.height() / 2 if round_ else 5.0
    accent = tokens.accent if enabled else tokens.ink_faint
    if not (on or partly):
        edge = tokens.edge if enabled else tokens.line
        box(painter, area, radius, tokens.sunken, edge, max(1.5, tokens.line_width))
        return
    if round_:
        box(painter, area, radius, tokens.sunken, accent, 2.0)
        dot = area.height() * 0.26
        box(painter, area.adjusted(dot, dot, -dot, -dot), radius, accent)
        return
    box(painter, area, radius, accent)
    painter.setPen(
        QPen(tokens.on_accent, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap,
             Qt.PenJoinStyle.RoundJoin)
    )  # fmt: skip
    side = area.width()

    def at(x: float, y: float) -> QPointF:
        return QPointF(area.left() + side * x, area.top() + side * y)

    if partly:
        painter.drawLine(at(0.27, 0.5), at(0.73, 0.5))
    else:
        painter.drawPolyline(QPolygonF([at(0.25, 0.53), at(0.43, 0.7), at(0.76, 0.33)]))


def chevron(painter: QPainter, area: QRectF, direction: str, colour: QColor) -> None:
    """An arrow head, ``up``, ``down``, ``left`` or ``right``."""
    half = min(area.width(), area.height()) / 2
    centre = area.center()
    points = {
        "down": ((-1, -0.5), (0, 0.5), (1, -0.5)),
        "up": ((-1, 0.5), (0, -0.5), (1, 0.5)),
        "left": ((0.5, -1), (-0.5, 0), (0.5, 1)),
        "right": ((-0.5, -1), (0.5, 0), (-0.5, 1)),
    }[direction]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(
        QPen(colour, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap,
             Qt.PenJoinStyle.RoundJoin)
    )  # fmt: skip
    painter.drawPolyline(
        QPolygonF([QPointF(centre.x() + x * half, centre.y() + y * half) for x, y in points])
    )


def tone_box(painter: QPainter, area: QRectF, tone: Tone, radius: float) -> None:
    """The ground of a chip or banner."""
    tones = theme.colours().tones[tone]
    box(painter, area, radius, tones.fill, tones.line)

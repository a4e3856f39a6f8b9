"""Fusion with our own grounds: fields, buttons, marks, lists, headers, scroll bars.

Only the three drawing functions are overridden. Measured: with those, showing a form of 240
widgets costs a third more than bare Fusion; overriding ``pixelMetric`` and ``sizeFromContents`` as
well would double it (54,000 calls into Python), a style sheet also. Sizes are therefore the
widgets' own business (``ui.widgets``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QProxyStyle,
    QStyle,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QStyleOptionFrame,
    QStyleOptionHeader,
    QStyleOptionProgressBar,
    QStyleOptionSlider,
    QStyleOptionSpinBox,
    QStyleOptionViewItem,
    QWidget,
)

from ui import paint, theme
from ui.paint import Kind
from ui.theme import Radius

_ARROW_PX: Final = 24
"""What a combo box's arrow takes of its field."""
_State: Final = QStyle.StateFlag
_Primitive: Final = QStyle.PrimitiveElement
_Control: Final = QStyle.ControlElement
_Complex: Final = QStyle.ComplexControl
_Sub: Final = QStyle.SubControl


def _has(option: QStyleOption, flag: QStyle.StateFlag) -> bool:
    return bool(option.state & flag)


def _area(option: QStyleOption) -> QRectF:
    return QRectF(option.rect)


class EnumeratorStyle(QProxyStyle):
    """The look of every standard widget in the window."""

    def __init__(self) -> None:
        super().__init__("Fusion")
        self.setObjectName("enumerator")
        self._primitives: dict[
            QStyle.PrimitiveElement, Callable[[QStyleOption, QPainter, QWidget | None], None]
        ] = {
            _Primitive.PE_PanelLineEdit: self._draw_line_edit,
            _Primitive.PE_FrameLineEdit: self._draw_line_edit,
            _Primitive.PE_PanelButtonCommand: self._draw_button,
            _Primitive.PE_FrameDefaultButton: _draw_nothing,
            _Primitive.PE_FrameFocusRect: self._draw_focus,
            _Primitive.PE_IndicatorCheckBox: self._draw_check_box,
            _Primitive.PE_IndicatorItemViewItemCheck: self._draw_check_box,
            _Primitive.PE_IndicatorRadioButton: self._draw_radio_button,
            _Primitive.PE_PanelItemViewItem: self._draw_item,
            _Primitive.PE_PanelItemViewRow: _draw_nothing,
            _Primitive.PE_Frame: self._draw_frame,
            _Primitive.PE_IndicatorHeaderArrow: self._draw_header_arrow,
        }
        self._controls: dict[
            QStyle.ControlElement, Callable[[QStyleOption, QPainter, QWidget | None], None]
        ] = {
            _Control.CE_HeaderSection: self._draw_header,
            _Control.CE_HeaderEmptyArea: self._draw_header,
            _Control.CE_ProgressBarGroove: self._draw_groove,
            _Control.CE_ProgressBarContents: self._draw_progress,
            _Control.CE_ScrollBarAddLine: _draw_nothing,
            _Control.CE_ScrollBarSubLine: _draw_nothing,
            _Control.CE_ScrollBarAddPage: _draw_nothing,
            _Control.CE_ScrollBarSubPage: _draw_nothing,
        }

    def _draw_line_edit(
        self, option: QStyleOption, painter: QPainter, widget: QWidget | None
    ) -> None:
        if isinstance(option, QStyleOptionFrame) and option.lineWidth <= 0:
            return  # inside a combo box or spin box, which draws the ground
        paint.field(
            painter,
            _area(option),
            focused=_has(option, _State.State_HasFocus),
            enabled=_has(option, _State.State_Enabled),
            invalid=widget is not None and bool(widget.property("invalid")),
        )

    def _draw_button(self, option: QStyleOption, painter: QPainter, _: QWidget | None) -> None:
        is_default = isinstance(option, QStyleOptionButton) and bool(
            option.features & QStyleOptionButton.ButtonFeature.DefaultButton
        )
        paint.button(
            painter,
            _area(option),
            Kind.PRIMARY if is_default else Kind.SECONDARY,
            enabled=_has(option, _State.State_Enabled),
            hovered=_has(option, _State.State_MouseOver),
            pressed=_has(option, _State.State_Sunken),
            focused=_has(option, _State.State_HasFocus),
            checked=_has(option, _State.State_On),
        )

    def _draw_focus(self, option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
        if widget is not None and widget.property("own_focus"):
            return
        paint.focus_ring(painter, _area(option), Radius.SMALL)

    def _draw_check_box(self, option: QStyleOption, painter: QPainter, _: QWidget | None) -> None:
        paint.check_mark(
            painter,
            _square(option),
            on=_has(option, _State.State_On),
            partly=_has(option, _State.State_NoChange),
            enabled=_has(option, _State.State_Enabled),
            round_=False,
        )

    def _draw_radio_button(
        self, option: QStyleOption, painter: QPainter, _: QWidget | None
    ) -> None:
        paint.check_mark(
            painter,
            _square(option),
            on=_has(option, _State.State_On),
            partly=False,
            enabled=_has(option, _State.State_Enabled),
            round_=True,
        )

    def _draw_item(self, option: QStyleOption, painter: QPainter, _: QWidget | None) -> None:
        if not isinstance(option, QStyleOptionViewItem):
            return
        tokens = theme.colours()
        if option.backgroundBrush.style() != Qt.BrushStyle.NoBrush:
            painter.fillRect(option.rect, option.backgroundBrush)
        if _has(option, _State.State_Selected):
            painter.fillRect(option.rect, tokens.accent_soft)
        elif _has(option, _State.State_MouseOver) and _has(option, _State.State_Enabled):
            painter.fillRect(option.rect, tokens.raised)

    def _draw_frame(self, option: QStyleOption, painter: QPainter, _: QWidget | None) -> None:
        tokens = theme.colours()
        line = tokens.focus if _has(option, _State.State_HasFocus) else tokens.line
        paint.box(painter, _area(option), Radius.FIELD, None, line)

    def _draw_header(self, option: QStyleOption, painter: QPainter, _: QWidget | None) -> None:
        tokens = theme.colours()
        painter.fillRect(option.rect, tokens.raised)
        painter.setPen(tokens.line)
        painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())

    def _draw_header_arrow(
        self, option: QStyleOption, painter: QPainter, _: QWidget | None
    ) -> None:
        if not isinstance(option, QStyleOptionHeader):
            return
        is_up = option.sortIndicator == QStyleOptionHeader.SortIndicator.SortUp
        area = QRectF(0, 0, 9, 9)
        area.moveCenter(_area(option).center())
        paint.chevron(painter, area, "down" if is_up else "up", theme.colours().accent_ink)

    def _draw_groove(self, option: QStyleOption, painter: QPainter, _: QWidget | None) -> None:
        tokens = theme.colours()
        paint.box(painter, _area(option), 4, tokens.line if not tokens.is_dark else tokens.raised)

    def _draw_progress(self, option: QStyleOption, painter: QPainter, _: QWidget | None) -> None:
        if not isinstance(option, QStyleOptionProgressBar):
            return
        area = _area(option)
        span = max(1, option.maximum - option.minimum)
        if option.maximum <= option.minimum:
            return
        area.setWidth(area.width() * (option.progress - option.minimum) / span)
        if area.width() >= 1:
            paint.box(painter, area, 4, theme.colours().accent)

    def _draw_combo_box(self, option: QStyleOptionComboBox, painter: QPainter) -> None:
        area = _area(option)
        paint.field(
            painter,
            area,
            focused=_has(option, _State.State_HasFocus),
            enabled=_has(option, _State.State_Enabled),
        )
        arrow = QRectF(area.right() - 20, area.top(), 10, area.height())
        paint.chevron(painter, arrow, "down", theme.colours().ink_soft)

    def _draw_spin_box(
        self, option: QStyleOptionSpinBox, painter: QPainter, widget: QWidget
    ) -> None:
        paint.field(
            painter,
            _area(option),
            focused=_has(option, _State.State_HasFocus),
            enabled=_has(option, _State.State_Enabled),
            invalid=bool(widget.property("invalid")),
        )
        for part, direction in (
            (_Sub.SC_SpinBoxUp, "up"),
            (_Sub.SC_SpinBoxDown, "down"),
        ):
            if option.subControls & part:
                place = self.subControlRect(_Complex.CC_SpinBox, option, part, widget)
                arrow = QRectF(0, 0, 9, 9)
                arrow.moveCenter(QRectF(place).center())
                paint.chevron(painter, arrow, direction, theme.colours().ink_soft)

    def _draw_scroll_bar(
        self, option: QStyleOptionSlider, painter: QPainter, widget: QWidget
    ) -> None:
        tokens = theme.colours()
        slider = QRectF(
            self.subControlRect(_Complex.CC_ScrollBar, option, _Sub.SC_ScrollBarSlider, widget)
        )
        is_active = _has(option, _State.State_MouseOver) or _has(option, _State.State_Sunken)
        inset = 4.0 if not is_active else 3.0
        if option.orientation is Qt.Orientation.Vertical:
            slider.adjust(inset, 2, -inset, -2)
        else:
            slider.adjust(2, inset, -2, -inset)
        colour = tokens.ink_faint if is_active else tokens.edge
        paint.box(painter, slider, slider.width() / 2, colour)

    # Qt's own names from here on.

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        drawer = self._primitives.get(element)
        if drawer is None:
            super().drawPrimitive(element, option, painter, widget)
            return
        painter.save()
        drawer(option, painter, widget)
        painter.restore()

    def drawControl(
        self,
        element: QStyle.ControlElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        drawer = self._controls.get(element)
        if drawer is not None:
            painter.save()
            drawer(option, painter, widget)
            painter.restore()
            return
        if element == _Control.CE_PushButtonLabel and isinstance(option, QStyleOptionButton):
            is_default = bool(option.features & QStyleOptionButton.ButtonFeature.DefaultButton)
            if is_default and _has(option, _State.State_Enabled):
                option.palette.setColor(QPalette.ColorRole.ButtonText, theme.colours().on_accent)
        elif element == _Control.CE_ComboBoxLabel:
            option.rect = option.rect.adjusted(6, 0, 0, 0)
            if isinstance(option, QStyleOptionComboBox):
                room = option.rect.width() - _ARROW_PX
                shown = Qt.TextElideMode.ElideRight
                option.currentText = option.fontMetrics.elidedText(option.currentText, shown, room)
        elif element == _Control.CE_HeaderLabel and widget is not None:
            pad_px = widget.property("pad_px")
            if isinstance(pad_px, int):
                option.rect = option.rect.adjusted(pad_px, 0, 0, 0)
        elif element == _Control.CE_ItemViewItem and isinstance(option, QStyleOptionViewItem):
            option.palette.setColor(QPalette.ColorRole.HighlightedText, theme.colours().ink)
        super().drawControl(element, option, painter, widget)

    def drawComplexControl(
        self,
        control: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        painter.save()
        if control == _Complex.CC_ComboBox and isinstance(option, QStyleOptionComboBox):
            self._draw_combo_box(option, painter)
        elif control == _Complex.CC_SpinBox and isinstance(option, QStyleOptionSpinBox) and widget:
            self._draw_spin_box(option, painter, widget)
        elif control == _Complex.CC_ScrollBar and isinstance(option, QStyleOptionSlider) and widget:
            self._draw_scroll_bar(option, painter, widget)
        else:
            super().drawComplexControl(control, option, painter, widget)
        painter.restore()


def _draw_nothing(_option: QStyleOption, _painter: QPainter, _widget: QWidget | None) -> None:
    """Drawn by another element already."""


def _square(option: QStyleOption) -> QRectF:
    area = _area(option)
    side = min(area.width(), area.height())
    square = QRectF(0, 0, side, side)
    square.moveCenter(area.center())
    return square

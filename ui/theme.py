"""Design tokens of the window: colours, type, spacing; the palette and the style made of them.

A widget asks :func:`colours` and :func:`font` when it paints, never before: a change of theme is a
``PaletteChange`` event and a repaint. There is no style sheet (a global one triples the cost of
showing a form). Contrast of every pair used for text is held by a test: WCAG AA (4.5) in the light
and dark themes, AAA (7) in sunlight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

FONTS: Final = Path(__file__).parent / "resources" / "fonts"
FAMILY: Final = "Inter"

# Everything that is pressed is at least this high and wide, in logical pixels.
TARGET: Final = 44


class Space:
    """Distances in logical pixels; nothing in the window uses any other."""

    XS: Final = 4
    S: Final = 8
    M: Final = 12
    L: Final = 16
    XL: Final = 24
    XXL: Final = 32


class Radius:
    """Corner radii in logical pixels."""

    SMALL: Final = 6
    FIELD: Final = 8
    CARD: Final = 12


class Text(Enum):
    """Type scale: (size in logical pixels, weight)."""

    CAPTION = (12, QFont.Weight.Medium)
    SMALL = (13, QFont.Weight.Normal)
    SMALL_STRONG = (13, QFont.Weight.DemiBold)
    BODY = (15, QFont.Weight.Normal)
    STRONG = (15, QFont.Weight.DemiBold)
    SUBTITLE = (17, QFont.Weight.DemiBold)
    TITLE = (21, QFont.Weight.DemiBold)
    DISPLAY = (28, QFont.Weight.DemiBold)


class Ink(Enum):
    """Text colours, each carried by a palette role so that a plain QLabel can wear them."""

    NORMAL = QPalette.ColorRole.WindowText
    SOFT = QPalette.ColorRole.BrightText
    FAINT = QPalette.ColorRole.PlaceholderText
    ACCENT = QPalette.ColorRole.Link
    BAD = QPalette.ColorRole.LinkVisited


class Tone(Enum):
    """What a chip or banner means; never told by colour alone."""

    NEUTRAL = "neutral"
    ACCENT = "accent"
    INFO = "info"
    PLAN = "plan"
    GOOD = "good"
    CARE = "care"
    BAD = "bad"


class ThemeName(StrEnum):
    LIGHT = "light"
    DARK = "dark"
    SUNLIGHT = "sunlight"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class ToneColours:
    ink: QColor
    fill: QColor
    line: QColor


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme. ``line`` separates, ``edge`` bounds what can be operated (3:1)."""

    name: ThemeName
    is_dark: bool
    line_width: float
    canvas: QColor
    surface: QColor
    raised: QColor
    sunken: QColor
    ink: QColor
    ink_soft: QColor
    ink_faint: QColor
    ink_bad: QColor
    line: QColor
    edge: QColor
    accent: QColor
    accent_hover: QColor
    accent_pressed: QColor
    on_accent: QColor
    accent_soft: QColor
    accent_ink: QColor
    focus: QColor
    danger: QColor
    danger_hover: QColor
    on_danger: QColor
    bar: QColor
    bar_raised: QColor
    on_bar: QColor
    on_bar_soft: QColor
    tones: Mapping[Tone, ToneColours]


def _tones(**pairs: tuple[str, str, str]) -> Mapping[Tone, ToneColours]:
    return MappingProxyType(
        {
            Tone(name): ToneColours(QColor(ink), QColor(fill), QColor(line))
            for name, (ink, fill, line) in pairs.items()
        }
    )


_LIGHT: Final = Colours(
    name=ThemeName.LIGHT,
    is_dark=False,
    line_width=1.0,
    canvas=QColor("#F2F5F4"),
    surface=QColor("#FFFFFF"),
    raised=QColor("#F4F8F7"),
    sunken=QColor("#FAFCFB"),
    ink=QColor("#12211F"),
    ink_soft=QColor("#41514E"),
    ink_faint=QColor("#586965"),
    ink_bad=QColor("#A5231C"),
    line=QColor("#DBE3E0"),
    edge=QColor("#80918C"),
    accent=QColor("#0B6570"),
    accent_hover=QColor("#09545D"),
    accent_pressed=QColor("#07444C"),
    on_accent=QColor("#FFFFFF"),
    accent_soft=QColor("#DFF1F1"),
    accent_ink=QColor("#0A5C66"),
    focus=QColor("#0B8793"),
    danger=QColor("#B3261E"),
    danger_hover=QColor("#961C15"),
    on_danger=QColor("#FFFFFF"),
    bar=QColor("#0D3D43"),
    bar_raised=QColor("#17525A"),
    on_bar=QColor("#FFFFFF"),
    on_bar_soft=QColor("#BFDCDB"),
    tones=_tones(
        neutral=("#43524F", "#E9EEEC", "#C3CFCB"),
        accent=("#0A5C66", "#DFF1F1", "#9CD0D1"),
        info=("#1A4E8F", "#E5EEFB", "#A9C6EF"),
        plan=("#59389A", "#EFE9FB", "#C9B8EC"),
        good=("#12683A", "#E0F4E7", "#9AD3B0"),
        care=("#804600", "#FDF0D8", "#EBC98A"),
        bad=("#A0211A", "#FDE7E5", "#F0B3AE"),
    ),
)

_DARK: Final = Colours(
    name=ThemeName.DARK,
    is_dark=True,
    line_width=1.0,
    canvas=QColor("#0D1413"),
    surface=QColor("#151E1D"),
    raised=QColor("#1C2726"),
    sunken=QColor("#101817"),
    ink=QColor("#E9F0EE"),
    ink_soft=QColor("#BAC7C4"),
    ink_faint=QColor("#93A4A0"),
    ink_bad=QColor("#FF9C93"),
    line=QColor("#2A3735"),
    edge=QColor("#6A7D78"),
    accent=QColor("#54C4CB"),
    accent_hover=QColor("#72D4DA"),
    accent_pressed=QColor("#3CB0B7"),
    on_accent=QColor("#04272A"),
    accent_soft=QColor("#15383B"),
    accent_ink=QColor("#7FDBDF"),
    focus=QColor("#72D4DA"),
    danger=QColor("#FF8A80"),
    danger_hover=QColor("#FFA59D"),
    on_danger=QColor("#3B0703"),
    bar=QColor("#0A2427"),
    bar_raised=QColor("#12363A"),
    on_bar=QColor("#F0F7F6"),
    on_bar_soft=QColor("#A5C4C3"),
    tones=_tones(
        neutral=("#C3CFCC", "#26312F", "#43524F"),
        accent=("#86DEE2", "#15383B", "#2B666B"),
        info=("#A9CBFA", "#182B45", "#34557F"),
        plan=("#CDB9F7", "#2A2044", "#54428A"),
        good=("#8FDDB0", "#13301F", "#2D6645"),
        care=("#F5C77A", "#372708", "#73561B"),
        bad=("#FFA79F", "#3D1714", "#84362F"),
    ),
)

_SUNLIGHT: Final = Colours(
    name=ThemeName.SUNLIGHT,
    is_dark=False,
    line_width=2.0,
    canvas=QColor("#FFFFFF"),
    surface=QColor("#FFFFFF"),
    raised=QColor("#F1F4F3"),
    sunken=QColor("#FFFFFF"),
    ink=QColor("#000000"),
    ink_soft=QColor("#141414"),
    ink_faint=QColor("#333333"),
    ink_bad=QColor("#7A0A05"),
    line=QColor("#767676"),
    edge=QColor("#000000"),
    accent=QColor("#00373E"),
    accent_hover=QColor("#002328"),
    accent_pressed=QColor("#001418"),
    on_accent=QColor("#FFFFFF"),
    accent_soft=QColor("#CBEDED"),
    accent_ink=QColor("#00373E"),
    focus=QColor("#B33C00"),
    danger=QColor("#7A0A05"),
    danger_hover=QColor("#560502"),
    on_danger=QColor("#FFFFFF"),
    bar=QColor("#000000"),
    bar_raised=QColor("#2B2B2B"),
    on_bar=QColor("#FFFFFF"),
    on_bar_soft=QColor("#F2F2F2"),
    tones=_tones(
        neutral=("#1F1F1F", "#EDEDED", "#000000"),
        accent=("#00373E", "#D3F0F0", "#00373E"),
        info=("#06295C", "#E0ECFF", "#06295C"),
        plan=("#33106E", "#EFE6FF", "#33106E"),
        good=("#003D1B", "#DBF7E5", "#003D1B"),
        care=("#4A2600", "#FFEFCF", "#4A2600"),
        bad=("#6B0703", "#FFE6E3", "#6B0703"),
    ),
)

THEMES: Final[Mapping[ThemeName, Colours]] = MappingProxyType(
    {_LIGHT.name: _LIGHT, _DARK.name: _DARK, _SUNLIGHT.name: _SUNLIGHT}
)

_active: Colours = _LIGHT


def colours() -> Colours:
    """The theme in force; ask when painting."""
    return _active


@cache
def font(role: Text) -> QFont:
    """The font of one step of the type scale (shared: copy before changing it)."""
    size_px, weight = role.value
    made = QFont(FAMILY)
    made.setPixelSize(size_px)
    made.setWeight(weight)
    made.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    return made


@cache
def figures(role: Text) -> QFont:
    """As :func:`font`, with figures of equal width: for columns of numbers and for NIK."""
    made = QFont(font(role))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


@cache
def load_fonts() -> None:
    """Makes the shipped font known to Qt: a bare machine has none at all, and with one font the
    widths that the tests measure are those of every machine."""
    for file in sorted(FONTS.glob("*.otf")):
        if QFontDatabase.addApplicationFont(str(file)) < 0:
            raise OSError(f"the font {file.name} cannot be read")


def resolve(name: ThemeName) -> ThemeName:
    """``auto`` is what the desktop asks for; any other name is itself."""
    if name is not ThemeName.AUTO:
        return name
    scheme = QGuiApplication.styleHints().colorScheme()
    return ThemeName.DARK if scheme is Qt.ColorScheme.Dark else ThemeName.LIGHT


def install(app: QApplication, name: ThemeName = ThemeName.LIGHT) -> None:
    """Dresses the application; call again to change the theme, at any time."""
    global _active
    load_fonts()
    _active = THEMES[resolve(name)]
    if app.style().objectName() != "enumerator":
        from ui.style import EnumeratorStyle

        app.setStyle(EnumeratorStyle())
        app.setFont(font(Text.BODY))
    app.setPalette(palette_of(_active))


def palette_of(theme: Colours) -> QPalette:
    """The QPalette of a theme; roles beyond Qt's own meaning are those of :class:`Ink`."""
    role = QPalette.ColorRole
    made = QPalette(theme.surface, theme.canvas)
    for which, colour in {
        role.Window: theme.canvas,
        role.WindowText: theme.ink,
        role.Base: theme.surface,
        role.AlternateBase: theme.raised,
        role.Text: theme.ink,
        role.Button: theme.surface,
        role.ButtonText: theme.ink,
        role.BrightText: theme.ink_soft,
        role.PlaceholderText: theme.ink_faint,
        role.Link: theme.accent_ink,
        role.LinkVisited: theme.ink_bad,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.ToolTipBase: theme.ink,
        role.ToolTipText: theme.surface,
        role.Light: theme.surface,
        role.Midlight: theme.raised,
        role.Mid: theme.line,
        role.Dark: theme.edge,
        role.Shadow: theme.edge,
    }.items():
        made.setColor(which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText, role.BrightText):
        made.setColor(QPalette.ColorGroup.Disabled, which, theme.ink_faint)
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, theme.line)
    made.setColor(QPalette.ColorGroup.Disabled, role.Base, theme.raised)
    return made


def tint_for_bar(widget: QWidget) -> None:
    """The words on ``widget``, whose ground is the bar's, take the bar's inks.

    For its ``PaletteChange`` too: nothing is set again where they have them already.
    """
    tokens = colours()
    wanted = QPalette(widget.palette())
    if wanted.color(QPalette.ColorRole.WindowText) == tokens.on_bar and (
        wanted.color(Ink.SOFT.value) == tokens.on_bar_soft
    ):
        return
    wanted.setColor(QPalette.ColorRole.WindowText, tokens.on_bar)
    wanted.setColor(Ink.SOFT.value, tokens.on_bar_soft)
    widget.setPalette(wanted)


def contrast(first: QColor, second: QColor) -> float:
    """WCAG 2.2 contrast ratio of two opaque colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    return (
        0.2126 * linear(colour.redF())
        + 0.7152 * linear(colour.greenF())
        + 0.0722 * linear(colour.blueF())
    )

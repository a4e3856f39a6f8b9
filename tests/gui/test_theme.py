"""The themes: readable by measurement, complete, changeable at any time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QFontDatabase, QFontInfo, QImage
from PySide6.QtWidgets import QApplication

from ui import icons, theme
from ui.theme import THEMES, Colours, ThemeName, Tone, contrast
from ui.widgets.labels import Label
from ui.widgets.topbar import TopBar

Pair = tuple[str, QColor, QColor]

_GROUNDS = ("canvas", "surface", "raised", "sunken", "accent_soft")
_INKS = ("ink", "ink_soft", "ink_faint", "ink_bad", "accent_ink")


def text_pairs(tokens: Colours) -> Iterator[Pair]:
    """Every ink on every ground that it is written on."""
    for ground in _GROUNDS:
        for ink in _INKS:
            yield f"{ink} on {ground}", getattr(tokens, ink), getattr(tokens, ground)
    for ground in ("accent", "accent_hover", "accent_pressed"):
        yield f"on_accent on {ground}", tokens.on_accent, getattr(tokens, ground)
    for ground in ("danger", "danger_hover"):
        yield f"on_danger on {ground}", tokens.on_danger, getattr(tokens, ground)
    for ground in ("bar", "bar_raised"):
        yield f"on_bar on {ground}", tokens.on_bar, getattr(tokens, ground)
        yield f"on_bar_soft on {ground}", tokens.on_bar_soft, getattr(tokens, ground)
    for tone, colours in tokens.tones.items():
        yield f"{tone.value} chip", colours.ink, colours.fill
        yield f"{tone.value} icon on surface", colours.ink, tokens.surface
    yield "toast", tokens.surface, tokens.ink


@pytest.mark.parametrize("name", THEMES)
def test_text_is_readable_in_every_theme(name: ThemeName) -> None:
    least = 7.0 if name is ThemeName.SUNLIGHT else 4.5
    faint = {
        what: round(contrast(ink, ground), 2)
        for what, ink, ground in text_pairs(THEMES[name])
        if contrast(ink, ground) < least
    }
    assert not faint


@pytest.mark.parametrize("name", THEMES)
def test_what_can_be_operated_has_an_edge_in_every_theme(name: ThemeName) -> None:
    tokens = THEMES[name]
    for ground in (tokens.canvas, tokens.surface, tokens.sunken):
        assert contrast(tokens.edge, ground) >= 3
        assert contrast(tokens.focus, ground) >= 3
        assert contrast(tokens.accent, ground) >= 3


def test_contrast_is_that_of_wcag_for_known_pairs() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


def test_every_theme_has_every_tone() -> None:
    for tokens in THEMES.values():
        assert set(tokens.tones) == set(Tone)


def test_the_shipped_font_is_the_one_in_use() -> None:
    assert "Inter" in QFontDatabase.families()
    for role in theme.Text:
        assert QFontInfo(theme.font(role)).family() == "Inter"


@pytest.mark.parametrize("name", icons.names())
def test_icon_is_drawn_in_its_tint(name: str) -> None:
    drawn: QImage = icons.pixmap(name, QColor("#ff0000"), 48).toImage()
    inked = [
        QColor(drawn.pixelColor(x, y))
        for x in range(48)
        for y in range(48)
        if drawn.pixelColor(x, y).alpha() > 200
    ]
    assert len(inked) > 20
    assert all(colour.red() > 200 and colour.green() < 60 for colour in inked)


def test_widgets_change_colour_at_once_when_the_theme_changes(application: QApplication) -> None:
    bar, label = TopBar(), Label("text")
    bar.resize(400, 60)
    for name, tokens in THEMES.items():
        theme.install(application, name)
        application.sendPostedEvents()
        assert bar.grab().toImage().pixelColor(390, 2) == tokens.bar
        assert label.palette().windowText().color() == tokens.ink


def test_auto_theme_is_one_of_the_themes() -> None:
    assert theme.resolve(ThemeName.AUTO) in THEMES

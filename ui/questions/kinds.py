"""Which widget asks which question."""

from __future__ import annotations

from enumerator.xform import Element
from ui.questions.base import QuestionInput
from ui.questions.choice_list import OptionList
from ui.questions.choice_search import SearchInput
from ui.questions.moments import DateInput, MomentInput, Now, TimeInput
from ui.questions.pictures import PictureInput
from ui.questions.places import PlaceInput
from ui.questions.scales import RangeInput, RankInput, TriggerInput, UnknownInput
from ui.questions.text import (
    DecimalInput,
    DigitsInput,
    IntegerInput,
    LongTextInput,
    TextInput,
)
from ui.questions.views import QuestionView

# More options than this are searched, not looked through, whatever the form says.
_MANY = 24


def input_for(view: QuestionView, now: Now) -> QuestionInput:
    """A fresh widget for the question; UnknownInput where there is none of its kind."""
    element = view.element
    if element.control == "select1":
        wants_search = {"minimal", "autocomplete", "search"} & set(element.appearance)
        if wants_search or len(view.choices) > _MANY:
            return SearchInput()
        return OptionList(multiple=False)
    if element.control == "select":
        return OptionList(multiple=True)
    if element.control == "rank":
        return RankInput()
    if element.control == "range":
        return RangeInput()
    if element.control == "trigger":
        return TriggerInput()
    if element.control == "upload":
        return PictureInput() if element.mediatype.startswith("image") else UnknownInput()
    if element.control == "input":
        return _typed(element, now)
    return UnknownInput()


def _typed(element: Element, now: Now) -> QuestionInput:
    kind = element.type
    if kind in ("string", "barcode", ""):
        if "multiline" in element.appearance:
            return LongTextInput()
        return DigitsInput() if "numbers" in element.appearance else TextInput()
    if kind == "int":
        return IntegerInput()
    if kind == "decimal":
        return DecimalInput()
    if kind == "date":
        return DateInput(now)
    if kind == "time":
        return TimeInput(now)
    if kind == "dateTime":
        return MomentInput(now)
    if kind == "geopoint":
        return PlaceInput()
    return UnknownInput()


def same_kind(first: QuestionView, second: QuestionView) -> bool:
    """Whether one widget can go on showing the other view."""
    one, other = first.element, second.element
    return (one.control, one.type, one.appearance) == (other.control, other.type, other.appearance)

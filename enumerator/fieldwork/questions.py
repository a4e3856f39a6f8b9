"""The questions of one family's questionnaire by name: for who decides about an interview without
having it before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from enumerator.errors import KnownError
from enumerator.fieldwork.news import value_words
from enumerator.xform import FormSession, Kind, Ref

_POSITION = re.compile(r"\[\d+\]")
_LAST_NUMBER = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class QuestionName:
    """``section``: the group that the question belongs to, or the line of a roster."""

    ref: str
    section: str
    label: str
    in_line: bool = False


class Questions:
    """Over a session as it starts for the family: not thread-safe, like the session."""

    def __init__(self, session: FormSession) -> None:
        self._session = session
        self._names = {name.ref: name for name in self._walk(session.root, "", in_line=False)}

    def names(self) -> tuple[QuestionName, ...]:
        """Every question that can be answered, asked at present or not, in the form's order."""
        return tuple(self._names.values())

    def name(self, path: str) -> QuestionName:
        """A question by its reference; of a line that is not here, in the words of the first."""
        ref = self._known(path)
        if ref is None:
            return QuestionName(path, "", path.rpartition("/")[2])
        element = self._session.element(ref)
        named = self._names.get(ref)
        label = element.label or path.rpartition("/")[2]
        if named is None:
            return QuestionName(path, "", label)
        section = named.section
        if named.in_line and (positions := _POSITION.findall(path)):
            section = _LAST_NUMBER.sub(positions[-1].strip("[]"), section)
        return QuestionName(path, section, label, named.in_line)

    def words(self, path: str, value: str) -> str:
        """An answer as it is read."""
        ref = self._known(path)
        return value if ref is None else value_words(self._session, ref, value)

    def _known(self, path: str) -> Ref | None:
        for candidate in (path, _POSITION.sub("", path)):
            try:
                return self._session.element(candidate).ref
            except KnownError:
                continue
        return None

    def _walk(self, ref: Ref, section: str, *, in_line: bool) -> Iterator[QuestionName]:
        is_repeat = self._session.element(ref).kind is Kind.REPEAT
        for number, child in enumerate(self._session.children(ref), start=1):
            element = self._session.element(child)
            if is_repeat:
                yield from self._walk(child, f"{section} {number}", in_line=True)
            elif element.kind is not Kind.QUESTION:
                own = section if in_line else element.label or section
                yield from self._walk(child, own, in_line=in_line)
            elif element.label and not element.readonly and element.control != "trigger":
                yield QuestionName(element.ref, section, element.label, in_line)

"""What the server needs to know of an interview: which form, its result word, whom it is about.

Reads hostile XML safely: no document type, hence no entities; bounded depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.parsers import expat

from enumerator.fieldwork.binding import SP2020_C1

_MAX_DEPTH = 200
_BINDING = SP2020_C1


class UnreadableInterviewError(ValueError):
    """Not the XML of an interview."""


@dataclass(frozen=True, slots=True)
class InterviewSummary:
    """Blank where the form lacks the question or it was not answered."""

    form_id: str
    form_version: str
    result_word: str | None
    """None when the form has no result word at all."""
    head_name: str
    address: str
    village: str
    sls: str


class _Reader:
    def __init__(self, wanted: frozenset[str]) -> None:
        self.path: list[str] = []
        self.root: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self._wanted = wanted
        self._open = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.path:
            self.root = attributes
        self.path.append(name.rpartition(" ")[2])
        if len(self.path) > _MAX_DEPTH:
            raise UnreadableInterviewError("too deep")
        here = "/".join(self.path[1:])
        self._open = here if here in self._wanted else ""
        if self._open:
            self.values[here] = ""

    def end(self, _name: str) -> None:
        self.path.pop()
        self._open = ""

    def text(self, data: str) -> None:
        if self._open:
            self.values[self._open] += data

    def doctype(self, *_arguments: object) -> None:
        raise UnreadableInterviewError("document type")


def summarise(xml: bytes) -> InterviewSummary:
    """UnreadableInterviewError when ``xml`` is malformed, too deep or has a document type."""
    places = {
        name: _below_root(getattr(_BINDING, name))
        for name in ("outcome", "head_name", "address", "village", "sls")
    }
    reader = _Reader(frozenset(places.values()))
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        raise UnreadableInterviewError("malformed") from error
    found = {name: reader.values.get(place) for name, place in places.items()}
    return InterviewSummary(
        form_id=reader.root.get("id", ""),
        form_version=reader.root.get("version", ""),
        result_word=found["outcome"],
        head_name=(found["head_name"] or "").strip(),
        address=(found["address"] or "").strip(),
        village=(found["village"] or "").strip(),
        sls=(found["sls"] or "").strip(),
    )


def _below_root(ref: str) -> str:
    return ref.strip("/").partition("/")[2]

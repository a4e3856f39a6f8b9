"""What the server needs to know of an interview: which form, and its result word.

Reads hostile XML safely: no document type, hence no entities; bounded depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.parsers import expat

RESULT_ELEMENT = "kode_hasil"
_MAX_DEPTH = 200


class UnreadableInterviewError(ValueError):
    """Not the XML of an interview."""


@dataclass(frozen=True, slots=True)
class InterviewSummary:
    form_id: str
    form_version: str
    result_word: str | None
    """Text of the root's ``kode_hasil``; None when the form has none."""


class _Reader:
    def __init__(self) -> None:
        self.path: list[str] = []
        self.root: dict[str, str] = {}
        self.word: str | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self.path:
            self.root = attributes
        self.path.append(name.rpartition(" ")[2])
        if len(self.path) > _MAX_DEPTH:
            raise UnreadableInterviewError("too deep")
        if self._at_result():
            self.word = ""

    def end(self, _name: str) -> None:
        self.path.pop()

    def text(self, data: str) -> None:
        if self.word is not None and self._at_result():
            self.word += data

    def doctype(self, *_arguments: object) -> None:
        raise UnreadableInterviewError("document type")

    def _at_result(self) -> bool:
        return len(self.path) == 2 and self.path[1] == RESULT_ELEMENT


def summarise(xml: bytes) -> InterviewSummary:
    """UnreadableInterviewError when ``xml`` is malformed, too deep or has a document type."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError) as error:
        raise UnreadableInterviewError("malformed") from error
    return InterviewSummary(reader.root.get("id", ""), reader.root.get("version", ""), reader.word)

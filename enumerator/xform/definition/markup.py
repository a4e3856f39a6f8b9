"""Reading XML that others wrote: no entities, no network, bounded depth, lines kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from xml.parsers import expat

from enumerator.xform.facade import FormError, Problem
from enumerator.xform.limits import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS

_NONE: Mapping[str, str] = MappingProxyType({})


class Markup:
    """An element as it stands in a file. ``attributes`` are keyed ``name`` or ``{uri}name``."""

    __slots__ = ("attributes", "line", "name", "namespaces", "parent", "parts", "prefix", "uri")

    def __init__(self, name: str, uri: str, prefix: str, line: int, parent: Markup | None) -> None:
        self.name = name
        self.uri = uri
        self.prefix = prefix
        self.line = line
        self.parent = parent
        self.attributes = _NONE
        self.namespaces = _NONE
        self.parts: list[Markup | str] = []

    def elements(self) -> Iterator[Markup]:
        for part in self.parts:
            if isinstance(part, Markup):
                yield part

    def named(self, name: str) -> Iterator[Markup]:
        for part in self.parts:
            if isinstance(part, Markup) and part.name == name:
                yield part

    def first(self, name: str) -> Markup | None:
        return next(self.named(name), None)

    def text(self) -> str:
        """The element's own text, without that of its children."""
        return "".join(part for part in self.parts if isinstance(part, str))

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    @property
    def path(self) -> str:
        names: list[str] = []
        element: Markup | None = self
        while element is not None:
            names.append(element.name)
            element = element.parent
        return "/" + "/".join(reversed(names))


def bad_markup(text: str, path: str = "", line: int | None = None) -> FormError:
    return FormError([Problem("error", text, path, line)])


def read_markup(source: bytes) -> Markup:
    """The root element. Raises FormError."""
    if len(source) > MAX_BYTES:
        raise bad_markup(f"the file has more than {MAX_BYTES // 2**20} MB")
    reader = _Reader()
    try:
        reader.parser.Parse(source, True)
    except expat.ExpatError as error:
        message = expat.errors.messages.get(error.code, "not well-formed")
        raise bad_markup(f"not an XML file: {message}", line=error.lineno) from None
    except (LookupError, ValueError) as error:
        raise bad_markup(f"not an XML file: {error}") from None
    if reader.root is None:
        raise bad_markup("the file is empty")
    return reader.root


class _Reader:
    def __init__(self) -> None:
        self.root: Markup | None = None
        self._open: Markup | None = None
        self._depth = 0
        self._count = 0
        self._declared: dict[str, str] = {}
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.namespace_prefixes = True
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartNamespaceDeclHandler = self._declare
        parser.EntityDeclHandler = self._entity
        parser.StartDoctypeDeclHandler = self._doctype
        self.parser = parser

    def _entity(self, *_: object) -> None:
        raise bad_markup(
            "the file declares entities, which forms have no use for",
            line=self.parser.CurrentLineNumber,
        )

    def _doctype(self, _name: str, _system: object, _public: object, declares: int) -> None:
        """A default for an attribute can be as long as the file, for each of its elements."""
        if declares:
            raise bad_markup(
                "the file declares entities or a document type, which forms have no use for",
                line=self.parser.CurrentLineNumber,
            )

    def _declare(self, prefix: str | None, uri: str | None) -> None:
        self._declared[prefix or ""] = uri or ""

    def _start(self, tag: str, attributes: list[str]) -> None:
        self._depth += 1
        line = self.parser.CurrentLineNumber
        if self._depth > MAX_DEPTH:
            raise bad_markup(f"elements are nested more than {MAX_DEPTH} deep", line=line)
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise bad_markup(
                f"the file has more than {MAX_ELEMENTS} elements: keep long lists in CSV files"
            )
        uri, name, prefix = _split(tag)
        element = Markup(name, uri, prefix, line, self._open)
        if self._declared:
            element.namespaces = self._declared
            self._declared = {}
        if attributes:
            found: dict[str, str] = {}
            for place in range(0, len(attributes), 2):
                attribute_uri, attribute, _ = _split(attributes[place])
                key = f"{{{attribute_uri}}}{attribute}" if attribute_uri else attribute
                found[key] = attributes[place + 1]
            element.attributes = found
        if self._open is None:
            self.root = element
        else:
            self._open.parts.append(element)
        self._open = element

    def _end(self, _tag: str) -> None:
        self._depth -= 1
        if self._open is not None:
            self._open = self._open.parent

    def _text(self, text: str) -> None:
        if self._open is not None:
            self._open.parts.append(text)


def _split(tag: str) -> tuple[str, str, str]:
    """(uri, name, prefix)"""
    parts = tag.split(" ")
    if len(parts) == 1:
        return "", parts[0], ""
    return parts[0], parts[1], parts[2] if len(parts) > 2 else ""

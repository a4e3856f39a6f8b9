"""Lists as files: CSV, flat XML, GeoJSON. What cannot be read names its file and line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from xml.parsers import expat

from enumerator.errors import KnownError
from enumerator.xform.definition.markup import Markup, read_markup
from enumerator.xform.facade import FormError
from enumerator.xform.limits import MAX_BYTES, MAX_ROWS, SPARE_CELLS
from enumerator.xform.xpath.table import ColumnTable
from enumerator.xform.xpath.tree import Node, NodeKind

PLAIN_BYTES = 16 * 1024 * 1024
# A polygon with ten thousand corners is one cell; the module's own limit is 128 kB.
csv.field_size_limit(16 * 1024 * 1024)

Cells = Sequence[str | None]
Remark = Callable[[str], None]


class ListError(KnownError):
    """Code ``bad_list``; facts: file, line."""

    def __init__(self, file: str, text: str, line: int | None = None) -> None:
        place = f", line {line}" if line else ""
        super().__init__(
            "bad_list", f"The list {file} cannot be read{place}: {text}", file=file, line=line or 0
        )


class Listing:
    """A flat list on its way from a file: names of columns, and rows to go through once."""

    def __init__(
        self,
        columns: Sequence[str],
        rows: Iterable[Cells],
        *,
        root_name: str = "root",
        item_name: str = "item",
    ) -> None:
        self.columns = tuple(columns)
        self.rows = rows
        self.root_name = root_name
        self.item_name = item_name

    def to_columns(self) -> ColumnTable:
        rows = list(self.rows)
        cells = {name: [row[at] for row in rows] for at, name in enumerate(self.columns)}
        return ColumnTable(cells, len(rows), root_name=self.root_name, item_name=self.item_name)

    @property
    def is_table(self) -> bool:
        """A name that stands twice needs a tree: both cells are the item's."""
        return len(set(self.columns)) == len(self.columns)

    def to_tree(self) -> Node:
        document = Node(NodeKind.ROOT)
        root = Node(NodeKind.ELEMENT, self.root_name, parent=document)
        document.children.append(root)
        for row in self.rows:
            item = Node(NodeKind.ELEMENT, self.item_name, parent=root)
            root.children.append(item)
            for name, text in zip(self.columns, row, strict=True):
                if text is not None:
                    item.children.append(Node(NodeKind.ELEMENT, name, parent=item, text=text))
        return document


def is_sparse(cells: int, present: int) -> bool:
    """Whether a table of so many cells would be made of nothing, mostly."""
    return cells > SPARE_CELLS + 4 * present


def read_listing(file: str, data: bytes, remark: Remark) -> Listing | Node:
    """By the file's ending; a tree where the file is no flat list. ListError, while the rows are
    gone through, too. ``remark`` hears what is odd and was read all the same."""
    lowered = file.lower()
    if lowered.endswith(".xml"):
        return _read_xml(file, data)
    if lowered.endswith((".geojson", ".json")):
        return _read_geojson(file, data)
    listing = _read_csv(file, data, remark)
    return listing if listing.is_table else listing.to_tree()


# -------------------------------------------------------------------- CSV
def _read_csv(file: str, data: bytes, remark: Remark) -> Listing:
    """Comma or semicolon, as the first line has it; short rows are filled with blanks."""
    _check_text(file, data)
    first = data.partition(b"\n")[0]
    comma = ";" if first.count(b";") > first.count(b",") else ","
    plain = None if b'"' in data or len(data) > PLAIN_BYTES else _read_plain(data, comma)
    if plain is not None:
        return plain
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
    reader = csv.reader(text, delimiter=comma, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise ListError(file, str(error), reader.line_num) from None
    while header and not header[-1]:
        header.pop()  # spreadsheets end lines in commas
    header = [name or f" {place}" for place, name in enumerate(header)]  # nothing can ask for it
    return Listing(header, _rows(file, reader, len(header), remark))


def _check_text(file: str, data: bytes) -> None:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ListError(file, "it is in UTF-16. Save it as CSV in UTF-8.", 1)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ListError(file, "it is not in UTF-8. Save it as CSV in UTF-8.", line) from None
    place = data.find(b"\0")
    if place >= 0:
        line = data.count(b"\n", 0, place) + 1
        raise ListError(file, "there is a NUL character: it is no text file.", line)


def _rows(file: str, reader: Any, width: int, remark: Remark) -> Iterator[Cells]:
    """A remark names the first line only: all of a damaged file may be too long."""
    count = missing = 0
    has_too_long = False
    try:
        for row in reader:
            if len(row) != width:
                if not row:
                    continue
                if not has_too_long and any(row[width:]):
                    has_too_long = True
                    remark(f"line {reader.line_num} has more cells than there are columns")
                missing += max(width - len(row), 0)
                if is_sparse(count * width, count * width - missing):
                    raise ListError(file, "most lines are too short.", reader.line_num)
                row = [*row[:width], *[""] * (width - len(row))]
            count += 1
            if count > MAX_ROWS:
                raise ListError(file, f"there are more than {MAX_ROWS} rows.", reader.line_num)
            yield row
    except csv.Error as error:
        raise ListError(file, f"{error}.", reader.line_num) from None


def _read_plain(data: bytes, comma: str) -> Listing | None:
    """Without quotes and with even rows, splitting does: a third of the time."""
    text = data.decode("utf-8-sig").replace("\r\n", "\n")
    if "\r" in text:
        return None
    lines = text.split("\n")
    while lines and not lines[-1]:
        lines.pop()
    if not lines or len(lines) > MAX_ROWS:
        return None
    commas = lines[0].count(comma)
    if any(line.count(comma) != commas or not line for line in lines):
        return None
    header = [name.strip() for name in lines[0].split(comma)]
    if not all(header):
        return None
    return _Plain(header, lines, comma)


class _Plain(Listing):
    def __init__(self, header: list[str], lines: list[str], comma: str) -> None:
        super().__init__(header, (line.split(comma) for line in lines[1:]))
        self._lines = lines
        self._comma = comma

    def to_columns(self) -> ColumnTable:
        cells = self._comma.join(self._lines).split(self._comma)
        width = len(self.columns)
        columns = {name: cells[width + at :: width] for at, name in enumerate(self.columns)}
        return ColumnTable(columns, len(self._lines) - 1)


# -------------------------------------------------------------------- GeoJSON
def _read_geojson(file: str, data: bytes) -> Listing:
    """Properties become columns, the geometry ODK's point, trace or shape. Numbers stay as they
    are written."""
    _check_text(file, data)
    try:
        document = json.loads(
            data.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str
        )
    except json.JSONDecodeError as error:
        raise ListError(file, f"{error.msg}.", error.lineno) from None
    except RecursionError:
        raise ListError(file, "it is nested too deeply.") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise ListError(file, "it is no GeoJSON FeatureCollection.")
    if len(features) > MAX_ROWS:
        raise ListError(file, f"there are more than {MAX_ROWS} features.")
    columns: dict[str, None] = {"geometry": None}
    found = [_feature(file, number, each) for number, each in enumerate(features, 1)]
    for row in found:
        columns.update(dict.fromkeys(row))
    if is_sparse(len(columns) * len(found), sum(map(len, found))):
        raise ListError(file, f"{len(columns)} properties, most of them of few features only.")
    return Listing(list(columns), [[row.get(name) for name in columns] for row in found])


def _feature(file: str, number: int, feature: Any) -> dict[str, str]:
    if not isinstance(feature, dict):
        raise ListError(file, f"feature {number} is none.")
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise ListError(file, f"feature {number} has no properties that could be read.")
    try:
        row = {"geometry": _geometry(feature.get("geometry"))}
    except (LookupError, TypeError):
        raise ListError(file, f"feature {number} has a geometry without coordinates.") from None
    if feature.get("id") is not None:
        row["id"] = _json_text(feature["id"])
    for name, value in properties.items():
        row[name] = _json_text(value)
    return row


def _json_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _geometry(geometry: Any) -> str:
    if not isinstance(geometry, dict):
        return ""
    places = geometry.get("coordinates")
    if geometry.get("type") == "Point":
        places = [places]
    elif geometry.get("type") == "Polygon" and places:
        places = places[0]
    elif geometry.get("type") != "LineString":
        return ""
    return "; ".join(f"{place[1]} {place[0]} 0 0" for place in places or ())


# -------------------------------------------------------------------- XML
def _read_xml(file: str, data: bytes) -> Listing | Node:
    flat = _FlatReader()
    try:
        return flat.read(data)
    except (_NotFlatError, expat.ExpatError, LookupError, ValueError):
        pass  # the whole reader says what is wrong with it
    try:
        return content_of(read_markup(data))
    except FormError as error:
        problem = error.problems[0]
        raise ListError(file, f"{problem.text}.", problem.line) from None


class _NotFlatError(Exception):
    """The file is more than root/item/column."""


class _FlatReader:
    """root/item/column straight to columns, without a tree: a fifth of the memory."""

    def __init__(self) -> None:
        self.columns: dict[str, list[str | None]] = {}
        self.size = 0
        self._present = 0
        self._depth = 0
        self._root = ""
        self._item = ""
        self._last = -1
        self._places: dict[str, int] = {}
        self._name = ""
        self._text: list[str] = []

    def read(self, data: bytes) -> Listing:
        if len(data) > MAX_BYTES:
            raise _NotFlatError
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = _refuse
        parser.StartNamespaceDeclHandler = _refuse
        parser.Parse(data, True)
        if not self.size:
            raise _NotFlatError
        for cells in self.columns.values():
            cells += [None] * (self.size - len(cells))
        return Listing(
            list(self.columns),
            zip(*self.columns.values(), strict=True),
            root_name=self._root,
            item_name=self._item,
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if attributes:
            raise _NotFlatError
        self._depth += 1
        if self._depth == 3:
            self._name = name
            self._text.clear()
        elif self._depth == 2:
            self._item = self._item or name
            self._last = -1
            if name != self._item:
                raise _NotFlatError
        elif self._depth == 1:
            self._root = name
        else:
            raise _NotFlatError

    def _end(self, _name: str) -> None:
        if self._depth == 3:
            self._cell(self._name, "".join(self._text).strip())
        elif self._depth == 2:
            if self._last < 0 or self.size >= MAX_ROWS:
                raise _NotFlatError
            self.size += 1
            if is_sparse(self.size * len(self._places), self._present):
                raise _NotFlatError
        self._depth -= 1

    def _cell(self, name: str, text: str) -> None:
        place = self._places.setdefault(name, len(self._places))
        if place <= self._last:
            raise _NotFlatError  # twice, or in another order than before
        self._last = place
        cells = self.columns.setdefault(name, [])
        if len(cells) < self.size:
            cells += [None] * (self.size - len(cells))
        cells.append(text)
        self._present += 1

    def _characters(self, text: str) -> None:
        if self._depth == 3:
            self._text.append(text)


def _refuse(*_: object) -> None:
    raise _NotFlatError


def content_of(markup: Markup | None) -> Listing | Node:
    """Flat where every item has the same name and holds nothing but leaves, mostly the same."""
    if markup is None:
        return Listing((), ())
    items = list(markup.elements())
    names = {item.name for item in items}
    columns: dict[str, int] = {}
    flat = len(names) == 1 and not markup.attributes and not markup.prefix
    if not (flat and all(_is_flat(item, columns) for item in items)):
        return document_of(markup)
    if is_sparse(len(items) * len(columns), sum(1 for item in items for _ in item.elements())):
        return document_of(markup)
    rows: list[list[str | None]] = []
    for item in items:
        row: list[str | None] = [None] * len(columns)
        for child in item.elements():
            row[columns[child.name]] = child.text().strip()
        rows.append(row)
    return Listing(list(columns), rows, root_name=markup.name, item_name=items[0].name)


def _is_flat(item: Markup, columns: dict[str, int]) -> bool:
    if item.attributes or item.prefix:
        return False
    last = -1
    for child in item.elements():
        if child.attributes or child.prefix or any(True for _ in child.elements()):
            return False
        place = columns.setdefault(child.name, len(columns))
        if place <= last:
            return False  # twice, or in another order than before
        last = place
    return last >= 0


def document_of(markup: Markup | None) -> Node:
    root = Node(NodeKind.ROOT)
    if markup is not None:
        root.children.append(_element(markup, root))
    return root


def _element(markup: Markup, parent: Node) -> Node:
    node = Node(NodeKind.ELEMENT, markup.name, uri=markup.uri, prefix=markup.prefix, parent=parent)
    for key, value in markup.attributes.items():
        uri, _, name = key.rpartition("}")
        node.attributes.append(Node(NodeKind.ATTRIBUTE, name, uri=uri[1:], parent=node, text=value))
    elements = list(markup.elements())
    if elements:
        node.children = [_element(each, node) for each in elements]
    else:
        node.text = markup.text().strip()
    return node

"""A list in SQLite: predicates become SQL, cells are fetched when they are looked at.

One table ``cells``: ``id`` (the row), ``c0`` … (texts, NULL where the item has no such child) and
``n0`` … (the same read as numbers) for the columns in which a form looks up, which are indexed.
SQL answers exactly what the compiled predicates answer: what XPath means by a number, selected()
and so on are the engine's own functions, registered with SQLite.
"""

from __future__ import annotations

import json
import sqlite3
import weakref
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, overload

from enumerator.xform.instance.reading import Listing
from enumerator.xform.xpath import conditions
from enumerator.xform.xpath.conditions import Condition
from enumerator.xform.xpath.functions.selections import selected
from enumerator.xform.xpath.functions.texts import ends_with
from enumerator.xform.xpath.table import Table
from enumerator.xform.xpath.values import number_of_text

LAYOUT = 1
MAX_COLUMNS = 500
MAX_PARAMETERS = 500
_PAGE = 256
_KEPT = 4096
_OPERATORS = frozenset({"=", "<", "<=", ">", ">="})


class StoredColumn(Sequence[str | None]):
    """One column; a cell costs a query unless its row is among the last ones fetched."""

    __slots__ = ("_at", "_table")

    def __init__(self, table: StoredTable, at: int) -> None:
        self._table = table
        self._at = at

    def __len__(self) -> int:
        return self._table.size

    @overload
    def __getitem__(self, row: int) -> str | None: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[str | None]: ...
    def __getitem__(self, row: int | slice) -> str | Sequence[str | None] | None:
        if isinstance(row, slice):
            return [self[each] for each in range(*row.indices(len(self)))]
        return self._table.fetched(row)[self._at]


class StoredTable(Table):
    """Reads a database that ``write_list`` has made; closes it when it is forgotten."""

    __slots__ = ("_coming", "_connection", "_fetch", "_kept", "_last", "_numbers", "_places")

    searches = True

    def __init__(self, connection: sqlite3.Connection) -> None:
        _prepare(connection)
        weakref.finalize(self, connection.close)
        facts = json.loads(connection.execute("SELECT facts FROM list").fetchone()[0])
        names: list[str] = facts["columns"]
        super().__init__(
            {name: StoredColumn(self, at) for at, name in enumerate(names)},
            facts["size"],
            root_name=facts["root"],
            item_name=facts["item"],
        )
        self._connection = connection
        self._places = {name: at for at, name in enumerate(names)}
        self._numbers: set[str] = set(facts["numbers"])
        self._fetch = f"SELECT {', '.join(f'c{at}' for at in range(len(names)))} FROM cells"  # noqa: S608 # numbers alone
        self._kept: dict[int, tuple[str | None, ...]] = {}
        self._coming: Sequence[int] = ()
        self._last = -2

    # ---------------------------------------------------------------- cells
    def warm(self, rows: Sequence[int]) -> None:
        self._coming = rows

    def fetched(self, row: int) -> tuple[str | None, ...]:
        found = self._kept.get(row)
        if found is None:
            if not 0 <= row < self.size:
                raise IndexError(row)
            if len(self._kept) > _KEPT:
                self._kept.clear()
            self._bring(row)
            found = self._kept[row]
        return found

    def _bring(self, row: int) -> None:
        """The row, and those that are likely to be wanted after it."""
        coming = self._coming
        place = bisect_left(coming, row)
        if place < len(coming) and coming[place] == row:
            self._keep(coming[place : place + _PAGE])
        elif row == self._last + 1:
            self._keep(range(row, min(row + _PAGE, self.size)))
        else:
            self._keep((row,))

    def _keep(self, rows: Sequence[int]) -> None:
        among, given = _among(rows)
        cells = self._connection.execute(f"{self._fetch} WHERE id {among} ORDER BY id", given)
        self._kept.update(zip(rows, cells, strict=True))
        self._last = rows[-1]

    def texts(self, rows: Sequence[int], column: str) -> Iterator[str]:
        place = self._places.get(column)
        if place is None:
            return
        if len(rows) < 2:
            yield from super().texts(rows, column)
            return
        query = f"SELECT c{place} FROM cells WHERE c{place} IS NOT NULL AND id "  # noqa: S608 # a number
        for start in range(0, len(rows), MAX_PARAMETERS):
            part = rows[start : start + MAX_PARAMETERS]
            among, given = _among(part)
            for (text,) in self._connection.execute(f"{query}{among} ORDER BY id", given):
                yield text

    # ---------------------------------------------------------------- look-ups
    def matching(self, column: str, text: str) -> Sequence[int]:
        if column not in self.columns:
            raise KeyError(column)
        return self.search((conditions.TextIs(column, text),)) or ()

    def matching_number(self, column: str, number: float) -> Sequence[int]:
        if column not in self.columns:
            raise KeyError(column)
        return self.search((conditions.NumberIs(column, "=", number),)) or ()

    def search(self, asked: Sequence[Condition]) -> Sequence[int] | None:
        given: list[str | float] = []
        query = "SELECT id FROM cells"
        if asked:
            query += " WHERE " + " AND ".join(self._sql(each, given, top=True) for each in asked)
        if len(given) > MAX_PARAMETERS:
            return None
        try:
            return [row for (row,) in self._connection.execute(query + " ORDER BY id", given)]
        except (sqlite3.OperationalError, UnicodeEncodeError):
            return None  # nested too deeply, or a text that is no text: row by row then

    def _cell(self, column: str) -> str:
        place = self._places.get(column)
        return "''" if place is None else f"ifnull(c{place}, '')"

    def _sql(self, asked: Condition, given: list[str | float], *, top: bool = False) -> str:
        """Never NULL, but at the top, where NULL and false are the same and indexes count."""
        match asked:
            case conditions.TextIs(column, text):
                place = self._places.get(column)
                if place is None or not text:
                    given.append(text)
                    if place is None:
                        return "'' = ?"
                    return f"(c{place} = ? OR c{place} IS NULL)"
                given.append(text)
                return f"c{place} = ?" if top else f"ifnull(c{place} = ?, 0)"
            case conditions.NumberIs(column, operator, number):
                return self._number(column, operator, number, given, top=top)
            case conditions.SameText(column, other):
                return f"{self._cell(column)} = {self._cell(other)}"
            case conditions.TextTest(function, column, text, turned):
                given.append(text)
                both = ("?", self._cell(column)) if turned else (self._cell(column), "?")
                return _TESTS[function].format(*both)
            case conditions.Always(holds):
                return "1" if holds else "0"
            case conditions.Not(inner):
                return f"NOT ({self._sql(inner, given)})"
            case conditions.All(inner):
                return "(" + " AND ".join(self._sql(each, given) for each in inner) + ")"
            case conditions.Any(inner):
                return "(" + " OR ".join(self._sql(each, given) for each in inner) + ")"

    def _number(
        self, column: str, operator: str, number: float, given: list[str | float], *, top: bool
    ) -> str:
        place = self._places.get(column)
        if place is None or operator not in _OPERATORS:
            return "0"
        cell = f"n{place}" if column in self._numbers else f"xpath_number({self._cell(column)})"
        given.append(number)
        return f"{cell} {operator} ?" if top else f"ifnull({cell} {operator} ?, 0)"


_TESTS = {
    "contains": "(instr({}, {}) > 0)",
    "starts-with": "(instr({}, {}) = 1)",
    "ends-with": "xpath_ends_with({}, {})",
    "selected": "xpath_selected({}, {})",
}


def _among(rows: Sequence[int]) -> tuple[str, tuple[int, ...]]:
    """Ascending rows as SQL, and its parameters."""
    if rows[-1] - rows[0] == len(rows) - 1:
        return "BETWEEN ? AND ?", (rows[0], rows[-1])
    return f"IN ({','.join('?' * len(rows))})", tuple(rows)


def _number_or_null(text: str | None) -> float | None:
    if text and text[0].isalpha():
        return None  # most cells are names: no need to look closer
    number = number_of_text(text or "")
    return number if number == number else None


def _prepare(connection: sqlite3.Connection) -> None:
    connection.create_function("xpath_number", 1, _number_or_null, deterministic=True)
    connection.create_function("xpath_ends_with", 2, ends_with, deterministic=True)
    connection.create_function("xpath_selected", 2, selected, deterministic=True)


def write_list(connection: sqlite3.Connection, listing: Listing, look_ups: Collection[str]) -> None:
    """Fills an empty database; the connection is in autocommit mode.

    Raises what the rows raise, ValueError before that where the list is too wide, and
    UnicodeEncodeError (a ValueError) for a text that is none.
    """
    columns = listing.columns
    if not 0 < len(columns) <= MAX_COLUMNS:
        raise ValueError(f"a list of {len(columns)} columns")
    indexed = [at for at, name in enumerate(columns) if name in look_ups]
    texts = ", ".join(f"c{at} TEXT" for at in range(len(columns)))
    numbers = "".join(f", n{at} REAL" for at in indexed)
    connection.execute(f"CREATE TABLE cells (id INTEGER PRIMARY KEY, {texts}{numbers})")
    connection.execute("BEGIN")
    marks = ", ".join("?" * (1 + len(columns) + len(indexed)))
    connection.executemany(
        f"INSERT INTO cells VALUES ({marks})",  # noqa: S608 # marks alone
        _numbered(listing.rows, indexed),
    )
    size = connection.execute("SELECT count(*) FROM cells").fetchone()[0]
    for at in indexed:
        connection.execute(f"CREATE INDEX text{at} ON cells (c{at})")
        connection.execute(f"CREATE INDEX number{at} ON cells (n{at}) WHERE n{at} IS NOT NULL")
    connection.execute("PRAGMA analysis_limit = 1000")
    connection.execute("ANALYZE")
    facts = {
        "columns": columns,
        "numbers": [columns[at] for at in indexed],
        "size": size,
        "root": listing.root_name,
        "item": listing.item_name,
    }
    connection.execute("CREATE TABLE list (facts TEXT NOT NULL)")
    connection.execute("INSERT INTO list VALUES (?)", (json.dumps(facts),))
    connection.execute("COMMIT")


def _numbered(rows: Iterable[Sequence[str | None]], indexed: Sequence[int]) -> Iterator[Any]:
    for number, row in enumerate(rows):
        if indexed:
            yield (number, *row, *[_number_or_null(row[at]) for at in indexed])
        else:
            yield (number, *row)


def in_memory(listing: Listing, look_ups: Collection[str]) -> StoredTable:
    """Nothing of it ever touches the disk."""
    connection = sqlite3.connect(
        ":memory:", isolation_level=None, check_same_thread=False, cached_statements=256
    )
    try:
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA journal_mode = OFF")
        write_list(connection, listing, look_ups)
        return StoredTable(connection)
    except BaseException:
        connection.close()
        raise

"""Lists as columns, in SQLite and as trees: whatever is asked, the answer is the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from enumerator.xform.instance.reading import Listing
from enumerator.xform.instance.stored import StoredTable, in_memory
from enumerator.xform.xpath.compiler import Compiler
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.parser import parse
from enumerator.xform.xpath.scope import GENERIC
from enumerator.xform.xpath.table import ColumnTable, Table
from enumerator.xform.xpath.tree import Node, NodeKind
from enumerator.xform.xpath.values import Value

COLUMNS = ("k", "v", "w")
Row = tuple[str | None, ...]


def columns_of(rows: Sequence[Row]) -> ColumnTable:
    return ColumnTable(
        {name: [row[at] for row in rows] for at, name in enumerate(COLUMNS)}, len(rows)
    )


def stored(rows: Sequence[Row], *look_ups: str) -> StoredTable:
    return in_memory(Listing(COLUMNS, rows), look_ups)


def tree_of(rows: Sequence[Row]) -> Node:
    document = Node(NodeKind.ROOT)
    root = Node(NodeKind.ELEMENT, "root", parent=document)
    document.children.append(root)
    for row in rows:
        item = Node(NodeKind.ELEMENT, "item", parent=root)
        root.children.append(item)
        for name, text in zip(COLUMNS, row, strict=True):
            if text is not None:
                item.children.append(Node(NodeKind.ELEMENT, name, parent=item, text=text))
    return document


def primary(texts: Sequence[str]) -> Node:
    """<data><key>first</key><many>each</many>…</data>"""
    document = Node(NodeKind.ROOT)
    data = Node(NodeKind.ELEMENT, "data", parent=document)
    document.children.append(data)
    names = ["key", *["many"] * (len(texts) - 1)]
    for name, text in zip(names, texts, strict=True):
        data.children.append(Node(NodeKind.ELEMENT, name, parent=data, text=text))
    return data


def evaluate(expression: str, content: Table | Node, node: Node, atom: Value = "") -> object:
    """The value, node-sets as their texts."""
    context = Context(node, now=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))
    context.current = node
    context.variables = {"atom": atom}
    if isinstance(content, Table):
        table = content
        context.tables = lambda _name: table
        context.instances = lambda _name: table.document()
    else:
        document = content
        context.instances = lambda _name: document
    value = Compiler().compile(parse(expression), GENERIC).value(node, context)
    if isinstance(value, list):
        return [(each.name, each.string()) for each in value]
    return repr(value)


def same_everywhere(expression: str, rows: Sequence[Row], node: Node, atom: Value = "") -> object:
    wanted = evaluate(expression, tree_of(rows), node, atom)
    assert evaluate(expression, columns_of(rows), node, atom) == wanted
    for look_ups in ((), ("k",), COLUMNS):
        assert evaluate(expression, stored(rows, *look_ups), node, atom) == wanted
    return wanted


TEXTS = st.sampled_from(
    [
        "",
        " ",
        "a",
        "A",
        "ab",
        "b a",
        "a'b",
        "%",
        "_",
        "é",
        "0",
        "1",
        "01",
        "1.0",
        "-1",
        "1e1",
        "10",
        " 1 ",
        "2",
        "10.5",
        "999999999999999999999",
        "2026-03-01",
        "2026-03-02",
        "2026-03-01T10:00",
        "true",
        "NaN",
        "x\0y",
        "٣",
        "-",
        ".",
    ]
)
CELLS = st.none() | TEXTS
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8)
ATOMS = (
    TEXTS
    | st.sampled_from([0.0, 1.0, -1.0, 10.5, float("nan"), float("inf"), 20513.0])
    | st.booleans()
    | st.sampled_from([date(2026, 3, 1), datetime(2026, 3, 1, 10, tzinfo=UTC)])
)
CELL = st.sampled_from(["k", "v", "w", "missing", "./k"])
LITERALS = st.sampled_from(["''", "'a'", "'1'", "'2026-03-01'", "1", "10.5", "0 div 0", "true()"])
GIVEN = LITERALS | st.sampled_from(
    [
        "$atom",
        "current()/key",
        "/data/key",
        "/data/many",
        "/data/none",
        "string(/data/key)",
        "number(/data/key)",
        "if(/data/key = 'a', 'a', $atom)",
        "coalesce(/data/none, $atom)",
        "today()",
        "instance('l')/root/item[1]/k",
        "concat(/data/key, '')",
    ]
)
OPERAND = CELL | GIVEN | st.builds("number({})".format, CELL)
COMPARISON = st.builds(
    "{} {} {}".format, OPERAND, st.sampled_from(["=", "=", "!=", "<", "<=", ">", ">="]), OPERAND
)
TEXT_TEST = st.builds(
    "{}({}, {})".format,
    st.sampled_from(["contains", "starts-with", "ends-with", "selected"]),
    CELL | GIVEN,
    CELL | GIVEN,
)
SIMPLE = (
    COMPARISON
    | TEXT_TEST
    | CELL
    | st.sampled_from(
        [
            "true()",
            "false()",
            "string-length(k) > 1",
            "position() = 2",
            "last() = 3",
            "k/..",
            "../item",
            "position() mod 2 = 0",
            "count(*) = 3",
            "string(.) = 'a'",
            "boolean(k)",
            "'a' = k and 1",
            "not(v)",
            "k + v > 1",
            "regex(k, '[a-z]+')",
            "following-sibling::item",
            "*[1] = 'a'",
        ]
    )
)
PREDICATE = st.recursive(
    SIMPLE,
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner)
        | st.builds("not({})".format, inner)
    ),
    max_leaves=4,
)
PLACE = st.sampled_from(["1", "2", "9", "0", "1.5", "-1", "last()", "last() - 1", "$atom", "1 + 1"])
PREDICATES = st.lists(st.builds("[{}]".format, PREDICATE | PLACE), max_size=3).map("".join)
ASKED = st.sampled_from(
    [
        "{}",
        "{}/k",
        "{}/v",
        "count({})",
        "count({}/k)",
        "sum({}/v)",
        "min({}/v)",
        "max({}/w)",
        "join(',', {}/k)",
        "string({}/v)",
        "number({}/v)",
        "{}/missing",
        "boolean({})",
        "{}/..",
        "{0} | {0}/following-sibling::item[1]",
        "randomize({}, 7)",
        "concat({}/k)",
        "{}/*[2]",
        "count-non-empty({}/k)",
        "{}/k = 'a'",
        "{}/v > 1",
        "{}[1]/k | {}[2]/k",
        "({})[2]/k",
    ]
)


@settings(max_examples=400, deadline=None)
@given(ROWS, PREDICATES, ASKED, ATOMS, st.lists(TEXTS, min_size=1, max_size=3))
@example([("x\0y", "1", None)], "[contains(k, 'y')]", "count({})", "", ["a"])
@example([("a", "1", None)], "[k = $atom]", "{}", "\ud800", ["a"])
def test_list_gives_the_same_in_columns_in_sqlite_and_as_a_tree(
    rows: list[Row], predicates: str, asked: str, atom: Value, texts: list[str]
) -> None:
    path = f"instance('l')/root/item{predicates}"
    same_everywhere(asked.replace("{0}", "{}").replace("{}", path), rows, primary(texts), atom)


@pytest.mark.parametrize(
    ("predicate", "wanted"),
    [
        ("k = 'a'", 2),
        ("k = 1", 2),
        ("k != 'a'", 3),
        ("k < 10", 2),
        ("starts-with(k, '')", 5),
        ("contains(k, 'b')", 1),
        ("selected(k, 'b')", 1),
        ("k = ''", 0),
        ("v = ''", 3),
        ("not(v)", 3),
        ("missing = ''", 5),
        ("v >= '2026-03-01'", 1),
        ("k = 'a' or (v = 1 and not(k = 'b a'))", 3),
    ],
)
def test_sql_answers_what_the_predicate_says(predicate: str, wanted: int) -> None:
    rows: list[Row] = [
        ("a", None, "x"),
        ("1", "1", "x"),
        ("b a", "", "x"),
        ("a", "2026-03-02", "x"),
        ("01", None, "x"),
    ]
    expression = f"count(instance('l')/root/item[{predicate}])"
    assert same_everywhere(expression, rows, primary(["a"])) == repr(float(wanted))

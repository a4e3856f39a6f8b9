"""Lists as files: what is read, and what is said of those that cannot be."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enumerator.xform.definition.markup import read_markup
from enumerator.xform.instance.reading import ListError, content_of, document_of, read_listing
from enumerator.xform.instance.secondary import read_file
from enumerator.xform.xpath.table import Table
from enumerator.xform.xpath.tree import Node
from tests.xform.scenario import Scenario, bind, xform


def table(file: str, data: bytes | str) -> Table:
    found = read_file(file, data.encode() if isinstance(data, str) else data)
    assert isinstance(found, Table)
    return found


def rows(found: Table) -> list[tuple[str | None, ...]]:
    return list(zip(*found.columns.values(), strict=True))


def remarks(file: str, data: str) -> list[str]:
    heard: list[str] = []
    found = read_listing(file, data.encode(), heard.append)
    assert not isinstance(found, Node)
    list(found.rows)
    return heard


@pytest.mark.parametrize(
    ("file", "data", "line", "text"),
    [
        ("l.csv", b"name,label\nv1,One\nv2,Caf\xe9\n", 3, "not in UTF-8"),
        ("l.csv", "name,label\nv1,One\n".encode("utf-16"), 1, "UTF-16"),
        ("l.csv", b"name,label\nv1,One\0\n", 2, "NUL"),
        ("l.csv", b'name,label\nv1,"One\nv2,Two\n', 3, "unexpected end"),
        ("l.csv", b'name,label\n"v1"x,One\n', 2, "expected after"),
        ("l.xml", b"<root><item><name>a</name></root>", 1, "mismatched"),
        ("l.xml", b'<!DOCTYPE r [<!ENTITY e "x">]>\n<r><i><n>&e;</n></i></r>', 1, "entities"),
        ("l.geojson", b'{"type": "FeatureCollection",\n"features": [}', 2, "Expecting value"),
        ("l.geojson", b'{"type": "Feature"}', 0, "FeatureCollection"),
        ("l.geojson", b'{"features": [7]}', 0, "feature 1"),
        ("l.geojson", b'{"features": [{"geometry": {"type": "Point"}}]}', 0, "coordinates"),
    ],
)
def test_broken_list_names_its_file_and_line(file: str, data: bytes, line: int, text: str) -> None:
    with pytest.raises(ListError) as caught:
        read_file(file, data)
    assert caught.value.code == "bad_list"
    assert caught.value.facts == {"file": file, "line": line}
    assert file in str(caught.value)
    assert text in str(caught.value)


def test_broken_list_counts_as_empty_and_warns_in_a_session() -> None:
    scenario = Scenario(
        xform(
            "<n/>",
            [bind("n", calculate="count(instance('l')/root/item)")],
            [],
            '<instance id="l" src="jr://file-csv/l.csv"/>',
        ),
        files={"l.csv": b'name\n"broken'},
    )
    assert scenario["n"] == "0"
    assert any("The list l.csv cannot be read, line" in text for text in scenario.warnings)


def test_cells_beyond_the_header_are_told_once_however_many_lines_have_them() -> None:
    assert remarks("l.csv", 'a,b\n1,2,\n1,2,"3"\n1,2,4\n') == [
        "line 3 has more cells than there are columns"
    ]


def sparse(number: int) -> dict[str, str]:
    """Files in which every item has a column of its own."""
    names = [f"c{each}" for each in range(number)]
    features = [{"properties": {name: "x"}} for name in names]
    return {
        "l.csv": f"{','.join(names)}\n" + "x\n" * number,
        "l.geojson": json.dumps({"features": features}),
        "l.xml": f"<r>{''.join(f'<i><{name}>x</{name}></i>' for name in names)}</r>",
    }


@pytest.mark.parametrize(("file", "text"), [("l.csv", "too short"), ("l.geojson", "few features")])
def test_list_is_refused_when_it_would_be_filled_up_with_millions_of_blanks(
    file: str, text: str
) -> None:
    assert table(file, sparse(500)[file]).size == 500
    with pytest.raises(ListError, match=text):
        read_file(file, sparse(2_000)[file].encode())


def test_xml_list_is_read_as_a_tree_when_a_table_of_it_would_be_mostly_blank() -> None:
    assert table("l.xml", sparse(500)["l.xml"]).size == 500
    data = sparse(2_000)["l.xml"].encode()
    for tree in (read_file("l.xml", data), content_of(read_markup(data))):
        assert isinstance(tree, Node)
        assert len(tree.children[0].children) == 2_000


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("a\nx\n\ny\n", [("x",), ("y",)]),
        ("a,b\rx,y\r", [("x", "y")]),
        ("a;b\nx,1;y\n", [("x,1", "y")]),
        ('a,b\n"say ""hi""",y\n', [('say "hi"', "y")]),
        ("a,b,\nx,y,\n", [("x", "y")]),
        ("a,b\n x , y \n", [(" x ", " y ")]),
        ("", []),
        (f"a\n{'x' * 200_000}\n", [("x" * 200_000,)]),
        (f'a\n"{"x" * 200_000}"\n', [("x" * 200_000,)]),
    ],
)
def test_csv_keeps_every_cell(data: str, expected: list[tuple[str, ...]]) -> None:
    found = table("l.csv", data)
    cells = [row[: len(expected[0])] for row in rows(found)] if expected else rows(found)
    assert cells == expected


def test_column_that_stands_twice_keeps_both_cells() -> None:
    found = read_file("l.csv", b"k,v,k\na,1,b\n")
    assert isinstance(found, Node)
    (root,) = found.children
    assert [(cell.name, cell.text) for cell in root.children[0].children] == [
        ("k", "a"),
        ("v", "1"),
        ("k", "b"),
    ]


def feature(geometry: object, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def test_geojson_gives_shapes_as_forms_write_them_and_values_as_they_stand() -> None:
    features = [
        feature({"type": "Point", "coordinates": [114.6, -3.30]}, n=1.50, t=True, none=None),
        feature({"type": "LineString", "coordinates": [[1, 2], [3, 4, 5]]}, o={"a": [1]}),
        feature({"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 2]]]}, id="own"),
        feature(None),
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    found = table("l.geojson", text.replace("1.5", "1.50"))
    assert [found.cell(row, "geometry") for row in range(4)] == [
        "-3.3 114.6 0 0",
        "2 1 0 0; 4 3 0 0",
        "2 1 0 0; 4 3 0 0; 2 1 0 0",
        "",
    ]
    assert [found.cell(0, name) for name in ("n", "t", "none")] == ["1.50", "true", ""]
    assert found.cell(2, "id") == "own"
    assert found.columns["id"][0] is None


NAMES = st.sampled_from(["a", "b", "c"])
LEAF = st.builds("<{0}>{1}</{0}>".format, NAMES, st.sampled_from(["", " x ", "1", "&amp;"]))
ODD = st.sampled_from(["<a q='1'/>", "<a><b>1</b></a>", "text", "<!-- c -->", "<n:a xmlns:n='u'/>"])
ITEM = st.builds("<item>{}</item>".format, st.lists(LEAF | ODD, max_size=4).map("".join))
XML = st.builds(
    "<root>{}</root>".format, st.lists(ITEM | st.just("<other/>"), max_size=4).map("".join)
)


def shape(node: Node) -> object:
    return node.name, node.uri, node.text, [shape(child) for child in node.children]


@settings(max_examples=300, deadline=None)
@given(XML)
def test_xml_is_read_as_the_tree_that_it_is(text: str) -> None:
    found = read_file("l.xml", text.encode())
    document = found.document() if isinstance(found, Table) else found
    if text == "<root></root>":
        return
    assert shape(document) == shape(document_of(read_markup(text.encode())))


def test_column_that_the_form_looks_up_in_and_the_list_lacks_is_told() -> None:
    scenario = Scenario(
        xform(
            "<n/>",
            [bind("n", calculate="count(instance('l')/root/item[kode = 'a'])")],
            [],
            '<instance id="l" src="jr://file-csv/l.csv"/>',
        ),
        files={"l.csv": b"name\na\n"},
    )
    assert scenario["n"] == "0"
    assert any("l.csv has no column 'kode'" in text for text in scenario.warnings)

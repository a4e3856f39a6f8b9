"""Secondary instances: tables, trees, files."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enumerator.xform.definition.markup import read_markup
from enumerator.xform.instance.reading import content_of
from enumerator.xform.instance.secondary import read_file
from enumerator.xform.xpath.table import Table
from enumerator.xform.xpath.tree import Node
from tests.xform.scenario import Scenario, ask, bind, rows, xform


def with_list(expression: str, files: dict[str, bytes], source: str) -> Scenario:
    return Scenario(
        xform(
            "<key/><out/>",
            [bind("out", calculate=expression)],
            [ask("key")],
            f'<instance id="l" src="{source}"/>',
        ),
        files=files,
    )


CSV = b'name,label,pop\nv1,Village one,100\nv2,"Village, two",200\n'


def test_csv_value_is_found_by_its_key() -> None:
    scenario = with_list(
        "instance('l')/root/item[name = /data/key]/label", {"l.csv": CSV}, "jr://file-csv/l.csv"
    )
    scenario.answers(key="v2")
    assert scenario["out"] == "Village, two"
    scenario.answers(key="v3")
    assert scenario["out"] == ""


def test_pulldata_finds_the_first_row() -> None:
    scenario = with_list(
        "pulldata('l', 'pop', 'name', /data/key)", {"l.csv": CSV}, "jr://file-csv/l.csv"
    )
    assert scenario["out"] == ""
    scenario.answers(key="v1")
    assert scenario["out"] == "100"


def test_pulldata_reads_the_attributes_of_a_list_s_items() -> None:
    item = '<item id="north"><value>Alaska</value></item>'
    form = Scenario(
        xform(
            "<key/><out/>",
            [bind("out", calculate="pulldata('s', 'value', '@id', /data/key)")],
            [ask("key")],
            f'<instance id="s"><root>{item}</root></instance>',
        )
    )
    form.answers(key="south")
    assert form["out"] == ""
    form.answers(key="north")
    assert form["out"] == "Alaska"


def test_number_matches_a_cell_that_reads_as_it() -> None:
    scenario = with_list(
        "instance('l')/root/item[pop = 100 + 100]/name", {"l.csv": CSV}, "jr://file-csv/l.csv"
    )
    assert scenario["out"] == "v2"


def test_missing_list_counts_as_empty_and_warns() -> None:
    scenario = with_list("count(instance('l')/root/item)", {}, "jr://file-csv/l.csv")
    assert scenario["out"] == "0"
    assert scenario.form.lists == ("l.csv",)
    assert any("l.csv is missing" in text for text in scenario.warnings)


def test_list_of_a_session_wins_over_the_form_s() -> None:
    from enumerator.xform import MemoryMedia, load_form

    form = load_form(
        xform(
            "<out/>",
            [bind("out", calculate="instance('l')/root/item/name")],
            [],
            '<instance id="l" src="jr://file-csv/l.csv"/>',
        ),
        MemoryMedia({"l.csv": b"name\nform\n"}),
    )
    assert form.start().value("/data/out") == "form"
    own = form.start(media=MemoryMedia({"l.csv": b"name\nsession\n"}))
    assert own.value("/data/out") == "session"


def test_external_xml_and_geojson_are_lists_too() -> None:
    table = read_file("l.xml", b"<root><item><name>a</name></item></root>")
    assert isinstance(table, Table)
    geo = read_file(
        "l.geojson",
        b'{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "f1", '
        b'"geometry": {"type": "Point", "coordinates": [114.6, -3.3]}, '
        b'"properties": {"name": "Banjarmasin"}}]}',
    )
    assert isinstance(geo, Table)
    assert geo.cell(0, "name") == "Banjarmasin"
    assert geo.cell(0, "geometry") == "-3.3 114.6 0 0"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a,b\n1,2\n", [["1"], ["2"]]),
        (b"\xef\xbb\xbfa;b\r\n1;2\r\n\r\n", [["1"], ["2"]]),
        (b'a,b\n"x\ny",2\n', [["x\ny"], ["2"]]),
        (b"a,b\n1\n", [["1"], [""]]),
        (b"a,b\n", [[], []]),
        (b"a,b\n1,2,3\n4\n", [["1", "4"], ["2", ""]]),
    ],
)
def test_csv_is_read_as_spreadsheets_write_it(data: bytes, expected: list[list[str]]) -> None:
    table = read_file("l.csv", data)
    assert isinstance(table, Table)
    assert [list(cells) for cells in table.columns.values()] == expected


def test_instance_with_attributes_stays_a_tree() -> None:
    content = content_of(read_markup(b'<root><item id="1"><name>a</name></item></root>'))
    assert isinstance(content, Node)
    scenario = Scenario(
        xform(
            "<out/>",
            [bind("out", calculate="instance('t')/root/item[@id = '2']/name")],
            [],
            '<instance id="t"><root><item id="1"><name>a</name></item>'
            '<item id="2"><name>b</name></item></root></instance>',
        )
    )
    assert scenario["out"] == "b"


_CELLS = st.sampled_from(["", "1", "01", "2", "a", "b"])
_PREDICATES = st.sampled_from(
    [
        "[k = 'a']",
        "[k = 1]",
        "[k = v]",
        "[k = 'a' and v = 'b']",
        "[v = /data/key]",
        "[k = /data/key and v != '']",
        "[k = 'a' or v = 'a']",
        "[not(k = /data/key)]",
        "[k = '1'][v = '2']",
        "[k = 'a'][1]",
        "[k > v]",
        "[contains(k, v)]",
        "[position() = 2]",
        "[last()]",
        "[string-length(k) = 1 and k = /data/key]",
        "['a' = k]",
        "[missing = '']",
        "",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_CELLS, _CELLS), max_size=8), _PREDICATES, _CELLS)
def test_table_gives_what_a_walk_over_the_tree_gives(
    cells: list[tuple[str, str]], predicate: str, key: str
) -> None:
    items = [{"k": k, "v": v} for k, v in cells]
    marked = "".join(f"<item x=''><k>{k}</k><v>{v}</v></item>" for k, v in cells)
    scenario = Scenario(
        xform(
            "<key/>",
            [],
            [ask("key")],
            rows("table", *items) + f'<instance id="tree"><root>{marked}</root></instance>',
        )
    )
    scenario.answers(key=key)
    evaluate = scenario.session.evaluate
    for pattern in ("count(instance('{}')/root/item{})", "join('|', instance('{}')/root/item{}/v)"):
        assert evaluate(pattern.format("table", predicate)) == evaluate(
            pattern.format("tree", predicate)
        )


def test_large_list_answers_at_once() -> None:
    """80,000 rows: read within a second, then each look-up within a millisecond."""
    lines = "".join(f"v{n},Village {n},k{n % 514}\n" for n in range(80_000))
    scenario = with_list(
        "instance('l')/root/item[name = /data/key]/label",
        {"l.csv": f"name,label,kab\n{lines}".encode()},
        "jr://file-csv/l.csv",
    )
    begun = time.perf_counter()
    for number in range(0, 80_000, 800):
        scenario.answers(key=f"v{number}")
        assert scenario["out"] == f"Village {number}"
    assert time.perf_counter() - begun < 0.5
    wanted = "count(instance('l')/root/item[kab = 'k7'])"
    assert scenario.session.evaluate(wanted) == len(range(7, 80_000, 514))

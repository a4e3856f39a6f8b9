"""The axes of XPath 1.0 on trees of any shape, against the sentences of the recommendation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enumerator.xform.xpath.compiler import Compiler
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.parser import parse
from enumerator.xform.xpath.scope import GENERIC
from enumerator.xform.xpath.tree import Node, NodeKind
from tests.xform.scenario import Scenario, ask, bind, group, repeat, xform

FORWARD = ("child", "descendant", "descendant-or-self", "following", "following-sibling", "self")
REVERSE = ("ancestor", "ancestor-or-self", "parent", "preceding", "preceding-sibling")


def find(expression: str, node: Node) -> list[Node]:
    context = Context(node.root(), now=lambda: datetime(2020, 1, 1, tzinfo=UTC), strict=True)
    context.current = node
    code = Compiler(strict=True).compile(parse(expression), GENERIC)
    return code.nodes()(node, context)


def element(name: str, *children: Node, attributes: dict[str, str] | None = None) -> Node:
    made = Node(NodeKind.ELEMENT, name)
    for child in children:
        child.parent = made
        made.children.append(child)
    for key, value in (attributes or {}).items():
        made.attributes.append(Node(NodeKind.ATTRIBUTE, key, parent=made, text=value))
    return made


def document(top: Node) -> Node:
    root = Node(NodeKind.ROOT)
    top.parent = root
    root.children.append(top)
    return root


_LEAVES = st.one_of(
    st.builds(element, st.sampled_from("abc")),
    st.builds(lambda text: Node(NodeKind.TEXT, text=text), st.text("xy", min_size=1, max_size=2)),
    st.builds(lambda: Node(NodeKind.COMMENT, text="said")),
    st.builds(lambda name: Node(NodeKind.INSTRUCTION, name, text="done"), st.sampled_from("pq")),
)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.builds(
        lambda name, children, attributes: element(name, *children, attributes=attributes),
        st.sampled_from("abc"),
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["k", "l"]), st.just("1"), max_size=2),
    ),
    max_leaves=15,
)
DOCUMENTS = st.builds(lambda children: document(element("r", *children)), st.lists(_TREES))


def preorder(node: Node) -> list[Node]:
    found = [node]
    for child in node.children:
        found += preorder(child)
    return found


def same(found: list[Node], expected: list[Node]) -> bool:
    return [id(node) for node in found] == [id(node) for node in expected]


@given(DOCUMENTS, st.data())
def test_five_axes_take_a_document_apart(root: Node, data: st.DataObject) -> None:
    """XPath 1.0 §2.2: ancestor, descendant, following, preceding and self hold every node once."""
    everything = preorder(root)
    node = data.draw(st.sampled_from(everything))
    parts = [
        find(f"{axis}::node()", node)
        for axis in ("ancestor", "preceding", "self", "descendant", "following")
    ]
    place = {id(each): number for number, each in enumerate(everything)}
    together = sorted((each for part in parts for each in part), key=lambda each: place[id(each)])
    assert same(together, everything)
    for part in parts:
        assert [place[id(each)] for each in part] == sorted(place[id(each)] for each in part)


@given(DOCUMENTS, st.data())
def test_siblings_are_what_the_parent_holds(root: Node, data: st.DataObject) -> None:
    node = data.draw(st.sampled_from(preorder(root)[1:]))
    found = [
        *find("preceding-sibling::node()", node),
        *find("self::node()", node),
        *find("following-sibling::node()", node),
    ]
    assert node.parent is not None
    assert same(found, node.parent.children)
    assert same(find("../node()", node), node.parent.children)


@given(DOCUMENTS, st.data(), st.sampled_from(FORWARD + REVERSE), st.integers(1, 4))
def test_position_counts_from_the_node_and_brackets_count_from_the_top(
    root: Node, data: st.DataObject, axis: str, number: int
) -> None:
    node = data.draw(st.sampled_from(preorder(root)))
    ordered = find(f"{axis}::node()", node)
    near = ordered[::-1] if axis in REVERSE else ordered
    assert same(find(f"{axis}::node()[{number}]", node), near[number - 1 : number])
    assert same(find(f"({axis}::node())[{number}]", node), ordered[number - 1 : number])
    assert same(find(f"{axis}::node()[last()]", node), near[-1:])
    assert same(find(f"{axis}::node()[position() = last()]", node), near[-1:])


@given(DOCUMENTS, st.sampled_from("abc"), st.sampled_from("abc"))
def test_paths_give_document_order_without_doubles(root: Node, name: str, other: str) -> None:
    everything = preorder(root)
    elements = [node for node in everything if node.kind == NodeKind.ELEMENT]
    assert same(find(f"//{name}", root), [node for node in elements if node.name == name])
    assert same(find("//*/node()", root), [n for n in everything if n.parent in elements])
    assert same(
        find(f"//{name} | //{other} | //{name}", root),
        [node for node in elements if node.name in (name, other)],
    )
    inside = [n for n in elements if n.name == other and any(a.name == name for a in n.ancestors())]
    assert same(find(f"//{name}//{other}", root), inside)
    parents = [node for node in everything if any(each.name == name for each in node.children)]
    assert same(find(f"//{name}/..", root), [n for n in parents if n.kind != NodeKind.INSTRUCTION])
    first = [n for n in elements if n.name == name and not find(f"preceding-sibling::{name}", n)]
    assert same(find(f"//{name}[1]", root), first)
    assert same(find(f"(//{name})[1]", root), find(f"//{name}", root)[:1])
    attributes = [each for node in elements for each in node.attributes]
    assert same(find("//@*", root), attributes)


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("//text()", NodeKind.TEXT),
        ("//comment()", NodeKind.COMMENT),
        ("//processing-instruction()", NodeKind.INSTRUCTION),
    ],
)
@given(root=DOCUMENTS)
def test_node_tests_find_their_kind(root: Node, expression: str, kind: NodeKind) -> None:
    assert same(find(expression, root), [node for node in preorder(root) if node.kind == kind])
    named = [node for node in preorder(root) if node.kind == kind and node.name == "p"]
    if kind == NodeKind.INSTRUCTION:
        assert same(find("//processing-instruction('p')", root), named)


# ---------------------------------------------------------------- in a form being filled in
FORM = xform(
    "<title>Wet season</title>"
    "<house><name>A</name><person><age>30</age></person><person><age>4</age></person></house>"
    "<house><name>B</name><person><age>61</age></person></house>"
    "<hidden><age>99</age></hidden><out/>",
    [bind("house/person/age", type="int"), bind("hidden", relevant="false()")],
    [
        ask("title"),
        repeat("house", ask("house/name"), repeat("house/person", ask("house/person/age"))),
        group("hidden", ask("hidden/age")),
    ],
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("count(//age)", 3.0),
        ("sum(//person/age)", 95.0),
        ("join(' ', /data/house/descendant::age)", "30 4 61"),
        ("join(' ', //age[. > 10])", "30 61"),
        ("join(' ', //person[1]/age)", "30 61"),
        ("string((//person)[last()]/age)", "61"),
        ("join(' ', //age/ancestor::house/name)", "A B"),
        ("string(//house[person/age = 61]/name)", "B"),
        ("string(//house[2]/preceding-sibling::house/name)", "A"),
        ("string(//title/following::age[2])", "4"),
        ("string(//house[2]//age/preceding::age[1])", "4"),
        ("join(' ', /data/*[self::title or self::house]/name)", "A B"),
        ("name(//age/ancestor::*[last()])", "data"),
        ("local-name(/*)", "data"),
        ("count(//house/person | //house)", 5.0),
        ("string(//title/text())", "Wet season"),
        ("string(/data/@id)", "test"),
        ("count(//@*)", 2.0),
        ("string(//house[position() = 2]/name)", "B"),
        ("join('', //house[name != 'A']/name | //title)", "Wet seasonB"),
        ("count(//hidden)", 0.0),
        ("count(//age/parent::person)", 3.0),
        ("string(/data/house[last()]/person[last()]/age)", "61"),
        ("string(/data/house[count(person) > 1]/name)", "A"),
        ("floor(2.6) + ceiling(2.1) + floor(-2.5)", 2.0),
        ("substring('12345', 2)", "2345"),
        ("substring-before('1999/04/01', '/')", "1999"),
        ("number(lang('en'))", 0.0),
        ("count(id('x'))", 0.0),
        ("count(/)", 1.0),
        ("count(//data)", 1.0),
        ("name(/node())", "data"),
        ("string(/descendant::name[2])", "B"),
    ],
)
def test_path_finds_its_nodes_in_a_form(expression: str, expected: object) -> None:
    assert Scenario(FORM).session.evaluate(expression) == expected


SEARCHES = (
    "count(//age[. > 10])",
    "string(//person[last()]/age)",
    "join(' ', //house[person/age > 20]/name)",
    "count(//title/following::age)",
    "string(//person[1]/preceding::name[1])",
    "string(/descendant::name[2])",
    "join(',', //age | //name)",
    "join(' ', //age/ancestor::house/name)",
    "string(//house[2]/preceding-sibling::house/name)",
)


def test_calculation_that_searches_follows_every_change() -> None:
    outs = [f"o{number}" for number in range(len(SEARCHES))]
    scenario = Scenario(
        xform(
            "<title>T</title><house><name>A</name><person><age>30</age></person></house>"
            "<house><name>B</name><person><age>61</age></person></house>"
            + "".join(f"<{out}/>" for out in outs),
            [
                bind("house/person/age", type="int"),
                *(bind(out, calculate=search) for out, search in zip(outs, SEARCHES, strict=True)),
            ],
            [
                ask("title"),
                repeat("house", ask("house/name"), repeat("house/person", ask("house/person/age"))),
            ],
        )
    )

    def settled() -> bool:
        before = scenario.values(*outs)
        scenario.session.recalculate()
        return before == scenario.values(*outs)

    assert scenario.values("o0", "o6") == ["2", "A,30,B,61"]
    scenario.answers(**{"house[2]/name": "C", "house[1]/person/age": "7"})
    assert settled()
    scenario.add("/data/house[1]/person")
    scenario.answers(**{"house[1]/person[2]/age": "55"})
    assert scenario.values("o0", "o6") == ["2", "A,7,55,C,61"]
    assert settled()
    scenario.remove("/data/house[1]")
    assert scenario.values("o0", "o6") == ["1", "C,61"]
    assert settled()

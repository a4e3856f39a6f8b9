"""XPath syntax."""

from __future__ import annotations

import pytest

from enumerator.xform.limits import MAX_NESTING
from enumerator.xform.xpath.parser import parse
from enumerator.xform.xpath.syntax import (
    Binary,
    Call,
    Expr,
    Filter,
    KindTest,
    Literal,
    NameTest,
    Negate,
    Number,
    Path,
    Step,
    XPathError,
    frames,
)


def child(name: str) -> Step:
    return Step("child", NameTest(None, name))


def test_star_is_a_product_when_an_operand_stands_before_it() -> None:
    star = Path(".", (Step("child", NameTest(None, "*")),))
    assert parse("* * *") == Binary("*", star, star)


def test_div_is_a_name_when_an_operand_is_expected() -> None:
    name = Path(".", (child("div"),))
    assert parse("div div div") == Binary("div", name, name)


def test_operators_bind_by_precedence_and_to_the_left() -> None:
    one, two, three = Number(1), Number(2), Number(3)
    assert parse("1 - 2 - 3") == Binary("-", Binary("-", one, two), three)
    assert parse("1 + 2 * 3") == Binary("+", one, Binary("*", two, three))
    assert parse("1 or 2 and 3") == Binary("or", one, Binary("and", two, three))


def test_hyphen_belongs_to_the_name_when_no_space_stands_before_it() -> None:
    assert parse("a-b") == Path(".", (child("a-b"),))
    assert parse("a -b") == Binary("-", Path(".", (child("a"),)), Path(".", (child("b"),)))


def test_operator_is_split_from_a_number_glued_to_it() -> None:
    assert parse("7 mod2") == Binary("mod", Number(7), Number(2))


def test_abbreviations_mean_their_axes() -> None:
    assert parse("../@x") == Path(
        ".", (Step("parent", KindTest("node")), Step("attribute", NameTest(None, "x")))
    )
    assert parse("//a") == Path("/", (Step("descendant-or-self", KindTest("node")), child("a")))


def test_predicates_stay_with_their_step_and_their_filter() -> None:
    assert parse("a[1]") == Path(".", (Step("child", NameTest(None, "a"), (Number(1),)),))
    assert parse("(a)[1]") == Filter(Path(".", (child("a"),)), (Number(1),))


def test_path_continues_after_a_call() -> None:
    assert parse("instance('x')/root") == Path(Call("instance", (Literal("x"),)), (child("root"),))


def test_minus_signs_pair_up() -> None:
    assert parse("--1") == Negate(Negate(Number(1)))


@pytest.mark.parametrize(
    "text",
    ["", "  ", "1 +", "(1", "a[", "a]", "f(1,)", "a b", "'open", "unknown-axis::a", "1 = = 2", "#"],
)
def test_parse_refuses_when_the_text_is_no_expression(text: str) -> None:
    with pytest.raises(XPathError):
        parse(text)


def test_parse_refuses_when_brackets_nest_too_deep() -> None:
    deep = MAX_NESTING + 1
    with pytest.raises(XPathError, match="nested"):
        parse("(" * deep + "1" + ")" * deep)


@pytest.mark.parametrize("operator", ["or", "and", "|"])
def test_long_chains_mean_the_same_as_short_ones(operator: str) -> None:
    """The operands stand in their order, in a tree that is not deep."""
    names = [f"n{place}" for place in range(2000)]
    tree = parse(f" {operator} ".join(names))
    assert frames(tree) < 60
    leaves: list[Expr] = []
    waiting: list[Expr] = [tree]
    while waiting:
        expr = waiting.pop()
        if isinstance(expr, Binary):
            waiting += [expr.right, expr.left]
        else:
            leaves.append(expr)
    assert leaves == [Path(".", (child(name),)) for name in names]


@pytest.mark.parametrize(
    "text",
    [
        "+".join(["1"] * 1000),
        "a[" * 40 + "1" + "]" * 40,
        "not(" * 1000 + "1" + ")" * 1000,
        "../" * 5000 + "a",
        "1" * 60_000,
    ],
)
def test_parse_refuses_when_the_tree_would_be_too_deep_to_compile(text: str) -> None:
    with pytest.raises(XPathError, match=r"nested|more than"):
        parse(text)

"""The printer of syntax trees and the parser undo each other."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path as File

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from enumerator.xform.limits import MAX_FRAMES
from enumerator.xform.xpath.parser import AXES, parse
from enumerator.xform.xpath.printer import to_text
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
    Variable,
    XPathError,
    frames,
)

_WORDS = st.sampled_from(["a", "div", "or", "text", "a-b", "x1", "é", "mod.", "and", "if"])
_TESTS = st.one_of(
    st.builds(NameTest, st.sampled_from([None, "p"]), st.one_of(_WORDS, st.just("*"))),
    st.sampled_from([KindTest("node"), KindTest("text"), KindTest("comment")]),
    st.builds(KindTest, st.just("processing-instruction"), st.sampled_from([None, "x y"])),
)
_LEAVES: st.SearchStrategy[Expr] = st.one_of(
    st.builds(Number, st.floats(min_value=0.0, allow_nan=False)),
    st.builds(Literal, st.text(st.characters(exclude_characters='"'), max_size=5)),
    st.builds(Literal, st.sampled_from(['say "a"', "it's"])),
    st.builds(Variable, st.sampled_from(["v", "p:v"])),
    st.just(Path("/", ())),
    st.builds(Call, st.sampled_from(["true", "jr:itext", "f-g"]), st.just(())),
)
_OPERATORS = (*("or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "|"),)


def _larger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    predicates = st.lists(inner, max_size=2).map(tuple)
    steps = st.lists(
        st.one_of(
            st.builds(Step, st.sampled_from(sorted(AXES)), _TESTS, predicates),
            st.just(Step("descendant-or-self", KindTest("node"))),
            st.builds(Step, st.sampled_from(["self", "parent"]), st.just(KindTest("node"))),
        ),
        min_size=1,
        max_size=4,
    ).map(tuple)
    return st.one_of(
        st.builds(Path, st.one_of(st.sampled_from(["/", "."]), inner), steps),
        st.builds(Filter, inner, st.lists(inner, min_size=1, max_size=2).map(tuple)),
        st.builds(Call, st.sampled_from(["if", "concat"]), st.lists(inner, max_size=3).map(tuple)),
        st.builds(Binary, st.sampled_from(_OPERATORS), inner, inner),
        st.builds(Negate, inner),
        st.builds(_chained, st.sampled_from(["or", "and", "|"]), inner, st.integers(2, 40)),
    )


def _chained(operator: str, operand: Expr, count: int) -> Expr:
    """To the left, however long: a shape that no text without brackets has."""
    found = operand
    for _ in range(count):
        found = Binary(operator, found, operand)
    return found


TREES = st.recursive(_LEAVES, _larger, max_leaves=8)


def _is_small(tree: Expr) -> bool:
    return frames(tree) < MAX_FRAMES // 4


@settings(max_examples=150, deadline=None)
@given(TREES.filter(_is_small))
@example(Binary("*", Path("/", ()), Number(2.0)))
@example(Negate(Negate(Negate(Number(1.0)))))
@example(
    Filter(Filter(Path(".", (Step("self", KindTest("node")),)), (Number(1.0),)), (Number(2.0),))
)
@example(_chained("or", Variable("v"), 60))
def test_printed_tree_parses_to_itself(tree: Expr) -> None:
    assert parse(to_text(tree)) == tree


@settings(max_examples=100, deadline=None)
@given(TREES.filter(_is_small))
def test_no_pair_of_brackets_is_idle(tree: Expr) -> None:
    """Without any of them the text means something else, or nothing."""
    text = to_text(tree)
    if re.search(r"""['"]""", text) or len(text) > 400:
        return
    for opened, closed in _pairs(text):
        less = f"{text[:opened]} {text[opened + 1 : closed]} {text[closed + 1 :]}"
        try:
            assert parse(less) != tree, (text, less)
        except XPathError:
            continue


def _pairs(text: str) -> list[tuple[int, int]]:
    """Of brackets that belong to no call and no node test."""
    found: list[tuple[int, int]] = []
    waiting: list[int] = []
    for place, sign in enumerate(text):
        if sign == "(":
            waiting.append(place)
        elif sign == ")":
            opened = waiting.pop()
            bare_root = text[opened:place] == "(/"  # an operator after it would be a name
            if not re.search(r"[\w.\-]$", text[:opened]) and not bare_root:
                found.append((opened, place))
    return found


@pytest.mark.parametrize("count", [1, 15, 16, 17, 18, 33, 1000, 4000])
@pytest.mark.parametrize("operator", ["or", "and", "|"])
def test_chain_of_any_length_is_printed_without_brackets(count: int, operator: str) -> None:
    text = f" {operator} ".join(["a"] * count)
    assert to_text(parse(text)) == text


def test_expressions_of_the_peers_keep_their_meaning() -> None:
    beside = File(__file__).parents[2].parent / "shared" / "conformance"
    cases = File(os.environ.get("ENUMERATOR_CONFORMANCE", beside)) / "xpath_cases.json"
    if not cases.is_file():
        pytest.skip(f"no conformance material at {cases}")
    document = json.loads(cases.read_text(encoding="utf-8"))
    texts = {case["expr"] for case in document["cases"]}
    parsed = 0
    for text in texts:
        try:
            tree = parse(text)
        except XPathError:
            continue
        parsed += 1
        assert parse(to_text(tree)) == tree, text
    assert parsed > len(texts) // 2

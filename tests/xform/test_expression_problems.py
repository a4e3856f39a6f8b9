"""What is wrong with an expression is said when the form is loaded, with its place and line."""

from __future__ import annotations

import pytest

from enumerator.xform import FormError, MemoryMedia, load_form
from tests.xform.scenario import ask, bind, repeat, rows, select_from, xform
from tests.xform.test_actions import setvalue


def lined(form: bytes) -> bytes:
    """Every element on a line of its own."""
    return form.replace(b"><", b">\n<")


def first_problem(form: bytes) -> tuple[str, str, int]:
    with pytest.raises(FormError) as caught:
        load_form(lined(form), MemoryMedia({}))
    problem = caught.value.problems[0]
    assert problem.line is not None
    return problem.text, problem.path, problem.line


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("nothing()", "no function nothing()"),
        ("not(/data/a[nothing()])", "no function nothing()"),
        ("own:made(1)", "no function own:made()"),
        ("substr('a')", "2 to 3 arguments, not 1"),
        ("if(1, 2)", "3 arguments, not 2"),
        ("current(1)", "0 arguments, not 1"),
        ("extract-signed('a')", "2 arguments, not 1"),
        ("intersects(., .)", "1 argument, not 2"),
        ("/data/nowhere", "no node /data/nowhere"),
        ("count(/data/nowhere)", "no node /data/nowhere"),
        ("instance('none')/root/item", "no instance 'none'"),
        ("1 +", "unexpected end"),
        ("(1", "unexpected end"),
        ("a b", "unexpected 'b'"),
        ("sideways::a", "no axis 'sideways'"),
        ("$member", "no variable $member"),
        ("#", "unexpected '#'"),
    ],
)
@pytest.mark.parametrize("attribute", ["calculate", "relevant", "constraint", "required"])
def test_loading_names_what_is_wrong_with_an_expression(
    attribute: str, expression: str, said: str
) -> None:
    form = xform("<a/><b/>", [bind("b", **{attribute: expression})], [ask("a")])
    text, path, line = first_problem(form)
    assert said in text
    assert expression in text
    assert path == "/html/head/model/bind"
    assert lined(form).splitlines()[line - 1].startswith(b"<bind")


@pytest.mark.parametrize(
    ("form", "element"),
    [
        (xform("<a/>", [], [ask("a", label="<output value='nothing()'/>")]), b"<output"),
        (xform("<a/>", [], [select_from("a", "instance('l')/root/item[nothing()]")],
               rows("l", {"name": "x", "label": "X"})), b"<itemset"),
        (xform("<r><a/></r>", [], [repeat("r", ask("r/a"), count="nothing()")]), b"<repeat"),
        (xform("<a/>", [], [ask("a")], setvalue("a", "odk-instance-first-load", "nothing()")),
         b"<setvalue"),
    ],
)  # fmt: skip
def test_loading_names_the_element_that_holds_the_expression(form: bytes, element: bytes) -> None:
    text, path, line = first_problem(form)
    assert "no function nothing()" in text
    assert path.endswith(element[1:].decode())
    assert lined(form).splitlines()[line - 1].startswith(element)


def test_loading_names_every_problem_at_once() -> None:
    binds = [bind("a", calculate="nothing()"), bind("b", relevant="substr()", constraint="/data/c")]
    with pytest.raises(FormError) as caught:
        load_form(xform("<a/><b/>", binds, [ask("b")]), MemoryMedia({}))
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("//nowhere", "no node nowhere"),
        ("../nowhere", "no node /data/nowhere"),
        ("count('a')", "a node-set is needed"),
        ("'a'/b", "a node-set is needed"),
        ("string(1 | 2)", "a node-set is needed"),
        ("string((1 + 1)[1])", "a node-set is needed"),
        ("position(true())", "a node-set is needed"),
    ],
)
def test_loading_warns_when_an_expression_can_only_be_blank(expression: str, said: str) -> None:
    form = load_form(
        xform("<a/><b/>", [bind("b", calculate=expression)], [ask("a")]), MemoryMedia({})
    )
    assert [each.line for each in form.warnings if said in each.text] == [1]
    assert form.start().value("/data/b") == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 == 1", "equal is a single ="),
        ("1 = 1 AND 2 = 2", "write and, in small letters"),
        ("1 = 1 OR 2 = 2", "write or, in small letters"),
        ("1 = 'x", "its closing quotation mark is missing"),
    ],
)
def test_habit_from_another_language_gets_advice(text: str, words: str) -> None:
    assert words in first_problem(xform("<a/>", [bind("a", calculate=text)], [ask("a")]))[0]

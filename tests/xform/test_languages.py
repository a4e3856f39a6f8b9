"""itext, outputs, and switching while filling in."""

from __future__ import annotations

import pytest

from enumerator.errors import KnownError
from enumerator.xform import Aspect
from tests.xform.scenario import Scenario, bind, control, rows, xform

ITEXT = """<itext>
<translation lang="Indonesia" default="true()">
  <text id="q"><value>Nama, <output value="/data/who"/>?</value>
    <value form="image">jr://images/nama.png</value></text>
  <text id="h"><value>Petunjuk</value><value form="guidance">Baca pelan</value></text>
  <text id="m"><value>Salah: <output value="."/></value></text>
  <text id="y"><value>Ya</value></text><text id="n"><value>Tidak</value></text>
  <text id="only"><value>Hanya di sini</value></text>
</translation>
<translation lang="English">
  <text id="q"><value>Name, <output value="/data/who"/>?</value></text>
  <text id="h"><value>Hint</value></text>
  <text id="m"><value>Wrong: <output value="."/></value></text>
  <text id="y"><value>Yes</value></text><text id="n"><value>No</value></text>
</translation></itext>"""

FORM = xform(
    "<who>Ani</who><q/><s/><word/><only/>",
    [
        bind("q", constraint=". != 'x'", jr_constraintMsg="jr:itext('m')"),
        bind("word", calculate="jr:choice-name(/data/s, '/data/s')"),
    ],
    [
        control("input", "who", "<label>Who</label>"),
        control("input", "q", "<label ref=\"jr:itext('q')\"/><hint ref=\"jr:itext('h')\"/>"),
        control(
            "select1",
            "s",
            "<label>S</label><itemset nodeset=\"instance('yn')/root/item\">"
            '<value ref="name"/><label ref="jr:itext(itextId)"/></itemset>',
        ),
        control("input", "only", "<label ref=\"jr:itext('only')\"/>"),
    ],
    ITEXT + rows("yn", {"name": "1", "itextId": "y"}, {"name": "2", "itextId": "n"}),
)


def test_default_language_is_the_one_marked() -> None:
    scenario = Scenario(FORM)
    assert scenario.form.languages == ("Indonesia", "English")
    assert scenario.session.language == "Indonesia"
    question = scenario.element("q")
    assert (question.label, question.hint, question.guidance) == (
        "Nama, Ani?",
        "Petunjuk",
        "Baca pelan",
    )
    assert dict(question.media) == {"image": "nama.png"}


def test_switch_changes_every_word_and_back_is_identity() -> None:
    scenario = Scenario(FORM)
    scenario.answers(s="1")
    before = scenario.session.state()
    changes = scenario.session.set_language("English")
    assert scenario.element("q").label == "Name, Ani?"
    assert scenario.labels("s") == ["Yes", "No"]
    assert changes.changed["/data/q"] & Aspect.LABEL  # type: ignore[index]  # a plain text does
    assert scenario["word"] == "Yes"
    scenario.session.set_language("Indonesia")
    assert scenario.session.state() == before


def test_message_is_in_the_session_s_language() -> None:
    scenario = Scenario(FORM, language="English")
    assert scenario.answer("q", "x").message == "Wrong: "
    scenario.answer("q", "x", commit="always")
    assert scenario.element("q").message == "Wrong: x"


def test_text_that_a_language_lacks_is_shown_in_the_default_one() -> None:
    scenario = Scenario(FORM, language="English")
    assert scenario.element("only").label == "Hanya di sini"


def test_switch_is_undone_like_any_step() -> None:
    scenario = Scenario(FORM)
    scenario.session.set_language("English")
    scenario.session.undo()
    assert scenario.session.language == "Indonesia"
    assert scenario.element("q").label == "Nama, Ani?"


def test_unknown_language_is_refused() -> None:
    scenario = Scenario(FORM)
    with pytest.raises(KnownError) as error:
        scenario.session.set_language("Banjar")
    assert error.value.code == "no_such_language"
    with pytest.raises(KnownError):
        scenario.form.start(language="Banjar")


def test_choice_follows_the_answer_that_its_label_shows() -> None:
    form = xform(
        "<who/><s/>",
        [],
        [
            control("input", "who", "<label>Who</label>"),
            control(
                "select1",
                "s",
                "<label>S</label><itemset nodeset=\"instance('list')/root/item\">"
                '<value ref="name"/><label ref="jr:itext(itextId)"/></itemset>',
            ),
        ],
        '<itext><translation lang="en"><text id="c"><value>As <output value="/data/who"/>'
        "</value></text></translation></itext>" + rows("list", {"name": "1", "itextId": "c"}),
    )
    scenario = Scenario(form).answers(who="Ani")
    assert scenario.labels("s") == ["As Ani"]
    scenario.answers(who="Budi")
    assert scenario.labels("s") == ["As Budi"]
    assert scenario.changed("s") & Aspect.CHOICES

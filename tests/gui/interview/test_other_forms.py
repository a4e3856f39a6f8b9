"""Questionnaires of another shape than the census's: the screen knows no form."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from enumerator.xform import Form, Kind, load_form
from tests.gui.interview.driver import InterviewDriver
from tests.gui.interview.fakes import FakeForm, FakeInterview, FakeSession, Node, group
from ui.questions.views import PageKind
from ui.widgets.interview_roster import RosterCard

Opener = Callable[..., FakeInterview]

LOOSE = FakeForm(
    "Tanpa bagian",
    Node("first", label="Satu"),
    Node("second", label="Dua", type="int"),
    group("part", "Bagian", Node("third", label="Tiga")),
    Node("fourth", label="Empat"),
)

PLOTS = FakeForm(
    "Lahan",
    group(
        "farm",
        "Usaha",
        Node("owner", label="Pemilik"),
        Node(
            "plot",
            Kind.REPEAT,
            "Petak",
            control="",
            type="",
            nodes=(
                Node("name", label="Nama petak"),
                Node(
                    "crop",
                    Kind.REPEAT,
                    "Tanaman",
                    control="",
                    type="",
                    nodes=(Node("name", label="Nama tanaman"),),
                ),
            ),
        ),
        Node("total", label="Jumlah petak", type="int"),
    ),
)

XFORM = b"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms">
 <h:head><h:title>Aneka</h:title><model><instance><data id="aneka" version="1">
  <rate/><order/><seen/><weight/><when/><sound/><line/></data></instance>
  <bind nodeset="/data/rate" type="int"/><bind nodeset="/data/order" type="odk:rank"/>
  <bind nodeset="/data/seen" type="string"/><bind nodeset="/data/weight" type="decimal"/>
  <bind nodeset="/data/when" type="time"/><bind nodeset="/data/sound" type="binary"/>
  <bind nodeset="/data/line" type="geotrace"/></model></h:head>
 <h:body>
  <range ref="/data/rate" start="1" end="5" step="1"><label>Nilai</label></range>
  <odk:rank ref="/data/order"><label>Urutan</label>
   <item><label>Beras</label><value>rice</value></item>
   <item><label>Jagung</label><value>corn</value></item></odk:rank>
  <trigger ref="/data/seen"><label>Sudah dibacakan</label></trigger>
  <input ref="/data/weight"><label>Berat</label></input>
  <input ref="/data/when"><label>Pukul</label></input>
  <upload ref="/data/sound" mediatype="audio/*"><label>Rekaman</label></upload>
  <input ref="/data/line"><label>Jalur</label></input>
 </h:body></h:html>"""


def test_questions_outside_of_groups_share_pages_when_a_form_has_them(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake(LOOSE)
    entries = driver.screen.outline().entries
    assert [(entry.title, entry.key.kind) for entry in entries] == [
        ("Tanpa bagian", PageKind.SECTION),
        ("Bagian", PageKind.SECTION),
        ("Tanpa bagian", PageKind.SECTION),
    ]
    way = []
    for text in ("a", "1", "b", "c"):
        way.append(driver.current())
        driver.answer(text)
    assert way == ["/data/first", "/data/second", "/data/part/third", "/data/fourth"]
    assert driver.screen.pages.currentWidget() is driver.screen.end


def test_line_is_added_opened_and_taken_back_when_a_repeat_is_free(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake(PLOTS)
    driver.go_to("/data/farm/owner")
    (roster,) = driver.screen.page.rosters()
    _press_add(driver, roster)
    assert driver.current() == "/data/farm/plot/name"
    driver.answer("Petak timur")
    assert driver.current() == "/data/farm/plot/crop"
    driver.go_to("/data/farm/owner")
    (roster,) = driver.screen.page.rosters()
    assert [line.name for line in roster.view.lines] == ["Petak timur"]
    roster.take_focus()
    driver.press(Qt.Key.Key_Delete)
    (roster,) = driver.screen.page.rosters()
    assert roster.view.lines == ()
    driver.control(Qt.Key.Key_Z)
    assert interview.session.value("/data/farm/plot/name") == "Petak timur"


def test_roster_inside_a_line_has_pages_of_its_own_when_repeats_nest(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake(PLOTS)
    driver.go_to("/data/farm/owner")
    _press_add(driver, driver.screen.page.rosters()[0])
    _press_add(driver, driver.screen.page.rosters()[0])
    assert driver.current() == "/data/farm/plot/crop/name"
    driver.answer("Padi")
    levels = [(entry.level, entry.line is not None) for entry in driver.screen.outline().entries]
    assert levels == [(0, False), (1, True), (2, True)]
    assert driver.current() == "/data/farm/total"


def test_every_kind_of_question_is_shown_when_the_engine_brings_it(
    driver: InterviewDriver,
) -> None:
    form: Form = load_form(XFORM)
    session = FakeSession(LOOSE)
    interview = FakeInterview(session)
    interview.session = form.start()
    driver.screen.set_interview(interview)
    driver.settle()
    driver.enter("/data/rate", "4")
    driver.enter("/data/order", "corn rice")
    driver.enter("/data/seen", "OK")
    driver.enter("/data/weight", "12,5")
    driver.enter("/data/when", "16.30")
    value = interview.session.value
    assert value("/data/rate") == "4"
    assert value("/data/order") == "corn rice"
    assert value("/data/seen") == "OK"
    assert value("/data/weight") == "12.5"
    assert value("/data/when").startswith("16:30:00.000")
    assert driver.screen.header.title.text() == "Aneka"
    assert not driver.screen.header.language.isVisible()
    kinds = [type(card.answer_widget).__name__ for card in driver.screen.page.cards()]
    assert kinds == [
        "RangeInput",
        "RankInput",
        "TriggerInput",
        "DecimalInput",
        "TimeInput",
        "UnknownInput",
        "UnknownInput",
    ]


def _press_add(driver: InterviewDriver, roster: RosterCard) -> None:
    roster._add.click()
    driver.settle()

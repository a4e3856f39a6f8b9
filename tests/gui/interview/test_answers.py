"""Each kind of answer by itself: how keys and texts become the stored value."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from enumerator.errors import KnownError
from enumerator.xform import Choice, Element, Kind, Ref
from tests.gui.interview.driver import wait_until
from ui.demo.waiting import turn
from ui.markup import plain_text, rich_text
from ui.questions.base import QuestionInput
from ui.questions.card import QuestionCard, split_number
from ui.questions.choice_list import OptionList, digit_keys
from ui.questions.choice_search import SearchInput
from ui.questions.kinds import input_for
from ui.questions.moments import DateInput
from ui.questions.page_items import NoteCard
from ui.questions.pictures import read_picture, shrink
from ui.questions.scales import UnknownInput
from ui.questions.views import QuestionView

Maker = Callable[..., "Asked"]


def _now() -> datetime:
    return datetime(2020, 9, 15, 8, 30, tzinfo=UTC)


def view(
    control: str = "input", kind: str = "string", *, choices: str = "", **facts: object
) -> QuestionView:
    """A question; ``choices`` are values, their labels are "Label <value>"."""
    element = Element(
        ref=Ref("/data/q"),
        kind=Kind.QUESTION,
        control=control,
        type=kind,
        appearance=(),
        label="101. Pertanyaan",
        hint="",
        guidance="",
        media={},
        relevant=True,
        readonly=False,
        required=False,
        value="",
        valid=True,
        message="",
        required_message="",
        mediatype="",
        parameters={},
        count_fixed=False,
    )
    element = replace(element, **facts)  # type: ignore[arg-type]  # fields of Element, by name
    made = tuple(Choice(value, f"Label {value}", {}) for value in choices.split())
    return QuestionView(Ref("/data/q"), element, relevant=True, level=0, choices=made)


class Asked:
    """One answer widget in a window, and what it said."""

    def __init__(self, answer: QuestionInput, shown: QuestionView) -> None:
        self.answer = answer
        self.view = shown
        self.stored: list[str] = []
        self.misread: list[str] = []
        self.steps: list[int] = []
        answer.answered.connect(lambda lexical, _: self._store(lexical))
        answer.misread.connect(self.misread.append)
        answer.stepped.connect(self.steps.append)

    def _store(self, lexical: str) -> None:
        self.stored.append(lexical)
        element = replace(self.view.element, value=lexical)
        self.view = replace(self.view, element=element)
        self.answer.show_view(self.view)

    def type(self, text: str) -> None:
        for sign in text:
            QTest.keyClicks(self.focused(), sign)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        QTest.keyClick(self.focused(), key, modifiers or Qt.KeyboardModifier.NoModifier)

    def focused(self) -> QWidget:
        there = QApplication.focusWidget()
        assert there is not None
        return there

    def text(self) -> str:
        target = self.answer.focus_target()
        assert isinstance(target, QLineEdit)
        return target.text()


@pytest.fixture
def ask() -> Iterator[Maker]:
    windows: list[QWidget] = []

    def make(shown: QuestionView) -> Asked:
        window = QWidget()
        window.resize(700, 500)
        answer = input_for(shown, _now)
        layout = QVBoxLayout(window)
        layout.addWidget(answer, 1)
        asked = Asked(answer, shown)
        answer.show_view(shown)
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        answer.focus_target().setFocus(Qt.FocusReason.OtherFocusReason)
        windows.append(window)
        return asked

    yield make
    for window in windows:
        window.deleteLater()
    turn()


# ---------------------------------------------------------------------- options


def test_digit_picks_at_once_when_it_can_mean_one_option_only(ask: Maker) -> None:
    asked = ask(view("select1", choices="1 2 3"))
    asked.type("2")
    assert asked.stored == ["2"]


def test_first_digit_waits_when_a_second_may_follow(ask: Maker) -> None:
    asked = ask(view("select1", choices="1 2 10 11"))
    asked.type("1")
    assert asked.stored == []
    asked.type("0")
    assert asked.stored == ["10"]


def test_first_digit_is_taken_when_enter_follows(ask: Maker) -> None:
    asked = ask(view("select1", choices="1 2 10 11"))
    asked.type("1")
    asked.press(Qt.Key.Key_Return)
    assert asked.stored == ["1"]
    assert asked.steps == [1]


def test_first_digit_is_taken_when_nothing_follows(ask: Maker) -> None:
    asked = ask(view("select1", choices="1 2 10 11"))
    asked.type("1")
    wait_until(lambda: asked.stored == ["1"])


def test_option_is_picked_when_it_is_clicked(ask: Maker) -> None:
    asked = ask(view("select1", choices="1 2 3"))
    option = asked.answer.findChildren(QAbstractButton)[2]
    QTest.mouseClick(option, Qt.MouseButton.LeftButton)
    assert asked.stored == ["3"]


def test_digits_are_positions_when_values_are_no_numbers() -> None:
    assert digit_keys(["01", "02"]) == ["1", "2"]
    assert digit_keys(["ya", "tidak"]) == ["1", "2"]
    assert digit_keys(["0", "7", "98"]) == ["0", "7", "98"]
    assert digit_keys(["7", "101"]) == ["1", "2"]


def test_arrows_only_move_and_enter_takes_the_marked_option_when_none_is_picked(
    ask: Maker,
) -> None:
    asked = ask(view("select1", choices="1 2 3"))
    asked.press(Qt.Key.Key_Down)
    assert asked.stored == []
    asked.press(Qt.Key.Key_Return)
    assert asked.stored == ["2"]


def test_enter_changes_nothing_when_no_option_was_marked(ask: Maker) -> None:
    asked = ask(view("select1", choices="1 2 3"))
    asked.press(Qt.Key.Key_Return)
    assert asked.stored == []
    assert asked.steps == [1]


def test_digits_toggle_in_the_order_picked_when_several_may_be_chosen(ask: Maker) -> None:
    asked = ask(view("select", choices="1 2 98"))
    asked.type("98")
    asked.type("1")
    asked.type("98")
    asked.type("98")
    assert asked.stored == ["98", "98 1", "1", "1 98"]


def test_delete_empties_when_an_option_is_picked(ask: Maker) -> None:
    asked = ask(view("select1", choices="1 2", value="1"))
    asked.press(Qt.Key.Key_Delete)
    assert asked.stored == [""]


def test_options_stand_in_fewer_columns_when_the_room_is_narrow(ask: Maker) -> None:
    asked = ask(view("select1", choices=" ".join(str(i) for i in range(1, 13))))
    assert isinstance(asked.answer, OptionList)
    assert asked.answer.heightForWidth(700) < asked.answer.heightForWidth(240)


def test_options_answer_as_radio_buttons_when_a_screen_reader_asks(ask: Maker) -> None:
    asked = ask(view("select1", choices="1 2"))
    option = asked.answer.focus_target()
    assert option.accessibleName() == "Label 1"
    assert option.accessibleDescription() == "101. Pertanyaan"
    assert option.inherits("QRadioButton")


# ---------------------------------------------------------------------- searching


def test_search_finds_by_any_word_when_typed(ask: Maker) -> None:
    shown = view("select1", choices="11 12 13", appearance=("minimal",))
    asked = ask(shown)
    asked.type("label 12")
    asked.press(Qt.Key.Key_Return)
    assert asked.stored == ["12"]
    assert asked.text() == "Label 12"


def test_search_takes_the_marked_row_when_arrows_chose_it(ask: Maker) -> None:
    asked = ask(view("select1", choices="11 12 13", appearance=("minimal",)))
    asked.press(Qt.Key.Key_Down)
    asked.press(Qt.Key.Key_Down)
    asked.press(Qt.Key.Key_Down)
    asked.press(Qt.Key.Key_Return)
    assert asked.stored == ["12"]


def test_search_refuses_what_is_not_in_the_list_when_typed(ask: Maker) -> None:
    asked = ask(view("select1", choices="11 12", appearance=("minimal",)))
    asked.type("Jakarta")
    asked.press(Qt.Key.Key_Return)
    assert asked.misread == ["Jakarta"]
    assert asked.stored == []


def test_search_goes_back_to_the_choice_when_escape_is_pressed(ask: Maker) -> None:
    asked = ask(view("select1", choices="11 12", appearance=("minimal",), value="11"))
    asked.type("xyz")
    asked.press(Qt.Key.Key_Escape)
    assert asked.text() == "Label 11"
    assert asked.stored == []


def test_search_stays_fast_when_there_are_eighty_thousand_rows(ask: Maker) -> None:
    choices = tuple(Choice(f"{i:05}", f"Desa nomor {i}", {}) for i in range(80_000))
    asked = ask(replace(view("select1", appearance=("minimal",)), choices=choices))
    assert isinstance(asked.answer, SearchInput)
    asked.type("d")
    took = []
    for sign in "esa 7999":
        before = time.perf_counter()
        asked.type(sign)
        took.append(time.perf_counter() - before)
    assert sorted(took)[len(took) // 2] < 0.05
    assert asked.answer.model.rowCount() == asked.answer.model.found() == 18


def test_list_follows_when_the_choices_change(ask: Maker) -> None:
    asked = ask(view("select1", choices="11 12", appearance=("minimal",), value="11"))
    asked.answer.show_view(view("select1", choices="21 22", appearance=("minimal",)))
    assert asked.text() == ""
    asked.type("21")
    asked.press(Qt.Key.Key_Return)
    assert asked.stored[-1] == "21"


# ---------------------------------------------------------------------- typed answers


def test_nik_stands_in_fours_and_is_stored_as_digits_when_typed(ask: Maker) -> None:
    asked = ask(view(appearance=("numbers",), label="305. NIK, 16 digit"))
    asked.type("6371014203689001")
    assert asked.text() == "6371 0142 0368 9001"
    asked.press(Qt.Key.Key_Return)
    assert asked.stored == ["6371014203689001"]


def test_nik_keeps_the_cursor_when_a_digit_is_put_in_between(ask: Maker) -> None:
    asked = ask(view(appearance=("numbers",), value="637101420368"))
    field = asked.answer.focus_target()
    assert isinstance(field, QLineEdit)
    field.setCursorPosition(2)
    field.deselect()
    asked.type("9")
    assert (field.text(), field.cursorPosition()) == ("6397 1014 2036 8", 3)


def test_digits_are_counted_when_the_question_says_how_many(ask: Maker) -> None:
    asked = ask(view(appearance=("numbers",), label="305. NIK, 16 digit"))
    asked.type("637101")
    assert asked.answer._note == "6 of 16 digits"  # type: ignore[attr-defined]  # painted text


def test_date_is_stored_as_a_day_when_typed_leniently(ask: Maker) -> None:
    asked = ask(view(kind="date"))
    asked.type("2/1/90")
    asked.press(Qt.Key.Key_Return)
    assert asked.stored == ["1990-01-02"]
    assert asked.text() == "02-01-1990"
    assert asked.answer._note == "2 January 1990"  # type: ignore[attr-defined]  # painted text


def test_date_comes_from_the_calendar_when_a_day_is_picked(ask: Maker) -> None:
    asked = ask(view(kind="date", value="1990-01-02"))
    assert isinstance(asked.answer, DateInput)
    asked.answer.open_calendar()
    popup = asked.answer._popup
    assert popup is not None
    assert popup.days.selectedDate().toString("yyyy-MM-dd") == "1990-01-02"
    popup.days.setSelectedDate(popup.days.selectedDate().addDays(3))
    popup.days.activated.emit(popup.days.selectedDate())
    assert asked.stored == ["1990-01-05"]


def test_moment_goes_from_day_to_time_when_enter_is_pressed(ask: Maker) -> None:
    asked = ask(view(kind="dateTime"))
    asked.type("17-9-2020")
    asked.press(Qt.Key.Key_Return)
    assert asked.steps == []
    asked.type("1630")
    asked.press(Qt.Key.Key_Return)
    assert asked.steps == [1]
    (stored,) = asked.stored
    here = datetime(2020, 9, 17, 16, 30).astimezone()
    assert datetime.fromisoformat(stored) == here


def test_time_is_stored_with_its_zone_when_typed(ask: Maker) -> None:
    asked = ask(view(kind="time"))
    asked.type("9.05")
    asked.press(Qt.Key.Key_Return)
    (stored,) = asked.stored
    assert stored.startswith("09:05:00.000")


def test_place_needs_both_coordinates_when_one_is_typed(ask: Maker) -> None:
    asked = ask(view(kind="geopoint"))
    asked.type("-3,3186")
    asked.press(Qt.Key.Key_Return)
    asked.press(Qt.Key.Key_Return)
    asked.press(Qt.Key.Key_Return)
    assert asked.misread == ["-3,3186; ; "]
    assert "both" in asked.answer.misreading()


def test_place_is_filled_when_a_pair_is_pasted(ask: Maker) -> None:
    asked = ask(view(kind="geopoint"))
    field = asked.answer.focus_target()
    assert isinstance(field, QLineEdit)
    field.insert("-3.3186, 114.5944")
    asked.answer.commit()
    assert asked.stored == ["-3.3186 114.5944 0 0"]


def test_decimal_takes_a_comma_when_typed(ask: Maker) -> None:
    asked = ask(view(kind="decimal"))
    asked.type("12,5")
    asked.press(Qt.Key.Key_Return)
    assert asked.stored == ["12.5"]
    assert asked.text() == "12,5"


def test_long_text_goes_on_with_enter_and_breaks_with_alt_enter(ask: Maker) -> None:
    asked = ask(view(appearance=("multiline",)))
    asked.type("Satu")
    asked.press(Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    asked.type("Dua")
    asked.press(Qt.Key.Key_Return)
    assert asked.stored == ["Satu\nDua"]
    assert asked.steps == [1]
    assert isinstance(asked.answer.focus_target(), QPlainTextEdit)


def test_typed_text_stays_when_the_questionnaire_changes_around_it(ask: Maker) -> None:
    asked = ask(view())
    asked.type("Pedagang")
    asked.answer.show_view(replace(asked.view, element=replace(asked.view.element, value="lama")))
    assert asked.text() == "Pedagang"


def test_readonly_answer_cannot_be_typed_in_when_shown(ask: Maker) -> None:
    asked = ask(view(readonly=True, value="tetap"))
    asked.answer.focus_target().setFocus()
    QTest.keyClicks(asked.answer.focus_target(), "x")
    assert asked.text() == "tetap"


# ---------------------------------------------------------------------- the rest


def test_range_refuses_what_is_off_its_scale_when_typed(ask: Maker) -> None:
    shown = view("range", "int", parameters={"start": "0", "end": "10", "step": "2"})
    asked = ask(shown)
    asked.type("5")
    asked.press(Qt.Key.Key_Return)
    assert asked.misread == ["5"]
    assert "0 to 10" in asked.answer.misreading()


def test_range_is_stored_when_the_slider_moves(ask: Maker) -> None:
    asked = ask(view("range", "int", parameters={"start": "0", "end": "10", "step": "2"}))
    asked.answer._slider.setValue(3)  # type: ignore[attr-defined]  # what the mouse does
    assert asked.stored == ["6"]


def test_ranking_is_stored_in_the_new_order_when_a_line_is_moved(ask: Maker) -> None:
    asked = ask(view("rank", choices="a b c"))
    asked.press(Qt.Key.Key_Down)
    asked.press(Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    asked.press(Qt.Key.Key_Return)
    assert asked.stored == ["b a c"]


def test_trigger_is_confirmed_when_space_is_pressed(ask: Maker) -> None:
    asked = ask(view("trigger"))
    asked.press(Qt.Key.Key_Space)
    asked.press(Qt.Key.Key_Return)
    assert asked.stored == ["OK"]
    assert asked.steps == [1]


def test_unknown_type_is_named_and_passed_when_it_comes(ask: Maker) -> None:
    asked = ask(view(kind="geoshape"))
    assert isinstance(asked.answer, UnknownInput)
    assert "geoshape" in asked.answer.words()
    asked.press(Qt.Key.Key_Return)
    assert asked.steps == [1]


def test_picture_is_shrunk_to_its_longer_edge_when_it_is_large(tmp_path: Path) -> None:
    source = tmp_path / "kk.png"
    QImage(1600, 800, QImage.Format.Format_RGB32).save(str(source))
    made = QImage.fromData(shrink(read_picture(source), 400, 80))
    assert (made.width(), made.height()) == (400, 200)


def _camera_photo(folder: Path) -> bytes:
    """100 x 50, lying on its side, with a place and a comment beside the pixels."""
    path = folder / "kamera.jpg"
    picture = QImage(100, 50, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.red)
    picture.setText("Description", "Rumah Ahmad Contoh")
    picture.save(str(path))
    plain = path.read_bytes()
    tiff = b"II*\0\x08\0\0\0" + b"\x01\0" + b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0" + bytes(4)
    exif = b"Exif\0\0" + tiff + b"GPS -3.3194 114.5908"
    return plain[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + plain[2:]


def test_picture_keeps_its_pixels_only_when_a_camera_wrote_more(tmp_path: Path) -> None:
    photo = _camera_photo(tmp_path)
    assert b"GPS -3.3194" in photo
    assert b"Ahmad" in photo

    made = shrink(photo, 1600, 80)

    picture = QImage.fromData(made)
    assert (picture.width(), picture.height()) == (50, 100)
    assert picture.textKeys() == []
    for word in (b"Exif", b"GPS", b"Ahmad"):
        assert word not in made


def test_picture_is_the_smaller_the_lower_its_quality(tmp_path: Path) -> None:
    source = tmp_path / "kk.png"
    picture = QImage(300, 300, QImage.Format.Format_RGB32)
    for x in range(300):
        for y in range(300):
            picture.setPixel(x, y, (x * 7919 ^ y * 104729) & 0xFFFFFF)
    picture.save(str(source))
    content = read_picture(source)

    assert len(shrink(content, 300, 40)) < len(shrink(content, 300, 90)) / 2


def test_transparent_picture_becomes_white_rather_than_black(tmp_path: Path) -> None:
    source = tmp_path / "kk.png"
    picture = QImage(40, 40, QImage.Format.Format_ARGB32)
    picture.fill(Qt.GlobalColor.transparent)
    picture.save(str(source))

    made = QImage.fromData(shrink(read_picture(source), 400, 80))

    assert made.pixelColor(20, 20).lightness() > 250


def test_picture_is_refused_when_the_file_is_none(tmp_path: Path) -> None:
    source = tmp_path / "kk.jpg"
    source.write_bytes(b"no picture")
    with pytest.raises(KnownError, match="picture"):
        shrink(read_picture(source), 400, 80)
    with pytest.raises(KnownError, match="read"):
        read_picture(tmp_path / "absent.jpg")


@pytest.mark.parametrize(
    ("label", "number", "words"),
    [
        ("301a. Tanggal meninggal", "301a", "Tanggal meninggal"),
        ("Asal keluarga", "", "Asal keluarga"),
        ("2020 adalah tahun sensus", "", "2020 adalah tahun sensus"),
    ],
)
def test_number_is_told_apart_when_a_label_begins_with_one(
    label: str, number: str, words: str
) -> None:
    assert split_number(label) == (number, words)


def test_markdown_becomes_bold_and_nothing_else_when_shown() -> None:
    assert rich_text("**Siti** <b>&</b> [tautan](http://x)") == "<b>Siti</b> &amp; tautan"
    assert plain_text("**Siti** [tautan](http://x)") == "Siti tautan"
    assert plain_text("a_b_c 2*3*4") == "a_b_c 2*3*4"


def test_warning_loses_its_sign_and_keeps_its_word_when_drawn() -> None:
    window = QWidget()
    shown = view("note", label="⚠ PERINGATAN: umur **101** tahun", readonly=True)
    note = NoteCard(shown, window)
    assert note.is_warning()
    assert note.words() == "PERINGATAN: umur 101 tahun"
    assert note.heightForWidth(200) > note.heightForWidth(800)


def test_card_grows_when_a_message_comes() -> None:
    window = QWidget()
    card = QuestionCard(view(kind="int"), _now, window)
    before = card.heightForWidth(600)
    card.show_item(replace(view(kind="int"), typed="1200", refusal="Isian 1 sampai 999"))
    assert card.heightForWidth(600) > before
    assert card.message().startswith("Isian 1 sampai 999")
    assert "Isian 1 sampai 999" in card.answer_widget.focus_target().accessibleDescription()

"""Dates, times and numbers as each language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from PySide6.QtWidgets import QApplication

from ui import formats, language
from ui.language import Language

DAY = date(2020, 9, 15)
MOMENT = datetime(2020, 9, 15, 8, 30, tzinfo=UTC)


@pytest.fixture
def indonesian(application: QApplication) -> None:
    language.install(application, Language.INDONESIAN)
    formats.set_zone(timezone(timedelta(hours=8)))


@pytest.fixture
def english(application: QApplication) -> None:
    language.install(application, Language.ENGLISH)
    formats.set_zone(timezone(timedelta(hours=8)))


@pytest.mark.usefixtures("indonesian")
def test_indonesian_writes_dates_and_numbers_its_way() -> None:
    assert formats.long_date(DAY) == "15 September 2020"
    assert formats.long_date(date(2020, 8, 1)) == "1 Agustus 2020"
    assert formats.time_of_day(MOMENT) == "pukul 16.30"
    assert formats.moment_long(MOMENT) == "Selasa, 15 September 2020, pukul 16.30"
    assert formats.moment_short(MOMENT) == "15 Sep 2020, 16.30"
    assert formats.number(1234567) == "1.234.567"
    assert formats.decimal(1234.56) == "1.234,6"
    assert formats.size(14_240) == "14,2 kB"
    assert formats.duration(3905) == "1 jam 5 menit"
    assert formats.duration(29.2) == "30 detik"


@pytest.mark.usefixtures("english")
def test_english_writes_dates_and_numbers_its_way() -> None:
    assert formats.moment_long(MOMENT) == "Tuesday, 15 September 2020 at 16:30"
    assert formats.number(1234567) == "1,234,567"
    assert formats.size(999) == "999 B"
    assert formats.size(3_400_000_000) == "3.4 GB"
    assert formats.duration(90) == "1 min 30 s"


@pytest.mark.usefixtures("indonesian")
def test_short_moment_leaves_out_what_is_plain_today() -> None:
    assert formats.moment_short(MOMENT, MOMENT) == "pukul 16.30"
    assert formats.moment_short(MOMENT, MOMENT + timedelta(days=3)) == "15 Sep, 16.30"
    assert formats.moment_short(MOMENT, MOMENT + timedelta(days=300)) == "15 Sep 2020, 16.30"


@pytest.mark.usefixtures("indonesian")
def test_typed_moment_is_read_in_the_zone_that_is_shown() -> None:
    typed = formats.in_zone(datetime(2020, 9, 15, 16, 30))  # noqa: DTZ001 (as a field gives it)
    assert typed == MOMENT

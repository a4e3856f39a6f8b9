from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from enumerator.errors import KnownError
from enumerator.logs import describe, scrubbed, start_logging, stop_logging
from enumerator.settings import Settings, load_settings, save_settings
from tests.helpers.hand_clock import START


def test_settings_are_read_back_as_they_were_saved(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "settings.json"
    settings = Settings(language="id", theme="dark", window={"size": "800x600"})
    save_settings(path, settings)
    assert load_settings(path) == settings


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"language": 3}'])
def test_damaged_settings_give_the_defaults(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "settings.json"
    if content is not None:
        path.write_text(content)
    assert load_settings(path) == Settings()


def test_setting_of_a_newer_version_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "sunlight", "hologram": true}')
    assert load_settings(path).theme == "sunlight"


def test_zone_is_the_laptops_own_when_none_or_an_unknown_one_is_set() -> None:
    wita = Settings(time_zone="Asia/Makassar").zone()
    assert wita is not None
    assert START.astimezone(wita).utcoffset() == timedelta(hours=8)
    assert Settings().zone() is None
    assert Settings(time_zone="Asia/Atlantis").zone() is None
    assert Settings(time_zone="../etc/passwd").zone() is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nik 6371014203689001.", "nik 637101********01."),
        ("6371014203689001,6302020111159002", "637101********01,630202********02"),
        ("digest 12345678901234567", "digest 12345678901234567"),
        ("at 2020-09-15T08:00:00", "at 2020-09-15T08:00:00"),
    ],
)
def test_sixteen_digits_are_masked_in_a_log(text: str, expected: str) -> None:
    assert scrubbed(text) == expected


def fail() -> None:
    try:
        datetime.fromisoformat("Ahmad Contoh")
    except ValueError as error:
        raise KnownError("bad_date", "Siti Contoh was born when?") from error


def test_description_of_an_error_names_types_codes_and_places_but_not_its_words() -> None:
    with pytest.raises(KnownError) as caught:
        fail()
    text = describe(caught.value)
    assert "KnownError [bad_date]" in text
    assert "ValueError" in text
    assert "test_settings_and_logs.py:" in text
    assert "Contoh" not in text


def test_description_ends_when_errors_cause_each_other() -> None:
    one, other = ValueError("a"), KeyError("b")
    one.__cause__, other.__cause__ = other, one
    assert describe(one).count("\n") == 1


def test_log_file_takes_records_until_it_is_stopped(tmp_path: Path) -> None:
    log = logging.getLogger("enumerator.test")
    handler = start_logging(tmp_path / "logs")
    log.info("case %s opened", "6300-001")
    stop_logging(handler)
    log.info("after")
    text = (tmp_path / "logs" / "enumerator.log").read_text()
    assert "case 6300-001 opened" in text
    assert "after" not in text

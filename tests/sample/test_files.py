"""The bundled files are what they say they are."""

from __future__ import annotations

import csv
import io
from collections import Counter

import pytest
from pyxform.xls2xform import convert

from enumerator.sample import QUESTIONNAIRE, QUESTIONNAIRE_SOURCE, REGIONS, sample_file


def test_questionnaire_equals_what_the_compiler_makes_of_its_source() -> None:
    warnings: list[str] = []
    compiled = convert(io.BytesIO(sample_file(QUESTIONNAIRE_SOURCE)), warnings=warnings).xform
    assert compiled.encode("utf-8") == sample_file(QUESTIONNAIRE)
    assert warnings == []


def test_regions_form_one_tree_of_the_province() -> None:
    rows = list(csv.DictReader(io.StringIO(sample_file(REGIONS).decode("utf-8"))))
    level = {row["code"]: row["level"] for row in rows}
    assert Counter(level.values()) == {
        "province": 1,
        "regency": 13,
        "district": 156,
        "village": 2016,
    }
    above = {"regency": "province", "district": "regency", "village": "district"}
    for row in rows:
        if row["level"] != "province":
            assert level[row["parent"]] == above[row["level"]]
            assert row["code"].startswith(row["parent"] + ".")


def test_sample_file_fails_when_there_is_no_such_file() -> None:
    with pytest.raises(FileNotFoundError):
        sample_file("population.csv")

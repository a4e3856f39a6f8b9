"""A sample operation: the real questionnaire, real areas, synthetic families."""

from __future__ import annotations

from importlib.resources import files

QUESTIONNAIRE = "sp2020_c1.xml"
QUESTIONNAIRE_SOURCE = "sp2020_c1.xlsx"
REGIONS = "regions_63.csv"


def sample_file(name: str) -> bytes:
    """A bundled file by its bare name; FileNotFoundError when there is none."""
    return files(__name__).joinpath("data", name).read_bytes()

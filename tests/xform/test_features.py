"""The feature table of the engine's README stands on tests that exist, and is up to date."""

from __future__ import annotations

import pytest

from tests.xform.features import (
    FOLDER,
    README,
    Feature,
    exists,
    features,
    peers_of_material,
    peers_of_table,
    table_of,
    write_table,
)

FEATURES = list(features())


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_feature_stands_on_tests_that_exist(feature: Feature) -> None:
    assert feature.tests
    assert [test for test in feature.tests if not exists(test)] == []


def test_test_that_is_not_there_is_missed() -> None:
    assert exists("standard::type[string]")
    for name in ("standard::type[gone]", "standard::gone", "gone::type", "standard::type_gone[x]"):
        assert not exists(name)


def test_table_of_the_readme_is_what_the_features_give() -> None:
    """``python -m tests.xform.features`` writes it anew."""
    readme = README.read_text(encoding="utf-8")
    assert table_of(readme) == write_table(peers_of_table(readme))


def test_map_of_the_readme_names_every_module() -> None:
    readme = README.read_text(encoding="utf-8")
    rows = readme[readme.index("| folder | holds |") : readme.index("| section of the spec")]
    modules = [path for path in README.parent.rglob("*.py") if path.stem != "__init__"]
    ours = [path for path in modules if path.parent.name != "functions"]
    assert len(ours) > 50
    missing = [
        path.name for path in ours if f"`{path.stem}`" not in rows and f"`{path.name}`" not in rows
    ]
    assert missing == []


def test_no_feature_is_named_twice() -> None:
    names = [(feature.section, feature.name) for feature in FEATURES]
    assert len(names) == len(set(names))


@pytest.mark.conformance
@pytest.mark.skipif(not (FOLDER / "features.json").is_file(), reason=f"no features in {FOLDER}")
def test_every_feature_of_the_standard_is_in_the_table() -> None:
    peers = peers_of_material()
    assert peers is not None
    assert set(peers) == {(feature.section, feature.name) for feature in FEATURES}
    assert peers == peers_of_table(README.read_text(encoding="utf-8"))


@pytest.mark.conformance
@pytest.mark.skipif(not (FOLDER / "features.json").is_file(), reason=f"no features in {FOLDER}")
def test_what_is_needed_works_and_what_may_be_warns() -> None:
    peers = peers_of_material() or {}
    allowed = {"must": {"yes"}, "should": {"yes"}, "may": {"yes", "warns"}}
    wrong = [
        (feature.name, feature.here)
        for feature in FEATURES
        if feature.here not in allowed.get(peers[feature.section, feature.name][0], {"yes", "no"})
    ]
    assert wrong == []

"""The store's names are loaded when they are asked for."""

from __future__ import annotations

import pytest

import enumerator.store as store


@pytest.mark.parametrize("name", store.__all__)
def test_every_name_of_the_store_is_there(name: str) -> None:
    assert getattr(store, name) is not None


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Databse'"):
        store.Databse  # noqa: B018 -- asking is the test

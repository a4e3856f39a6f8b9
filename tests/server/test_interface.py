"""Requests made from the server's own description of itself: no fault, and answers as described.

Schemathesis draws them, the same ones every time; ``SCHEMATHESIS_EXAMPLES`` asks for more.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.helpers.server import serve
from tests.server.places import Place
from tests.server.test_authorisation import MATRIX, Site

_EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "8"))
_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, str]]:
    """A site and a session's token."""
    place = Place(tmp_path_factory.mktemp("interface"))
    with serve(place.operation) as address:
        site = Site(place, address)
        yield site, site.token(place.one)
    place.operation.close()


_SETTINGS = settings(
    max_examples=_EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def test_server_answers_as_its_description_says(
    served: tuple[Site, str], expect_log: Callable[[str], None]
) -> None:
    expect_log("WARNING sync.server.media: media 0+ came with another content")
    site, token = served
    description = schemathesis.openapi.from_url(f"{site.address}/schema/openapi.json")
    headers = {"Authorization": f"Bearer {token}"}
    asked: set[str] = set()

    for found in description.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

        @_SETTINGS
        @given(case=operation.as_strategy())
        def answers(case: Any) -> None:
            reply = case.call(headers=headers, timeout=20)
            case.validate_response(reply, checks=_CHECKS)

        answers()
        asked.add(f"{operation.method.upper()} {operation.path}")

    routes = {f"{method} {path}" for method, path in MATRIX if not path.startswith("/schema")}
    assert asked == {route.replace(":str}", "}") for route in routes}

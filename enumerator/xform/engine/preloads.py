"""What the bind's jr:preload puts into a form by itself."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from enumerator.xform.definition.model import NodeDefinition
from enumerator.xform.instance.codec import store
from enumerator.xform.xpath.context import Context

_PROPERTIES = {"phone number": "phonenumber", "phonenumber": "phonenumber"}


def preload(shape: NodeDefinition, context: Context, properties: Mapping[str, str]) -> str | None:
    """At the start of a new instance; None where there is nothing to put."""
    kind, parameter = shape.bind.preload, shape.bind.preload_parameter
    if kind == "timestamp" and parameter == "start":
        return store(shape.bind.type, context.now(), context.zone)
    if kind == "date" and parameter == "today":
        return store(shape.bind.type, context.now().date(), context.zone)
    if kind == "property":
        return properties.get(parameter, properties.get(_PROPERTIES.get(parameter, ""), ""))
    if kind == "uid":
        return f"uuid:{uuid.UUID(int=context.random.getrandbits(128), version=4)}"
    return None


def preload_at_end(shape: NodeDefinition, context: Context) -> str | None:
    """When the form is finalised."""
    if shape.bind.preload == "timestamp" and shape.bind.preload_parameter == "end":
        return store(shape.bind.type, context.now(), context.zone)
    return None

"""The meta block of a submission: specification "Metadata"."""

from __future__ import annotations

from enumerator.xform.definition.model import Metadata, NodeDefinition


def metadata_of(root: NodeDefinition, nodes: list[NodeDefinition]) -> Metadata:
    """Adds a spare deprecatedID to the nodes of a form that has an instanceID but no such node:
    XLSForms never write one, and a correction needs it."""
    meta = next((child for child in root.order if child.name == "meta"), None)
    if meta is None:
        return Metadata()
    found = Metadata(
        _child(meta, "instanceID"), _child(meta, "instanceName"), _child(meta, "deprecatedID")
    )
    if found.deprecated_id is None and found.instance_id is not None:
        name = found.instance_id
        spare = NodeDefinition("deprecatedID", name.uri, name.prefix, meta, meta.markup)
        spare.number = len(nodes)
        spare.slot = len(meta.order)
        spare.lines = meta.lines
        nodes.append(spare)
        found.deprecated_id, found.spare = spare, True
    return found


def _child(meta: NodeDefinition, name: str) -> NodeDefinition | None:
    return next((c for c in meta.order if c.name == name and not c.attribute), None)

"""What a submission creates and updates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from enumerator.xform.definition.model import EntityBlock
from enumerator.xform.facade import EntityChange, Ref
from enumerator.xform.instance.node import InstanceNode, ref_of, walk

_UUID4 = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII
)


def changes_of(root: InstanceNode, blocks: Iterable[EntityBlock]) -> tuple[EntityChange, ...]:
    """In document order. What is not relevant is not in the submission and changes nothing."""
    by_number = {block.entity.number: block for block in blocks}
    if not by_number:
        return ()
    found = []
    for node in walk(root):
        block = by_number.get(node.shape.number)
        if block is not None and node.shown:
            change = _change(node, block)
            if change is not None:
                found.append(change)
    return tuple(found)


def is_uuid(text: str) -> bool:
    """RFC 4122, version 4."""
    return _UUID4.fullmatch(text) is not None


def version_of(text: str) -> int | None:
    """None for what is no positive whole number."""
    stripped = text.strip()
    if not stripped.isascii() or not stripped.isdigit() or len(stripped) > 18:
        return None
    return int(stripped) or None


def _change(entity: InstanceNode, block: EntityBlock) -> EntityChange | None:
    attributes = {a.name: a.text for a in entity.attributes if a.shown and not a.uri}
    creates = _is_true(attributes.get("create", ""))
    updates = _is_true(attributes.get("update", ""))
    if not creates and not updates:
        return None
    label = next((c.string() for c in entity.children if c.name == "label" and c.shown), "")
    name = attributes.get("id", "")
    return EntityChange(
        dataset=attributes.get("dataset", "").strip(),
        id=name,
        action="upsert" if creates and updates else "create" if creates else "update",
        label=label,
        properties=_properties(entity, block),
        base_version=version_of(attributes.get("baseVersion", "")),
        trunk_version=version_of(attributes.get("trunkVersion", "")),
        branch_id=attributes.get("branchId", ""),
        offline=block.offline,
        ref=Ref(ref_of(entity)),
        problem=_problem(name, label, creates=creates, updates=updates),
    )


def _is_true(text: str) -> bool:
    return text.strip().lower() in ("1", "true")


def _problem(name: str, label: str, *, creates: bool, updates: bool) -> str:
    if not is_uuid(name):
        return "its id is no UUID" if name else "it has no id"
    if creates and not updates and not label.strip():
        return "a new entity needs a label"
    return ""


def _properties(entity: InstanceNode, block: EntityBlock) -> Mapping[str, str]:
    meta = entity.parent
    container = meta.parent if meta is not None else None
    assert isinstance(container, InstanceNode)  # noqa: S101 # mypy: an entity lies in a meta
    found: dict[str, str] = {}
    for name, shape in block.saved:
        way = []
        above = shape
        while above is not block.container and above.parent is not None:
            way.append(above)
            above = above.parent
        node = container
        for step in reversed(way):
            node = node.slots[step.slot]
        if node.shown:
            found[name] = node.text
    return found

"""Going on with a saved instance: whose it is, and what makes an edited one a correction."""

from __future__ import annotations

import uuid

from enumerator.errors import KnownError
from enumerator.xform.definition.markup import Markup
from enumerator.xform.definition.model import OPENROSA, XFORMS, FormDefinition
from enumerator.xform.engine.recalculation import Recalculator
from enumerator.xform.facade import Problem
from enumerator.xform.instance.node import InstanceNode
from enumerator.xform.xpath.context import Context


def check_form(definition: FormDefinition, saved: Markup) -> list[Problem]:
    """Raises KnownError other_form; another version of the same form is a warning."""
    own = definition.root.markup
    declared = saved.get("id") or ("" if saved.uri in (XFORMS, own.uri) else saved.uri)
    if saved.name != own.name or (declared and declared != definition.id):
        raise KnownError(
            "other_form",
            f"This was filled in with the form {declared or saved.name!r}, not with "
            f"{definition.id!r}. Open it with its own form.",
            saved=declared or saved.name,
            form=definition.id,
        )
    version = saved.get("version") or saved.get(f"{{{OPENROSA}}}version")
    if version == definition.version:
        return []
    return [
        Problem(
            "warning",
            f"this was filled in with version {version or 'none'} of the form, "
            f"here is version {definition.version or 'none'}",
            saved.path,
            saved.line,
        )
    ]


def was_corrected(saved: Markup) -> bool:
    """Whether the instance says itself which one it replaces."""
    meta = saved.first("meta")
    return meta is not None and meta.first("deprecatedID") is not None


def replace_id(
    definition: FormDefinition, context: Context, engine: Recalculator
) -> Problem | None:
    """A correction: the old instanceID becomes deprecatedID, a new one takes its place."""
    metadata = definition.metadata
    own = _fixed(context, metadata.instance_id.number) if metadata.instance_id else None
    old = _fixed(context, metadata.deprecated_id.number) if metadata.deprecated_id else None
    if own is None or old is None or not own.text:
        return Problem(
            "warning",
            "the edited instance has no instanceID: the server cannot tell what it replaces",
            metadata.instance_id.path if metadata.instance_id else definition.root.path,
        )
    engine.write(old, own.text)
    engine.write(own, new_id(context))
    return None


def new_id(context: Context) -> str:
    return f"uuid:{uuid.UUID(int=context.random.getrandbits(128), version=4)}"


def _fixed(context: Context, number: int) -> InstanceNode | None:
    node = context.fixed[number]
    return node if isinstance(node, InstanceNode) else None

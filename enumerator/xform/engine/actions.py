"""Which nodes an action sets, and to what."""

from __future__ import annotations

from typing import Any

from enumerator.xform.definition.model import Action, NodeDefinition
from enumerator.xform.engine.failures import Failures
from enumerator.xform.engine.program import Program
from enumerator.xform.instance.codec import store
from enumerator.xform.instance.node import InstanceNode
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.syntax import XPathError


def value_to_set(
    program: Program,
    context: Context,
    action: Action,
    target: InstanceNode,
    failures: Failures,
) -> str:
    """Ruling 12: paths in the value are relative to the target."""
    kind = target.shape.bind.type
    code = program.action_values.get(id(action))
    if code is None:
        return store(kind, action.literal, context.zone)
    context.current = target
    try:
        return store(kind, code.atom()(target, context), context.zone)
    except XPathError as error:
        failures.note("setvalue", error, target.shape.path)
        return ""


def targets(
    program: Program, context: Context, action: Action, source: InstanceNode
) -> list[InstanceNode]:
    """In the source's own lines as far as the paths agree, else in all lines."""
    path = program.action_paths.get(id(action))
    if path is not None:
        context.current = source
        nodes = path.nodes()(source, context)
        return [node for node in nodes if isinstance(node, InstanceNode)]
    way: list[NodeDefinition] = []
    shape: NodeDefinition | None = action.target
    while shape is not None:
        way.append(shape)
        shape = shape.parent
    way.reverse()
    mine: dict[int, InstanceNode] = {}
    node: object = source
    while isinstance(node, InstanceNode):
        mine[node.shape.number] = node
        node = node.parent
    found: list[Any] = [context.primary]
    following = True
    for step in way[1:]:
        following = following and step.number in mine
        if following:
            found = [mine[step.number]]
        elif step.repeated:
            found = [line for each in found for line in each.slots[step.slot]]
        else:
            found = [each.slots[step.slot] for each in found]
    return found

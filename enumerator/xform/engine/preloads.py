"""What the bind's jr:preload puts into a form by itself: specification "Preload Attributes"."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from enumerator.xform.definition.model import NodeDefinition
from enumerator.xform.engine.program import Program
from enumerator.xform.engine.saved import new_id
from enumerator.xform.instance.codec import store
from enumerator.xform.instance.node import InstanceNode, walk
from enumerator.xform.xpath.context import Context

_NAMES = {"phone number": "phonenumber", "phone_number": "phonenumber"}
# "uri:email" asks for the property as a URI.
_SCHEMES = {"phonenumber": "tel:", "email": "mailto:", "username": "username:", "deviceid": ""}


class Preloader:
    """``write`` stores a text in a node and tells its readers."""

    def __init__(
        self,
        program: Program,
        context: Context,
        properties: Mapping[str, str],
        write: Callable[[InstanceNode, str], None],
    ) -> None:
        self._program = program
        self._context = context
        self._properties = properties
        self._write = write
        self._in_lines = any(shape.lines for shape in program.preloads)

    def at_start(self, root: InstanceNode) -> None:
        """Of a new instance."""
        self._fill(root, self._initial)

    def in_line(self, line: InstanceNode) -> None:
        """Of a new line of a repeat."""
        if self._in_lines:
            for node in walk(line):
                self._put(node, self._initial)

    def at_end(self, root: InstanceNode) -> None:
        """When the form is finalised."""
        self._fill(root, self._final)

    def _fill(self, root: InstanceNode, value_of: Callable[[NodeDefinition], str | None]) -> None:
        if self._in_lines:
            for node in walk(root):
                self._put(node, value_of)
            return
        for shape in self._program.preloads:
            fixed = self._context.fixed[shape.number]
            if isinstance(fixed, InstanceNode):
                self._put(fixed, value_of)

    def _put(self, node: InstanceNode, value_of: Callable[[NodeDefinition], str | None]) -> None:
        text = value_of(node.shape) if node.shape.bind.preload else None
        if text is not None:
            self._write(node, text)

    def _initial(self, shape: NodeDefinition) -> str | None:
        """None where there is nothing to put."""
        context = self._context
        match shape.bind.preload, shape.bind.preload_parameter.strip():
            case "timestamp", "start":
                return store(shape.bind.type, context.now(), context.zone)
            case "date", "today":
                return store(shape.bind.type, context.now().date(), context.zone)
            case "property", name:
                return self._property(name)
            case "uid", _:
                return new_id(context)
        return None

    def _final(self, shape: NodeDefinition) -> str | None:
        if shape.bind.preload == "timestamp" and shape.bind.preload_parameter.strip() == "end":
            return store(shape.bind.type, self._context.now(), self._context.zone)
        return None

    def _property(self, asked: str) -> str:
        found = self._properties.get(asked)
        if found is not None:
            return found
        prefix, _, name = asked.rpartition("uri:")
        name = _NAMES.get(name, name)
        value = self._properties.get(name, "")
        as_uri = asked.startswith("uri:") and not prefix and value
        return _SCHEMES.get(name, "") + value if as_uri else value

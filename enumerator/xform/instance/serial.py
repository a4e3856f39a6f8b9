"""The instance as XML, as JavaRosa writes it: without what is not relevant."""

from __future__ import annotations

from collections.abc import Mapping

from enumerator.xform.instance.node import InstanceNode

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_VALUE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
    | {"\r": "&#13;"}
)
# What XML 1.0 cannot carry at all; a field program's text boxes can.
_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


def serialise(root: InstanceNode, namespaces: Mapping[str, str]) -> bytes:
    """No XML declaration: UTF-8 is the default."""
    out: list[str] = []
    declared = [f' xmlns:{prefix}="{_value(uri)}"' for prefix, uri in namespaces.items()]
    if root.uri:
        declared.insert(0, f' xmlns="{_value(root.uri)}"')
    _write(root, out, "".join(declared))
    return "".join(out).encode("utf-8", "ignore")


def _value(text: str) -> str:
    return text.translate(_FORBIDDEN).translate(_VALUE)


def _write(node: InstanceNode, out: list[str], extra: str = "") -> None:
    name = node.qualified_name
    out.append(f"<{name}")
    out += [
        f' {attribute.qualified_name}="{_value(attribute.text)}"'
        for attribute in node.attributes
        if attribute.shown
    ]
    out.append(extra)
    shown = [child for child in node.children if child.shown]
    if shown:
        out.append(">")
        for child in shown:
            if isinstance(child, InstanceNode):
                _write(child, out)
        out.append(f"</{name}>")
    elif node.text and node.shape.leaf:
        out.append(f">{node.text.translate(_FORBIDDEN).translate(_TEXT)}</{name}>")
    else:
        out.append("/>")

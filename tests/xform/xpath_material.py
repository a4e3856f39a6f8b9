"""The XPath cases that stand beside the project: documents, evaluation, judgement."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.parsers import expat
from zoneinfo import ZoneInfo

from enumerator.xform.xpath.compiler import Compiler
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.parser import parse
from enumerator.xform.xpath.scope import GENERIC
from enumerator.xform.xpath.syntax import XPathError
from enumerator.xform.xpath.tree import Node, NodeKind
from enumerator.xform.xpath.values import to_boolean, to_number, to_text
from tests.xform.scenario import seeded

Case = Mapping[str, Any]


def full_tree(source: str) -> Node:
    """A document with every text, comment and instruction, as browsers have it."""
    root = Node(NodeKind.ROOT)
    if not source:
        return root
    open_nodes = [root]
    declared: dict[str, str] = {}
    scopes: list[dict[str, str]] = [{"xml": "http://www.w3.org/XML/1998/namespace"}]
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.namespace_prefixes = True
    parser.buffer_text = True

    def split(tag: str) -> tuple[str, str, str]:
        parts = tag.split(" ")
        return ("", parts[0], "") if len(parts) == 1 else (parts[0], parts[1], (*parts, "")[2])

    def declare(prefix: str | None, uri: str | None) -> None:
        declared[prefix or ""] = uri or ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        uri, name, prefix = split(tag)
        node = Node(NodeKind.ELEMENT, name, uri=uri, prefix=prefix, parent=open_nodes[-1])
        scopes.append({**scopes[-1], **declared})
        declared.clear()
        node.namespaces = {p: u for p, u in scopes[-1].items() if u}
        for key, value in attributes.items():
            uri, name, prefix = split(key)
            node.attributes.append(
                Node(NodeKind.ATTRIBUTE, name, uri=uri, prefix=prefix, parent=node, text=value)
            )
        open_nodes[-1].children.append(node)
        open_nodes.append(node)

    def end(_tag: str) -> None:
        scopes.pop()
        node = open_nodes.pop()
        if len(node.children) == 1 and node.children[0].kind == NodeKind.TEXT:
            node.text = node.children[0].text
            node.children = []

    def add(kind: NodeKind, text: str, name: str = "") -> None:
        open_nodes[-1].children.append(Node(kind, name, parent=open_nodes[-1], text=text))

    parser.StartNamespaceDeclHandler = declare
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: add(NodeKind.TEXT, text)
    parser.CommentHandler = lambda text: add(NodeKind.COMMENT, text)
    parser.ProcessingInstructionHandler = lambda name, text: add(NodeKind.INSTRUCTION, text, name)
    # Browsers count the document type among the root's children.
    parser.StartDoctypeDeclHandler = lambda *_: add(NodeKind.NAMESPACE, "", "doctype")
    parser.Parse(source, True)
    return root


def node_at(root: Node, path: str) -> Node:
    """``/1/3/@id``: indexes among all children."""
    node = root
    for step in path.split("/"):
        if not step:
            continue
        if step.startswith("@"):
            node = next(a for a in node.attributes if a.qualified_name == step[1:])
        else:
            node = node.content()[int(step)]
    return node


def path_of(node: Node) -> str:
    steps: list[str] = []
    while node.parent is not None:
        if node.kind == NodeKind.ATTRIBUTE:
            steps.append("@" + node.qualified_name)
        else:
            steps.append(str(node.parent.content().index(node)))
        node = node.parent
    return "/" + "/".join(reversed(steps))


def _instances(root: Node, name: str) -> Node | None:
    for node in _elements(root):
        if node.name == "instance" and any(
            a.name == "id" and a.text == name for a in node.attributes
        ):
            return node
    return None


def _elements(node: Node) -> list[Node]:
    found = []
    for child in node.children:
        if child.kind == NodeKind.ELEMENT:
            found += [child, *_elements(child)]
    return found


def evaluate(case: Case, material: Mapping[str, Any], *, strict: bool = True) -> Any:
    """The value of a case's expression. Raises XPathError and kin."""
    zone = ZoneInfo(case.get("tz", material["tz"]))
    moment = datetime.fromisoformat(case["now"].replace("Z", "+00:00")).astimezone(zone)
    root = full_tree(material["documents"][case["doc"]])
    compiler = Compiler(
        material["namespaces"], strict=strict and not material_is_form(case), late=True
    )
    code = compiler.compile(parse(case["expr"]), GENERIC)
    node = node_at(root, case.get("context", "/"))
    primary = node_at(root, case["root"]) if case.get("root") else root
    context = Context(
        primary,
        now=lambda: moment,
        zone=zone,
        random=seeded(),
        strict=strict,
    )
    context.current = node
    context.instances = lambda name: _instances(root, name)
    value = code.value(node, context)
    return _as_kind(case["kind"], value, context)


def material_is_form(case: Case) -> bool:
    """Names without prefix then match elements of the document's default namespace."""
    return "web-forms" in case["source"] and not case.get("plain_xpath")


def _as_kind(kind: str, value: Any, context: Context) -> Any:
    if kind == "boolean":
        return to_boolean(value, context)
    if kind in ("number", "number-rounded"):
        return to_number(value, context)
    if kind in ("string", "string-match", "string-length"):
        return to_text(value)
    if kind in ("nodeset", "nodeset-unordered"):
        return [path_of(node) for node in value]
    return value


def judge(case: Case, value: Any) -> bool:
    kind, expected = case["kind"], case["expected"]
    if kind in ("number", "number-rounded"):
        return _same_number(case, value, expected)
    if kind == "string-match":
        return re.search(expected, value) is not None
    if kind in ("string-length", "count"):
        return bool(len(value) == expected)
    if kind == "nodeset-unordered":
        return bool(sorted(value) == sorted(expected))
    return bool(value == expected)


def _same_number(case: Case, value: float, expected: Any) -> bool:
    if isinstance(expected, dict):
        expected = float(expected["special"].replace("Infinity", "inf"))
    if math.isnan(expected) or math.isnan(value):
        return math.isnan(expected) and math.isnan(value)
    if case["kind"] == "number-rounded":
        factor = case["factor"]
        return bool(math.floor(value * factor + 0.5) / factor == expected)
    number = float(expected)
    if value == number or abs(value - number) <= float(case.get("tolerance", 1e-9)) * max(
        1.0, abs(number)
    ):
        return True
    # openrosa-xpath-evaluator rounds metres to centimetres.
    metres = str(case["expr"]).startswith(("area", "distance"))
    return metres and round(value, 2) == number


def passes(case: Case, material: Mapping[str, Any], *, strict: bool = True) -> tuple[bool, str]:
    """(right, what came instead)"""
    try:
        value = evaluate(case, material, strict=strict)
    except (XPathError, RecursionError, ValueError) as error:
        return case["kind"] == "error", f"{type(error).__name__}: {error}"
    if case["kind"] == "error":
        return False, repr(value)
    return judge(case, value), repr(value)


def is_scored(case: Case) -> bool:
    return not (case.get("fails_in_source") or (case.get("volatile") and case["how"] == "observed"))

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
from enumerator.xform.xpath.syntax import Expr, XPathError
from enumerator.xform.xpath.tree import Node, NodeKind
from enumerator.xform.xpath.values import to_boolean, to_number, to_text
from tests.xform.scenario import seeded

Case = Mapping[str, Any]

_XMLNS = "http://www.w3.org/2000/xmlns/"


def full_tree(source: str) -> Node:
    """A document with every text, comment and instruction, as browsers have it."""
    root = Node(NodeKind.ROOT)
    if not source:
        return root
    open_nodes = [root]
    declared: dict[str, str] = {}
    scopes: list[dict[str, str]] = [{}]
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
    # A handler ends the text before it: browsers keep a CDATA section as a node of its own.
    parser.StartCdataSectionHandler = lambda: None
    parser.EndCdataSectionHandler = lambda: None
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
            node = next(a for a in node.attributes if _attribute_step(a) == step)
        else:
            node = node.content()[int(step)]
    return node


def path_of(node: Node) -> str:
    steps: list[str] = []
    while node.parent is not None:
        if node.kind != NodeKind.ROOT and node not in node.parent.content():
            steps.append(_attribute_step(node))
        else:
            steps.append(str(node.parent.content().index(node)))
        node = node.parent
    return "/" + "/".join(reversed(steps))


def _attribute_step(node: Node) -> str:
    """``@name`` or ``@{uri}name``; browsers have declared namespaces among the attributes."""
    uri = _XMLNS if node.kind == NodeKind.NAMESPACE else node.uri
    return f"@{{{uri}}}{node.name}" if uri else f"@{node.name}"


class DocumentTexts:
    """The itext block of a document, in one language or the default one."""

    def __init__(self, root: Node, language: str | None) -> None:
        translations = [node for node in elements(root) if node.name == "translation"]
        chosen = [each for each in translations if attribute(each, "lang") == language]
        chosen += [each for each in translations if attribute(each, "default") is not None]
        self._translation = (chosen or translations or [root])[0]

    def itext(self, name: str) -> str:
        for text in elements(self._translation):
            if text.name == "text" and attribute(text, "id") == name:
                for value in elements(text):
                    if value.name == "value" and attribute(value, "form") is None:
                        return value.string()
        return name

    def choice_name(self, value: str, path: str, node: Node) -> str:
        raise NotImplementedError("a document without a body has no choices")


def attribute(node: Node, name: str) -> str | None:
    return next((each.text for each in node.attributes if each.name == name), None)


def _instances(root: Node, name: str) -> Node | None:
    for node in elements(root):
        if node.name == "instance" and attribute(node, "id") == name:
            return node
    return None


def elements(node: Node) -> list[Node]:
    found = []
    for child in node.children:
        if child.kind == NodeKind.ELEMENT:
            found += [child, *elements(child)]
    return found


def evaluate(case: Case, material: Mapping[str, Any], part: Expr | None = None) -> Any:
    """The value of a case's expression, or of a part of it. Raises XPathError and kin."""
    zone = ZoneInfo(case.get("tz", material["tz"]))
    moment = datetime.fromisoformat(case["now"].replace("Z", "+00:00")).astimezone(zone)
    root = full_tree(material["documents"][case["doc"]])
    node = node_at(root, case.get("context", "/"))
    above, primary = "", root
    if place := case.get("root"):
        above, primary = place, node_at(root, place)
        primary.parent, primary.kind = None, NodeKind.ROOT  # a document of its own
    code = compiler_of(case, material).compile(part or parse(case["expr"]), GENERIC)
    context = Context(
        primary, now=lambda: moment, zone=zone, random=seeded(), strict=is_strict(case)
    )
    context.current = node
    context.instances = lambda name: _instances(root, name)
    context.texts = DocumentTexts(root, case.get("language"))
    value = code.value(node, context)
    if case["kind"] in ("nodeset", "nodeset-unordered") and isinstance(value, list):
        return [
            above + path_of(each) if each.root() is primary else path_of(each) for each in value
        ]
    return _as_kind(case["kind"], value, context)


def compiler_of(case: Case, material: Mapping[str, Any]) -> Compiler:
    """Names without prefix match elements of the default namespace in the documents of forms."""
    form = "web-forms" in case["source"] and not case.get("plain_xpath")
    return Compiler(material["namespaces"], strict=is_strict(case) and not form, late=True)


def is_strict(case: Case) -> bool:
    """The cases of JavaRosa read nodes as forms do: an empty node-set stands for a blank."""
    return "javarosa" not in case["source"]


def _as_kind(kind: str, value: Any, context: Context) -> Any:
    if kind == "boolean":
        return to_boolean(value, context)
    if kind in ("number", "number-rounded"):
        return to_number(value, context)
    if kind in ("string", "string-match", "string-length"):
        return to_text(value)
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


def answer(case: Case, material: Mapping[str, Any]) -> tuple[bool, Any]:
    """(right, what came: a value or the error)"""
    try:
        value = evaluate(case, material)
    except (XPathError, RecursionError, ValueError) as error:
        return case["kind"] == "error", error
    return case["kind"] != "error" and judge(case, value), value


def is_scored(case: Case) -> bool:
    return not (case.get("fails_in_source") or (case.get("volatile") and case["how"] == "observed"))


def is_agreed(case: Case) -> bool:
    """JavaRosa gives what the case's own engine gives."""
    peer = case.get("javarosa")
    return peer is not None and peer.get("agrees") is True

"""``enumerator form describe FORM``: a form's fields, lists and settings as one JSON document.

::

    {"id", "version", "title", "languages": [name], "default_language", "body_class": [word],
     "submission": {"action", "method", "encrypted", "auto_send", "auto_delete"},
     "audit": null | {"ref", "location_priority", …},
     "entities": [{"dataset", "path", "container", "creates", "updates", "properties", …}],
     "lists": [{"id", "file"}],
     "fields": [{"ref", "kind", "type", "control", "repeat", "appearance": [word],
                 "label": {language: text}, "hint": {language: text},
                 "relevant", "required", "readonly", "constraint", "calculate", "count",
                 "parameters": {name: text},
                 "choices": [{"value", "label": {language: text}}], "list", "filter"}]}

Fields come in the order of the instance. ``kind`` is question, group, repeat, calculation,
metadata or value; ``repeat`` the path of the repeat that a field stands in. Texts show outputs
as ``{expression}``; a form without languages has the one language "". Of a list's choices only
the name is told (``list``) and the expression that picks them (``filter``). What does not apply
is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from enumerator.cli.form_source import open_source
from enumerator.xform import FolderMedia, LayeredMedia, MemoryMedia
from enumerator.xform.definition.model import (
    Control,
    Expression,
    FormDefinition,
    NodeDefinition,
    Segment,
    Text,
)
from enumerator.xform.form import LoadedForm, load_form
from enumerator.xform.xpath.syntax import Call, Expr, Literal
from enumerator.xform.xpath.syntax import Path as XPath

_RULES = ("relevant", "required", "readonly", "constraint", "calculate")


def describe_form(path: Path, media: Path | None, out: TextIO) -> int:
    """KnownError: no_such_file, no_compiler, bad_form."""
    source = open_source(path)
    files = LayeredMedia(FolderMedia(media or path.parent), MemoryMedia(source.files))
    document = description(load_form(source.xform, files))
    print(json.dumps(document, ensure_ascii=False, indent=2, default=sorted), file=out)
    return 0


def description(form: LoadedForm) -> dict[str, Any]:
    definition = form.program.definition
    submission = asdict(form.submission)
    submission["encrypted"] = bool(submission.pop("public_key"))
    return {
        "id": form.id,
        "version": form.version,
        "title": form.title,
        "languages": list(form.languages),
        "default_language": form.default_language,
        "body_class": list(form.body_class),
        "submission": submission,
        "audit": None if form.audit is None else asdict(form.audit),
        "entities": [asdict(each) for each in form.entities],
        "lists": [
            {"id": each.id, "file": each.file}
            for each in definition.instances.values()
            if each.file in form.lists
        ],
        "fields": [
            _field(node, definition)
            for node in definition.nodes
            if not node.attribute and node is not definition.root
        ],
    }


def _field(node: NodeDefinition, definition: FormDefinition) -> dict[str, Any]:
    bind = node.bind
    control = node.control or node.repeat or _group(node, definition)
    found: dict[str, Any] = {"ref": node.path, "kind": _kind(node, control)}
    if node.leaf:
        found["type"] = bind.type
    repeat = _repeat_above(node)
    if repeat is not None:
        found["repeat"] = repeat.path
    for name in _RULES:
        expression: Expression | None = getattr(bind, name)
        if expression is not None:
            found[name] = expression.text
    parameters = dict(bind.parameters)
    if control is not None:
        parameters |= control.parameters
        found |= _shown(control, definition)
    if parameters:
        found["parameters"] = parameters
    return found


def _kind(node: NodeDefinition, control: Control | None) -> str:
    if node.repeated:
        return "repeat"
    if not node.leaf:
        return "group"
    if control is not None:
        return "question"
    if node.bind.calculate is not None:
        return "calculation"
    return "metadata" if node.bind.preload else "value"


def _group(node: NodeDefinition, definition: FormDefinition) -> Control | None:
    if node.leaf:
        return None
    return next((c for c in definition.controls if c.element == "group" and c.node is node), None)


def _repeat_above(node: NodeDefinition) -> NodeDefinition | None:
    above = node.parent
    while above is not None and not above.repeated:
        above = above.parent
    return above


def _shown(control: Control, definition: FormDefinition) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if control.is_question:
        found["control"] = control.element
    if control.appearance:
        found["appearance"] = list(control.appearance)
    for name, text in (("label", control.label), ("hint", control.hint)):
        if text is not None:
            found[name] = _texts(text, definition)
    if control.mediatype:
        found["mediatype"] = control.mediatype
    if control.count is not None:
        found["count"] = control.count.text
    if control.items:
        found["choices"] = [
            {"value": item.value, "label": _texts(item.label, definition)} for item in control.items
        ]
    if control.itemset is not None:
        name = _list_name(control.itemset.nodes.syntax)
        if name:
            found["list"] = name
        found["filter"] = control.itemset.nodes.text
    return found


def _texts(text: Text | None, definition: FormDefinition) -> Mapping[str, str]:
    if text is None:
        return {}
    if text.itext is None:
        return dict.fromkeys(definition.languages or ("",), _written(text.segments))
    found = {}
    for translation in definition.translations:
        forms = translation.texts.get(text.itext, {})
        segments = forms.get("") or forms.get("long") or forms.get("short")
        if segments:
            found[translation.name] = _written(segments)
    return found


def _written(segments: tuple[Segment, ...]) -> str:
    return "".join(
        segment if isinstance(segment, str) else f"{{{segment.text}}}" for segment in segments
    )


def _list_name(syntax: Expr) -> str:
    """The instance that an itemset picks from; "" where it is the form's own nodes."""
    if isinstance(syntax, XPath) and isinstance(syntax.start, Call):
        return _list_name(syntax.start)
    if isinstance(syntax, Call) and syntax.arguments:
        first = syntax.arguments[0]
        if syntax.name == "instance" and isinstance(first, Literal):
            return first.value
        if syntax.name == "randomize":
            return _list_name(first)
    return ""

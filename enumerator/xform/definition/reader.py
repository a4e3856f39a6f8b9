"""XML to FormDefinition. Everything that is wrong is collected, then reported at once."""

from __future__ import annotations

from collections.abc import Iterator

from enumerator.xform.definition.body import BodyReader
from enumerator.xform.definition.external import ExternalLists
from enumerator.xform.definition.markup import Markup, read_markup
from enumerator.xform.definition.metadata import metadata_of
from enumerator.xform.definition.model import (
    DATES,
    ENTITIES,
    JAVAROSA,
    NUMBERS,
    ODK,
    OPENROSA,
    XFORMS,
    Action,
    Bind,
    Control,
    Expression,
    FormDefinition,
    NodeDefinition,
    SecondaryInstance,
    Translation,
)
from enumerator.xform.definition.problems import Problems
from enumerator.xform.definition.settings import find_audit, read_audit, read_submission
from enumerator.xform.definition.support import (
    remarks_on_bind,
    remarks_on_events,
    remarks_on_media,
    remarks_on_model,
    text_element,
)
from enumerator.xform.definition.texts import read_message, read_translations
from enumerator.xform.entities.declarations import EntityReader
from enumerator.xform.facade import AuditSettings, FormError, Problem
from enumerator.xform.limits import MAX_EXPRESSIONS, MAX_PATH
from enumerator.xform.xpath.parser import parse
from enumerator.xform.xpath.syntax import Binary, Call, Expr, KindTest, NameTest, Path, XPathError

TEMPLATE = f"{{{JAVAROSA}}}template"

_TYPES = {
    "": "string",
    "integer": "int",
    "long": "int",
    "double": "decimal",
    "float": "decimal",
    "select1": "string",
    "select": "string",
    "rank": "string",
    "intent": "string",
}
TYPES = frozenset(
    {"string", "int", "decimal", "date", "time", "dateTime", "boolean"}
    | {"geopoint", "geotrace", "geoshape", "binary", "barcode"}
)


# setlocation is what setgeopoint was called at first.
DEVICES = {"setgeopoint": "geopoint", "setlocation": "geopoint", "recordaudio": "audio"}
_LOGICAL = frozenset({"and", "or", "=", "!=", "<", "<=", ">", ">="})
_TRUTHS = frozenset(
    {"true", "false", "boolean", "boolean-from-string", "not", "regex", "contains", "lang"}
    | {"starts-with", "ends-with", "selected", "checklist", "weighted-checklist", "geofence"}
)

EVENTS = frozenset(
    {"odk-instance-first-load", "odk-instance-load", "odk-new-repeat", "xforms-value-changed"}
    | {"xforms-ready", "xforms-revalidate"}
)


def read_form(source: bytes) -> FormDefinition:
    """Raises FormError with every problem found in the structure of the form."""
    document = read_markup(source)
    reader = Reader(document)
    definition = reader.read()
    if any(problem.severity == "error" for problem in reader.problems):
        raise FormError(reader.problems)
    return definition


class Reader:
    def __init__(self, document: Markup) -> None:
        self.problems: list[Problem] = Problems()
        self._characters = 0
        self._document = document
        self._binds: dict[str, NodeDefinition] = {}
        self._bound: dict[NodeDefinition, Markup] = {}
        self.namespaces: dict[str, str] = {}
        self._actions: list[Action] = []
        self._pulled: list[Expression] = []
        head = document.first("head")
        model = head.first("model") if head is not None else None
        if head is None or model is None:
            raise FormError(
                [Problem("error", "there is no <head> with a <model>: not an XForm", document.path)]
            )
        self._head, self._model = head, model
        self._collect_namespaces(document)
        self.root = self._primary()

    # ---------------------------------------------------------------- problems
    def error(self, text: str, element: Markup) -> None:
        self.problems.append(Problem("error", text, element.path, element.line))

    def warn(self, text: str, element: Markup) -> None:
        self.problems.append(Problem("warning", text, element.path, element.line))

    def expression(self, text: str, element: Markup) -> Expression | None:
        """None, and a problem noted, where it cannot be parsed."""
        self._characters += len(text)
        if self._characters > MAX_EXPRESSIONS:
            raise FormError(
                [Problem("error", f"the expressions have more than {MAX_EXPRESSIONS} characters")]
            )
        try:
            found = Expression(text.strip(), parse(text.strip()), element.path, element.line)
        except XPathError as error:
            self.error(str(error), element)
            return None
        if "pulldata" in text:
            self._pulled.append(found)
        return found

    def _collect_namespaces(self, document: Markup) -> None:
        for element in (document, self._head, self._model, *self._model.named("instance")):
            for prefix, uri in element.namespaces.items():
                if prefix:
                    self.namespaces.setdefault(prefix, uri)

    # ---------------------------------------------------------------- the whole
    def read(self) -> FormDefinition:
        translations, default = read_translations(self._model.first("itext"), self.expression)
        body = BodyReader(self)
        for element in self._model.named("bind"):
            self._bind(element)
        outermost = body.read(self._document.first("body"))
        for element in self._model.elements():
            if element.name == "setvalue" or element.name in DEVICES:
                self.read_action(element, None)
        self._check_texts(translations, body.controls)
        nodes = self._number()
        version = self._model.attributes.get(f"{{{ENTITIES}}}entities-version")
        entities = EntityReader(version, self._model.line, self.problems).read(nodes)
        instance = self.root.markup
        title = self._head.first("title")
        body_markup = self._document.first("body")
        instances = self._secondary()
        ExternalLists(instances, self._external_error).complete(body.controls, self._pulled)
        return FormDefinition(
            id=instance.get("id") or instance.uri or self.root.name,
            version=instance.get("version") or instance.get(f"{{{OPENROSA}}}version"),
            title=(title.text().strip() if title is not None else "") or instance.get("id"),
            root=self.root,
            nodes=nodes,
            body=outermost,
            controls=body.controls,
            translations=translations,
            default_language=default,
            instances=instances,
            actions=self._actions,
            namespaces=self.namespaces,
            submission=read_submission(self._model.first("submission"), self.warn),
            audit=self._audit(nodes),
            body_class=tuple(body_markup.get("class").split()) if body_markup is not None else (),
            entities=entities,
            metadata=metadata_of(self.root, nodes),
            problems=self.problems,
        )

    def _check_texts(self, translations: tuple[Translation, ...], controls: list[Control]) -> None:
        """Texts that no language has, media that nothing shows, a newer standard."""
        for remark in remarks_on_model(self._model):
            self.warn(remark, self._model)
        itext = self._model.first("itext")
        for remark, name in remarks_on_media(translations):
            self.warn(remark, text_element(itext or self._model, name))
        known = {name for translation in translations for name in translation.texts}
        for control in controls:
            labels = [item.label for item in control.items]
            for text in (control.label, control.hint, *labels):
                if text is not None and text.itext is not None and text.itext not in known:
                    problem = f"no language has the text {text.itext!r}"
                    self.problems.append(Problem("warning", problem, control.path, control.line))
        for node, element in self._bound.items():
            for text in (node.bind.constraint_message, node.bind.required_message):
                if text is not None and text.itext is not None and text.itext not in known:
                    self.warn(f"no language has the text {text.itext!r}", element)

    def _audit(self, nodes: list[NodeDefinition]) -> AuditSettings | None:
        node = find_audit(self.root)
        if node is None:
            return None
        return read_audit(node, nodes, self._bound.get(node, node.markup), self.warn)

    def _primary(self) -> NodeDefinition:
        for instance in self._model.named("instance"):
            for element in instance.elements():
                return self._define(element, None)
            break
        raise FormError(
            [Problem("error", "there is no primary instance", self._model.path, self._model.line)]
        )

    def _define(self, element: Markup, parent: NodeDefinition | None) -> NodeDefinition:
        """Merges siblings of one name: they are lines of one repeat."""
        uri = (
            "" if element.uri == XFORMS or (parent is None and not element.prefix) else element.uri
        )
        if parent is not None and not element.prefix and uri == parent.markup.uri:
            uri = ""
        key = f"{element.prefix}:{element.name}" if element.prefix else element.name
        node = parent.children.get(key) if parent is not None else None
        if node is None:
            node = NodeDefinition(element.name, uri, element.prefix, parent, element)
            if len(node.path) > MAX_PATH:
                text = f"the path of a node has more than {MAX_PATH} characters"
                raise FormError([Problem("error", text, line=element.line)])
            if parent is not None:
                parent.children[key] = node
                parent.order.append(node)
        if TEMPLATE in element.attributes:
            node.template = element
            node.repeated = True
        self._define_attributes(element, node)
        seen: set[NodeDefinition] = set()
        for child in element.elements():
            made = self._define(child, node)
            made.repeated = made.repeated or made in seen
            seen.add(made)
        if node.leaf and not node.default:
            node.default = element.text().strip()
        return node

    def _define_attributes(self, element: Markup, node: NodeDefinition) -> None:
        for key, value in element.attributes.items():
            if key == TEMPLATE:
                continue
            uri, _, name = key.rpartition("}")
            uri = uri[1:]
            prefix = next((p for p, u in self.namespaces.items() if u == uri), "") if uri else ""
            qualified = f"@{prefix}:{name}" if prefix else f"@{name}"
            if qualified in node.children:
                continue
            attribute = NodeDefinition(name, uri, prefix, node, element)
            attribute.attribute = True
            attribute.path = f"{node.path}/{qualified}"
            attribute.default = value
            node.children[qualified] = attribute
            node.order.append(attribute)

    def _number(self) -> list[NodeDefinition]:
        """Numbers, slots, lines: after the body has said what repeats."""
        nodes: list[NodeDefinition] = []

        def visit(node: NodeDefinition) -> None:
            node.number = len(nodes)
            nodes.append(node)
            above = 0 if node.parent is None else node.parent.lines
            node.lines = above + (1 if node.repeated else 0)
            kind = node.bind.type
            node.scalar = "number" if kind in NUMBERS else "date" if kind in DATES else "text"
            if kind == "boolean":
                node.scalar = node.holds = "boolean"
            if not node.leaf:
                node.scalar = "text"
            for slot, child in enumerate(node.order):
                child.slot = slot
                visit(child)

        visit(self.root)
        self._find_held(nodes)
        return nodes

    def _find_held(self, nodes: list[NodeDefinition]) -> None:
        """Texts that hold a date or a truth, also by way of each other."""
        open_nodes = [n for n in nodes if n.leaf and n.bind.type == "string" and n.bind.calculate]
        followers: dict[NodeDefinition, list[NodeDefinition]] = {}
        for node in open_nodes:
            for source in self._sources(node.bind.calculate, node):
                followers.setdefault(source, []).append(node)
        while open_nodes:
            node = open_nodes.pop()
            calculate = node.bind.calculate
            if node.holds or calculate is None:
                continue
            holds = self._gives(calculate.syntax, node)
            if holds:
                node.holds = node.scalar = holds
                open_nodes += followers.get(node, ())

    def _sources(
        self, calculate: Expression | None, node: NodeDefinition
    ) -> Iterator[NodeDefinition]:
        """The nodes that a calculation may hand on as they are."""
        waiting = [] if calculate is None else [calculate.syntax]
        while waiting:
            syntax = waiting.pop()
            if isinstance(syntax, Call) and syntax.name in ("if", "once"):
                waiting += syntax.arguments
            elif isinstance(syntax, Path) and isinstance(syntax.start, str):
                source = self._follow(syntax, node)
                if source is not None:
                    yield source

    def _gives(self, syntax: Expr, node: NodeDefinition) -> str:
        """ "date" or "boolean" where an expression gives one, else ""."""
        if isinstance(syntax, Binary):
            return "boolean" if syntax.operator in _LOGICAL else ""
        if isinstance(syntax, Call):
            if syntax.name in ("if", "once"):
                branches = syntax.arguments[1:] if syntax.name == "if" else syntax.arguments
                given = {self._gives(branch, node) for branch in branches}
                return "date" if "date" in given else "boolean" if given == {"boolean"} else ""
            if syntax.name in ("date", "date-time", "today", "now"):
                return "date"
            return "boolean" if syntax.name in _TRUTHS else ""
        if isinstance(syntax, Path) and isinstance(syntax.start, str):
            target = self._follow(syntax, node)
            if target is not None and target.scalar in ("date", "boolean"):
                return target.scalar
        return ""

    # ---------------------------------------------------------------- references
    def node_at(
        self,
        path: str,
        element: Markup,
        base: NodeDefinition | None = None,
        *,
        severity: str = "error",
    ) -> NodeDefinition | None:
        """The node of a plain path; None, and a problem noted, where there is none."""
        try:
            syntax = parse(path)
        except XPathError as error:
            self.error(str(error), element)
            return None
        if not isinstance(syntax, Path) or not isinstance(syntax.start, str):
            self.error(f"{path!r} is not a path", element)
            return None
        node = self._follow(syntax, base or self.root)
        if node is None:
            text = f"there is no node {path}"
            self.problems.append(Problem(severity, text, element.path, element.line))
        return node

    def _follow(self, path: Path, base: NodeDefinition) -> NodeDefinition | None:
        node: NodeDefinition | None = base
        steps = list(path.steps)
        if path.start == "/":
            first = steps.pop(0) if steps else None
            node = self.root
            if first is None or not isinstance(first.test, NameTest):
                return None
            if first.test.local != self.root.name:
                return None
        for step in steps:
            if node is None:
                break
            if step.axis == "parent":
                node = node.parent
            elif step.axis in ("child", "attribute") and isinstance(step.test, NameTest):
                node = _child(node, step.test, attribute=step.axis == "attribute")
            elif not (step.axis == "self" and step.test == KindTest("node")):
                node = None
        return node

    def node_of_bind(self, name: str, element: Markup) -> NodeDefinition | None:
        node = self._binds.get(name)
        if node is None:
            self.error(f"there is no bind with the id {name!r}", element)
        return node

    # ---------------------------------------------------------------- binds
    def _bind(self, element: Markup) -> None:
        path = element.get("nodeset").strip() or element.get("ref").strip()
        # Both peers let a bind without a node pass.
        node = self.node_at(path, element, severity="warning")
        if node is None:
            return
        bind = node.bind
        bind.line = element.line
        self._bound[node] = element
        if element.get("id"):
            self._binds[element.get("id")] = node
        declared = element.get("type").strip().rpartition(":")[2]
        kind = _TYPES.get(declared, declared)
        if kind not in TYPES:
            self.warn(f"the type {declared!r} is not known: taken for a string", element)
            kind = "string"
        if "type" in element.attributes:
            bind.type = kind
        for name in ("calculate", "relevant", "readonly", "required", "constraint"):
            text = element.get(name).strip()
            if text:
                setattr(bind, name, self.expression(text, element))
        self._messages(element, bind)
        bind.preload = element.get(f"{{{JAVAROSA}}}preload")
        bind.preload_parameter = element.get(f"{{{JAVAROSA}}}preloadParams")
        bind.parameters |= own_parameters(element)
        if element.get("saveIncomplete").strip() in ("true()", "true"):
            bind.parameters["saveIncomplete"] = "true"
        for remark in remarks_on_bind(element):
            self.warn(remark, element)
        bind.saveto = element.get(f"{{{ENTITIES}}}saveto").strip() or bind.saveto

    def _messages(self, element: Markup, bind: Bind) -> None:
        read = self.expression
        bind.constraint_message = read_message(
            element.get(f"{{{JAVAROSA}}}constraintMsg"), element, read
        )
        bind.required_message = read_message(
            element.get(f"{{{JAVAROSA}}}requiredMsg"), element, read
        )

    # ---------------------------------------------------------------- actions
    def read_action(self, element: Markup, control: Control | None) -> None:
        events = frozenset((element.get("event") or _event_attribute(element)).split())
        for event in sorted(events - EVENTS):
            self.error(f"there is no event {event!r}", element)
        if "odk-new-repeat" in events and _repeat_around(control) is None:
            self.error("an action for odk-new-repeat belongs into its repeat", element)
        base = control.node if control is not None else None
        ref = (element.get("ref") or element.get("bind")).strip()
        target = self.node_at(ref, element, base)
        if target is None:
            return
        for remark in remarks_on_events(events):
            self.warn(remark, element)
        device = DEVICES.get(element.name, "")
        value = None
        if not device and element.get("value").strip():
            value = self.expression(element.get("value"), element)
        action = Action(
            events, target, value, element.text().strip(), element.path, element.line, control
        )
        if device:
            action.device = device
            action.parameters = own_parameters(element)
        if "[" in ref:
            action.path = self.expression(ref, element)
        self._actions.append(action)
        if control is not None:
            control.actions.append(action)

    # ---------------------------------------------------------------- secondary instances
    def _external_error(self, text: str, path: str, line: int | None) -> None:
        self.problems.append(Problem("error", text, path, line))

    def _secondary(self) -> dict[str, SecondaryInstance]:
        found: dict[str, SecondaryInstance] = {}
        for index, element in enumerate(self._model.named("instance")):
            name = element.get("id")
            if index == 0 or not name:
                continue
            if name in found:
                self.error(f"there are two instances {name!r}", element)
            source = element.get("src").strip()
            content = next(element.elements(), None)
            found[name] = SecondaryInstance(
                name, None if source else content, source, source.rpartition("/")[2], element.line
            )
        return found


def own_parameters(element: Markup) -> dict[str, str]:
    """The attributes in ODK's and OpenRosa's namespaces, by their bare names."""
    found = {}
    for key, value in element.attributes.items():
        uri, brace, name = key.rpartition("}")
        if brace and uri[1:] in (ODK, OPENROSA):
            found[name] = value
    return found


def _repeat_around(control: Control | None) -> Control | None:
    while control is not None and control.element != "repeat":
        control = control.parent
    return control


def _event_attribute(element: Markup) -> str:
    return next((v for k, v in element.attributes.items() if k.endswith("}event")), "")


def _child(node: NodeDefinition, test: NameTest, *, attribute: bool) -> NodeDefinition | None:
    name = f"{test.prefix}:{test.local}" if test.prefix else test.local
    found = node.children.get("@" + name if attribute else name)
    return node.child(test.local, attribute=attribute) if found is None else found

"""A form as it was written: nodes, binds, body, texts, actions. Immutable once read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from enumerator.xform.definition.markup import Markup
from enumerator.xform.facade import AuditSettings, Problem, Submission
from enumerator.xform.xpath.syntax import Expr

XFORMS = "http://www.w3.org/2002/xforms"
XHTML = "http://www.w3.org/1999/xhtml"
JAVAROSA = "http://openrosa.org/javarosa"
OPENROSA = "http://openrosa.org/xforms"
ODK = "http://www.opendatakit.org/xforms"
ENTITIES = "http://www.opendatakit.org/xforms/entities"

NUMBERS = frozenset({"int", "decimal"})
DATES = frozenset({"date", "dateTime"})


@dataclass(frozen=True, slots=True)
class Expression:
    """An XPath expression and where it was written."""

    text: str
    syntax: Expr
    place: str
    line: int | None


Segment = str | Expression


@dataclass(frozen=True, slots=True)
class Text:
    """A label, hint or message: an itext id, or its own segments."""

    itext: str | None = None
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class Translation:
    """One language: id -> form ("", "short", "guidance", "image" …) -> segments."""

    name: str
    texts: Mapping[str, Mapping[str, tuple[Segment, ...]]]


@dataclass(slots=True)
class Bind:
    """``constant`` values are not rules: readonly="true()"."""

    type: str = "string"
    calculate: Expression | None = None
    relevant: Expression | None = None
    readonly: Expression | None = None
    required: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Text | None = None
    required_message: Text | None = None
    preload: str = ""
    preload_parameter: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    saveto: str = ""
    line: int | None = None


class NodeDefinition:
    """One generic path of the primary instance; attributes are nodes named ``@name``.

    Implements ``xpath.shape.Shape``. ``default`` is the text it starts with. ``holds``: "date" or
    "boolean" where a text's calculation gives one (and for the type boolean): kept as JavaRosa
    keeps them, as an instant and as 1 or 0, and read as a day and as true or false.
    """

    __slots__ = (
        "attribute",
        "bind",
        "children",
        "control",
        "default",
        "depth",
        "gatherings",
        "holds",
        "line",
        "lines",
        "markup",
        "name",
        "named",
        "number",
        "order",
        "parent",
        "path",
        "prefix",
        "repeat",
        "repeated",
        "scalar",
        "slot",
        "template",
        "uri",
    )

    def __init__(
        self, name: str, uri: str, prefix: str, parent: NodeDefinition | None, markup: Markup
    ) -> None:
        self.name = name
        self.uri = uri
        self.prefix = prefix
        self.parent = parent
        self.markup = markup
        self.line: int | None = markup.line
        self.attribute = False
        self.named: dict[str, NodeDefinition] = {}
        self.children: dict[str, NodeDefinition] = {}
        self.order: list[NodeDefinition] = []
        self.bind = Bind()
        self.control: Control | None = None
        self.repeat: Control | None = None
        self.default = ""
        self.template: Markup | None = None
        self.number = 0
        self.slot = 0
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.lines = 0
        self.repeated = False
        self.scalar = "text"
        self.gatherings: list[tuple[int, Any]] = []
        self.holds = ""
        self.path: str = ("" if parent is None else parent.path) + "/" + self.key

    @property
    def key(self) -> str:
        name = f"{self.prefix}:{self.name}" if self.prefix else self.name
        return "@" + name if self.attribute else name

    def child(self, local: str, *, attribute: bool) -> NodeDefinition | None:
        """The first of that local name, whatever its prefix."""
        named = self.named
        if not named and self.order:
            for child in self.order:
                named.setdefault("@" + child.name if child.attribute else child.name, child)
        return named.get("@" + local if attribute else local)

    @property
    def leaf(self) -> bool:
        return all(child.attribute for child in self.order)

    def __repr__(self) -> str:
        return f"<{self.path}>"


@dataclass(slots=True)
class ItemSet:
    """``nodes`` are the items; value and label are evaluated on each.

    by_language  a column ``label::English`` goes before ``label`` while English is spoken
    searches     the control's items say which columns of ``nodes`` are value and label
    """

    nodes: Expression
    value: Expression
    label: Expression | None
    by_language: bool = False
    searches: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    value: str
    label: Text | None


@dataclass(slots=True)
class Action:
    """setvalue, where ``value`` is an expression or ``literal`` a text; or setgeopoint or
    recordaudio, where ``device`` is what the machine is asked for.

    ``path`` is set where the target's path has predicates: it says which of its nodes.
    """

    events: frozenset[str]
    target: NodeDefinition
    value: Expression | None
    literal: str
    place: str
    line: int | None
    control: Control | None = None
    path: Expression | None = None
    device: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Control:
    """An element of the body: "group", "repeat", or a question's control."""

    element: str
    node: NodeDefinition | None
    parent: Control | None
    path: str
    line: int | None
    number: int = 0
    label: Text | None = None
    hint: Text | None = None
    appearance: tuple[str, ...] = ()
    mediatype: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    itemset: ItemSet | None = None
    count: Expression | None = None
    count_fixed: bool = False
    children: list[Control] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

    @property
    def is_question(self) -> bool:
        return self.element not in ("group", "repeat", "body")

    @property
    def fixed_once(self) -> bool:
        """A repeat without count whose lines nobody may add: the template makes one."""
        return self.count_fixed and self.count is None

    @property
    def is_select(self) -> bool:
        return self.itemset is not None or bool(self.items)


@dataclass(frozen=True, slots=True)
class SecondaryInstance:
    """Internal (``markup``), or a file (``source``: its jr:// URL; ``file``: its bare name).

    part  only the rows with that ``list_name``
    """

    id: str
    markup: Markup | None
    source: str
    file: str
    line: int | None
    part: str = ""


@dataclass(frozen=True, slots=True)
class EntityBlock:
    """A ``meta/entity``, the node whose meta it is, and the questions saved as properties."""

    entity: NodeDefinition
    container: NodeDefinition
    dataset: str
    saved: tuple[tuple[str, NodeDefinition], ...]
    offline: bool


@dataclass(slots=True)
class Metadata:
    """The nodes of /*/meta that the program itself looks at.

    ``deprecated_id`` may be a spare node: numbered, but in no instance until one is edited.
    """

    instance_id: NodeDefinition | None = None
    instance_name: NodeDefinition | None = None
    deprecated_id: NodeDefinition | None = None
    spare: bool = False


@dataclass(slots=True)
class FormDefinition:
    id: str
    version: str
    title: str
    root: NodeDefinition
    nodes: list[NodeDefinition]
    body: Control
    controls: list[Control]
    translations: tuple[Translation, ...]
    default_language: str
    instances: dict[str, SecondaryInstance]
    actions: list[Action]
    namespaces: dict[str, str]
    submission: Submission
    audit: AuditSettings | None
    body_class: tuple[str, ...]
    entities: tuple[EntityBlock, ...]
    metadata: Metadata
    problems: list[Problem]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(translation.name for translation in self.translations)

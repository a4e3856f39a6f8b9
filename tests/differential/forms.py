"""Random forms of what both engines support: lines, cascades, calculations across lines, actions.

A node reads only nodes that stand before it, so no form has a cycle.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

_NAMESPACES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" '
    'xmlns:odk="http://www.opendatakit.org/xforms" xmlns:ev="http://www.w3.org/2001/xml-events"'
)
_COLOURS = ("red", "green", "blue", "grey")
_AREAS = [
    (f"{p}{k}", str(p), f"Area {p}-{k}", str(p * 10 + k)) for p in (1, 2, 3) for k in (1, 2, 3)
]
_VILLAGES = [(f"{up}{v}", up, f"Village {up}.{v}", v) for up, *_ in _AREAS for v in ("1", "2")]
_LANGUAGES = ("English", "Indonesia")


@dataclass(eq=False)
class Node:
    """``type``: a question's, "group" or "repeat"; ``lines``: the repeats it stands in."""

    name: str
    type: str
    parent: Node | None
    children: list[Node] = field(default_factory=list)
    bind: dict[str, str] = field(default_factory=dict)
    default: str = ""
    control: str = ""
    nodeset: str = ""
    items: tuple[str, ...] = ()
    count: str = ""
    template: bool = True
    written: int = 0
    actions: list[str] = field(default_factory=list)
    label: str = ""

    @property
    def way(self) -> list[Node]:
        above = [] if self.parent is None else self.parent.way
        return [*above, self]

    @property
    def lines(self) -> list[Node]:
        return [node for node in self.way[:-1] if node.type == "repeat"]

    @property
    def path(self) -> str:
        return "/" + "/".join(node.name for node in self.way)


class FormMaker:
    """``actions``: whether answers, new lines and the start may set values."""

    def __init__(self, chance: random.Random, *, actions: bool = True) -> None:
        self.chance = chance
        self.actions = actions
        self.root = Node("data", "group", None)
        self.before: list[Node] = []
        self.made = 0
        self.languages = _LANGUAGES if chance.random() < 0.5 else ()
        self.texts: dict[str, tuple[str, str]] = {}
        self.model_actions: list[str] = []

    # ---------------------------------------------------------------- structure
    def form(self) -> bytes:
        self._fill(self.root, self.chance.randint(5, 10), depth=0)
        if self.actions:
            self._actions()
        return self._written()

    def _fill(self, parent: Node, count: int, depth: int) -> None:
        for _ in range(count):
            roll = self.chance.random()
            if depth < 3 and roll < 0.10:
                self._group(parent, depth)
            elif depth < 3 and len([*parent.lines]) < 2 and roll < 0.28:
                self._repeat(parent, depth)
            elif roll < 0.52:
                self._calculation(parent)
            else:
                self._question(parent)

    def _add(self, parent: Node, type_: str, prefix: str) -> Node:
        self.made += 1
        node = Node(f"{prefix}{self.made}", type_, parent)
        parent.children.append(node)
        return node

    def _group(self, parent: Node, depth: int) -> None:
        node = self._add(parent, "group", "g")
        if self.chance.random() < 0.5:
            node.bind["relevant"] = self.truth(node)
        if self.chance.random() < 0.15:
            node.bind["readonly"] = self.truth(node)
        self._fill(node, self.chance.randint(1, 3), depth + 1)

    def _repeat(self, parent: Node, depth: int) -> None:
        node = self._add(parent, "repeat", "r")
        if self.chance.random() < 0.3:
            node.bind["relevant"] = self.truth(node)
        counts = self._near(node, "int")
        if counts and self.chance.random() < 0.5:
            node.count = self.ref(node, self.chance.choice(counts))
        else:
            node.written = self.chance.randint(0, 2)
        self._fill(node, self.chance.randint(2, 4), depth + 1)
        if node.written and not node.lines and not _has_repeat(node):
            node.template = self.chance.random() < 0.7
        self.before.append(node)

    def _calculation(self, parent: Node) -> None:
        type_ = self.chance.choice(("int", "decimal", "string", "string", "date"))
        node = self._add(parent, type_, "c")
        makers: dict[str, Callable[[Node], str]] = {
            "int": self.number,
            "decimal": self.number,
            "string": self.text,
            "date": self.day,
        }
        node.bind["calculate"] = makers[type_](node)
        if self.chance.random() < 0.15:
            node.bind["relevant"] = self.truth(node)
        self.before.append(node)

    def _question(self, parent: Node) -> None:
        kinds = ("int", "int", "decimal", "string", "date", "select1", "select", "cascade", "line")
        kind = self.chance.choice(kinds)
        node = self._add(parent, "string" if kind in _CHOSEN else kind, "q")
        node.control = "input"
        if kind in ("select1", "select"):
            node.control, node.items = kind, _COLOURS[: self.chance.randint(2, 4)]
        elif kind == "cascade":
            self._cascade(node)
        elif kind == "line":
            self._from_lines(node)
        if self.chance.random() < 0.3:
            node.bind["relevant"] = self.truth(node)
        if self.chance.random() < 0.2:
            node.bind["constraint"] = self._constraint(node)
            node.bind["jr:constraintMsg"] = f"Wrong {node.name}"
        if self.chance.random() < 0.15:
            node.bind["required"] = self.chance.choice(("true()", self.truth(node)))
        if self.chance.random() < 0.1:
            node.bind["readonly"] = self.truth(node)
        if self.chance.random() < 0.15:
            node.default = {"int": "3", "decimal": "1.5", "date": "2020-02-29"}.get(kind, "")
        node.label = self._label(node)
        self.before.append(node)

    def _cascade(self, node: Node) -> None:
        node.control = "select1"
        uppers = [each for each in self._near(node) if each.control == "select1"]
        upper = self.chance.choice(uppers) if uppers else None
        if upper is not None and "'areas'" in upper.nodeset:
            node.nodeset = f"instance('villages')/root/item[up = {self.ref_within(node, upper)}]"
            return
        numbers = self._near(node, "int")
        condition = self.chance.choice(("", "[up = '1']", "[weight &gt; 15]"))
        if numbers and self.chance.random() < 0.6:
            number = self.ref_within(node, self.chance.choice(numbers))
            compared = self.chance.choice(("up =", "weight <", "up !="))
            condition = f"[{compared} {number}]"
        node.nodeset = f"instance('areas')/root/item{condition}".replace("&gt;", ">")

    def _from_lines(self, node: Node) -> None:
        """A select whose choices are the lines of a repeat."""
        names = [
            each
            for each in self.before
            if each.type == "string"
            and each.control == "input"
            and len(each.lines) == 1
            and each.lines[0] not in node.way
            and each.parent is each.lines[0]
        ]
        node.control = "select1"
        if not names:
            node.items = _COLOURS
            return
        name = self.chance.choice(names)
        node.nodeset = f"{name.lines[0].path}[{name.name} != '']|{name.name}"

    # ---------------------------------------------------------------- reading other nodes
    def _near(self, reader: Node, *types: str) -> list[Node]:
        """Leaves before the reader that have one value as seen from it."""
        around = [*reader.lines, *([reader] if reader.type == "repeat" else [])]
        return [
            node
            for node in self.before
            if node.type != "repeat"
            and (not types or node.type in types)
            and all(line in around for line in node.lines)
        ]

    def _far(self, *types: str) -> list[Node]:
        """Leaves of lines."""
        return [
            node
            for node in self.before
            if node.type != "repeat" and node.lines and (not types or node.type in types)
        ]

    def ref(self, reader: Node, target: Node) -> str:
        return target.path if self.chance.random() < 0.4 else _relative(reader, target)

    def ref_within(self, reader: Node, target: Node) -> str:
        """For a predicate, where a relative path would start at the row."""
        path = self.ref(reader, target)
        return path if path.startswith("/") else f"current()/{path}"

    def all_of(self, reader: Node, target: Node) -> str:
        """All lines' nodes, by a way that does not stop at the reader's own line."""
        passed = [node for node in target.way if node.type == "repeat"]
        shared = [line for line in passed if line in reader.way]
        if not shared:
            return target.path if self.chance.random() < 0.6 else _relative(reader, target)
        top = shared[0].parent
        assert top is not None
        up = len(reader.way) - len(top.way)
        down = [node.name for node in target.way[len(top.way) :]]
        return "../" * up + "/".join(down)

    # ---------------------------------------------------------------- expressions
    def number(self, reader: Node, depth: int = 0) -> str:
        makers: list[Callable[[], str]] = [
            lambda: self.chance.choice(("0", "1", "2", "3", "10", "2.5"))
        ]
        near, far = self._near(reader, "int", "decimal"), self._far("int", "decimal")
        repeats = [node for node in self.before if node.type == "repeat"]
        if near:
            makers += [lambda: self.ref(reader, self.chance.choice(near))] * 4
            makers.append(lambda: f"coalesce({self.ref(reader, self.chance.choice(near))}, 0)")
        if far:
            function = self.chance.choice(("sum", "sum", "max", "min", "count", "count-non-empty"))
            makers += [lambda: f"{function}({self.all_of(reader, self.chance.choice(far))})"] * 3
            makers.append(lambda: self._indexed(reader, self.chance.choice(far)))
            makers.append(lambda: self._counted(reader, self.chance.choice(far)))
        if repeats:
            makers.append(lambda: f"count({self.all_of(reader, self.chance.choice(repeats))})")
        if reader.lines:
            makers.append(lambda: f"position({_relative(reader, reader.lines[-1])})")
        if depth < 2:
            makers += [lambda: self._arithmetic(reader, depth)] * 3
            makers.append(
                lambda: (
                    f"if({self.truth(reader, depth + 1)}, {self.number(reader, depth + 1)}, "
                    f"{self.number(reader, depth + 1)})"
                )
            )
            makers.append(lambda: f"round({self.number(reader, depth + 1)}, 2)")
            makers.append(lambda: f"int({self.number(reader, depth + 1)})")
            makers.append(lambda: f"string-length({self.text(reader, depth + 1)})")
            makers.append(lambda: f"number({self.text(reader, depth + 1)})")
        many = [node for node in self._near(reader) if node.control == "select"]
        if many:
            makers.append(lambda: f"count-selected({self.ref(reader, self.chance.choice(many))})")
        return self.chance.choice(makers)()

    def _arithmetic(self, reader: Node, depth: int) -> str:
        sign = self.chance.choice(("+", "-", "*", "div", "mod", "+"))
        return f"({self.number(reader, depth + 1)} {sign} {self.number(reader, depth + 1)})"

    def _indexed(self, reader: Node, target: Node) -> str:
        line = target.lines[0]
        if len(target.lines) > 1:
            return f"sum({self.all_of(reader, target)})"
        place = self.chance.choice(("1", "2", "3"))
        if self.chance.random() < 0.5:
            return f"indexed-repeat({target.path}, {line.path}, {place})"
        rest = "/".join(node.name for node in target.way[len(line.way) :])
        return f"{self.all_of(reader, line)}[position() = {place}]/{rest}"

    def _counted(self, reader: Node, target: Node) -> str:
        line = target.lines[-1]
        rest = "/".join(node.name for node in target.way[len(line.way) :])
        sign = self.chance.choice((">", "=", "!=", "<="))
        return f"count({self.all_of(reader, line)}[{rest} {sign} {self.chance.randint(0, 3)}])"

    def text(self, reader: Node, depth: int = 0) -> str:
        makers: list[Callable[[], str]] = [
            lambda: self.chance.choice(("'a'", "'red'", "'x y'", "''"))
        ]
        near, far = self._near(reader), self._far("int", "string", "date")
        if near:
            makers += [lambda: f"string({self.ref(reader, self.chance.choice(near))})"] * 2
            makers.append(
                lambda: (
                    f"concat({self.ref(reader, self.chance.choice(near))}, '-', "
                    f"{self.ref(reader, self.chance.choice(near))})"
                )
            )
            makers.append(lambda: f"substr({self.ref(reader, self.chance.choice(near))}, 0, 3)")
        if far:
            makers += [lambda: f"join(' ', {self.all_of(reader, self.chance.choice(far))})"] * 2
            makers.append(lambda: f"concat({self.all_of(reader, self.chance.choice(far))})")
        chosen = [node for node in self._near(reader) if node.control == "select1"]
        if chosen:
            one = self.chance.choice(chosen)
            makers.append(lambda: f"jr:choice-name({self.ref(reader, one)}, '{one.path}')")
            makers.append(
                lambda: f"instance('areas')/root/item[name = {self.ref_within(reader, one)}]/label"
            )
        days = self._near(reader, "date")
        if days:
            makers.append(
                lambda: f"format-date({self.ref(reader, self.chance.choice(days))}, '%d/%m/%Y')"
            )
        if depth < 2:
            makers.append(
                lambda: (
                    f"if({self.truth(reader, depth + 1)}, {self.text(reader, depth + 1)}, "
                    f"{self.text(reader, depth + 1)})"
                )
            )
            makers.append(lambda: f"normalize-space({self.text(reader, depth + 1)})")
            makers.append(lambda: f"translate({self.text(reader, depth + 1)}, 'ae', 'io')")
        return self.chance.choice(makers)()

    def day(self, reader: Node) -> str:
        makers: list[Callable[[], str]] = [
            lambda: "today()",
            lambda: f"date('{self.chance.choice(('2020-02-29', '2019-12-31', '1970-01-01'))}')",
        ]
        days = self._near(reader, "date")
        if days:
            makers += [lambda: self.ref(reader, self.chance.choice(days))] * 2
            makers += [lambda: self._later(self.ref(reader, self.chance.choice(days)))] * 2
        return self.chance.choice(makers)()

    def _later(self, day: str) -> str:
        """Guarded: what JavaRosa makes of a day that is none, a run would drown in."""
        return f"if({day} = '', '', date({day} + {self.chance.choice((1, 30, 365, -1))}))"

    def truth(self, reader: Node, depth: int = 0) -> str:
        makers: list[Callable[[], str]] = [
            lambda: f"{self.number(reader, 2)} {self._sign()} {self.number(reader, 2)}"
        ] * 3
        near = self._near(reader)
        texts = [node for node in near if node.type == "string"]
        days = self._near(reader, "date")
        if near:
            makers.append(lambda: f"{self.ref(reader, self.chance.choice(near))} != ''")
        if texts:
            makers.append(lambda: f"selected({self.ref(reader, self.chance.choice(texts))}, 'red')")
            makers.append(lambda: f"{self.ref(reader, self.chance.choice(texts))} = 'red'")
            makers.append(
                lambda: f"regex({self.ref(reader, self.chance.choice(texts))}, '[a-z ]+')"
            )
            makers.append(lambda: f"contains({self.ref(reader, self.chance.choice(texts))}, 'e')")
        if days:
            makers.append(
                lambda: (
                    f"{self.ref(reader, self.chance.choice(days))} {self._sign()} "
                    f"{self.chance.choice(('today()', self.day(reader)))}"
                )
            )
        if depth < 2:
            makers.append(lambda: f"not({self.truth(reader, depth + 1)})")
            word = self.chance.choice(("and", "or"))
            two = [self.truth(reader, depth + 1) for _ in range(2)]
            makers += [lambda: f"({two[0]} {word} {two[1]})"] * 2
        return self.chance.choice(makers)()

    def _sign(self) -> str:
        return self.chance.choice((">", "<", ">=", "<=", "=", "!="))

    def _constraint(self, node: Node) -> str:
        if node.type in ("int", "decimal"):
            return f". {self._sign()} {self.number(node, 1)}"
        if node.type == "date":
            return self.chance.choice((". <= today()", ". >= date('2000-01-01')"))
        return self.chance.choice(("string-length(.) < 4", ". != 'red'", "not(selected(., 'a'))"))

    # ---------------------------------------------------------------- labels and actions
    def _label(self, node: Node) -> str:
        near = self._near(node)
        shown = ""
        if near and self.chance.random() < 0.4:
            value = self.ref(node, self.chance.choice(near))
            shown = f" <output value={quoteattr(value)}/>"
        if not self.languages:
            return f"<label>{node.name}{shown}</label>"
        self.texts[node.path] = (f"The {node.name}{shown}", f"Si {node.name}{shown}")
        return f"<label ref=\"jr:itext('{node.path}')\"/>"

    def _actions(self) -> None:
        questions = [node for node in self.before if node.control == "input"]
        for target in questions:
            if self.chance.random() > 0.15 or target.bind.get("constraint"):
                continue
            literals = {"int": "7", "decimal": "0.5", "date": "2021-01-01"}
            literal = literals.get(target.type, "set")
            sources = [
                node
                for node in self.before
                if node.control == "input" and node is not target and node.lines == target.lines
            ]
            roll = self.chance.random()
            if target.lines and roll < 0.4:
                target.lines[-1].actions.append(
                    f'<setvalue event="odk-new-repeat" ref="{target.path}">{literal}</setvalue>'
                )
            elif not target.lines and roll < 0.6:
                self.model_actions.append(
                    f'<setvalue event="odk-instance-first-load" ref="{target.path}">'
                    f"{literal}</setvalue>"
                )
            elif sources:
                source = self.chance.choice(sources)
                source.actions.append(
                    f'<setvalue event="xforms-value-changed" ref="{target.path}">'
                    f"{literal}</setvalue>"
                )

    # ---------------------------------------------------------------- writing
    def _written(self) -> bytes:
        binds = "".join(self._binds(self.root))
        body = "".join(self._body(child) for child in self.root.children)
        model = (
            f'<model odk:xforms-version="1.0.0">{self._itext()}'
            f'<instance><data id="random" version="1">{self._instance(self.root)}'
            "<meta><instanceID/></meta></data></instance>"
            f"{_list('areas', _AREAS)}{_list('villages', _VILLAGES)}{binds}"
            '<bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>'
            f"{''.join(self.model_actions)}</model>"
        )
        return (
            f"<h:html {_NAMESPACES}><h:head><h:title>Random</h:title>{model}</h:head>"
            f"<h:body>{body}</h:body></h:html>"
        ).encode()

    def _itext(self) -> str:
        if not self.texts:
            return ""
        translations = "".join(
            f'<translation lang="{language}">'
            + "".join(
                f'<text id="{name}"><value>{texts[place]}</value></text>'
                for name, texts in self.texts.items()
            )
            + "</translation>"
            for place, language in enumerate(self.languages)
        )
        return f"<itext>{translations}</itext>"

    def _instance(self, parent: Node, *, live: bool = False) -> str:
        """``live``: within a line that is there from the start, where templates have no place."""
        out = []
        for node in parent.children:
            live_ = live or node.type == "repeat"
            inner = self._instance(node, live=live) if node.children else escape(node.default)
            if node.type == "repeat":
                if node.template and not live:
                    out.append(f'<{node.name} jr:template="">{inner}</{node.name}>')
                inner = self._instance(node, live=live_)
                out += [f"<{node.name}>{inner}</{node.name}>"] * node.written
            else:
                out.append(f"<{node.name}>{inner}</{node.name}>")
        return "".join(out)

    def _binds(self, parent: Node) -> Iterator[str]:
        for node in parent.children:
            attributes = dict(node.bind)
            if node.type not in ("group", "repeat"):
                attributes["type"] = node.type
            if attributes:
                written = "".join(f" {name}={quoteattr(v)}" for name, v in attributes.items())
                yield f'<bind nodeset="{node.path}"{written}/>'
            yield from self._binds(node)

    def _body(self, node: Node) -> str:
        inner = "".join(self._body(child) for child in node.children)
        if node.type == "group":
            return f'<group ref="{node.path}"><label>{node.name}</label>{inner}</group>'
        actions = "".join(node.actions)
        if node.type == "repeat":
            count = f" jr:count={quoteattr(node.count)}" if node.count else ""
            return (
                f'<group ref="{node.path}"><label>{node.name}</label>'
                f'<repeat nodeset="{node.path}"{count}>{actions}{inner}</repeat></group>'
            )
        if not node.control:
            return ""
        items = "".join(
            f"<item><label>{item.title()}</label><value>{item}</value></item>"
            for item in node.items
        )
        if node.nodeset:
            nodes, _, name = node.nodeset.partition("|")
            value, label = (name, name) if name else ("name", "label")
            items = (
                f'<itemset nodeset={quoteattr(nodes)}><value ref="{value}"/>'
                f'<label ref="{label}"/></itemset>'
            )
        return f'<{node.control} ref="{node.path}">{node.label}{items}{actions}</{node.control}>'


_CHOSEN = ("select1", "select", "cascade", "line")


def _has_repeat(node: Node) -> bool:
    return any(child.type == "repeat" or _has_repeat(child) for child in node.children)


def _relative(reader: Node, target: Node) -> str:
    here, there = reader.way, target.way
    common = 0
    while common < min(len(here), len(there)) and here[common] is there[common]:
        common += 1
    if common == len(there):
        return "/".join([".."] * (len(here) - common))
    return "../" * (len(here) - common) + "/".join(node.name for node in there[common:])


def _list(name: str, rows: Sequence[tuple[str, str, str, str]]) -> str:
    written = "".join(
        f"<item><name>{row[0]}</name><up>{row[1]}</up><label>{row[2]}</label>"
        f"<weight>{row[3]}</weight></item>"
        for row in rows
    )
    return f'<instance id="{name}"><root>{written}</root></instance>'


def random_form(seed: str, *, actions: bool = True) -> bytes:
    chance = random.Random(seed)  # noqa: S311 # the same for the same seed
    return FormMaker(chance, actions=actions).form()

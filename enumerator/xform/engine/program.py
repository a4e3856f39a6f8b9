"""A form made ready to run: every expression compiled, every rule ranked and routed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from enumerator.xform.definition.markup import Markup
from enumerator.xform.definition.model import (
    Action,
    Control,
    Expression,
    FormDefinition,
    NodeDefinition,
    Segment,
    Text,
)
from enumerator.xform.definition.problems import Problems
from enumerator.xform.engine.rules import EAGER, Route, Rule, RuleKind
from enumerator.xform.facade import FormError, Problem
from enumerator.xform.limits import MAX_READS
from enumerator.xform.xpath.compiled import Compiled, TextOf
from enumerator.xform.xpath.compiler import Compiler
from enumerator.xform.xpath.dependencies import Pick, Place, Reads, reads_of
from enumerator.xform.xpath.lists import CompiledList
from enumerator.xform.xpath.scope import Scope
from enumerator.xform.xpath.syntax import Call, Expr, Filter, Literal, Path, XPathError

Piece = str | TextOf


@dataclass(frozen=True, slots=True)
class Constants:
    """What the binds of a node settle once and for all."""

    relevant: bool = True
    readonly: bool = False
    required: bool = False


@dataclass(eq=False, slots=True)
class Choosing:
    """An itemset, compiled. ``label_id``: the label is an itext id, with its media."""

    control: Control
    nodes: Compiled
    rows: CompiledList | None
    value: Expr
    label: Expr | None
    label_id: bool
    scope: Scope
    fixed: bool
    by_language: bool = False
    searches: bool = False


class Program:
    """Immutable after loading. Raises FormError with every problem at once."""

    def __init__(self, definition: FormDefinition) -> None:
        self.definition = definition
        self.problems: list[Problem] = Problems(definition.problems)
        self.compiler = Compiler(definition.namespaces, instances=definition.instances)
        count = len(definition.nodes)
        self.rules: list[Rule] = []
        self.readers: list[list[Route]] = [[] for _ in range(count)]
        self.position_readers: list[list[Route]] = [[] for _ in range(count)]
        self.starters: list[list[Rule]] = [[] for _ in range(count)]
        self.constants: list[Constants | None] = [None] * count
        self.constraints: dict[int, Rule] = {}
        self.language_rules: list[Rule] = []
        self.choosings: dict[int, Choosing] = {}
        self.groups: dict[int, Control] = {}
        self.value_actions: dict[int, list[Action]] = {}
        self.line_actions: dict[int, list[Action]] = {}
        self.action_values: dict[int, Compiled] = {}
        self.action_paths: dict[int, Compiled] = {}
        self.preloads: list[NodeDefinition] = []
        self.device_targets = {a.target.number for a in definition.actions if a.device}
        if definition.audit is not None:
            self.device_targets |= {
                n.number for n in definition.nodes if n.path == definition.audit.ref
            }
        self.chance: set[int] = set()
        self._read = 0
        self._sizes: dict[int, int] = {}
        self._compiled: dict[tuple[str, int], Compiled | None] = {}
        self._reads: dict[tuple[str, int], Reads] = {}
        self._pieces: dict[tuple[int, int], tuple[Piece, ...]] = {}
        self._all: list[Rule] = []
        # Translations that show answers, by their id; what each internal list holds.
        self._shown: dict[str, list[Expression]] | None = None
        self._named: dict[str, set[str]] = {}
        self.compiler.gathering = True
        self._compile()
        self.compiler.gathering = False
        self._rank()
        self._route()
        if any(problem.severity == "error" for problem in self.problems):
            raise FormError(self.problems)

    # ---------------------------------------------------------------- expressions
    def scope(self, shape: NodeDefinition | None) -> Scope:
        return Scope(self.definition.root, shape, shape)

    def _error(self, text: str, place: str, line: int | None) -> None:
        self.problems.append(Problem("error", text, place, line))

    def code(self, expression: Expression, shape: NodeDefinition) -> Compiled | None:
        """None, and a problem noted, where it does not compile."""
        key = (expression.text, shape.number)
        if key not in self._compiled:
            self._compiled[key] = self._checked(expression, self.scope(shape))
            reads = reads_of(expression.syntax, self.definition.root, shape)
            self._reads[key] = reads
            self._count_reads(len(reads.values))
        return self._compiled[key]

    def _count_reads(self, count: int) -> None:
        """Raises FormError before a form's routes fill the memory."""
        self._read += count
        if self._read > MAX_READS:
            text = (
                f"the expressions read more than {MAX_READS} nodes: name nodes by their paths "
                "instead of searching with //"
            )
            raise FormError([Problem("error", text), *self.problems])

    def _checked(self, expression: Expression, scope: Scope) -> Compiled | None:
        self.compiler.remarks.clear()
        try:
            found = self.compiler.compile(expression.syntax, scope)
        except XPathError as error:
            self._error(f"{error}, in {expression.text!r}", expression.place, expression.line)
            return None
        for text in self.compiler.remarks:
            self._note("warning", f"{text}, in {expression.text!r}", expression)
        return found

    def _note(self, severity: str, text: str, expression: Expression) -> None:
        self.problems.append(Problem(severity, text, expression.place, expression.line))

    def _rule(self, kind: RuleKind, expression: Expression, shape: NodeDefinition) -> Rule | None:
        code = self.code(expression, shape)
        if code is None:
            return None
        reads = self._reads[expression.text, shape.number]
        rule = Rule(kind, shape, code, reads, expression.place, expression.line)
        self._all.append(rule)
        return rule

    # ---------------------------------------------------------------- compilation
    def _compile(self) -> None:
        definition = self.definition
        for node in definition.nodes:
            self._compile_bind(node)
            if node.bind.preload:
                self.preloads.append(node)
        for control in definition.controls:
            self._compile_control(control)
        for action in definition.actions:
            self._compile_action(action)
        for instance in definition.instances.values():
            if instance.source and not instance.file:
                self._error(f"no file in {instance.source!r}", "instance", instance.line)

    def _compile_bind(self, node: NodeDefinition) -> None:
        bind = node.bind
        constants = {"relevant": True, "readonly": False, "required": False}
        for name, kind in (
            ("relevant", RuleKind.RELEVANT),
            ("readonly", RuleKind.READONLY),
            ("required", RuleKind.REQUIRED),
        ):
            expression: Expression | None = getattr(bind, name)
            if expression is None:
                continue
            code = self.code(expression, node)
            if code is not None and code.constant:
                constants[name] = code.boolean()(None, None)  # type: ignore[arg-type]  # a constant asks for nothing
            else:
                self._rule(kind, expression, node)
        if bind.calculate is not None:
            self._rule(RuleKind.CALCULATE, bind.calculate, node)
        if bind.constraint is not None:
            rule = self._rule(RuleKind.CONSTRAINT, bind.constraint, node)
            if rule is not None:
                self.constraints[node.number] = rule
        for message in (bind.constraint_message, bind.required_message):
            self._compile_text(message, node, RuleKind.CONSTRAINT)
        made = Constants(**constants)
        if made != Constants():
            self.constants[node.number] = made

    def _compile_control(self, control: Control) -> None:
        node = control.node
        if node is None:
            node = self._context_of(control)
        elif control.element == "group":
            self.groups.setdefault(node.number, control)
        self._compile_text(control.label, node, RuleKind.LABEL)
        self._compile_text(control.hint, node, RuleKind.LABEL)
        if control.count is not None:
            self._compile_count(control.count, node)
        for item in control.items:
            self._compile_text(item.label, node, RuleKind.LABEL)
        if control.itemset is not None:
            self._compile_itemset(control, node)

    def _compile_count(self, count: Expression, node: NodeDefinition) -> None:
        rule = self._rule(RuleKind.COUNT, count, node)
        for read in rule.reads.values if rule is not None else ():
            if read.shape is not node and node.lines <= read.shared:
                text = f"jr:count cannot ask {read.shape.path}, which stands in its own lines"
                self._note("warning", f"{text}: it stays blank, so there are none", count)

    def _context_of(self, control: Control) -> NodeDefinition:
        above: Control | None = control
        while above is not None and above.node is None:
            above = above.parent
        return self.definition.root if above is None or above.node is None else above.node

    def _compile_text(self, text: Text | None, node: NodeDefinition, kind: RuleKind) -> None:
        for segments in self.segments_of(text):
            if any(not isinstance(segment, str) for segment in segments):
                for segment in segments:
                    if isinstance(segment, Expression):
                        self._rule(kind, segment, node)

    def segments_of(self, text: Text | None) -> Iterator[tuple[Segment, ...]]:
        """In all languages and forms."""
        if text is None:
            return
        if text.itext is None:
            yield text.segments
            return
        for translation in self.definition.translations:
            yield from translation.texts.get(text.itext, {}).values()

    def pieces(self, segments: tuple[Segment, ...], shape: NodeDefinition) -> tuple[Piece, ...]:
        """Ready to be joined; compiled on first use for texts that no control names."""
        key = (id(segments), shape.number)
        found = self._pieces.get(key)
        if found is None:
            made: list[Piece] = []
            for segment in segments:
                if isinstance(segment, str):
                    made.append(segment)
                elif (code := self.code(segment, shape)) is not None:
                    made.append(code.text())
            found = self._pieces[key] = tuple(made)
        return found

    def _compile_itemset(self, control: Control, node: NodeDefinition) -> None:
        itemset = control.itemset
        if itemset is None:
            return
        rule = self._rule(RuleKind.CHOICES, itemset.nodes, node)
        if rule is None:
            return
        rule.reads = reads_of(itemset.nodes.syntax, self.definition.root, node, whole=False)
        item = self._item_shape(itemset.nodes.syntax, node)
        scope = Scope(self.definition.root, item, node, top=False)
        label = itemset.label.syntax if itemset.label is not None else None
        label_id = isinstance(label, Call) and label.name == "jr:itext"
        if isinstance(label, Call) and label_id and label.arguments:
            label = label.arguments[0]
        for expression in (itemset.value, itemset.label):
            if expression is not None:
                self._checked(expression, scope)
        if item is not None:
            # The choices are nodes of the form itself: their labels and values are read, too.
            shared = next(iter(place.shared for place in rule.reads.values), 0)
            for expression in (itemset.value, itemset.label):
                if expression is not None:
                    inner = reads_of(expression.syntax, self.definition.root, item)
                    rule.reads.values.update(
                        Place(place.shape, min(place.shared, shared)) for place in inner.values
                    )
        if label_id:
            for output in self._outputs(itemset.nodes.syntax):
                shown = reads_of(output.syntax, self.definition.root, node)
                rule.reads.values.update(shown.values)
        rows = rule.code if isinstance(rule.code, CompiledList) else None
        reads = rule.reads
        self.choosings[control.node.number if control.node else node.number] = Choosing(
            control,
            rule.code,
            rows,
            itemset.value.syntax,
            label,
            label_id,
            scope,
            fixed=not reads.values and not reads.positions and not reads.chance,
            by_language=itemset.by_language,
            searches=itemset.searches,
        )

    def _outputs(self, rows: Expr) -> Iterator[Expression]:
        """What the translations that those rows may name show of answers."""
        if self._shown is None:
            self._shown = _shown_in(self.definition)
        named = self._texts_in(rows) if self._shown else None
        for name, shown in self._shown.items():
            if named is None or name in named:
                yield from shown

    def _texts_in(self, rows: Expr) -> set[str] | None:
        """Every text of the internal list that the rows come from; None where that is not known:
        the rows are of a file, or of the form itself."""
        start = rows
        while isinstance(start, Call) and start.name == "randomize" and start.arguments:
            start = start.arguments[0]
        while isinstance(start, Path | Filter):
            inner = start.start if isinstance(start, Path) else start.base
            if isinstance(inner, str):
                return None
            start = inner
        if not isinstance(start, Call) or start.name != "instance" or not start.arguments:
            return None
        name = start.arguments[0]
        known = self.definition.instances.get(name.value) if isinstance(name, Literal) else None
        if known is None or known.markup is None:
            return None
        if known.id not in self._named:
            self._named[known.id] = set(_texts(known.markup))
        return self._named[known.id]

    def _item_shape(self, syntax: Expr, node: NodeDefinition) -> NodeDefinition | None:
        """What the items are when they are nodes of the primary instance."""
        if isinstance(syntax, Call) and syntax.name == "randomize" and syntax.arguments:
            return self._item_shape(syntax.arguments[0], node)
        if not isinstance(syntax, Path):
            return None
        plain = Path(syntax.start, tuple(type(s)(s.axis, s.test) for s in syntax.steps))
        reads = reads_of(plain, self.definition.root, node, whole=False)
        shapes = [place.shape for place in reads.values]
        if len(shapes) == 1 and isinstance(shapes[0], NodeDefinition):
            return shapes[0]
        return None

    def _compile_action(self, action: Action) -> None:
        if action.value is not None:
            code = self.code(action.value, action.target)
            if code is not None:
                self.action_values[id(action)] = code
        if action.path is not None:
            source = self._context_of(action.control) if action.control else self.definition.root
            code = self.code(action.path, source)
            if code is not None:
                self.action_paths[id(action)] = code
        if (
            "xforms-value-changed" in action.events
            and action.control is not None
            and action.control.node is not None
        ):
            self.value_actions.setdefault(action.control.node.number, []).append(action)

        above = action.control
        while above is not None and above.element != "repeat":
            above = above.parent
        if "odk-new-repeat" in action.events and above is not None and above.node is not None:
            self.line_actions.setdefault(above.node.number, []).append(action)

    def size(self, shape: NodeDefinition) -> int:
        """How many nodes one line of a repeat is, without lines inside it."""
        found = self._sizes.get(shape.number)
        if found is None:
            found = self._sizes[shape.number] = 1 + sum(map(self.size, shape.order))
        return found

    # ---------------------------------------------------------------- ranks
    def _rank(self) -> None:
        """Values and relevances in the order in which they depend on each other; what nothing
        depends on comes after them. A cycle is an error."""
        ordered = [r for r in self._all if r.kind in (RuleKind.RELEVANT, RuleKind.CALCULATE)]
        by_target = {(rule.kind, rule.shape.number): rule for rule in ordered}
        sorter: TopologicalSorter[int] = TopologicalSorter()
        place = {id(rule): index for index, rule in enumerate(ordered)}
        for index, rule in enumerate(ordered):
            needed: list[int] = []
            for read in rule.reads.values:
                needed += self._needed(read, by_target, place)
            sorter.add(index, *needed)
        try:
            order = list(sorter.static_order())
        except CycleError as error:
            self._report_cycle([ordered[index] for index in error.args[1]])
            order = list(range(len(ordered)))
        self.rules = [ordered[index] for index in order]
        self.rules += [
            r for r in self._all if r.kind in EAGER and (r.kind, r.shape.number) not in by_target
        ]
        for rank, rule in enumerate(self.rules):
            rule.rank = rank

    def _needed(
        self, read: Place, by_target: dict[tuple[RuleKind, int], Rule], place: dict[int, int]
    ) -> list[int]:
        found: list[int] = []
        calculate = by_target.get((RuleKind.CALCULATE, read.shape.number))
        if calculate is not None:
            found.append(place[id(calculate)])
        shape = read.shape
        above: NodeDefinition | None = self.definition.nodes[shape.number]
        while above is not None:
            relevant = by_target.get((RuleKind.RELEVANT, above.number))
            if relevant is not None:
                found.append(place[id(relevant)])
            above = above.parent
        return found

    def _report_cycle(self, cycle: list[Rule]) -> None:
        names = " -> ".join(f"{rule.shape.path} ({rule.kind.name.lower()})" for rule in cycle)
        self._error(f"these depend on each other: {names}", cycle[0].place, cycle[0].line)

    # ---------------------------------------------------------------- routes
    def _route(self) -> None:
        seen: set[tuple[int, int, Pick | None, RuleKind, int]] = set()
        for rule in self._all:
            if rule.kind in EAGER:
                self.starters[rule.shape.number].append(rule)
            if rule.reads.language and rule.kind in EAGER:
                self.language_rules.append(rule)
            for read in rule.reads.values:
                # Several outputs of one label need one route only.
                key = (read.shape.number, read.shared, read.pick, rule.kind, rule.shape.number)
                if rule.kind not in EAGER and key in seen:
                    continue
                seen.add(key)
                self.readers[read.shape.number].append(Route.between(read, rule))
            for read in rule.reads.positions:
                self.position_readers[read.shape.number].append(Route.between(read, rule))


def _shown_in(definition: FormDefinition) -> dict[str, list[Expression]]:
    found: dict[str, list[Expression]] = {}
    for translation in definition.translations:
        for name, forms in translation.texts.items():
            for segments in forms.values():
                shown = [each for each in segments if isinstance(each, Expression)]
                if shown:
                    found.setdefault(name, []).extend(shown)
    return found


def _texts(markup: Markup) -> Iterator[str]:
    """Of every element that holds no other."""
    waiting = [markup]
    while waiting:
        element = waiting.pop()
        inner = list(element.elements())
        waiting += inner
        if not inner:
            yield element.text().strip()

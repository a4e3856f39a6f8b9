"""The facade's FormSession on top of the engine."""

from __future__ import annotations

import random as randomness
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from enumerator.errors import KnownError
from enumerator.xform.definition.markup import Markup
from enumerator.xform.definition.model import NodeDefinition
from enumerator.xform.engine.body import Body, Spot, no_such
from enumerator.xform.engine.preloads import Preloader
from enumerator.xform.engine.recalculation import Recalculator
from enumerator.xform.engine.rendering import Renderer
from enumerator.xform.engine.saved import check_form, replace_id, was_corrected
from enumerator.xform.engine.snapshots import (
    Snapshot,
    read_snapshot,
    set_state,
    state_of,
    write_snapshot,
)
from enumerator.xform.engine.steps import Steps
from enumerator.xform.entities.changes import changes_of
from enumerator.xform.facade import (
    NO_CHANGES,
    Answer,
    ChangeSet,
    Choice,
    DeviceRequest,
    Element,
    EntityChange,
    Failure,
    Kind,
    Problem,
    Ref,
    Result,
)
from enumerator.xform.instance.building import Builder
from enumerator.xform.instance.codec import BadValueError, canonical
from enumerator.xform.instance.node import InstanceNode, ref_of, walk
from enumerator.xform.instance.secondary import SecondaryInstances
from enumerator.xform.instance.serial import serialise
from enumerator.xform.limits import MAX_VISITS
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.parser import parse
from enumerator.xform.xpath.syntax import XPathError
from enumerator.xform.xpath.values import Atom

if TYPE_CHECKING:
    from enumerator.xform.form import LoadedForm

_NO_PARAMETERS: Mapping[str, str] = {}


class Session:
    """Made by LoadedForm.start()."""

    def __init__(
        self,
        form: LoadedForm,
        secondary: SecondaryInstances,
        *,
        now: Callable[[], datetime] | None,
        random: randomness.Random | None,
        properties: Mapping[str, str],
        language: str,
        instance: Markup | None = None,
        edit: bool = False,
        kept: bytes | None = None,
    ) -> None:
        """``kept``: what snapshot() gave, to go on from there."""
        self.form = form
        self._program = form.program
        self._secondary = secondary
        self._clock = now or (lambda: datetime.now(UTC).astimezone())
        self._moment: datetime | None = None
        zone = self._now().tzinfo
        if zone is None:
            raise ValueError("now() must give an aware datetime")
        self._problems: list[Problem] = []
        definition = self._program.definition
        held = None if kept is None else read_snapshot(definition, kept)
        root, builder = self._build(zone, instance, held, edit=edit)
        self._root = root
        self._context = Context(root, now=self._now, zone=zone, random=random)
        self._context.namespaces = definition.namespaces
        self._context.fixed = [None] * len(definition.nodes)
        self._context.tables = secondary.table
        self._context.instances = secondary.document
        self._engine = Recalculator(self._program, self._context, builder)
        seed = self._context.random.getrandbits(64)
        failures = self._engine.failures
        self._renderer = Renderer(self._program, self._context, language, seed, failures)
        self._context.texts = self._renderer
        self._engine.values_of = self._renderer.values
        self._body = Body(self._program, root)
        self._steps = Steps(self._engine, self._body, self._renderer, root, self._new_moment)
        self._preloader = Preloader(self._program, self._context, properties, self._engine.write)
        self._engine.preload_line = self._preloader.in_line
        self.requests: tuple[DeviceRequest, ...] = ()
        if held is None:
            self._start(fresh=instance is None, edit=edit and instance is not None)
        else:
            self._go_on(held)

    def _build(
        self, zone: tzinfo, instance: Markup | None, held: Snapshot | None, *, edit: bool
    ) -> tuple[InstanceNode, Builder]:
        definition = self._program.definition
        builder = Builder(zone)
        if held is not None:
            builder.serial = held.serial
            return held.root, builder
        if instance is not None:
            self._problems += check_form(definition, instance)
            if definition.metadata.spare and (edit or was_corrected(instance)):
                builder.spare = definition.metadata.deprecated_id
        root = builder.root(definition.root, instance)
        self._problems += builder.problems
        return root, builder

    def _start(self, *, fresh: bool, edit: bool) -> None:
        engine, definition = self._engine, self._program.definition
        engine.begin()
        engine.adoption.adopt(self._root)
        if fresh:
            self._preloader.at_start(self._root)
        elif edit:
            problem = replace_id(definition, self._context, engine)
            if problem is not None:
                self._problems.append(problem)
        engine.settle()
        engine.begin_events()
        events = ["odk-instance-load", "xforms-ready"]
        if fresh:
            events.insert(0, "odk-instance-first-load")
        for event in events:
            for action in definition.actions:
                if event in action.events:
                    engine.open(action, event)
                    engine.settle()
        engine.started()
        engine.settle()
        self.requests = self._steps.requests()
        engine.begin()
        self._new_moment()

    # ---------------------------------------------------------------- kept and gone on with
    def snapshot(self) -> bytes:
        engine, random = self._engine, self._context.random
        return write_snapshot(
            self._program.definition,
            Snapshot(
                root=self._root,
                serial=engine.builder.serial,
                taken=self._steps.taken,
                language=self.language,
                seed=self._renderer.seed,
                chance=[state_of(random), state_of(self._renderer.idle_random)],
                problems=self._problems,
                failures=engine.failures.kept(),
            ),
        )

    def _go_on(self, held: Snapshot) -> None:
        """Everything is as it was left: nothing is worked out anew."""
        for node in walk(self._root):
            if node.shape.lines == 0:
                self._context.fixed[node.shape.number] = node
        self._problems = held.problems
        self._engine.go_on(held.failures)
        self._steps.go_on(held.taken)
        self._renderer.go_on(held.seed, held.language)
        for random, state in zip(
            (self._context.random, self._renderer.idle_random), held.chance, strict=True
        ):
            set_state(random, state)
        self._new_moment()

    # ---------------------------------------------------------------- time
    def _new_moment(self) -> None:
        """A step or a look begins."""
        self._moment = None
        self._context.visits = MAX_VISITS

    def _now(self) -> datetime:
        """One moment a step, so that a step is all of one piece."""
        if self._moment is None:
            self._moment = self._clock()
        return self._moment

    # ---------------------------------------------------------------- facts
    @property
    def language(self) -> str:
        return self._renderer.language

    @property
    def warnings(self) -> tuple[Problem, ...]:
        known = (*self.form.warnings, *self._problems, *self._secondary.problems)
        return (*known, *self._engine.failures.problems)

    @property
    def root(self) -> Ref:
        return Ref(ref_of(self._root))

    def undo(self) -> ChangeSet | None:
        return self._steps.undo()

    # ---------------------------------------------------------------- answers
    def answer(
        self,
        ref: Ref | str,
        value: str | Sequence[str] | None,
        *,
        commit: str = "valid",
        force: bool = False,
    ) -> Answer:
        """``force`` also answers what is not relevant or read-only, as the protocol does."""
        node, text = self._answerable(ref, value, force=force)
        self._new_moment()
        result = self._judge(node, text)
        message = None if result == Result.OK else self._message(node, result)
        if result != Result.OK and commit != "always":
            return Answer(result, message, NO_CHANGES)
        if text == node.text and node.chosen is None:
            return Answer(result, message, NO_CHANGES)
        return Answer(result, message, self._steps.take(lambda: self._engine.write(node, text)))

    def check(self, ref: Ref | str, value: str | Sequence[str] | None) -> Answer:
        node, text = self._answerable(ref, value, force=False)
        self._new_moment()
        result = self._judge(node, text)
        message = None if result == Result.OK else self._message(node, result)
        return Answer(result, message, NO_CHANGES)

    def _answerable(
        self, ref: str, value: str | Sequence[str] | None, *, force: bool
    ) -> tuple[InstanceNode, str]:
        spot = self._body.spot(ref)
        if spot.kind != Kind.QUESTION:
            raise no_such(ref)
        node = spot.node
        if not force:
            if not node.shown:
                raise KnownError("not_relevant", f"{ref} is not asked at present.", ref=ref)
            if node.locked or node.shape.bind.calculate is not None:
                raise KnownError("readonly", f"{ref} cannot be answered by hand.", ref=ref)
        return node, self._text_of(spot, value)

    def _text_of(self, spot: Spot, value: str | Sequence[str] | None) -> str:
        if value is None:
            return ""
        text = value if isinstance(value, str) else " ".join(value)
        if spot.control.element in ("select", "rank"):
            return " ".join(dict.fromkeys(text.split()))  # a list, whatever the type of its values
        if spot.control.element == "select1":
            text = text.strip()
        if not text.strip():
            return ""
        try:
            return canonical(spot.node.shape.bind.type, text, self._context.zone)
        except BadValueError:
            kind = spot.node.shape.bind.type
            raise KnownError(
                "bad_value", f"That is no value of the type {kind}.", type=kind
            ) from None

    def _judge(self, node: InstanceNode, text: str) -> Result:
        if not text:
            return Result.REQUIRED if node.required else Result.OK
        return Result.OK if self._fulfils(node, text) else Result.CONSTRAINT

    def _fulfils(self, node: InstanceNode, text: str) -> bool:
        """The constraint, with that text as the node's value."""
        rule = self._program.constraints.get(node.shape.number)
        if rule is None:
            return True
        context = self._context
        context.current = node
        random, context.random = context.random, self._renderer.idle_random
        before = node.text
        try:
            if text != before:
                node.put(text)
            return bool(rule.evaluate(node, context))
        except XPathError as error:
            self._engine.failures.note("constraint", error, node.shape.path, rule.line)
            return True
        finally:
            context.random = random
            if text != before:
                node.put(before)

    def _message(self, node: InstanceNode, result: Result) -> str:
        bind = node.shape.bind
        text = bind.required_message if result == Result.REQUIRED else bind.constraint_message
        return self._renderer.render(text, node)

    # ---------------------------------------------------------------- the machine
    def supply(self, target: DeviceRequest | Ref | str, value: str) -> ChangeSet:
        if isinstance(target, DeviceRequest):
            ref: str = target.ref
            node = next((each for each in walk(self._root) if each.serial == target.node), None)
        else:
            ref, node = target, self._body.node(target)
        if node is None or node.shape.number not in self._program.device_targets:
            raise no_such(ref)
        kind = node.shape.bind.type
        try:
            text = canonical(kind, value.strip(), self._context.zone)
        except BadValueError:
            raise KnownError(
                "bad_value", f"That is no value of the type {kind}.", type=kind
            ) from None
        if text == node.text:
            return NO_CHANGES
        return self._steps.take(lambda: self._engine.write(node, text))

    # ---------------------------------------------------------------- lines
    def add_repeat(self, ref: Ref | str) -> ChangeSet:
        spot = self._repeat(ref)
        if not spot.node.shown:
            raise KnownError("not_relevant", f"{ref} is not asked at present.", ref=ref)
        lines = self._engine.lines_of(spot.node)
        return self._steps.take(lambda: self._engine.add_line(lines))

    def remove_repeat(self, ref: Ref | str) -> ChangeSet:
        spot = self._repeat(ref, line=True)
        lines = self._engine.lines_of(spot.node)
        return self._steps.take(lambda: self._engine.remove_line(lines, spot.node))

    def _repeat(self, ref: str, *, line: bool = False) -> Spot:
        code = "no_such_line" if line else "no_such_repeat"
        try:
            spot = self._body.spot(ref)
            if spot.kind == Kind.REPEAT and line:
                lines = self._engine.lines_of(spot.node)
                spot = Spot(Kind.LINE, spot.control, lines[0]) if lines else spot
            elif spot.kind == Kind.LINE and not line:
                lines = self._engine.lines_of(spot.node)
                spot = Spot(Kind.REPEAT, spot.control, lines.anchor)
        except KnownError:
            raise KnownError(code, f"There is no such repeat or line: {ref}.", ref=ref) from None
        if spot.kind != (Kind.LINE if line else Kind.REPEAT):
            raise KnownError(code, f"There is no such repeat or line: {ref}.", ref=ref)
        if spot.control.count_fixed:
            raise KnownError("count_fixed", f"The form itself counts the lines of {ref}.", ref=ref)
        return spot

    # ---------------------------------------------------------------- language
    def set_language(self, name: str) -> ChangeSet:
        if name not in self.form.languages:
            raise KnownError("no_such_language", f"The form has no language {name!r}.", name=name)
        if name == self.language:
            return NO_CHANGES

        def switch() -> None:
            self._renderer.set_language(name)
            self._engine.adoption.push_language_rules()
            self._steps.mark_language()

        return self._steps.take(switch)

    # ---------------------------------------------------------------- elements
    def element(self, ref: Ref | str) -> Element:
        spot = self._body.spot(ref)
        return self._element(spot)

    def _element(self, spot: Spot) -> Element:
        self._new_moment()
        kind, control, node = spot
        shape = node.shape
        bind = shape.bind
        render = self._renderer.render
        question = kind == Kind.QUESTION
        own_node = control.node is not None
        text = node.text if question else ""
        parameters = _NO_PARAMETERS
        if control.parameters or bind.parameters:
            parameters = {**bind.parameters, **control.parameters}
        return Element(
            ref=self._body.ref(spot),
            kind=kind,
            control=self._control_name(spot) if question else "",
            type=bind.type if question else "",
            appearance=control.appearance,
            label=render(control.label, node),
            hint=render(control.hint, node),
            guidance=render(control.hint, node, "guidance"),
            media=self._renderer.media(control.label, node),
            relevant=node.shown,
            readonly=(node.locked or (question and bind.calculate is not None)) and own_node,
            required=question and node.required,
            value=text,
            valid=not text or self._fulfils(node, text),
            message=render(bind.constraint_message, node) if question else "",
            required_message=render(bind.required_message, node) if question else "",
            mediatype=control.mediatype,
            parameters=parameters,
            count_fixed=control.count_fixed if kind == Kind.REPEAT else False,
            short=render(control.label, node, "short"),
        )

    def _control_name(self, spot: Spot) -> str:
        name = spot.control.element
        if name == "secret":
            return "input"
        if name == "input":
            node = spot.node
            bind = node.shape.bind
            if node.locked and bind.type == "string" and bind.calculate is None and not node.text:
                return "note"
        return name

    def children(self, ref: Ref | str) -> tuple[Ref, ...]:
        body = self._body
        return tuple(body.ref(child) for child in body.children(body.spot(ref)))

    def parent(self, ref: Ref | str) -> Ref | None:
        found = self._body.parent(self._body.spot(ref))
        return None if found is None else self._body.ref(found)

    def questions(self) -> Iterator[Ref]:
        for spot in self._body.questions():
            yield self._body.ref(spot)

    def choices(self, ref: Ref | str) -> Sequence[Choice]:
        spot = self._body.spot(ref)
        if spot.kind != Kind.QUESTION:
            raise no_such(ref)
        self._new_moment()
        return self._renderer.choices(spot.node, spot.control)

    def value(self, ref: Ref | str) -> str:
        return self._body.node(ref).text

    def flags(self, ref: Ref | str) -> tuple[bool, bool]:
        """(relevant, readonly) of any node."""
        node = self._body.node(ref)
        return node.shown, node.locked

    def evaluate(self, expression: str, ref: Ref | str | None = None) -> Atom:
        """The value of any expression at a node; of a node-set, its first. Raises XPathError."""
        self._new_moment()
        node = self._root if ref is None else self._body.node(ref)
        code = self._program.compiler.compile(parse(expression), self._program.scope(node.shape))
        context = self._context
        context.current = node
        random, context.random = context.random, self._renderer.idle_random
        try:
            return code.atom()(node, context)
        finally:
            context.random = random

    def recalculate(self) -> ChangeSet:
        """All rules on all nodes. Nothing changes, unless recalculation missed something or a
        rule reads the clock or chance: the yardstick of the tests."""
        return self._steps.take(self._engine.adoption.recalculate_all)

    # ---------------------------------------------------------------- the whole form
    def validate(self) -> tuple[Failure, ...]:
        self._new_moment()
        found: list[Failure] = []
        for spot in self._body.questions():
            node = spot.node
            result = self._judge(node, node.text)
            if result != Result.OK:
                label = self._renderer.render(spot.control.label, node)
                message = self._message(node, result)
                found.append(Failure(self._body.ref(spot), result, message, label))
        return tuple(found)

    def finalize(self) -> bytes:
        def end() -> None:
            for action in self._program.definition.actions:
                if "xforms-revalidate" in action.events:
                    self._engine.perform(action, self._root, "xforms-revalidate")
            self._preloader.at_end(self._root)

        self._steps.take(end)
        return self.xml()

    def entities(self) -> tuple[EntityChange, ...]:
        return changes_of(self._root, self._program.definition.entities)

    @property
    def instance_id(self) -> str:
        return self._metadata(self._program.definition.metadata.instance_id)

    @property
    def instance_name(self) -> str:
        return self._metadata(self._program.definition.metadata.instance_name)

    def _metadata(self, shape: NodeDefinition | None) -> str:
        node = None if shape is None else self._context.fixed[shape.number]
        return node.text if node is not None and node.shown else ""

    def xml(self) -> bytes:
        return serialise(self._root, self._program.definition.namespaces)

    def state(self, *, prompts: bool = True) -> Mapping[Ref, Mapping[str, object]]:
        """``prompts`` False leaves labels, hints and choices out."""
        self._new_moment()
        found: dict[Ref, Mapping[str, object]] = {}
        for node in walk(self._root):
            if not node.shape.attribute:
                found[Ref(ref_of(node))] = self._state_of(node, prompts=prompts)
        return found

    def _state_of(self, node: InstanceNode, *, prompts: bool) -> dict[str, object]:
        shape = node.shape
        state: dict[str, object] = {"relevant": node.shown}
        if node.locked:
            state["readonly"] = True
        if node.required:
            state["required"] = True
        if shape.leaf:
            state["value"] = node.text
        for attribute in node.attributes:
            state["@" + attribute.name] = attribute.text
        if not prompts or not node.shown:
            return state
        control = shape.control or shape.repeat or self._program.groups.get(shape.number)
        if control is None:
            return state
        for name, text in (("label", control.label), ("hint", control.hint)):
            rendered = self._renderer.render(text, node)
            if rendered:
                state[name] = rendered
        if control.is_select:
            choices = self.choices(ref_of(node))
            state["choices"] = [[choice.value, choice.label] for choice in choices]
        return state

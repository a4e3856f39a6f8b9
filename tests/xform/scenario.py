"""A small language for behaviour tests: write a form in a few lines, fill it in, look."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from xml.sax.saxutils import quoteattr

from enumerator.xform import (
    Answer,
    Aspect,
    ChangeSet,
    Element,
    EntityLists,
    MemoryMedia,
    Ref,
    Result,
    load_form,
)
from enumerator.xform.engine.session import Session

WITA = timezone(timedelta(hours=8))
NOON = datetime(2020, 9, 15, 12, 0, tzinfo=WITA)

_NAMESPACES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" '
    'xmlns:odk="http://www.opendatakit.org/xforms" '
    'xmlns:entities="http://www.opendatakit.org/xforms/entities"'
)


def seeded(seed: int = 1) -> random.Random:
    return random.Random(seed)  # noqa: S311 # a test wants the same every time


def bind(nodeset: str, **attributes: str) -> str:
    """``bind("a", type="int", jr_preload="uid")``: relative to /data, ``_`` for the colon of jr;
    ``saveto`` is that of entities."""
    path = nodeset if nodeset.startswith("/") else f"/data/{nodeset}"
    names = {name: name.replace("jr_", "jr:") for name in attributes} | {
        "saveto": "entities:saveto"
    }
    written = "".join(f" {names[name]}={quoteattr(value)}" for name, value in attributes.items())
    return f"<bind nodeset={quoteattr(path)}{written}/>"


def control(element: str, ref: str, inner: str = "", **attributes: str) -> str:
    path = ref if ref.startswith("/") else f"/data/{ref}"
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{element} ref={quoteattr(path)}{written}>{inner}</{element}>"


def ask(ref: str, label: str = "", inner: str = "", **attributes: str) -> str:
    """A plain input."""
    return control("input", ref, f"<label>{label or ref}</label>{inner}", **attributes)


def select(ref: str, *values: str, element: str = "select1", inner: str = "") -> str:
    items = "".join(
        f"<item><label>{value.title()}</label><value>{value}</value></item>" for value in values
    )
    return control(element, ref, f"<label>{ref}</label>{items}{inner}")


def select_from(ref: str, nodeset: str, element: str = "select1", inner: str = "") -> str:
    itemset = (
        f"<itemset nodeset={quoteattr(nodeset)}><value ref='name'/><label ref='label'/></itemset>"
    )
    return control(element, ref, f"<label>{ref}</label>{itemset}{inner}")


def group(ref: str, *body: str) -> str:
    return control("group", ref, "".join(body))


def repeat(nodeset: str, *body: str, count: str = "", label: str = "Line") -> str:
    path = nodeset if nodeset.startswith("/") else f"/data/{nodeset}"
    counted = f" jr:count={quoteattr(count)}" if count else ""
    return (
        f"<group ref={quoteattr(path)}><label>{label}</label>"
        f"<repeat nodeset={quoteattr(path)}{counted}>{''.join(body)}</repeat></group>"
    )


def rows(name: str, *items: Mapping[str, str]) -> str:
    """An internal secondary instance."""
    written = "".join(
        "<item>" + "".join(f"<{key}>{value}</{key}>" for key, value in item.items()) + "</item>"
        for item in items
    )
    return f'<instance id="{name}"><root>{written}</root></instance>'


def xform(
    instance: str,
    binds: Iterable[str] = (),
    body: Iterable[str] = (),
    extra: str = "",
    *,
    entities: str = "",
    version: str = "1",
) -> bytes:
    """``instance`` is what stands in <data>; ``extra`` more of the model; ``entities`` the
    version of the entities specification."""
    declared = f' entities:entities-version="{entities}"' if entities else ""
    return (
        f"<h:html {_NAMESPACES}><h:head><h:title>Test</h:title><model{declared}>"
        f'<instance><data id="test" version="{version}">{instance}</data></instance>{extra}'
        f"{''.join(binds)}</model></h:head><h:body>{''.join(body)}</h:body></h:html>"
    ).encode()


class Scenario:
    """One session, and the steps and looks of a test."""

    def __init__(
        self,
        form: bytes,
        *,
        files: Mapping[str, bytes] | None = None,
        now: datetime = NOON,
        seed: int = 1,
        language: str | None = None,
        properties: Mapping[str, str] | None = None,
        instance: bytes | None = None,
        edit: bool = False,
        last_saved: bytes | None = None,
        entities: EntityLists | None = None,
    ) -> None:
        self.now = now
        self.form = load_form(form, MemoryMedia(files or {}))
        self.session: Session = self.form.start(
            now=lambda: self.now,
            random=seeded(seed),
            language=language,
            properties=properties,
            instance=instance,
            edit=edit,
            last_saved=last_saved,
            entities=entities,
        )
        self.changes = ChangeSet({})

    # ---------------------------------------------------------------- steps
    def answer(self, ref: str, value: str | list[str] | None, commit: str = "valid") -> Answer:
        answer = self.session.answer(_path(ref), value, commit=commit)
        self.changes = answer.changes
        return answer

    def answers(self, **values: str) -> Scenario:
        """Several, all of which have to be taken."""
        for ref, value in values.items():
            assert self.answer(ref, value).result == Result.OK
        return self

    def add(self, ref: str) -> ChangeSet:
        self.changes = self.session.add_repeat(_path(ref))
        return self.changes

    def remove(self, ref: str) -> ChangeSet:
        self.changes = self.session.remove_repeat(_path(ref))
        return self.changes

    # ---------------------------------------------------------------- looks
    def __getitem__(self, ref: str) -> str:
        return self.session.value(_path(ref))

    def values(self, *refs: str) -> list[str]:
        return [self[ref] for ref in refs]

    def element(self, ref: str) -> Element:
        return self.session.element(_path(ref))

    def is_relevant(self, ref: str) -> bool:
        return self.session.flags(_path(ref))[0]

    def choices(self, ref: str) -> list[str]:
        return [choice.value for choice in self.session.choices(_path(ref))]

    def labels(self, ref: str) -> list[str]:
        return [choice.label for choice in self.session.choices(_path(ref))]

    def children(self, ref: str = "/data") -> list[str]:
        return list(self.session.children(_path(ref)))

    def changed(self, ref: str) -> Aspect:
        """What the last step changed of a node."""
        return self.changes.changed.get(Ref(_path(ref)), Aspect(0))

    @property
    def xml(self) -> str:
        return self.session.xml().decode()

    @property
    def warnings(self) -> list[str]:
        return [problem.text for problem in self.session.warnings]


def _path(ref: str) -> str:
    return ref if ref.startswith("/") else f"/data/{ref}"

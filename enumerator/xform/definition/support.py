"""What the standard leaves to the program that shows a form, and no window here does.

Everything is passed on (appearances, parameters, media); a form that uses one of these is told
so when it is loaded, by the feature's name.
"""

from __future__ import annotations

from collections.abc import Iterator

from enumerator.xform.definition.markup import Markup
from enumerator.xform.definition.model import JAVAROSA, ODK, Control, Translation

MEDIA_FORMS = ("image", "audio", "video", "big-image")
_PRELOADS = {"timestamp": ("start", "end"), "date": ("today",)}
_MODEL = frozenset(
    {"instance", "itext", "bind", "submission", "schema"}
    | {"setvalue", "setgeopoint", "setlocation", "recordaudio"}
)
_COMPACT = ("prefix", "delimiter", "tag")
_CALENDARS = {"ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian"}
_APPEARANCES = frozenset(
    {"url", "bearing", "vertical", "no-ticks", "picker", "rating", "new", "new-front", "selfie"}
    | {"draw", "annotate", "placement-map", "maps", "hide-input", "columns-pack", "no-buttons"}
    | {"image-map", "map", "list-nolabel", "counter", "hidden-answer", "printer", "compact"}
    | _CALENDARS
)
_WITHOUT_WIDGET = {
    "geotrace": "a geotrace is kept and reckoned with, but nothing here captures one",
    "geoshape": "a geoshape is kept and reckoned with, but nothing here captures one",
    "barcode": "a barcode is typed: nothing here scans one",
}


def remarks_on_control(control: Control, element: Markup) -> Iterator[str]:
    for word in control.appearance:
        name = word.partition("(")[0].partition(":")[0] if word[:3] == "ex:" else word
        if name == "ex":
            yield f"the appearance 'ex:' is passed on, but no other program is called: {word}"
        elif name.partition("(")[0] in _APPEARANCES or name.startswith(("compact-", "printer:")):
            yield f"the appearance {name!r} is passed on, but not drawn"
    if "intent" in element.attributes:
        yield "'intent' is passed on, but no other program is called"
    if "autoplay" in element.attributes:
        yield "'autoplay' is passed on, but nothing is played"
    if control.element == "input" and control.node is not None:
        remark = _WITHOUT_WIDGET.get(control.node.bind.type)
        if remark:
            yield remark


def remarks_on_bind(element: Markup) -> Iterator[str]:
    preload = element.get(f"{{{JAVAROSA}}}preload")
    parameter = element.get(f"{{{JAVAROSA}}}preloadParams")
    known = _PRELOADS.get(preload)
    if (known and parameter not in known) or (not known and preload not in ("", "uid", "property")):
        both = f"{preload} {parameter}".strip()
        yield f"jr:preload {both!r} is not known: nothing is put in"
    if f"{{{ODK}}}tag" in element.attributes:
        yield "compact records for SMS are not made: odk:tag is left out"
    if element.get("type").rpartition(":")[2] == "intent":
        yield "the type 'intent' is taken for a string: no other program is called"


def remarks_on_events(events: frozenset[str]) -> Iterator[str]:
    if not events:
        yield "an action without an event never runs"


def remarks_on_model(model: Markup) -> Iterator[str]:
    version = model.get(f"{{{ODK}}}xforms-version").strip()
    if version and version.partition(".")[0] != "1":
        yield f"the form is written for version {version} of the standard; this is version 1"
    unknown = {each.name for each in model.elements()} - _MODEL
    for name in sorted(unknown):
        yield f"<{name}> is not known and left out"
    for instance in model.named("instance"):
        for root in instance.elements():
            if any(f"{{{ODK}}}{name}" in root.attributes for name in _COMPACT):
                yield "compact records for SMS are not made: odk:prefix and its kin are left out"
        break


def remarks_on_media(translations: tuple[Translation, ...]) -> Iterator[tuple[str, str]]:
    """(remark, the first text's id), one a kind: a list of pictures has hundreds."""
    found: dict[str, list[str]] = {kind: [] for kind in MEDIA_FORMS}
    for translation in translations:
        for name, forms in translation.texts.items():
            if len(forms) > 1 or "" not in forms:
                for kind in MEDIA_FORMS:
                    if kind in forms:
                        found[kind].append(name)
    for kind, names in found.items():
        if names:
            yield f"{kind} labels ({len(names)}) are passed on, but not shown", names[0]


def text_element(itext: Markup, name: str) -> Markup:
    """Where a text is written first."""
    for translation in itext.named("translation"):
        for text in translation.named("text"):
            if text.get("id") == name:
                return text
    return itext

"""What a form says about sending its submissions, and about its audit log."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from enumerator.errors import KnownError
from enumerator.xform.definition.markup import Markup
from enumerator.xform.definition.model import OPENROSA, NodeDefinition
from enumerator.xform.facade import AuditSettings, Ref, Submission

Warn = Callable[[str, Markup], None]

PRIORITIES = ("no-power", "low-power", "balanced", "high-accuracy")
_TRUTHS = {"true": True, "true()": True, "1": True, "false": False, "false()": False, "0": False}
_LOCATION = ("location-priority", "location-min-interval", "location-max-age")


def read_submission(element: Markup | None, warn: Warn) -> Submission:
    """The model's <submission>; what cannot be used is warned about and left out."""
    if element is None:
        return Submission()
    method = element.get("method").strip() or "post"
    if method not in ("post", "form-data-post"):
        warn(f"the method {method!r} is not known: submissions are posted", element)
    return Submission(
        action=element.get("action").strip(),
        public_key=_read_key(element, warn),
        auto_send=_read_truth(element, f"{{{OPENROSA}}}auto-send", warn),
        auto_delete=_read_truth(element, f"{{{OPENROSA}}}auto-delete", warn),
    )


def _read_key(element: Markup, warn: Warn) -> str:
    """A key that is none stays: what should be encrypted must not go out in the clear."""
    key = "".join(element.get("base64RsaPublicKey").split())
    if key:
        # Forms without a key, which are nearly all, load without the cryptography.
        from enumerator.xform.encryption import read_public_key

        try:
            read_public_key(key)
        except KnownError:
            warn("base64RsaPublicKey is no key: nothing can be submitted", element)
    return key


def _read_truth(element: Markup, name: str, warn: Warn) -> bool | None:
    text = element.get(name).strip()
    found = _TRUTHS.get(text.lower())
    if text and found is None:
        warn(f"{name.rpartition('}')[2]} is true or false, not {text!r}", element)
    return found


def find_audit(root: NodeDefinition) -> NodeDefinition | None:
    """<audit> in <meta>, whatever their prefixes."""
    for meta in root.order:
        if meta.name == "meta":
            for node in meta.order:
                if node.name == "audit":
                    return node
    return None


def read_audit(
    node: NodeDefinition, nodes: Iterable[NodeDefinition], element: Markup, warn: Warn
) -> AuditSettings:
    """From the bind's attributes; ``element`` is the bind, or the node where there is none."""
    given = node.bind.parameters
    present = [name for name in _LOCATION if given.get(name, "").strip()]
    priority, interval, age = "", 0.0, 0.0
    if len(present) == len(_LOCATION):
        priority, interval, age = _read_location(given, element, warn)
    elif present:
        missing = ", ".join(name for name in _LOCATION if name not in present)
        warn(f"the audit log gets no locations: {missing} is not given", element)
    reasons = given.get("track-changes-reasons", "").strip()
    if reasons not in ("", "on-form-edit"):
        warn(f"track-changes-reasons is on-form-edit, not {reasons!r}", element)
    return AuditSettings(
        Ref(node.path),
        location_priority=priority,
        location_min_interval_s=interval,
        location_max_age_s=age,
        track_changes=_TRUTHS.get(given.get("track-changes", ""), False),
        change_reasons=reasons == "on-form-edit",
        identify_user=_TRUTHS.get(given.get("identify-user", ""), False),
        repeats=frozenset(each.path for each in nodes if each.repeated),
    )


def _read_location(given: dict[str, str], element: Markup, warn: Warn) -> tuple[str, float, float]:
    """("", 0, 0) where one of them is no value."""
    priority = given["location-priority"].strip()
    if priority not in PRIORITIES:
        known = ", ".join(PRIORITIES)
        warn(f"the audit log gets no locations: {priority!r} is none of {known}", element)
        return "", 0.0, 0.0
    seconds = []
    for name in _LOCATION[1:]:
        text = given[name].strip()
        if not text.isascii() or not text.isdecimal():
            warn(f"the audit log gets no locations: {name} is {text!r}, not seconds", element)
            return "", 0.0, 0.0
        seconds.append(float(text))
    interval, age = seconds
    if age < interval:
        warn("location-max-age is less than location-min-interval", element)
    return priority, interval, age

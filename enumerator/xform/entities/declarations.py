"""Reading and checking entity declarations: specification "ODK Entities", 2022.1 to 2025.1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from enumerator.xform.definition.model import EntityBlock, NodeDefinition
from enumerator.xform.facade import EntityDeclaration, Problem

KNOWN_VERSIONS = ("2022.1", "2023.1", "2024.1", "2025.1")
OFFLINE_SINCE = (2024, 1)
CONTAINERS_SINCE = (2025, 1)

_VERSION = re.compile(r"(\d{4})\.(\d{1,4})(?:\..*)?$", re.ASCII)
_START = (
    ":A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = re.compile(f"[{_START}][{_START}.0-9\xb7\u0300-\u036f\u203f-\u2040-]*")
_RESERVED = frozenset({"name", "label"})


class EntityReader:
    """One form's declarations; whatever is wrong is added to ``problems``."""

    def __init__(self, version: str | None, line: int | None, problems: list[Problem]) -> None:
        self._text = version
        self._line = line
        self._problems = problems
        self._version = self._gate()

    def _gate(self) -> tuple[int, int] | None:
        """Consumers must refuse what is newer than they know; what is older is a mistake."""
        if self._text is None:
            return None
        match = _VERSION.match(self._text.strip())
        if match is not None and f"{match[1]}.{int(match[2])}" in KNOWN_VERSIONS:
            return int(match[1]), int(match[2])
        self._error(
            f"entities-version {self._text!r} is not known here, only "
            f"{', '.join(KNOWN_VERSIONS)}: a newer program is needed, or another form",
            "/html/head/model",
            self._line,
        )
        return None

    def _error(self, text: str, path: str, line: int | None) -> None:
        self._problems.append(Problem("error", text, path, line))

    def _warn(self, text: str, node: NodeDefinition) -> None:
        self._problems.append(Problem("warning", text, node.path, node.line))

    def read(self, nodes: Sequence[NodeDefinition]) -> tuple[EntityBlock, ...]:
        entities = [node for node in nodes if _is_entity(node)]
        saved = [node for node in nodes if node.bind.saveto]
        if self._version is None:
            if self._text is None and (entities or saved):
                self._warn(
                    "entities are declared, but <model> has no entities:entities-version: "
                    "they are left out",
                    (entities or saved)[0],
                )
            return ()
        for node in entities:
            self._check_entity(node)
        targets: dict[int, dict[str, NodeDefinition]] = {node.number: {} for node in entities}
        for node in saved:
            self._save_to(node, entities, targets)
        return tuple(
            EntityBlock(
                node,
                _container(node),
                node.children["@dataset"].default.strip(),
                tuple(targets[node.number].items()),
                offline=self._version >= OFFLINE_SINCE,
            )
            for node in entities
            if "@dataset" in node.children
        )

    # ---------------------------------------------------------------- declarations
    def _check_entity(self, node: NodeDefinition) -> None:
        if node.repeated:
            self._error("more than one <entity> in one <meta>", node.path, node.line)
        dataset = node.children.get("@dataset")
        if dataset is None:
            self._error("an <entity> without the attribute dataset", node.path, node.line)
        else:
            self._check_dataset(dataset.default.strip(), node)
        container = _container(node)
        version = self._version or CONTAINERS_SINCE
        if container.parent is not None and version < CONTAINERS_SINCE:
            self._warn("entities in groups and repeats belong to entities-version 2025.1", node)
        creates, updates = "@create" in node.children, "@update" in node.children
        if not creates and not updates:
            self._warn("an <entity> with neither create nor update changes nothing", node)
        if creates and "label" not in node.children:
            self._warn("a new entity needs a <label>", node)
        needed = ["@id"]
        if updates:
            needed.append("@baseVersion")
            if version >= OFFLINE_SINCE:
                needed += ["@trunkVersion", "@branchId"]
        missing = [name[1:] for name in needed if name not in node.children]
        if missing:
            self._warn(f"the <entity> lacks {', '.join(missing)}", node)

    def _check_dataset(self, name: str, node: NodeDefinition) -> None:
        if not _NAME.fullmatch(name) or "." in name or name.startswith("__"):
            self._error(
                f"{name!r} is no name of an entity list: a letter first, no point, "
                "no two underscores at the start",
                node.path,
                node.line,
            )

    # ---------------------------------------------------------------- saveto
    def _save_to(
        self,
        node: NodeDefinition,
        entities: Iterable[NodeDefinition],
        targets: dict[int, dict[str, NodeDefinition]],
    ) -> None:
        name, line = node.bind.saveto, node.bind.line
        if not _NAME.fullmatch(name) or name.startswith("__") or name.lower() in _RESERVED:
            self._error(f"saveto: {name!r} is no name of a property", node.path, line)
            return
        if not node.leaf or node.attribute:
            self._error(f"saveto {name!r}: only a question can be saved", node.path, line)
            return
        found = _nearest(node, entities)
        if found is None:
            self._error(f"saveto {name!r}: no entity is declared around it", node.path, line)
            return
        if node.lines > _container(found).lines:
            self._error(
                f"saveto {name!r} is in a repeat, but its entity is declared outside: "
                "each line needs its own declaration",
                node.path,
                line,
            )
            return
        known = targets[found.number]
        if name in known:
            self._error(
                f"saveto {name!r} is there twice, also at {known[name].path}", node.path, line
            )
            return
        known[name] = node


def described(block: EntityBlock) -> EntityDeclaration:
    """What the facade tells of a declaration."""
    return EntityDeclaration(
        dataset=block.dataset,
        path=block.entity.path,
        container=block.container.path,
        creates="@create" in block.entity.children,
        updates="@update" in block.entity.children,
        properties={name: node.path for name, node in block.saved},
        offline=block.offline,
    )


def _is_entity(node: NodeDefinition) -> bool:
    """``meta/entity`` of the outermost element, of a group or of a repeat."""
    meta = node.parent
    return (
        node.name == "entity"
        and not node.attribute
        and meta is not None
        and meta.name == "meta"
        and meta.parent is not None
    )


def _container(entity: NodeDefinition) -> NodeDefinition:
    meta = entity.parent
    assert meta is not None  # noqa: S101 # mypy: _is_entity has looked
    assert meta.parent is not None  # noqa: S101 # mypy: _is_entity has looked
    return meta.parent


def _nearest(node: NodeDefinition, entities: Iterable[NodeDefinition]) -> NodeDefinition | None:
    by_container = {_container(entity).number: entity for entity in entities}
    above = node.parent
    while above is not None:
        if above.number in by_container:
            return by_container[above.number]
        above = above.parent
    return None

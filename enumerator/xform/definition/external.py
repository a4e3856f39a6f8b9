"""Lists that a form uses without declaring them: search(), the query attribute, pulldata().

search('file', …) in the appearance of a select: its choices are rows of a CSV; each static item
names columns, the value's in its value, the label's in its label (several with commas, one text a
language); an item whose value is a whole number stays a choice of its own. (XLSForm: "Dynamic
selects from pre-loaded data")

query="instance('x')/root/item[…]" makes an input a select of one from a list that, where no
instance x is declared, is in itemsets.csv: its rows with ``list_name`` x. (ODK XForms 6.2)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from enumerator.xform.definition.model import (
    Control,
    Expression,
    ItemSet,
    SecondaryInstance,
)
from enumerator.xform.xpath.functions.searching import SEARCH
from enumerator.xform.xpath.parser import parse
from enumerator.xform.xpath.syntax import (
    Call,
    Literal,
    NameTest,
    Path,
    Step,
    XPathError,
    parts,
)

ITEMSETS = "itemsets.csv"
_PREFIX = "search("

Report = Callable[[str, str, int | None], None]


class ExternalLists:
    """Adds to ``instances`` what is used; ``error`` takes text, element path and line."""

    def __init__(self, instances: dict[str, SecondaryInstance], error: Report) -> None:
        self._instances = instances
        self._error = error

    def complete(self, controls: Iterable[Control], pulled: Iterable[Expression]) -> None:
        for control in controls:
            if "query" in control.parameters and control.itemset is None:
                self._query(control, control.parameters.pop("query"))
            for word in control.appearance:
                if word.replace(" ", "").startswith(_PREFIX) and control.is_question:
                    self._search(control, word)
        for expression in pulled:
            for call in parts(expression.syntax):
                if isinstance(call, Call) and call.name == "pulldata" and call.arguments:
                    name = call.arguments[0]
                    if isinstance(name, Literal):
                        self._declare(name.value, expression.line)

    def _declare(self, name: str, line: int | None) -> str:
        """The id of the instance that has the CSV of that name."""
        stem = name.strip().removesuffix(".csv")
        if stem and stem not in self._instances:
            file = f"{stem}.csv"
            self._instances[stem] = SecondaryInstance(
                stem, None, f"jr://file-csv/{file}", file, line
            )
        return stem

    def _parse(self, text: str, control: Control) -> Expression | None:
        try:
            return Expression(text, parse(text), control.path, control.line)
        except XPathError as error:
            self._error(str(error), control.path, control.line)
            return None

    # ---------------------------------------------------------------- query
    def _query(self, control: Control, text: str) -> None:
        nodes = self._parse(text.strip(), control)
        if nodes is None:
            return
        syntax = nodes.syntax
        start = syntax.start if isinstance(syntax, Path) else None
        if isinstance(start, Call) and start.name == "instance" and start.arguments:
            name = start.arguments[0]
            if isinstance(name, Literal) and name.value not in self._instances:
                self._instances[name.value] = SecondaryInstance(
                    name.value,
                    None,
                    f"jr://file-csv/{ITEMSETS}",
                    ITEMSETS,
                    control.line,
                    part=name.value,
                )
        control.element = "select1"
        control.itemset = ItemSet(
            nodes, _column(control, "name"), _column(control, "label"), by_language=True
        )

    # ---------------------------------------------------------------- search
    def _search(self, control: Control, text: str) -> None:
        parsed = self._parse(text, control)
        call = parsed.syntax if parsed is not None else None
        if not isinstance(call, Call):
            return
        file = call.arguments[0] if call.arguments else None
        if len(call.arguments) not in (1, 4, 6):
            self._wrong(control, f"takes 1, 4 or 6 arguments, not {len(call.arguments)}")
        elif not isinstance(file, Literal) or not file.value.strip():
            self._wrong(control, "needs the name of its file in quotes")
        elif not control.items:
            self._wrong(control, "needs an item that names the columns of value and label")
        else:
            name = Literal(self._declare(file.value, control.line))
            syntax = Call(SEARCH, (name, *call.arguments[1:]))
            nodes = Expression(text, syntax, control.path, control.line)
            value = next((item.value for item in control.items if not is_static(item.value)), "")
            control.itemset = ItemSet(nodes, _column(control, value), None, searches=True)

    def _wrong(self, control: Control, text: str) -> None:
        self._error(f"search() {text}", control.path, control.line)


def is_static(value: str) -> bool:
    """Whether an item of a search() is a choice of its own."""
    return value.removeprefix("-").isdecimal()


def _column(control: Control, name: str) -> Expression:
    return Expression(name, column_path(name), control.path, control.line)


def column_path(name: str) -> Path:
    """Also for names that an expression could not be written with."""
    return Path(".", (Step("child", NameTest(None, name)),))

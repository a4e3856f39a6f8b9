"""The functions of XPath 1.0 and ODK XForms; importing the modules registers them."""

from enumerator.xform.xpath.functions import (
    booleans,
    days,
    digests,
    forms,
    geo,
    nodesets,
    numbers,
    searching,
    selections,
    texts,
)
from enumerator.xform.xpath.registry import FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "booleans",
    "days",
    "digests",
    "forms",
    "geo",
    "nodesets",
    "numbers",
    "searching",
    "selections",
    "texts",
]

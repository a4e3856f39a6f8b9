"""A value for every field of a message, made from its type: nothing is left at its default."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_type_hints

import msgspec
from msgspec import inspect

import sync.protocol


def message_types() -> dict[str, type[msgspec.Struct]]:
    """Every message that the protocol names."""
    found = {name: getattr(sync.protocol, name) for name in sync.protocol.__all__}
    return {
        name: kind
        for name, kind in found.items()
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    }


def sample(kind: type[msgspec.Struct]) -> msgspec.Struct:
    """An instance with every field set."""
    hints = get_type_hints(kind, include_extras=True)
    return kind(**{name: _value(inspect.type_info(hints[name])) for name in hints})


def _value(info: inspect.Type) -> Any:
    if isinstance(info, inspect.StructType):
        return sample(info.cls)
    if isinstance(info, inspect.StrType):
        return "0f" * 32 if info.pattern else "teks \u00e9"
    if isinstance(info, inspect.BytesType):
        return bytes(range(info.min_length or min(4, info.max_length or 4)))
    if isinstance(info, inspect.BoolType):
        return True
    if isinstance(info, inspect.IntType):
        return 7
    if isinstance(info, inspect.FloatType):
        return 1.5
    if isinstance(info, inspect.ListType):
        return [_value(info.item_type)]
    if isinstance(info, inspect.DictType):
        return {_value(info.key_type): _value(info.value_type)}
    if isinstance(info, inspect.UnionType):
        return next(_value(one) for one in info.types if not isinstance(one, inspect.NoneType))
    if isinstance(info, inspect.DateTimeType):
        return dt.datetime(2020, 9, 15, tzinfo=dt.UTC)
    raise TypeError(f"no sample for {info}")

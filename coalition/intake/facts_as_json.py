"""Frozen dataclasses as JSON objects and back: a field under its own name, left out where it has its default."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable, Hashable
from datetime import UTC, date, datetime
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

Facts = TypeVar("Facts")


def as_value(fact: Any) -> Any:
    """The JSON value of a dataclass, or of what stands in one: tuples as lists, moments with a Z, bytes in base64."""
    if dataclasses.is_dataclass(fact):
        return {
            field.name: as_value(getattr(fact, field.name))
            for field in dataclasses.fields(fact)
            if getattr(fact, field.name) != _default(field)
        }
    if isinstance(fact, tuple):
        return [as_value(one) for one in fact]
    if isinstance(fact, dict):
        return {key: as_value(fact[key]) for key in sorted(fact, key=lambda key: (key != "und", key))}
    if isinstance(fact, bytes):
        return base64.b64encode(fact).decode()
    return moment_text(fact) if isinstance(fact, datetime) else fact.isoformat() if isinstance(fact, date) else fact


def facts_of(kind: type[Facts], value: dict[str, Any]) -> Facts:
    """The dataclass of a JSON object that keeps to its schema; raises ValueError for a date that does not exist."""
    types = _types(cast("Hashable", kind))
    return kind(**{name: _reader(types[name])(inner) for name, inner in value.items()})


def moment_text(moment: datetime) -> str:
    """A moment as it stands in our files: "2027-03-01T12:00:00Z"."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def moment(typed: str) -> datetime:
    """The moment (UTC) of `moment_text`. Raises ValueError."""
    return datetime.fromisoformat(typed).astimezone(UTC)


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


@cache
def _types(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)


def _reader(kind: Any) -> Callable[[Any], Any]:
    """What makes a fact of a type from its JSON value."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return _reader(next(one for one in arguments if one is not NoneType))
    if origin is tuple:
        return lambda values: tuple(_reader(arguments[0])(one) for one in values)
    if origin is dict:
        return lambda values: {key: _reader(arguments[1])(inner) for key, inner in values.items()}
    if dataclasses.is_dataclass(kind):
        return partial(facts_of, cast("type[Any]", kind))
    # JSON knows one kind of number: 3.0 is 3.
    readers: dict[Any, Callable[[Any], Any]] = {
        datetime: moment,
        date: date.fromisoformat,
        int: int,
        bytes: base64.b64decode,
    }
    return readers.get(kind, lambda value: value)

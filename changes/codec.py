"""Changes to and from the JSON of their row: one form for one content, and nothing read that was not written."""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import time
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import partial
from inspect import isclass
from typing import Any
from uuid import UUID

from cattrs import BaseValidationError, transform_error
from cattrs.cols import is_namedtuple, namedtuple_unstructure_factory
from cattrs.preconf.json import make_converter

from changes.kinds import ChangeKind, Composite, Proposable, kinds


class Unreadable(Exception):
    """What is stored is not what any kind of change writes: its kind is gone, or its values have other types."""


def encode(wanted: Proposable) -> dict[str, Any]:
    """The values of a change as JSON; equal changes give equal JSON."""
    encoded: dict[str, Any] = _converter.unstructure(wanted)
    return encoded


def decode(key: str, values: Any) -> Proposable:
    """The change that `encode` was given. Raises Unreadable."""
    kind = kinds().get(key)
    if kind is None:
        raise Unreadable(f"no kind of change is called {key!r}")
    if not isinstance(values, dict):
        raise Unreadable(f"{key}: its values are no JSON object")
    try:
        return _converter.structure(values, kind)
    except (BaseValidationError, ValueError, TypeError) as error:
        raise Unreadable(f"{key}: {'; '.join(transform_error(error))}") from error


def encode_parts(parts: Sequence[ChangeKind[Any]]) -> list[dict[str, Any]]:
    """Several changes as JSON, each by its kind and its values."""
    return [{"kind": part.key, "values": encode(part)} for part in parts]


def decode_parts(stored: Any) -> tuple[ChangeKind[Any], ...]:
    """The changes that `encode_parts` was given. Raises Unreadable."""
    try:
        return tuple(_decode_part(part) for part in stored)
    except (ValueError, TypeError) as error:
        raise Unreadable(str(error)) from error


def _only(expected: type) -> Callable[[Any, Any], Any]:
    """JSON's own types are taken as they are, never one for another. An enum counts as one: its text."""

    def structure(value: Any, target: type) -> Any:
        if type(value) is not expected:
            raise TypeError(f"expected {expected.__name__}, got {type(value).__name__}")
        return value if target is expected else target(value)

    return structure


def _from_text(read: Callable[[str], Any]) -> Callable[[Any, Any], Any]:
    def structure(value: Any, _: Any) -> Any:
        return read(_only(str)(value, str))

    return structure


def _decimal_text(value: Decimal) -> str:
    """Without exponent and trailing zeros: 5000.00 and 5E+3 are one amount."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no number") from error
    if not value.is_finite():
        raise ValueError(f"{text!r} is no amount")
    return value


def _encode_parts(composite: Composite) -> dict[str, Any]:
    return {"changes": encode_parts(composite.changes)}


def _decode_parts(value: Any, _: Any) -> Composite:
    if value.keys() != {"changes"} or not isinstance(value["changes"], list):
        raise ValueError("a composite change is a list of changes")
    return Composite(changes=tuple(_decode_part(part) for part in value["changes"]))


def _decode_part(value: Any) -> ChangeKind[Any]:
    if not isinstance(value, dict) or value.keys() != {"kind", "values"}:
        raise ValueError("a part of a composite change is a kind and its values")
    part = decode(value["kind"], value["values"])
    if not isinstance(part, ChangeKind):
        raise TypeError("a composite change holds no other")
    return part


# Sets in a fixed order, tuples as the lists JSON makes of them.
_converter = make_converter(forbid_extra_keys=True, unstruct_collection_overrides={AbstractSet: sorted, tuple: list})
_converter.register_unstructure_hook_factory(
    is_namedtuple, partial(namedtuple_unstructure_factory, unstructure_to=list)
)
_converter.register_unstructure_hook_func(
    lambda type_: isclass(type_) and issubclass(type_, Enum), lambda word: word.value
)
for _json_type in (bool, int, str):
    _converter.register_structure_hook(_json_type, _only(_json_type))
for _type, _read, _write in (
    (UUID, UUID, str),
    (time, time.fromisoformat, time.isoformat),
    (Decimal, _decimal, _decimal_text),
):
    _converter.register_structure_hook(_type, _from_text(_read))
    _converter.register_unstructure_hook(_type, _write)
_converter.register_unstructure_hook(Composite, _encode_parts)
_converter.register_structure_hook(Composite, _decode_parts)

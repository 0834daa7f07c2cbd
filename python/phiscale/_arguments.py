"""Python values as the arguments of a command."""

from __future__ import annotations

import os

# `typing` and `collections.abc` would double the time that the package takes to import; Python starts with this module.
from _collections_abc import Iterable, Mapping

from ._errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeGuard

    Name = str | os.PathLike[str]
    Number = int | float
    Numbers = str | Number | Iterable[Number]
    Amount = str | Number
    Image = str | int | tuple[int, int]

# Errors repeat what was given.
MAX_LENGTH = 65536


def flag(option: str, is_given: bool) -> list[str]:
    if not isinstance(is_given, bool):
        raise TypeError(f"{keyword(option)} is True or False, not {kind(is_given)}")
    return [option] if is_given else []


def one(option: str, value: object, between: str = ",") -> list[str]:
    """An option with its value; the items of a sequence are written with ``between`` between them."""
    if value is None:
        return []
    if is_list(value):
        return [f"{option}={between.join(text(option, item) for item in limited(option, value))}"]
    return [f"{option}={text(option, value)}"]


def each(option: str, values: Mapping[str, int] | Iterable[object] | Name | None) -> list[str]:
    """An option for each of several values; a mapping gives NAME=VALUE."""
    if values is None:
        return []
    if isinstance(values, str | os.PathLike):
        return one(option, values)
    if isinstance(values, Mapping):
        return [f"{option}={text(option, key)}={text(option, value)}" for key, value in values.items()]
    if not is_list(values):
        raise TypeError(f"{keyword(option)} is a sequence, not {kind(values)}")
    return [f"{option}={text(option, value)}" for value in limited(option, values)]


def pair(option: str, values: Sequence[str] | None) -> list[str]:
    if values is None:
        return []
    if isinstance(values, str) or len(values) != 2:
        raise TypeError(f"{keyword(option)} is two names, such as ('thop', 'fvcore')")
    return [option, *(text(option, value) for value in values)]


def positional(values: Iterable[Name | None], needs_one: bool = False) -> list[str]:
    """Positional arguments, which may not be taken for options."""
    given = [text("a name", value) for value in values if value is not None]
    if needs_one and not given:
        raise TypeError("name at least one network, family or file")
    return ["--", *given] if given else []


def is_list(value: object) -> TypeGuard[Iterable[object]]:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)


def limited(option: str, values: Iterable[object]) -> Iterable[object]:
    for index, value in enumerate(values):
        if index == MAX_LENGTH:
            raise Error(f"{keyword(option)} has more than {MAX_LENGTH} values")
        yield value


def text(option: str, value: object) -> str:
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        value = number(option, value)
    # Subclasses, such as NumPy's numbers and enums, write themselves in other ways.
    kind_of_text = next(known for known in (str, int, float) if isinstance(value, known))
    written = kind_of_text.__str__(value) if kind_of_text is str else kind_of_text.__repr__(value)
    if len(written) > MAX_LENGTH:
        message = f"{keyword(option)} has {len(written)} characters; the limit is {MAX_LENGTH}"
        raise Error(message)
    return written


def number(option: str, value: object) -> int | float:
    """A number of NumPy or of another library."""
    if not isinstance(value, bool | bytes) and hasattr(value, "__index__"):
        return int(value.__index__())
    if not isinstance(value, bool | bytes) and hasattr(value, "__float__"):
        return float(value.__float__())
    if kind(value) == "Network":
        raise TypeError("commands take the names of networks; a Network has table(), explain() and check()")
    raise TypeError(f"{keyword(option)} takes a text or a number, not {kind(value)}")


def keyword(option: str) -> str:
    return option.removeprefix("--").replace("-", "_")


def kind(value: object) -> str:
    return type(value).__name__

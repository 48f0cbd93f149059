"""Words for people that remember what they were made of, so that the site can say them in another language.

A Saying is a string in English and may be used as one; beside it stand the message and the values that were put into
it. Messages are found by `make translations` because `say`, `say_number`, `listed` and `to_say` name them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Saying(str):
    """A message with its values, in English."""

    message: str
    many: str  #: the message of more than one, "" if the number makes no difference
    number: int
    values: Mapping[str, object]


class Enumeration(str):
    """Parts, and what stands between them."""

    between: str
    parts: tuple[str, ...]


def say(message: str, **values: object) -> Saying:
    return _made(message, "", 1, values)


def say_number(one: str, many: str, number: int, **values: object) -> Saying:
    """What is said of one thing or of many; both may name the number."""
    return _made(one, many, number, {"number": number, **values})


def listed(between: str, parts: Iterable[str]) -> Enumeration:
    kept = tuple(parts)
    joined = Enumeration(between.join(kept))
    joined.between, joined.parts = between, kept
    return joined


def to_say(message: str) -> str:
    """A message that is kept in a table and said later."""
    return message


def _made(message: str, many: str, number: int, values: Mapping[str, object]) -> Saying:
    chosen = many if many and number != 1 else message
    said = Saying(chosen % values if values else chosen)
    said.message, said.many, said.number, said.values = message, many, number, values
    return said

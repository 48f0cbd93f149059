"""Column types that both engines read back alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, SmallInteger, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from aggregator.model import Evidence, Tier

TIERS = tuple(map(str, Tier))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC. SQLite has no such type; there it is the microseconds since 1970.

    As text it would take three times the room, in every index too: an item has half a dozen of them.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True)

    def bind_processor(self, dialect: Dialect) -> Any:
        # Not process_bind_param, which takes longer by its wrapping than by its work.
        return _microseconds if dialect.name == "sqlite" else _in_utc

    def result_processor(self, dialect: Dialect, _coltype: object) -> Any:
        return _moment if dialect.name == "sqlite" else _in_utc


def _microseconds(value: datetime | None) -> int | None:
    return None if value is None else (value - _EPOCH) // _MICROSECOND


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class TierNumber(TypeDecorator[str]):
    """A tier as its place among the tiers: there are a dozen for each item."""

    impl = SmallInteger
    cache_ok = True

    def bind_processor(self, _dialect: Dialect) -> Any:
        return TIERS.index

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Any:
        return TIERS.__getitem__


class Packed(TypeDecorator[Any]):
    """A small frozen value of the model, as JSON: read and written as a whole, never asked for by its parts."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type) -> None:
        super().__init__()
        self.kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.kind)

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        return None if value is None else self._adapter.dump_json(value, exclude_defaults=True).decode()

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else self._adapter.validate_json(value)


_FIELDS = {"title": "t", "summary": "s"}
_FULL_FIELDS = {short: full for full, short in _FIELDS.items()}
_RULES = {"carried by ": "<", "guarded name: ": "?", "signal ": "", "version of a model family": "v", "name": ""}


class EvidenceColumn(TypeDecorator[tuple[tuple[Evidence, ...], ...]]):
    """The evidence of each tag, as JSON that is as short as can be: it is a quarter of what is stored of an item."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> list[Any]:
        return [
            [[_FIELDS.get(words.field, words.field), *words[1:4], _short(words.rule)] for words in earned]
            for earned in value
        ]

    def process_result_value(self, value: Any, _dialect: Dialect) -> tuple[tuple[Evidence, ...], ...]:
        return _words(value)


def words_of(text: str) -> tuple[tuple[Evidence, ...], ...]:
    """The same as it is stored."""
    return _words(from_json(text))


def _words(value: Any) -> tuple[tuple[Evidence, ...], ...]:
    return tuple(tuple(map(_evidence, earned)) for earned in value or ())


def _evidence(words: list[Any]) -> Evidence:
    field, start, end, text, rule = words
    return Evidence(_FULL_FIELDS.get(field, field), start, end, text, _full(rule))


@lru_cache(maxsize=10_000)  # a few rules are said over and over
def _short(rule: str) -> str:
    return next((short + rule.removeprefix(full) for full, short in _RULES.items() if rule.startswith(full)), rule)


@lru_cache(maxsize=10_000)
def _full(rule: str) -> str:
    if rule in ("", "v"):
        return "version of a model family" if rule else "name"
    full = {"<": "carried by ", "?": "guarded name: ", "+": "signal +", "-": "signal -"}.get(rule[0])
    return full + rule[1:] if full else rule

"""Rows as lines of JSON: the same for every engine, and readable by other programs.

The first line is a header: the format's name and version, the schema, and how many rows of each table follow. Every
other line is a row: `{"table": "item", "row": {"id": 1, …}}`. Times are in UTC, as in 2026-11-23T08:30:00Z.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import JSON, Boolean, Date, Float, Integer, LargeBinary, String, Table
from sqlalchemy.types import TypeEngine

from aggregator.model import Status, Tier
from aggregator.store import migrate
from aggregator.store.rows import Values, stored_type
from aggregator.store.types import UtcDateTime

FORMAT = "ai-policy-wire export"
VERSION = 1
_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Form(NamedTuple):
    """How values of a type stand in a line."""

    of: type[TypeEngine[Any]]
    known: type | tuple[type, ...]  #: what JSON makes of them
    words: str
    write: Callable[[Any], Any] | None = None
    read: Callable[[Any], Any] | None = None


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read_moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


_FORMS = (
    Form(UtcDateTime, str, "a time such as 2026-11-23T08:30:00Z", _moment, _read_moment),
    Form(Date, str, "a day such as 2026-11-23", date.isoformat, date.fromisoformat),
    Form(Boolean, bool, "true or false"),
    Form(Integer, int, "a whole number"),
    Form(Float, (int, float), "a number"),
    Form(LargeBinary, str, "bytes in base64", lambda value: base64.b64encode(value).decode(), base64.b64decode),
    Form(JSON, object, "JSON"),
    Form(String, str, "a text"),
)


class Writer:
    """Makes lines of a table's rows."""

    def __init__(self, table: Table) -> None:
        self._table = table.name
        self._columns = [(column.name, form_of(column).write) for column in table.columns]

    def line(self, row: Values) -> str:
        values = {
            name: write(value) if write and value is not None else value
            for (name, write), value in zip(self._columns, row, strict=True)
        }
        return _line({"table": self._table, "row": values})


class Reader:
    """Makes rows of a table's lines; raises ValueError with what is wrong."""

    def __init__(self, table: Table) -> None:
        self._columns = [(column, form_of(column)) for column in table.columns]
        self._names = set(table.columns.keys())

    def row(self, said: Any) -> Values:
        if not isinstance(said, dict) or said.keys() != self._names:
            raise ValueError(f"a row has {', '.join(sorted(self._names))}")
        return tuple(_value(column, form, said[column.name]) for column, form in self._columns)


def _value(column: Any, form: Form, value: Any) -> Any:
    if value is None and column.nullable:
        return None
    # To Python, true is a whole number.
    fits = isinstance(value, form.known) and (form.known is bool) >= isinstance(value, bool)
    try:
        if form.of is JSON or fits:
            return form.read(value) if form.read else value
    except ValueError:
        pass
    raise ValueError(f"{column.name} is {value!r:.60}; it should be {form.words}")


def _one_of(words: type[StrEnum]) -> Form:
    return Form(String, str, f"one of {', '.join(words)}", read=lambda value: str(words(value)))


_WORDS = {
    ("item", "tier"): _one_of(Tier), ("source", "status"): _one_of(Status), ("fetch", "status"): _one_of(Status),
}  # fmt: skip


def form_of(column: Any) -> Form:
    """How a column's values are written; raises TypeError for a type that is not known here."""
    if form := _WORDS.get((column.table.name, column.name)):
        return form
    kind = stored_type(column)
    for form in _FORMS:
        if isinstance(kind, form.of):
            return form
    raise TypeError(f"no form for {column.table.name}.{column.name}; add one for {kind!r}")


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says."""

    counts: Mapping[str, int]  #: rows by table, in the order in which they follow
    schema: str = migrate.HEAD

    def line(self) -> str:
        return _line({"format": FORMAT, "version": VERSION, "schema": self.schema, "counts": dict(self.counts)})


def read_header(line: str) -> Header:
    """The header of a file that this program can read; raises ValueError with what is wrong and the remedy."""
    try:
        said = json.loads(line)
        found, version, schema = said["format"], said["version"], said["schema"]
        counts = {str(name): int(number) for name, number in said["counts"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError("this is no header of an export; make one with `aggregator db export`") from None
    if (found, version) != (FORMAT, VERSION):
        raise ValueError(f"the format is {found!r} {version}, this program reads {FORMAT!r} {VERSION}")
    if str(schema) > migrate.HEAD:
        raise ValueError(f"the file has schema {schema}, of a later version of this program; install that version")
    if schema != migrate.HEAD:
        raise ValueError(
            f"the file has schema {schema}, this program {migrate.HEAD}; import it with the version that made it, then "
            "run `aggregator db upgrade` with this one"
        )
    return Header(counts, schema)

"""feeds.toml → Config, or every mistake at once with its line and a remedy."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from aggregator.config import lines as at
from aggregator.config.settings import FeedsFile, FetchSettings, SiteSettings, SourceSettings
from aggregator.errors import ConfigError, Problem
from aggregator.model import Selectors, Source

_TAXONOMY_TABLES = ("company", "model", "region", "body", "initiative")


@dataclass(frozen=True)
class Config:
    """A feeds.toml without mistakes."""

    path: Path
    site: SiteSettings
    fetch: FetchSettings
    sources: tuple[Source, ...]
    extensions: dict[str, tuple[dict[str, Any], ...]]  #: the taxonomy's tables, by axis, as written
    lines: dict[at.Path, int] = field(repr=False, default_factory=dict)

    def problem(self, path: at.Path, what: str, remedy: str) -> Problem:
        """A mistake that only someone else could see (an unknown region, say), placed in this file."""
        return Problem(self.path.name, at.line_at(self.lines, path), what, remedy)


def load(path: Path) -> Config:
    """Reads and validates the file; raises ConfigError with every problem."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _single(path, 1, "the file is not there", f"create {path}, or set AGGREGATOR_FEEDS") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _single(path, 1, f"the file cannot be read ({error})", "save it as UTF-8 text") from None
    return parse(text, path)


def parse(text: str, path: Path) -> Config:
    """The file's text as a Config; `path` is for messages."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"^(.*?) \(at line (\d+)", str(error))
        what, line = (found[1], int(found[2])) if found else (str(error), len(text.splitlines()))
        raise _single(path, max(line, 1), f"this is not TOML ({what})", "see https://toml.io/en/v1.0.0") from None
    lines = at.lines_of(text)
    problems = [*_repeated(raw, lines, path.name)]
    try:
        file = FeedsFile.model_validate(raw)
    except ValidationError as error:
        problems += [_problem(detail, lines, path.name) for detail in error.errors()]
    if problems:
        raise ConfigError(tuple(sorted(problems, key=lambda problem: problem.line)))
    extensions = {table: getattr(file, table) for table in _TAXONOMY_TABLES}
    sources = tuple(_source(source, file.fetch) for source in file.source)
    return Config(path, file.site, file.fetch, sources, extensions, lines)


def _single(path: Path, line: int, what: str, remedy: str) -> ConfigError:
    return ConfigError((Problem(path.name, line, what, remedy),))


def _source(said: SourceSettings, fetch: FetchSettings) -> Source:
    values = said.model_dump(exclude={"selectors", "interval", "title"})
    return Source(
        **values,
        title=said.title or said.id,
        interval=said.interval or fetch.interval,
        selectors=Selectors(**said.selectors.model_dump()) if said.selectors else None,
    )


def _repeated(raw: dict[str, Any], lines: dict[at.Path, int], name: str) -> Iterator[Problem]:
    """Ids and addresses that two sources share."""
    sources = raw.get("source")
    for key in ("id", "url"):
        first: dict[str, int] = {}
        for index, source in enumerate(sources if isinstance(sources, list) else []):
            value = source.get(key) if isinstance(source, dict) else None
            line = at.line_at(lines, ("source", index, key))
            if isinstance(value, str) and value in first:
                remedy = "give each source its own id" if key == "id" else "remove one of the two sources"
                yield Problem(name, line, f"{key} {value!r} stands already in line {first[value]}", remedy)
            elif isinstance(value, str):
                first[value] = line


def _problem(detail: ErrorDetails, lines: dict[at.Path, int], name: str) -> Problem:
    path = tuple(detail["loc"])
    line = at.line_at(lines, path)
    kind = detail["type"]
    key = str(path[-1]) if path else ""
    if kind == "mistake":
        return Problem(name, line, detail["ctx"]["what"], detail["ctx"]["remedy"])
    fields = _fields_at(path[:-1] if kind == "extra_forbidden" else path)
    if kind == "extra_forbidden":
        return Problem(name, line, f"unknown key {key!r}", _nearest(key, fields))
    if kind == "missing":
        return Problem(name, line, f"{key!r} is missing", f"add {_example(path)}")
    return Problem(name, line, f"{detail['input']!r} does not fit: {detail['msg'].lower()}", f"write {_example(path)}")


def _nearest(key: str, fields: list[str]) -> str:
    close = difflib.get_close_matches(key, fields, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"remove it, or use one of: {', '.join(fields)}"


def _fields_at(path: at.Path) -> list[str]:
    """The keys that a table may have, as they are written in the file."""
    model = _model_at(path)
    return [info.alias or name for name, info in model.model_fields.items()] if model else []


def _model_at(path: at.Path) -> type[BaseModel] | None:
    model: type[BaseModel] | None = FeedsFile
    for part in path:
        if isinstance(part, int) or model is None:
            continue
        info = next((info for name, info in model.model_fields.items() if part in (name, info.alias)), None)
        model = _model_in(info.annotation) if info else model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _example(path: at.Path) -> str:
    """A key with a value that would be right, from the field's own example."""
    for length in range(len(path), 0, -1):
        key = path[length - 1]
        model = _model_at(path[: length - 1])
        info = next((i for n, i in model.model_fields.items() if key in (n, i.alias)), None) if model else None
        if info and info.examples:
            example = info.examples[0]
            return f"{key} = {str(example).lower() if isinstance(example, bool) else repr(example)}".replace("'", '"')
    return "a value as docs/configuration.md describes"

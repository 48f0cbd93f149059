"""feeds.toml → Config, or every mistake at once with its line and a remedy."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from aggregator.config import outgoing
from aggregator.config.corrections import CORRECTIONS_FILE, Corrections, load_corrections
from aggregator.config.editors import load_notes
from aggregator.config.files import read_text_file
from aggregator.config.outgoing import MailSettings, SmtpSettings, WebhookSettings
from aggregator.config.settings import (
    DigestSettings,
    FeedsFile,
    FetchSettings,
    QuerySettings,
    SiteSettings,
    StoreSettings,
    StoriesSettings,
)
from aggregator.config.source import SourceSettings
from aggregator.errors import ConfigError, Problem
from aggregator.model import NAMED_AXES, EditorsNote, Extensions, Selectors, Source
from aggregator.tomlcheck import Lines, line_at, lines_of, problems_of, read_toml, single_problem
from aggregator.tomlcheck import Path as TomlPath


@dataclass(frozen=True)
class Config:
    """A feeds.toml without mistakes."""

    path: Path
    site: SiteSettings
    fetch: FetchSettings
    sources: tuple[Source, ...]
    extensions: Extensions
    lines: Lines = field(repr=False, default_factory=dict)
    corrections: Corrections = field(default_factory=Corrections)
    stories: StoriesSettings = field(default_factory=StoriesSettings)
    digest: DigestSettings = field(default_factory=DigestSettings)
    queries: tuple[QuerySettings, ...] = ()
    store: StoreSettings = field(default_factory=StoreSettings)
    smtp: SmtpSettings | None = None
    mails: tuple[MailSettings, ...] = ()
    webhooks: tuple[WebhookSettings, ...] = ()
    notes: dict[str, EditorsNote] = field(default_factory=dict)  #: of editors, by the period of the digest

    @property
    def address(self) -> str:
        """The site's own address, without a slash at the end; where it says none, that of a site at home."""
        return (self.site.url or "http://127.0.0.1:8000").rstrip("/")

    def problem(self, path: TomlPath, what: str, remedy: str) -> Problem:
        """A mistake that only someone else could see (an unknown region, say), placed in this file."""
        return Problem(self.path.name, line_at(self.lines, path), what, remedy)


_BEGIN = "begin one with `aggregator add URL`, or name another in AGGREGATOR_FEEDS"


def load(path: Path) -> Config:
    """Reads and validates the file; raises ConfigError with every problem."""
    try:
        text = read_text_file(path, path.name)
    except FileNotFoundError:
        raise single_problem(path.name, 1, "the file is not there", _BEGIN) from None
    config = parse(text, path)
    extensions = replace(config.extensions, texts=_texts(config))
    corrections = load_corrections(path.parent / CORRECTIONS_FILE)
    return replace(config, extensions=extensions, corrections=corrections, notes=load_notes(path, config.address))


def taxonomy_files(path: Path) -> list[Path]:
    """The files of the folder that a feeds file names to extend the taxonomy, whatever else is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if "taxonomy" not in text:  # as in most; this is asked over and over
            return []
        return _files_in(path.parent, tomllib.loads(text)["site"]["taxonomy"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):  # `load` says what is wrong
        return []


def _files_in(place: Path, folder: str) -> list[Path]:
    found = (place / folder).glob("*.toml") if folder else ()
    return sorted(file for file in found if not file.name.startswith(".") and file.is_file())


def _texts(config: Config) -> dict[str, str]:
    folder = config.site.taxonomy
    files = _files_in(config.path.parent, folder)
    if folder and not files:
        what, remedy = f"no taxonomy file in {folder!r}", "put *.toml files there, or leave the key out"
        raise ConfigError((config.problem(("site", "taxonomy"), what, remedy),))
    return {name: read_text_file(file, name) for file in files if (name := f"{folder}/{file.name}")}


def parse(text: str, path: Path) -> Config:
    """The file's text as a Config; `path` is for messages."""
    raw = read_toml(text, path.name)
    lines = lines_of(text)
    problems = [*_repeated(raw, lines, path.name)]
    rest = None
    try:
        config = _config(FeedsFile.model_validate(raw), path, lines)
        queries = {query.id for query in config.queries}
        problems += outgoing.problems(config.smtp, config.mails, config.webhooks, queries, lines, path.name)
        rest = config
    except ValidationError as error:
        problems += problems_of(error, FeedsFile, lines, path.name)
        rest = _without({tuple(each["loc"]) for each in error.errors()}, raw, path, lines)
    if problems:
        raise ConfigError(tuple(sorted(problems, key=lambda problem: problem.line)), rest)
    return config


def _without(mistakes: set[TomlPath], raw: dict[str, Any], path: Path, lines: Lines) -> Config | None:
    """A file without its tables that have mistakes, or its lists of tables without those; None if there is no such."""
    broken = {place[:2] if len(place) > 1 and isinstance(place[1], int) else place[:1] for place in mistakes}
    sound: dict[str, Any] = {}
    moved: Lines = {}
    for key, value in raw.items():
        if (key,) in broken:
            continue
        tables = [index for index in range(len(value)) if (key, index) not in broken] if isinstance(value, list) else []
        sound[key] = [value[index] for index in tables] if isinstance(value, list) else value
        for place, line in lines.items():
            if place[:1] == (key,) and (len(place) == 1 or not isinstance(value, list)):
                moved[place] = line
            elif place[:1] == (key,) and place[1] in tables:
                moved[key, tables.index(place[1]), *place[2:]] = line
    try:
        return _config(FeedsFile.model_validate(sound), path, moved)
    except ValidationError:
        return None


def _config(file: FeedsFile, path: Path, lines: Lines) -> Config:
    tables = {table: tables for table in NAMED_AXES if (tables := getattr(file, table))}
    extensions = Extensions(tables, name=path.name, lines=lines)
    sources = tuple(_source(source, file.fetch) for source in file.source)
    return Config(
        path, file.site, file.fetch, sources, extensions, lines, stories=file.stories, digest=file.digest,
        queries=file.query, store=file.store, smtp=file.smtp, mails=file.mail, webhooks=file.webhook,
    )  # fmt: skip


def _source(said: SourceSettings, fetch: FetchSettings) -> Source:
    values = said.model_dump(exclude={"selectors", "interval", "title"})
    return Source(
        **values,
        title=said.title.strip() or said.id,
        interval=said.interval or fetch.interval,
        shortest=fetch.min_interval,
        longest=fetch.max_interval,
        adaptive=fetch.adaptive and said.interval is None,
        host_groups=fetch.host_groups,
        selectors=Selectors(**said.selectors.model_dump()) if said.selectors else None,
    )


def _repeated(raw: dict[str, Any], lines: Lines, name: str) -> Iterator[Problem]:
    """Ids and addresses that two sources share, or two tables of another kind."""
    for table, key in (("source", "id"), ("source", "url"), ("query", "id"), ("mail", "id"), ("webhook", "id")):
        tables = raw.get(table)
        first: dict[str, int] = {}
        for index, one in enumerate(tables if isinstance(tables, list) else []):
            value = one.get(key) if isinstance(one, dict) else None
            line = line_at(lines, (table, index, key))
            if isinstance(value, str) and value in first:
                remedy = f"give each {table} its own id" if key == "id" else "remove one of the two sources"
                yield Problem(name, line, f"{key} {value!r} stands already in line {first[value]}", remedy)
            elif isinstance(value, str):
                first[value] = line

"""The composition root: settings → the working parts. Built once per process and shared by every entry point."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from aggregator.config import Config, LiveConfig
from aggregator.errors import ConfigError, Problem, StoreError
from aggregator.model import Limits
from aggregator.references import unknown
from aggregator.store import migrate, notes, open_database, sources
from aggregator.store.db import DEFAULT_URL
from aggregator.store.refusals import Refusals

if TYPE_CHECKING:  # imported where it is made: fetching needs no tagger in this process
    from aggregator.tagging import Tagger, Taxonomy

DEFAULT_FEEDS = Path("feeds.toml")


@dataclass(frozen=True)
class Environment:
    """What comes from environment variables."""

    feeds: Path
    database_url: str

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> Environment:
        return cls(
            feeds=Path(variables.get("AGGREGATOR_FEEDS") or DEFAULT_FEEDS),
            database_url=variables.get("AGGREGATOR_DATABASE_URL") or DEFAULT_URL,
        )


class Service:
    """The parts of one process. Slow parts are built on first use."""

    def __init__(self, environment: Environment, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Raises ConfigError if feeds.toml is broken from the start."""
        self.environment = environment
        self.clock = clock
        try:
            self._live = LiveConfig(environment.feeds)
        except ConfigError as error:
            told = dict.fromkeys((*error.problems, *_further(error.rest)))
            raise ConfigError(tuple(sorted(told, key=lambda problem: (problem.file, problem.line)))) from None
        self._edited = False  # and the store does not know yet
        self._foreign: set[str] = set()  # sources that another command had put in force
        self.settled: Config | None = None  #: by which all items are known to be tagged
        self.refusals = Refusals()
        self.robots: dict[str, Any] = {}  #: what hosts allow to programs, as the fetcher keeps it

    @cached_property
    def db(self) -> Engine:
        return open_database(self.environment.database_url)

    @property
    def config(self) -> Config:
        """The last good configuration."""
        return self._live.current

    @property
    def limits(self) -> Limits:
        """How much of a document is read."""
        settings = self.config.fetch
        return Limits(settings.max_items, settings.max_field, self.config.site.url)

    @property
    def taxonomy(self) -> Taxonomy:
        from aggregator.tagging import load_taxonomy

        return load_taxonomy(self.config.extensions)

    def tagger(self) -> Tagger:
        from aggregator.tagging import tagger_for

        return tagger_for(self.config.extensions)

    def prepare(self) -> None:
        """Migrates the database and takes over the sources."""
        migrate.upgrade(self.db)
        self.sync_sources()

    def verify(self) -> None:
        """Raises ConfigError if feeds.toml or corrections.toml names what the taxonomy does not know, or a selector is
        no CSS.
        """
        _verify(self.config)

    def require_known(self) -> None:
        """Raises ConfigError if items would be stored with regions or tags that the taxonomy does not have."""
        _refuse(*_unknown(self.config))

    def sync_sources(self) -> None:
        """Makes the store's sources those of feeds.toml."""
        sources.sync(self.db, self.config.sources, self.clock(), self.limits)
        notes.leave(self.db, notes.CONFIG_ERROR, "", self.clock())

    def notice_edit(self, *, alone: bool = True) -> str:
        """Looks whether feeds.toml was edited. Returns what to log, "" if nothing changed.

        A broken edit changes nothing but the note that the health page shows. Unless `alone`, sources that another
        process has put in force are left as they are.
        """
        self.reload()
        if not self._edited:
            return self._notice_others() if alone else ""
        if self._live.error is None:
            self.sync_sources()
            self._edited = False
            return f"{self.environment.feeds} was edited and is in force: {len(self.config.sources)} sources"
        said = "\n".join(problem.in_public() for problem in self._live.error.problems)
        notes.leave(self.db, notes.CONFIG_ERROR, said, self.clock())
        self._edited = False
        return f"{self.environment.feeds} has mistakes; the last good one stays in force\n{self._live.error}"

    def _notice_others(self) -> str:
        """Another command may have taken over a file of its own, and what it does not name would never be fetched."""
        try:
            listed = sources.listed(self.db)
        except StoreError:  # which others tell
            return ""
        ours = {source.id for source in self.config.sources}
        if self._live.error or listed in (ours, self._foreign):  # a second scheduler would have its own again
            return ""
        self._foreign = listed
        self.sync_sources()
        return f"another command had put its own sources in force; those of {self.environment.feeds} are again"

    def edited(self) -> datetime:
        """When feeds.toml, or a file beside it, was written last."""
        return self._live.edited()

    def reload(self) -> bool:
        """Reads feeds.toml again if it was edited; True if it was."""
        changed = self._live.poll(_verify)
        self._edited |= changed
        return changed


def _verify(config: Config) -> None:
    _refuse(*_unknown(config), *_unreadable(config))


def _refuse(*problems: Problem) -> None:
    if problems:
        raise ConfigError(problems)


def _unknown(config: Config, *, whole: bool = True) -> Iterator[Problem]:
    from aggregator.tagging import load_taxonomy

    return unknown(config, lambda: load_taxonomy(config.extensions), whole=whole)


def _further(config: Config | None) -> tuple[Problem, ...]:
    """What else is wrong with a file that has mistakes, as far as the rest of it tells."""
    if config is None:
        return ()
    try:
        return (*_unknown(config, whole=False), *_unreadable(config))
    except ConfigError as error:
        return error.problems


def _unreadable(config: Config) -> Iterator[Problem]:
    """Selectors that are no CSS: known before a page is asked for."""
    for index, source in enumerate(config.sources):
        if source.kind == "html" and source.selectors:
            from aggregator.parse.html_list import unreadable as faults_of  # with Beautiful Soup

            for name, why in faults_of(source.selectors):
                remedy = "mend it; it is CSS, as in querySelector"
                yield config.problem(("source", index, "selectors", name), f"a selector cannot be read: {why}", remedy)

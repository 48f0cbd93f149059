"""The composition root: settings → the working parts. Made once a process, and followed by every face."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from sqlalchemy import Engine

from aggregator.config import Config, LiveConfig
from aggregator.errors import ConfigError, Problem, StoreError
from aggregator.model import AXES, is_tag
from aggregator.query import parse_query
from aggregator.store import migrate, open_database, sources
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
    """The parts of one process. What is slow to make, is made when it is first asked for."""

    def __init__(self, environment: Environment, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Raises ConfigError if feeds.toml is broken from the start."""
        self.environment = environment
        self.clock = clock
        self._live = LiveConfig(environment.feeds)
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
    def taxonomy(self) -> Taxonomy:
        from aggregator.tagging import load_taxonomy

        return load_taxonomy(self.config.extensions)

    def tagger(self) -> Tagger:
        from aggregator.tagging import tagger_for

        return tagger_for(self.config.extensions)

    def prepare(self) -> None:
        """Migrates the database and takes over the sources."""
        migrate.upgrade(self.db)
        self.take_over()

    def verify(self) -> None:
        """Raises ConfigError if feeds.toml or corrections.toml names what the taxonomy does not know, or a selector is
        no CSS.
        """
        self.require_known()
        if problems := tuple(unreadable(self.config)):
            raise ConfigError(problems)

    def require_known(self) -> None:
        """Raises ConfigError if what is stored would carry regions or tags that there are none of."""
        check_references(self.config, lambda: self.taxonomy)

    def take_over(self) -> None:
        """Makes the store's sources those of feeds.toml."""
        sources.sync(self.db, self.config.sources, self.clock())
        sources.leave_note(self.db, sources.CONFIG_ERROR, "", self.clock())

    def notice_edit(self, *, alone: bool = True) -> str:
        """Looks whether feeds.toml was edited. Returns what to log, "" if nothing changed.

        A broken edit changes nothing but the note that the health page shows. Who is not `alone` leaves in force what
        others have put there.
        """
        self.reload()
        if not self._edited:
            return self._notice_others() if alone else ""
        if self._live.error is None:
            self.take_over()
            self._edited = False
            return f"{self.environment.feeds} was edited and is in force: {len(self.config.sources)} sources"
        said = "\n".join(problem.in_public() for problem in self._live.error.problems)
        sources.leave_note(self.db, sources.CONFIG_ERROR, said, self.clock())
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
        self.take_over()
        return f"another command had put its own sources in force; those of {self.environment.feeds} are again"

    def edited(self) -> datetime:
        """When feeds.toml, or a file beside it, was written last."""
        return self._live.edited()

    def reload(self) -> bool:
        """Reads feeds.toml again if it was edited; True if it was."""
        before = self.config
        changed = self._live.poll()
        if changed and self._live.error is None:
            try:
                self.verify()
            except ConfigError as error:
                self._live.reject(before, error)
        self._edited |= changed
        return changed


def on_our_site(url: str, site: str) -> bool:
    """Whether an address belongs to the site itself, which would bring back what was sent out."""
    return bool(site) and f"{url}/".startswith(f"{site.rstrip('/')}/")


def check_references(config: Config, taxonomy: Callable[[], Taxonomy]) -> None:
    """Regions, tags and sources that feeds.toml and corrections.toml name must be there; raises ConfigError.

    The taxonomy takes a moment to read, and a file may name nothing of it.
    """
    if config.extensions.texts or any(config.extensions.tables.values()):
        taxonomy()  # which says what is wrong with them
    unknown = config.corrections.unknown(lambda axis, slug: taxonomy().knows(axis, slug))
    if problems := (*unknown, *_of_sources(config, taxonomy), *_of_filters(config, taxonomy)):
        raise ConfigError(problems)


def _of_sources(config: Config, taxonomy: Callable[[], Taxonomy]) -> Iterator[Problem]:
    for index, source in enumerate(config.sources):
        if on_our_site(source.url, config.site.url):
            remedy = "take the source out, or mend [site] url"
            yield config.problem(("source", index, "url"), "this is a feed of the site itself", remedy)
        if source.region and source.region not in taxonomy().entries["region"]:
            near = _nearest(taxonomy(), "region", source.region)
            remedy = f'write "{near}"' if near else 'write a slug of the taxonomy, such as "cn" or "cn-guangdong"'
            yield config.problem(("source", index, "region"), f"no region {source.region!r}", remedy)
        named = {"tags": source.tags, **{key: filter(is_tag, getattr(source, key)) for key in ("include", "exclude")}}
        for key, tag in ((key, tag) for key, tags in named.items() for tag in tags):
            axis, _, slug = tag.partition("/")
            if not taxonomy().knows(axis, slug):
                near = _nearest(taxonomy(), axis, slug)
                remedy = f'write "{axis}/{near}"' if near else 'write axis/slug, such as "company/baidu"'
                yield config.problem(("source", index, key), f"no tag {tag!r}", f"{remedy}, or add it as a table")


def _of_filters(config: Config, taxonomy: Callable[[], Taxonomy]) -> Iterator[Problem]:
    ids = {source.id for source in config.sources}
    filters = {
        "query": [query.filter for query in config.queries],
        "mail": [mail.filter for mail in config.mails],
    }
    for place, said in (
        ((table, index, "filter"), said) for table in filters for index, said in enumerate(filters[table])
    ):
        query = parse_query(parse_qsl(said), date.max)
        for pick in query.tags():
            if not taxonomy().knows(pick.field, pick.value):
                slug = _nearest(taxonomy(), pick.field, pick.value)
                remedy = f"write {pick.field}={slug}" if slug else "write a slug of the taxonomy"
                yield config.problem(place, f"no tag {pick.field}/{pick.value}", remedy)
        for pick in query.picks:
            if pick.field == "source" and pick.value not in ids:
                yield config.problem(place, f"no source {pick.value!r} in this file", "write the id of one")


def _nearest(taxonomy: Taxonomy, axis: str, name: str) -> str:
    from aggregator.tagging.names import likeliest  # which most starts need not

    return likeliest(taxonomy, axis, name) if axis in AXES else ""


def unreadable(config: Config) -> Iterator[Problem]:
    """Selectors that are no CSS: known before a page is asked for."""
    for index, source in enumerate(config.sources):
        if source.kind == "html" and source.selectors:
            from aggregator.parse.html_list import unreadable as faults_of  # with Beautiful Soup

            for name, why in faults_of(source.selectors):
                remedy = "mend it; it is CSS, as in querySelector"
                yield config.problem(("source", index, "selectors", name), f"a selector cannot be read: {why}", remedy)

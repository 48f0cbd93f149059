"""What feeds.toml and corrections.toml name must be there: regions, tags and sources."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from aggregator.config import Config
from aggregator.errors import Problem
from aggregator.model import AXES, is_tag
from aggregator.query import ItemQuery, parse_query

if TYPE_CHECKING:
    from aggregator.tagging import Taxonomy


def unknown(config: Config, taxonomy: Callable[[], Taxonomy], *, whole: bool = True) -> Iterator[Problem]:
    """What is named and not there; raises ConfigError if the taxonomy's own tables have mistakes.

    The taxonomy takes a moment to read, and a file may name nothing of it. Where a file is not `whole`, a source that a
    filter names may be one that was left out.
    """
    if config.extensions.texts or any(config.extensions.tables.values()):
        taxonomy()  # which says what is wrong with them
    yield from config.corrections.unknown(lambda axis, slug: taxonomy().knows(axis, slug))
    yield from _of_sources(config, taxonomy)
    yield from _of_filters(config, taxonomy)
    if whole:
        yield from _of_sources_in_filters(config)


def on_our_site(url: str, site: str) -> bool:
    """Whether an address belongs to the site itself, which would bring back what was sent out."""
    return bool(site) and f"{url}/".startswith(f"{site.rstrip('/')}/")


def _of_sources(config: Config, taxonomy: Callable[[], Taxonomy]) -> Iterator[Problem]:
    for index, source in enumerate(config.sources):
        if on_our_site(source.url, config.site.url):
            remedy = "take the source out, or mend [site] url"
            yield config.problem(("source", index, "url"), "this is a feed of the site itself", remedy)
        if source.region and source.region not in taxonomy().entries["region"]:
            near = _nearest(taxonomy(), "region", source.region.removeprefix("region/"))
            remedy = f'write "{near}"' if near else 'write a slug of the taxonomy, such as "cn" or "cn-guangdong"'
            yield config.problem(("source", index, "region"), f"no region {source.region!r}", remedy)
        named = {"tags": source.tags, **{key: filter(is_tag, getattr(source, key)) for key in ("include", "exclude")}}
        for key, tag in ((key, tag) for key, tags in named.items() for tag in tags):
            axis, _, slug = tag.partition("/")
            if not taxonomy().knows(axis, slug):
                yield config.problem(("source", index, key), f"no tag {tag!r}", _instead(taxonomy(), axis, slug))


def _of_filters(config: Config, taxonomy: Callable[[], Taxonomy]) -> Iterator[Problem]:
    for place, query in _filters(config):
        for pick in query.tags():
            if not taxonomy().knows(pick.field, pick.value):
                slug = _nearest(taxonomy(), pick.field, pick.value)
                remedy = f"write {pick.field}={slug}" if slug else "write a slug of the taxonomy"
                yield config.problem(place, f"no tag {pick.field}/{pick.value}", remedy)


def _of_sources_in_filters(config: Config) -> Iterator[Problem]:
    ids = {source.id for source in config.sources}
    for place, query in _filters(config):
        for pick in query.picks:
            if pick.field == "source" and pick.value not in ids:
                yield config.problem(place, f"no source {pick.value!r} in this file", "write the id of one")


def _filters(config: Config) -> Iterator[tuple[tuple[str | int, ...], ItemQuery]]:
    """The filters of saved queries and mails, and where each stands."""
    said = {"query": [query.filter for query in config.queries], "mail": [mail.filter for mail in config.mails]}
    for table, filters in said.items():
        for index, text in enumerate(filters):
            yield (table, index, "filter"), parse_query(parse_qsl(text), date.max)


def _instead(taxonomy: Taxonomy, axis: str, slug: str) -> str:
    """What to write for a tag that is none."""
    if not slug:  # the slug alone was written
        found = [f"{one}/{axis}" for one in AXES if taxonomy.knows(one, axis)]
    else:
        axis = axis if axis in AXES else next(iter(difflib.get_close_matches(axis, AXES, n=1)), "")
        found = [f"{axis}/{near}"] if (near := _nearest(taxonomy, axis, slug)) else []
    remedy = f'write "{found[0]}"' if found else 'write axis/slug, such as "company/baidu"'
    return f"{remedy}, or add it as a table" if axis in AXES else remedy


def _nearest(taxonomy: Taxonomy, axis: str, name: str) -> str:
    from aggregator.tagging.names import likeliest  # which most starts need not

    return likeliest(taxonomy, axis, name) if axis in AXES else ""

"""The page of the sources: what is read, by country, language and class, and the health of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request
from markupsafe import Markup

from aggregator.digests import COLUMNS
from aggregator.errors import QueryError
from aggregator.model.saying import listed, say, to_say
from aggregator.publish.channel import Channel, Site, timestamp
from aggregator.publish.jsonl import iso
from aggregator.publish.notices import NONE_YET, WRITERS, Notice, newest
from aggregator.publish.table import Table
from aggregator.store import deliveries, notes, sources
from aggregator.store.notes import CONFIG_ERROR, STORE_ERROR
from aggregator.store.sources import SourceHealth
from aggregator.text.urls import as_told
from aggregator.trends.coverage import Bar, Fact, coverage
from web.context import class_name, context, database, name_of, now, site_address
from web.feeds import FEEDS, FeedLink, announced, document
from web.figures import SUFFIX, downloads, sent
from web.languages import gettext as _
from web.languages import said
from web.paging import read_parameters

pages = Blueprint("sources", __name__)

_KINDS = {"region": to_say("Country"), "lang": to_say("Language"), "source_class": to_say("Class")}
_BY = {"region": to_say("By country"), "lang": to_say("By language"), "source_class": to_say("By class")}
_DRAWN = {
    "region": to_say("Sources by country"), "lang": to_say("Sources by language"),
    "source_class": to_say("Sources by class"),
}  # fmt: skip

_COLUMNS = (
    "id", "title", "url", "region", "lang", "class", "status", "error", "warning", "items", "last_success", "next_look",
    "silent_since",
)  # fmt: skip
_SUFFIXES = ("atom", "rss")  # JSON is the table
_FILTERS = {"class": "source_class", "region": "region", "lang": "lang"}
_LATE, _WEEK = timedelta(hours=1), timedelta(days=7)


class Choice(NamedTuple):
    """A value that the list of sources can be narrowed to."""

    name: str
    number: int
    address: str
    chosen: bool


class Bars(NamedTuple):
    """The bars of one kind."""

    title: str
    svg: Markup


@pages.get("/sources")
def sources_page() -> str:
    """The health of every source, and what is wrong with feeds.toml if anything is."""
    every = _found()
    chosen = _chosen(every)
    found = _narrowed(every, chosen)
    failing = [source for source in found if source.state.error]
    return render_template(
        "sources.html", sources=failing + [source for source in found if not source.state.error], failing=len(failing),
        choices=_choices(every, chosen),
        silent=sum(source.silent_since is not None for source in found), links=downloads("/sources", chosen),
        coverage_links=downloads("/sources/coverage", {}),
        config_error=notes.read(database(), CONFIG_ERROR),
        groups=[] if chosen else _groups(found), table=_counted(found),
        store_error=notes.read(database(), STORE_ERROR), overdue=_overdue(found),
        feeds=_feeds(), undelivered=deliveries.troubles(database(), now() - _WEEK),
    )  # fmt: skip


def _chosen(every: list[SourceHealth]) -> list[tuple[str, str]]:
    """The filters of the address. Values of one are alternatives, as in listings; raises QueryError for others."""
    read_parameters(*_FILTERS)
    for name, kind in _FILTERS.items():
        known = sorted({getattr(source, kind) for source in every} - {""})
        for value in request.args.getlist(name):
            if value not in ("", *known):
                raise QueryError(name, say("%(value)s is none of %(names)s", value=repr(value), names=", ".join(known)))
    chosen = [(name, value) for name in _FILTERS for value in dict.fromkeys(request.args.getlist(name)) if value]
    g.path = _address(chosen)
    return chosen


def _narrowed(every: list[SourceHealth], chosen: list[tuple[str, str]]) -> list[SourceHealth]:
    wanted = {name: {value for other, value in chosen if other == name} for name, _ in chosen}
    return [s for s in every if all(getattr(s, _FILTERS[name]) in values for name, values in wanted.items())]


def _choices(every: list[SourceHealth], chosen: list[tuple[str, str]]) -> list[Choice]:
    """What the list can be narrowed to, with the number of sources; what is chosen can be left out again."""
    bars = _coverage(every)
    offered = [((name, bar.value), bar) for name, kind in _FILTERS.items() for bar in bars[kind] if bar.value]
    return [
        Choice(_name(_FILTERS[this[0]], bar.value), bar.sources, _address(_turned(this, chosen)), this in chosen)
        for this, bar in offered
    ]


def _turned(this: tuple[str, str], chosen: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The filters with one more, or with one less."""
    return [each for each in chosen if each != this] if this in chosen else [*chosen, this]


def _address(chosen: list[tuple[str, str]]) -> str:
    return f"/sources?{urlencode(chosen)}" if chosen else "/sources"


def _feeds() -> list[FeedLink]:
    return announced([(*FEEDS[suffix][:2], f"{site_address()}/sources.{suffix}") for suffix in _SUFFIXES])


def _overdue(found: Sequence[SourceHealth]) -> list[SourceHealth]:
    """Sources that should have been asked long ago: a database without room takes no note of why they were not."""
    late = now() - _LATE
    return [source for source in found if source.state.next_look and source.state.next_look < late]


@pages.get(f"/sources.{SUFFIX}")
def sources_table(suffix: str) -> Response:
    every = _found()
    return sent(_table(_narrowed(every, _chosen(every))), suffix)


@pages.get(f"/sources/coverage.{SUFFIX}")
def coverage_table(suffix: str) -> Response:
    read_parameters()
    return sent(_counted(_found()), suffix)


@pages.get("/sources.<any({}):suffix>".format(",".join(_SUFFIXES)))
def sources_feed(suffix: str) -> Response:
    """What is in trouble, and since when."""
    read_parameters()
    site, page, troubles = context().config.site, f"{site_address()}/sources", list(_troubles(_found()))
    channel = Channel(
        title=f"{site.title} – sources in trouble", subtitle="What fails, is gone or has fallen silent",
        site=Site(site_address()), page=page, address=f"{page}.{suffix}", updated=newest(troubles), author=site.title,
    )  # fmt: skip
    return document(channel, WRITERS[suffix](channel, troubles), FEEDS[suffix][1])


def _troubles(found: Sequence[SourceHealth]) -> Iterator[Notice]:
    """A trouble is one entry for as long as it lasts, and a new one if it comes again."""
    for source in found:
        state = source.state
        if state.error:
            yield _trouble(source, str(state.status), state.error, state.last_success or NONE_YET)
        elif source.silent_since:
            reason = "it answers, and has had nothing new for much longer than it used to"
            yield _trouble(source, "silent", reason, source.silent_since)


def _trouble(source: SourceHealth, kind: str, reason: str, since: datetime) -> Notice:
    name = f"source/{source.id}/{kind}/{timestamp(since)}"
    return Notice(name, f"{source.title}: {kind}", f"{site_address()}/source/{source.id}", since, escape(reason))


def _found() -> list[SourceHealth]:
    return sources.health(database(), listed_only=True, now=now())


def _coverage(found: list[SourceHealth]) -> dict[str, tuple[Bar, ...]]:
    return coverage(Fact(s.region, s.lang, s.source_class, bool(s.state.error), s.items) for s in found)


def _groups(found: list[SourceHealth]) -> list[Bars]:
    """A drawing for each kind; without a source there is nothing to draw."""
    if not found:
        return []
    from web import bars

    drawn = []
    for kind, own in _coverage(found).items():
        shown = [bars.Shown(_name(kind, bar.value), bar.sources, bar.failing, _hue(kind, bar.value)) for bar in own]
        drawn.append(Bars(_(_BY[kind]), bars.bars(shown, f"by-{kind.replace('_', '-')}", _(_DRAWN[kind]))))
    return drawn


def _hue(kind: str, value: str) -> str:
    return value if kind == "region" and value in COLUMNS else ""


def _name(kind: str, value: str) -> str:
    if not value:
        return _("not said")
    return class_name(value) if kind == "source_class" else name_of(kind, value)


def _table(found: list[SourceHealth]) -> Table:
    """The health of each, for programs."""
    rows = [
        (
            source.id, source.title, as_told(source.url), source.region, source.lang, source.source_class,
            str(source.state.status), source.state.error, source.state.warning, source.items,
            iso(source.state.last_success), iso(source.state.next_look), iso(source.silent_since),
        )
        for source in found
    ]  # fmt: skip
    return Table(_("Health of the sources"), _COLUMNS, tuple(rows))


def _counted(found: list[SourceHealth]) -> Table:
    columns = (say("Sources of"), say("Sources"), say("Failing"), say("Items carried"))
    rows = [
        (said(listed(": ", (say(_KINDS[kind]), _name(kind, bar.value)))), bar.sources, bar.failing, bar.items)
        for kind, own in _coverage(found).items()
        for bar in own
    ]
    return Table(_("Sources by country, language and class"), columns, tuple(rows))

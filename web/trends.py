"""Trends: items a week by region, company, model or topic, and what is new, grows or fades."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template

from aggregator.digests import COLUMNS
from aggregator.errors import QueryError
from aggregator.model import Tier
from aggregator.model.saying import say, to_say
from aggregator.query import ItemQuery, Pick
from aggregator.store import counts, digests, reads
from aggregator.text.weeks import in_words, monday, name_of
from aggregator.trends import RULE, Series, Tendency, Trend, Windows, tendency
from aggregator.trends.series import number
from aggregator.trends.tendency import BEFORE, LEAST, RECENT
from web.context import database
from web.figures import SUFFIX, Figure, downloads, sent
from web.languages import all_said, here, said
from web.languages import gettext as _
from web.paging import read_parameters
from web.spans import WeekSpan, drawn, series, span_of

pages = Blueprint("trends", __name__)

KINDS = {
    "region": to_say("China and the United States"),
    "company": to_say("Companies"),
    "model": to_say("Models"),
    "topic": to_say("Topics"),
    "stories": to_say("Stories"),
}
_TITLES = {
    "region": to_say("Items a week: China and the United States"),
    "company": to_say("Items a week: the companies with most of them"),
    "model": to_say("Items a week: the models with most of them"),
    "topic": to_say("Items a week: the topics with most of them"),
}
_TIERS = {"": counts.RELEVANT, "core": (Tier.CORE,)}
_PARAMETERS = ("by", "tier", "weeks", "until")
_LINES = 8  # more cannot be told apart


class Mover(NamedTuple):
    """A tag that is new, grows or fades."""

    slug: str
    windows: Windows


@pages.app_template_global("trends_address")
def address_of(parameters: dict[str, str], **changes: object) -> str:
    """The address of another chart that keeps what this one's says."""
    said = _sensible({name: str(value) for name, value in (parameters | changes).items()})
    return here("/trends?") + urlencode([(name, said[name]) for name in _PARAMETERS if said.get(name)])


@pages.app_template_filter("in_table")
def in_table(cell: str | float | None) -> str:
    return said(cell) if isinstance(cell, str) else number(cell)


@pages.app_template_filter("week")
def week_in_words(week: date) -> str:
    return said(in_words(week))


@pages.get("/trends")
def trends_page() -> str:
    parameters, by, span = _asked()
    figures, movers = _figures(by, span, parameters)
    return render_template(
        "trends.html", by=by, kinds=all_said(KINDS), figures=figures, movers=movers, rule=said(RULE),
        parameters=parameters, span=span,
        singles=figures[0].singles() if by in ("company", "model", "topic") else [],
        newest=_newest(span, parameters) if by != "stories" and figures[0].trend.empty else None,
    )  # fmt: skip


@pages.get(f"/trends.{SUFFIX}")
def trends_table(suffix: str) -> Response:
    parameters, by, span = _asked()
    figures, _movers_too = _figures(by, span, parameters)
    return sent(figures[0].table, suffix)


def _asked() -> tuple[dict[str, str], str, WeekSpan]:
    """What the address says: all of it, by what, of which weeks."""
    parameters = read_parameters(*_PARAMETERS)
    by = _choice("by", "region", KINDS, parameters)
    _choice("tier", "", _TIERS, parameters)
    return _sensible(parameters), by, span_of(parameters)


def _sensible(parameters: dict[str, str]) -> dict[str, str]:
    """Closed digests count stories of every tier."""
    return {name: value for name, value in parameters.items() if (name, parameters.get("by")) != ("tier", "stories")}


def _choice(name: str, otherwise: str, known: Collection[str], parameters: dict[str, str]) -> str:
    """A parameter that is one of a few words. Raises QueryError."""
    chosen = parameters.get(name, otherwise)
    if chosen not in known:
        words = ", ".join(filter(None, known))
        raise QueryError(name, say("%(value)s cannot be; write one of %(known)s", value=repr(chosen[:40]), known=words))
    return chosen


def _figures(
    by: str, span: WeekSpan, parameters: dict[str, str]
) -> tuple[list[Figure], dict[Tendency, list[Mover]] | None]:
    """The charts of a page, the one that its files have first; and where its tags are heading."""
    if by == "stories":
        return [_stories(span, parameters)], None
    core = parameters.get("tier", "")
    tiers = _TIERS[core]
    busy = counts.within(database(), by, span.windows(), tiers, LEAST)
    top = [*COLUMNS] if by == "region" else counts.leading(database(), by, span.first, span.last, _LINES, tiers)
    unit = say("core items a week") if core else say("items a week")
    trend = drawn(span, series(span, [(by, slug) for slug in top], tiers), unit)
    only = ItemQuery((Pick("tier", core),)) if core else ItemQuery()
    title = _("%(title)s (core)", title=_(_TITLES[by])) if core else _(_TITLES[by])
    figures = [Figure("items", title, trend, links=downloads("/trends", parameters), only=only)]
    if by == "region" and not (stories := _stories(span, parameters)).trend.empty:
        figures.append(stories)
    return figures, _movers({slug: Windows(*numbers) for slug, numbers in busy.items()}, span, tiers)


def _movers(tags: dict[str, Windows], span: WeekSpan, tiers: Collection[Tier]) -> dict[Tendency, list[Mover]] | None:
    """Tags by where they are heading; None while there are too few weeks to compare."""
    _recent, before = span.windows()
    weeks = counts.relevant(database(), before[0], BEFORE + RECENT, tiers)
    if not all(weeks):
        return None
    everything = Windows(sum(weeks[BEFORE:]), sum(weeks[:BEFORE]))
    found: dict[Tendency, list[Mover]] = {heading: [] for heading in Tendency}
    for slug, windows in tags.items():
        if heading := tendency(windows, everything):
            found[heading].append(Mover(slug, windows))
    return found


def _stories(span: WeekSpan, parameters: dict[str, str]) -> Figure:
    """Stories a week, as closed digests counted them."""
    counted = {one.period: one.stories for one in digests.archive(database(), weekly=True)}
    values = tuple(counted.get(name_of(week)) for week in span.weeks)
    trend = Trend(span.weeks, (Series(_("Stories"), values),), say("stories a week"))
    note = _("As the digests of these weeks counted them when they were closed; weeks without one have no number.")
    return Figure(
        "stories", _("Stories a week"), trend, note, downloads("/trends", _sensible(parameters | {"by": "stories"}))
    )


def _newest(span: WeekSpan, parameters: dict[str, str]) -> str:
    """The week of the newest item of the tiers, where it is none of these; "" if there is none."""
    core = ItemQuery((Pick("tier", "core"),))
    found = reads.newest(database(), core if parameters.get("tier") else ItemQuery().relevant_unless_said())
    week = monday(found.date()) if found else None
    return name_of(week) if week and week not in span.weeks else ""

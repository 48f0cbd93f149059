"""/tags, /tags/{axis}/{slug} and /trends/{axis}/{slug}"""

from __future__ import annotations

from collections import Counter
from datetime import date
from enum import StrEnum
from typing import Literal

from flask import Response
from pydantic import Field

from aggregator.model import AXES, Tier
from aggregator.query import ItemQuery, Pick
from aggregator.store import counts
from aggregator.text.weeks import monday
from aggregator.text.weeks import name_of as week_name
from web.api.resource import Day, NoParameters, Parameters, Said, a_year_before, answer, example, v1
from web.context import database, name_of, now, site_address
from web.glance import relatives
from web.tag_lookup import require_known

Axis = StrEnum("Axis", {axis: axis for axis in AXES})  # type: ignore[misc]


class TagPath(Parameters):
    axis: Axis = Field(json_schema_extra=example("company"))
    slug: str = Field(pattern="^[^/]+$", max_length=200, json_schema_extra=example("baidu"))


class TrendQuery(Parameters):
    since: Day | None = Field(None, description="a year back if left out", json_schema_extra=example("2025-02-01"))
    until: Day | None = Field(None, description="today if left out", json_schema_extra=example("2025-03-31"))
    by: Literal["day", "week"] = Field("day", description="days, or ISO weeks", json_schema_extra=example("week"))


class TagOut(Said):
    """A tag with its names and how many relevant items carry it."""

    axis: str = Field(examples=["company"])
    slug: str = Field(examples=["baidu"])
    name: str = Field(examples=["Baidu"])
    name_zh: str = Field(examples=["百度"])
    items: int
    page: str


class TagsOut(Said):
    tags: list[TagOut]


class TierCounts(Said):
    core: int
    adjacent: int
    off: int


class TagDetail(TagOut):
    """A tag with what belongs to it, and what it belongs to."""

    by_tier: TierCounts
    relatives: list[str] = Field(description="axis/slug", examples=[["model/ernie", "region/cn"]])
    feed: str = Field(description="its items as Atom")


class Point(Said):
    start: date = Field(description="the day, or the week's Monday")
    week: str | None = Field(description="the ISO week, if it is one", examples=["2025-W11"])
    items: int


class TrendOut(Said):
    """Relevant items by the day (UTC) that they are dated; those without an item are left out."""

    axis: str
    slug: str
    since: date
    until: date
    points: list[Point]


_ELSEWHERE = {"description": "This is a name of the tag; Location is its address"}


@v1.get("/tags", summary="Every tag that relevant items carry", responses={"200": TagsOut})
def tags(query: NoParameters) -> Response:
    totals = counts.totals(database())
    return answer(TagsOut(tags=[_tag(axis, slug, number) for axis in AXES for slug, number in totals.get(axis, ())]))


@v1.get(
    "/tags/<axis>/<slug>", summary="One tag, its names and relatives", responses={"200": TagDetail, "301": _ELSEWHERE}
)
def tag(path: TagPath, query: NoParameters) -> Response:
    axis, slug = str(path.axis), path.slug
    require_known(axis, slug)
    wanted = ItemQuery.of(axis, slug)
    tiers = {tier: counts.count(database(), wanted.having(Pick("tier", tier))).number for tier in Tier}
    said = _tag(axis, slug, tiers[Tier.CORE] + tiers[Tier.ADJACENT])
    more = [f"{other}/{name}" for _, tags in relatives(axis, slug) for other, name in tags]
    by_tier = TierCounts(**{str(tier): number for tier, number in tiers.items()})
    return answer(TagDetail(**said.model_dump(), by_tier=by_tier, relatives=more, feed=f"{said.page}.atom"))


@v1.get("/trends/<axis>/<slug>", summary="A tag's items over time", responses={"200": TrendOut, "301": _ELSEWHERE})
def trend(path: TagPath, query: TrendQuery) -> Response:
    axis, slug = str(path.axis), path.slug
    require_known(axis, slug)
    until = query.until or now().date()
    since = query.since or a_year_before(until)
    if query.by == "week":  # a part of a week is none
        since, until = monday(since), date.fromordinal(min(monday(until).toordinal() + 6, date.max.toordinal()))
    days = counts.trend(database(), axis, slug, since, until)
    points = weeks(days) if query.by == "week" else [Point(start=day, week=None, items=n) for day, n in days.items()]
    return answer(TrendOut(axis=axis, slug=slug, since=since, until=until, points=points))


def weeks(days: dict[date, int]) -> list[Point]:
    found: Counter[date] = Counter()
    for day, number in days.items():
        found[monday(day)] += number
    return [Point(start=day, week=week_name(day), items=number) for day, number in sorted(found.items())]


def _tag(axis: str, slug: str, number: int) -> TagOut:
    return TagOut(
        axis=axis, slug=slug, name=name_of(axis, slug), name_zh=name_of(axis, slug, "zh"), items=number,
        page=f"{site_address()}/{axis}/{slug}",
    )  # fmt: skip

"""/digests and /digests/{period}"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from flask import Response, abort
from pydantic import Field

from aggregator.digests import SECTIONS, Period, day_of, parse_period, week_of
from aggregator.model import Cutting, Digest, Latecomer, Piece, Tier
from aggregator.query import ItemQuery
from aggregator.store import digests as store
from web.api.resource import Day, NoParameters, Parameters, Said, a_year_before, answer, example, v1
from web.context import database, now, site_address, zone
from web.digests import view

Cadence = Literal["daily", "weekly"]


class State(StrEnum):
    OPEN = "open"  # still growing
    OVER = "over"  # put together from what is stored now: not closed yet, or older than the digests that are kept
    CLOSED = "closed"  # it stays as it is


class DigestsQuery(Parameters):
    cadence: Cadence | None = Field(None, description="both if left out", json_schema_extra=example("daily"))
    since: Day | None = Field(
        None, description="those that begin then or later; a year back if left out",
        json_schema_extra=example("2025-02-01"),
    )  # fmt: skip
    until: Day | None = Field(
        None, description="those that begin then or earlier", json_schema_extra=example("2025-03-31")
    )


class DigestPath(Parameters):
    period: str = Field(
        pattern=r"^[0-9]{4}-([0-9]{2}-[0-9]{2}|W[0-9]{2})$", description="a day, or an ISO week such as 2025-W11",
        json_schema_extra=example("2025-03-16"),
    )  # fmt: skip


class DigestOut(Said):
    """A digest, as lists show it."""

    period: str = Field(examples=["2025-03-16", "2025-W11"])
    cadence: Cadence
    start: datetime
    end: datetime
    state: State = Field(description="open while it grows; over until it is closed; closed, and then it never changes")
    closed: datetime | None = Field(description="when it was closed")
    hash: str | None = Field(description="SHA-256 of what was kept when it was closed")
    stories: int | None = Field(description="None in lists while it is not closed")
    reports: int | None = Field(description="None in lists while it is not closed")
    page: str = Field(description="our page of it")


class DigestsOut(Said):
    digests: list[DigestOut] = Field(description="those that are closed, and those that are still to be; newest first")


class ReportOut(Said):
    """A report as the digest tells it, whatever has become of the item since."""

    item: int
    title: str
    link: str | None
    source: str = Field(examples=["nist-news"])
    source_title: str
    source_class: str | None = Field(serialization_alias="class", examples=["official"])
    dated: datetime
    lang: str | None
    tier: Tier
    excerpt: str = Field(description="plain text")
    tags: list[str] = Field(description="axis/slug")
    copy_of: int | None = Field(description="the item whose text it repeats")


class DigestStoryOut(Said):
    story: int | None
    page: str = Field(description="our page of it")
    column: Literal["cn", "us"] | None = Field(description="China, the United States, or both and elsewhere")
    reports: int
    independent: int = Field(description="voices: copies, and what one publisher says twice, are one")
    lead: ReportOut
    others: list[ReportOut] = Field(description="in the order of their dates")


class SectionOut(Said):
    section: str = Field(examples=["policy"])
    name: str = Field(examples=["Policy"])
    stories: list[DigestStoryOut]


class ErratumOut(Said):
    item: int
    title: str = Field(description="as the digest tells it")
    what: str
    when: datetime | None = Field(description="when it changed; null for one that was only tagged anew")


class LateOut(ReportOut):
    """A report that came in after its digest was closed."""

    when: datetime | None = Field(description="when it came in; null for one that was only tagged anew")


class DigestDetail(DigestOut):
    """A digest with its stories; what has come and changed since it was closed stands below, not in it."""

    timezone: str = Field(description="where its days begin and end", examples=["UTC"])
    sections: list[SectionOut] = Field(description="those that have a story, in the order of the page")
    failing: list[str] = Field(description="sources that did not answer")
    added: list[LateOut] = Field(description="reports of this time that came in after it was closed")
    errata: list[ErratumOut] = Field(description="what has changed of its reports since, the oldest change first")


@v1.get("/digests", summary="Digests of days and weeks, newest first", responses={"200": DigestsOut})
def digests(query: DigestsQuery) -> Response:
    until = query.until or now().astimezone(zone()).date()
    since = query.since or a_year_before(until)
    found = [
        (period, kept)
        for weekly in (True, False)
        for period, kept in _all(weekly=weekly)
        if since <= period.first <= until and query.cadence in (None, _cadence(period))
    ]
    found.sort(key=lambda row: row[0].first, reverse=True)
    return answer(DigestsOut(digests=[DigestOut(**_listed(period, kept)) for period, kept in found]))


@v1.get("/digests/<period>", summary="One digest, with its stories and errata", responses={"200": DigestDetail})
def digest(path: DigestPath, query: NoParameters) -> Response:
    period = parse_period(path.period, zone())
    if period is None:
        abort(404)
    shown = view(period, ItemQuery())
    told, kept = shown.digest, shown.closed
    counted = {"start": told.start, "end": told.end, "stories": len(told.pieces), "reports": told.reports}
    sealed = {"state": State.CLOSED, "closed": kept.closed, "hash": kept.hash} if kept else {}
    errata = [ErratumOut(item=e.cutting.item, title=e.cutting.title, what=e.what, when=e.when) for e in shown.errata]
    return answer(DigestDetail(
        **_listed(period, None) | counted | sealed, timezone=told.timezone, sections=_sections(told),
        failing=list(told.failing), added=[_late(late) for late in shown.added], errata=errata,
    ))  # fmt: skip


def _all(*, weekly: bool) -> Iterator[tuple[Period, store.Listed | None]]:
    """The closed ones, the one of now, and those between that are still to be closed."""
    closed = store.archive(database(), weekly=weekly, limit=None)
    if closed and (newest := store.closed(database(), closed[0].period)):
        closed[0] = closed[0]._replace(end=newest.digest.end)
    yield from ((period, one) for one in closed if (period := parse_period(one.period, zone())))
    period = (week_of if weekly else day_of)(now(), zone())
    last = parse_period(closed[0].period, zone()) if closed else period.shifted(-1)
    while last and period.first > last.first:
        yield period, None
        period = period.shifted(-1)


def _cadence(period: Period) -> Cadence:
    return "weekly" if period.weekly else "daily"


def _listed(period: Period, kept: store.Listed | None) -> dict[str, Any]:
    state = State.CLOSED if kept else State.OVER if period.end <= now() else State.OPEN
    sealed = kept._asdict() if kept else dict.fromkeys(store.Listed._fields)
    # Under another time zone than today's, it began and ended at other moments.
    span = {"start": sealed["start"] or period.start, "end": sealed["end"] or period.end}
    return sealed | span | {
        "period": period.name, "cadence": _cadence(period), "state": state,
        "page": f"{site_address()}/digest/{period.name}",
    }  # fmt: skip


def _sections(digest: Digest) -> list[SectionOut]:
    return [
        SectionOut(section=section, name=name, stories=[_story(piece) for piece in pieces])
        for section, name in SECTIONS.items()
        if (pieces := digest.of(section))
    ]


def _story(piece: Piece) -> DigestStoryOut:
    page = f"/story/{piece.story}" if piece.story else f"/item/{piece.lead.item}"
    return DigestStoryOut(
        story=piece.story or None, page=site_address() + page, column=piece.column or None,
        reports=piece.reports, independent=piece.independent, lead=_report(piece.lead),
        others=[_report(cutting) for cutting in piece.others],
    )  # fmt: skip


def _late(late: Latecomer) -> LateOut:
    return LateOut(**_report(late.cutting).model_dump(), when=late.when)


def _report(cutting: Cutting) -> ReportOut:
    same = ("item", "title", "source", "source_title", "dated", "tier", "excerpt", "copy_of")
    or_none = {name: getattr(cutting, name) or None for name in ("link", "source_class", "lang")}
    return ReportOut(**{name: getattr(cutting, name) for name in same}, **or_none, tags=list(cutting.tags))

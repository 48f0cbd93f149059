"""/calendar"""

from __future__ import annotations

from datetime import date
from typing import Literal

from flask import Response
from pydantic import Field, create_model

from aggregator.digests.calendar import Milestone
from web.api.filters import asked_for, filters
from web.api.items import ItemOut, said
from web.api.resource import Parameters, Said, answer, v1
from web.calendar import ahead, passed

CalendarFilters = create_model("CalendarFilters", __base__=Parameters, __module__=__name__, **filters())


class MilestoneOut(Said):
    """A day that reports of one event name."""

    day: date
    kind: Literal["comments_close_on", "effective_on"] = Field(
        description="whether it is the last day for comments on a rule, or the one from which something applies"
    )
    reports: int = Field(description="how many name it")
    lead: ItemOut = Field(description="the one that stands nearest to the event")


class CalendarOut(Said):
    ahead: list[MilestoneOut] = Field(description="what has not passed, the next one first")
    passed: list[MilestoneOut] = Field(description="what has passed last, the latest first")


@v1.get(
    "/calendar",
    summary="Until when rules may be commented on, and from when they apply",
    responses={"200": CalendarOut},
)
def calendar(query: CalendarFilters) -> Response:
    """The filters are those of items; the days are those that items on policy name."""
    wanted = asked_for()
    return answer(CalendarOut(ahead=list(map(_out, ahead(wanted))), passed=list(map(_out, passed(wanted)))))


def _out(milestone: Milestone) -> MilestoneOut:
    return MilestoneOut(
        day=milestone.day, kind=milestone.kind, reports=milestone.reports, lead=ItemOut(**said(milestone.lead))
    )

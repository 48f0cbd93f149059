"""/stories and /stories/{id}"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, url_for
from pydantic import Field

from aggregator.model import StoredItem, StoredStory, Tier
from aggregator.query import ItemQuery
from aggregator.store import stories as store
from aggregator.store import story_listing
from web.api.filters import Filters, asked_for, cursor, neighbour
from web.api.items import ItemOut, said
from web.api.resource import NoParameters, Parameters, Said, answer, example, v1
from web.context import database, site_address
from web.tag_lookup import not_there


class StoryPath(Parameters):
    id: int = Field(ge=1, lt=2**31, json_schema_extra=example(1))


class StoryOut(Said):
    """A story, as lists show it."""

    id: int = Field(examples=[1])
    page: str = Field(description="our page of it")
    lead: ItemOut = Field(description="the report that speaks for it")
    reports: int
    independent: int = Field(description="voices: copies, and what one publisher says twice, are one")
    tier: Tier = Field(description="the best of its reports'")
    tags: list[str] = Field(description="axis/slug: those of the lead, and those that half of the reports carry")
    first: datetime = Field(description="the date of its earliest report")
    last: datetime = Field(description="the date of its latest report")
    changed: datetime = Field(description="when its lead or its number of reports last changed")


class MemberOut(ItemOut):
    """A report of a story, and why it belongs there."""

    source_title: str
    source_class: str | None = Field(serialization_alias="class", examples=["official"])
    reason: str | None = Field(description="why it is in the story; None for the first that came in here")
    copy_of: int | None = Field(description="the item whose text it repeats")


class StoryDetail(StoryOut):
    """A story with all its reports."""

    members: list[MemberOut] = Field(description="in the order of their dates")


class StoriesOut(Said):
    """A page of stories, newest first."""

    stories: list[StoryOut]
    next: str | None = Field(description="the address of the page with older stories")
    previous: str | None = Field(description="the address of the page with newer stories")


@v1.get("/stories", summary="Stories by query, newest first", responses={"200": StoriesOut})
def stories(query: Filters) -> Response:
    """The filters are those of items. A story stands where the newest of its reports does that they find."""
    wanted = asked_for()
    page = story_listing.listing(
        database(), wanted.relevant_unless_said(), limit=query.limit,
        before=cursor(query.before), after=cursor(query.after),
    )  # fmt: skip
    return answer(_listed(page, wanted, query.limit))


@v1.get(
    "/stories/<int:id>", summary="One story, with its reports and why each belongs",
    responses={"200": StoryDetail, "301": {"description": "Another story took its place; Location is its address"}},
)  # fmt: skip
def story(path: StoryPath, query: NoParameters) -> Response:
    living = store.survivor(database(), path.id)
    if living is not None and living != path.id:
        return Response(status=301, headers={"Location": url_for("api.story", id=living)})
    found = store.stories(database(), [path.id]).get(path.id)
    if found is None:
        not_there(store.was_there(database(), path.id))
    return answer(StoryDetail(**_said(found), members=[MemberOut(**_member(item)) for item in found.items]))


def _listed(page: story_listing.StoryListing, wanted: ItemQuery, limit: int) -> StoriesOut:
    there = page.stories
    return StoriesOut(
        stories=[StoryOut(**_said(one.story)) for one in there],
        next=neighbour("stories", wanted, limit, "before", there[-1].place) if there and page.has_older else None,
        previous=neighbour("stories", wanted, limit, "after", there[0].place) if there and page.has_newer else None,
    )


def _said(story: StoredStory) -> dict[str, Any]:
    return {
        "id": story.id, "page": f"{site_address()}/story/{story.id}", "lead": ItemOut(**said(story.lead)),
        "reports": story.voices.reports, "independent": story.voices.independent, "tier": story.tier,
        "tags": [str(tag) for tag in story.tags], "first": story.items[0].dated, "last": story.items[-1].dated,
        "changed": story.changed,
    }  # fmt: skip


def _member(item: StoredItem) -> dict[str, Any]:
    return said(item) | {
        "source_title": item.source_title, "source_class": item.source_class or None,
        "reason": item.story_reason or None, "copy_of": item.copy_of,
    }  # fmt: skip

"""The page of a story: who reports it, since when, and why each report belongs; and its feed, to follow it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from aggregator.model import StoredItem, StoredStory
from aggregator.publish.channel import Channel, Site, updated_of
from aggregator.store import stories
from web.context import context, database, names_in_feeds, site_address
from web.feeds import FORMATS, announced, document
from web.tag_lookup import not_there

pages = Blueprint("stories", __name__)


@pages.get("/story/<int:story_id>")
def story_page(story_id: int) -> str | BaseResponse:
    story = _living(story_id, "stories.story_page")
    if not isinstance(story, StoredStory):
        return story
    feeds = [(name, kind, f"{_address(story)}.{suffix}") for suffix, (name, kind, _) in FORMATS.items()]
    return render_template(
        "story.html", story=story, translation=translation(story), feeds=announced(feeds), address_of_it=_address(story)
    )  # fmt: skip


@pages.get(f"/story/<int:story_id>.<any({','.join(FORMATS)}):suffix>")
def story_feed(story_id: int, suffix: str) -> Response | BaseResponse:
    """The reports of a story, the newest first."""
    story = _living(story_id, "stories.story_feed", suffix=suffix)
    if not isinstance(story, StoredStory):
        return story
    site, page = context().config.site, _address(story)
    _, media_type, write = FORMATS[suffix]
    reports = story.items[::-1]
    channel = Channel(
        title=f"{site.title} – {story.lead.heading}", subtitle="Reports of one event, the newest first",
        site=Site(site_address()), page=page, address=f"{page}.{suffix}", updated=updated_of(reports, story.changed),
        author=site.title, name_of=names_in_feeds(),
    )  # fmt: skip
    return document(channel, write(channel, reports), media_type)


def _address(story: StoredStory) -> str:
    return f"{site_address()}/story/{story.id}"


def _living(story_id: int, endpoint: str, suffix: str | None = None) -> StoredStory | BaseResponse:
    """A story; where another one took its place, the way to that."""
    living = stories.survivor(database(), story_id) if story_id < 2**31 else None
    found = stories.stories(database(), [story_id]).get(story_id) if living == story_id else None
    if found:
        return found
    if living is None or living == story_id:
        not_there(stories.was_there(database(), story_id))
    return redirect(url_for(endpoint, story_id=living, suffix=suffix), 301)


def translation(story: StoredStory) -> StoredItem | None:
    """The first report in the other language."""
    return next((item for item in story.items if item.lang != story.lead.lang), None)

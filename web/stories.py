"""The page of a story: who reports it, since when, and why each report belongs."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from aggregator.model import StoredItem, StoredStory
from aggregator.store import stories
from web.look import database

pages = Blueprint("stories", __name__)


@pages.get("/story/<int:story_id>")
def story_page(story_id: int) -> str | BaseResponse:
    """A story; where another one took its place, the way to that."""
    living = stories.survivor(database(), story_id) if story_id < 2**31 else None
    if living is None:
        abort(404)
    if living != story_id:
        return redirect(url_for("stories.story_page", story_id=living), 301)
    story = stories.stories(database(), [story_id])[story_id]
    return render_template("story.html", story=story, translation=translation(story))


def translation(story: StoredStory) -> StoredItem | None:
    """The first report in the other language."""
    return next((item for item in story.items if item.lang != story.lead.lang), None)

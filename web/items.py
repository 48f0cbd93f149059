"""The page of one item: everything known of it, and why it has its tags."""

from __future__ import annotations

from flask import Blueprint, render_template

from aggregator.store import reads, stories
from aggregator.text.html import plain
from aggregator.text.papers import papers
from web.known import not_there
from web.look import database

pages = Blueprint("items", __name__)


@pages.get("/item/<int:item_id>")
def item_page(item_id: int) -> str:
    item = reads.item(database(), item_id) if item_id < 2**31 else None
    if item is None:
        not_there(reads.was_there(database(), item_id))
    story = stories.stories(database(), [item.story_id]).get(item.story_id) if item.story_id else None
    evidence = [words for tag in item.tags for words in tag.evidence]
    return render_template(
        "item.html", item=item, papers=papers(item.title, plain(item.summary)),
        carriers=reads.carriers(database(), item_id), versions=reads.versions(database(), item_id),
        title_words=[words for words in evidence if words.field == "title"],
        summary_words=[words for words in evidence if words.field == "summary"],
        reports=story.voices.reports if story else 0,
    )  # fmt: skip

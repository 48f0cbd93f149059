"""The page of one item: everything known of it, and why it has its tags."""

from __future__ import annotations

from flask import Blueprint, render_template

from aggregator.store import reads, told
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
    evidence = [words for tag in item.tags for words in tag.evidence]
    return render_template(
        "item.html", item=item, papers=papers(item.title, plain(item.summary)),
        carriers=reads.carriers(database(), item_id), versions=reads.versions(database(), item_id),
        title_words=[words for words in evidence if words.field == "title"],
        summary_words=[words for words in evidence if words.field == "summary"],
        voices=told.voices(database(), [item.story_id or 0]).get(item.story_id or 0),
    )  # fmt: skip

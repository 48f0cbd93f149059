"""The page of one item: everything known of it, and why it has its tags."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Blueprint, render_template

from aggregator.model import StoredItem
from aggregator.store import reads, told
from aggregator.text.html import plain
from aggregator.text.papers import papers
from web.known import not_there
from web.look import database, look, site_address
from web.tongue import gettext as _

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
        report=_report(item), points=_points(item),
        voices=told.voices(database(), [item.story_id or 0]).get(item.story_id or 0),
    )  # fmt: skip


def _report(item: StoredItem) -> str:
    """Where to tell of a wrong tag, "" if feeds.toml does not say; of a letter, most is written (RFC 6068)."""
    contact = look().config.site.contact
    if not contact.startswith("mailto:") or "?" in contact:  # then it says by itself what a letter begins with
        return contact
    lines = (
        f"{site_address()}/item/{item.id}", item.heading, item.link, "",
        _("Tags: %(tags)s", tags=" ".join(map(str, item.tags))), _("Wrong or missing:"), "",
    )  # fmt: skip
    said = urlencode({"subject": _("A wrong tag"), "body": "\r\n".join(lines)}, quote_via=quote)
    return f"{contact}?{said}"


def _points(item: StoredItem) -> tuple[float, float] | None:
    """How much it speaks of AI, and from where on it is AI news; None where a correction says otherwise."""
    points, enough = reads.score(database(), item.id), look().taxonomy.relevance.threshold
    return (points, enough) if (points >= enough) == item.relevant else None

"""The page of one item: everything known of it, and why it has its tags."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Blueprint, Response, render_template

from aggregator.digests.calendar import KINDS, days_of
from aggregator.model import StoredItem
from aggregator.publish.channel import Channel, Site
from aggregator.store import reads, story_listing
from aggregator.text.document_numbers import document_numbers
from aggregator.text.html import plain
from web.context import context, database, names_in_feeds, site_address
from web.feeds import CITATIONS, TABLES, document
from web.languages import gettext as _
from web.tag_lookup import not_there

pages = Blueprint("items", __name__)


@pages.get("/item/<int:item_id>")
def item_page(item_id: int) -> str:
    item = _stored(item_id)
    evidence = [words for tag in item.tags for words in tag.evidence]
    return render_template(
        "item.html", item=item, papers=document_numbers(item.title, plain(item.summary)),
        carriers=reads.carriers(database(), item_id), versions=reads.versions(database(), item_id),
        title_words=[words for words in evidence if words.field == "title"],
        summary_words=[words for words in evidence if words.field == "summary"],
        days=[(_(KINDS[kind]), day) for kind, day in days_of(item).items()],
        report=_report(item), points=_points(item), address_of_it=_address(item),
        voices=story_listing.voices(database(), [item.story_id or 0]).get(item.story_id or 0),
    )  # fmt: skip


@pages.get(f"/item/<int:item_id>.<any({','.join(CITATIONS)}):suffix>")
def item_citation(item_id: int, suffix: str) -> Response:
    """The item for a reference manager."""
    item = _stored(item_id)
    title, page = context().config.site.title, _address(item)
    channel = Channel(
        title=title, subtitle=item.heading, site=Site(site_address()), page=page, address=f"{page}.{suffix}",
        updated=item.changed, author=title, name_of=names_in_feeds(),
    )  # fmt: skip
    _, media_type, write = TABLES[suffix]
    return document(channel, write(channel, [item]), media_type)


def _stored(item_id: int) -> StoredItem:
    item = reads.item(database(), item_id) if item_id < 2**31 else None
    if item is None:
        not_there(reads.was_there(database(), item_id))
    return item


def _address(item: StoredItem) -> str:
    return f"{site_address()}/item/{item.id}"


def _report(item: StoredItem) -> str:
    """Where to tell of a wrong tag, "" if feeds.toml does not say; of a letter, most is written (RFC 6068)."""
    contact = context().config.site.contact
    if not contact.startswith("mailto:") or "?" in contact:  # then it says by itself what a letter begins with
        return contact
    lines = (
        _address(item), item.heading, item.link, "",
        _("Tags: %(tags)s", tags=" ".join(map(str, item.tags))), _("Wrong or missing:"), "",
    )  # fmt: skip
    said = urlencode({"subject": _("A wrong tag"), "body": "\r\n".join(lines)}, quote_via=quote)
    return f"{contact}?{said}"


def _points(item: StoredItem) -> tuple[float, float] | None:
    """How much it speaks of AI, and from where on it is AI news; None where a correction says otherwise."""
    points, enough = reads.score(database(), item.id), context().taxonomy.relevance.threshold
    return (points, enough) if (points >= enough) == item.relevant else None

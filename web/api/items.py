"""/items and /items/{id}"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Response
from pydantic import Field

from aggregator.model import StoredItem, Tier
from aggregator.query import ItemQuery
from aggregator.store import reads
from aggregator.store.span import Cursor
from aggregator.text.document_numbers import document_numbers
from aggregator.text.html import plain
from web.api.filters import Filters, asked_for, cursor, neighbour
from web.api.resource import NoParameters, Parameters, Said, answer, example, v1
from web.context import database, site_address
from web.tag_lookup import not_there


class ItemPath(Parameters):
    id: int = Field(ge=1, lt=2**31, json_schema_extra=example(1))


class ItemOut(Said):
    """An item, as lists show it."""

    id: int = Field(examples=[1])
    title: str = Field(description="the title; where there is none, how the text begins")
    link: str | None = Field(description="where the publisher has it")
    page: str = Field(description="our page of it")
    source: str = Field(description="the id of the source whose words these are", examples=["nist-news"])
    dated: datetime = Field(description="what the item is listed under: published, never later than first seen")
    published: datetime | None
    updated: datetime | None = Field(description="as the source says")
    first_seen: datetime
    changed: datetime = Field(description="the last change of anything but tags")
    lang: str | None = Field(examples=["zh"])
    tier: Tier
    tags: list[str] = Field(description="axis/slug", examples=[["company/baidu", "topic/release"]])
    story: int | None = Field(description="the story that it belongs to, None while it has none", examples=[1])
    summary: str = Field(description="sanitised HTML")


class EvidenceOut(Said):
    """The words that earned a tag."""

    tag: str
    field: str = Field(description="title or summary (its plain text)")
    start: int
    end: int
    text: str
    rule: str


class CarrierOut(Said):
    source: str
    title: str
    seen: datetime


class VersionOut(Said):
    """What the item said until a certain time."""

    title: str
    summary: str
    until: datetime


class ItemDetail(ItemOut):
    """An item with everything that is known of it."""

    text: str = Field(description="the summary as plain text, to which evidence refers")
    papers: list[str] = Field(description="numbers of official papers that it names, as they are written there")
    comments_close_on: date | None = Field(description="until when its text says that a rule may be commented on")
    effective_on: date | None = Field(description="from when its text says that something applies")
    evidence: list[EvidenceOut]
    carriers: list[CarrierOut] = Field(description="the sources that carried it, in the order of their sightings")
    versions: list[VersionOut]


class ItemsOut(Said):
    """A page of items, newest first."""

    items: list[ItemOut]
    next: str | None = Field(description="the address of the page with older items")
    previous: str | None = Field(description="the address of the page with newer items")


@v1.get("/items", summary="Items by query, newest first", responses={"200": ItemsOut})
def items(query: Filters) -> Response:
    """The filters are those of the pages. Core and adjacent items are shown unless a tier is named."""
    wanted = asked_for()
    page = reads.listing(
        database(), wanted.relevant_unless_said(), limit=query.limit, evidence=False,
        before=cursor(query.before), after=cursor(query.after),
    )  # fmt: skip
    return answer(listed(page, wanted, query.limit))


@v1.get("/items/<int:id>", summary="One item, with all that is known of it", responses={"200": ItemDetail})
def item(path: ItemPath, query: NoParameters) -> Response:
    found = reads.item(database(), path.id)
    if found is None:
        not_there(reads.was_there(database(), path.id))
    evidence = [EvidenceOut(tag=str(tag), **words._asdict()) for tag in found.tags for words in tag.evidence]
    carriers = [CarrierOut(source=c.source_id, title=c.title, seen=c.seen) for c in reads.carriers(database(), path.id)]
    versions = [VersionOut(**version._asdict()) for version in reads.versions(database(), path.id)]
    text = plain(found.summary)
    more = {
        "text": text,
        "papers": document_numbers(found.title, text),
        **found.key_dates._asdict(),
        "evidence": evidence,
        "carriers": carriers,
        "versions": versions,
    }
    return answer(ItemDetail(**said(found), **more))


def listed(page: reads.Listing, wanted: ItemQuery, limit: int) -> ItemsOut:
    def link(name: str, at: StoredItem) -> str:
        return neighbour("items", wanted, limit, name, Cursor(at.dated, at.id))

    return ItemsOut(
        items=[ItemOut(**said(item)) for item in page.items],
        next=link("before", page.items[-1]) if page.items and page.has_older else None,
        previous=link("after", page.items[0]) if page.items and page.has_newer else None,
    )


def said(item: StoredItem) -> dict[str, Any]:
    """The fields of ItemOut."""
    same = ("id", "dated", "published", "updated", "first_seen", "changed", "tier", "summary")
    return {name: getattr(item, name) for name in same} | {
        "title": item.heading, "link": item.link or None, "page": f"{site_address()}/item/{item.id}",
        "source": item.source_id, "lang": item.lang or None, "tags": [str(tag) for tag in item.tags],
        "story": item.story_id,
    }  # fmt: skip

"""/items and /items/{id}"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from flask import Response, abort, request
from pydantic import Field, StringConstraints, create_model

from aggregator.errors import QueryError
from aggregator.model import StoredItem, Tier
from aggregator.query import FIELDS, ItemQuery, parse_query
from aggregator.store import reads
from aggregator.store.places import Cursor
from aggregator.text.html import plain
from web.api.resource import Asked, Nothing, Said, answer, example, v1
from web.look import database, now, site_address
from web.paging import address

_CURSOR = r"^-?[0-9]{1,10}\.[0-9]{1,15}$"
_PLACES = ("before", "after", "limit")
Place = Annotated[str, StringConstraints(pattern=_CURSOR)]
Day = date | Annotated[str, StringConstraints(pattern=r"^[0-9]{1,4}d$")]


class Page(Asked):
    """Where in a listing."""

    before: Place | None = Field(None, description="what is older than this place; follow `next` instead")
    after: Place | None = Field(None, description="what is newer than this place; follow `previous` instead")
    limit: int = Field(50, ge=1, le=200, description="items of a page", json_schema_extra=example(20))


def _filters() -> dict[str, Any]:
    """The fields of ItemQuery as parameters."""
    found: dict[str, Any] = {}
    for field in FIELDS:
        value = Annotated[str, StringConstraints(pattern=f"^-?({field.pattern})$", max_length=200)]
        words = f"items {field.words % {'values': 'this'}}; several are alternatives, one with a minus is excluded"
        found[field.name] = (list[value], Field([], description=words, json_schema_extra=example([field.example])))
    span = "a day, or so many days back, such as 7d"
    found["since"] = (
        Day | None,
        Field(None, description=f"not before {span}", json_schema_extra=example("2025-02-01")),
    )
    found["until"] = (
        Day | None,
        Field(None, description=f"not after {span}", json_schema_extra=example("2025-03-31")),
    )
    found["q"] = (
        str,
        Field(
            "",
            max_length=200,
            description="a search, as in the search box",
            json_schema_extra=example("AI"),
        ),
    )
    return found


ItemsQuery = create_model("ItemsQuery", __base__=Page, __module__=__name__, **_filters())


class ItemPath(Asked):
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
    evidence: list[EvidenceOut]
    carriers: list[CarrierOut] = Field(description="the sources that carried it, in the order of their sightings")
    versions: list[VersionOut]


class ItemsOut(Said):
    """A page of items, newest first."""

    items: list[ItemOut]
    next: str | None = Field(description="the address of the page with older items")
    previous: str | None = Field(description="the address of the page with newer items")


@v1.get("/items", summary="Items by query, newest first", responses={"200": ItemsOut})
def items(query: ItemsQuery) -> Response:
    """The filters are those of the pages. Core and adjacent items are shown unless a tier is named."""
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in _PLACES]
    wanted = parse_query(pairs, now().date())
    page = reads.listing(
        database(), wanted.relevant_unless_said(), limit=query.limit, evidence=False,
        before=cursor("before", query.before), after=cursor("after", query.after),
    )  # fmt: skip
    return answer(listed(page, wanted, query.limit))


@v1.get("/items/<int:id>", summary="One item, with all that is known of it", responses={"200": ItemDetail})
def item(path: ItemPath, query: Nothing) -> Response:
    found = reads.item(database(), path.id)
    if found is None:
        abort(404)
    evidence = [EvidenceOut(tag=str(tag), **words._asdict()) for tag in found.tags for words in tag.evidence]
    carriers = [CarrierOut(source=c.source_id, title=c.title, seen=c.seen) for c in reads.carriers(database(), path.id)]
    versions = [VersionOut(**version._asdict()) for version in reads.versions(database(), path.id)]
    more = {"text": plain(found.summary), "evidence": evidence, "carriers": carriers, "versions": versions}
    return answer(ItemDetail(**_said(found), **more))


def listed(page: reads.Listing, wanted: ItemQuery, limit: int) -> ItemsOut:
    def link(name: str, at: StoredItem) -> str:
        extra = [(name, f"{int(at.dated.timestamp())}.{at.id}"), *([("limit", str(limit))] if limit != 50 else [])]
        return site_address() + address(f"{v1.url_prefix}/items", wanted, *extra)

    return ItemsOut(
        items=[ItemOut(**_said(item)) for item in page.items],
        next=link("before", page.items[-1]) if page.items and page.has_older else None,
        previous=link("after", page.items[0]) if page.items and page.has_newer else None,
    )


def cursor(name: str, text: str | None) -> Cursor | None:
    """A place: seconds since 1970, and an id."""
    if text is None:
        return None
    seconds, _, number = text.partition(".")
    try:
        return Cursor(datetime.fromtimestamp(int(seconds), UTC), int(number))
    except (ValueError, OverflowError):
        raise QueryError(name, "follow the links of a page; this place cannot be read") from None


def _said(item: StoredItem) -> dict[str, Any]:
    same = ("id", "dated", "published", "updated", "first_seen", "changed", "tier", "summary")
    return {name: getattr(item, name) for name in same} | {
        "title": item.heading, "link": item.link or None, "page": f"{site_address()}/item/{item.id}",
        "source": item.source_id, "lang": item.lang or None, "tags": [str(tag) for tag in item.tags],
    }  # fmt: skip

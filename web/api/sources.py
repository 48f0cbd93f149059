"""/sources"""

from __future__ import annotations

from datetime import datetime

from flask import Response
from pydantic import Field

from aggregator.model import Status
from aggregator.store import sources as store
from aggregator.store.sources import SourceHealth
from aggregator.text.urls import as_told
from web.api.resource import NoParameters, Said, answer, v1
from web.context import database, now, site_address


class SourceOut(Said):
    """A source, and how it behaves."""

    id: str = Field(examples=["nist-news"])
    title: str
    url: str = Field(description="the document that is fetched")
    site_url: str | None = Field(description="the publisher's page for people")
    page: str = Field(description="our page of it")
    lang: str | None
    region: str | None
    source_class: str | None = Field(serialization_alias="class", examples=["official"])
    status: Status
    error: str | None = Field(description="why it fails, if it does")
    warning: str | None = Field(description="what was wrong with its document, if that could be read all the same")
    items: int
    last_success: datetime | None
    next_look: datetime | None
    silent_since: datetime | None = Field(description="if it has been silent for much longer than it used to be")


class SourcesOut(Said):
    sources: list[SourceOut]


@v1.get("/sources", summary="The sources that are read, with their health", responses={"200": SourcesOut})
def sources(query: NoParameters) -> Response:
    found = store.health(database(), listed_only=True, now=now())
    return answer(SourcesOut(sources=[_said(source) for source in found]))


def _said(source: SourceHealth) -> SourceOut:
    state = source.state
    return SourceOut(
        id=source.id, title=source.title, url=as_told(source.url), site_url=source.site_url or None,
        page=f"{site_address()}/source/{source.id}", lang=source.lang or None, region=source.region or None,
        source_class=source.source_class or None, status=state.status, error=state.error or None,
        warning=state.warning or None, items=source.items,
        last_success=state.last_success, next_look=state.next_look, silent_since=source.silent_since,
    )  # fmt: skip

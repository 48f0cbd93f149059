"""What listings of the API are asked with: the filters of the pages, and a place between pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from flask import request
from pydantic import Field, StringConstraints, WithJsonSchema, create_model

from aggregator.query import FIELDS, ItemQuery, parse_query
from aggregator.store.span import Cursor
from web.api.resource import Parameters, example, v1
from web.context import site_address, today
from web.paging import address
from web.tag_lookup import meant

PER_PAGE = 50
_CURSOR = r"^-?[0-9]{1,16}\.[0-9]{1,15}$"
_EPOCH, _STEP = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_PLACES = ("before", "after", "limit")
CursorText = Annotated[str, StringConstraints(pattern=_CURSOR)]
# What is asked for is judged by `parse_query`, as on the pages, where 百度 and 2025-W11 are understood, too. These say
# what programs do best to write.
_DAY = {
    "anyOf": [
        {"type": "string", "format": "date"},
        {"type": "string", "pattern": "^([0-9]{1,4}d|[12][0-9]{3}(-(0[1-9]|1[0-2]|W(0[1-9]|[1-4][0-9]|5[0-2])))?)$"},
    ]
}
Day = Annotated[str, StringConstraints(pattern=r"\S", max_length=200), WithJsonSchema(_DAY)]


class Paging(Parameters):
    """Where in a listing."""

    before: CursorText | None = Field(None, description="what is older; an answer has it in its “next”")
    after: CursorText | None = Field(None, description="what is newer; an answer has it in its “previous”")
    limit: int = Field(PER_PAGE, ge=1, le=200, description="how many a page has", json_schema_extra=example(20))


def filters() -> dict[str, Any]:
    """The fields of ItemQuery as parameters."""
    found: dict[str, Any] = {}
    for field in FIELDS:
        form = {"type": "string", "pattern": f"^-?({field.pattern})$", "maxLength": 200}
        value = Annotated[str, StringConstraints(pattern=r"\S", max_length=200), WithJsonSchema(form)]
        words = f"items {field.words % {'values': '…'}}; several are alternatives, one with a minus is excluded"
        found[field.name] = (list[value], Field([], description=words, json_schema_extra=example([field.example])))
    span = "a day, a month, an ISO week, a year, or so many days back, such as 7d"
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
            description="a search, as in the search box; what cannot be read as one is refused",
            json_schema_extra=example("AI"),
        ),
    )
    return found


Filters = create_model("Filters", __base__=Paging, __module__=__name__, **filters())


def asked_for() -> ItemQuery:
    """The query of the request. Raises QueryError."""
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in _PLACES]
    return parse_query(pairs, *today(), slug_of=meant)


def cursor(text: str | None) -> Cursor | None:
    """A place: microseconds since 1970, as exact as dates are stored, and an id."""
    if text is None:
        return None
    moment, _, number = text.partition(".")
    return Cursor(_EPOCH + int(moment) * _STEP, int(number))


def neighbour(resource: str, wanted: ItemQuery, limit: int, name: str, at: Cursor) -> str:
    """The address of the page `before` or `after` a place."""
    extra = [(name, f"{(at.dated - _EPOCH) // _STEP}.{at.id}"), *([("limit", str(limit))] if limit != PER_PAGE else [])]
    return site_address() + address(f"{v1.url_prefix}/{resource}", wanted, *extra)

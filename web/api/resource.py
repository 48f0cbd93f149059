"""What all resources of the API share: their errors, their parameters, how they answer."""

from __future__ import annotations

import difflib
import re
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar, NoReturn

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from aggregator.errors import QueryError

PREFIX = "/api/"
MEDIA_TYPE = "application/json"
_FOLLOWED = {"before": "“next”", "after": "“previous”"}
_YEAR = timedelta(days=365)


class Said(BaseModel):
    """Base of all that the API says."""

    model_config = ConfigDict(frozen=True)


class Parameters(BaseModel):
    """Base of all parameters: what is not known is refused, so that a typo never looks like an answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    names: ClassVar[dict[str, list[str]]] = {}  #: the parameters of each, for those who mistype one

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        Parameters.names[cls.__name__] = list(cls.model_fields)


def example(value: object) -> dict[str, Any]:
    """How a parameter shows what it may be: OpenAPI has no list of examples there."""
    return {"example": value}


def _written_as_day(value: object) -> object:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(value)):  # else a number would be seconds since 1970
        raise ValueError("write a day such as 2025-03-31")
    return value


Day = Annotated[date, BeforeValidator(_written_as_day)]


def a_year_before(day: date) -> date:
    return day - _YEAR if day > date.min + _YEAR else date.min


class NoParameters(Parameters):
    """No parameters."""


class ErrorDetail(Said):
    status: int = Field(description="the HTTP status", examples=[400])
    title: str = Field(examples=["This parameter cannot be understood"])
    detail: str = Field(description="what is wrong, and what would be right", examples=["since: 'x' is no day"])
    parameter: str | None = Field(description="the parameter at fault, if it is one", examples=["since"])


class Error(Said):
    """What every error looks like."""

    error: ErrorDetail


v1 = APIBlueprint(
    "api", __name__, url_prefix=f"{PREFIX}v1",
    abp_responses={"400": Error, "404": Error, "503": Error},
    abp_tags=[Tag(name="Reading", description="Everything is read-only and open to every origin.")],
)  # fmt: skip


@v1.after_app_request
def open_to_all(response: Response) -> Response:
    """Any page may read the API: there is nothing in it that is not public, and no cookie to go with it."""
    if request.path.startswith(PREFIX):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
            response.headers["Access-Control-Max-Age"] = "86400"
    return response


def answer(said: BaseModel) -> Response:
    return Response(said.model_dump_json(by_alias=True), mimetype=MEDIA_TYPE)


def error_response(status: int, title: str, detail: str, parameter: str | None = None) -> Response:
    """The one shape of errors."""
    error = Error(error=ErrorDetail(status=status, title=title, detail=detail, parameter=parameter))
    return Response(error.model_dump_json(), status, mimetype=MEDIA_TYPE)


def refuse(error: ValidationError) -> NoReturn:
    """Raises QueryError for the first parameter that cannot be understood."""
    first = error.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "string_pattern_mismatch" and name in _FOLLOWED:
        raise QueryError(name, f"{first['input']!r} is no place; follow {_FOLLOWED[name]} of an answer")
    if first["type"] != "extra_forbidden":
        raise QueryError(name, f"{first['input']!r}: {first['msg'][:1].lower()}{first['msg'][1:]}")
    known = Parameters.names.get(error.title, [])
    close = difflib.get_close_matches(name, known, n=1)
    there_are = f"there are {', '.join(known)}" if known else "there are none here"
    raise QueryError(name, f"no such parameter; {f'did you mean {close[0]}?' if close else there_are}")

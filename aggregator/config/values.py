"""The kinds of values in feeds.toml: each says what is wrong with a value, and what to write instead."""

from __future__ import annotations

import re
from datetime import date, timedelta
from ipaddress import ip_network
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from aggregator.errors import QueryError
from aggregator.query import parse_query
from aggregator.tomlcheck import mistake

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = 3650 * 86400  # seconds
_SIZE = re.compile(r"(\d+)\s*(kB|MB|GB)?", re.IGNORECASE)
_LEAST_MEMORY = 3 * 10**8  # of addresses: libraries alone take a third of it
_MOST_MEMORY = 10**12
_BYTES = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}


def _duration(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or not 0 < int(found[1]) * _SECONDS[found[2]] <= _LONGEST:
        raise mistake(f"{value!r} is not a length of time", 'write a number with s, m, h or d, such as "30m"')
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])


def _size(value: Any) -> int:
    found = _SIZE.fullmatch(str(value).strip())
    if not found or int(found[1]) == 0:
        raise mistake(f"{value!r} is not a size", 'write a number with kB, MB or GB, such as "10MB"')
    return int(found[1]) * _BYTES[(found[2] or "").lower()]


def _memory(value: int) -> int:
    if value < _LEAST_MEMORY:
        raise mistake(f"{value:,} bytes are not enough to read a document", 'write at least "300MB"')
    if value > _MOST_MEMORY:
        raise mistake(f"{value:,} bytes are more than a machine has", 'write at most "1000GB"')
    return value


def _web_address(value: str) -> str:
    if not value:
        return value
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or re.search(r"\s", value):
        raise mistake(f"{value!r} is not a web address", 'write one that begins with "https://"')
    return value


def _site_address(value: str) -> str:
    if "?" in value or "#" in value:
        raise mistake(f"{value!r} goes on behind its path", 'write it without "?" and "#"')
    if urlsplit(value).path.strip("/"):
        raise mistake(f"{value!r} has a path", "the site needs a host of its own; write its address without a path")
    return value


def fit_id(text: str) -> str:
    """The id that is nearest to a text; what is one already stays as it is."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "my-source"


def _slug(value: str) -> str:
    if (fixed := fit_id(value)) != value:
        raise mistake(f"{value!r} is not an id", f'use small letters, digits and hyphens: "{fixed}"')
    return value


def _network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError:
        raise mistake(f"{value!r} is not a network", 'write it as "127.0.0.0/8"') from None


def _rule(value: str) -> str:
    if not value.strip():
        raise mistake("an empty rule fits everything", "write a phrase, an /expression/ or a tag")
    if _CONTROL.search(value):  # TOML takes \b between double quotes for a backspace
        raise mistake(f"{value!r} has a character that no text has", r"write \\ for \ there, or use single quotes")
    if len(value) > 2 and value.startswith("/") and value.endswith("/"):
        import regex  # few sources have expressions

        try:
            regex.compile(value[1:-1])
        except (regex.error, RecursionError) as error:
            raise mistake(f"{value!r} is no regular expression ({error})", "mend it, or write a phrase") from None
    return value


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, KeyError):
        raise mistake(f"{value!r} is not a time zone", 'write an IANA name, such as "Asia/Shanghai"') from None


def _filter(value: str) -> str:
    try:
        parse_query(parse_qsl(value, keep_blank_values=True), date.max)
    except QueryError as error:
        raise mistake(f"{value!r} is no filter ({error})", 'write one as "company=baidu&topic=release"') from None
    return value


def _written(pattern: str, kind: str | list[str] = "string") -> WithJsonSchema:
    """How a value looks in the file, for editors."""
    return WithJsonSchema({"type": kind, "pattern": pattern})


Duration = Annotated[timedelta, BeforeValidator(_duration), _written(r"^\s*\d+\s*[smhd]\s*$")]
Size = Annotated[
    int, BeforeValidator(_size), _written(r"^\s*\d+\s*([kK][bB]|[mM][bB]|[gG][bB])?\s*$", ["string", "integer"])
]
Memory = Annotated[Size, AfterValidator(_memory)]
WebAddress = Annotated[str, AfterValidator(_web_address), _written(r"^$|^[hH][tT][tT][pP][sS]?://\S+$")]
SiteAddress = Annotated[WebAddress, AfterValidator(_site_address)]
Title = Annotated[str, Field(min_length=1, pattern=r"\S")]
Slug = Annotated[str, AfterValidator(_slug), _written("^[a-z0-9]+(-[a-z0-9]+)*$")]
Network = Annotated[str, AfterValidator(_network)]
Zone = Annotated[str, AfterValidator(_zone)]
Rule = Annotated[str, AfterValidator(_rule)]
Filter = Annotated[str, AfterValidator(_filter)]
Port = Annotated[int, Field(strict=True, ge=1, le=65535)]

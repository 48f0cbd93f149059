"""The kinds of values in feeds.toml: each says what is wrong with a value, and what to write instead."""

from __future__ import annotations

import difflib
import re
from datetime import date, timedelta
from ipaddress import ip_network
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from aggregator.errors import QueryError
from aggregator.model import AXES, SLUG
from aggregator.query import parse_query
from aggregator.text.html import storable
from aggregator.text.language import MEANT
from aggregator.text.urls import web_link
from aggregator.tomlcheck import mistake

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]")  # also what copying brings along
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]+)*")
_FLAGS = re.compile(r"(/[^/]+/)(?:g?i|ig|im|mi|g)")
_LIKE_A_TAG = re.compile(r"([a-z]+)/[a-z0-9-]+")
_CHINAS = ("beijing", "asia/beijing", "北京", "上海", "中国", "china", "utc+8", "gmt+8", "+8", "+08:00", "utc+08:00")
_ZONES = {
    **dict.fromkeys(_CHINAS, "Asia/Shanghai"),
    **dict.fromkeys(("et", "edt", "eastern", "us", "-5", "-05:00", "utc-5"), "America/New_York"),
    **dict.fromkeys(("pt", "pst", "pdt", "pacific", "-8", "-08:00", "utc-8"), "America/Los_Angeles"),
    "cst": 'Asia/Shanghai" or "America/Chicago',
}
SECRET_PLACE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*")
_BARE_ADDRESS = re.compile(r"[\w.-]+\.[a-z]{2,}(?:/[!-~]*)?")
_DOMAIN = re.compile(r"([a-z0-9][a-z0-9-]*\.)+[a-z][a-z0-9-]*")
_DURATION = re.compile(r"(\d+)\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = 3650 * 86400  # seconds
_SIZE = re.compile(r"(\d+)\s*(kB|MB|GB)?", re.IGNORECASE)
_LEAST_SIZE = 1000  # bytes
_LEAST_MEMORY = 3 * 10**8  # of addresses: libraries alone take a third of it
_MOST_MEMORY = 10**12
_BYTES = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}


def _duration(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise mistake(f"{value!r} is not a length of time", 'write a number with s, m, h or d, such as "30m"')
    seconds = int(found[1]) * _SECONDS[found[2]]
    if not seconds:
        raise mistake(f"{value!r} is no time at all", 'write "1s" at least')
    if seconds > _LONGEST:
        raise mistake(f"{value!r} is more than ten years", 'write "3650d" at most')
    return timedelta(seconds=seconds)


def _kept(value: timedelta) -> timedelta:
    if value < timedelta(days=1):
        raise mistake(
            "less than a day is no time to keep items", 'm stands for minutes: for months write days, as in "540d"'
        )
    return value


def _size(value: Any) -> int:
    found = _SIZE.fullmatch(str(value).strip())
    if not found or int(found[1]) == 0:
        raise mistake(f"{value!r} is not a size", 'write a number with kB, MB or GB, such as "10MB"')
    size = int(found[1]) * _BYTES[(found[2] or "").lower()]
    if size < _LEAST_SIZE:
        raise mistake(f"{size} bytes are nothing", f'write kB, MB or GB behind it, such as "{found[1]}MB"')
    return size


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
    if _UNSEEN.search(value):
        raise mistake(f"{value!r} has a blank, or a character that is not seen", "write it without that, or as %20")
    if not valid:
        bare = value.partition("://")[2] or value
        meant = f"https://{bare}" if _BARE_ADDRESS.fullmatch(bare) else "https://news.example.org/feed"
        raise mistake(f"{value!r} is not a web address", f'write one as "{meant}"')
    return value


def fit_address(text: str) -> str:
    """The web address that is meant by one of another program's, as feeds.toml takes it; "" if it takes none."""
    bare = re.sub(r"^feed:(?://(?!$))?(?=https?:)", "", text.strip(), flags=re.IGNORECASE)
    link = _UNSEEN.sub("", web_link(re.sub(r"^feed:(//)?", "http://", bare, flags=re.IGNORECASE)))
    try:
        return _web_address(link)
    except ValueError:
        return ""


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
        meant = str(ip_network(value, strict=False))
    except ValueError:
        raise mistake(f"{value!r} is not a network", 'write it as "127.0.0.0/8"') from None
    try:
        return str(ip_network(value))
    except ValueError:
        raise mistake(f"{value!r} is a host in a network", f'did you mean "{meant}"?') from None


def _domain(value: str) -> str:
    if not _DOMAIN.fullmatch(value):
        host = value.partition("//")[2 if "//" in value else 0].partition("/")[0].strip("*.")
        meant = f'did you mean "{host}"?' if _DOMAIN.fullmatch(host) else 'write it as "news.example.org"'
        raise mistake(f"{value!r} is not the name of a domain", meant)
    return value


def _rule(value: str) -> str:
    if not value.strip():
        raise mistake("an empty rule fits everything", "write a phrase, an /expression/ or a tag")
    axis = _LIKE_A_TAG.fullmatch(value)
    if axis and axis[1] not in AXES and (close := difflib.get_close_matches(axis[1], AXES, n=1, cutoff=0.75)):
        raise mistake(f"no tags {axis[1]!r}", f'did you mean "{close[0]}/{value.partition("/")[2]}"?')
    if _LIKE_A_TAG.fullmatch(value.lower()) and value.lower() != value and value.lower().split("/")[0] in AXES:
        raise mistake(f"{value!r} is no tag", f'did you mean "{value.lower()}"?')
    if with_flags := _FLAGS.fullmatch(value):
        raise mistake(
            f"{value!r} has letters behind its end", f"write {with_flags[1]}: small and large letters are one"
        )
    if value == "//":
        raise mistake("an empty expression fits everything", "write one between the slashes")
    if _CONTROL.search(value):  # TOML takes \b between double quotes for a backspace
        raise mistake(f"{value!r} has a character that no text has", r"write \\ for \ there, or use single quotes")
    if len(value) > 2 and value.startswith("/") and value.endswith("/"):
        import regex  # few sources have expressions

        try:
            regex.compile(value[1:-1])
        except (regex.error, RecursionError) as error:
            raise mistake(f"{value!r} is no regular expression ({error})", "mend it, or write a phrase") from None
    return value


def _language(value: str) -> str:
    if meant := MEANT.get(value.casefold()):
        raise mistake(f"{value!r} is no language", f'did you mean "{meant}"?')
    if value and not _LANGUAGE.fullmatch(value):
        raise mistake(f"{value!r} is no code of a language", 'write one as ISO 639 has it, such as "zh" or "en"')
    return value


def _title(value: str) -> str:
    if storable(value) != value:
        raise mistake(f"{value!r} has a character that no text has", "write it without that")
    return value


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, KeyError):
        like = difflib.get_close_matches(value, available_timezones() | {"Asia/Beijing"}, n=1) if "/" in value else []
        of_city = sorted(zone for zone in available_timezones() if zone.endswith(f"/{value.title().replace(' ', '_')}"))
        near = (
            _ZONES.get(value.casefold(), "")
            or "".join(of_city[:1])
            or "".join(_ZONES.get(name.casefold(), name) for name in like)
        )
        remedy = f'did you mean "{near}"?' if near else 'write an IANA name, such as "Asia/Shanghai"'
        raise mistake(f"{value!r} is not a time zone", remedy) from None


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
Kept = Annotated[Duration, AfterValidator(_kept)]
Size = Annotated[
    int, BeforeValidator(_size), _written(r"^\s*\d+\s*([kK][bB]|[mM][bB]|[gG][bB])?\s*$", ["string", "integer"])
]
Memory = Annotated[Size, AfterValidator(_memory)]
WebAddress = Annotated[str, AfterValidator(_web_address), _written(r"^$|^[hH][tT][tT][pP][sS]?://\S+$")]
SiteAddress = Annotated[WebAddress, AfterValidator(_site_address)]
Title = Annotated[str, Field(min_length=1, pattern=r"\S"), AfterValidator(_title)]
Name = Annotated[str, AfterValidator(_title)]
Language = Annotated[str, AfterValidator(_language), _written(rf"^$|^{_LANGUAGE.pattern}$")]
Slug = Annotated[str, AfterValidator(_slug), _written(f"^{SLUG}$")]
Network = Annotated[str, AfterValidator(_network)]
Domain = Annotated[str, AfterValidator(_domain), _written(f"^{_DOMAIN.pattern}$")]
Zone = Annotated[str, AfterValidator(_zone)]
Rule = Annotated[str, AfterValidator(_rule)]
Filter = Annotated[str, AfterValidator(_filter)]
Port = Annotated[int, Field(strict=True, ge=1, le=65535)]

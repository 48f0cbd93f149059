"""Headers that a source is asked with, in feeds.toml: "Name: value", or the place of a secret for the value."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from aggregator.config.values import SECRET_PLACE
from aggregator.tomlcheck import mistake

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110, section 5.6.2
_OF_SECRETS = re.compile("auth(?!or)|cookie|key|token|secret|pass|pwd|session|sig|cred", re.IGNORECASE)  # in its name
_SECRET_OR_PLACE = re.compile("(?:bearer|basic) |(?:env|file):", re.IGNORECASE)
_OWN_HEADERS = {
    "host", "user-agent", "accept-encoding", "connection", "content-length", "transfer-encoding", "te", "upgrade",
    "expect", "keep-alive", "proxy-authorization", "if-none-match", "if-modified-since", "if-match", "if-range",
    "range",
}  # fmt: skip


def _texts(value: Any) -> Any:
    # What stands there may be a secret: no message repeats it.
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise mistake("this is no list of headers", 'write headers = ["X-Api-Key: env:VARIABLE"]')
    return value


def _header(value: str) -> str:
    name, colon, said = (part.strip() for part in value.partition(":"))
    if not colon or not _TOKEN.fullmatch(name) or not said or not said.isascii() or not said.isprintable():
        raise mistake("this is no header", 'write a name, a colon and a value, as "Referer: https://a.example/"')
    if name.lower() in _OWN_HEADERS:
        remedy = "; [fetch] has the user_agent" if name.lower() == "user-agent" else ""
        raise mistake(f"the header {name} is the fetcher's own", f"take it out{remedy}")
    if not SECRET_PLACE.fullmatch(said) and (_OF_SECRETS.search(name) or _SECRET_OR_PLACE.match(said)):
        raise mistake(f"what {name} says does not belong in this file", f'write where it is: "{name}: env:VARIABLE"')
    return f"{name}: {said}"


def _once_each(value: tuple[str, ...]) -> tuple[str, ...]:
    names = [header.partition(":")[0].lower() for header in value]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise mistake(f"the header {twice} stands there twice", "leave one of them")
    return value


Header = Annotated[str, AfterValidator(_header)]
Headers = Annotated[tuple[Header, ...], BeforeValidator(_texts), AfterValidator(_once_each)]

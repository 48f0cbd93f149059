"""Any JSON document whose entries can be found by dotted paths: the Federal Register's API, lists of models, …"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from html.entities import html5
from typing import Any

from aggregator.errors import ParseError
from aggregator.model import Entry, Feed, Selectors
from aggregator.parse.document import Document
from aggregator.parse.jsonfeed import load_json
from aggregator.text.dates import counted_back, parse_date

# What titles that are HTML have, and hardly a text has: "R&D;" and "</think>" are no markup.
_REFERENCE = re.compile(r"&(?:#\d+|#[xX][0-9A-Fa-f]+|[A-Z]?[a-z]+\d*);")
_CLOSING = re.compile(
    r"</(?:a|abbr|b|big|cite|code|div|em|font|h[1-6]|i|li|mark|p|q|s|small|span|strike|strong|sub|sup|u)>",
    re.IGNORECASE,
)
_DATE_OF_DOTNET = re.compile(r"^/Date\((\d{12,13})[^()]*\)/$")
_FIELD = re.compile(r"\{([^{}]+)\}")


def parse_json_list(document: Document) -> Feed:
    """Raises ParseError where `items` leads to no list, or no entry has a title or a link: the format has changed."""
    selectors = document.selectors or Selectors(items=".", title="title")
    records = _at(load_json(document), selectors.items.split("."))
    if not isinstance(records, list):
        raise ParseError(f"the selector items = {selectors.items!r} leads to no list")
    entries = tuple(_entry(record, selectors, document) for record in records)
    for which in ("title", "link"):
        selector = getattr(selectors, which)
        if records and selector and not any(getattr(entry, which) for entry in entries):
            raise ParseError(f"the selector {which} = {selector!r} finds nothing in {len(records)} records")
    undated = records and selectors.date and not any(entry.published for entry in entries)
    warning = f"date = {selectors.date!r} finds no date in any of {len(records)} records" if undated else ""
    return Feed("", "", tuple(entry for entry in entries if not entry.is_empty), warning=warning)


def _entry(record: Any, selectors: Selectors, document: Document) -> Entry:
    link, date = _value(record, selectors.link), _value(record, selectors.date)
    title = _value(record, selectors.title)
    return Entry(
        id="",
        link=link,
        title=title if _is_html(title) else html.escape(title, quote=False),
        summary=_value(record, selectors.summary),
        published=parse_date(_DATE_OF_DOTNET.sub(r"\1", date), document.now, document.zone),
        key_dates=document.key_dates(
            _value(record, selectors.comments_close_on), _value(record, selectors.effective_on)
        ),
        counted_back=counted_back(date),
    )


def _is_html(title: str) -> bool:
    named = (found[0] for found in _REFERENCE.finditer(title))
    return _CLOSING.search(title) is not None or any(name[1] == "#" or name[1:] in html5 for name in named)


def _value(record: Any, selector: str) -> str:
    """The text at a path, or a template with the texts at its paths: "https://example.org/{id}"."""
    if "{" in selector:
        known = all(_value(record, name) for name in _FIELD.findall(selector))
        return _FIELD.sub(lambda field: _value(record, field[1]), selector) if known else ""
    value = _at(record, selector.split(".")) if selector else None
    return str(value) if isinstance(value, str | int | float) else ""


def _at(value: Any, path: Sequence[str]) -> Any:
    """The value at a dotted path, None where it leads nowhere; "" is the value itself, "*" all of a list's in a row."""
    for place, step in enumerate(path):
        if step == "*" and isinstance(value, list):
            found = (_at(inner, path[place + 1 :]) for inner in value)
            return [record for records in found for record in (records if isinstance(records, list) else [records])]
        if isinstance(value, dict) and step:
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit():
            value = value[int(step)] if int(step) < len(value) else None
        elif step:
            return None
    return value

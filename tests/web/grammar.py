"""What RFC 4287 and jsonfeed.org ask of a document."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

ATOM = {"a": "http://www.w3.org/2005/Atom"}
_SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent.parent / "data" / "atom.rng"))


def atom_faults(document: bytes) -> list[str]:
    """Every fault of an Atom document, by the grammar and by the rules that no grammar can say."""
    root = etree.fromstring(document)
    _SCHEMA.validate(root)
    return [str(error) for error in _SCHEMA.error_log] + _rules(root)


def _rules(root: etree._Element) -> list[str]:
    faults = []
    entries = root.xpath("//a:entry", namespaces=ATOM)
    if not root.xpath("a:author", namespaces=ATOM) and not all(e.xpath("a:author", namespaces=ATOM) for e in entries):
        faults.append("neither the feed nor every entry has an author")
    for entry in entries:
        if not entry.xpath("a:content|a:link[@rel='alternate' or not(@rel)]", namespaces=ATOM):
            faults.append("an entry has neither content nor an alternate link")
    for holder in [root, *entries]:
        kinds = holder.xpath("a:link[@rel='alternate' or not(@rel)]", namespaces=ATOM)
        if len({(link.get("type"), link.get("hreflang")) for link in kinds}) < len(kinds):
            faults.append("two alternate links are of one kind")
    ids = root.xpath("a:entry/a:id/text()", namespaces=ATOM)
    if len(set(ids)) < len(ids):
        faults.append("two entries have one id")
    return faults


def json_feed_faults(document: bytes) -> list[str]:
    """Every fault of a JSON Feed 1.1: what is required, and the types of what is there."""
    feed = json.loads(document)
    faults = _typed(feed, {"version": str, "title": str, "items": list}, "the feed", required=True)
    optional = {"home_page_url": str, "feed_url": str, "description": str, "authors": list, "language": str}
    faults += _typed(feed, optional, "the feed")
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        faults.append("the version is not 1.1")
    for item in feed["items"]:
        faults += _item(item)
    return faults


def _item(item: dict[str, Any]) -> list[str]:
    name = f"item {item.get('id')}"
    faults = _typed(item, {"id": str}, name, required=True)
    optional = {"url": str, "title": str, "content_html": str, "language": str, "tags": list, "summary": str}
    faults += _typed(item, optional, name)
    if not {"content_html", "content_text"} & item.keys():
        faults.append(f"{name} has no content")
    for key in {"date_published", "date_modified"} & item.keys():
        if datetime.fromisoformat(item[key]).tzinfo is None:
            faults.append(f"{name}: {key} has no zone")
    known = {*optional, "id", "content_text", "date_published", "date_modified", "authors", "external_url", "image"}
    return faults + [f"{name} has {key!r}" for key in item if key not in known and not key.startswith("_")]


def _typed(value: dict[str, Any], types: dict[str, type], name: str, *, required: bool = False) -> list[str]:
    missing = [f"{name} has no {key}" for key in types if required and key not in value]
    return missing + [
        f"{name}: {key} is {type(value[key]).__name__}"
        for key, kind in types.items()
        if key in value and not isinstance(value[key], kind)
    ]

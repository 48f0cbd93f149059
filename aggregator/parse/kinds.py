"""The table of source kinds: adding one means a module here and a row below."""

from __future__ import annotations

from collections.abc import Callable

from aggregator.model import Feed
from aggregator.parse.document import Document
from aggregator.parse.feed import parse_feed
from aggregator.parse.html_list import parse_html_list
from aggregator.parse.json_list import parse_json_list

KINDS: dict[str, Callable[[Document], Feed]] = {
    "feed": parse_feed,  # RSS, RDF, Atom, JSON Feed
    "json": parse_json_list,  # any JSON document, by dotted paths
    "html": parse_html_list,  # a list page, by CSS selectors
}


def parse(kind: str, document: Document) -> Feed:
    """The entries of a document; raises ParseError if it holds none of that kind."""
    return KINDS[kind](document)

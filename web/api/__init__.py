"""/api/v1: what the pages show, as JSON, to be read by programs. A module a resource; all of them are named here."""

from web.api import calendar, digests, docs, items, sources, stories, tags
from web.api.resource import v1

__all__ = ["calendar", "digests", "docs", "items", "sources", "stories", "tags", "v1"]

"""/api/v1: what the pages show, as JSON, to be read by programs. A module a resource; all of them are named here.

Stories and digests get modules of their own beside these.
"""

from web.api import docs, items, sources, tags
from web.api.resource import v1

__all__ = ["docs", "items", "sources", "tags", "v1"]

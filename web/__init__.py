"""The site: server-rendered pages and feeds over one query language."""

from web.app import create_app

__all__ = ["create_app"]

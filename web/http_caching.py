"""What HTTP offers to those who ask again: validators, freshness, packing (RFC 9110, RFC 9111).

An answer is rendered once for a version of the store and kept. It is found again before Flask begins: that costs a look
at the version.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Flask, Response, request
from sqlalchemy import Engine
from werkzeug.datastructures import Accept
from werkzeug.http import http_date, is_resource_modified, parse_accept_header

import aggregator
from aggregator.config import Config
from aggregator.errors import StoreError
from aggregator.store import activity, version
from aggregator.store.db import one_view
from web.context import SiteContext, Watch
from web.languages import is_machine
from web.response_cache import CODINGS, CachedResponse, ResponseCache, etag_of

_SHORTEST, _LONGEST = 5, 300  # seconds for which an answer may be held: a source may be looked at by hand
_SECOND = timedelta(seconds=1)
_LONGEST_HEADER = 200  # characters of one that are read and remembered
_EVER_NEW = {"/sources"}  # shows what every look at a source changes
_BY_TIME = {"/", *(f"/sources.{suffix}" for suffix in ("atom", "rss", "csv", "json"))}  # silence comes without a word
_OF_PAGES = {".py", ".html", ".po", ".toml", ".css", ".js", ".svg"}  # what a page is made of
_FEEDS = {"application/atom+xml", "application/rss+xml"}
_XML = "application/xml; charset=utf-8"
_OF_SOURCES = ("/source/", "/api/v1/sources")
_NOTE = "wire.key"  # where the environment of a request has its CacheKey


def _installed() -> datetime:
    """When the newest file of the program was written."""
    packages = (Path(aggregator.__file__).parent, Path(__file__).parent)
    files = (path for package in packages for path in package.rglob("*") if path.suffix in _OF_PAGES)
    return datetime.fromtimestamp(max(path.stat().st_mtime for path in files), UTC)


class CacheKey(NamedTuple):
    """What an answer depends on: the store, feeds.toml and the address."""

    version: version.StoreVersion
    config: Config
    address: tuple[str, ...]


class HttpCaching:
    """A layer around the pages that answers what it has kept, and keeps what they answer."""

    def __init__(self, app: Flask, db: Engine, context: SiteContext) -> None:
        self._pages, self._db, self._context = app.wsgi_app, db, context
        self._watch = Watch(context)
        self._version = version.NONE
        # The same for all processes that serve the site, and for the next start of each.
        self._config, self._config_since = context.config, min(context.clock(), max(context.edited(), _installed()))
        self.cache = ResponseCache()
        app.wsgi_app = self  # type: ignore[method-assign]
        app.after_request(self.keep)
        app.extensions["http_caching"] = self

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self._watch.look_now_and_then()
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and (key := self._key_of(environ)):
            # A hub that was told of news gets nothing else.
            exact = bool(key.config.site.hub) and is_machine(environ["PATH_INFO"])
            answer = self.cache.find(key.address, key.version, key.config, time.monotonic(), exact=exact)
            if answer is not None:
                status, headers, body = self.reply(answer, environ)
                start_response("200 OK" if status == 200 else "304 Not Modified", headers)
                return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)
            environ[_NOTE] = key
            try:
                return self._made(environ, start_response)
            finally:
                self.cache.done(key.address)
        return self._made(environ, start_response)

    def _made(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with one_view():
            return self._pages(environ, start_response)

    def _key_of(self, environ: dict[str, Any]) -> CacheKey | None:
        try:
            self._version = version.current(self._db, self._version)
        except StoreError:  # the page itself will say so
            return None
        config = self._context.config
        if config is not self._config:
            self._config, self._config_since = config, self._context.clock()
        host = "" if config.site.url else f"{environ['wsgi.url_scheme']}://{environ.get('HTTP_HOST', '')}"
        address = (host, environ.get("SCRIPT_NAME", ""), environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        return CacheKey(self._version, config, address)

    def keep(self, response: Response) -> Response:
        """Makes an answer that was rendered just now one that can be kept, here and elsewhere."""
        key: CacheKey | None = request.environ.get(_NOTE)
        passing = response.is_streamed or response.direct_passthrough or response.cache_control.no_store
        if key is None or response.status_code != 200 or passing:
            return response
        answer = self._answer(response, key)
        if request.path not in _EVER_NEW:
            self.cache.keep(key.address, key.version, key.config, time.monotonic(), answer)
        status, headers, body = self.reply(answer, request.environ)
        return Response(body, status, headers)

    def _answer(self, response: Response, key: CacheKey) -> CachedResponse:
        feed = response.mimetype in _FEEDS
        response.headers["Vary"] = "Accept-Encoding, Accept" if feed else "Accept-Encoding"
        if request.path in _EVER_NEW:
            response.headers["Cache-Control"] = "no-cache"
        body = response.get_data()
        until = None if "Cache-Control" in response.headers else activity.next_look(self._db) or self._context.clock()
        headers = [pair for pair in response.headers if pair[0] != "Content-Length"]
        return CachedResponse(body, etag_of(body), tuple(headers), self._since(response, key), until, feed)

    def _since(self, response: Response, key: CacheKey) -> datetime | None:
        """Since when an answer is as it is: what readers see has not changed, nor this program and feeds.toml as it
        has read it, and no day has, here or in UTC.

        Of a page that shows how a source answers, nobody knows.
        """
        shows_sources = request.path.startswith(_OF_SOURCES) and response.mimetype in ("text/html", "application/json")
        if shows_sources or request.path in _EVER_NEW | _BY_TIME or key.version.since is None:
            return None
        now = self._context.clock()
        here = now.astimezone(ZoneInfo(key.config.site.timezone))
        midnights = [day.replace(hour=0, minute=0, second=0, microsecond=0) for day in (here, here.astimezone(UTC))]
        return max(key.version.since, self._config_since, *midnights).replace(microsecond=0)

    def reply(self, answer: CachedResponse, environ: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
        """An answer in the coding that is asked for, or that nothing has changed."""
        accepted = environ.get("HTTP_ACCEPT_ENCODING", "")[:_LONGEST_HEADER]
        coding = coding_of(accepted) if answer.worth_packing() else ""
        etag = f'"{answer.etag}-{coding}"' if coding else f'"{answer.etag}"'
        headers = [*answer.headers, ("ETag", etag)]
        if answer.feed and environ.get("HTTP_ACCEPT", "").startswith("text/html"):  # a browser, which styles plain XML
            headers = [(name, _XML if name == "Content-Type" else value) for name, value in headers]
        if answer.fresh_until:
            headers.append(("Cache-Control", f"public, max-age={self._seconds(answer.fresh_until)}"))
        since = answer.since
        if since:
            # In the second that is not over it may become something else again (RFC 9110, section 8.8.2.2).
            second = self._context.clock().replace(microsecond=0)
            over = since < second
            headers.append(("Last-Modified", http_date(since if over else second - _SECOND)))
            since = since if over else None
        if is_known(environ, etag, since):
            return 304, [pair for pair in headers if pair[0] != "Content-Type"], b""
        body = answer.packed(coding)
        headers.append(("Content-Length", str(len(body))))
        return 200, [*headers, ("Content-Encoding", coding)] if coding else headers, body

    def _seconds(self, until: datetime) -> int:
        """For how long an answer may be held: until the next look at a source."""
        left = int((until - self._context.clock()).total_seconds())
        return min(max(left, _SHORTEST), _LONGEST)


def is_known(environ: dict[str, Any], etag: str, since: datetime | None) -> bool:
    """Whether the one who asks has this very answer (RFC 9110, section 13.2.2)."""
    if "HTTP_IF_NONE_MATCH" not in environ and "HTTP_IF_MODIFIED_SINCE" not in environ:
        return False
    if environ.get("HTTP_IF_NONE_MATCH") == etag:  # as nearly all say it; to read a list of them takes longer
        return True
    return not is_resource_modified(environ, etag, last_modified=since)


@lru_cache(maxsize=256)
def coding_of(accepted: str) -> str:
    """The coding to answer in: the one that is wanted most, of those the one that packs best; "" for none."""
    wanted = parse_accept_header(accepted, Accept)
    best = max(CODINGS, key=lambda coding: wanted.quality(coding))  # the first of equals
    return best if wanted.quality(best) > 0 else ""

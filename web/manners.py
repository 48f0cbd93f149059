"""What HTTP offers to those who ask again: validators, freshness, packing (RFC 9110, RFC 9111).

An answer is rendered once for a version of the store and kept; asked for again, it costs one look at that version.
"""

from __future__ import annotations

import time
from datetime import datetime
from functools import lru_cache
from typing import cast

from flask import Flask, Response, current_app, g, request
from werkzeug.datastructures import Accept
from werkzeug.http import http_date, is_resource_modified, parse_accept_header

from aggregator.store import sources, version
from aggregator.store.version import Version
from web.kept import CODINGS, Answer, Kept, etag_of
from web.look import database, look, now

_SHORTEST, _LONGEST = 5, 300  # seconds for which an answer may be held: a source may be looked at by hand
_OWN = {"static", "overview.healthz"}  # endpoints that see to all of it themselves
_EVER_NEW = {"overview.sources_page"}  # shows what every look at a source changes


def register(app: Flask) -> None:
    app.extensions["kept"] = Kept()
    app.extensions["version"] = Version()
    app.before_request(answer_from_memory)
    app.after_request(with_manners)


def answer_from_memory() -> Response | None:
    """The kept answer, where there is one."""
    if request.method not in ("GET", "HEAD") or request.endpoint is None or request.endpoint in _OWN:
        return None
    g.version = current_app.extensions["version"] = version.current(database(), current_app.extensions["version"])
    g.config = look().config
    found = None
    if request.endpoint not in _EVER_NEW:
        g.key = _key()
        found = _kept().find(g.key, g.version, g.config, time.monotonic())
    return respond(found) if found else None


def with_manners(response: Response) -> Response:
    """Makes an answer that was rendered just now one that can be kept, here and elsewhere."""
    if "version" not in g or g.get("answered") or response.status_code != 200 or response.is_streamed:
        return response
    if response.cache_control.no_store:
        return response
    answer = _answer(response)
    if "key" in g:
        _kept().keep(g.key, g.version, g.config, time.monotonic(), answer)
    return respond(answer)


def _answer(response: Response) -> Answer:
    body, kept = response.get_data(), "key" in g
    headers = {**response.headers, "Vary": "Accept-Encoding"}
    if not kept:
        headers.setdefault("Cache-Control", "no-cache")
    del headers["Content-Length"]
    said = [*((name, value) for name, value in headers.items() if name != "Link"), *_links(response)]
    since, until = (g.version.since, sources.next_look(database())) if kept else (None, None)
    return Answer(body, etag_of(body), tuple(said), since, until)


def _links(response: Response) -> list[tuple[str, str]]:
    return [("Link", link) for link in response.headers.getlist("Link")]


def respond(answer: Answer) -> Response:
    """An answer in the coding that is asked for, or that nothing has changed."""
    g.answered = True
    coding = coding_of(request.headers.get("Accept-Encoding", "")) if answer.worth_packing() else ""
    etag = f'"{answer.etag}-{coding}"' if coding else f'"{answer.etag}"'
    modified = http_date(answer.since) if answer.since else None
    changed = is_resource_modified(request.environ, etag, last_modified=modified)
    response = Response(answer.packed(coding) if changed else None, 200 if changed else 304, answer.headers)
    if not changed:
        response.headers.pop("Content-Type")
    elif coding:
        response.headers["Content-Encoding"] = coding
    response.headers["ETag"] = etag
    if modified:
        response.headers["Last-Modified"] = modified
    response.headers.setdefault("Cache-Control", f"public, max-age={_seconds(answer.fresh_until)}")
    return response


def _seconds(until: datetime | None) -> int:
    """For how long an answer may be held: until the next look at a source."""
    left = int((until - now()).total_seconds()) if until else 0
    return min(max(left, _SHORTEST), _LONGEST)


def _key() -> tuple[str, ...]:
    """What an answer depends on beside the store: the address, and its host where feeds.toml does not name one."""
    asked = request.environ
    host = "" if g.config.site.url else f"{asked['wsgi.url_scheme']}://{asked.get('HTTP_HOST', '')}"
    return host, asked.get("SCRIPT_NAME", ""), asked["PATH_INFO"], asked.get("QUERY_STRING", "")


def _kept() -> Kept:
    return cast("Kept", current_app.extensions["kept"])


@lru_cache(maxsize=256)
def coding_of(accepted: str) -> str:
    """The coding to answer in: the one that is wanted most, of those the one that packs best; "" for none."""
    wanted = parse_accept_header(accepted, Accept)
    best = max(CODINGS, key=lambda coding: wanted.quality(coding))  # the first of equals
    return best if wanted.quality(best) > 0 else ""

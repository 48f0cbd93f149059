"""create_app: the Flask application, its blueprints and the headers that every answer carries."""

from __future__ import annotations

from flask import Flask, Response, abort, request
from sqlalchemy import Engine

from web import (
    api,
    archives,
    assets,
    calendar,
    compare,
    digests,
    errors,
    feeds,
    filters,
    fragment_cache,
    glance,
    items,
    listings,
    machines,
    menus,
    offline,
    overview,
    sources,
    stories,
    subscribe,
    timeline,
    trends,
)
from web.context import SiteContext, host
from web.http_caching import HttpCaching
from web.languages import LanguagePrefix
from web.languages import gettext as _

# Nothing from elsewhere, nothing inline: what a feed smuggles into a page finds no way to run or to call home.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(db: Engine, context: SiteContext) -> Flask:
    """The site over a store; `context` gives its name, its time zone and the taxonomy, and notices edits."""
    app = api.docs.described(__name__)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["db"] = db
    app.extensions["context"] = context
    HttpCaching(app, db, context)  # before all else: its part in an answer is the last
    LanguagePrefix(app)  # around it: an answer is kept by its language, too

    @app.before_request
    def refuse_what_is_no_host() -> None:
        if not host():
            abort(400, _("The request names no host that could be this site's."))

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        # Behind a proxy only the browser knows the scheme, and the host.
        here = f"{request.scheme}://{request.host}/"
        if response.location and response.location.startswith(here):
            response.location = "/" + response.location.removeprefix(here)
        return response

    for part in (
        overview, digests, stories, listings, items, feeds, archives, menus, subscribe, trends, compare, timeline,
        calendar, sources, glance, offline, machines, api.docs,
    ):  # fmt: skip
        app.register_blueprint(part.pages)
    app.register_api(api.v1)
    assets.register(app)
    filters.register(app)
    fragment_cache.register(app)
    errors.register(app)
    return app

"""The site as an app: what a browser needs to install it, and what it keeps to read without a connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, json, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from aggregator.digests import parse_period
from aggregator.store import digests
from web.assets import FOLDER
from web.context import context, database, zone
from web.languages import MACHINES, TAGS, language, link_to
from web.languages import gettext as _
from web.response_cache import etag_of

pages = Blueprint("offline", __name__)

_HERE = Path(__file__).parent
_FILES = ("wire.css", "wire.js", "icon.svg")  # what a kept page needs to look as it did
_KEPT = 3  # digests of each language
_LONGEST_NAME = 12  # characters that launchers show below an icon
_ICONS = (("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"), ("icon-maskable.png", 512, "maskable"))


@pages.get("/offline")
def offline_page() -> str:
    """The newest closed days: what the worker keeps, and its page for all that it has not kept."""
    listed = digests.archive(database(), weekly=False, limit=_KEPT)
    return render_template("offline.html", days=[day for one in listed if (day := parse_period(one.period, zone()))])


@pages.get("/sw.js")
def worker() -> Response:
    """The service worker, under a version that is another one as soon as what it keeps is made otherwise."""
    made_of = [_HERE / "templates" / "sw.js", *(FOLDER / name for name in _FILES)]
    source = render_template(
        "sw.js", version=etag_of(b"".join(path.read_bytes() for path in made_of)), most=_KEPT,
        files=[url_for("static", filename=name) for name in _FILES], machines=f"^(?:{MACHINES.pattern})$",
    )  # fmt: skip
    return Response(source, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@pages.get("/manifest.webmanifest")
def manifest() -> Response:
    """What the app is called and where it begins: in the language of the page that it was installed from."""
    title = context().config.site.title
    told: dict[str, Any] = {
        "name": title, "short_name": short_name(title), "lang": TAGS[language()],
        "description": _(
            "News on AI policy and AI releases in China and the United States, from the sources themselves."
        ),
        "start_url": url_for("overview.front_page"), "scope": "/", "display": "minimal-ui",
        "background_color": "#faf8f3", "theme_color": "#1d1b18",
        "icons": [
            {"src": link_to("static", filename=name), "sizes": f"{n}x{n}", "type": "image/png", "purpose": purpose}
            for name, n, purpose in _ICONS
        ],
    }  # fmt: skip
    return Response(json.dumps(told, ensure_ascii=False), mimetype="application/manifest+json")


@pages.get("/favicon.ico")
@pages.get("/apple-touch-icon.png")
def icon() -> BaseResponse:
    """Where browsers look for an icon when no page has told them: for a feed, and on a home screen."""
    return redirect(url_for("static", filename=_ICONS[0][0]), 301)


def short_name(title: str) -> str:
    """As many words of the title as there is room for: AI Policy Wire → AI Policy."""
    first = title[: _LONGEST_NAME + 1].rpartition(" ")[0] if len(title) > _LONGEST_NAME else title
    return first or title[:_LONGEST_NAME]

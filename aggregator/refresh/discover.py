"""Finding a site's feed when a person gives the address of a page. Pure."""

from __future__ import annotations

import re
from operator import itemgetter
from urllib.parse import urljoin, urlsplit

from aggregator.text.urls import web_link

_COMMENTS = re.compile(r"comment|评论|評論", re.IGNORECASE)
_MOST_LINKS = 10  # that are worth a try: a page may name hundreds, of other people
_FEED_TYPES = (
    "application/atom+xml",
    "application/rss+xml",
    "application/feed+json",
    "application/json",
    "application/rdf+xml",
    "text/xml",
    "application/xml",
)
# Where feeds are when a page does not say so, the most usual first.
_USUAL = (
    "feed",
    "rss",
    "feed.xml",
    "rss.xml",
    "atom.xml",
    "index.xml",
    "feed/",
    "rss/",
    "feeds/all.atom.xml",
    "feed.json",
)


def feed_links(page: bytes, url: str) -> list[str]:
    """The first feeds that a page links by autodiscovery, in its order, those of comments last; raises ParseError."""
    from aggregator.parse.soup import soup_of  # in a child process: others need only the usual places

    found, soup = [], soup_of(page)
    base = soup.select_one("base[href]")
    url = (base and web_link(str(base["href"]), url)) or url
    for link in soup.select("link[rel~=alternate][href]"):
        if str(link.get("type", "")).split(";")[0].strip().lower() in _FEED_TYPES:
            found.append((_COMMENTS.search(f"{link.get('title', '')} {link['href']}") is not None, link["href"]))
    links = [web_link(str(href), url) for _, href in sorted(found, key=itemgetter(0))]
    return [link for link in dict.fromkeys(links) if link][:_MOST_LINKS]


def usual_places(url: str) -> list[str]:
    """Addresses worth a try: beside the page, and at the site's root."""
    root = "{0.scheme}://{0.netloc}/".format(urlsplit(url))
    beside = url if url.endswith("/") else f"{url}/"
    return list(dict.fromkeys(urljoin(base, place) for place in _USUAL for base in (beside, root)))


def suggested_id(url: str) -> str:
    """An id for a source, from its host: https://www.example.org/feed → example-org."""
    host = (urlsplit(url).hostname or "source").removeprefix("www.")
    return "-".join(part for part in "".join(c if c.isalnum() else " " for c in host.lower()).split() if part.isascii())

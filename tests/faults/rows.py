"""What a row of the tables is, and what most of them are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tests.faults.server import Answer, Site
from tests.fetch.server import answer

MAX_SIZE = 2_000_000
EITHER = "ok, or an error that says the words"
OUT_OF_TIME = "reading the document took longer than 3 s"


@dataclass(frozen=True)
class Row:
    """A source in trouble or in an odd mood, and what must come of it."""

    name: str
    plays: Answer | Mapping[str, Answer]  #: at /feed, or by path
    status: str = "ok"  #: EITHER where both will do
    items: int = 0  #: that it carried
    words: str | tuple[str, ...] = ""  #: in the error; of several, one
    settings: str = ""  #: of the source in feeds.toml, beside id and url
    titles: tuple[str, ...] = ()  #: of the stored items, all, as they were stored
    links: tuple[str, ...] = ()  #: their links' ends
    dates: tuple[str, ...] = ()  #: the beginnings of their dates, "None" for none
    holds: tuple[str, ...] = ()  #: what their titles and summaries hold
    lacks: tuple[str, ...] = ()  #: what no stored item holds anywhere
    wait: tuple[int, int] | None = None  #: seconds until the next look, from and to
    not_asked: tuple[str, ...] = ()  #: paths that nobody must have asked for

    @property
    def id(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def site(self) -> Site:
        return self.plays if isinstance(self.plays, Mapping) else {"/feed": self.plays}


def item(number: int | str, title: str = "", more: str = "") -> str:
    """An RSS item with a link that is its source's own, whatever the source's address is."""
    words = escape(title or f"AI rules, part {number}")
    return f"<item><title>{words}</title><link>/{number}</link>{more}</item>"


def rss(*items: str, head: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    return f'{head}<rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'.encode()


def atom(*entries: str, attributes: str = "") -> bytes:
    opened = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>T</title><id>urn:t</id>'
    return f"{opened}{''.join(entries)}</feed>".encode()


def page(body: str | bytes, **headers: str) -> bytes:
    """A whole answer with the body."""
    return answer(200, body.encode() if isinstance(body, str) else body, **headers)


FEED = rss(item(1), item(2))
GOOD = page(FEED)


def refused(name: str, plays: Answer | Mapping[str, Answer], words: str | tuple[str, ...], **more: object) -> Row:
    """A row that ends in an error, with nothing stored."""
    return Row(name, plays, **({"status": "error", "words": words} | more))  # type: ignore[arg-type]


def read(name: str, body: str | bytes, items: int = 1, **more: object) -> Row:
    """A row whose document, sent as it should be, is read."""
    return Row(name, page(body), items=items, **more)  # type: ignore[arg-type]


def selecting(kind: str, **selectors: str) -> str:
    lines = "".join(f"{name} = '{value}'\n" for name, value in selectors.items())
    return f'kind = "{kind}"\n[source.selectors]\n{lines}'

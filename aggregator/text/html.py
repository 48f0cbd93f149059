"""HTML from strangers: a short allow-list of reading elements, and plain text.

Sanitising is the last thing that happens to a text before it is stored: whatever ran before it cannot undo it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import nh3

from aggregator.text.boilerplate import without_boilerplate

ALLOWED = {"a", "b", "blockquote", "br", "code", "em", "i", "li", "ol", "p", "pre", "strong", "ul"}
# What parts words without being allowed: "<div>One</div><div>Two</div>" is two words.
_PARTING = {
    "div", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "td", "th", "table", "caption", "section", "article", "header",
    "footer", "figure", "figcaption", "dl", "dt", "dd", "option", "summary",
}  # fmt: skip
_BLOCK = _PARTING | {"p", "br", "li", "ul", "ol", "blockquote", "pre"}
_DROP_WITH_CONTENT = {"script", "style", "noscript", "template", "iframe", "svg", "math", "head", "title"}

# Attribute values may hold ">", so quoted parts are stepped over.
_TAG = re.compile(r'</?([a-zA-Z][a-zA-Z0-9]*)(?:[^>"]|"[^"]*")*>')
_PARTS = re.compile(rf"</?(?:{'|'.join(sorted(_PARTING, reverse=True))})>")  # as they are left: without attributes
_MARKUP = re.compile("[<>&\xa0]")  # what the sanitiser would change
# What neither XML nor a database text may hold: control characters, lone surrogates, non-characters.
_NO_CHARACTERS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_UNSTORABLE = re.compile(f"[{_NO_CHARACTERS}]")
# What cannot be seen, and hides words from whoever looks for them: soft hyphens, spaces of no width; and what turns the
# direction of all that follows.
_UNREADABLE = re.compile(rf"[{_NO_CHARACTERS}\xad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")


_PRE = re.compile(r"<pre>[\r\n]+")
_SETTLING = 4  # passes; hardly anything takes a third
_SWELLING = 10  # characters of markup for one of text: more is a trick, or a table of links
_RAW = 200_000  # characters of markup that are looked at: pictures and styles may stand before the first word


def storable(text: str) -> str:
    """The text without characters that XML 1.0 or a database refuses."""
    return _UNSTORABLE.sub("", text)


def _readable(text: str) -> str:
    """The same of a text for people."""
    return _UNREADABLE.sub("", text)


def sanitise(source: str, base: str = "") -> str:
    """The HTML reduced to ALLOWED elements, with http(s) links made absolute against `base`. Idempotent."""
    if not _MARKUP.search(source):
        return _readable(source).strip()
    clean = _sanitised(source, base)
    for _ in range(_SETTLING):  # what was taken out may have kept apart what now falls together
        before, clean = clean, _sanitised(clean, base)
        if clean == before:
            return clean
    return html.escape(plain(clean), quote=False)


def _sanitised(source: str, base: str) -> str:
    clean = nh3.clean(
        _readable(source),
        tags=ALLOWED | _PARTING,
        clean_content_tags=_DROP_WITH_CONTENT,
        attributes={"a": {"href"}, "*": set()},  # without "*" nh3 would keep lang and title
        attribute_filter=_href_filter(base),
        url_schemes={"http", "https"},
        link_rel="nofollow noopener noreferrer",
        strip_comments=True,
    )
    clean = _PARTS.sub(" ", clean)
    # Readable once more, for &#8; has become the character itself; and parsers drop a line break after <pre>.
    return _PRE.sub("<pre>", _readable(clean)).strip()


def _href_filter(base: str) -> Callable[[str, str, str], str | None]:
    def absolute(_tag: str, attribute: str, value: str) -> str | None:
        if attribute != "href":
            return value
        try:
            link = urljoin(base, value.strip()) if base else value.strip()
            return link if urlsplit(link).scheme in ("http", "https") else None
        except ValueError:
            return None

    return absolute


def plain(source: str) -> str:
    """The text of *sanitised* HTML on one line; evidence counts its places in this text."""
    if "<" not in source and "&" not in source:
        return _one_line(source)
    text = _TAG.sub(lambda tag: " " if tag.group(1).lower() in _BLOCK else "", source)
    return _one_line(html.unescape(text))


def text_of(source: str) -> str:
    """The text of any HTML: for titles, which are never shown as HTML."""
    if "<" not in source and "&" not in source:
        return _one_line(_readable(source))
    # Blocks stay until `plain` has put a space in their place: "One<br>Two" is two words.
    clean = nh3.clean(_readable(source), tags=_BLOCK, attributes={"*": set()}, clean_content_tags=_DROP_WITH_CONTENT)
    return _one_line(_readable(plain(clean)))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def excerpt(source: str, base: str, limit: int) -> tuple[str, str]:
    """The source sanitised, and its plain text; of one longer than `limit` characters the beginning of the text only.

    A reader gets enough to judge the item by; the whole stays with its publisher.
    """
    clean = sanitise(source[:_RAW], base)
    text = plain(clean)
    if (bare := without_boilerplate(clean, text)) != clean:
        clean = sanitise(bare)
        text = plain(clean)
    if len(text) <= limit and len(clean) <= limit * _SWELLING:
        return (clean, text) if text else ("", "")
    short = shorten(text, limit)
    return html.escape(short, quote=False), short


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, ended at a word where the script has words, with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    space = cut.rfind(" ", limit * 4 // 5)
    return (cut[:space] if space > 0 else cut).rstrip() + "…"

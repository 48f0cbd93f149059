"""Which encoding a document is in: what its bytes can be counts for more than what its headers say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

_TOLD = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)
_WRITTEN = re.compile(rb"(?:encoding|charset)\s*=\s*[\"']?([\w.:-]+)")
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNMARKED = re.compile(rb"(?P<le><\x00[a-zA-Z!]\x00)|\x00<\x00[a-zA-Z!]")  # UTF-16 without a mark or a word on it
# What is called by the older names is written in the newer, larger sets.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "big5": "big5hkscs"}
_LATIN = dict.fromkeys(("iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "us-ascii"), "windows-1252")
_RARE = 18  # bytes beyond ASCII, of which one may be wrong in what is said to be Chinese: summaries are cut by bytes
_SELDOM = 100  # the same of what nobody says to be so
_FIRST = 6  # that may be wrong, however few there are
EAST_ASIAN = frozenset({"gb18030", "big5hkscs", "euc_jp", "euc_kr", "shift_jis", "cp949"})  #: as Python names them
_WITH_QUOTES = re.compile(rb"[\x80-\x9f]")  # which no text in ISO 8859-1 has
_WIDE = re.compile(r"utf-?(?:16|32)|ucs-?[24]", re.IGNORECASE)  # units of two bytes or four: ASCII has a NUL in each
# Python's, and of no document. The first takes time that grows with the square of the length.
_OF_PROGRAMS = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "utf_7"}


def charset(body: bytes, content_type: str) -> str:
    """The encoding to read a document with; "" leaves it to the parser, for nothing speaks against what it says itself.

    The bytes decide: what is UTF-8 is read as such, whatever is said; what is said but cannot be is not believed.
    """
    if unmarked := _UNMARKED.match(body):
        return "utf-16-le" if unmarked["le"] else "utf-16-be"
    if body.startswith(_BOMS) or b"\x00" in body[:4]:
        return ""
    if not body.isascii() and nearly_utf8(body):
        return "utf-8"
    told, written = _TOLD.search(content_type), _WRITTEN.search(body[:2000])
    named = [told[1]] if told else []
    named += [written[1].decode()] if written else []
    latin = [name for name in named if name.lower() in _LATIN]
    if latin and not body.isascii():
        # A program's default, more often than not; and any bytes can be Latin.
        guessed = east_asian(body) if len(set(_PAIR.findall(body))) > _FEW else ""  # rows of hard spaces are pairs, too
        named = [*(name for name in named if name not in latin), guessed, *latin]
    if any(name.lower().replace("-", "_") in _OF_PROGRAMS for name in named):
        return "utf-8"
    wider = _WIDER | _LATIN if _WITH_QUOTES.search(body) else _WIDER
    for name in named:
        wide = wider.get(name.lower(), name)
        if _WIDE.match(wide) and b"\x00" not in body:
            return east_asian(body) or "utf-8"
        if wide.lower() not in ("utf-8", "utf8") and (_is(body, wide) or _nearly(body, wide)):
            return wide
    if not body.isascii() and (guessed := east_asian(body)):
        return guessed
    if not body.isascii() and any(name.lower() in ("utf-8", "utf8") for name in named):
        # What is no UTF-8, though it is called so; another word on it may be true, damaged as the text is.
        damaged = (wider.get(name.lower(), name) for name in named if _is_east_asian(name))
        return next((name for name in damaged if _broken(body, name) * 3 <= _beyond_ascii(body)), "windows-1252")
    return told[1] if told else written[1].decode() if written and not body.isascii() else ""


def nearly_utf8(body: bytes) -> bool:
    """Whether a document is UTF-8, but for a byte here and there: a text cut in the middle of a character, say."""
    return _broken(body, "utf-8") * 4 <= _beyond_ascii(body)


def east_asian(body: bytes) -> str:
    """The East Asian encoding that a document without a word on it is in, "" if it looks like none of them.

    Text in pairs of high bytes, told apart by which first and second bytes are frequent: hangul begins with B0 to C8 in
    EUC-KR, kana with A4 and A5 in EUC-JP and with 82 and 83 in Shift JIS, and half of Big5's second bytes are below 80.
    """
    pairs = _PAIR.findall(body)
    # In Western text high bytes stand alone, before letters.
    if not pairs or sum(pair[1] < 0x80 for pair in pairs) > 0.85 * len(pairs):
        return ""
    for name, is_typical, share in _SIGNS:
        if sum(map(is_typical, pairs)) >= share * len(pairs) and _broken(body, name) * _SELDOM <= _beyond_ascii(body):
            return name
    return ""


_FEW = 3
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_SIGNS: tuple[tuple[str, Callable[[bytes], bool], float], ...] = (
    ("shift_jis", lambda pair: pair[0] in (0x82, 0x83), 0.2),
    ("euc_jp", lambda pair: pair[0] in (0xA4, 0xA5), 0.15),
    ("euc_kr", lambda pair: 0xB0 <= pair[0] <= 0xC8 and pair[1] > 0xA0, 0.9),
    ("big5hkscs", lambda pair: pair[1] < 0x80, 0.25),
    ("gb18030", lambda _: True, 0.0),
)


def is_encoding(name: str) -> bool:
    """Whether a name is that of an encoding of text."""
    try:
        b"\0\0\0\0".decode(name)
    except (LookupError, ValueError):
        return False
    return bool(name)


def _is(body: bytes, name: str) -> bool:
    try:
        body.decode(name)
    except (LookupError, ValueError):
        return False
    return True


def _nearly(body: bytes, name: str) -> bool:
    """Whether a document is in an East Asian encoding that it names, but for a byte here and there."""
    if not _is_east_asian(name):
        return False
    beyond = _beyond_ascii(body)
    return (_broken(body, name) - min(_FIRST, beyond // 3)) * _RARE <= beyond


def _is_east_asian(name: str) -> bool:
    return is_encoding(name) and codecs.lookup(_WIDER.get(name.lower(), name)).name in EAST_ASIAN


def _broken(body: bytes, name: str) -> int:
    """How many characters of a document cannot be read in an encoding."""
    return body.decode(name, errors="replace").count("\ufffd")


def _beyond_ascii(body: bytes) -> int:
    return len(body.translate(None, bytes(range(128))))

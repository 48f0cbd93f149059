"""Small damage that would cost a whole document: bytes that stand for no character, references to what is none."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from html.entities import html5

from aggregator.parse.charset import EAST_ASIAN, is_encoding
from aggregator.parse.document import Document

_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,9}));")
_PAIR = re.compile(rb"(&#(?:[xX][dD][89abAB]\w\w|5[56]\d{3});)(&#[xX]?[0-9a-fA-F]{4,6};)")
_AND = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?:([a-zA-Z][a-zA-Z0-9]{1,30};)|(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};))", re.DOTALL
)
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)


def mended(document: Document) -> Document:
    """The document with such damage taken out; most are answered as they are."""
    name = document.charset
    if is_encoding(name) and codecs.lookup(name).name in ("utf-8", *EAST_ASIAN):
        try:
            document.body.decode(name)
        except UnicodeDecodeError:
            document = replace(document, body=document.body.decode(name, errors="replace").encode())
    body = document.body
    if b"&#" in body:
        body = _REFERENCE.sub(_character, _PAIR.sub(_joined, body))
    return document if body == document.body else replace(document, body=body)


def with_references(body: bytes) -> bytes:
    """XML in which each & begins a reference that XML has: what HTML has a name for, and a bare one, as numbers.

    Parsers drop those, and what follows, or take the rest of the document for something else.
    """
    return _AND.sub(_reference, body)


def with_bare_ampersands(document: Document) -> Document:
    """The same of a document with an & that begins no reference at all: AT&T, ?id=1&lang=en."""
    body = document.body
    readable = b"&" in body and b"\0" not in body[:4] and b"\x1b$" not in body  # of UTF-16, and of ISO-2022
    if not readable or all(found[0] != b"&" for found in _AND.finditer(body)):
        return document
    return replace(document, body=with_references(body))


def _reference(found: re.Match[bytes]) -> bytes:
    """An & as a reference by number; what HTML has a name for, as that character's."""
    if not found[0].startswith(b"&"):
        return found[0]
    meant = html5.get(found[1].decode()) if found[1] else None
    return "".join(f"&#{ord(sign)};" for sign in meant).encode() if meant else b"&#38;" + found[0][1:]


def _joined(pair: re.Match[bytes]) -> bytes:
    """Two references to the halves of a character, as the one that they mean."""
    high, low = (_code(half) for half in (_REFERENCE.match(pair[1]), _REFERENCE.match(pair[2])))
    if high not in _HIGH or low not in _LOW:
        return pair[0]
    return b"&#%d;" % (0x10000 + (high - _HIGH.start) * 0x400 + low - _LOW.start)


def _character(reference: re.Match[bytes]) -> bytes:
    """A reference to what XML has as a character; what is none is dropped."""
    code = _code(reference)
    allowed = code in (0x9, 0xA, 0xD) or 0x20 <= code < _HIGH.start or _LOW.stop <= code <= 0x10FFFF
    return reference[0] if allowed and code not in (0xFFFE, 0xFFFF) else b""


def _code(reference: re.Match[bytes] | None) -> int:
    if reference is None:
        return 0
    return int(reference[1], 16) if reference[1] else int(reference[2])

"""Writing XML as text: a feed is a thousand elements, and a tree of them takes several times as long to make."""

from __future__ import annotations

import re
from html import escape

from aggregator.publish.channel import STYLESHEET
from aggregator.text.html import storable

_PROLOGUE = (
    "<?xml version='1.0' encoding='utf-8'?>\n"
    f'<?xml-stylesheet type="text/css" href="{STYLESHEET}"?>\n'  # a browser shows the feed with it
)
_SPECIAL = re.compile("[&<>\"'\n\r\t]")  # most texts have none of them


def element(name: str, text: str = "", **attributes: str) -> str:
    """An element with text."""
    said = "".join([f' {key}="{_attribute(value)}"' for key, value in attributes.items()])
    return f"<{name}{said}>{_text(text)}</{name}>" if text else f"<{name}{said}/>"


def document(opening: str, parts: list[str], closing: str) -> bytes:
    """A whole document; `opening` and `closing` are the tags around its parts. What XML cannot hold is left out, for it
    would cost the whole document.
    """
    return storable("\n".join([_PROLOGUE + opening, *parts, closing, ""])).encode()


def _text(text: str) -> str:
    if not _SPECIAL.search(text):
        return text
    return escape(text, quote=False).replace("\r", "&#13;")  # else a reader takes it for a line's end


def _attribute(text: str) -> str:
    if not _SPECIAL.search(text):
        return text
    return escape(text).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")

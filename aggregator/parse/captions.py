"""What an item says of its pictures, taken out where it has words of its own: feedparser takes the first it meets.

A document is read token by token, in time that grows with its length alone, whatever is left open in it.
"""

from __future__ import annotations

import re

_PREFIXES = (b"<media:", b"<itunes:", b"<dc:")
_BEFORE_ITEM = re.compile(rb"(?=<item[\s>])")
_TOKEN = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?P<end>/?)(?P<name>[A-Za-z][\w:.-]*)[^<>]*?(?P<empty>/?)>",
    re.DOTALL,
)
# Each caption, and the item's own element that it must not stand in for.
_CAPTIONS = {
    prefix + name: own
    for prefix in (b"media:", b"itunes:", b"dc:")
    for name, own in ((b"title", b"title"), (b"description", b"description"), (b"summary", b"description"))
}
_OWN = frozenset(_CAPTIONS.values())


def without_captions(body: bytes) -> bytes:
    """A document whose items are called and described by their own titles and descriptions, where they have such."""
    if not any(prefix in body for prefix in _PREFIXES):
        return body
    return b"".join(map(_of_item, _BEFORE_ITEM.split(body)))


def _of_item(item: bytes) -> bytes:
    own, captions = _found(item)
    for name, start, end in reversed(captions):
        if _CAPTIONS[name] in own:
            item = item[:start] + item[end:]
    return item


def _found(item: bytes) -> tuple[set[bytes], list[tuple[bytes, int, int]]]:
    """Which own elements of an item say something, and the captions: name, start and end."""
    own: set[bytes] = set()
    captions: list[tuple[bytes, int, int]] = []
    opened, place = b"", 0
    for token in _TOKEN.finditer(item):
        name = token["name"]
        if name not in _OWN and name not in _CAPTIONS:
            continue
        if not token["end"]:
            opened, place = (b"" if token["empty"] else name), token.start()
        elif name == opened:
            if name in _CAPTIONS:
                captions.append((name, place, token.end()))
            elif _says(item[place : token.start()]):
                own.add(name)
            opened = b""
    return own, captions


def _says(element: bytes) -> bool:
    """Whether an element has any text behind its tag."""
    return bool(element.partition(b">")[2].replace(b"<![CDATA[", b"").replace(b"]]>", b"").strip())

"""Items for reference managers (Zotero, EndNote, JabRef): RIS, and BibTeX as biblatex has it (@online)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from aggregator.model import StoredItem
from aggregator.publish.channel import Channel
from aggregator.text.html import plain, storable

RIS_TYPE = "application/x-research-info-systems"
BIBTEX_TYPE = "application/x-bibtex"
_ESCAPED = re.compile(r"[\\{}$&#%_~^]")
# BibTeX counts braces whether a backslash stands before them or not.
_IN_LATEX = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
}  # fmt: skip
_NO_ADDRESS = re.compile(r"[{}\\\s]")
_LANGUAGES = {"en": "english", "zh": "chinese"}  # as babel calls them


def ris(channel: Channel, items: Sequence[StoredItem]) -> bytes:
    return "".join(f"{tag}  - {value}\r\n" for item in items for tag, value in _ris(channel, item)).encode()


def _ris(channel: Channel, item: StoredItem) -> Iterator[tuple[str, str]]:
    yield "TY", "ELEC"
    yield "TI", _line(item.heading)
    yield "T2", _line(item.source_title)
    yield "DA", f"{_utc(item.dated):%Y/%m/%d/}"
    yield "PY", f"{_utc(item.dated):%Y}"
    yield "UR", _line(item.link or channel.site.item_page(item))
    yield "Y2", f"{_utc(item.first_seen):%Y/%m/%d/}"
    if text := _line(plain(item.summary)):
        yield "AB", text
    if item.lang:
        yield "LA", item.lang
    for tag in item.tags:
        yield "KW", str(tag)
    yield "ID", channel.site.item_id(item)
    yield "ER", ""


def bibtex(channel: Channel, items: Sequence[StoredItem]) -> bytes:
    said = (f"{channel.title}: {channel.subtitle}", channel.address)
    return "\n".join([*map(_comment, said), "", *(_entry(channel, item) for item in items)]).encode()


def _comment(text: str) -> str:
    """What stands outside of entries is passed over, but for the sign that begins one."""
    return f"% {_line(text).replace('@', '(at)')}"


def _entry(channel: Channel, item: StoredItem) -> str:
    fields = {
        # In braces of their own: so that titles keep their capitals, and no "and" makes two bodies of one.
        "title": f"{{{_latex(item.heading)}}}",
        "organization": f"{{{_latex(item.source_title)}}}",
        "date": f"{_utc(item.dated):%Y-%m-%d}",
        "url": _NO_ADDRESS.sub(_percent, item.link or channel.site.item_page(item)),
        "urldate": f"{_utc(item.first_seen):%Y-%m-%d}",
        "langid": _LANGUAGES.get(item.lang, ""),
        "keywords": _latex(", ".join(map(str, item.tags))),
        "abstract": _latex(plain(item.summary)),
    }
    return "".join(_lines(f"{item.source_id}-{item.id}", fields.items()))


def _lines(key: str, fields: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield f"@online{{{key},\n"
    yield from (f"  {name} = {{{value}}},\n" for name, value in fields if value)
    yield "}\n"


def _latex(text: str) -> str:
    return _ESCAPED.sub(lambda found: _IN_LATEX.get(found[0], f"\\{found[0]}"), _line(text))


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def _line(text: str) -> str:
    """A value is one line, or its second would be taken for a field."""
    return " ".join(storable(text).split())


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)

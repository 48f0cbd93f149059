"""Dispatches that repeat another's words: the same page, the same title, the same text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from aggregator.model import Dispatch
from aggregator.model.story import Id
from aggregator.stories.agencies import ENGLISH
from aggregator.stories.features import TEXT_READ
from aggregator.text.fold import fold, letters
from aggregator.text.language import primary

_TELLING_TITLE = 24  # letters; a Chinese character counts for two. Shorter titles may be those of different texts
_TELLING_TEXT = 160
_COMPARED = 160  # letters of the beginning: the end may be cut anywhere behind them
# Who says so, as reprints have it around the same words.
_DATELINE = re.compile(
    rf"^\W*(?:[a-z][a-z .,]{{1,30}})?\((?:{ENGLISH})\)\W*"
    r"|^\w{1,6}社\w{0,12}\d{1,2}月\d{1,2}日电\W*"
    r"|[(（](?:来源|转自)[:：]?[^()（）]{1,20}[)）]"
)
_SUFFIX = re.compile(r"(?:\s[-–—|]\s|_)[^-–—|_]{2,24}$")
_NO_LETTER = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+|[一二三四五六七八九十百]+")

_DIGEST = re.compile(
    r"早报|晚报|周报|周刊|月报|(?:ai|每日|大模型|投融资)\w{0,2}日报|要闻|盘点|合集|一周(?:回顾|热点|大事|速览)"
    r"|\b(?:digest|roundup|round-up|newsletter|changelog|release notes)\b|\bthis (?:week|month) in\b"
    r"|\brecap\s*(?:[:#|(–—-]|of the (?:day|week|month)\b|$)"
    r"|\b(?:weekly|daily|briefing)\s*(?:[#:|]|\d|$)"
)
_EVENTS = re.compile(r"(?:[^;；]+[;；]){2}|(?:[A-Z][^,]{11,}, ){3}[A-Z]")  # a headline of three events and more
_BARE_VERSION = re.compile(r"\W*(?:(?:[^\W\d\u3400-\u9fff]+|[\u3400-\u9fff]{1,6})[\s-]+){0,2}v?\d+(?:\.\d+)+\W*")


class Key(NamedTuple):
    """Equal for dispatches that repeat each other; `what` they have in common, in words."""

    what: str
    text: str


class Original(NamedTuple):
    """The first dispatch that had a key."""

    item: Id
    story: Id
    source: str


class Envelope(NamedTuple):
    """A dispatch but for its words."""

    item: Id
    source: str  #: "" if it is not known: two that are not known may be two
    lang: str
    dated: datetime
    keys: tuple[Key, ...]  #: what tells a copy, the surest first
    series: tuple[str, str]  #: equal for titles of one source that differ by numbers only: "Roundup #12", "#13"

    @classmethod
    def of(cls, dispatch: Dispatch) -> Envelope:
        lang, keys = primary(dispatch.lang), tuple(_keys(dispatch))
        return cls(dispatch.id, dispatch.source, lang, dispatch.dated, keys, _series(dispatch))


def _keys(dispatch: Dispatch) -> Iterator[Key]:
    if dispatch.link:
        yield Key("link", dispatch.link)
    title = _letters(_SUFFIX.sub("", dispatch.title))
    text = _letters(_DATELINE.sub("", fold(dispatch.text[:TEXT_READ])))
    text = text[:_COMPARED]
    if letters(text) >= _TELLING_TEXT:
        yield Key("text", text)
    if letters(title) >= _TELLING_TITLE and tells_one_event(dispatch.title):
        yield Key("title", title)


def _series(dispatch: Dispatch) -> tuple[str, str]:
    return dispatch.source, _NO_LETTER.sub("", _DIGITS.sub(" ", fold(dispatch.title)))


def tells_one_event(title: str) -> bool:
    """Whether a title may be that of a story: a digest tells of many events, and a bare version number of none."""
    folded = fold(title)
    return not (_DIGEST.search(folded) or _EVENTS.match(title) or _BARE_VERSION.fullmatch(folded))


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", fold(text))

"""Model versions, read right after a family's name: no list of versions has to be kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_TELLING = (
    "Turbo|Max|Plus|Pro|Mini|Nano|Flash|Lite|Ultra|Omni|VL|Coder|Instruct|Opus|Sonnet|Haiku|Mythos|Fable|Codex|"
    "Embedding|Distill|Highspeed|Maverick|Scout|Behemoth|Deep Think|oss"
)
# "GPT-6 small models": behind a space these say something of a version only with a capital.
_ORDINARY = (
    "Air|Math|Audio|Image|Video|Vision|Thinking|Preview|Reasoning|Fast|Next|Large|Small|Medium|Exp|Base|Chat|Live|Code|"
    "Voice|Speech|Guard|Zero|Lightning|Super|Instant|Premier"
)
_WORDS = f"{_TELLING}|{_ORDINARY}"
_WORD = rf"(?:[ -]?(?i:{_TELLING})|-?(?i:{_ORDINARY})| (?:{_ORDINARY}))"
# 4.5, X1, R1, 4o, 4.5V, 32B, V3.1 - but not the start of a date, an amount or a percentage, nor 3D, 5x, 24/7 and 1st
_COUNTED = r"[\d%％年月日号亿万个家款次倍种项天周位名条分步题招问]|小时|大(?!模型)"  # what a number before it counts
_NO_VERSION = rf"(?!{_COUNTED}|(?:D|x|st|nd|rd|th)(?![A-Za-z])|\.\d)"
_NUMBER = rf"(?:[A-Z]{{1,2}}-?|[krvx])?(?!24/7)\d{{1,2}}(?:\.\d{{1,2}}){{0,2}}(?:[a-wyzV](?![A-Za-z]))?{_NO_VERSION}"
_NO_AMOUNT = (
    r"(?! ?(?:million|billion|trillion|percent|per cent|people|years?|months?|weeks?|days?|hours?|times|users)\b)"
)
_SIZE = r"(?:\d{1,4}(?:\.\d)?[BbMm](?![A-Za-z])|A\d{1,3}B(?![A-Za-z]))"
_DATE = r"\d{4}(?!\d|年|-\d)"
_PART = rf"(?:{_WORD}(?![A-Za-z])|[ -]?(?:{_SIZE}|{_NUMBER}|{_DATE}|[STQ](?![A-Za-z'])))"
GENERAL = rf"(?:[ -]?(?:{_SIZE}|{_NUMBER}{_NO_AMOUNT})|{_WORD}(?:[sS](?![A-Za-z]))?(?![A-Za-z])){_PART}*"

# KimiK2, DeepSeekV4, ClaudeOpus4.7: in Chinese texts a version may follow a name at once.
GLUED = re.compile(rf"\d|[VKRMTX]\d|(?:{_TELLING})\d")

# "ERNIE 4.5 and X1": a further version must look like one by itself
_FURTHER = re.compile(rf"(?: ?(?:、|,|/|&|和|与|及) ?| and )(?=[A-Z]\d|\d\.\d)({_NUMBER}{_PART}*)")

# What comes behind a version without making another one: sizes, dates, previews.
_OFFSHOOT = re.compile(rf"(?<=\w)(?:[ -](?:{_SIZE}|\d{{4}}|(?i:VL|Preview|Exp|Distill|Base|Chat|Instruct|Thinking)))+$")

_UNSLUGGED = re.compile(r"[^a-z0-9]+")
_LINES = {"图像": "image", "视频": "video", "世界模型": "world"}  # of which models of a family have names of their own
_JOINED_S = re.compile(r"(?<=turbo)s\b")
_SPECIAL = re.compile(r"(?<=[a-z]{3})(?=\d)")
_JOINED_WORD = re.compile(rf"(?<=\d)(?={_WORDS.lower()})(?!oss)")
_SIZED = "flash|pro|max|plus|mini|nano|lite|ultra|turbo"
_SIZE_FIRST = re.compile(rf"^((?:{_SIZED})(?:-(?:{_SIZED}))*)-([1-9]\d?(?:-\d{{1,2}})?)(?![a-z0-9])")


@lru_cache(maxsize=512)
def _line_last(lines: tuple[str, ...]) -> re.Pattern[str]:
    names = "|".join(re.escape(line.lower()) for line in lines if line.isalpha())
    return re.compile(rf"^([1-9]\d?(?:-\d{{1,2}})?)-({names or '(?!)'})(?![a-z0-9])")


@lru_cache(maxsize=512)
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression or GENERAL, re.IGNORECASE if expression else 0)


def version_after(shaped: str, end: int, expression: str = "") -> tuple[str, int] | None:
    """The version that starts at `end`, as the end of a slug and the place where it ends: (4-5, 34).

    `expression` replaces the general pattern for families that write theirs in another way.
    """
    found = _pattern(expression).match(shaped, end)
    if not found or not found.group().strip(" -"):
        return None
    return version_slug(found.group()), found.end()


def further_versions(shaped: str, end: int) -> Iterator[tuple[str, int, int]]:
    """Versions listed after one that ends at `end`, as (end of a slug, start, end)."""
    while found := _FURTHER.match(shaped, end):
        end = found.end()
        yield version_slug(found[1]), found.start(1), end


def base_of(version: str) -> str:
    """4.5-21B-A3B → 4-5, R1-0528 → r1: of which version a size or a date is, as the end of a slug; "" if of none."""
    base = _OFFSHOOT.sub("", version.strip(" -"))
    return version_slug(base) if base != version.strip(" -") else ""


def version_slug(version: str) -> str:
    """Turbo S, -TurboS and -turbos → turbo-s; 4.5 → 4-5; 3.6Plus → 3-6-plus."""
    for line, english in _LINES.items():
        version = version.replace(line, english)
    slug = _JOINED_WORD.sub("-", _UNSLUGGED.sub("-", version.lower()).strip("-"))
    return _SPECIAL.sub("-", _JOINED_S.sub("-s", slug))


def in_one_order(slug: str, lines: tuple[str, ...] = ()) -> str:
    """The end of a slug, the same in whichever order a version is written.

    "Flash 2.5" is the 2.5 Flash, as Google and others call it; the "4.5 Haiku" the Haiku 4.5, where that is a line of
    the family.
    """
    return _line_last(lines).sub(r"\2-\1", _SIZE_FIRST.sub(r"\2-\1", slug))

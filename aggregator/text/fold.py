"""Folding for comparison. Length is kept, so that a place found in folded text is a place in the original."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import opencc

_PUNCTUATION = {
    "\u3000": " ", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\t": " ", "\n": " ", "\r": " ",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"',
}  # fmt: skip

_HAN_BLOCKS = (("\u3400", "\u4dbf"), ("\u4e00", "\u9fff"))  # in which texts of today are written
HAN_RANGES = "".join(f"{first}-{last}" for first, last in _HAN_BLOCKS)  #: for a class of characters
HAN = re.compile(f"[{HAN_RANGES}]")


@cache
def _shape_table() -> dict[int, str]:
    """Full-width forms to ASCII, fancy punctuation to plain, traditional Chinese to simplified; one to one."""
    table = {ord(before): after for before, after in _PUNCTUATION.items()}
    table.update({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
    table.update({ord(before): after for before, after in converted("t2s").items() if len(after) == 1})
    return table


def converted(conversion: str) -> dict[str, str]:
    """What a conversion of opencc makes of each Chinese character that it changes."""
    characters = [chr(code) for first, last in _HAN_BLOCKS for code in range(ord(first), ord(last) + 1)]
    # A line each, so that the converter sees no phrases.
    made = opencc.OpenCC(conversion).convert("\n".join(characters)).split("\n")
    return {before: after for before, after in zip(characters, made, strict=True) if before != after}


@cache
def _unusual() -> re.Pattern[str]:
    """A character with another form: most texts have few of them, and a search is quicker than a translation."""
    return re.compile(f"[{re.escape(''.join(map(chr, _shape_table())))}]")


@lru_cache(maxsize=8)  # tagging and indexing fold the same texts in turn
def fold_shape(text: str) -> str:
    """The text with one form for every character, case kept."""
    table = _shape_table()
    return _unusual().sub(lambda found: table[ord(found[0])], text)


@lru_cache(maxsize=8)
def fold_case(text: str) -> str:
    """The text in small letters, of the same length."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(char.lower()[0] for char in text)


def fold(text: str) -> str:
    return fold_case(fold_shape(text))


def letters(text: str) -> int:
    """How much a text says: a Chinese character counts for two letters."""
    return len(text) if text.isascii() else len(text) + len(HAN.findall(text))


def is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"  # said again, for it is asked of each letter

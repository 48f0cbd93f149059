"""Folding for comparison. Length is kept, so that a place found in folded text is a place in the original."""

from __future__ import annotations

from functools import cache

import opencc

_PUNCTUATION = {
    "\u3000": " ", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\t": " ", "\n": " ", "\r": " ",
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"',
}  # fmt: skip

# The blocks in which a traditional character may have a simplified one of its own.
_HAN_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))


@cache
def _shape_table() -> dict[int, str]:
    """Full-width forms to ASCII, fancy punctuation to plain, traditional Chinese to simplified; one to one."""
    table = {ord(before): after for before, after in _PUNCTUATION.items()}
    table.update({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
    for first, last in _HAN_BLOCKS:
        characters = [chr(code) for code in range(first, last + 1)]
        # A line each, so that the converter sees no phrases.
        simplified = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
        pairs = zip(characters, simplified, strict=True)
        table.update({ord(before): after for before, after in pairs if before != after and len(after) == 1})
    return table


@cache
def _case_table() -> dict[int, str]:
    """Capitals to small letters, but for the few whose small form is longer than one character."""
    capitals = (chr(code) for code in range(0x41, 0x2C00))
    return {ord(char): char.lower() for char in capitals if char.lower() != char and len(char.lower()) == 1}


def fold_shape(text: str) -> str:
    """The text with one form for every character, case kept."""
    return text.translate(_shape_table())


def fold_case(text: str) -> str:
    """The text in small letters, of the same length (unlike str.lower)."""
    return text.lower() if text.isascii() else text.translate(_case_table())


def fold(text: str) -> str:
    return fold_case(fold_shape(text))


def is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"

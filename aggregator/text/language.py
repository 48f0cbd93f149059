"""The language of a text, by its script first: feeds often say nothing, or the wrong thing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from aggregator.text.fold import HAN, converted

_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}|[A-Za-z\u00c0-\u024f](?![A-Za-z\u00c0-\u024f\d])")  # V3 is none
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")  # where a text gives a name in its own script
_HINTED = 4  # Latin words that a Han character weighs where it is said that the text is Chinese


# Codes of countries, and names, that are written for those of languages (ISO 639).
MEANT = {
    "cn": "zh", "jp": "ja", "kr": "ko", "us": "en", "tw": "zh-TW", "hk": "zh-HK", "chinese": "zh", "english": "en",
    "中文": "zh", "英文": "en",
}  # fmt: skip
# Of three letters (ISO 639-2) where there are two, which is what BCP 47 wants.
_SHORTER = {
    "eng": "en", "zho": "zh", "chi": "zh", "jpn": "ja", "kor": "ko", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de",
    "spa": "es", "por": "pt", "rus": "ru",
}  # fmt: skip


@lru_cache(maxsize=1000)
def primary(tag: str) -> str:
    """zh-CN → zh: the language of a BCP 47 tag, or of what is written for one; "" if it is none."""
    said = tag.strip().lower()
    code = re.split(r"[-_]", MEANT.get(said, said) if len(said) == 2 else said, maxsplit=1)[0]
    return _SHORTER.get(code, code) if re.fullmatch(r"[a-z]{2,3}", code) else ""


def detect(text: str, *hints: str) -> str:
    """The language of a text: by script where the script tells, else the first hint that fits, else English.

    A Chinese headline is Chinese even if most of its letters are the names of American firms: a Han character
    weighs as much as a Latin word, and more in the news of a source that is known to be Chinese.
    """
    sample = text[:600]
    if sample.isascii():
        return _spoken(hints, latin=_LATIN_WORD.search(sample) is not None)
    if len(_KANA.findall(sample)) >= 2:
        return "ja"
    han, hangul, latin = (len(p.findall(sample)) for p in (HAN, _HANGUL, _LATIN_WORD))
    if hangul > max(han, latin):
        return "ko"
    if han > latin or _is_chinese(_IN_BRACKETS.sub("", sample), *hints):
        return "zh"
    return _spoken(hints, latin=latin > 0)


def _is_chinese(sample: str, *hints: str) -> bool:
    hint = next(filter(None, map(primary, hints)), "zh?")
    han, latin = len(HAN.findall(sample)), len(_LATIN_WORD.findall(sample))
    return han > 0 and hint.startswith("zh") and han * (_HINTED if hint == "zh" else 1) >= latin


def with_script(lang: str, text: str) -> str:
    """The language of a text; Chinese with its script, which has fonts and line breaks of its own.

    >>> with_script("zh", "國務院發布")
    'zh-Hant'
    """
    if lang != "zh":
        return lang
    return "zh-Hant" if is_traditional(text) else "zh-Hans"


def is_traditional(text: str) -> bool:
    """Whether Chinese is written in traditional characters: more of them have a simplified form than the other way."""
    return len(_changed_by("t2s").findall(text)) > len(_changed_by("s2t").findall(text))


@cache
def _changed_by(conversion: str) -> re.Pattern[str]:
    """The characters that a conversion of opencc changes."""
    return re.compile(f"[{''.join(converted(conversion))}]")


def _spoken(hints: Iterable[str], *, latin: bool) -> str:
    """The first hint that fits a text with, or without, Latin words."""
    spoken = [code for code in map(primary, hints) if code]
    if latin:
        spoken = [code for code in spoken if code not in ("zh", "ja", "ko")]
    return spoken[0] if spoken else "en"

"""Numbers as English and Chinese write them, made comparable: 15亿美元 is $1.5bn, 800万 is 8 million."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_SCALES = {
    "trillion": 1e12, "tn": 1e12, "t": 1e12, "billion": 1e9, "bn": 1e9, "b": 1e9, "million": 1e6, "mn": 1e6, "m": 1e6,
    "thousand": 1e3, "k": 1e3, "万亿": 1e12, "千亿": 1e11, "百亿": 1e10, "亿": 1e8, "千万": 1e7, "百万": 1e6,
    "万": 1e4, "千": 1e3, "": 1.0,
}  # fmt: skip
_UNITS = {
    "$": "$", "us$": "$", "usd": "$", "dollar": "$", "dollars": "$", "美元": "$", "美金": "$", "刀": "$",
    "€": "€", "eur": "€", "euro": "€", "euros": "€", "欧元": "€", "£": "£", "pound": "£", "pounds": "£", "英镑": "£",
    "¥": "¥", "rmb": "¥", "cny": "¥", "yuan": "¥", "元": "¥", "块": "¥", "人民币": "¥",
    "韩元": "₩", "won": "₩", "日元": "JP¥", "yen": "JP¥", "港元": "HK$", "港币": "HK$", "hk$": "HK$",
    "%": "%", "percent": "%", "per cent": "%", "个百分点": "%",
    "gw": "GW", "gigawatt": "GW", "gigawatts": "GW", "吉瓦": "GW", "mw": "MW", "megawatt": "MW", "megawatts": "MW",
    "兆瓦": "MW", "nm": "nm", "nanometer": "nm", "纳米": "nm", "times": "×", "倍": "×",
}  # fmt: skip
_BARE = 100  # smaller numbers without a unit are in every other text
_LARGE = 1e6  # of such an amount the currency need not be said again, and often is not
_CURRENCIES = {"$", "€", "£", "¥", "₩", "JP¥", "HK$"}
_FIRST_YEAR, _LAST_YEAR = 1950, 2050


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word)


_NUMBER = re.compile(
    rf"(?P<sign>hk\$|us\$|[$€£¥])?\s?(?<![\w.,-])(?<!\d\.)(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:\s?-?(?P<scale>{_any(_SCALES)})(?![a-z]))?(?:\s?(?P<unit>{_any(_UNITS)})(?![a-z]))?"
)
_DIGIT = re.compile(r"\d")
_HAN_EDGE = re.compile(r"(?<=[\u3400-\u9fff])(?=[\d$€£¥])|(?<=[a-z])(?=\d+(?:\.\d+)?\s?[万亿千百])")
_NAMED = re.compile(r"(?:\b(?:sb|ab|hb|hr|sf|hf|lb|no|nos|order|bill|act)\.?|h\. ?r\.|第|号)\s?$")
_DATE = re.compile(r"\s?[年月日号时点分秒]|\s?[:/]\s?\d|\s?-\s?(?!\d{3}\b)|\s?(?:am|pm)\b|[a-z]|\.\d")


class Number(NamedTuple):
    """An amount and its unit, and the text as it stood there."""

    amount: float
    unit: str
    text: str
    names: bool = False  #: whether it names something, as the number of a bill does, and counts nothing

    @property
    def key(self) -> str:
        """Equal for amounts that differ by rounding only: two digits count, and the unit. One that names is exact."""
        if self.names:
            return f"{self.amount:g}"
        return f"{self.amount:.1e}{self.unit if self.amount < _LARGE or self.unit not in _CURRENCIES else ''}"


def numbers(text: str) -> Iterator[Number]:
    """The numbers of a folded text that tell something: with a unit or a scale, or of three digits and no year.

    >>> [(number.amount, number.unit) for number in numbers("15亿美元, 57%")]
    [(1500000000.0, '$'), (57.0, '%')]
    """
    if not _DIGIT.search(text):
        return
    for found in _NUMBER.finditer(_HAN_EDGE.sub("\u200b", text)):
        amount = float(found["digits"].replace(",", "")) * _SCALES[found["scale"] or ""]
        unit = _UNITS.get(found["sign"] or found["unit"] or "", "")
        if unit or found["scale"] or _tells(found, amount):
            names = not unit and not found["scale"] and _names(found)
            yield Number(amount, unit, found[0].strip(), names)


def _names(found: re.Match[str]) -> bool:
    """Whether a number without a unit is that of a bill, a chip or a standard: a count of people is a round one."""
    digits = found["digits"]
    return digits.isdigit() and (not digits.endswith("00") or _NAMED.search(found.string, 0, found.start()) is not None)


def _tells(found: re.Match[str], amount: float) -> bool:
    plain = amount >= _BARE and not _FIRST_YEAR <= amount <= _LAST_YEAR
    return plain and not _DATE.match(found.string, found.end())

"""The include and exclude rules of a source. Pure.

A rule is a phrase ("semiconductor", found in any case), a regular expression between slashes ("/chips?\\b/"), or a tag
("company/baidu"). Phrases and expressions are looked for in an item's title, text and link; the text is the whole of
it, of which an item keeps the beginning. A phrase of few Latin letters is a word: AI is in OpenAI, and not in "said".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from aggregator.errors import ParseError
from aggregator.model import Item, Source, TaggedItem, is_tag

_SHORT = re.compile("[A-Za-z0-9]{1,3}")
_LONGEST = 0.5  # seconds for one expression and one item


def worth_tagging(item: Item, text: str, source: Source) -> bool:
    """Whether the rules that need no tags keep the item."""
    if _any(source.exclude, item, text):
        return False
    return not source.include or any(map(is_tag, source.include)) or _any(source.include, item, text)


def worth_keeping(tagged: TaggedItem, text: str, source: Source) -> bool:
    """Whether the rules that name tags keep it too."""
    tags = {str(tag) for tag in tagged.tagging.tags}
    if tags.intersection(source.exclude):
        return False
    if not any(map(is_tag, source.include)):
        return True
    return bool(tags.intersection(source.include)) or _any(source.include, tagged.item, text)


def is_expression(rule: str) -> bool:
    return len(rule) > 2 and rule.startswith("/") and rule.endswith("/")


def _any(rules: Iterable[str], item: Item, text: str) -> bool:
    whole = f"{item.title}\n{text}\n{item.link}"
    return any(_holds(rule, whole) for rule in rules if not is_tag(rule))


def _holds(rule: str, text: str) -> bool:
    if not is_expression(rule):
        return _word(rule).search(text) is not None if _SHORT.fullmatch(rule) else rule.casefold() in text.casefold()
    try:
        return _compiled(rule[1:-1]).search(text, timeout=_LONGEST) is not None
    except TimeoutError:
        raise ParseError(f"the rule {rule} takes too long; write a simpler one") from None


@lru_cache(maxsize=1000)
def _word(rule: str) -> re.Pattern[str]:
    """Finds letters in any case where they are a word, and as they are written at the end of one: OpenAI."""
    end = "s?(?![A-Za-z])" if rule[-1].isalpha() else "(?![A-Za-z0-9])"
    joined = rf"|(?<=[a-z]){rule}{end}" if rule.isupper() else ""
    return re.compile(rf"(?<![A-Za-z0-9])(?i:{rule}){end}{joined}")


@lru_cache(maxsize=1000)
def _compiled(expression: str) -> Any:
    import regex  # few sources have expressions

    return regex.compile(expression, regex.IGNORECASE)

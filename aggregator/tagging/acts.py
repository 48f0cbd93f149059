"""Whether a title tells what a state does: "Italy fines OpenAI", "韩国拟立法"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from aggregator.model import Evidence
from aggregator.tagging.match import fold_phrase
from aggregator.text.fold import fold, is_han

_OPENING = " \"'“‘「《【["  # what may stand before the first word of a title
# What editors put in front of one.
_LABEL = re.compile(
    r"^\W*(?:exclusive|reports?|breaking(?: news)?|updated?(?: ?\d+)?|scoop|watch|live|快讯|独家|报道|消息|突发)"
    r"\s*(?:[:：|丨!！】\]]|[-–—]\s*)",
    re.IGNORECASE,
)
_OFFICE = (  # of the place, between its name and what it does
    r"(?:(?:city |state |federal |local )?(?:governments?|lawmakers?|legislat(?:ure|ors)|parliament|senate|house"
    r"|council|court|judges?|ministers?|ministry|regulators?|watchdogs?|officials|prosecutors|voters|governor|president"
    r"|premier)\s+)?"
)
_WORDS = re.compile(rf"[”\"]?(?:['’]s?)?\s+{_OFFICE}(?:(?:also|now|again|reportedly|quietly|\w+ly)\s+)?([\w’'-]+)")
_REACH = 1  # characters of Chinese between a state and what it does: 市, 省, a colon


class Acts:
    """Knows the verbs of states; built once from a taxonomy's."""

    def __init__(self, acts: Iterable[str]) -> None:
        folded = [fold_phrase(act) for act in acts]
        self._words = frozenset(act for act in folded if not is_han(act[-1]))
        self._chinese = tuple(act for act in folded if is_han(act[-1]))

    def actor(self, title: str, earned: Mapping[tuple[str, str], Sequence[Evidence]]) -> Evidence | None:
        """The place that a title begins with, if one of the acts follows it at once."""
        for (axis, _), evidence in earned.items():
            if axis == "region" and _begins(title, place := evidence[0]) and self._follow(title[place.end :]):
                return place
        return None

    def _follow(self, text: str) -> bool:
        rest = fold(text)
        if word := _WORDS.match(rest):
            return word[1] in self._words or f"{word[1]}s" in self._words
        return any(rest.startswith(self._chinese, skipped) for skipped in range(_REACH + 1))


def _begins(title: str, place: Evidence) -> bool:
    named = place.field == "title" and not place.carried
    return named and not _LABEL.sub("", title[: place.start]).strip(_OPENING)

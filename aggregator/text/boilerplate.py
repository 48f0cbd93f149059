"""What publishing software writes around a text: where it was posted first, links to go on, counters. Pure.

It carries no news, comes ten times over, and its counters would make every look at a source find an edit.
"""

from __future__ import annotations

import re

_LOOKED_AT = 1500  # characters of markup at the end of a text
_HINT = re.compile(
    r"appeared first on|\b[Rr]ead |Continue [Rr]eading|原文|全文|更多|Comments|Link post|\\n\s*(?:</p>)?$"
)
_ARROWS = r"(?:\s|→|»|›|&gt;|>|\.\.\.|…|。|\[|\])*"
_GO_ON = r"(?:Continue reading|Read more|(?:点击)?(?:查看|阅读)(?:原文|全文|更多)(?:链接)?|Link post)"
_WHOLE = r"Read (?:on|(?:the )?(?:full|whole|entire|original) (?:story|article|post|piece|text|report))"
_LINK = r"<a [^>]*>(?:(?!</a>).){0,500}</a>"
_TAIL = re.compile(
    r"(?:<(?:p|div|br)>|\s)*(?:"
    rf"The post {_LINK} appeared first on {_LINK}\.?"  # WordPress
    rf"|<a [^>]*>{_ARROWS}(?:{_GO_ON}|{_WHOLE}|Continue reading\b(?:(?!</?[ap]\b).){{0,200}}){_ARROWS}</a>{_ARROWS}"
    rf"|(?<![^>\s。]){_ARROWS}{_GO_ON}{_ARROWS}|(?:\\n)+"
    r")(?:</p>|<br>|\s)*$",
    re.DOTALL,
)
_COUNTERS = re.compile(  # Hacker News, and what is made of it
    r"\s*(?:(?:(?:Article|Comments) URL|Discussion): \S+\s*|(?:Points|Score|# ?Comments|Comments): \d+\s*|By: \S+\s*)+"
)


def without_boilerplate(clean: str, text: str) -> str:
    """Sanitised HTML, of which `text` is the text, without what its publisher's software has added; "" if that is all.

    Elements may be left open.
    """
    if not _HINT.search(clean, max(len(clean) - _LOOKED_AT, 0)):
        return clean
    if _COUNTERS.fullmatch(text):
        return ""
    start = max(len(clean) - _LOOKED_AT, 0)
    while found := _TAIL.search(clean, start):
        if found.start() == found.end():
            break
        clean = clean[: found.start()]
    return clean

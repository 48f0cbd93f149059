"""What the publisher tells about a text: one that writes of nothing but AI need not say so in each title."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from aggregator.model import Evidence
from aggregator.tagging.match import Hit

_ARTICLE = re.compile(r"(?:The )?")
_PUBLICATION = re.compile(  # what stands behind its company's name in that of a blog or a feed
    r"(?:[\s:–—|-]+(?:AI|Blog|Changelog|Daily Papers|Developers?|Engineering|Feed|Frontier Red Team|Hub|News|Newsroom"
    r"|Papers|Publications|Release [Nn]otes|Research|Seed|Team|Updates|\([^()]*\)))*",
)
_PAPERS = re.compile(r"\b(?:Papers|Publications|Research)\b")


class Publisher(NamedTuple):
    """Who publishes a text."""

    weight: float = 0.0  #: what its name adds to how much a text speaks of AI
    company: str = ""  #: the slug of the company whose own publication it is
    maker: bool = False  #: whether that is a company that makes AI
    office: bool = False  #: whether it is a public body
    study: bool = False  #: whether it publishes papers
    phrases: frozenset[str] = frozenset()  #: of its name, which may vouch for a doubtful name

    @property
    def axes(self) -> dict[str, Evidence]:
        """What it counts as for topics, beside the axes of tags."""
        said = (
            ("office", self.office, "published by a public body"),
            ("maker", self.maker, "published by a company that makes AI"),
            ("study", self.study, "published among papers"),
        )
        return {axis: Evidence("source", 0, 0, "", rule) for axis, is_so, rule in said if is_so}


def company_of(name: str, hits: Iterable[Hit]) -> str:
    """The slug of the company whose publication has a name, such as "Windsurf Changelog"; "" if of none.

    `hits` are the names that stand there, doubtful ones among them: beside a paper's words they are no other thing.
    """
    for start, end, found in hits:
        around = _ARTICLE.fullmatch(name[:start]) and _PUBLICATION.fullmatch(name[end:])
        is_paper = start > 0 and end == len(name)  # The Block
        if found.axis == "company" and around and not is_paper:
            return found.slug
    return ""


def publishes_papers(name: str, company: str) -> bool:
    """Whether that is what a publication's name says; those of market research and of think tanks are none."""
    return "arXiv" in name or bool(company and _PAPERS.search(name))

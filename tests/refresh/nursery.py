"""A process that is made to be killed: it forks a child for every database named on its input, and the child ingests.

Everything slow is loaded once, before the first fork, so that a kill meets the work and not the start.
"""

from __future__ import annotations

import os
import sys

from aggregator.model import Source
from aggregator.refresh.context import Context
from aggregator.refresh.store_thread import StoreThread
from aggregator.store import open_database
from aggregator.tagging import Extensions, tagger_for
from tests.fakes import Clock, FakeWeb, look, post, rss
from tests.samples import make_source

SOURCES = tuple(make_source(f"source-{number}") for number in range(6))
_FIRMS = ("Baidu", "阿里巴巴", "OpenAI", "Nvidia", "腾讯")


def title(number: int, edition: int) -> str:
    firm = _FIRMS[number % len(_FIRMS)]
    return f"{firm} releases model {number}, edition {edition if number % 3 == 0 else 1}"


def documents(edition: int) -> dict[str, bytes]:
    """What the sources publish: neighbours share entries; the second edition has edits and more entries."""
    feeds = {}
    for place, source in enumerate(SOURCES):
        numbers = range(place * 10, place * 10 + 14 + 3 * edition)
        feeds[source.url] = rss(*(post(str(n), title(n, edition), summary=f"<p>China, {n}</p>") for n in numbers))
    return feeds


def ingest(url: str, editions: tuple[int, ...] = (1, 2), sources: tuple[Source, ...] = SOURCES) -> None:
    """Refreshes all sources, once for each edition of their documents."""
    db = open_database(url)
    for edition in editions:
        look(FakeWeb(documents(edition)), Context(StoreThread(db), Clock()), *sources)
    db.dispose()


def serve() -> None:
    """Says that it is ready; then for each line of input the child's process id, and how the child ended."""
    tagger_for(Extensions()).tag("Baidu")
    say("ready")
    for line in sys.stdin:
        if (child := os.fork()) == 0:
            ingest(line.strip())
            os._exit(0)
        say(child)
        say(os.waitpid(child, 0)[1])


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve()
